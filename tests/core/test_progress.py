"""Telling how far long work has come."""

from hypothesis import given
from hypothesis import strategies as st

from srs.core.progress import counted


@given(st.integers(0, 3000), st.sampled_from([1.0, 0.5, 87.3]))
def test_every_item_is_told_of_once_and_some_before_the_end(count: int, worth: float) -> None:
    told = list[int]()
    assert list(counted(iter(range(count)), told.append, worth)) == [*range(count)]
    assert sum(told) == round(count * worth)
    assert len(told) > 2 or count < 1000


def test_nothing_is_told_before_it_is_done() -> None:
    told = list[int]()
    for number in counted(range(2000), told.append):
        assert sum(told) <= number
