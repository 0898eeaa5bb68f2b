"""Which backups stay: those of the last 7 study days that have any, one for each of 4 weeks and of 12 months."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import NamedTuple

_DAYS, _WEEKS, _MONTHS = 7, 4, 12


class Key(NamedTuple):
    """`number` is the backup's place in the order of making, `day` the study day that the clock gave it, `events` how many
    it holds.
    """

    number: int
    day: date
    events: int


def kept(backups: Iterable[Key]) -> frozenset[Key]:
    """All of the last seven days, so that nothing made by hand or before a restore vanishes at once; beyond them the
    newest of each of the last four weeks and twelve months. Days without a backup do not count: who was away for a
    year loses none.

    "Last" is the order of making. Clocks go wrong: a day in the future is one among others, which newer backups push out.
    And whatever the days say, a backup with more events than each newer one stays: what it holds may be nowhere else.
    """
    newest_first = sorted(backups, reverse=True)
    days = {key.day for key in _newest(newest_first, lambda day: day)[:_DAYS]}
    weeks = _newest(newest_first, lambda day: day.isocalendar()[:2])[:_WEEKS]
    months = _newest(newest_first, lambda day: (day.year, day.month))[:_MONTHS]
    return frozenset([*(key for key in newest_first if key.day in days), *weeks, *months, *_fullest(newest_first)])


def _newest(newest_first: list[Key], period: Callable[[date], Hashable]) -> list[Key]:
    """The newest of each period, the latest period first."""
    found: dict[Hashable, Key] = {}
    for key in newest_first:
        found.setdefault(period(key.day), key)
    return list(found.values())


def _fullest(newest_first: list[Key]) -> list[Key]:
    """Those with more events than any newer one."""
    found: list[Key] = []
    for key in newest_first:
        if not found or key.events > found[-1].events:
            found.append(key)
    return found
