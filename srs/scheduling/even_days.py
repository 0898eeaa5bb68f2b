"""The day of a review within the range of its interval: the lightest one, so that the days stay even.

Seen from today, the load falls with the distance, because shorter intervals are still to be added to later days. Taking
simply the lightest day would nearly always be taking the last one: intervals would grow by more than a tenth, and recall
fall below what is desired. So the fall across the range is taken out first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from srs.scheduling.fuzz import fuzz_interval, fuzz_range, fuzz_seed

_EVEN_UP_TO = 90  # days: the range of a longer interval is wide, and what its days will hold is not known yet
_HALF = 0.5
_NOTHING: Mapping[int, int] = MappingProxyType({})


class StudyTime(NamedTuple):
    """When the learner studies: `shares` are how many of a usual day's reviews each weekday takes (1, 0.5 or 0; Monday
    first), `breaks` the first and the last study day of each break, none beside or over another.
    """

    shares: tuple[float, ...] = (1.0,) * 7
    breaks: tuple[tuple[date, date], ...] = ()

    def break_on(self, day: date) -> tuple[date, date] | None:
        """The break that the study day is in."""
        return next((period for period in self.breaks if period[0] <= day <= period[1]), None)

    def since(self, day: date) -> "StudyTime":
        """Without breaks that are over on the study day."""
        return (
            self._replace(breaks=tuple(period for period in self.breaks if period[1] >= day)) if self.breaks else self
        )


ANY_TIME = StudyTime()


class DaysAhead(NamedTuple):
    """What is known of the days on which a card may be due, all by their distance from today: how many `reviews` of other
    cards they have, and those on which `siblings` are due.
    """

    time: StudyTime = ANY_TIME
    reviews: Mapping[int, int] = _NOTHING
    siblings: frozenset[int] = frozenset()


EMPTY_DAYS = DaysAhead()


def unite_breaks(periods: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    """First and last days, as few as cover the same days, in their order."""
    united: list[tuple[date, date]] = []
    for first, last in sorted(periods):
        if united and first <= united[-1][1] + timedelta(1):
            united[-1] = united[-1][0], max(united[-1][1], last)
        else:
            united.append((first, last))
    return tuple(united)


def days_in_reach(intervals: Iterable[int], day: date, maximum: int, time: StudyTime) -> set[int]:
    """The distances of the days whose load `choose_intervals` looks at."""
    return {n for days in intervals if days <= _EVEN_UP_TO for n in _open_days(days, day, maximum, time)}


def choose_intervals(
    intervals: Sequence[int], card: str, reps: int, day: date, maximum: int, ahead: DaysAhead
) -> list[int]:
    """The interval that each button promises on the study day, from its interval before the fuzz, from Again to Easy: none
    is shorter than the one before.

    It lies in the range of the fuzz, unless all of that is in a break: then it is as near to it as the break allows.
    Weekdays without reviews are taken only if the range has no other day, and next to them those with a sibling.
    Where nothing speaks for a day, it is that of the fuzz.
    """
    chosen: list[int] = []
    for days in intervals:
        if days <= _EVEN_UP_TO:
            options = _open_days(days, day, maximum, ahead.time)
        else:
            options = [fuzz_interval(days, card, reps, maximum)]
            if not _is_study_day(options[0], day, ahead.time):
                options = _open_days(days, day, maximum, ahead.time)
        choice = _lightest(options, card, reps, day, ahead)
        if chosen and choice < chosen[-1]:
            longer = [n for n in options if n >= chosen[-1]]
            choice = _lightest(longer, card, reps, day, ahead) if longer else chosen[-1]
        chosen.append(choice)
    return chosen


def _is_study_day(n: int, day: date, time: StudyTime) -> bool:
    return time.shares[(day.weekday() + n) % 7] > 0 and not (time.breaks and time.break_on(day + timedelta(n)))


def _open_days(days: int, day: date, maximum: int, time: StudyTime) -> Sequence[int]:
    """The intervals of the range that end in no break. If there are none, half as many as the range has, on the side of the
    break that is nearer to the middle of the range.
    """
    low, high = fuzz_range(days, maximum)
    if not time.breaks:
        return range(low, high + 1)
    if found := [n for n in range(low, high + 1) if not time.break_on(day + timedelta(n))]:
        return found
    middle, count = (low + high) // 2, (high - low) // 2 + 1
    first, last = ((edge - day).days for edge in time.break_on(day + timedelta(middle)) or (day, day))
    step = -1 if first > 1 and middle - first <= last - middle else 1
    n = first - 1 if step < 0 else last + 1
    while len(found) < count and n > 0:
        if not time.break_on(day + timedelta(n)):
            found.append(n)
        n += step
    return sorted(found)


def _lightest(options: Sequence[int], card: str, reps: int, day: date, ahead: DaysAhead) -> int:
    """Draws one of the lightest."""
    if len(options) > 1:
        shares, weekday = ahead.time.shares, day.weekday()
        ranks = [(not shares[(weekday + n) % 7], n in ahead.siblings) for n in options]
        best = min(ranks)
        options = [n for n, rank in zip(options, ranks, strict=True) if rank == best]
        # with this card, and as if it were a whole day: two on half a day are as many as four
        loads = [(ahead.reviews.get(n, 0) + 1) * (2 if shares[(weekday + n) % 7] == _HALF else 1) for n in options]
        loads = _without_fall(options, loads)
        lowest = min(loads)
        options = [n for n, load in zip(options, loads, strict=True) if load == lowest]
    return options[fuzz_seed(card, reps) * len(options) >> 32]


def _without_fall(days: Sequence[int], loads: list[int]) -> list[int]:
    """The loads, times a number, less the straight line through them if it falls; integers, so that ties stay ties."""
    count, total = len(days), sum(days)
    fall = count * sum(n * load for n, load in zip(days, loads, strict=True)) - total * sum(loads)
    if fall >= 0:
        return loads
    spread = count * sum(n * n for n in days) - total * total
    return [load * spread - fall * n for n, load in zip(days, loads, strict=True)]
