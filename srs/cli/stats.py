"""The figures of a period: one screen, or JSON."""

import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import click

from srs.cli import complete
from srs.cli.card_choice import card_query, find_option
from srs.cli.context import Context, pass_context
from srs.cli.dates import parse_day
from srs.cli.deck_folder import report_folder
from srs.cli.output import emit, json_option, say
from srs.collection import Collection, lookup
from srs.collection.query import quoted
from srs.core.errors import BadInput
from srs.insight.memory_today import GoalAhead, Spread
from srs.insight.stats import Amount, ByAge, Period, Retention, Stats, read_stats

_NARROWEST, _WIDEST = 40, 80  # columns: tables and charts need so many, and longer lines are hard to read
_DAYS = {"week": 7, "month": 30, "year": 365}


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that choose cards and a period."""
    decks = click.option(
        "--deck",
        "decks",
        multiple=True,
        metavar="DECK",
        shell_complete=complete.decks,
        help="Only this deck and its subdecks.",
    )
    tags = click.option(
        "--tag", "tags", multiple=True, metavar="TAG", shell_complete=complete.tags, help="Only notes with this tag."
    )
    period = click.option(
        "--period",
        default="year",
        show_default=True,
        metavar="PERIOD",
        help="week, month, year or all, up to today; or FROM..TO, e.g. 2026-01-01..2026-03-31.",
    )
    return decks(tags(find_option("Only cards")(period(command))))


@click.command("stats")
@period_options
@json_option
@pass_context
def stats_command(
    context: Context, decks: tuple[str, ...], tags: tuple[str, ...], query: str, period: str, as_json: bool
) -> None:
    """Show what you have learnt, and what is to come.

    A review counts as recalled unless it was rated Again. It is young below an interval of 21 days, and mature from there
    on. Crammed answers count as answers, but not as reviews, as in Anki.
    """
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    chosen = parse_period(period, collection.calendar.day(now))
    only = chosen_cards(collection, decks, tags, query, now)
    if as_json:
        emit(_json(read_stats(collection, chosen, now, only)))
        return
    stats = read_stats(collection, chosen, now, only, meanwhile=_import_screen)
    from srs.cli.stats_screen import stats_lines  # noqa: PLC0415 - programs need no screen
    from srs.review.terminal.console import BoundedConsole  # noqa: PLC0415
    from srs.review.terminal.theme import theme  # noqa: PLC0415

    console = BoundedConsole(theme(collection.settings.theme, os.environ), os.environ)
    width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    for line in stats_lines(stats, collection.calendar.day(now), width, console):
        if isinstance(line, str):
            say(line)
        else:
            console.print(line, soft_wrap=True)


def chosen_cards(
    collection: Collection, decks: tuple[str, ...], tags: tuple[str, ...], query: str, now: int
) -> frozenset[str] | None:
    """The cards that the options choose, None without any. Raises QueryError, Unknown."""
    named = [f"({' or '.join(f'deck:{quoted(deck)}' for deck in decks)})"] if decks else []
    if text := card_query(collection.kinds, query, tags, None, *named):
        return lookup.chosen(collection, lookup.query(collection, text), now)
    return None


def parse_period(text: str, today: date) -> Period:
    """Raises BadInput."""
    if text == "all":
        return Period(None, today)
    if text in _DAYS:
        return Period(today - timedelta(_DAYS[text] - 1), today)
    start, dots, end = text.partition("..")
    first, last = parse_day(start), parse_day(end if dots else start)
    if first is None or last is None:
        raise BadInput("--period", text, "week, month, year, all or two dates, such as 2026-01-01..2026-03-31")
    if first > last:
        raise BadInput("--period", text, f"the earlier date first, {last}..{first}")
    if first > today:
        raise BadInput("--period", text, f"days up to today, {today}")
    return Period(first, last)


def _json(stats: Stats) -> dict[str, Any]:
    calibration = stats.calibration
    return {
        "from": stats.first.isoformat(),
        "to": stats.last.isoformat(),
        **_amount(stats.total),
        "retention": _by_age(stats.retention),
        "states": {name: getattr(stats.states, name) for name in ("new", "learning", "young", "mature", "suspended")},
        "by_day": [
            {"day": day.isoformat(), **_amount(amount), **_young_and_mature(stats.ages.get(day, ByAge()))}
            for day, amount in stats.days.items()
        ],
        "forecast": [{"day": day.isoformat(), "reviews": reviews} for day, reviews in stats.forecast.items()],
        "streak": stats.streak.now,
        "longest_streak": stats.streak.longest,
        "calibration": {
            "log_loss": calibration and calibration.score.log_loss,
            "rmse": calibration and calibration.score.rmse,
            "buckets": [bucket._asdict() for bucket in calibration.buckets] if calibration else [],
            "sampled": calibration.sampled if calibration else 1,
        },
        "today": _amount(stats.today),
        "decks": [{"deck": deck or None, "retention": _by_age(found)} for deck, found in stats.decks.items()],
        "kinds": [{"kind": kind or None, "retention": _by_age(found)} for kind, found in stats.kinds.items()],
        "hours": [
            {"hour": hour, "answers": found.answers, "reviews": found.reviews, "recalled": found.recalled}
            for hour, found in enumerate(stats.hours)
        ],
        "ratings": {rating.name.lower(): count for rating, count in stats.ratings.items()},
        "steps": {"learning": stats.learning._asdict(), "relearning": stats.relearning._asdict()},
        "memory": {
            "cards": stats.memory.cards,
            "stability": _spread(stats.memory.stability),
            "difficulty": _spread(stats.memory.difficulty),
            "recall": _spread(stats.memory.recall),
        },
        "goals": [_goal(goal) for goal in stats.goals],
        "leeches": [leech._asdict() for leech in stats.leeches],
        "hard_for_again": stats.hard_for_again,
        "later": stats.later,
    }


def _import_screen() -> None:
    import plotext  # noqa: F401, PLC0415 - a tenth of a second

    import srs.cli.stats_screen  # noqa: F401, PLC0415 - as above


def _amount(amount: Amount) -> dict[str, float]:
    return {
        "answers": amount.answers,
        "reviews": amount.reviews,
        "recalled": amount.recalled,
        "new": amount.new,
        "minutes": amount.milliseconds / 60_000,
    }


def _spread(found: Spread) -> dict[str, Any]:
    return {"mean": found.mean, "median": found.median, "bins": [one._asdict() for one in found.bins]}


def _goal(goal: GoalAhead) -> dict[str, Any]:
    return {
        "name": goal.name,
        "date": goal.day.isoformat(),
        "target": goal.wanted,
        "recall": {"expected": round(goal.expected, 4), "low": round(goal.low, 4), "high": round(goal.high, 4)},
        "load": [{"day": day.isoformat(), "reviews": round(reviews, 1)} for day, reviews in goal.reviews.items()],
    }


def _young_and_mature(found: ByAge) -> dict[str, Any]:
    return {"young": _retention(found.young), "mature": _retention(found.mature)}


def _by_age(found: ByAge) -> dict[str, Any]:
    return {age: _retention(one) for age, one in found._asdict().items()}


def _retention(found: Retention) -> dict[str, int]:
    return found._asdict()
