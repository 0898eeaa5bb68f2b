"""Charts as SVG. `pygal` computes where bars, lines, axes and their marks are; of what it writes only that is kept: no
script, style, comment or address of its own.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any, Literal, NamedTuple
from xml.etree.ElementTree import Element

Kind = Literal["stacked", "beside", "lines"]

_WIDTH, _HEIGHT, _TOP = 640, 250, 34
_LETTERS = 23  # the size of the largest letters, those on a phone, for which the margins are made
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Drawing(NamedTuple):
    """What stands within an `svg` element of this size."""

    width: int
    height: int
    body: str


class Scale(NamedTuple):
    """The marks of an axis, lowest first, and the sign that follows each number."""

    marks: Sequence[float]
    sign: str = ""

    def text(self, value: float) -> str:
        return f"{value:,.0f}{self.sign}"


class Point(NamedTuple):
    """`size` is its part of the greatest circle's area."""

    x: float
    y: float
    size: float
    hover: str


def counts(values: Iterable[float]) -> Scale:
    """From 0 to the greatest value or above it, in steps of 1, 2 or 5 times a power of ten."""
    most = max(values, default=0)
    unit = 10 ** floor(log10(max(most / 4, 1)))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n * 4 >= most)
    return Scale([step * n for n in range(max(ceil(most / step), 1) + 1)])


def percents(values: Iterable[float | None]) -> Scale:
    """From the lowest value or below it to 100 %."""
    below = 100 - min((value for value in values if value is not None), default=100)
    step = next(step for step in (5, 10, 20, 25) if step * 4 >= below)
    marks = [100 - step * n for n in reversed(range(max(ceil(below / step), 2) + 1))]
    return Scale(marks, "\N{NO-BREAK SPACE}%")


def draw(
    kind: Kind,
    series: Mapping[str, Sequence[float | None]],
    ticks: Sequence[str],
    hovers: Sequence[str],
    scale: Scale,
) -> Drawing:
    """A column for each tick, which is its label or empty; its hover is shown while a pointer is over it. Where a line has no
    value it is interrupted.
    """
    pygal = _pygal()
    make = {"stacked": pygal.StackedBar, "beside": pygal.Bar, "lines": pygal.Line}[kind]
    chart = make(**_options(scale), x_labels=[str(n) for n in range(len(ticks))], allow_interruptions=True)
    for name, values in series.items():
        chart.add(name, [{"value": value, "node": {"number": n}} for n, value in enumerate(values)])
    plot = _Plot(chart.render_tree())
    middles = [x for x, _ in plot.marks("x")]
    half = (middles[1] - middles[0]) / 2 if len(middles) > 1 else plot.width / 2
    shapes = plot.shapes()
    body = [plot.grid(scale), *plot.x_labels(ticks), *plot.lines()]
    for n, (middle, hover) in enumerate(zip(middles, hovers, strict=True)):
        left, right = max(middle - half, 0), min(middle + half, plot.width)
        place = f'x="{_short(left)}" width="{_short(right - left)}" height="{_short(plot.height)}"'
        hit = f'<rect class="hit" {place}/>'
        body.append(f'<g class="col"><title>{escape(hover)}</title>{hit}{"".join(shapes[n])}</g>')
    return plot.drawing(body, list(series), kind)


def draw_against(names: tuple[str, str], points: Sequence[Point], scale: Scale) -> Drawing:
    """Circles, and the line on which x and y are the same; `names` are those of the line and of the circles. Both axes have the
    same marks.
    """
    pygal = _pygal()
    ends = scale.marks[0], scale.marks[-1]
    chart = pygal.XY(
        **_options(scale, height=320, right=44), x_labels=[*scale.marks], xrange=ends, x_value_formatter=scale.text
    )
    chart.add(names[0], [(end, end) for end in ends], show_dots=False)
    circles = [
        {"value": point[:2], "node": {"number": n, "r": 3 + 9 * point.size**0.5}} for n, point in enumerate(points)
    ]
    chart.add(names[1], circles, stroke=False)
    plot = _Plot(chart.render_tree())
    shapes = plot.shapes()
    body = [plot.grid(scale), *plot.x_labels([*map(scale.text, scale.marks)]), *plot.lines()]
    body += [
        f'<g class="col"><title>{escape(point.hover)}</title>{"".join(shapes[n])}</g>' for n, point in enumerate(points)
    ]
    return plot.drawing(body, list(names), "lines")


def _pygal() -> Any:
    """The library, without the hook for maps that it leaves among Python's importers: 3.11 warns of it at every import."""
    import pygal  # noqa: PLC0415 - slow to import

    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]
    return pygal


