"""Deck names and their hierarchy."""

import pytest

from srs.core.deck_names import is_in_deck, with_ancestors


@pytest.mark.parametrize(
    ("deck", "name", "inside"),
    [("A", "A", True), ("A::B", "A", True), ("AB", "A", False), ("A", "A::B", False), ("B::A", "A", False)],
)
def test_a_deck_includes_those_below_it(deck: str, name: str, inside: bool) -> None:
    assert is_in_deck(deck, name) is inside


def test_a_name_comes_after_those_above_it() -> None:
    assert with_ancestors("A") == ["A"]
    assert with_ancestors("A::{}::C d") == ["A", "A::{}", "A::{}::C d"]


def test_the_deepest_deck_that_a_file_may_name_has_all_its_ancestors() -> None:
    deepest = "::".join("a" * 67)
    assert len(with_ancestors(deepest)) == 67 == len(set(with_ancestors(deepest)))


def test_an_endless_tag_is_not_repeated_for_each_of_its_levels() -> None:
    tag = "::".join("a" * 100_000)
    assert len(with_ancestors(tag)) == 70
    assert with_ancestors(tag)[-1] == tag
