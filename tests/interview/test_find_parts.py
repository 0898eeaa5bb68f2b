"""Which sentence of a transcript belongs to which part."""

import pytest

from srs.interview.find_parts import Parts, find_parts
from tests.interview.self_check_table import SETS, parts_found_rightly, texts

SAID = (
    "I was on a search team of five at a travel site and our service was slow. My job was to make it faster. "
    "First I traced the requests. Then I rewrote the loader because it read one by one. I tested it for a week. "
    "In the end the median fell from 900 to 350 ms. I learned to measure first."
)


def test_the_parts_of_an_answer_are_found() -> None:
    assert find_parts(SAID) == Parts(
        "I was on a search team of five at a travel site and our service was slow.",
        "My job was to make it faster.",
        "First I traced the requests. Then I rewrote the loader because it read one by one. I tested it for a week.",
        "In the end the median fell from 900 to 350 ms. I learned to measure first.",
    )


def test_no_word_is_lost_and_none_moves() -> None:
    assert " ".join(find_parts(SAID)) == SAID


def test_a_part_may_be_missing() -> None:
    parts = find_parts(
        "There were five of us on a team for maps. I traced it. Then I rewrote it. In the end it was 40 % faster."
    )
    assert parts.task == ""
    assert parts.action == "I traced it. Then I rewrote it."


def test_nothing_has_no_parts() -> None:
    assert find_parts(" … ") == Parts("", "", "", "")


@pytest.mark.parametrize(("bare", "least"), [(False, 0.88), (True, 0.65)])
def test_most_words_of_held_back_stories_come_into_their_part(bare: bool, least: float) -> None:
    held_back = [text for name in SETS for text in texts(name, held_back=True)]
    assert parts_found_rightly(held_back, bare=bare) >= least
