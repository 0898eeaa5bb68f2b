"""The screen of `srs stats`, 40 to 80 columns wide, readable without colour."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from srs.cli import stats_charts
from srs.cli.heat_map import heat_map
from srs.cli.output import columns
from srs.core.event import Rating
from srs.core.plural import plural
from srs.insight.memory_today import GoalAhead
from srs.insight.stats import FORECAST_DAYS, Amount, ByAge, Retention, Stats, Steps

_NAMES, _ROWS = 24, 6  # columns of a deck's name, rows of a table
_SOME = 20  # reviews, of which the share that was recalled says something
_NO_DECK = "(in no deck)"


def stats_lines(stats: Stats, today: date, width: int, console: Console) -> Iterator[str | Text]:
    if not stats.ever:
        yield from _nothing(stats, width)
        return
    yield from _wrap("Today", _today(stats.today), width)
    yield from _wrap("In a row", f"{plural(stats.streak.now, 'day')}; the longest: {stats.streak.longest}", width)
    yield from _wrap("Cards", _states(stats), width)
    yield ""
    yield from heat_map(stats.year, today, width, console)
    yield ""
    yield from wrap(_period(stats), width)
    if len(stats.days) > 1:
        yield from stats_charts.day_charts(stats, width)
    yield ""
    yield from _retention_table(stats, width)
    for name, steps in (("Learning", stats.learning), ("Relearning", stats.relearning)):
        if steps.answers:
            yield from wrap(f"{name} steps: {_passed(steps)} passed (not rated Again).", width)
    yield ""
    yield from wrap(_to_come(stats), width)
    for goal in stats.goals:
        yield from wrap(_goal(goal), width)
    ahead = stats_charts.days_ahead(stats, width) if any(stats.forecast.values()) or stats.goals else []
    hours = stats_charts.hours(stats, width) if stats.total.answers else []
    if blocks := [block for block in (ahead, hours) if block]:
        yield from stats_charts.side_by_side(blocks, width)
    if stats.memory.cards:
        yield ""
        yield from stats_charts.memory_panels(stats.memory, width)
    yield ""
    for note in _notes(stats):
        yield from wrap(note, width)


def _nothing(stats: Stats, width: int) -> Iterator[str]:
    yield from wrap(
        "No answers yet. After your first review (srs review), this screen shows your days in a row, the minutes you took,"
        " how much you recalled by deck, the days and hours on which you studied, the reviews of the coming weeks, and the"
        " cards that you forget most.",
        width,
    )
    yield ""
    yield from _wrap("Cards", _states(stats), width)


def _wrap(title: str, text: str, width: int) -> list[str]:
    return wrap(f"{title:10}{text}", width, subsequent_indent=" " * 10)


def _today(amount: Amount) -> str:
    if not amount.answers:
        return "nothing yet (srs review)"
    recalled = f", {_share(Retention(amount.reviews, amount.recalled))} recalled" if amount.reviews else ""
    return (
        f"{plural(amount.answers, 'answer')} in {_minutes(amount.milliseconds)}:"
        f" {plural(amount.reviews, 'review')}{recalled}, {plural(amount.new, 'new card')}"
    )


def _states(stats: Stats) -> str:
    names = ("new", "learning", "young", "mature", "suspended")
    return ", ".join(f"{getattr(stats.states, name):,}\N{NO-BREAK SPACE}{name}" for name in names)


def _period(stats: Stats) -> str:
    days, total = len(stats.days), stats.total
    text = f"{stats.first} to {stats.last}: "
    if not days:
        return f"{text}no answers."
    return (
        f"{text}{total.answers:,} answers and {total.reviews:,} reviews among them in {_minutes(total.milliseconds)},"
        f" {total.new:,} new; {total.answers / days:.0f} answers and {total.milliseconds / 60_000 / days:.1f} minutes a day"
        f" on {plural(days, 'day')}."
    )


def _retention_table(stats: Stats, width: int) -> Iterator[str]:
    rows = [("all", stats.retention)]
    rows += _rows({name or _NO_DECK: found for name, found in stats.decks.items()})
    rows += _rows({name: found for name, found in stats.kinds.items() if name})
    narrow = width < 60
    name_width = min(max(columns(name) for name, _ in rows), 12 if narrow else _NAMES)
    name_width = max(name_width, len("Recalled"))
    cell = 8 if narrow else 18
    yield f"{'Recalled':{name_width}}" + "".join(f"{head:>{cell}}" for head in ("young", "mature", "all"))
    for name, found in rows:
        cells = (found.young, found.mature, found.all)
        texts = [_share(one) if narrow or not one.reviews else f"{_share(one)} of {one.reviews:,}" for one in cells]
        yield _pad(name, name_width) + "".join(f"{text:>{cell}}" for text in texts)


def _rows(found: Mapping[str, ByAge]) -> list[tuple[str, ByAge]]:
    """Those with most reviews; none if there is but one, which is all."""
    return list(islice(found.items(), _ROWS)) if len(found) > 1 else []


def _pad(text: str, width: int) -> str:
    """Filled up to so many columns, or without its beginning: the end of a deck's name tells it from its siblings."""
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[1:]
        text = f"…{text}"
    return text + " " * (width - columns(text))


