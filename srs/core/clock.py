"""Instants and study days. An instant is an int: UTC milliseconds since 1970. Nothing here reads a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import count
from typing import TypeGuard

Clock = Callable[[], int]
"""Returns the current instant."""

FIRST_MS, LAST_MS = 1, 7_258_118_399_999
"""The instants that the log can hold: 1970 to the end of 2199, in UTC."""

YEARS = "from 1970 to 2199"
"""Those instants, in words."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_DAY_MS = 86_400_000


def is_instant(value: object) -> TypeGuard[int]:
    """Whether the value is an instant that the log can hold."""
    return isinstance(value, int) and FIRST_MS <= value <= LAST_MS


def is_recordable(now: int) -> bool:
    """Whether events can be recorded at the instant `now`. The last day is left out, because some events take a later
    millisecond than the clock's.
    """
    return FIRST_MS <= now <= LAST_MS - _DAY_MS


def to_ms(moment: datetime) -> int:
    """The instant of an aware datetime, rounded down to a millisecond."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_utc(at: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=at)


def utc_text(at: int) -> str:
    """ISO 8601 in UTC with milliseconds, e.g. `2026-03-01T09:00:00.000+00:00`."""
    return to_utc(at).isoformat(timespec="milliseconds")


def days_in_a_row(today: date, has_answer: Callable[[date], bool]) -> int:
    """How many study days in a row have an answer, up to today, or to yesterday while today has none."""
    last = today if has_answer(today) else today - _DAY
    return next(n for n in count() if not has_answer(last - n * _DAY))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Converts instants to study days, which begin `rollover` minutes after midnight in the zone."""

    zone: tzinfo
    rollover: int = 240

    def start(self, day: date) -> int:
        """The instant at which `day` begins.

        If daylight saving skips the rollover, the day begins as if it did not; if it repeats it, the first one counts.
        """
        wall = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=self.rollover)
        return to_ms(wall.astimezone(UTC))

    def day(self, at: int) -> date:
        """The last day that has begun by the instant `at`. It never decreases over time, whatever daylight saving does."""
        wall = to_utc(at).astimezone(self.zone).replace(tzinfo=None)
        day = (wall - timedelta(minutes=self.rollover)).date()
        while self.start(day) > at:
            day -= _DAY
        while self.start(day + _DAY) <= at:
            day += _DAY
        return day

    def local_text(self, at: int) -> str:
        """ISO 8601 with the zone's offset, and milliseconds unless they are 0."""
        moment = to_utc(at).astimezone(self.zone)
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


@lru_cache(maxsize=2)
def cached_day(calendar: Calendar) -> Callable[[int], date]:
    """A faster `calendar.day` for hundreds of thousands of instants: it caches when each day begins and ends."""
    cache: dict[int, tuple[date, int, date, int]] = {}

    def compute(bucket: int) -> tuple[date, int, date, int]:
        first = calendar.day(bucket * _DAY_MS)
        second = first + _DAY
        cache[bucket] = entry = first, calendar.start(second), second, calendar.start(second + _DAY)
        return entry

    def day(at: int) -> date:
        bucket = at // _DAY_MS
        first, turn, second, end = cache.get(bucket) or compute(bucket)
        return first if at < turn else second if at < end else calendar.day(at)

    return day
