"""Ways of getting ready for a date, each of which studies one day of a simulated learner: the rule of `srs goal`, its rivals,
and a dynamic programme as the upper reference.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from math import ceil, exp, inf, log
from typing import NamedTuple

from srs.core.settings import Settings
from srs.scheduling import fsrs6
from srs.scheduling.goal import reviews_today
from srs.scheduling.goal_plan import GoalSituation, choose_rho, forecast, missed_share
from srs.scheduling.queue import Candidates, GoalCards, QueuedCard, build_queue
from srs.scheduling.scheduler import DEFAULT
from tests.benchmarks.goal_learners import AS_FSRS_SAYS, CARDS, HABITS, LEARNERS, Life, memory_model

SETTINGS, TODAY = Settings(), date(2026, 1, 1)


def _until_full(life: Life, day: int, cards: Iterable[str], cap: float) -> None:
    left = cap
    for card in cards:
        if left <= 0:
            return
        left -= life.answer(card, day)


def _lowest_first(life: Life, day: int, cards: Iterable[str]) -> list[str]:
    return sorted(cards, key=partial(life.recall_now, day))


def by_schedule(life: Life, day: int, cap: float) -> None:
    """What a fixed desired retention has due, lowest recall first, up to the cap."""
    due = (card for card, known in life.known.items() if known.due <= day)
    _until_full(life, day, _lowest_first(life, day, due), cap)


def _missed_share(life: Life, day: int) -> float:
    return missed_share(sum(one < day for one in life.skipped), day)


def by_rule(life: Life, day: int, cap: float, *, rho: float) -> None:
    """The product's rule, asked by its queue until the day's time is used up."""
    cards, missed = life.seen(day), _missed_share(life, day)
    planned = reviews_today(cards, life.days - day, rho, cap, life.costs, life.recall_of, missed)
    reviews = [QueuedCard(card, card.partition("/")[0], "d", 1, seconds) for card, seconds in planned]
    queue = build_queue(
        Candidates((), (), {}, frozenset(), {}, (GoalCards("g", reviews, {}, 0, cap),)), SETTINGS, TODAY
    )
    while card := queue.next_card(0, 0):
        queue.spend("g", life.answer(card.card, day))
        queue.remove(card.card)


def by_goal(life: Life, day: int, cap: float, *, wanted: float, keep: bool = False) -> None:
    """The rule with the rho that is planned anew each morning."""
    situation = GoalSituation(
        [life.memory(card, day) for card in life.known], len(life.unseen), life.days, life.days - day, cap,
        life.costs, HABITS, DEFAULT.values, _missed_share(life, day),
    )  # fmt: skip
    rho = choose_rho(situation, wanted, keep=keep, seed=day)
    if not life.first_forecast:
        life.first_forecast = forecast(situation, rho).recall
    by_rule(life, day, cap, rho=rho)


def by_cram(life: Life, day: int, cap: float, *, days: int) -> None:
    """Nothing but first answers, then every card on each of the last days."""
    if day >= life.days - days:
        _until_full(life, day, _lowest_first(life, day, life.known), cap)


def by_last_days(life: Life, day: int, cap: float, *, days: int) -> None:
    """A low retention, then every card once in the last days, spread over them."""
    first = life.days - days
    if day < first:
        by_schedule(life, day, cap)
        return
    left = [card for card in life.known if life.known[card].day < first]
    share = ceil(len(left) / (life.days - day))
    _until_full(life, day, sorted(left, key=lambda card: -life.known[card].stability)[:share], cap)


def by_due_before_date(life: Life, day: int, cap: float) -> None:
    """The ordinary schedule, and all that would be due after the date on the last day."""
    if day == life.days - 1:
        _until_full(life, day, _lowest_first(life, day, life.known), cap)
    else:
        by_schedule(life, day, cap)


def by_gain(life: Life, day: int, cap: float, *, least: float) -> None:
    """The cards whose review now gains the most recall on the date for its cost, and at least so much."""
    left, following = life.days - day, memory_model(DEFAULT.values)[1]
    gains = dict[str, float]()
    for card in life.known:
        stability, difficulty, elapsed = life.memory(card, day)
        if elapsed:
            now = life.recall_of(stability, elapsed)
            again, good = (following(stability, difficulty, elapsed, rating)[0] for rating in (1, 3))
            after = (1 - now) * life.recall_of(again, left) + now * life.recall_of(good, left)
            gains[card] = (after - life.recall_of(stability, elapsed + left)) / life.costs.review(now)
    worth = [card for card, gain in gains.items() if gain > least]
    _until_full(life, day, sorted(worth, key=gains.__getitem__, reverse=True), cap)


_STABILITIES = [0.05 * 1.45**n for n in range(27)]  # 0.05 days to two years
_DIFFICULTIES = (1.0, 4.0, 7.0, 10.0)
_WAITS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 40, 48, 58, 70, 84)
_PRICE_ROUNDS = 14
_NEARLY = 0.0005

Values = Sequence[Sequence[float]]
"""Of a card that has just been answered, by the places of its difficulty and stability: recall on the date less the price of
the reviews until then.
"""


class DynamicProgramme:
    """The best days for the next review of a card, by stability, difficulty and days left, where an answer costs a price that
    differs from day to day.
    """

    def __init__(self, prices: Sequence[float]) -> None:
        """`prices[n]` is what an answer costs when n days are left, the last one being 1."""
        self._prices = prices
        self._values: list[Values] = [[]]
        for left in range(1, len(prices)):
            waits = [0, *(wait for wait in _WAITS if wait < left)]
            self._values.append(
                [
                    [max(self._worth(_after_wait(s, d, wait), left, wait, s) for wait in waits) for s in _STABILITIES]
                    for d in _DIFFICULTIES
                ]
            )

    def waits(self, stability: float, difficulty: float, left: int) -> list[tuple[int, float]]:
        """What each wait is worth, in days from an answer, when so many days were left, to the next one; 0 for none."""
        return [
            (wait, self._worth(_outcomes(stability, difficulty, wait), left, wait, stability))
            for wait in (*range(min(left, 16)), *range(16, left, 3))
        ]

    def _worth(self, outcomes: "Outcomes", left: int, wait: int, stability: float) -> float:
        if not wait:
            return _recall(stability, left)
        recall, again, good = outcomes
        values = self._values[left - wait]
        reached = recall * _interpolated(values, good) + (1 - recall) * _interpolated(values, again)
        return reached - self._prices[left - wait] * (2 - recall)


class Place(NamedTuple):
    """Where a memory lies among those of the table: row and column before it, and the shares of the next ones."""

    row: int
    column: int
    down: float
    right: float


class Outcomes(NamedTuple):
    """Recall after a wait, and the memory after a forgotten and a recalled answer then."""

    recall: float
    again: Place
    good: Place


_recall = fsrs6.recall_model(DEFAULT.values)


def _outcomes(stability: float, difficulty: float, wait: int) -> Outcomes:
    following = memory_model(DEFAULT.values)[1]
    again, good = (_place(*following(stability, difficulty, wait, rating)) for rating in (1, 3))
    return Outcomes(_recall(stability, wait), again, good)


_after_wait = cache(_outcomes)


def _place(stability: float, difficulty: float) -> Place:
    """Linear in difficulty and in the logarithm of stability."""
    x = min(max(log(stability / _STABILITIES[0]) / log(1.45), 0.0), len(_STABILITIES) - 1.001)
    y = min(max((difficulty - 1) / 3, 0.0), len(_DIFFICULTIES) - 1.001)
    return Place(int(y), int(x), y % 1, x % 1)


def _interpolated(values: Values, place: Place) -> float:
    row, column, down, right = place
    low, high = values[row], values[row + 1]
    return (1 - down) * ((1 - right) * low[column] + right * low[column + 1]) + down * (
        (1 - right) * high[column] + right * high[column + 1]
    )


@cache
def _programme(days: int, cap: float, price: float) -> DynamicProgramme:
    """The prices of the days are raised until no day of a learner takes more than the cap."""
    prices = [price] * (days + 1)
    programme = DynamicProgramme(prices)
    for turn in range(_PRICE_ROUNDS if cap < inf else 0):
        life = Life(LEARNERS[AS_FSRS_SAYS], days, 1000 + turn)
        life.live(partial(_follow, programme=programme))
        step = 0.4 / (1 + turn / 4)
        for day, load in enumerate(life.by_day):
            left, full = days - day, cap * CARDS
            prices[left] = max(prices[left] * exp(step * min(max(load / full - 1, -0.5), 1.5)), price)
        programme = DynamicProgramme(prices)
    return programme


def by_programme(life: Life, day: int, cap: float, *, price: float) -> None:
    _follow(life, day, cap, _programme(life.days, cap / CARDS, price))


def _follow(life: Life, day: int, cap: float, programme: DynamicProgramme) -> None:
    """Plans the next review of a card for the best of the days that have room, and of those worth nearly the same, for the
    one with the fewest cards.
    """
    planned, loads = life.notes.setdefault("planned", {}), life.notes.setdefault("loads", Counter())
    due = []
    for card, (stability, difficulty, last, _, _) in life.known.items():
        if planned.get(card, (-1, 0))[0] != last:
            waits = programme.waits(stability, difficulty, life.days - last)
            waits = [one for one in waits if not one[0] or loads[last + one[0]] < cap]
            enough = max(worth for _, worth in waits) - _NEARLY
            wait = min((loads[last + wait] if wait else 0, -wait) for wait, worth in waits if worth >= enough)[1]
            planned[card] = (last, last - wait if wait else life.days)
            loads[planned[card][1]] += 1
        if planned[card][1] <= day:
            due.append(card)
    _until_full(life, day, _lowest_first(life, day, due), cap)


POLICIES: Mapping[str, Callable[..., None]] = {
    "rule": by_rule,  # with rho
    "goal": by_goal,  # with wanted
    "fixed": by_schedule,
    "cram": by_cram,  # with days
    "last days": by_last_days,  # with days
    "due before date": by_due_before_date,
    "greedy": by_gain,  # with least
    "programme": by_programme,  # with price
}