def _to_come(stats: Stats) -> str:
    ahead = list(stats.forecast.values())
    return f"To come: {plural(sum(ahead[:7]), 'review')} in 7 days, {sum(ahead):,} in {FORECAST_DAYS}."


def _goal(goal: GoalAhead) -> str:
    name = "" if goal.name == goal.day.isoformat() else f"{goal.name}, "
    days = list(goal.reviews.values())
    return (
        f"Goal {name}{goal.day}: {_percent(goal.expected)} recall expected, {_percent(goal.wanted)} wanted; asks about"
        f" {sum(days):,.0f} reviews until then, {sum(days[1:8]):,.0f} in the coming 7 days."
    )


def _notes(stats: Stats) -> Iterator[str]:
    if found := stats.calibration:
        of = f", of one card in {found.sampled}" if found.sampled > 1 else ""
        yield (
            f"FSRS expected {100 * found.expected:.1f}\N{NO-BREAK SPACE}% of {found.reviews:,} reviews to be recalled{of};"
            f" {100 * found.recalled:.1f}\N{NO-BREAK SPACE}% were (RMSE {found.score.rmse:.3f}, log loss"
            f" {found.score.log_loss:.3f})."
        )
        buckets = [one for one in found.buckets if one.reviews >= _SOME]
        if len(buckets) > 1:
            pairs = ", ".join(
                f"{_percent(one.predicted)}\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}{_percent(one.recalled / one.reviews)}"
                for one in buckets
            )
            yield f"By what it expected, and what was recalled: {pairs}."
    if stats.hard_for_again:
        yield (
            f"Hard seems to be pressed for forgotten cards: you rated {stats.ratings[Rating.AGAIN]:,} reviews Again and"
            f" {stats.ratings[Rating.HARD]:,} Hard. Press Again for what you forgot; Hard means recalled with effort."
        )
    if stats.leeches:
        names = ", ".join(f"{leech.card} ({leech.lapses})" for leech in stats.leeches[:5])
        yield f"{plural(len(stats.leeches), 'leech').replace('leechs', 'leeches')}, with their lapses: {names}."
    if stats.later:
        yield (
            f"{plural(stats.later, 'answer')} on days after today, made while a clock was wrong, will count on their day."
        )


def _passed(steps: Steps) -> str:
    return f"{_share(Retention(steps.answers, steps.passed))} of {steps.answers:,}"


def _share(found: Retention) -> str:
    return f"{100 * found.recalled / found.reviews:.1f} %" if found.reviews else "–"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _minutes(milliseconds: int) -> str:
    minutes = round(milliseconds / 60_000)
    return plural(minutes, "minute") if minutes < 600 else f"{minutes / 60:,.0f} hours"
