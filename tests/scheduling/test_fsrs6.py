"""The memory model, against `fsrs` itself."""

from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from srs.scheduling.fsrs6 import MAX_STABILITY, MIN_STABILITY, interval_model, memory_model, recall_model

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

parameters = st.just(DEFAULT_PARAMETERS) | st.tuples(*map(st.floats, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS))
stabilities = st.floats(MIN_STABILITY, MAX_STABILITY)
difficulties = st.floats(1, 10)
ratings = st.integers(1, 4)


def theirs(w: tuple[float, ...], card: fsrs.Card, rating: int, at: datetime) -> tuple[float | None, float | None]:
    """What `fsrs` remembers after the answer."""
    after, _ = fsrs.Scheduler(parameters=w, enable_fuzzing=False).review_card(card, fsrs.Rating(rating), at)
    return after.stability, after.difficulty


@given(parameters, ratings)
def test_a_memory_begins_as_in_fsrs_bit_for_bit(w: tuple[float, ...], rating: int) -> None:
    first, _ = memory_model(w)
    assert first(rating) == theirs(w, fsrs.Card(card_id=1, due=NOON), rating, NOON)


@given(parameters, stabilities, difficulties, st.just(0) | st.integers(1, 40_000), ratings)
def test_it_goes_on_as_in_fsrs_bit_for_bit(
    w: tuple[float, ...], stability: float, difficulty: float, elapsed: int, rating: int
) -> None:
    _, following = memory_model(w)
    card = fsrs.Card(
        card_id=1, state=fsrs.State.Review, stability=stability, difficulty=difficulty, due=NOON, last_review=NOON
    )
    after = theirs(w, card, rating, NOON + timedelta(days=elapsed))
    assert after[0] is not None
    assert following(stability, difficulty, elapsed, rating) == (min(after[0], MAX_STABILITY), after[1])


@given(parameters, stabilities, st.floats(0.7, 0.99), st.integers(1, 4))
def test_an_interval_is_that_of_fsrs(w: tuple[float, ...], stability: float, retention: float, rating: int) -> None:
    """Of a card that leaves its steps with the answer."""
    scheduler = fsrs.Scheduler(parameters=w, desired_retention=retention, learning_steps=(), enable_fuzzing=False)
    card = fsrs.Card(card_id=1, step=0, stability=stability, difficulty=5.0, due=NOON, last_review=NOON)
    after, _ = scheduler.review_card(card, fsrs.Rating(rating), NOON)
    assert after.stability is not None
    assert min(interval_model(w, retention)(after.stability), 36_500) == (after.due - NOON).days


@pytest.mark.parametrize("elapsed", [0, 1, 40_000])
def test_no_life_makes_a_memory_overflow(elapsed: int) -> None:
    """With the parameters that let it grow most."""
    _, following = memory_model(UPPER_BOUNDS_PARAMETERS)
    stability, difficulty = 1.0, 5.0
    for _ in range(1_000):
        stability, difficulty = following(stability, difficulty, elapsed, 4)
    assert stability <= MAX_STABILITY == 36_500


@given(parameters, stabilities, st.integers(0, 40_000))
def test_recall_is_that_of_fsrs(w: tuple[float, ...], stability: float, elapsed: int) -> None:
    card = fsrs.Card(card_id=1, stability=stability, difficulty=5.0, due=NOON, last_review=NOON)
    known = fsrs.Scheduler(parameters=w).get_card_retrievability(card, NOON + timedelta(days=elapsed))
    assert recall_model(w)(stability, elapsed) == pytest.approx(known, rel=1e-12)
