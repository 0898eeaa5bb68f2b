"""What counts as a specific figure."""

import pytest

from srs.interview.figures import figures


@pytest.mark.parametrize(
    "text",
    [
        "from 800ms to 320ms",
        "60 % of 3,000 requests",
        "in two weeks we had twice as many",
        "a third, then half of it",
        "it doubled and later halved",
        "20 percent in four weeks",
        "a hundred and twelve stops in 9 hours",
        "2 million rows, 3x faster",
        "50,000 visitors; 2000 orders",
    ],
)
def test_two_figures_are_found(text: str) -> None:
    assert len(figures(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "in 2021, in Q3 2024, by March 2023, since 1998",
        "one day, at first, the second time, the 3rd try, the 100th café",
        "version 3.2, v2.0, Python 3.11, iOS 17, level 3, GPT-4, COVID-19",
        "P99, B2B, 2FA, A/B, 24/7",
        "on 5 May at 6 p.m. and at 11:20",
        "a team of six, five engineers, four of us, two other teachers, an office of three",
        "I gave 100 percent, it was 100 % my own work",
        "many users, a few colleagues, much faster",
        "tension between tenants often, a sixpence, elevenses",
        "",
    ],
)
def test_names_dates_and_teams_are_no_figures(text: str) -> None:
    assert figures(text) == []


def test_a_figure_has_its_unit_and_no_other_word() -> None:
    assert figures("It fell from 800 to 320 ms, by 60 % and 3x.") == ["800", "320 ms", "60 %", "3x"]


def test_the_same_figure_counts_once() -> None:
    assert figures("900 ms at first, 900 ms later") == ["900 ms"]


@pytest.mark.parametrize("number", ["1.1.1.1", "9" * 400, "1,,2", "²", "٣٤ users"])
def test_odd_numbers_raise_nothing(number: str) -> None:
    figures(f"we had {number} of them")
