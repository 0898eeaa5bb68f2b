"""How similar two texts are."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.similar import nearest, similarity

short = st.text("abc한", max_size=9)


def common(one: str, other: str) -> int:
    """The length of the longest common subsequence, by its definition."""

    @cache
    def within(n: int, k: int) -> int:
        if n == len(one) or k == len(other):
            return 0
        return 1 + within(n + 1, k + 1) if one[n] == other[k] else max(within(n + 1, k), within(n, k + 1))

    return within(0, 0)


@given(short, short)
def test_similarity_is_the_share_of_letters_in_the_longest_common_subsequence(one: str, other: str) -> None:
    share = 2 * common(one, other) / (len(one) + len(other)) if one or other else 1
    assert similarity(one, other) == similarity(other, one) == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "names", "near"),
    [
        ("becuase", ["note", "because", "image"], ["because"]),
        ("tight-deadlin", ["light-deadline", "tight-deadline", "x"], ["tight-deadline", "light-deadline"]),
        ("bak", ["back", "front"], ["back"]),
        ("front", ["back", "hint"], []),
        ("a", [], []),
    ],
)
def test_the_most_similar_names_come_first(text: str, names: list[str], near: list[str]) -> None:
    assert nearest(text, names, 2) == near
