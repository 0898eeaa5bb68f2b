"""The charts of `srs stats`: the days that were, those to come, the hours, and what FSRS says of the cards."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from statistics import fmean

from srs.cli.chart import Series, draw_bars
from srs.cli.output import columns
from srs.insight import figures_in_words as words
from srs.insight.memory_today import MemoryToday, Spread
from srs.insight.stats import Amount, Stats

WIDE = 70
"""Columns, from which on two charts have room side by side."""

_PARTS = " ▏▎▍▌▋▊▉"
_LONG = 300  # days, of which a month says enough
_GAP = 2  # columns between what stands side by side
_HEIGHT = 7  # lines of a chart
_FRAME = 7  # columns that its axis takes at most
_STABILITY = ((0, "<1 day"), (1, "1–7"), (7, "7–30"), (30, "30–120"), (120, "120–365"), (365, "365+"))
_DIFFICULTY = ((1, "1–3"), (3, "3–5"), (5, "5–7"), (7, "7–9"), (9, "9–10"))
_RECALL = ((0.0, "<50 %"), (0.5, "50–70 %"), (0.7, "70–80 %"), (0.8, "80–90 %"), (0.9, "90–100 %"))


def side_by_side(blocks: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The blocks beside each other where `width` allows it, else below each other."""
    if width < WIDE:
        for n, block in enumerate(blocks):
            if n:
                yield ""
            yield from block
        return
    room = column_width(len(blocks), width)
    for n in range(max(map(len, blocks))):
        texts = [block[n] if n < len(block) else "" for block in blocks]
        yield "".join(text + " " * (room + _GAP - columns(text)) for text in texts).rstrip()


def column_width(count: int, width: int) -> int:
    """Of each of so many blocks side by side."""
    return (width - _GAP * (count - 1)) // count if width >= WIDE else width


def day_charts(stats: Stats, width: int) -> Iterator[str]:
    """Reviews and minutes a day in the period, from the first answer on; means of several days if there are many."""
    first, length = min(stats.days), (stats.last - min(stats.days)).days + 1
    room = column_width(2, width)
    size = -(-length // (room - _FRAME))
    days = [first + timedelta(n) for n in range(length)]
    groups = [days[n : n + size] for n in range(0, length, size)]
    marks = {n: _day(groups[n][0], with_year=length >= _LONG) for n in (0, (len(groups) - 1) // 2, len(groups) - 1)}
    suffix = f" (means of {size} days)" if size > 1 else ""

    def draw(title: str, value: Callable[[Amount], float]) -> list[str]:
        means = [fmean(value(stats.days.get(day, Amount())) for day in group) for group in groups]
        return draw_bars(f"{title}{suffix}", means, marks, room, _HEIGHT)

    yield from side_by_side(
        [draw("Reviews a day", lambda one: one.reviews), draw("Minutes a day", lambda one: one.milliseconds / 60_000)],
        width,
    )


def _day(day: date, *, with_year: bool) -> str:
    return f"{day:%b %Y}" if with_year else f"{day.day} {day:%b}"


def days_ahead(stats: Stats, width: int) -> list[str]:
    """Reviews due on each of the coming days, and what goals ask then."""
    due = list(stats.forecast.values())
    asked = [sum(goal.reviews.get(day, 0) for goal in stats.goals) for day in stats.forecast]
    last = max((n for n, reviews in enumerate(asked) if reviews), default=-1)
    line = Series("g", range(last + 1), asked[: last + 1]) if last >= 0 else None
    title = "Due by day; asked by goals (g)" if line else "Reviews due in days from today"
    return draw_bars(title, due, {n: str(n + 1) for n in range(6, len(due), 7)}, column_width(2, width), _HEIGHT, line)


def hours(stats: Stats, width: int) -> list[str]:
    marks = {n: str(n) for n in (0, 6, 12, 18, 23)}
    return draw_bars("Answers by hour", [one.answers for one in stats.hours], marks, column_width(2, width), _HEIGHT)


def memory_panels(memory: MemoryToday, width: int) -> Iterator[str]:
    """Cards by stability, difficulty and recall, in fewer bins than there are."""
    room = column_width(3, width)
    stability, difficulty, recall = memory.stability, memory.difficulty, memory.recall
    yield from side_by_side(
        [
            _panel(words.stability(stability), stability, _STABILITY, room),
            _panel(words.difficulty(difficulty), difficulty, _DIFFICULTY, room),
            _panel(words.recall_today(recall), recall, _RECALL, room),
        ],
        width,
    )


def _panel(title: str, spread: Spread, bins: Sequence[tuple[float, str]], width: int) -> list[str]:
    """A bar for each bin: from its lower bound to the next one's."""
    ends = [low for low, _ in bins[1:]] + [float("inf")]
    counts = [
        sum(one.cards for one in spread.bins if low <= one.low < end) for (low, _), end in zip(bins, ends, strict=True)
    ]
    label = max(len(name) for _, name in bins)
    number = max(len(f"{count:,}") for count in counts)
    room = min(width, 40) - label - number - 2
    most = max(counts) or 1
    return [title] + [
        f"{name:>{label}} {_bar(count, most, room):{room}} {count:>{number},}"
        for (_, name), count in zip(bins, counts, strict=True)
    ]


def _bar(count: int, most: int, room: int) -> str:
    eighths = -(-8 * count * room // most)
    return ("█" * (eighths // 8) + _PARTS[eighths % 8]).rstrip()
