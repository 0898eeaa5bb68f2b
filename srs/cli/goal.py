"""Goals: setting, showing and dropping them."""

import json
import re
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from textwrap import wrap

import click
from click.core import ParameterSource

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.dates import parse_day
from srs.cli.deck_folder import report_folder
from srs.cli.finite_range import FiniteRange
from srs.cli.goal_report import goal_json, goal_lines, passed_lines
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say, warn
from srs.collection import Collection, lookup
from srs.collection.caveats import model_caveats
from srs.collection.goal_forecast import forecast_goal
from srs.collection.goals import GoalInForce, Goals, goals_in_force
from srs.collection.goals_today import GoalsToday, read_goals_today
from srs.collection.recorder import Recorder
from srs.collection.suggest_names import unknown
from srs.core.errors import BadInput
from srs.core.event import Aim
from srs.core.event_line import MAX_GOAL_DAYS, MAX_NAMES_BYTES
from srs.core.id_pattern import ID_PATTERN, LONGEST_ID
from srs.log.event_log import LoggedEvent

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
        if _given("decks", "tags", "minutes", "recall", "after") or (when and name):
            raise click.UsageError("--drop takes the name of a goal, and no other option.")
        _drop(collection, when or name, now, as_json=as_json)
        return
    if when is None:
        if _given("name", "decks", "tags", "minutes", "recall", "after"):
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
        if len(names) > 1:
            raise click.UsageError(f"Name the goal to drop: {', '.join(names)}")
        if not names:
            warn("there is no goal to drop.")
            sys.exit(1)
        (name,) = names
    if name not in names:
        raise unknown("goal", name, names)
    event = Recorder(collection).set_goal(name, None, now)
    if as_json:
        emit([log_json(LoggedEvent(event, voided=False))])
    else:
        say(f"Dropped the goal {name}. To take it back: srs undo")


def _given(*names: str) -> bool:
    """Whether one of the options was written down."""
    source = click.get_current_context().get_parameter_source
    return any(source(name) is ParameterSource.COMMANDLINE for name in names)


def _date(text: str, today: date) -> date:
    found = parse_day(text)
    if found is None:
        raise BadInput("DATE", text, "a date such as 2026-12-15")
    if found <= today:
        raise BadInput("the date of a goal", text, f"later than today, {today}")
    if (found - today).days > MAX_GOAL_DAYS:
        raise BadInput("the date of a goal", text, f"within {MAX_GOAL_DAYS} days; until then, review as ever")
    return found


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
    if not re.fullmatch(ID_PATTERN, name):
        expected = f"up to {LONGEST_ID} letters, digits, dots, hyphens and underscores, of which the first is a letter or a digit"
        raise BadInput("the name of a goal", name, expected)
    if len(json.dumps([*aim.decks, *aim.tags])) > MAX_NAMES_BYTES:
        raise BadInput("the decks and tags of a goal", f"{len(aim.decks) + len(aim.tags)} names", "fewer")
    goal = GoalInForce(name, aim, day, 0)
    goals = Goals(collection, day, [goal])
    if not goals.seen(goal) and not goals.count_unseen(goal):
        chosen = " and ".join([*(f"deck {deck}" for deck in aim.decks), *(f"tag {tag}" for tag in aim.tags)])
        raise BadInput(
            "the decks and tags of a goal", chosen or "all decks", "such that some unsuspended card has them"
        )


def _show(collection: Collection, now: int, goals: GoalsToday, name: str | None, *, as_json: bool) -> None:
    """All goals, or one of them."""
    chosen = [one for one in goals.every if name in {None, one.name}]
    forecasts = [forecast_goal(goals, goal) for goal in chosen if goal.days_left(goals.day) > 0]
    caveats = [*model_caveats(collection, now)] if forecasts else []
    if as_json:
        emit([goal_json(one, caveats) for one in forecasts])
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    blocks = [[*goal_lines(one, width)] for one in forecasts]
    passed = [goal for goal in chosen if goal.days_left(goals.day) <= 0]
    blocks += [[*passed_lines(goal, goals.pace.budget(goal.aim) / 60, width)] for goal in passed]
    if not forecasts:
        blocks.append(["There is no goal. To set one: srs goal 2026-12-15"])
    say("\n\n".join("\n".join(block) for block in blocks))
    for caveat in caveats:
        say("\n".join(wrap(caveat, width)))
