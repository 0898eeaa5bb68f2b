"""Preview and replay."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.card_state import UNSEEN, CardState, Learning, Memory, New, Relearning, Review, Scheduled
from srs.core.clock import Calendar
from srs.core.event import (
    Answered,
    Buried,
    Crammed,
    Days,
    Event,
    EventSource,
    Flagged,
    Forgot,
    Next,
    Rating,
    Rescheduled,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    What,
)
from srs.core.settings import Settings
from srs.scheduling.fsrs6 import interval_model
from srs.scheduling.fuzz import fuzz_interval
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.strategies import actions, incomplete_actions, memory_of, ratings, simulate

SCHEDULER = Scheduler(Settings())
AGAIN, HARD, GOOD, EASY = Rating
DAY0 = date(2026, 1, 1)
ONE = timedelta(days=1)


@given(actions, st.sampled_from([0.75, 0.9, 0.97]))
def test_each_answer_leads_where_fsrs_itself_leads_a_card(
    done: list[tuple[Rating | What, int]], retention: float
) -> None:
    """Memory, state, step and interval, bit for bit but for the fuzz; with the highest stability that fsrs-rs has."""
    chosen = Settings(desired_retention=retention)
    scheduler = Scheduler(chosen)
    lived = simulate(scheduler, done)
    for before, (event, after) in zip([UNSEEN, *(state for _, state in lived)], lived, strict=False):
        if isinstance(before.phase, Scheduled) or not isinstance(
            event.what, Answered
        ):  # the first `fsrs` does not know
            continue
        expected, days, seconds = by_fsrs(before.phase, event.what.rating, event.day, chosen)
        assert memory_of(after) == Memory(min(expected.stability or 0, 36_500), expected.difficulty or 0)
        match event.what.led_to:
            case Days(promised):
                assert expected.state == fsrs.State.Review
                if expected.stability == memory_of(after).stability:
                    assert promised == fuzz_interval(days, event.subject, before.reps, 36_500)
            case Step(relearning, step, length):
                state = fsrs.State.Relearning if relearning else fsrs.State.Learning
                assert (expected.state, expected.step, seconds) == (state, step, length)


def by_fsrs(
    phase: New | Learning | Review | Relearning, rating: Rating, day: date, chosen: Settings
) -> tuple[fsrs.Card, int, int]:
    """The card after the answer, and in how many days and seconds it is due."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    card = fsrs.Card(card_id=1, due=noon)
    if isinstance(phase, Review):
        card.state, card.step = fsrs.State.Review, None
    elif not isinstance(phase, New):
        card.state, card.step = fsrs.State[type(phase).__name__], phase.step
    now = noon
    if not isinstance(phase, New):
        card.stability, card.difficulty = phase.memory.stability, phase.memory.difficulty
        card.last_review, now = noon, noon + timedelta(days=max((day - phase.last_day).days, 0))
    scheduler = fsrs.Scheduler(desired_retention=chosen.desired_retention, enable_fuzzing=False)
    after, _ = scheduler.review_card(card, fsrs.Rating(rating.value), now)
    return after, (after.due - now).days, round((after.due - now).total_seconds())


def test_a_button_promises_what_the_bounded_stability_gives() -> None:
    """Less than what `fsrs` would make of a stability above the bound."""
    chosen, state, day = Settings(desired_retention=0.97), review(36_500.0), DAY0 + timedelta(days=36_500)
    longest = interval_model(DEFAULT.values, 0.97)(36_500)
    assert outcomes(state, chosen, day)[2:] == [Days(fuzz_interval(longest, "n/back", state.reps, 36_500))] * 2
    assert isinstance(state.phase, Review)
    assert by_fsrs(state.phase, GOOD, day, chosen)[1] > 1.1 * longest


@given(incomplete_actions)
def test_replay_equals_living_it_bit_for_bit(done: list[tuple[Rating | What, int]]) -> None:
    lived = simulate(SCHEDULER, done)
    for n, (_, state) in enumerate(lived, start=1):
        assert SCHEDULER.replay(event for event, _ in lived[:n]) == state


