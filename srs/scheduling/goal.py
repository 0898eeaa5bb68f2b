"""What to review today so that as much as possible is recalled on a date.

Cards that will not be ready are built up early, then left alone. The last review of a card comes as late as the time for all
last reviews allows: stable cards first, fragile ones on the last day. `tests/benchmarks/goal.py` compares this rule with
others.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil, inf
from operator import itemgetter
from typing import NamedTuple

from srs.scheduling import fsrs6

READY = 0.97
"""Recall on the date from which a card needs no last review."""

_BUILD_ABOVE = 0.08  # the more recall on the date is wanted, the earlier a card is built up
_BUILD_AT = (0.91, 0.96)  # recall, within which that stays
# of a day's time, the share that last reviews may count on, and of the days, how many before the date they do not count on
_PUNCTUAL, _CAUTIOUS = (0.8, 0), (0.65, 1)
_MISSES = 0.03  # probability of missing a day, below which one is punctual: after a week without a missed day
_NEW_UNTIL = 0.6  # of the days
_NEW_SHARE = 0.6  # of a day's time
_NO_NEW = 3  # last days

Recall = Callable[[float, int], float]
"""Stability and the study days since the last answer → probability of recall."""


class Costs(NamedTuple):
    """Seconds for a recalled review, for a forgotten one with what follows on that day, and for a new card."""

    recalled: float
    again: float
    new: float

    def review(self, recall: float) -> float:
        """Expected, for a card that is recalled with this probability."""
        return self.recalled + (1 - recall) * (self.again - self.recalled)


class SeenCard(NamedTuple):
    """Stability in days, 0 without a memory yet, and study days since the last answer."""

    card: str
    stability: float
    elapsed: int


class PlannedReview(NamedTuple):
    """A review of today, and the seconds that it is expected to take."""

    card: str
    seconds: float


def build_at(rho: float) -> float:
    """Recall at which a card is built up that would be below `rho` on the date."""
    low, high = _BUILD_AT
    return min(max(rho + _BUILD_ABOVE, low), high)


def last_reviews_over(total: float, days_left: int, budget: float, missed: float) -> float:
    """Seconds of last reviews, of `total` for all cards, that have to be done today; `days_left` is 1 on the last day. Who
    misses a day with the probability `missed` does them earlier.
    """
    if days_left == 1:
        return inf
    share, reserve = _CAUTIOUS if missed >= _MISSES else _PUNCTUAL
    days = max(days_left - 1 - reserve, 0)
    return total - days * share * budget if budget < inf else -inf


def reviews_today(
    cards: Iterable[SeenCard], days_left: int, rho: float, budget: float, costs: Costs, recall: Recall, missed: float
) -> list[PlannedReview]:
    """The reviews of a day in the order of asking: those forgotten soonest first. `days_left` is 1 on the last day of study,
    `budget` the seconds of a day, `missed` the probability of missing one. A card that was answered today is left alone.
    """
    threshold = build_at(rho)
    today, last, total = list[tuple[float, PlannedReview]](), list[tuple[float, float, PlannedReview]](), 0.0
    for card, stability, elapsed in cards:
        on_date = recall(stability, elapsed + days_left) if stability else 0.0
        if on_date >= READY:
            continue
        now = recall(stability, elapsed) if stability else 0.0
        if on_date < rho and now <= threshold:
            today.append((now, PlannedReview(card, costs.review(now))))
            continue
        cost = costs.review(on_date)
        total += cost
        if elapsed:
            last.append((stability, now, PlannedReview(card, cost)))
    over = last_reviews_over(total, days_left, budget, missed)
    if over > 0:
        last.sort(key=itemgetter(0), reverse=True)
        for _, now, planned in last:
            if over <= 0:
                break
            over -= planned.seconds
            today.append((now, planned))
    today.sort(key=itemgetter(0))
    return [planned for _, planned in today]


def new_today(unseen: int, days: int, days_left: int, budget: float, costs: Costs) -> int:
    """How many new cards to begin with today, of a goal that was set so many `days` before its date: evenly over the first 60 %
    of them, none in the last three unless there is no day before, and in at most 60 % of the day's seconds.
    """
    if not unseen or days_left < 1:
        return 0
    begin_days = max(min(int(days * _NEW_UNTIL), days - _NO_NEW), 1)
    left = days_left - (days - begin_days)
    if left < 1:  # days were missed, or cards were added
        left = 1 if days <= _NO_NEW else days_left - _NO_NEW
    if left < 1:
        return 0
    evenly = -(-unseen // left)
    return max(int(min(budget * _NEW_SHARE / costs.new, evenly)), 1) if costs.new else evenly


def next_day(
    stability: float, elapsed: int, days_left: int, rho: float, last_from: Sequence[float], values: Sequence[float]
) -> int | None:
    """In how many days a card is expected to come again, None if not before the date. `last_from` has, for today and each day
    until the date, the least stability of the last reviews that are expected up to that day; `values` are the parameters.
    """
    on_date = fsrs6.recall_model(values)(stability, elapsed + days_left)
    if on_date >= READY or days_left <= 1:
        return None
    if on_date < rho:
        days = ceil(fsrs6.decline_model(values, build_at(rho))(stability)) - elapsed
    else:
        days = next((n for n, least in enumerate(last_from) if n and stability >= least), days_left - 1)
    return min(max(days, 1), days_left - 1)
