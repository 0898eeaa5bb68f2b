"""Goals: setting, showing and dropping them."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from textwrap import wrap
from typing import Any

import click

from srs.cli import complete
from srs.cli.chart import Series, draw_chart
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.finite_range import FiniteRange
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say
from srs.collection import Collection, lookup
from srs.collection.caveats import model_caveats
from srs.collection.goal_forecast import GoalForecast, forecast_goal
from srs.collection.goals import GoalInForce, Goals, goals_in_force
from srs.collection.goals_today import GoalsToday, read_goals_today
from srs.collection.recorder import Recorder
from srs.collection.suggest_names import unknown
from srs.core.errors import BadInput
from srs.core.event import Aim
from srs.core.event_line import MAX_NAMES_BYTES
from srs.core.id_pattern import ID_PATTERN
from srs.core.plural import plural
from srs.log.event_log import LoggedEvent

_CHART_HEIGHT = 11  # lines
_WIDEST = 80  # columns; longer lines are hard to read
_RECALL = FiniteRange(0.5, 0.99)
_MINUTES = FiniteRange(1, 1440)


@click.command("goal")
@click.argument("when", metavar="[DATE]", required=False)
@click.option("--name", metavar="NAME", help="Name of the goal, if DATE is not to be its name.")
@click.option("--deck", "decks", multiple=True, metavar="DECK", shell_complete=complete.decks, help="Only this deck.")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", shell_complete=complete.tags, help="Only notes with this tag."
)
@click.option("--minutes", type=_MINUTES, metavar="N", help="Minutes a day; else as many as you usually take.")
@click.option("--recall", type=_RECALL, default=0.95, show_default=True, metavar="P", help="Recall wanted on the date.")
@click.option(
    "--after",
    type=click.Choice(["keep", "only"]),
    default="keep",
    show_default=True,
    help="Whether you want to know the cards after the date as well.",
)
@click.option("--drop", is_flag=True, help="Give the goal up.")
@json_option
@pass_context
def goal_command(
    context: Context,
    when: str | None,
    name: str | None,
    decks: tuple[str, ...],
    tags: tuple[str, ...],
    minutes: float | None,
    recall: float,
    after: str,
    drop: bool,
    as_json: bool,
) -> None:
    """Aim at a date, such as that of an exam.

    Until then, review asks of the goal's cards what brings the most recall on the morning of DATE (e.g. 2026-12-15) within
    the minutes of each day; due dates and daily limits of these cards wait. Without DATE, shows what can be expected.
    """
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now, records=bool(when or drop))
    day = collection.calendar.day(now)
    if drop:
        _drop(collection, when or name, now, as_json=as_json)
        return
    if when is None:
        if name or decks or tags or minutes is not None:
            raise click.UsageError("Name the date of the goal, e.g. srs goal 2026-12-15")
        _show(collection, now, read_goals_today(collection, day), None, as_json=as_json)
        return
    aim = Aim(_date(when, day), _decks(collection, decks), _tags(collection, tags), minutes, recall, after == "keep")
    wanted = name or aim.day.isoformat()
    _check_choice(collection, day, wanted, aim)
    Recorder(collection).set_goal(wanted, aim, now)
    _show(collection, now, read_goals_today(collection, day), wanted, as_json=as_json)


def _drop(collection: Collection, name: str | None, now: int, *, as_json: bool) -> None:
    names = [goal.name for goal in goals_in_force(collection, collection.calendar.day(now))]
    if name is None:
        if len(names) != 1:
            raise click.UsageError(
                f"Name the goal to drop: {', '.join(names)}" if names else "There is no goal to drop."
            )
        (name,) = names
    if name not in names:
        raise unknown("goal", name, names)
    event = Recorder(collection).set_goal(name, None, now)
    if as_json:
        emit([log_json(LoggedEvent(event, voided=False))])
    else:
        say(f"Dropped the goal {name}. To take it back: srs undo")


def _date(text: str, today: date) -> date:
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a study day has no zone
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date; write it like 2026-12-15.", param_hint="DATE") from None
    if found <= today:
        raise BadInput("the date of a goal", text, f"later than today, {today}")
    if (found - today).days > _FURTHEST:
        raise BadInput("the date of a goal", text, f"within {_FURTHEST} days; until then, review as ever")
    return found


_FURTHEST = 366  # days: a plan for longer is none


def _decks(collection: Collection, decks: Sequence[str]) -> tuple[str, ...]:
    collection.deck_names(decks)
    return tuple(dict.fromkeys(decks))


def _tags(collection: Collection, tags: Sequence[str]) -> tuple[str, ...]:
    known = lookup.tags(collection)
    for tag in tags:
        if not lookup.has_tag(known, tag):
            raise unknown("tag", tag, known)
    return tuple(dict.fromkeys(tags))


def _check_choice(collection: Collection, day: date, name: str, aim: Aim) -> None:
    """Raises BadInput if the goal cannot be recorded, or has no cards."""
    import re  # noqa: PLC0415 - loaded already
    from json import dumps  # noqa: PLC0415 - as above

    if not re.fullmatch(ID_PATTERN, name):
        raise BadInput("the name of a goal", name, "letters, digits, dots and hyphens")
    if len(dumps([*aim.decks, *aim.tags])) > MAX_NAMES_BYTES:
        raise BadInput("the decks and tags of a goal", f"{len(aim.decks) + len(aim.tags)} names", "fewer")
    goal = GoalInForce(name, aim, day, 0)
    goals = Goals(collection, day, [goal])
    if not goals.seen(goal) and not goals.count_unseen(goal):
        chosen = " and ".join([*(f"deck {deck}" for deck in aim.decks), *(f"tag {tag}" for tag in aim.tags)])
        raise BadInput(
            "the decks and tags of a goal", chosen or "all decks", "such that some unsuspended card has them"
        )


def _show(collection: Collection, now: int, goals: GoalsToday, name: str | None, *, as_json: bool) -> None:
    """All goals whose date has not come, or one of them."""
    chosen = [one for one in goals.every if one.days_left(goals.day) > 0 and name in {None, one.name}]
    forecasts = [forecast_goal(goals, goal) for goal in chosen]
    caveats = [*model_caveats(collection, now)] if forecasts else []
    if as_json:
        emit([_json(one, caveats) for one in forecasts])
        return
    if not forecasts:
        say("There is no goal. To set one: srs goal 2026-12-15")
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for n, one in enumerate(forecasts):
        if n:
            say("")
        for line in _lines(one, width):
            say(line)
    for caveat in caveats:
        say("\n".join(wrap(caveat, width)))


def _lines(one: GoalForecast, width: int) -> Iterator[str]:
    aim, recall = one.goal.aim, one.recall
    named = "" if one.goal.name == aim.day.isoformat() else f"{one.goal.name}: "
    new = f", {one.unseen} of them new" if one.unseen else ""
    days = "tomorrow" if one.days_left == 1 else f"in {one.days_left} days"
    yield from wrap(
        f"{named}{_day(aim.day)}, {days}: {plural(one.cards, 'card')}{new}, {one.minutes:.0f} minutes a day.", width
    )
    yield from wrap(
        f"Recall on that morning: {_percent(recall.expected)} expected ({_percent(recall.low)} to {_percent(recall.high)});"
        f" {_percent(recall.today)} if it were today, {_percent(recall.without)} without the goal.",
        width,
    )
    reviews, new = (sum(values) for values in zip(*((day.reviews, day.new) for day in one.load), strict=True))
    begun = f" and {plural(round(new), 'new card')}" if one.unseen else ""
    yield from wrap(
        f"Until then about {plural(round(reviews), 'review')}{begun};"
        f" the busiest day takes {max(day.minutes for day in one.load):.0f} minutes.",
        width,
    )
    if not one.reachable:
        yield from wrap(_instead(one), width)
    if len(one.load) > 1:
        yield ""
        numbers = [*range(1, len(one.load) + 1)]
        series = [
            Series("n", numbers, [day.new for day in one.load]),
            Series("r", numbers, [day.reviews for day in one.load]),
        ]
        shown = series if one.unseen else series[1:]
        title = "reviews (r) and new cards (n) a day" if one.unseen else "reviews a day"
        yield from draw_chart(title, shown, len(one.load), width, _CHART_HEIGHT)


def _instead(one: GoalForecast) -> str:
    wanted, other = _percent(one.goal.aim.recall), one.instead
    text = f"Not all can be ready: all {one.cards} cards at {_percent(one.recall.expected)}"
    if other is None:
        return f"{text}; no number of minutes, fewer cards or later date within half a year would reach {wanted}."
    text += f", or {other.cards} of them at {wanted}." if other.cards else "."
    ways = [
        f"{other.minutes} minutes a day" if other.minutes else "",
        f"until {_day(other.date)}" if other.date else "",
    ]
    return f"{text} {wanted} of all would take {' or '.join(way for way in ways if way)}." if any(ways) else text


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _json(one: GoalForecast, caveats: Sequence[str]) -> dict[str, Any]:
    aim, recall, other = one.goal.aim, one.recall, one.instead
    return {
        "name": one.goal.name,
        "date": aim.day.isoformat(),
        "days": one.days_left,
        "decks": list(aim.decks),
        "tags": list(aim.tags),
        "target": aim.recall,
        "minutes": round(one.minutes, 2),
        "after": "keep" if aim.keep else "only",
        "cards": one.cards,
        "new": one.unseen,
        "recall": {name: round(share, 4) for name, share in recall._asdict().items()},
        "reviews": {
            "total": round(sum(day.reviews for day in one.load)),
            "busiest": round(max(day.reviews for day in one.load)),
        },
        "load": [
            {
                "day": day.day.isoformat(),
                "reviews": round(day.reviews, 1),
                "new": round(day.new, 1),
                "minutes": round(day.minutes, 1),
            }
            for day in one.load
        ],
        "reachable": one.reachable,
        "instead": other
        and {"minutes": other.minutes, "cards": other.cards, "date": other.date and other.date.isoformat()},
        "caveats": list(caveats),
    }
