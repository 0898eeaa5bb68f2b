"""Which backups stay: those of the last 7 study days that have any, one for each of 4 weeks and of 12 months."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date

_DAYS, _WEEKS, _MONTHS = 7, 4, 12

Key = tuple[date, int]
"""The study day of a backup, and the instant at which it was made (UTC milliseconds)."""


def kept(backups: Iterable[Key]) -> frozenset[Key]:
    """All of the last seven days, so that nothing made by hand or before a restore vanishes at once; beyond them the
    newest of each of the last four weeks and twelve months. Days without a backup do not count: who was away for a
    year loses none.
    """
    newest_first = sorted(backups, reverse=True)
    days = sorted({day for day, _ in newest_first}, reverse=True)[:_DAYS]
    weeks = _newest(newest_first, lambda day: day.isocalendar()[:2])[:_WEEKS]
    months = _newest(newest_first, lambda day: (day.year, day.month))[:_MONTHS]
    return frozenset([*(key for key in newest_first if key[0] in days), *weeks, *months])


def _newest(newest_first: list[Key], period: Callable[[date], Hashable]) -> list[Key]:
    """The newest of each period, the latest period first."""
    found: dict[Hashable, Key] = {}
    for key in newest_first:
        found.setdefault(period(key[0]), key)
    return list(found.values())
