"""New days for reviews that cannot stay on theirs."""

from collections import Counter
from datetime import date, timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from srs.scheduling.even_days import ANY_TIME, StudyTime
from srs.scheduling.fsrs6 import recall_model
from srs.scheduling.scheduler import DEFAULT
from srs.scheduling.spread import DueReview, days_around, new_load, next_days, spread

TODAY = date(2026, 3, 2)  # a Monday
RECALL = recall_model(DEFAULT.values)


def on(n: int) -> date:
    return TODAY + timedelta(n)


def review(card: str, due: int, stability: int) -> DueReview:
    """One that is due when it is forgotten with 10 %."""
    return DueReview(card, on(due), float(stability), on(due - stability))


def spread_over(
    reviews: list[DueReview], days: list[int], load: dict[int, int] | None = None, time: StudyTime = ANY_TIME
) -> dict[str, int]:
    found = spread(reviews, {on(n): count for n, count in (load or {}).items()}, [on(n) for n in days], time, RECALL)
    return {card: (day - TODAY).days for card, day in found.items()}


def test_what_is_forgotten_soon_moves_least_and_what_is_not_goes_where_there_is_room() -> None:
    found = spread_over([review("weak", 10, 4), review("strong", 10, 400), review("fair", 10, 40)], [8, 9, 11])
    assert found == {"weak": 11, "fair": 9, "strong": 8}


def test_the_cheaper_side_is_taken() -> None:
    assert spread_over([review("one", 10, 30)], [3, 11]) == {"one": 11}
    assert spread_over([review("one", 10, 30)], [9, 17]) == {"one": 9}


def test_full_days_get_no_more() -> None:
    found = spread_over([review(f"n{n}", 10, 20) for n in range(10)], [8, 9, 11, 12], {8: 9, 9: 1, 11: 2})
    assert 8 not in found.values()
    assert sorted((Counter(found.values()) + Counter({9: 1, 11: 2})).values()) == [4, 4, 5]


def test_half_a_day_gets_half_and_a_day_of_none_nothing_unless_all_are() -> None:
    time = StudyTime((1.0, 1.0, 0.5, 0.0, 1.0, 1.0, 1.0))  # Wednesday in 2 days, Thursday in 3
    reviews = [review(f"n{n}", 0, 20) for n in range(10)]
    assert Counter(spread_over(reviews, [1, 2, 3, 4], time=time).values()) == {1: 4, 2: 2, 4: 4}
    assert Counter(spread_over(reviews, [3, 10], time=time).values()) == {3: 5, 10: 5}


def test_the_days_around_a_break_are_as_many_as_it_has() -> None:
    assert days_around(on(10), on(13), TODAY, ANY_TIME) == [on(n) for n in (6, 7, 8, 9, 14, 15, 16, 17)]
    assert days_around(on(2), on(2), TODAY, ANY_TIME) == [on(n) for n in (0, 1, 3, 4, 5, 6)], "none before today"
    other = StudyTime(breaks=((on(8), on(9)),))
    assert days_around(on(11), on(13), TODAY, other) == [on(n) for n in (6, 7, 10, 14, 15, 16)]
    assert next_days(TODAY, 3, StudyTime(breaks=((on(2), on(4)),))) == [on(1), on(5), on(6)]


reviews = st.lists(
    st.builds(review, st.text("abcdef", min_size=3, max_size=6), st.integers(0, 20), st.integers(1, 400)),
    max_size=40,
    unique_by=lambda one: one.card,
)
shares = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=7, max_size=7).filter(any).map(tuple)


@given(
    reviews,
    st.dictionaries(st.integers(0, 30), st.integers(0, 30)),
    st.lists(st.integers(0, 30), min_size=1, unique=True).map(sorted),
    shares,
)
def test_every_review_gets_one_of_the_days_and_none_is_fuller_than_it_must_be(
    moving: list[DueReview], load: dict[int, int], days: list[int], own: tuple[float, ...]
) -> None:
    found = spread_over(moving, days, load, StudyTime(own))
    assert found.keys() == {one.card for one in moving}
    assert set(found.values()) <= set(days)
    assert found == spread_over(moving[::-1], days, load, StudyTime(own)), "in whichever order they come"
    share = {n: own[on(n).weekday()] for n in days}
    if any(share.values()):
        taken = Counter(found.values())
        assert all(share[n] for n in taken)
        level = max((ceil((load.get(n, 0) + count) / share[n]) for n, count in taken.items()), default=0)
        lower = {n: max(int((level - 1) * share[n]) - load.get(n, 0), 0) for n in days}
        assert sum(lower.values()) < len(moving) or not moving
        assert all(taken[n] >= room for n, room in lower.items())


def test_the_load_that_follows_is_that_of_the_new_days() -> None:
    moving = [review("a", 3, 20), review("b", 3, 20)]
    found = new_load({on(3): 5, on(4): 1}, moving, {"a": on(4)})
    assert found.after == {on(3): 4, on(4): 2}
    assert found.before == {on(3): 5, on(4): 1}
