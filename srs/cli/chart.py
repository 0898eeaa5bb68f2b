"""Charts in the terminal, readable without colour: each series has a letter."""

from collections.abc import Sequence
from math import floor, log10
from typing import NamedTuple


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


def round_up(value: float) -> float:
    """The next number, at least 1, that is short and has a short half, such as 1.6, 30 or 120."""
    unit: float = 10 ** floor(log10(max(value, 1)))
    steps = (step * unit / 10 for step in (10, 12, 14, 16, 20, 30, 40, 50, 60, 80, 100))
    return next(step for step in steps if value <= step)
