"""Draws what `goal.py` found: recall on the date against reviews per card, for the rule and its rivals.

python -m tests.benchmarks.goal_chart FOUND.json CHART.svg
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.goal_curves import Curve, Point

PANELS = ((30, 0.2), (90, 0.12))
LOWEST, HIGHEST = 0.9, 0.99
TOP, BOTTOM, LEFT, WIDTH, GAP = 84, 344, 52, 370, 46
SIZE = (LEFT + len(PANELS) * WIDTH + (len(PANELS) - 1) * GAP + 18, 396)

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #3d444d }
.title { font-weight: 600; fill: #1f2328 }
.axis { fill: #59636e; font-size: 12px }
.grid { stroke: #8884; stroke-width: 1 }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.rule { stroke-width: 3.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #c9d1d9 } .title { fill: #f0f6fc } .axis { fill: #9198a1 }
}
"""


class Way(NamedTuple):
    """How the curve of one way looks, and what it is called."""

    name: str
    label: str
    colour: str
    dash: str = ""


WAYS = (  # later ones are drawn over earlier ones
    Way("dynamic programme", "upper reference", "#8b949e", "2 5"),
    Way("fixed retention", "fixed retention", "#3b82f6"),
    Way("greedy gain", "most gain first", "#a371f7"),
    Way("due before date", "fixed retention, then all on the last day", "#1a9e77"),
    Way("last days", "low retention, then all once in the last days", "#d98a00", "7 4"),
    Way("rule", "goal", "#e5484d"),
)
LEGEND = (  # column by column, each with its left edge
    (0, ("rule", "fixed retention")),
    (190, ("due before date", "last days")),
    (556, ("greedy gain", "dynamic programme")),
)


class Panel(NamedTuple):
    """One horizon and cap: where it begins, and how many reviews its width is."""

    left: float
    most: int

    def x(self, reviews: float) -> float:
        return self.left + WIDTH * reviews / self.most

    def path(self, points: Sequence[Point]) -> str:
        """Of the points that are within the panel; the line begins at its lower edge."""
        shown = [*_from(points, LOWEST)]
        return " ".join(f"{self.x(one.reviews):.1f},{_y(one.recall):.1f}" for one in shown if one.reviews <= self.most)


def _from(points: Sequence[Point], lowest: float) -> Iterator[Point]:
    for before, point in zip((None, *points), points, strict=False):
        if point.recall < lowest:
            continue
        if before and before.recall < lowest:
            share = (lowest - before.recall) / (point.recall - before.recall)
            yield Point(lowest, before.reviews + share * (point.reviews - before.reviews), 0.0)
        yield point


def _y(recall: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (recall - LOWEST) / (HIGHEST - LOWEST)


def svg(rows: Sequence[dict[str, Any]], seeds: int) -> Iterator[str]:
    width, height = SIZE
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="Recall on the date against reviews per card">'
    )
    yield f"<style>{STYLE}</style>"
    yield from _legend()
    for n, (days, cap) in enumerate(PANELS):
        curves = {
            row["way"]: Curve([Point(*point) for point in row["points"]])
            for row in rows
            if (row["days"], row["cap"]) == (days, cap)
        }
        most = 6 if days < 60 else 9
        yield from _panel(
            Panel(LEFT + n * (WIDTH + GAP), most), curves, f"{days} days, at most {cap * 300:.0f} answers a day", n
        )
    middle = (LEFT + width - 18) / 2
    yield f'<text class="axis" x="{middle}" y="{height - 8}" text-anchor="middle">recall of 300 cards on the date, against reviews per card until then; means of {seeds} simulated learners</text>'
    yield "</svg>"


def _legend() -> Iterator[str]:
    by_name = {way.name: way for way in WAYS}
    for left, names in LEGEND:
        for n, name in enumerate(names):
            x, y = LEFT + left, 18 + n * 22
            yield _line(by_name[name], f"{x},{y - 4} {x + 26},{y - 4}")
            yield f'<text x="{x + 34}" y="{y}">{by_name[name].label}</text>'


def _line(way: Way, points: str) -> str:
    dash = f' stroke-dasharray="{way.dash}"' if way.dash else ""
    chosen = " rule" if way.name == "rule" else ""
    return f'<polyline class="line{chosen}" stroke="{way.colour}"{dash} points="{points}"/>'


def _panel(panel: Panel, curves: dict[str, Curve], title: str, number: int) -> Iterator[str]:
    yield f'<text class="title" x="{panel.left}" y="{TOP - 14}">{title}</text>'
    for percent in range(round(LOWEST * 100), round(HIGHEST * 100) + 1, 3):
        y = _y(percent / 100)
        yield f'<line class="grid" x1="{panel.left}" x2="{panel.left + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        if not number:
            yield f'<text class="axis" x="{panel.left - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'
    for reviews in range(1 if number else 0, panel.most + 1):
        yield f'<text class="axis" x="{panel.x(reviews):.1f}" y="{BOTTOM + 18}" text-anchor="middle">{reviews}</text>'
    for way in WAYS:
        yield _line(way, panel.path(curves[way.name].best))


def main() -> None:
    found = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text("\n".join(svg(found["parts"]["rivals"], found["seeds"])) + "\n")


if __name__ == "__main__":
    main()
