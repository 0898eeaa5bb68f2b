"""Charts in the terminal, readable without colour: each series has a letter."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

BLOCKS = " ▁▂▃▄▅▆▇█"
"""Nothing, an eighth of a line's height, and so on."""


class Series(NamedTuple):
    marker: str
    x: Sequence[float]
    y: Sequence[float]


def draw_chart(title: str, series: Sequence[Series], last: int, width: int, height: int) -> list[str]:
    """The lines of a chart, `width` columns wide; both axes begin at 0, and x ends at `last`."""
    from plotext import figure  # noqa: PLC0415 - slow to import

    top = round_up(max(value for one in series for value in one.y))
    figure.clear()  # the library has only one
    figure.plot_size(width, height)
    figure.title(title)
    heights = [0, top / 2, top]
    figure.ruler("y").lim(0, top)
    figure.ruler("y").ticks(heights, [f"{mark:g}" for mark in heights])
    marks = sorted({last * n // 4 for n in range(5)})
    figure.ruler("x").lim(0, last)
    figure.ruler("x").ticks(marks, [*map(str, marks)])
    for one in series:
        signal = figure.signal(one.x, one.y, marker=one.marker)
        signal.lines()
        figure.draw(signal)
    return [line.rstrip() for line in figure.build().string(colorless=True).splitlines()]


def draw_bars(
    title: str, values: Sequence[float], marks: Mapping[int, str], width: int, height: int, line: Series | None = None
) -> list[str]:
    """The lines of a chart of equally broad bars, at most `width` columns wide. `marks` are below the bars of these numbers,
    from 0 on; the y of `line` belong to its x of these numbers.
    """
    from plotext import figure  # noqa: PLC0415 - slow to import

    top = round_up(max([*values, *(line.y if line else [])]))
    heights = [f"{mark:g}" for mark in (0, top / 2, top)]
    room = width - max(map(len, heights)) - 2
    bar = max(room // len(values), 1)
    rows = height - 4  # without title, frame and marks
    figure.clear()
    figure.plot_size(width - room + bar * len(values), height)
    figure.title(title)
    figure.ruler("y").lim(0, rows - 1)  # the middle of the lowest and the highest row
    figure.ruler("y").ticks([0, (rows - 1) / 2, rows - 1], heights)
    figure.ruler("x").lim(0, bar * len(values) - 1)
    figure.ruler("x").ticks([bar * n + (bar - 1) // 2 for n in marks], [*marks.values()])
    cells = _cells([value / top * rows for value in values], bar)
    for sign in sorted({sign for _, _, sign in cells}):
        figure.draw(figure.signal(*zip(*((x, y) for x, y, one in cells if one == sign), strict=True), marker=sign))
    if line:
        middle = [bar * n + (bar - 1) // 2 for n in line.x]
        figure.draw(figure.signal(middle, [min(int(y / top * rows), rows - 1) for y in line.y], marker=line.marker))
    return [text.rstrip() for text in figure.build().string(colorless=True).splitlines()]


def _cells(heights: Sequence[float], bar: int) -> list[tuple[int, int, str]]:
    """Column, row and sign of what is filled of bars so many rows high: whole cells, and in the highest an eighth or more."""
    found = []
    for n, height in enumerate(heights):
        eighths = ceil(height * 8 - 1e-9)
        for row in range(-(-eighths // 8)):
            sign = BLOCKS[min(eighths - 8 * row, 8)]
            found += [(bar * n + column, row, sign) for column in range(max(bar - 1, 1))]
    return found


def round_up(value: float) -> float:
    """The next number, at least 1, that is short and has a short half, such as 1.6, 30 or 120."""
    unit: float = 10 ** floor(log10(max(value, 1)))
    steps = (step * unit / 10 for step in (10, 12, 14, 16, 20, 30, 40, 50, 60, 80, 100))
    return next(step for step in steps if value <= step)
