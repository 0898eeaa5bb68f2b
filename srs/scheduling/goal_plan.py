"""Plans the days until a date: simulates the rule of `srs.scheduling.goal`, and finds how much is to be built up early."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import ceil, inf
from random import Random  # noqa: TID251 - a generator of its own for each seed, never the global one
from statistics import fmean
from typing import NamedTuple

from srs.scheduling import fsrs6
from srs.scheduling.goal import READY, Costs, build_at, last_reviews_over, new_today
from srs.scheduling.simulate import Habits

SAMPLE = 400
"""Cards that are simulated; of more, every n-th."""

RHOS = (0.5, 0.6, 0.68, 0.74, 0.8, 0.86, 0.92)
"""Recall on the date, below which a card is built up early: those that are tried."""

_RUNS = 4  # where days are missed: which ones makes a difference
_KEEP = 0.76  # the least rho, of those that keep the cards: with less, many come at once after the date
_MARGIN = 0.005  # above the wanted recall
_NEARLY_BEST = 0.002  # of recall


class Memory(NamedTuple):
    """A card that was answered: stability in days (0: none yet), difficulty, study days since the last answer."""

    stability: float
    difficulty: float
    elapsed: int


@dataclass(frozen=True, slots=True)
class GoalSituation:
    """All that a plan follows from. Days are counted from today, which is 0; `days` of study were there when the goal was set,
    `days_left` are left with today. `budget` is seconds a day, `spent` of today's. A day is missed with the probability
    `missed`, and for certain if it is one of `away`.
    """

    seen: Sequence[Memory]
    unseen: int
    days: int
    days_left: int
    budget: float
    costs: Costs
    habits: Habits
    parameters: Sequence[float]
    missed: float = 0.0
    away: frozenset[int] = frozenset()
    spent: float = 0.0
    begun: int = 0

    @property
    def size(self) -> int:
        return len(self.seen) + self.unseen


class PlannedDay(NamedTuple):
    """Expected reviews, new cards and seconds of a day."""

    reviews: float
    new: float
    seconds: float


class Run(NamedTuple):
    """What one simulation came to: mean recall of all cards on the date, its days, and of each day the least stability of a
    card whose last review had come by then.
    """

    recall: float
    days: Sequence[PlannedDay]
    last_from: Sequence[float]

    @property
    def seconds(self) -> float:
        return sum(day.seconds for day in self.days)


class GoalPlan(NamedTuple):
    """`recall` is the mean of all runs under `rho`, `low` and `high` the bounds that none was outside of."""

    rho: float
    recall: float
    low: float
    high: float
    days: Sequence[PlannedDay]


def sample(situation: GoalSituation, most: int = SAMPLE) -> tuple[GoalSituation, int]:
    """Every n-th card in the order of stability, so that about `most` are left, and n; the budget shrinks alike."""
    every = -(-situation.size // most)
    if every <= 1:
        return situation, 1
    middle = every // 2
    return replace(
        situation,
        seen=sorted(situation.seen)[middle::every],
        unseen=(situation.unseen + middle) // every,
        budget=situation.budget / every,
        spent=situation.spent / every,
        begun=situation.begun // every,
    ), every


def choose_rho(situation: GoalSituation, wanted: float, *, keep: bool, seed: int = 0) -> float:
    """The rho that reaches the wanted recall in the least time, or else nearly the highest recall."""
    rhos = sorted({max(rho, _KEEP) for rho in RHOS}) if keep else RHOS
    seeds = range(seed, seed + (_RUNS if situation.missed or situation.away else 1))
    found = []
    for rho in rhos:
        runs = [simulate_goal(situation, rho, one) for one in seeds]
        found.append((fmean(run.seconds for run in runs), fmean(run.recall for run in runs), rho))
    best = max(recall for _, recall, _ in found)
    enough = wanted + _MARGIN if best >= wanted + _MARGIN else best - _NEARLY_BEST
    return min(one for one in found if one[1] >= enough)[2]


def forecast(situation: GoalSituation, rho: float, seeds: int = 10) -> GoalPlan:
    """What the days until the date will bring."""
    runs = [simulate_goal(situation, rho, seed) for seed in range(seeds)]
    recalls = sorted(run.recall for run in runs)
    days = [
        PlannedDay(*(fmean(values) for values in zip(*same, strict=True)))
        for same in zip(*(run.days for run in runs), strict=True)
    ]
    return GoalPlan(rho, fmean(recalls), recalls[0], recalls[-1], days)


def missed_share(missed: int, days: int) -> float:
    """The probability of missing a day, after so many of `days`; one in twenty as long as little is known."""
    return (missed + 0.5) / (days + 10)


def simulate_goal(situation: GoalSituation, rho: float, seed: int) -> Run:
    """The days until the date. The same seed gives the same days."""
    return _Run(situation, rho, Random(seed)).live()  # noqa: S311 - not for secrets


class _Run:
    """The cards on their way to the date: lists by the number of a card, because the time is spent here.

    What a card needs follows from its last answer, so it is looked at only then: the day on which it is to be built up, and
    its place among the last reviews, the most stable first.
    """

    def __init__(self, situation: GoalSituation, rho: float, random: Random) -> None:
        self._situation, self._rho, self._random = situation, rho, random
        self._first, self._following = fsrs6.memory_model(situation.parameters)
        self._recall = fsrs6.recall_model(situation.parameters)
        self._until_build = fsrs6.decline_model(situation.parameters, build_at(rho))
        self._first_ratings = [*accumulate(situation.habits.first)]
        self._recalled = [*accumulate(situation.habits.recalled)]
        self._stability = [card.stability for card in situation.seen]
        self._difficulty = [card.difficulty for card in situation.seen]
        self._answered = [-card.elapsed for card in situation.seen]
        self._build: list[list[int]] = [[] for _ in range(situation.days_left + 1)]
        self._build_on = [0] * len(situation.seen)
        self._last = list[tuple[float, int]]()
        self._cost = [0.0] * len(situation.seen)  # of the last review; 0 if none is needed
        self._unseen = situation.unseen
        self._last_from = [inf]
        for number in range(len(situation.seen)):
            self._place(number, 0)

    def live(self) -> Run:
        situation, days = self._situation, list[PlannedDay]()
        carried = list[int]()
        for day in range(situation.days_left):
            carried += self._build[day]
            missed = self._random.random() < situation.missed
            self._last_from.append(self._last_from[-1])
            if day in situation.away or (missed and day):
                days.append(PlannedDay(0, 0, 0.0))
                continue
            planned, carried = self._live_day(day, carried)
            days.append(planned)
        recalls = (
            self._recall(stability, situation.days_left - answered)
            for stability, answered in zip(self._stability, self._answered, strict=True)
            if stability
        )
        return Run(sum(recalls) / situation.size if situation.size else 0.0, days, self._last_from[1:])

    def _live_day(self, day: int, build: list[int]) -> tuple[PlannedDay, list[int]]:
        """The day, and what was to be built up on it but did not fit."""
        situation = self._situation
        days_left, begun = situation.days_left - day, 0 if day else situation.begun
        spent = 0.0 if day else situation.spent
        new = new_today(self._unseen + begun, situation.days, days_left, situation.budget, situation.costs) - begun
        new = max(min(new, self._unseen), 0)
        building = set(build)
        recall, stability, answered = self._recall, self._stability, self._answered
        chosen = sorted(
            [
                (recall(stability[n], day - answered[n]) if stability[n] else 0.0, n)
                for n in [*build, *self._last_of(day, building)]
            ]
        )
        for _ in range(new):
            self._begin(day)
            spent += situation.costs.new
        reviews = 0
        for recall_now, number in chosen:
            if spent >= situation.budget:
                break
            reviews += 1
            spent += self._review(number, day, recall_now)
        return PlannedDay(reviews, new, spent), [number for _, number in chosen[reviews:] if number in building]

    def _last_of(self, day: int, building: set[int]) -> list[int]:
        """The last reviews that have to be done on this day."""
        total = sum(self._cost) - sum(self._cost[number] for number in building)
        situation = self._situation
        over = last_reviews_over(total, situation.days_left - day, situation.budget, situation.missed)
        if over <= 0:
            return []
        chosen = list[int]()
        for _, number in self._last:
            if over <= 0:
                break
            if number not in building and self._answered[number] < day:
                chosen.append(number)
                over -= self._cost[number]
                self._last_from[-1] = min(self._last_from[-1], self._stability[number])
        return chosen

    def _begin(self, day: int) -> None:
        stability, difficulty = self._first(1 + self._draw(self._first_ratings))
        self._unseen -= 1
        self._stability.append(stability)
        self._difficulty.append(difficulty)
        self._answered.append(day)
        self._cost.append(0.0)
        self._build_on.append(0)
        self._place(len(self._stability) - 1, day)

    def _review(self, number: int, day: int, recall: float) -> float:
        """Asks a card; the seconds that it took."""
        stability, costs = self._stability[number], self._situation.costs
        recalled = self._random.random() < recall
        if stability:
            rating = 2 + self._draw(self._recalled) if recalled else 1
            elapsed = day - self._answered[number]
            memory = self._following(stability, self._difficulty[number], elapsed, rating)
            self._unplace(number, day)
        else:
            memory = self._first(1 + self._draw(self._first_ratings))
        self._stability[number], self._difficulty[number] = memory
        self._answered[number] = day
        self._place(number, day)
        return costs.recalled if recalled else costs.again

    def _place(self, number: int, day: int) -> None:
        """Finds what the card needs until the date, after an answer or, on the first day, whenever that was."""
        stability, answered, end = self._stability[number], self._answered[number], self._situation.days_left
        if not stability:
            self._build[day].append(number)
            return
        on_date = self._recall(stability, end - answered)
        if on_date >= READY:
            return
        if on_date < self._rho:
            when = answered + ceil(self._until_build(stability))
            self._build_on[number] = when = min(max(when, day), end)
            self._build[when].append(number)
        insort(self._last, (-stability, number))
        self._cost[number] = self._situation.costs.review(on_date)

    def _unplace(self, number: int, day: int) -> None:
        if self._build_on[number] > day:  # its last review came first
            self._build[self._build_on[number]].remove(number)
        self._build_on[number] = 0
        if self._cost[number]:
            self._cost[number] = 0.0
            del self._last[bisect_left(self._last, (-self._stability[number], number))]

    def _draw(self, shares: list[float]) -> int:
        """The place of one of the shares, which add up from one to the next."""
        return bisect_right(shares, self._random.random() * shares[-1])
