"""Which day of its range a review gets."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from statistics import fmean, pstdev

from hypothesis import given
from hypothesis import strategies as st

from srs.core.card_state import UNSEEN
from srs.core.event import Answered, Days, Event
from srs.core.settings import Settings
from srs.scheduling.even_days import (
    ANY_TIME,
    DaysAhead,
    StudyTime,
    choose_intervals,
    days_in_reach,
    unite_breaks,
)
from srs.scheduling.fuzz import fuzz_interval, fuzz_range
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.simulated_learner import FIRST_DAY, cards_of, live
from tests.strategies import memory_of

DAY0 = date(2026, 3, 2)  # a Monday
LONGEST = 36_500


def chosen(days: int, ahead: DaysAhead, card: str = "n/back") -> int:
    return choose_intervals([days], card, 3, DAY0, LONGEST, ahead)[0]


def off(*periods: tuple[int, int]) -> StudyTime:
    """Breaks, by the distance of their first and last day."""
    return StudyTime(breaks=tuple((DAY0 + timedelta(first), DAY0 + timedelta(last)) for first, last in periods))


def test_the_lightest_day_of_the_range_is_taken() -> None:
    for lightest in range(8, 13):
        assert chosen(10, DaysAhead(reviews={n: 5 + (n != lightest) for n in range(8, 13)})) == lightest


def test_among_equal_days_each_card_draws_its_own_as_the_fuzz_does() -> None:
    for n in range(50):
        card = f"n{n}/back"
        even = DaysAhead(reviews=dict.fromkeys(range(8, 13), 7))
        assert chosen(10, even, card) == chosen(10, DaysAhead(), card) == fuzz_interval(10, card, 3, LONGEST)


def test_a_load_that_falls_with_the_distance_makes_no_interval_longer() -> None:
    falling = DaysAhead(reviews={n: 300 - 10 * n for n in range(8, 13)})
    assert {chosen(10, falling, f"n{n}/back") for n in range(50)} == set(range(8, 13))
    rising = DaysAhead(reviews={n: 10 * n for n in range(8, 13)})
    assert chosen(10, rising) == 8, "what rises is no matter of distance"


def test_beyond_90_days_it_is_the_fuzz() -> None:
    assert days_in_reach([91, 400], DAY0, LONGEST, ANY_TIME) == set()
    assert days_in_reach([90], DAY0, LONGEST, ANY_TIME) == set(range(84, 97))
    ahead = DaysAhead(reviews=dict.fromkeys(range(80, 96), 9))
    assert chosen(91, ahead) == fuzz_interval(91, "n/back", 3, LONGEST)


def test_a_day_with_a_sibling_is_taken_only_if_there_is_no_other() -> None:
    crowded = DaysAhead(reviews={10: 99}, siblings=frozenset({8, 9, 11, 12}))
    assert chosen(10, crowded) == 10
    assert chosen(10, crowded._replace(siblings=frozenset(range(8, 13)))) != 10
    assert chosen(2, DaysAhead(siblings=frozenset({2}))) == 2


def test_half_a_day_gets_half_of_the_reviews_and_a_day_of_none_only_what_has_no_other() -> None:
    shares = (1.0, 1.0, 0.5, 0.0, 1.0, 1.0, 1.0)  # Wednesday, Thursday: 9 and 10 days after the Monday
    time, load = StudyTime(shares), Counter[int]()
    for n in range(900):
        load[chosen(10, DaysAhead(time, load), f"n{n}/back")] += 1
    assert load.keys() == {8, 9, 11, 12}
    assert 0.4 < load[9] / fmean(load[n] for n in (8, 11, 12)) < 0.6
    assert chosen(1, DaysAhead(StudyTime((1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0)))) == 1


def test_a_break_moves_what_has_its_whole_range_in_it_to_the_nearer_side() -> None:
    assert chosen(10, DaysAhead(off((9, 14)))) == 8, "the only day of the range that is left"
    assert 15 <= chosen(12, DaysAhead(off((4, 14)))) <= 17
    assert 5 <= chosen(10, DaysAhead(off((8, 30)))) <= 7
    assert chosen(1, DaysAhead(off((1, 20)))) == 21, "today is no day to be asked again"
    assert chosen(2, DaysAhead(off((2, 20)))) == 1
    days = {chosen(10, DaysAhead(off((8, 30))), f"n{n}/back") for n in range(50)}
    assert days == {5, 6, 7}, "not all on one day"
    assert chosen(10, DaysAhead(off((8, 30)), {5: 4, 6: 2, 7: 3})) == 6
    assert chosen(10, DaysAhead(off((5, 6), (8, 30)))) in {3, 4, 7}


def test_long_intervals_avoid_breaks_and_days_of_none_as_well() -> None:
    sundays_free = StudyTime((1.0,) * 6 + (0.0,), off((190, 205)).breaks)
    for n in range(200):
        day = DAY0 + timedelta(chosen(200, DaysAhead(sundays_free), f"n{n}/back"))
        assert day.weekday() != 6
        assert not sundays_free.break_on(day)


def test_breaks_that_meet_or_overlap_are_one() -> None:
    one, two, three, six, seven = (DAY0 + timedelta(n) for n in (1, 2, 3, 6, 7))
    assert unite_breaks([(six, seven), (one, one), (two, three), (one, two)]) == ((one, three), (six, seven))


shares = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=7, max_size=7).filter(any).map(tuple)
periods = st.lists(st.tuples(st.integers(-10, 120), st.integers(0, 40)), max_size=3)
times = st.builds(
    lambda own, found: StudyTime(own, unite_breaks(off(*((n, n + more) for n, more in found)).breaks)), shares, periods
)
loads = st.dictionaries(st.integers(1, 140), st.integers(0, 30))
siblings = st.frozensets(st.integers(1, 140), max_size=5)
buttons = st.lists(st.integers(1, 30) | st.integers(1, 400), min_size=1, max_size=4).map(sorted)


@given(buttons, times, loads, siblings, st.sampled_from([LONGEST, 30, 1]), st.text(max_size=3))
def test_each_button_stays_in_its_range_unless_a_break_forbids_and_none_is_shorter_than_the_one_before(
    intervals: list[int], time: StudyTime, reviews: Mapping[int, int], near: frozenset[int], longest: int, card: str
) -> None:
    intervals = [min(days, longest) for days in intervals]
    found = choose_intervals(intervals, card, 2, DAY0, longest, DaysAhead(time, reviews, near))
    assert found == sorted(found)
    before = 0
    for days, n in zip(intervals, found, strict=True):
        low, high = fuzz_range(days, longest)
        open_days = [one for one in range(low, high + 1) if not time.break_on(DAY0 + timedelta(one))]
        assert n >= 1
        assert not time.break_on(DAY0 + timedelta(n))
        if open_days:
            assert n in open_days or n == before > high
            if any(time.shares[(DAY0 + timedelta(one)).weekday()] for one in open_days if one >= before):
                assert time.shares[(DAY0 + timedelta(n)).weekday()] or n == before > high
        before = n


@given(buttons, times, loads, loads, siblings)
def test_nothing_but_the_days_in_reach_matters(
    intervals: list[int], time: StudyTime, reviews: dict[int, int], others: dict[int, int], near: frozenset[int]
) -> None:
    reach = days_in_reach(intervals, DAY0, LONGEST, time)
    elsewhere = {n: count for n, count in others.items() if n not in reach}
    here = {n: count for n, count in reviews.items() if n in reach}
    found = {
        tuple(choose_intervals(intervals, "n/back", 2, DAY0, LONGEST, DaysAhead(time, each, near)))
        for each in (here, here | elsewhere)
    }
    assert len(found) == 1 or max(intervals) > 90


def daily_reviews(seed: int, time: StudyTime | None) -> tuple[list[int], float]:
    """Of a learner's days, how many cards came back; and how much longer than before the fuzz intervals were, on average."""
    events = live(seed, cards=1200, days=200, memory=DEFAULT.values, new=10, time=time).events
    days = Counter((event.day - FIRST_DAY).days for event in events)
    return [days[n] for n in range(60, 200)], fmean(interval_ratios(events))


