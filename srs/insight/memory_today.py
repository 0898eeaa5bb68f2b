"""What FSRS says of the cards today: how stable and how difficult they are, and how likely to be recalled."""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from srs.collection import Collection
from srs.collection.goals import goals_in_force
from srs.database import due_cards
from srs.log.replay import current_parameters
from srs.scheduling.fsrs6 import recall_model
from srs.scheduling.scheduler import parameter_problem

_STABILITY = (0, 1, 3, 7, 14, 30, 60, 120, 240, 365)  # days
_DIFFICULTY = (1, 2, 3, 4, 5, 6, 7, 8, 9)
_RECALL = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Bin(NamedTuple):
    """How many cards have at least `low`, and less than the next bin's; the last has all above, its upper end included."""

    low: float
    cards: int


class Spread(NamedTuple):
    """Values of cards, in all bins that there are; mean and median are None without cards."""

    mean: float | None
    bins: list[Bin]
    median: float | None


class MemoryToday(NamedTuple):
    """Of `cards` that have a memory, suspended ones among them, as in Anki: the stability in days, the difficulty from 1 to 10,
    and the probability of recalling each on this study day (no cards in any bin if the parameters
    cannot be used).
    """

    cards: int
    stability: Spread
    difficulty: Spread
    recall: Spread


class GoalAhead(NamedTuple):
    """A goal whose date has not come: the mean recall of its cards on that morning, wanted and expected (with that of the worst
    and the best simulation), and the expected reviews of each day from today until then.
    """

    name: str
    day: date
    wanted: float
    expected: float
    low: float
    high: float
    reviews: dict[date, float]


def read_memory(
    connection: sqlite3.Connection, folder: int, day: date, only: Iterable[str] | None = None
) -> MemoryToday:
    """Of the folder's cards, or of `only` these."""
    memories = due_cards.memories(connection, folder, only)
    parameters = current_parameters(connection)
    recalls = list[float]()
    if not parameter_problem(parameters):
        recall, today = recall_model(parameters.values), day.toordinal()
        last_days = {
            text: max(today - date.fromisoformat(text).toordinal(), 0) for text in {row[2] for row in memories}
        }
        recalls = [recall(stability, last_days[last_day]) for stability, _, last_day in memories]
    return MemoryToday(
        len(memories),
        _spread([row[0] for row in memories], _STABILITY),
        _spread([row[1] for row in memories], _DIFFICULTY),
        _spread(recalls, _RECALL),
    )


def _spread(values: Sequence[float], lows: Sequence[float]) -> Spread:
    ordered = sorted(values)
    starts = [0, *(bisect_left(ordered, low) for low in lows[1:]), len(ordered)]
    bins = [Bin(low, end - start) for low, (start, end) in zip(lows, pairwise(starts), strict=True)]
    return Spread(fmean(values) if values else None, bins, median(ordered) if values else None)


def read_goals_ahead(collection: Collection, day: date) -> list[GoalAhead]:
    """Of each goal in force that has cards, the nearest date first; without any, nothing is computed. Raises StoreError."""
    if not any(goal.days_left(day) > 0 for goal in goals_in_force(collection, day)):
        return []
    from srs.collection.goal_forecast import plan_days  # noqa: PLC0415 - simulates, where a goal holds only
    from srs.collection.goals_today import read_goals_today  # noqa: PLC0415

    goals, found = read_goals_today(collection, day), list[GoalAhead]()
    for goal in goals.every:
        if goal.days_left(day) > 0 and (goals.seen(goal) or goals.count_unseen(goal)):
            planned = plan_days(goals, goal)
            reviews = {one.day: one.reviews for one in planned.load}
            found.append(
                GoalAhead(goal.name, goal.aim.day, goal.aim.recall, planned.recall, planned.low, planned.high, reviews)
            )
    return found
