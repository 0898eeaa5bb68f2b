"""Instants and study days. An instant is an int: UTC milliseconds since 1970. Nothing here reads a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

Clock = Callable[[], int]
"""Returns the current instant, in UTC milliseconds."""

FIRST, LAST = 1, 7_258_118_399_999
"""The instants that the log can hold: from 1970 to the end of 2199, in UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_DAY_MS = 86_400_000


def recordable(now: int) -> bool:
    """Whether the log can hold what is recorded at the instant `now`, whatever it may be: some events take a later
    millisecond than the clock's, which is why the last day is left out.
    """
    return FIRST <= now <= LAST - _DAY_MS


def to_ms(moment: datetime) -> int:
    """`moment` must be aware; what is finer than a millisecond is cut off."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_utc(at: int) -> datetime:
    """The instant `at` as an aware datetime in UTC, exact to the millisecond."""
    return _EPOCH + timedelta(milliseconds=at)


def utc_text(at: int) -> str:
    """ISO 8601 in UTC with milliseconds, e.g. `2026-03-01T09:00:00.000+00:00`."""
    return to_utc(at).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns instants into study days, for a zone and the minute after midnight at which the day turns."""

    zone: tzinfo
    rollover: int = 240

    def start(self, day: date) -> int:
        """The instant at which `day` begins.

        A rollover that the clocks skip begins as if they had not been put forward; one that comes twice counts the
        first time.
        """
        wall = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=self.rollover)
        return to_ms(wall.astimezone(UTC))

    def day(self, at: int) -> date:
        """The last day that has begun by the instant `at`: never decreases as time goes on, whatever the clocks do."""
        wall = to_utc(at).astimezone(self.zone).replace(tzinfo=None)
        day = (wall - timedelta(minutes=self.rollover)).date()
        while self.start(day) > at:
            day -= _DAY
        while self.start(day + _DAY) <= at:
            day += _DAY
        return day

    def local_text(self, at: int) -> str:
        """ISO 8601 with the zone's offset at that instant; milliseconds only where there are any."""
        moment = to_utc(at).astimezone(self.zone)
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


@lru_cache(maxsize=2)
def days(calendar: Calendar) -> Callable[[int], date]:
    """As `calendar.day`, for hundreds of thousands of instants: what is worked out once holds for all of a day."""
    known: dict[int, tuple[date, int, date, int]] = {}

    def worked_out(bucket: int) -> tuple[date, int, date, int]:
        first = calendar.day(bucket * _DAY_MS)
        second = first + _DAY
        known[bucket] = found = first, calendar.start(second), second, calendar.start(second + _DAY)
        return found

    def day(at: int) -> date:
        bucket = at // _DAY_MS
        first, turn, second, over = known.get(bucket) or worked_out(bucket)
        return first if at < turn else second if at < over else calendar.day(at)

    return day
