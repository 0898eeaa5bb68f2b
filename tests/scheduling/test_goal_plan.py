"""Planning toward a date: the simulation is the rule, lived day by day."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from math import inf
from random import Random  # noqa: TID251 - with a seed
from statistics import fmean

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs.scheduling import fsrs6
from srs.scheduling.goal import Costs, SeenCard, new_today, reviews_today
from srs.scheduling.goal_plan import (
    RHOS,
    GoalSituation,
    Memory,
    PlannedDay,
    Run,
    choose_rho,
    forecast,
    missed_share,
    sample,
    simulate_goal,
)
from srs.scheduling.scheduler import DEFAULT
from srs.scheduling.simulate import Habits

W = DEFAULT.values
COSTS = Costs(recalled=8, again=20, new=15)
USUAL = Habits((0.25, 0.1, 0.5, 0.15), (0.15, 0.7, 0.15), seconds_again=16, seconds_recalled=8)
ANEW = GoalSituation((), 60, days=30, days_left=30, budget=200, costs=COSTS, habits=USUAL, parameters=W)


def some_memories(count: int, seed: int = 5) -> list[Memory]:
    random = Random(seed)
    stabilities = [random.lognormvariate(2, 1.2) for _ in range(count)]
    return [Memory(one, random.uniform(2, 9), random.randint(0, int(one * 2) + 3)) for one in stabilities]


class _LivedByTheRule:
    """The days until the date as the product lives them: `reviews_today` each morning, asked in its order until the time is
    used up. It draws in the same order as the simulation.
    """

    def __init__(self, situation: GoalSituation, rho: float, seed: int) -> None:
        self._situation, self._rho, self._random = situation, rho, Random(seed)
        self._first, self._following = fsrs6.memory_model(W)
        self._recall = fsrs6.recall_model(W)
        self._cards = [*situation.seen]
        self._unseen = situation.unseen

    def live(self) -> Run:
        situation, days = self._situation, list[PlannedDay]()
        for day in range(situation.days_left):
            missed = self._random.random() < situation.missed and day > 0
            studies = not missed and day not in situation.away
            days.append(self._live_day(day) if studies else PlannedDay(0, 0, 0.0))
            self._cards = [card._replace(elapsed=card.elapsed + 1) for card in self._cards]
        recalls = [self._recall(card.stability, card.elapsed) for card in self._cards if card.stability]
        return Run(sum(recalls) / situation.size, days, ())

    def _live_day(self, day: int) -> PlannedDay:
        situation = self._situation
        left, budget, costs = situation.days_left - day, situation.budget, situation.costs
        begun, spent = (0, 0.0) if day else (situation.begun, situation.spent)
        seen = [SeenCard(str(n), card.stability, card.elapsed) for n, card in enumerate(self._cards)]
        new = new_today(self._unseen + begun, situation.days, left, budget, costs) - begun
        new = max(min(new, self._unseen), 0)
        self._unseen -= new
        self._cards += [Memory(*self._first(1 + self._draw(USUAL.first)), 0) for _ in range(new)]
        spent, reviews = spent + new * costs.new, 0
        for review in reviews_today(seen, left, self._rho, budget, costs, self._recall, situation.missed):
            if spent >= budget:
                break
            reviews += 1
            spent += self._answer(int(review.card))
        return PlannedDay(reviews, new, spent)

    def _answer(self, number: int) -> float:
        card = self._cards[number]
        recalled = self._random.random() < (self._recall(card.stability, card.elapsed) if card.stability else 0.0)
        if card.stability:
            rating = 2 + self._draw(USUAL.recalled) if recalled else 1
            memory = self._following(card.stability, card.difficulty, card.elapsed, rating)
        else:
            memory = self._first(1 + self._draw(USUAL.first))
        self._cards[number] = Memory(*memory, 0)
        return COSTS.recalled if recalled else COSTS.again

    def _draw(self, shares: Sequence[float]) -> int:
        added = [*accumulate(shares)]
        return bisect_right(added, self._random.random() * added[-1])


memories = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(0.01, 400)), st.floats(1, 10), st.integers(0, 60)), max_size=30
).map(lambda cards: [Memory(*card) for card in cards])


@st.composite
def situations(draw: st.DrawFn) -> GoalSituation:
    seen, days = draw(memories), draw(st.integers(1, 40))
    return GoalSituation(
        seen,
        draw(st.integers(0 if seen else 1, 30)),
        days=days,
        days_left=draw(st.integers(1, days)),
        budget=draw(st.one_of(st.floats(1, 600), st.just(inf))),
        costs=COSTS,
        habits=USUAL,
        parameters=W,
        missed=draw(st.sampled_from([0.0, 0.02, 0.2])),
        away=draw(st.frozensets(st.integers(0, 40), max_size=5)),
        spent=float(draw(st.integers(0, 100))),
        begun=draw(st.integers(0, 3)),
    )


@example(replace(ANEW, seen=[Memory(0, 1, 0)] * 6, unseen=15, days=21, days_left=10, budget=107, spent=2), 0.92, 94)
@given(situations(), st.sampled_from(RHOS), st.integers(0, 99))
@settings(max_examples=300)
def test_the_simulation_and_the_rule_lived_day_by_day_are_one_rule(
    situation: GoalSituation, rho: float, seed: int
) -> None:
    simulated, lived = simulate_goal(situation, rho, seed), _LivedByTheRule(situation, rho, seed).live()
    assert simulated.days == lived.days
    assert simulated.recall == pytest.approx(lived.recall)


@pytest.mark.parametrize("budget", [150, 900, inf])
def test_they_are_one_rule_for_many_cards_over_half_a_year(budget: float) -> None:
    situation = replace(ANEW, seen=some_memories(150), unseen=150, days=180, days_left=180, budget=budget, missed=0.1)
    simulated, lived = simulate_goal(situation, 0.86, 3), _LivedByTheRule(situation, 0.86, 3).live()
    assert sum(day.reviews for day in lived.days) > 500
    assert simulated.days == lived.days
    assert simulated.recall == pytest.approx(lived.recall)


@given(situations(), st.sampled_from(RHOS), st.integers(0, 99))
def test_the_same_seed_gives_the_same_days(situation: GoalSituation, rho: float, seed: int) -> None:
    assert simulate_goal(situation, rho, seed) == simulate_goal(situation, rho, seed)


def test_another_seed_gives_other_days() -> None:
    assert simulate_goal(ANEW, 0.8, 1) != simulate_goal(ANEW, 0.8, 2)


@given(situations(), st.sampled_from(RHOS), st.integers(0, 99))
def test_no_day_takes_longer_than_its_time_by_more_than_one_answer(
    situation: GoalSituation, rho: float, seed: int
) -> None:
    for day in simulate_goal(situation, rho, seed).days:
        new = day.new * COSTS.new
        assert day.seconds <= max(situation.budget + COSTS.again, situation.spent + new, new)


def test_nothing_is_done_on_days_away_and_what_was_missed_comes_later() -> None:
    without, away = replace(ANEW, missed=0.0), frozenset(range(3, 10))
    days = simulate_goal(replace(without, away=away), 0.8, 1).days
    assert [day for day in range(30) if not days[day].seconds and day < 15] == sorted(away)
    assert sum(day.new for day in days) == 60
    assert max(day.new for day in days[10:]) > max(day.new for day in simulate_goal(without, 0.8, 1).days)


def test_so_many_days_are_missed_as_expected_but_not_today() -> None:
    runs = [simulate_goal(replace(ANEW, unseen=400, missed=0.3, budget=1e6), 0.92, seed) for seed in range(40)]
    assert all(run.days[0].new for run in runs)
    begin = [day.new == 0 for run in runs for day in run.days[1:15]]
    assert fmean(begin) == pytest.approx(0.3, abs=0.05)


def test_what_was_done_today_already_is_not_planned_again() -> None:
    first = simulate_goal(ANEW, 0.8, 1).days[0]
    assert first.new == 4
    later = replace(ANEW, unseen=57, seen=[Memory(2.3, 5.0, 0)] * 3, begun=3, spent=45.0)
    assert simulate_goal(later, 0.8, 1).days[0] == PlannedDay(0, 1, 60.0)


def test_without_cards_there_is_nothing_to_plan() -> None:
    empty = replace(ANEW, unseen=0)
    assert forecast(empty, choose_rho(empty, 0.95, keep=False)).days == [PlannedDay(0, 0, 0)] * 30


wanted_recalls = st.floats(0.6, 0.999)


def tried(situation: GoalSituation, rhos: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    """Seconds, recall, rho."""
    for rho in rhos:
        run = simulate_goal(situation, rho, 0)
        yield run.seconds, run.recall, rho


@given(situations().map(lambda one: replace(one, missed=0.0, away=frozenset())), wanted_recalls)
def test_the_rho_is_the_cheapest_that_reaches_the_wanted_recall_or_else_nearly_the_best(
    situation: GoalSituation, wanted: float
) -> None:
    found = {rho: (seconds, recall) for seconds, recall, rho in tried(situation, RHOS)}
    seconds, recall = found[choose_rho(situation, wanted, keep=False)]
    best = max(recall for _, recall in found.values())
    enough = wanted + 0.005 if best >= wanted + 0.005 else best - 0.002
    assert recall >= enough
    assert seconds == min(needed for needed, reached in found.values() if reached >= enough)


@given(situations(), wanted_recalls)
@settings(max_examples=30)
def test_who_keeps_the_cards_gets_no_rho_that_leaves_many_for_after_the_date(
    situation: GoalSituation, wanted: float
) -> None:
    assert choose_rho(situation, wanted, keep=True) >= 0.76


def test_a_higher_wish_takes_more_time() -> None:
    roomy = replace(ANEW, budget=2000)
    plans = [forecast(roomy, choose_rho(roomy, wanted, keep=False)) for wanted in (0.8, 0.9, 0.97)]
    assert [plan.recall for plan in plans] == sorted(plan.recall for plan in plans)
    seconds = [sum(day.seconds for day in plan.days) for plan in plans]
    assert seconds == sorted(seconds)
    assert plans[1].recall >= 0.9


def test_missed_days_are_planned_for() -> None:
    """Who misses days needs more room: the plan chooses no lower a rho, and forecasts less."""
    tight = replace(ANEW, unseen=100, budget=120)
    missing = replace(tight, missed=0.3)
    assert choose_rho(missing, 0.9, keep=False) >= choose_rho(tight, 0.9, keep=False)
    assert forecast(missing, 0.8).recall < forecast(tight, 0.8).recall - 0.005


def test_a_forecast_is_the_mean_of_its_runs_and_its_bounds_hold_them_all() -> None:
    plan = forecast(ANEW, 0.8, seeds=6)
    runs = [simulate_goal(ANEW, 0.8, seed) for seed in range(6)]
    assert plan.recall == fmean(run.recall for run in runs)
    assert (plan.low, plan.high) == (min(run.recall for run in runs), max(run.recall for run in runs))
    assert sum(day.seconds for day in plan.days) == pytest.approx(fmean(run.seconds for run in runs))
    assert [day.new for day in plan.days] == [fmean(run.days[n].new for run in runs) for n in range(30)]


def test_as_long_as_little_is_known_few_days_are_expected_to_be_missed() -> None:
    assert 0 < missed_share(0, 0) <= 0.05
    assert missed_share(0, 100) < missed_share(0, 10) < missed_share(0, 0)
    assert missed_share(20, 100) == pytest.approx(0.2, abs=0.02)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_sample_has_every_nth_card_and_the_time_shrinks_alike(seen: int, unseen: int) -> None:
    cards = [Memory(float(n % 97 + 1), 5.0, 3) for n in range(seen)]
    all_cards = replace(ANEW, seen=cards, unseen=unseen, budget=1000.0, spent=100.0, begun=9)
    few, every = sample(all_cards)
    assert few.size * every == pytest.approx(all_cards.size, abs=every)
    assert few.size <= 401
    assert few.budget * every == pytest.approx(1000.0)
    assert few.spent * every == pytest.approx(100.0)
    if every == 1:
        assert few is all_cards


def test_a_sample_gets_the_same_forecast_as_all_cards() -> None:
    cards = replace(ANEW, seen=some_memories(2000), unseen=1000, budget=6000)
    few, every = sample(cards)
    assert every == 8
    all_of_them, plan = forecast(cards, 0.86, seeds=2), forecast(few, 0.86)
    assert plan.recall == pytest.approx(all_of_them.recall, abs=0.006)
    reviews, sampled = (sum(day.reviews for day in one.days) for one in (all_of_them, plan))
    assert sampled * every == pytest.approx(reviews, rel=0.08)
