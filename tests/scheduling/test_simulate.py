"""The simulation: small cases by hand, laws, and days lived with the scheduler itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random  # noqa: TID251 - with a seed

import fsrs_rs_python
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS as W
from hypothesis import given
from hypothesis import strategies as st

from srs.core.card_state import CardState, Memory, Review
from srs.core.event import Answered, Days, Event, EventSource, Rating
from srs.core.settings import Settings
from srs.scheduling.fuzz import fuzz_range
from srs.scheduling.scheduler import Scheduler
from srs.scheduling.simulate import (
    Day,
    Habits,
    SimulatedCard,
    SimulatedDeck,
    Situation,
    Span,
    best,
    simulate,
    stratified_sample,
    summarize,
    without_unreachable,
)

GOOD_ONLY = Habits((0, 0, 1, 0), (0, 1, 0), seconds_again=16, seconds_recalled=8)
USUAL = Habits((0.25, 0.1, 0.5, 0.15), (0.15, 0.7, 0.15), seconds_again=16, seconds_recalled=8)
NO_STEPS = SimulatedDeck(0, 36_500, learning_steps=False, relearning_steps=False)
STEPS = SimulatedDeck(0, 36_500, learning_steps=True, relearning_steps=True)
TODAY = date(2026, 3, 2)


def situation(
    cards: Sequence[SimulatedCard] = (), *decks: SimulatedDeck, habits: Habits = USUAL, new: Sequence[float] = ()
) -> Situation:
    return Situation(cards, decks, habits, W, new)


def some_cards(count: int) -> list[SimulatedCard]:
    """Reviews of all ages, due within their interval."""
    random = Random(5)
    stabilities = [random.lognormvariate(2, 1.2) for _ in range(count)]
    ages = [random.randint(0, int(stability)) for stability in stabilities]
    return [
        SimulatedCard(0, stability, random.uniform(2, 9), -age, int(stability) - age + 1)
        for stability, age in zip(stabilities, ages, strict=True)
    ]


def runs(of: Situation, retention: float, days: int, seeds: int = 10) -> list[list[Day]]:
    return [simulate(of, retention, days, seed) for seed in range(seeds)]


def test_a_new_card_by_hand() -> None:
    """Good makes a stability of 2.3065 days, which is an interval of 2 without fuzz; known after n days is 0.9 after 2.3065
    of them.
    """
    first, second, third = simulate(situation((), NO_STEPS._replace(unseen=1), habits=GOOD_ONLY), 0.9, 3, seed=1)
    assert first == Day(new=1, reviews=0, seconds=8, known=1.0)
    factor = 0.9 ** (-1 / 0.1542) - 1
    assert second[:3] == (0, 0, 0)
    assert second.known == pytest.approx((1 + factor / 2.3065) ** -0.1542)
    assert third == Day(0, 1, third.seconds, 1.0)


def test_with_steps_a_new_card_is_asked_twice_unless_it_is_easy() -> None:
    new = STEPS._replace(unseen=1)
    for rating, seconds in enumerate((16 + 8, 8 + 8, 8 + 8, 8), start=1):
        first = (rating == 1, rating == 2, rating == 3, rating == 4)
        assert (
            simulate(situation((), new, habits=GOOD_ONLY._replace(first=first)), 0.9, 1, seed=1)[0].seconds == seconds
        )


@pytest.mark.parametrize(("deck", "seconds"), [(STEPS, {8, 16 + 8}), (NO_STEPS, {8, 16})])
def test_a_lapse_costs_a_second_answer_where_there_are_steps(deck: SimulatedDeck, seconds: set[int]) -> None:
    overdue = situation([SimulatedCard(0, 1.0, 5.0, -30, 0)], deck, habits=GOOD_ONLY)
    assert {run[0].seconds for run in runs(overdue, 0.9, 1, seeds=30)} == seconds


def test_as_many_reviews_are_recalled_as_the_memory_says() -> None:
    after_their_stability = [SimulatedCard(0, 20.0, 5.0, -20, 0)] * 5000
    (day,) = simulate(situation(after_their_stability, NO_STEPS), 0.9, 1, seed=3)
    lapses = (day.seconds - 5000 * 8) / 8
    assert lapses / 5000 == pytest.approx(0.1, abs=0.015)


def test_a_card_whose_due_date_was_set_gets_its_first_memory() -> None:
    scheduled = situation([SimulatedCard(0, 0.0, 0.0, 0, 1)], NO_STEPS, habits=GOOD_ONLY)
    assert simulate(scheduled, 0.9, 2, seed=1) == [Day(0, 0, 0, 0), Day(0, 1, 8, 1.0)]


def test_what_is_overdue_is_asked_on_the_first_day_and_what_is_due_later_not_at_all() -> None:
    cards = [SimulatedCard(0, 9.0, 5.0, -40, -20), SimulatedCard(0, 90.0, 5.0, -1, 60)]
    assert [day.reviews for day in simulate(situation(cards, NO_STEPS, habits=GOOD_ONLY), 0.9, 1, seed=1)] == [1]


def test_no_interval_is_longer_than_the_maximum() -> None:
    cards = [SimulatedCard(0, 400.0, 5.0, 0, day) for day in range(5)]
    days = simulate(situation(cards, NO_STEPS._replace(maximum_interval=5), habits=GOOD_ONLY), 0.9, 50, seed=1)
    assert sum(day.reviews for day in days) >= 50


@given(st.integers(0, 5), st.integers(0, 3), st.integers(0, 4), st.integers(0, 99))
def test_no_day_has_more_cards_than_the_limits(new: int, of_deck: int, reviews: int, seed: int) -> None:
    decks = [STEPS._replace(unseen=12, new_limits=(0,), review_limits=(0,))]
    decks += [STEPS._replace(unseen=12, new_limits=(0, 1), review_limits=(0,))]
    limited = replace(
        situation(some_cards(40), *decks, new=[new, of_deck]),
        review_limits=[reviews],
        reviews_done={0: 1},
        new_done={0: 1},
    )
    days = simulate(limited, 0.9, 30, seed)
    assert days[0].new <= max(new - 1, 0)
    assert days[0].reviews <= max(reviews - 1, 0)
    assert max(day.new for day in days) <= new
    assert max(day.reviews for day in days) <= reviews
    only_second = replace(limited, decks=[decks[0]._replace(unseen=0), decks[1]])
    assert max(day.new for day in simulate(only_second, 0.9, 30, seed)) <= min(new, of_deck)


def test_what_a_limit_puts_off_comes_on_the_next_days() -> None:
    deck = NO_STEPS._replace(review_limits=(0,))
    due = replace(situation([SimulatedCard(0, 500.0, 5.0, -500, 0)] * 10, deck, habits=GOOD_ONLY), review_limits=[4])
    reviews = [day.reviews for day in simulate(due, 0.7, 3, seed=2)]
    assert reviews[:2] == [4, 4]
    assert reviews[2] >= 2


def test_new_cards_come_of_each_deck_in_turn() -> None:
    """Of seven a day, the deck with a limit of one has one, and the others share what is left."""
    decks = [NO_STEPS._replace(unseen=9, new_limits=(0, 1)), *[NO_STEPS._replace(unseen=3, new_limits=(0,))] * 2]
    days = simulate(situation((), *decks, new=[7, 1]), 0.9, 3, seed=1)
    assert [day.new for day in days] == [7, 1, 1]


def test_new_cards_that_no_day_reaches_change_nothing() -> None:
    decks = [STEPS._replace(unseen=5000, new_limits=(0,)), STEPS._replace(unseen=5000, new_limits=(0, 1))]
    whole = situation(some_cards(20), *decks, new=[4, 1])
    part = without_unreachable(whole, 20)
    assert [deck.unseen for deck in part.decks] == [80, 20]
    assert simulate(part, 0.9, 20, seed=1) == simulate(whole, 0.9, 20, seed=1)
    assert without_unreachable(situation((), STEPS._replace(unseen=9)), 1).size == 9


def test_the_same_seed_gives_the_same_days_and_another_one_others() -> None:
    start = situation(some_cards(200), STEPS._replace(unseen=50, new_limits=(0,)), new=[5])
    assert simulate(start, 0.9, 60, seed=7) == simulate(start, 0.9, 60, seed=7)
    assert simulate(start, 0.9, 60, seed=7) != simulate(start, 0.9, 60, seed=8)


def test_more_retention_costs_more_reviews_and_more_is_known_for_it() -> None:
    start = situation(some_cards(200), STEPS._replace(unseen=100, new_limits=(0,)), new=[5])
    forecasts = [summarize(retention, runs(start, retention, 120)) for retention in (0.75, 0.8, 0.85, 0.9, 0.95)]
    for less, more in pairwise(forecasts):
        assert more.reviews.mean > less.reviews.mean
        assert more.minutes.mean > less.minutes.mean
        assert more.known.high >= less.known.low
    assert forecasts[-1].known.mean > forecasts[0].known.mean


@pytest.mark.parametrize("days", [1, 29, 30, 31, 365])
def test_known_cards_are_counted_at_most_thirty_times_and_always_on_the_last_day(days: int) -> None:
    found = simulate(situation(some_cards(3), NO_STEPS), 0.9, days, seed=1)
    counted = [day.known for day in found if day.known is not None]
    assert len(found) == days
    assert min(days, 15) <= len(counted) <= 30
    assert found[-1].known is not None


def test_a_sample_says_nearly_the_same() -> None:
    whole = situation(some_cards(2500), STEPS._replace(unseen=600, new_limits=(0,)), new=[9])
    sample, every = stratified_sample(whole, 1100)
    assert (every, sample.size) == (3, 1033)
    assert sample.new_limits == [3]
    of_whole, of_sample = summarize(0.9, runs(whole, 0.9, 60, 3)), summarize(0.9, runs(sample, 0.9, 60, 3), every)
    assert of_sample.reviews.mean == pytest.approx(of_whole.reviews.mean, rel=0.05)
    assert of_sample.known.mean == pytest.approx(of_whole.known.mean, rel=0.02)
    assert sum(day.new for day in of_sample.by_day) == pytest.approx(sum(day.new for day in of_whole.by_day), rel=0.01)


def test_what_is_small_enough_is_no_sample() -> None:
    whole = situation(some_cards(9), NO_STEPS)
    assert stratified_sample(whole, 9) == (whole, 1)
    assert stratified_sample(situation(), 9)[1] == 1


def test_limits_of_a_sample_add_up_over_the_days() -> None:
    """A third of one card a day is one on every third day."""
    third = situation((), NO_STEPS._replace(unseen=9, new_limits=(0,)), new=[1 / 3])
    assert [day.new for day in simulate(third, 0.9, 6, seed=1)] == [0, 0, 1, 0, 0, 1]


def test_a_summary_by_hand() -> None:
    one = [Day(1, 2, 60, None), Day(0, 4, 120, 3.0)]
    other = [Day(1, 0, 60, None), Day(2, 2, 0, 5.0)]
    found = summarize(0.9, [one, other], scale=2)
    assert found.reviews == Span(4, 2, 6)
    assert found.minutes == Span(2, 1, 3)
    assert found.known == Span(8, 6, 10)
    assert found.by_day == [Day(2, 2, 120, None), Day(2, 6, 120, 8)]
    assert found.known_per_minute == 2  # 8 cards for 2 minutes on each of 2 days


def test_the_best_knows_most_per_minute() -> None:
    cheap, dear = (summarize(kept, [[Day(0, 1, seconds, 9)]]) for kept, seconds in ((0.8, 60), (0.9, 90)))
    idle = summarize(0.7, [[Day(0, 0, 0, 9)]])
    assert best([dear, cheap, idle]) is cheap
    assert best([idle]) is None


def test_known_today_by_hand() -> None:
    """After as many days as the stability says, 0.9 are left; without a memory nothing is known."""
    cards = [SimulatedCard(0, 12.0, 5.0, -12, 3), SimulatedCard(0, 7.0, 5.0, 0, 7), SimulatedCard(0, 0, 0, 0, 1)]
    assert situation(cards, NO_STEPS).known == pytest.approx(1.9)


def live(cards: Sequence[SimulatedCard], days: int, seed: int) -> tuple[int, float]:
    """Reviews, and cards known at the end, of a learner who recalls as the memory says and answers Good or Again, by the
    scheduler that reviews use.
    """
    random, scheduler = Random(seed), Scheduler(Settings(relearning_steps=()))
    states = {
        f"n{n}/back": CardState(
            Review(
                Memory(card.stability, card.difficulty),
                0,
                TODAY + timedelta(days=card.last_day),
                1,
                TODAY + timedelta(days=card.due),
            ),
            reps=3,
        )
        for n, card in enumerate(cards)
    }

    def recall(phase: Review, day: date) -> float:
        factor = 0.9 ** (-1 / W[20]) - 1
        elapsed = (day - phase.last_day).days
        return float((1 + factor * elapsed / phase.memory.stability) ** -W[20])

    reviews, day = 0, TODAY
    for number in range(days):
        day = TODAY + timedelta(days=number)
        for card, state in states.items():
            assert isinstance(state.phase, Review)
            if state.phase.due <= day:
                rating = Rating.GOOD if random.random() < recall(state.phase, day) else Rating.AGAIN
                led_to = scheduler.preview(card, state, day).outcomes[rating]
                assert isinstance(led_to, Days)
                event = Event(card, number, day, EventSource.SRS, "m", Answered(rating, 0, led_to))
                states[card] = scheduler.apply(state, event)
                reviews += 1
    return reviews, sum(recall(state.phase, day) for state in states.values() if isinstance(state.phase, Review))


def test_it_agrees_with_days_lived_by_the_scheduler() -> None:
    cards = some_cards(300)
    lived = [live(cards, 90, seed) for seed in range(3)]
    found = summarize(0.9, runs(situation(cards, NO_STEPS, habits=GOOD_ONLY), 0.9, 90))
    assert found.reviews.mean * 90 == pytest.approx(sum(reviews for reviews, _ in lived) / 3, rel=0.03)
    assert found.known.mean == pytest.approx(sum(known for _, known in lived) / 3, rel=0.01)


@pytest.mark.parametrize("retention", [0.8, 0.9, 0.95])
def test_it_agrees_with_the_simulation_of_fsrs_rs(retention: float) -> None:
    """500 new cards, five a day, no steps, 200 days. fsrs-rs has no fuzz, which moves reviews by a few days."""
    no_steps = [[0.0] * 4] * 3
    costs = [[16.0, 8.0, 8.0, 8.0]] * 3
    config = fsrs_rs_python.SimulatorConfig(
        500, 200, 1e9, 36_500.0, [*USUAL.first], [*USUAL.recalled], 5, 10**6, True, no_steps, no_steps, costs, 0, 0
    )
    theirs = [fsrs_rs_python.simulate([*W], retention, config, seed) for seed in range(10)]
    ours = summarize(
        retention, runs(situation((), NO_STEPS._replace(unseen=500, new_limits=(0,)), new=[5]), retention, 200)
    )

    def mean(name: str) -> float:
        return float(sum(sum(getattr(run, name)) for run in theirs)) / len(theirs) / 200

    assert ours.reviews.mean == pytest.approx(mean("review_cnt_per_day"), rel=0.05)
    assert ours.minutes.mean == pytest.approx(mean("cost_per_day") / 60, rel=0.05)
    last = sum(run.memorized_cnt_per_day[-1] for run in theirs) / len(theirs)
    assert ours.known.mean == pytest.approx(last, rel=0.005)


def test_the_fuzz_has_the_range_that_the_scheduler_draws_from() -> None:
    assert [fuzz_range(days, 36_500) for days in (1, 2, 3, 10, 100)] == [(1, 1), (2, 2), (2, 4), (8, 12), (93, 107)]
    assert fuzz_range(100, 100) == (93, 100)
    assert fuzz_range(50, 10) == (10, 10)
