"""Figures of a story are found in what was said, in digits or in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.interview.said_figures import said_figures


@pytest.mark.parametrize(
    ("figure", "transcript"),
    [
        ("P99 800 ms → 320 ms", "it fell from eight hundred to three hundred and twenty milliseconds"),
        ("9 h → 2 h", "It took nine hours, and now it takes 2."),
        ("42%", "we grew by forty-two percent"),
        ("2.5x", "two point five times as fast"),
        ("12,000 users", "12k users"),
        ("3 million rows", "three million rows"),
        ("three million rows", "3 million rows"),
        ("3M rows", "three million rows"),
        ("twice as fast", "it was TWICE as FAST in the end"),
        ("1.5 GB", "1.5GB"),
        ("six weeks", "6 weeks"),
        ("2 weeks early", "we were done two weeks before the date"),
        ("1 week", "it took 1 weeks"),
    ],
)
def test_a_figure_is_said_in_digits_or_in_words(figure: str, transcript: str) -> None:
    assert said_figures(transcript, [figure]).said == (figure,)


@pytest.mark.parametrize(
    ("figure", "transcript"),
    [
        ("P99 800 ms → 320 ms", "P99 fell to 320 ms"),
        ("99 %", "P99 fell to 320 ms"),
        ("9 h → 2 h", "it took ninety hours, then two"),
        ("twice as fast", "it was fast"),
        ("320", "we said three hundred, twenty times"),
        ("42%", ""),
        ("2 weeks early", "it fell from 9 to 2 hours"),
    ],
)
def test_a_figure_of_which_a_part_is_missing_is_missed(figure: str, transcript: str) -> None:
    assert said_figures(transcript, [figure]).missed == (figure,)


@given(
    st.lists(st.sampled_from(["hundred", "thousand", "billion", "five", "twenty", "point", "and", "7", "2k", ",", "x"]))
)
def test_any_run_of_number_words_is_read(words: list[str]) -> None:
    """However often a scale is repeated, no number grows out of bounds."""
    found = said_figures(" ".join(words * 20), ["1 thing", "two things"])
    assert {*found.said, *found.missed} == {"1 thing", "two things"}