def interval_ratios(events: list[Event]) -> list[float]:
    scheduler, states, found = Scheduler(Settings()), dict.fromkeys(cards_of(1200), UNSEEN), list[float]()
    for event in events:
        state = states[event.subject] = scheduler.apply(states[event.subject], event)
        if isinstance(event.what, Answered) and isinstance(event.what.led_to, Days):
            plain = round(memory_of(state).stability)  # with a retention of 0.9
            found += [event.what.led_to.days / plain] if plain > 2 else []
    return found


def unevenness(days: list[int]) -> float:
    """How far a day is from the fortnight around it, as a share of the mean (a coefficient of variation)."""
    around = [fmean(days[max(n - 7, 0) : n + 8]) for n in range(len(days))]
    return pstdev(day - mean for day, mean in zip(days, around, strict=True)) / fmean(days)


def test_over_months_the_days_are_clearly_more_even_than_by_the_fuzz_and_intervals_no_longer() -> None:
    lives = [(daily_reviews(seed, None), daily_reviews(seed, ANY_TIME)) for seed in (1, 2)]
    for (fuzzed, _), (even, ratio) in lives:
        print(f"unevenness: {unevenness(fuzzed):.3f} by the fuzz, {unevenness(even):.3f} even; intervals × {ratio:.3f}")
        assert unevenness(even) < 0.7 * unevenness(fuzzed)
        assert 0.98 < ratio < 1.02