@given(st.lists(st.tuples(ratings, st.integers(0, 200)), min_size=1, max_size=12))
def test_the_memory_depends_on_ratings_and_days_alone(answers: list[tuple[Rating, int]]) -> None:
    """Not on the steps in the settings, nor on the states and intervals they led to."""
    settings = [Settings(), Settings(learning_steps=(), relearning_steps=()), Settings(learning_steps=(60,) * 5)]
    lives = [simulate(Scheduler(each), list(answers)) for each in settings]
    for one, *others in zip(*lives, strict=True):
        assert all(memory_of(state) == memory_of(one[1]) for _, state in others)
    forged = [replace(event, what=Answered(answer(event).rating, 0, Days(3))) for event, _ in lives[0]]
    assert memory_of(SCHEDULER.replay(forged)) == memory_of(lives[0][-1][1])


def answer(event: Event) -> Answered:
    assert isinstance(event.what, Answered)
    return event.what


def outcomes(state: CardState, settings: Settings | None = None, day: date = DAY0) -> list[Next]:
    preview = Scheduler(settings or Settings()).preview("n/back", state, day)
    return [preview.outcomes[rating] for rating in Rating]


def test_a_new_card_goes_through_the_steps() -> None:
    again, hard, good, easy = outcomes(UNSEEN)
    assert [again, hard, good] == [Step(False, 0, 60), Step(False, 0, 330), Step(False, 1, 600)]
    assert isinstance(easy, Days)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), [Days, Days, Days, Days]),
        ((60,), [Step(False, 0, 60), Step(False, 0, 90), Days, Days]),
        ((60, 600, 86_400), [Step(False, 0, 60), Step(False, 0, 330), Step(False, 1, 600), Days]),
    ],
)
def test_learning_steps_come_from_the_settings(steps: tuple[int, ...], expected: list[Step | type[Days]]) -> None:
    found = outcomes(UNSEEN, Settings(learning_steps=steps))
    assert [Days if isinstance(outcome, Days) else outcome for outcome in found] == expected


def test_a_lapse_goes_through_relearning_and_counts() -> None:
    lived = simulate(SCHEDULER, [(EASY, 0), (AGAIN, 10), (GOOD, 0)])
    states = [state for _, state in lived]
    assert isinstance(states[1].phase, Relearning)
    assert (states[1].phase.step, states[1].phase.seconds, states[1].lapses) == (0, 600, 1)
    assert outcomes(states[1])[:2] == [Step(True, 0, 600), Step(True, 0, 900)]
    assert isinstance(states[2].phase, Review)
    assert (states[2].reps, states[2].lapses) == (3, 1)


def test_without_relearning_steps_a_lapse_stays_a_review() -> None:
    (_, easy), (_, lapsed) = simulate(Scheduler(Settings(relearning_steps=())), [(EASY, 0), (AGAIN, 10)])
    assert isinstance(lapsed.phase, Review)
    assert lapsed.lapses == easy.lapses + 1


def test_a_card_beyond_the_steps_of_today_graduates() -> None:
    (_, learning), (_, further) = simulate(Scheduler(Settings(learning_steps=(60, 600, 1200))), [(GOOD, 0), (GOOD, 0)])
    assert isinstance(further.phase, Learning)
    assert further.phase.step == 2
    found = outcomes(further, Settings(learning_steps=(60,)))
    assert isinstance(found[0], Step)
    assert all(isinstance(outcome, Days) for outcome in found[1:])
    assert learning.reps == 1


@given(actions, st.integers(0, 300))
def test_what_is_promised_is_what_happens(done: list[tuple[Rating | What, int]], days: int) -> None:
    lived = simulate(SCHEDULER, done)
    event, state = lived[-1] if lived else (None, UNSEEN)
    day = (event.day if event else DAY0) + timedelta(days=days)
    for rating, outcome in SCHEDULER.preview("n/back", state, day).outcomes.items():
        at = 1_000_000
        after = SCHEDULER.apply(
            state, Event("n/back", at, day, EventSource.SRS, "m", Answered(rating, 0, outcome))
        ).phase
        match outcome:
            case Days(interval):
                assert isinstance(after, Review)
                assert after.due == day + timedelta(days=interval)
            case Step(relearning, step, seconds):
                assert isinstance(after, Relearning if relearning else Learning)
                assert (after.step, after.due) == (step, at + seconds * 1000)


