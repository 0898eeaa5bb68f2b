"""The sections of the page on all chosen cards together."""

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from itertools import islice
from typing import NamedTuple

from srs.core.plural import plural
from srs.insight import figures_in_words as words
from srs.insight.report.charts import CHARTS
from srs.insight.report.html_parts import bar, details, name, paragraphs, share_of, svg, table
from srs.insight.stats import ByAge, Leech, Stats

_MOST_DECKS, _MOST_LEECHES = 100, 100  # rows of a table


class Section(NamedTuple):
    """`body` is HTML."""

    id: str
    title: str
    body: str


def sections(stats: Stats, today: date) -> Iterator[Section]:
    yield Section("today", "Today", _today(stats))
    if not stats.ever:
        return
    yield Section("year", "The past year", figure("heatmap", stats, today))
    yield Section(
        "answers",
        "Answers and minutes",
        paragraphs(words.period(stats)) + _figures(stats, today, "answers", "minutes"),
    )
    yield Section("recalled", "Recalled", _recalled(stats, today))
    come = paragraphs(f"{words.to_come(stats)} What is overdue is not among them.", *map(words.goal, stats.goals))
    yield Section("to-come", "To come", come + figure("forecast", stats, today))
    yield Section(
        "hours",
        "Hours and ratings",
        _figures(stats, today, "hours", "ratings") + paragraphs(words.hard_for_again(stats)),
    )
    if stats.memory.cards:
        told = f"What FSRS says today of the {plural(stats.memory.cards, 'card')} that you have answered. Stability: the days until recall falls to 90 %."
        memory = paragraphs(told) + _figures(stats, today, "stability", "difficulty", "recall")
        yield Section("memory", "Memory", memory)
    expected = words.calibration(stats) or "There are no reviews in this period that FSRS could have predicted."
    yield Section("fsrs", "FSRS expected", paragraphs(expected) + figure("calibration", stats, today))
    yield Section("leeches", "Leeches", _leeches(stats.leeches))


def figure(chart: str, stats: Stats, today: date) -> str:
    """The chart, and its table to be opened; nothing where there is nothing to show."""
    found = CHARTS[chart](stats, today)
    if found.drawing is None:
        return ""
    rows = table(found.title, found.head, found.rows)
    wide = " wide" if chart == "heatmap" else ""
    return (
        f'<figure class="of-{chart}{wide}"><figcaption>{escape(found.title)}</figcaption>'
        f"{svg(found.drawing, f'Chart: {found.title}. Its figures are in the table below.')}"
        f"{details(f'Table: {found.title}', rows)}</figure>"
    )


def _figures(stats: Stats, today: date, *charts: str) -> str:
    """Beside each other where there is room."""
    return f'<div class="pair">{"".join(figure(chart, stats, today) for chart in charts)}</div>'


def _today(stats: Stats) -> str:
    if not stats.ever:
        return paragraphs(words.NOTHING, words.later(stats)) + _tiles({"Cards": words.states(stats.states)})
    tiles = {"Today": words.today(stats.today), "In a row": words.streak(stats), "Cards": words.states(stats.states)}
    if stats.retention.all.reviews:
        tiles["Recalled"] = f"{words.share_of(stats.retention.all)} reviews"
    return _tiles(tiles) + paragraphs(words.later(stats))


def _tiles(texts: Mapping[str, str]) -> str:
    return f'<dl class="tiles">{"".join(f"<div><dt>{title}</dt><dd>{escape(text)}</dd></div>" for title, text in texts.items())}</dl>'


def _recalled(stats: Stats, today: date) -> str:
    told = "Reviews that were not rated Again. Young: the interval before was below 21 days; mature: from there on."
    if not stats.retention.all.reviews:
        return paragraphs("There are no reviews in this period yet.", *words.steps(stats))
    decks = {deck or words.NO_DECK: found for deck, found in stats.decks.items()}
    kinds = {kind or words.NO_DECK: found for kind, found in stats.kinds.items()}
    return (
        paragraphs(told)
        + figure("retention", stats, today)
        + _by_name("Recalled by deck", "deck", {"all": stats.retention, **dict(islice(decks.items(), _MOST_DECKS))})
        + _left_out(decks)
        + (_by_name("Recalled by kind", "kind", kinds) if len(kinds) > 1 else "")
        + paragraphs(*words.steps(stats))
    )


def _by_name(caption: str, what: str, groups: Mapping[str, ByAge]) -> str:
    rows = (
        (
            name(group),
            *(f"{bar(one, n)}{share_of(one)}" for n, one in enumerate((found.young, found.mature, found.all))),
        )
        for group, found in groups.items()
    )
    return table(caption, (what, "young", "mature", "all"), rows)


def _left_out(decks: Mapping[str, ByAge]) -> str:
    rest = [*decks.values()][_MOST_DECKS:]
    reviews = sum(found.all.reviews for found in rest)
    return paragraphs(f"And {plural(len(rest), 'more deck')} with {reviews:,} reviews." if rest else "")


def _leeches(leeches: list[Leech]) -> str:
    if not leeches:
        return paragraphs("There are none: no card has been forgotten very often.")
    told = "Cards that you have forgotten very often. Rewrite them, split them or add a cue."
    shown = leeches[:_MOST_LEECHES]
    head, rows = ["card", "deck", "lapses"], [[name(one.card), name(one.deck), f"{one.lapses:,}"] for one in shown]
    if any(one.suspended for one in shown):
        head.append("suspended")
        rows = [[*row, "yes" if one.suspended else ""] for row, one in zip(rows, shown, strict=True)]
    rest = len(leeches) - _MOST_LEECHES
    return (
        paragraphs(told)
        + table(words.leeches(len(leeches)), head, rows)
        + paragraphs(f"And {rest:,} more." if rest > 0 else "")
    )
