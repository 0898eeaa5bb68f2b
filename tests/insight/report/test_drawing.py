"""What is drawn shows the numbers, and holds nothing but shapes and texts."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.insight.report.drawing import Drawing, Point, counts, draw, draw_against, percents


def elements(drawing: Drawing, name: str, of_class: str = "") -> list[ET.Element]:
    return [one for one in ET.fromstring(drawing.body).iter(name) if of_class in one.get("class", "")]


@given(st.lists(st.integers(0, 10**7) | st.floats(0, 5000)))
def test_an_axis_of_counts_reaches_from_0_to_the_greatest_in_few_equal_steps(values: list[float]) -> None:
    scale = counts(values)
    assert scale.marks[0] == 0
    assert scale.marks[-1] >= max(values, default=0)
    assert 2 <= len(scale.marks) <= 6
    assert len({after - before for before, after in pairwise(scale.marks)}) == 1
    assert len({*map(scale.text, scale.marks)}) == len(scale.marks)


@given(st.lists(st.none() | st.floats(0, 100)))
def test_an_axis_of_shares_reaches_from_below_the_lowest_to_100(values: list[float | None]) -> None:
    marks = percents(values).marks
    assert marks[-1] == 100
    assert 0 <= marks[0] <= min((value for value in values if value is not None), default=100)
    assert 3 <= len(marks) <= 5


def test_bars_are_as_high_as_their_numbers_and_stand_on_each_other() -> None:
    drawing = draw("stacked", {"a": [10, 0, 30], "b": [20, 5, 0]}, ["x", "", "z"], ["h1", "h2", "h3"], counts([30]))
    heights = {(bar.get("class"), float(bar.get("x", 0))): float(bar.get("height", 0)) for bar in bars(drawing)}
    assert len(heights) == 4
    (a1, a3), (b1, b2) = ([h for (of, _), h in sorted(heights.items()) if of == series] for series in ("s0", "s1"))
    assert (a3 / a1, b1 / a1, b2 / a1) == pytest.approx((3, 2, 0.5), rel=0.01)
    columns = elements(drawing, "g", "col")
    assert [column.findtext("title") for column in columns] == ["h1", "h2", "h3"]
    first = [bar for bar in columns[0].iter("rect") if bar.get("class") != "hit"]
    bottom, top = (float(bar.get("y", 0)) for bar in first)
    assert top + float(first[1].get("height", 0)) == pytest.approx(bottom, abs=0.2)
    assert [text.text for text in elements(drawing, "text")][-2:] == ["x", "z"]


def bars(drawing: Drawing) -> list[ET.Element]:
    return [bar for bar in elements(drawing, "rect") if bar.get("class") != "hit"]


def test_a_line_is_interrupted_where_there_is_no_value() -> None:
    values = [90.0, 80.0, None, 100.0]
    drawing = draw("lines", {"a": values, "b": [None] * 4}, [""] * 4, ["1", "2", "3", "4"], percents(values))
    (line,) = elements(drawing, "path", "line")
    assert len(re.findall(r"\d+(?:\.\d+)? \d+(?:\.\d+)?", line.get("d", ""))) == 2
    dots = [[float(dot.get("cy", 0)) for dot in column.iter("circle")] for column in elements(drawing, "g", "col")]
    assert [len(of_column) for of_column in dots] == [1, 1, 0, 1]
    assert dots[3][0] < dots[0][0] < dots[1][0]


def test_what_is_as_expected_lies_on_the_line() -> None:
    points = [Point(60, 60, 1, "even"), Point(80, 95, 0.25, "better"), Point(100, 70, 0.25, "worse")]
    drawing = draw_against(("line", "points"), points, percents([60]))
    (line,) = elements(drawing, "path", "line s0")
    x1, y1, x2, y2 = map(float, re.findall(r"[\d.]+", line.get("d", "")))
    above = []
    for dot in elements(drawing, "circle"):
        x, y = float(dot.get("cx", 0)), float(dot.get("cy", 0))
        above.append(y1 + (y2 - y1) * (x - x1) / (x2 - x1) - y)
    assert above[0] == pytest.approx(0, abs=0.3)
    assert above[1] > 5
    assert above[2] < -5


@pytest.mark.parametrize("count", [1, 2, 54, 230])
def test_only_shapes_and_texts_are_kept(count: int) -> None:
    values = [float(n % 7) for n in range(count)]
    drawing = draw("stacked", {"a": values}, ["t"] * count, ["<h> & 'h'"] * count, counts(values))
    assert {one.tag for one in ET.fromstring(drawing.body).iter()} <= {"g", "path", "text", "tspan", "rect", "title"}
    assert not re.search(r"script|style|http|<!|url\(", drawing.body)
    assert len(elements(drawing, "g", "col")) == count
