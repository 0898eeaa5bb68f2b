"""New days for reviews that cannot stay on theirs, by how little that costs in recall and so that the days get even."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from srs.scheduling.even_days import StudyTime
from srs.scheduling.reschedule import NewDueDates

Recall = Callable[[float, int], float]
"""Stability and the study days since the last answer → probability of recall, as in `fsrs6.recall_model`."""


class DueReview(NamedTuple):
    """A review, due on the study day `due`; `stability` is in days."""

    card: str
    due: date
    stability: float
    last_day: date

    def recall_on(self, day: date, recall: Recall) -> float:
        return recall(self.stability, max((day - self.last_day).days, 0))

    def cost(self, day: date, recall: Recall) -> float:
        """How far recall on the day is from what it would be when the review is due: below it later, above it earlier, when
        the review would gain less.
        """
        return abs(self.recall_on(day, recall) - self.recall_on(self.due, recall))


def spread(
    moving: Iterable[DueReview], load: Mapping[date, int], days: Sequence[date], time: StudyTime, recall: Recall
) -> dict[str, date]:
    """A day for each review, of the `days`, which ascend and hold the `load` of others: none gets fuller than it must, and
    weekdays have their share. Reviews whose move costs most come first, and each takes the day that costs it least.
    """
    moving = list(moving)
    room, higher = _room(len(moving), load, days, time)
    left = len(moving) - sum(room.values())  # how many of the higher days get their one more
    free = [day for day in days if room[day] or day in higher]

    def cheapest(review: DueReview) -> tuple[float, date]:
        # recall only falls, so that the nearest day before it is due or the nearest from then on is the cheapest
        place = bisect_left(free, review.due)
        return min((review.cost(day, recall), day) for day in free[max(place - 1, 0) : place + 1])

    chosen = {}
    costs = {review.card: cheapest(review)[0] for review in moving}
    for review in sorted(moving, key=lambda review: (-costs[review.card], review.card)):
        day = chosen[review.card] = cheapest(review)[1]
        if room[day]:
            room[day] -= 1
        else:
            higher.remove(day)
            left -= 1
        if not left and higher:
            higher.clear()
            free = [one for one in free if room[one]]
        elif not room[day] and day not in higher:
            free.remove(day)
    return chosen


def _room(
    count: int, load: Mapping[date, int], days: Sequence[date], time: StudyTime
) -> tuple[dict[date, int], set[date]]:
    """How many more reviews each day takes, if all are filled to the highest level at which fewer than `count` find room, and
    the days that take one more at the next level.
    """
    shares = {day: time.shares[day.weekday()] for day in days}
    if not any(shares.values()):
        shares = dict.fromkeys(days, 1.0)

    def room(level: int) -> dict[date, int]:
        return {day: max(int(level * share) - load.get(day, 0), 0) for day, share in shares.items()}

    low, high = 0, 2 * (count + max(load.values(), default=0))  # half a day has room for all of them
    while low < high:
        level = (low + high) // 2
        low, high = (low, level) if sum(room(level).values()) >= count else (level + 1, high)
    below, there = room(low - 1), room(low)
    return below, {day for day in days if there[day] > below[day]}


def days_around(first: date, last: date, today: date, time: StudyTime) -> list[date]:
    """The study days that take the reviews of a break: as many before it as it has, at least three but none before today, and
    as many after it, more if there are fewer before. None is of another break.
    """
    count = max((last - first).days + 1, 3)
    before = _study_days(first, -1, count, time, today)
    return [*reversed(before), *_study_days(last, 1, 2 * count - len(before), time, today)]


def next_days(today: date, count: int, time: StudyTime) -> list[date]:
    """So many study days after today, none in a break."""
    return _study_days(today, 1, count, time, today)


def _study_days(start: date, step: int, count: int, time: StudyTime, today: date) -> list[date]:
    days = list[date]()
    day = start + timedelta(step)
    while len(days) < count and day >= today:
        if not time.break_on(day):
            days.append(day)
        day += timedelta(step)
    return days


def new_load(before: Mapping[date, int], reviews: Iterable[DueReview], chosen: Mapping[str, date]) -> NewDueDates:
    """With the load that follows; `chosen` are new days of some of the reviews."""
    after = Counter(before)
    for review in reviews:
        if review.card in chosen:
            after[review.due] -= 1
            after[chosen[review.card]] += 1
    return NewDueDates(dict(chosen), before, after)