@given(actions, st.integers(0, 300))
def test_a_better_rating_never_promises_less(done: list[tuple[Rating | What, int]], days: int) -> None:
    lived = simulate(SCHEDULER, done)
    day = (lived[-1][0].day if lived else DAY0) + timedelta(days=days)
    state = lived[-1][1] if lived else UNSEEN
    found = SCHEDULER.preview("n/back", state, day).outcomes
    intervals = [found[rating] for rating in (HARD, GOOD, EASY)]
    lengths = [outcome.days for outcome in intervals if isinstance(outcome, Days)]
    assert lengths == sorted(lengths)


def test_an_answer_on_an_earlier_day_counts_as_on_the_same_and_the_next_from_the_later() -> None:
    back = simulate(SCHEDULER, [(EASY, 0), (GOOD, -5), (GOOD, 15)])
    same = simulate(SCHEDULER, [(EASY, 0), (GOOD, 0), (GOOD, 10)])
    assert [memory_of(state) for _, state in back] == [memory_of(state) for _, state in same]
    phase = back[1][1].phase
    assert isinstance(phase, Review)
    assert phase.last_day == DAY0
    assert phase.due == DAY0 - timedelta(days=5) + timedelta(days=phase.days), "the promise counts from its own day"


def test_counts_start_again_after_a_forget_and_flags_stay() -> None:
    lived = simulate(SCHEDULER, [(EASY, 0), (AGAIN, 9), (Suspended(), 0), (Buried(), 0), (Forgot(), 1), (GOOD, 1)])
    forgotten, again = lived[4][1], lived[5][1]
    assert (forgotten.phase, forgotten.reps, forgotten.lapses, forgotten.introduced) == (New(), 0, 0, None)
    assert forgotten.suspended
    assert forgotten.buried == lived[3][0].day
    assert (again.reps, again.lapses, again.introduced) == (1, 0, lived[5][0].day)
    assert memory_of(again) == memory_of(simulate(SCHEDULER, [(GOOD, 0)])[0][1])
    (_, back) = simulate(SCHEDULER, [(Suspended(), 0), (Unsuspended(), 0)])[1]
    assert not back.suspended


def test_introduced_and_reviewed_are_study_days() -> None:
    lived = simulate(SCHEDULER, [(GOOD, 0), (GOOD, 0), (GOOD, 5), (AGAIN, 20), (GOOD, 0)])
    days = [event.day for event, _ in lived]
    assert [state.introduced for _, state in lived] == [days[0]] * 5
    assert [state.reviewed for _, state in lived] == [None, None, days[2], days[3], days[3]]


@pytest.mark.parametrize("days", [3, 4, 7, 8, 10, 20, 21, 50, 365, 3650])
def test_fuzz_reaches_all_of_its_range_evenly_and_nothing_else(days: int) -> None:
    spread = 1 + 0.15 * min(days - 2.5, 4.5) + 0.1 * max(min(days - 7, 13), 0) + 0.05 * max(days - 20, 0)
    low, high = max(round(days - spread), 2), round(days + spread)
    found = Counter(fuzz_interval(days, f"card{n}", n % 9, 36_500) for n in range(200 * (high - low + 1)))
    assert set(found) == set(range(low, high + 1))
    assert min(found.values()) > 100
    assert max(found.values()) < 320


def test_fuzz_repeats_for_the_same_card_and_repetition() -> None:
    assert len({fuzz_interval(50, "a/back", 3, 36_500) for _ in range(9)}) == 1
    assert len({fuzz_interval(50, "a/back", reps, 36_500) for reps in range(20)}) > 1


@pytest.mark.parametrize("days", [1, 2])
def test_one_and_two_days_are_never_fuzzed(days: int) -> None:
    assert {fuzz_interval(days, f"c{n}", 0, 36_500) for n in range(100)} == {days}


def test_no_interval_is_above_the_maximum() -> None:
    assert max(fuzz_interval(100, f"c{n}", 0, 100) for n in range(300)) == 100
    assert {fuzz_interval(30, f"c{n}", 0, 2) for n in range(100)} == {2}


