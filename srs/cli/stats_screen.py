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
from srs.insight import figures_in_words as words
from srs.insight.stats import ByAge, Stats

_NAMES, _ROWS = 24, 6  # columns of a deck's name, rows of a table
_SOME = 20  # reviews, of which the share that was recalled says something


def stats_lines(stats: Stats, today: date, width: int, console: Console) -> Iterator[str | Text]:
    if not stats.ever:
        yield from _nothing(stats, width)
        return
    yield from _wrap("Today", words.today(stats.today), width)
    yield from _wrap("In a row", words.streak(stats), width)
    yield from _wrap("Cards", words.states(stats.states), width)
    yield ""
    yield from heat_map(stats.year, today, width, console)
    yield ""
    yield from wrap(words.period(stats), width)
    if len(stats.days) > 1:
        yield from stats_charts.day_charts(stats, width)
    yield ""
    yield from _retention_table(stats, width)
    for sentence in words.steps(stats):
        yield from wrap(sentence, width)
    yield ""
    yield from wrap(f"To come: {words.to_come(stats)}", width)
    for goal in stats.goals:
        yield from wrap(words.goal(goal), width)
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
    yield from wrap(words.NOTHING, width)
    yield ""
    yield from _wrap("Cards", words.states(stats.states), width)


def _wrap(title: str, text: str, width: int) -> list[str]:
    return wrap(f"{title:10}{text}", width, subsequent_indent=" " * 10)


def _retention_table(stats: Stats, width: int) -> Iterator[str]:
    rows = [("all", stats.retention)]
    rows += _rows({name or words.NO_DECK: found for name, found in stats.decks.items()})
    rows += _rows({name: found for name, found in stats.kinds.items() if name})
    narrow = width < 60
    name_width = min(max(columns(name) for name, _ in rows), 12 if narrow else _NAMES)
    name_width = max(name_width, len("Recalled"))
    cell = 8 if narrow else 18
    yield f"{'Recalled':{name_width}}" + "".join(f"{head:>{cell}}" for head in ("young", "mature", "all"))
    for name, found in rows:
        cells = (found.young, found.mature, found.all)
        texts = [words.share(one) if narrow else words.share_of(one) for one in cells]
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


def _notes(stats: Stats) -> Iterator[str]:
    yield from filter(None, (words.calibration(stats), _buckets(stats), words.hard_for_again(stats)))
    if stats.leeches:
        names = ", ".join(f"{leech.card} ({leech.lapses})" for leech in stats.leeches[:5])
        yield f"{words.leeches(len(stats.leeches))}: {names}."
    yield from filter(None, [words.later(stats)])


def _buckets(stats: Stats) -> str:
    """What was recalled, by what FSRS expected; empty if most reviews were expected to be recalled equally often."""
    buckets = [one for one in stats.calibration.buckets if one.reviews >= _SOME] if stats.calibration else []
    if len(buckets) < 2:
        return ""
    pairs = ", ".join(
        f"{_percent(one.predicted)}\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}{_percent(one.recalled / one.reviews)}"
        for one in buckets
    )
    return f"By what it expected, and what was recalled: {pairs}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
