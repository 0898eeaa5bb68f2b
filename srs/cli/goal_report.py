"""What a goal comes to, in words with a chart, and as JSON."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from textwrap import wrap
from typing import Any

from srs.cli.chart import Series, draw_chart
from srs.collection.goal_forecast import GoalForecast
from srs.collection.goals import GoalInForce
from srs.core.plural import plural
from srs.database.goal_cards import DAYS_AFTER

_CHART_HEIGHT = 11  # lines


def goal_lines(one: GoalForecast, width: int) -> Iterator[str]:
    """Of a goal whose date has not come."""
    aim, recall = one.goal.aim, one.recall
    days = "tomorrow" if one.days_left == 1 else f"in {plural(one.days_left, 'day')}"
    head = f"{_named(one.goal)}{_day(aim.day)}, {days}"
    if not one.cards:
        yield from _wrap(
            f"{head}: no cards now. Its decks or tags are gone, all its cards are suspended, or they follow a goal with a nearer"
            " date.",
            width,
        )
        return
    new = "" if not one.unseen else ", all new" if one.unseen == one.cards else f", {one.unseen} of them new"
    yield from _wrap(f"{head}: {plural(one.cards, 'card')}{new}, {_minutes(one.minutes)} a day.", width)
    yield from _wrap(
        f"Recall on that morning: {_percent(recall.expected)} expected ({_percent(recall.low)} to {_percent(recall.high)});"
        f" {_percent(recall.today)} if it were today, {_percent(recall.without)} without the goal.",
        width,
    )
    reviews, new_cards = (sum(values) for values in zip(*((day.reviews, day.new) for day in one.load), strict=True))
    begun = f" and {plural(min(round(new_cards), one.unseen), 'new card')}" if one.unseen else ""
    busiest = _minutes(max(day.minutes for day in one.load))
    yield from _wrap(
        f"Until then about {plural(round(reviews), 'review')}{begun}; the busiest day takes {busiest}.", width
    )
    if not one.reachable:
        yield from _wrap(_instead(one), width)
    if len(one.load) > 1:
        yield ""
        yield from _chart(one, width)


def passed_lines(goal: GoalInForce, minutes: float, width: int) -> Iterator[str]:
    """Of a goal whose date has passed lately."""
    until = _day(goal.aim.day + timedelta(DAYS_AFTER - 1))
    return _wrap(
        f"{goal.name}: its date has passed. Until {until} its reviews take at most {_minutes(minutes)} a day. To end that:"
        f" srs goal --drop {goal.name}",
        width,
    )


def _chart(one: GoalForecast, width: int) -> list[str]:
    numbers = [*range(1, len(one.load) + 1)]
    new = Series("n", numbers, [day.new for day in one.load])
    reviews = Series("r", numbers, [day.reviews for day in one.load])
    title = "reviews (r) and new cards (n) a day" if one.unseen else "reviews a day"
    return draw_chart(title, [new, reviews] if one.unseen else [reviews], len(one.load), width, _CHART_HEIGHT)


def _instead(one: GoalForecast) -> str:
    wanted, expected, other = _percent(one.goal.aim.recall), _percent(one.recall.expected), one.instead
    if wanted == expected:
        wanted, expected = (f"{100 * share:.1f} %" for share in (one.goal.aim.recall, one.recall.expected))
    text = f"Not all can be ready: all at {expected}"
    if other is None:
        return f"{text}; no number of minutes, fewer cards or later date within half a year would reach {wanted}."
    text += f", or {other.cards} of them at {wanted}." if other.cards else "."
    ways = [
        f"{other.minutes} minutes a day" if other.minutes else "",
        f"until {_day(other.date)}" if other.date else "",
    ]
    return f"{text} {wanted} of all would take {' or '.join(way for way in ways if way)}." if any(ways) else text


def _named(goal: GoalInForce) -> str:
    return "" if goal.name == goal.aim.day.isoformat() else f"{goal.name}: "


def _minutes(minutes: float) -> str:
    return plural(round(minutes), "minute") if minutes >= 0.5 else "less than a minute"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _wrap(text: str, width: int) -> Iterator[str]:
    """Keeps numbers and their percent sign together."""
    joined = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return (line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(joined, width))


def goal_json(one: GoalForecast, caveats: Sequence[str]) -> dict[str, Any]:
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