def test_parameters_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        Scheduler(Settings(), replace(DEFAULT, values=(-1.0, *DEFAULT.values[1:])))


def review(stability: float = 100.0, last: date = DAY0, reps: int = 5) -> CardState:
    return CardState(Review(Memory(stability, 5.0), 1, last, 9, last + timedelta(days=9)), reps=reps, introduced=last)


def event(what: What, day: date = DAY0, at: int = 7) -> Event:
    return Event("n/back", at, day, EventSource.SRS, "m", what)


def test_a_preview_knows_what_it_was_made_of() -> None:
    preview = SCHEDULER.preview("n/back", review(), DAY0)
    assert preview.inputs == SCHEDULER.inputs("n/back", review(), DAY0)


def test_the_promise_is_the_fuzzed_interval_and_its_seed_is_card_and_repetition() -> None:
    """With a retention of 0.9, the interval before the fuzz is the stability, rounded."""
    day = DAY0 + timedelta(days=100)
    found = Counter[int]()
    for n in range(40):
        card, state = f"n{n}/back", review(reps=n % 4)
        promised = SCHEDULER.preview(card, state, day).outcomes[GOOD]
        assert isinstance(promised, Days)
        plain = round(memory_of(SCHEDULER.apply(state, event(Answered(GOOD, 0, promised), day))).stability)
        assert promised.days == fuzz_interval(plain, card, state.reps, 36_500)
        found[promised.days] += 1
    assert len(found) > 10


@pytest.mark.parametrize("maximum", [1, 5, 100])
def test_no_promise_is_above_the_maximum(maximum: int) -> None:
    scheduler = Scheduler(Settings(maximum_interval=maximum, relearning_steps=()))
    longest = set()
    for n in range(30):
        found = scheduler.preview(f"n{n}/back", review(1000), DAY0 + timedelta(days=900)).outcomes
        longest |= {outcome.days for outcome in found.values() if isinstance(outcome, Days)}
    assert max(longest) == maximum
    assert min(longest) >= 1
    assert maximum == 1 or len(longest) > 1, "the fuzz spreads below it"


def test_a_higher_retention_promises_less_and_leaves_the_memory_alone() -> None:
    day = DAY0 + timedelta(days=100)
    promised, memories = [], []
    for retention in (0.95, 0.9, 0.8):
        scheduler = Scheduler(Settings(desired_retention=retention))
        outcome = scheduler.preview("n/back", review(), day).outcomes[GOOD]
        assert isinstance(outcome, Days)
        promised.append(outcome.days)
        memories.append(memory_of(scheduler.apply(review(), event(Answered(GOOD, 0, outcome), day))))
    assert promised[0] < promised[1] < promised[2]
    assert memories[0] == memories[1] == memories[2]


@given(actions, st.integers(0, 300), st.booleans())
def test_from_again_to_easy_no_button_promises_less_than_the_one_before(
    done: list[tuple[Rating | What, int]], days: int, steps: bool
) -> None:
    scheduler = Scheduler(Settings() if steps else Settings(learning_steps=(), relearning_steps=()))
    lived = simulate(scheduler, done)
    state, day = (lived[-1][1], lived[-1][0].day) if lived else (UNSEEN, DAY0)
    found = scheduler.preview("n/back", state, day + timedelta(days=days)).outcomes
    seconds = [o.days * 86_400 if isinstance(o, Days) else o.seconds for o in (found[r] for r in Rating)]
    assert seconds == sorted(seconds)


def test_three_days_are_never_fuzzed_below_two() -> None:
    assert {fuzz_interval(3, f"c{n}", 0, 36_500) for n in range(100)} == {2, 3, 4}
    assert {fuzz_interval(3, f"c{n}", 0, 2) for n in range(100)} == {2}


