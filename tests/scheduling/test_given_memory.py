"""A memory that was given, because the first answers of a card are missing."""

from datetime import timedelta

import pytest
from fsrs_rs_python import FSRS
from hypothesis import given
from hypothesis import strategies as st

from srs.core.card_state import CardState, Memory, Review
from srs.core.event import Answered, Days, Forgot, GivenMemory, Parameters, Rating, Rescheduled, Sm2Memory, Step, What
from srs.core.settings import Settings
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.scheduling.test_scheduler import AGAIN, DAY0, EASY, GOOD, ONE, SCHEDULER, event
from tests.strategies import memory_of

MEMORY = Memory(33.5, 4.6)
STEP = Step(relearning=True, step=0, seconds=600)
OTHER = Scheduler(Settings(), Parameters("FSRS-6", (*DEFAULT.values[:8], 1.1, *DEFAULT.values[9:])))


def replayed(*whats: What, days: int = 5, scheduler: Scheduler = SCHEDULER) -> CardState:
    """As many days apart."""
    return scheduler.replay(event(what, DAY0 + n * timedelta(days), at=7 + n) for n, what in enumerate(whats))


def answered(rating: Rating, days: int = 5, given: GivenMemory | None = None) -> Answered:
    return Answered(rating, 0, Days(days), given)


@given(st.floats(1, 36_500), st.floats(1.101, 10))
def test_of_an_ease_the_difficulty_is_that_of_fsrs_rs(stability: float, ease: float) -> None:
    expected = FSRS(list(DEFAULT.values)).memory_state_from_sm2(ease, stability, 0.9)
    found = SCHEDULER.given_memory(Sm2Memory(stability, ease))
    assert found.stability == pytest.approx(expected.stability, rel=1e-5)
    assert found.difficulty == pytest.approx(expected.difficulty, rel=1e-4)


def test_it_is_the_memory_after_an_answer_whatever_its_rating() -> None:
    for rating in (AGAIN, GOOD, EASY):
        state = replayed(answered(rating, given=MEMORY))
        assert (memory_of(state), state.reps, state.lapses, state.introduced) == (MEMORY, 1, 0, DAY0)
    after = replayed(answered(GOOD, given=MEMORY), answered(GOOD))
    assert memory_of(after) == SCHEDULER.memory_after(replayed(answered(GOOD, given=MEMORY)), GOOD, DAY0 + 5 * ONE)


def test_it_counts_after_steps_and_after_a_forget_and_not_after_an_answer_that_led_to_a_review() -> None:
    step = Answered(AGAIN, 0, STEP)
    assert memory_of(replayed(step, answered(GOOD, given=MEMORY))) == MEMORY
    known = [answered(EASY), answered(GOOD, given=MEMORY)]
    assert memory_of(replayed(*known)) == memory_of(replayed(answered(EASY), answered(GOOD)))
    lapsed = [answered(EASY), step, answered(GOOD, given=MEMORY)]
    assert memory_of(replayed(*lapsed)) == memory_of(replayed(answered(EASY), step, answered(GOOD)))
    assert memory_of(replayed(answered(EASY), Forgot(), answered(GOOD, given=MEMORY))) == MEMORY


def test_a_due_date_gives_it_to_a_card_without_a_memory() -> None:
    state = replayed(Rescheduled(9, MEMORY))
    assert state == CardState(Review(MEMORY, 7, DAY0, 9, DAY0 + 9 * ONE), as_of=7)
    assert memory_of(replayed(Rescheduled(3), Rescheduled(9, MEMORY))) == MEMORY
    known = replayed(answered(EASY), Rescheduled(9, MEMORY))
    assert known == replayed(answered(EASY), Rescheduled(9))
    after = replayed(Rescheduled(9, MEMORY), answered(GOOD))
    assert (after.reps, after.introduced, after.reviewed) == (1, None, DAY0 + 5 * ONE)
    assert memory_of(after) == SCHEDULER.memory_after(state, GOOD, DAY0 + 5 * ONE)
    assert memory_of(replayed(Rescheduled(9, MEMORY), answered(GOOD, given=Memory(2.0, 3.0)))) == Memory(2.0, 3.0)


def test_an_ease_follows_the_parameters_and_a_difficulty_does_not() -> None:
    ease, difficulty = answered(GOOD, given=Sm2Memory(33.5, 2.5)), answered(GOOD, given=MEMORY)
    assert memory_of(replayed(ease, scheduler=OTHER)).difficulty < memory_of(replayed(ease)).difficulty
    assert memory_of(replayed(difficulty, scheduler=OTHER)) == MEMORY


def test_stability_stays_within_the_bounds_of_fsrs() -> None:
    for stability, bounded in ((1e-9, 0.001), (90_000.0, 36_500.0)):
        assert memory_of(replayed(answered(GOOD, given=Memory(stability, 5.0)))).stability == bounded
