"""Which backups are kept: all of the last 7 study days that have any, and one for each of 4 weeks and of 12 months."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import NamedTuple

_DAYS, _WEEKS, _MONTHS = 7, 4, 12


class BackupKey(NamedTuple):
    """As in `Backup`."""

    number: int
    day: date
    events: int


def backups_to_keep(backups: Iterable[BackupKey]) -> frozenset[BackupKey]:
    """All of the last 7 days, so that none made by hand or before a restore is deleted at once, and the newest of each of
    the last 4 weeks and 12 months. Days without a backup do not count, so a year's absence deletes none.

    "Last" is the order of making: a wrong clock's day in the future is one like any other. A backup with more events than
    every newer one is always kept, because its events may be nowhere else.
    """
    newest_first = sorted(backups, reverse=True)
    days = {key.day for key in _newest(newest_first, lambda day: day)[:_DAYS]}
    weeks = _newest(newest_first, lambda day: day.isocalendar()[:2])[:_WEEKS]
    months = _newest(newest_first, lambda day: (day.year, day.month))[:_MONTHS]
    return frozenset(
        [*(key for key in newest_first if key.day in days), *weeks, *months, *_with_most_events(newest_first)]
    )


def _newest(newest_first: list[BackupKey], period: Callable[[date], Hashable]) -> list[BackupKey]:
    """The newest backup of each period, the latest period first."""
    newest: dict[Hashable, BackupKey] = {}
    for key in newest_first:
        newest.setdefault(period(key.day), key)
    return list(newest.values())


def _with_most_events(newest_first: list[BackupKey]) -> list[BackupKey]:
    """The backups with more events than every newer one."""
    keys: list[BackupKey] = []
    for key in newest_first:
        if not keys or key.events > keys[-1].events:
            keys.append(key)
    return keys
