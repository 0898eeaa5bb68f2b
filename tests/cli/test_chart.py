"""Charts of letters."""

import pytest

from srs.cli.chart import Series, draw_bars, draw_chart, round_up


@pytest.mark.parametrize(
    ("value", "top"),
    [(0, 1), (0.3, 1), (1, 1), (1.1, 1.2), (7, 8), (9.2, 10), (10, 10), (14, 14), (151, 160), (293, 300)],
)
def test_the_axis_ends_at_a_short_number(value: float, top: float) -> None:
    assert round_up(value) == top


def test_a_small_chart() -> None:
    lines = draw_chart("Cards", [Series("a", [1, 8], [0, 8]), Series("b", [1, 8], [8, 8])], 8, width=20, height=10)
    assert (
        "\n".join(lines)
        == """\
        Cards
 ┌─────────────────┐
8┤  bbbbbbbbbbbbbbb│
 │            aaa  │
 │          aa     │
4┤       aaa       │
 │    aaa          │
0┤  aa             │
 └┬───┬───┬───┬───┬┘
  0   2   4   6   8"""
    )


def test_bars_stand_on_their_numbers_and_nothing_has_none() -> None:
    lines = draw_bars("Reviews", [0, 0.1, 8, 12, 16, 0], {0: "1", 5: "6"}, 25, 7, Series("g", [0, 1], [16, 9]))
    assert (
        "\n".join(lines)
        == """\
        Reviews
  ┌──────────────────┐
16┤ g       ▂▂ ██    │
 8┤    g ▄▄ ██ ██    │
 0┤   ▁▁ ██ ██ ██    │
  └─┬──────────────┬─┘
    1              6"""
    )


def test_charts_do_not_add_up() -> None:
    """The library draws all charts on one figure."""
    first, second = (draw_chart("Cards", [Series("a", [1, 2], [1, 2])], 2, 40, 13) for _ in range(2))
    assert first == second


def test_nothing_but_zeros() -> None:
    lines = draw_chart("Cards", [Series("a", [1, 2, 3], [0, 0, 0])], 3, 40, 13)
    assert [line.split("┤")[0].strip() for line in lines if "┤" in line] == ["1", "0.5", "0"]
