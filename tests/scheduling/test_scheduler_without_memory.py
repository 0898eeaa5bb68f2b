"""A due date that was set on a new card: a review of which nothing is remembered yet."""

from datetime import UTC, datetime, timedelta

import fsrs
from hypothesis import given
from hypothesis import strategies as st

from srs.core.card_state import UNSEEN, CardState, Memory, New, Scheduled
from srs.core.event import Answered, Days, Forgot, Rating, Rescheduled, Softened, Step, Suspended
from srs.core.settings import Settings
from srs.scheduling.fuzz import fuzz_interval
from tests.scheduling.test_scheduler import AGAIN, DAY0, ONE, SCHEDULER, event, outcomes
from tests.strategies import memory_of, ratings


def dated(days: int = 9) -> CardState:
    """A due date was set on the first day, before any answer."""
    return SCHEDULER.apply(UNSEEN, event(Rescheduled(days)))


def test_a_new_card_whose_due_date_is_set_becomes_a_review_without_a_memory() -> None:
    assert dated() == CardState(Scheduled(9, DAY0 + timedelta(days=9)), as_of=7)
    again = SCHEDULER.apply(dated(), event(Rescheduled(2), DAY0 + ONE))
    assert again.phase == Scheduled(2, DAY0 + timedelta(days=3))
    assert SCHEDULER.apply(dated(), event(Softened(0.5))) == dated(), "nothing is remembered that could be softened"
    assert SCHEDULER.apply(dated(), event(Forgot())).phase == New()
    assert SCHEDULER.apply(dated(), event(Suspended())).phase == dated().phase


@given(ratings, st.integers(0, 400), st.integers(0, 400))
def test_the_first_answer_to_it_begins_the_memory_and_goes_by_the_buttons_of_a_review(
    rating: Rating, ahead: int, days: int
) -> None:
    """However late it comes: of days before the first answer nothing is known. No learning step, and Again is a lapse."""
    day = DAY0 + timedelta(days=days)
    promised = SCHEDULER.preview("n/back", dated(ahead), day).outcomes[rating]
    after = SCHEDULER.apply(dated(ahead), event(Answered(rating, 0, promised), day))
    first = SCHEDULER.apply(UNSEEN, event(Answered(rating, 0, promised), day))
    assert memory_of(after) == memory_of(first) == Memory(*first_by_fsrs(rating))
    if rating == AGAIN:
        assert promised == Step(relearning=True, step=0, seconds=600)
    else:
        assert promised == Days(fuzz_interval(max(round(memory_of(after).stability), 1), "n/back", 0, 36_500))
    assert (after.reps, after.lapses, after.introduced, after.reviewed) == (1, rating == AGAIN, None, day)


def first_by_fsrs(rating: Rating) -> tuple[float, float]:
    """`fsrs` itself, of a new card."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    card = fsrs.Card(card_id=1, due=noon)
    card, _ = fsrs.Scheduler(enable_fuzzing=False).review_card(card, fsrs.Rating(rating.value), noon)
    assert card.stability is not None
    assert card.difficulty is not None
    return card.stability, card.difficulty


def test_without_relearning_steps_again_keeps_it_a_review() -> None:
    found = outcomes(dated(), Settings(relearning_steps=(), learning_steps=(60,)))
    assert found[0] == Days(1)
    assert all(isinstance(outcome, Days) for outcome in found)


def test_the_interval_of_its_first_answer_follows_the_desired_retention() -> None:
    easy = [outcomes(dated(), Settings(desired_retention=retention))[3] for retention in (0.97, 0.9, 0.75)]
    lengths = [outcome.days for outcome in easy if isinstance(outcome, Days)]
    assert lengths == sorted(set(lengths))
    assert len(lengths) == 3