def test_an_answer_on_an_earlier_day_leaves_the_memory_a_same_day_answer_leaves() -> None:
    """From a long interval, where a negative number of days would make a difference."""
    for rating in Rating:
        led = Step(False, 0, 60)
        same = SCHEDULER.apply(review(), event(Answered(rating, 0, led)))
        back = SCHEDULER.apply(review(), event(Answered(rating, 0, led), DAY0 - timedelta(days=300)))
        assert memory_of(back) == memory_of(same)
        promised = [SCHEDULER.preview("n/back", review(), day).outcomes for day in (DAY0, DAY0 - timedelta(days=300))]
        assert promised[0] == promised[1]


@given(actions)
def test_the_last_event_that_counted_is_known(done: list[tuple[Rating | What, int]]) -> None:
    assert all(state.as_of == each.at for each, state in simulate(SCHEDULER, done))


def test_again_in_the_steps_is_no_lapse() -> None:
    states = [state for _, state in simulate(SCHEDULER, [(AGAIN, 0), (EASY, 0), (AGAIN, 9), (AGAIN, 0), (GOOD, 0)])]
    assert [state.lapses for state in states] == [0, 0, 1, 1, 1]
    assert [state.reps for state in states] == [1, 2, 3, 4, 5]


def test_a_forget_keeps_the_day_of_the_last_review_and_the_next_answer_introduces_again() -> None:
    lived = simulate(SCHEDULER, [(EASY, 0), (GOOD, 9), (Forgot(), 2), (GOOD, 5)])
    assert lived[2][1].reviewed == lived[1][0].day
    assert [state.introduced for _, state in lived] == [DAY0, DAY0, None, lived[3][0].day]


def test_a_forgotten_card_is_introduced_on_the_day_it_is_answered_again_whatever_was_before() -> None:
    stray = replace(UNSEEN, introduced=DAY0)
    after = SCHEDULER.apply(stray, event(Answered(GOOD, 0, Step(False, 1, 600)), DAY0 + ONE))
    assert after.introduced == DAY0 + ONE


def test_flags_come_and_go_and_nothing_else_changes() -> None:
    flagged = SCHEDULER.apply(review(), event(Flagged()))
    assert flagged == replace(review(), flagged=True, as_of=7)
    assert SCHEDULER.apply(flagged, event(Unflagged())) == replace(review(), as_of=7)


@given(ratings)
def test_cramming_leaves_no_trace_but_its_time(rating: Rating) -> None:
    assert SCHEDULER.apply(review(), event(Crammed(rating, 900))) == replace(review(), as_of=7)


@pytest.mark.parametrize(
    "phase", [review().phase, Learning(Memory(100.0, 5.0), 1, DAY0, 1, 600)], ids=["review", "learning"]
)
def test_rescheduling_moves_the_day_and_not_the_memory(phase: Review | Learning) -> None:
    """The days until then count from the event, the days elapsed still from the last answer."""
    day = DAY0 + timedelta(days=4)
    moved = SCHEDULER.apply(replace(review(), phase=phase), event(Rescheduled(30), day))
    assert moved.phase == Review(phase.memory, 1, DAY0, 30, due=date(2026, 2, 4))
    assert (moved.reps, moved.lapses, moved.reviewed) == (5, 0, None)


def test_softening_shortens_the_memory_and_not_the_date() -> None:
    softened = SCHEDULER.apply(review(), event(Softened(0.25)))
    assert softened == replace(review(25.0), as_of=7)
    assert isinstance(softened.phase, Review)
    assert softened.phase.due == DAY0 + timedelta(days=9)


@pytest.mark.parametrize("what", [Softened(0.5), Suspended(), Buried()])
def test_a_card_that_was_never_answered_stays_new(what: What) -> None:
    assert SCHEDULER.apply(UNSEEN, event(what)).phase == New()


def test_four_answers_20_hours_apart_are_four_study_days_as_in_anki() -> None:
    calendar, at = Calendar(ZoneInfo("UTC")), 1_767_308_400_000  # 23:00 on 1 January 2026
    days = [calendar.day(at + n * 20 * 3_600_000) for n in range(4)]
    done: list[tuple[Rating | What, int]] = [(GOOD, (day - before).days) for before, day in pairwise([days[0], *days])]
    assert [gap for _, gap in done] == [0, 1, 1, 1]
    assert memory_of(simulate(SCHEDULER, done)[-1][1]).stability == pytest.approx(16.4086, abs=1e-4)