def _options(scale: Scale, height: int = _HEIGHT, right: int = 26) -> dict[str, Any]:
    from pygal.style import Style  # noqa: PLC0415 - slow to import

    return {
        "width": _WIDTH,
        "height": height,
        "margin": 8,
        "margin_right": right,
        "margin_top": _TOP,
        "spacing": 8,
        "style": Style(label_font_size=_LETTERS),
        "show_legend": False,
        "range": (scale.marks[0], scale.marks[-1]),
        "y_labels": [*scale.marks],
        "value_formatter": scale.text,
        "dots_size": 3.5,
        "js": [],
        "no_prefix": True,
    }


class _Plot:
    """The field between the axes in what pygal has drawn."""

    def __init__(self, root: Element) -> None:
        self._field, self._overlay = (
            next(group for group in root.iter("g") if group.get("class") == name) for name in ("plot", "plot overlay")
        )
        background = self._field.find("rect")
        assert background is not None
        self.width, self.height = (float(background.get(side, 0)) for side in ("width", "height"))
        self._height = int(root.get("viewBox", "").split()[-1])
        self._corner = [_short(float(n)) for n in _NUMBER.findall(self._field.get("transform", ""))]

    def marks(self, axis: Literal["x", "y"]) -> list[tuple[float, float]]:
        """Where the grid's lines begin."""
        (group,) = (one for one in self._field.iter("g") if one.get("class", "").split()[:2] == ["axis", axis])
        guides = (guide.find("path") for guide in group.iter("g") if guide.get("class") == "guides")
        starts = [[*map(float, _NUMBER.findall(path.get("d", "")))] for path in guides if path is not None]
        return [(x, y) for x, y, *_ in starts]

    def grid(self, scale: Scale) -> str:
        heights = [y for _, y in self.marks("y")]
        lines = "".join(f"M0 {_short(y)}h{_short(self.width)}" for y in heights)
        labels = (
            f'<text x="-8" y="{_short(y)}" dy=".34em">{escape(scale.text(mark))}</text>'
            for y, mark in zip(heights, scale.marks, strict=True)
        )
        return f'<path class="grid" d="{lines}"/><g class="y">{"".join(labels)}</g>'

    def x_labels(self, ticks: Sequence[str]) -> Iterator[str]:
        y = _short(self.height + 8)
        texts = (
            f'<text x="{_short(x)}" y="{y}" dy=".9em">{escape(tick)}</text>'
            for (x, _), tick in zip(self.marks("x"), ticks, strict=True)
            if tick
        )
        yield f'<g class="x">{"".join(texts)}</g>'

    def lines(self) -> Iterator[str]:
        for n, group in self._series(self._field):
            for path in group.iter("path"):
                yield f'<path class="line s{n}" d="{_NUMBER.sub(_shorten, path.get("d", ""))}"/>'

    def shapes(self) -> defaultdict[int, list[str]]:
        """Bars and dots by the number of their column."""
        found = defaultdict[int, list[str]](list)
        for n, group in self._series(self._field):
            for column, bar in enumerate(group.iter("rect")):
                if float(bar.get("height", 0)):
                    place = " ".join(
                        f'{side}="{_short(float(bar.get(side, 0)))}"' for side in ("x", "y", "width", "height")
                    )
                    found[column].append(f'<rect class="s{n}" {place}/>')
        for n, group in self._series(self._overlay):
            for dot in group.iter("circle"):
                place = " ".join(f'{side}="{_short(float(dot.get(side, 0)))}"' for side in ("cx", "cy", "r"))
                found[int(dot.get("number", 0))].append(f'<circle class="s{n}" {place}/>')
        return found

    def drawing(self, body: Iterable[str], names: Sequence[str], kind: Kind) -> Drawing:
        """With the names of the series above it, if there are several."""
        signs = "●" if kind == "lines" else "■"
        legend = "".join(
            f'<tspan class="s{n}"{" dx=" + chr(34) + "18" + chr(34) if n else ""}>{signs}</tspan> {escape(name)}'
            for n, name in enumerate(names)
        )
        shown = f'<text class="legend" y="-14">{legend}</text>' if len(names) > 1 else ""
        return Drawing(
            _WIDTH, self._height, f'<g transform="translate({" ".join(self._corner)})">{shown}{"".join(body)}</g>'
        )

    @staticmethod
    def _series(parent: Element) -> Iterator[tuple[int, Element]]:
        groups = (group for group in parent.iter("g") if group.get("class", "").startswith("series "))
        return enumerate(groups)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _shorten(found: re.Match[str]) -> str:
    return _short(float(found[0]))
