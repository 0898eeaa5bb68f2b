"""The days of a period, put together by week, month or year, so that a chart has few enough columns to be read."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from srs.insight.stats import Amount, ByAge, Retention, Stats, sum_amounts

_MOST = 54  # columns: the weeks of a year


class _Unit(NamedTuple):
    """`first` gives the first day of a day's span, and `after` a day of the next one."""

    name: str
    first: Callable[[date], date]
    after: timedelta
    written: str
    tick: Callable[[date], str]


_UNITS = (
    _Unit("day", lambda day: day, timedelta(1), "%Y-%m-%d", lambda day: f"{day.day} {day:%b}"),
    _Unit("week", lambda day: day - timedelta(day.weekday()), timedelta(7), "%Y-%m-%d", lambda day: f"{day.day} {day:%b}"),
    _Unit("month", lambda day: day.replace(day=1), timedelta(31), "%Y-%m", lambda day: f"{day:%b %Y}"),
    _Unit("year", lambda day: day.replace(month=1, day=1), timedelta(366), "%Y", lambda day: f"{day:%Y}"),
)  # fmt: skip


class Span(NamedTuple):
    """A day, or a week named after its Monday, a month or a year, with what was answered in it."""

    name: str
    tick: str
    amount: Amount
    ages: ByAge


class Spans(NamedTuple):
    unit: str
    spans: list[Span]


def put_together(stats: Stats) -> Spans:
    """From the first day with an answer to the end of the period, empty spans among them, by the smallest unit that makes few
    enough. Days without an answer are in the period all the same.
    """
    first = min(stats.days, default=stats.last)
    found = ((unit, _starts(unit, first, stats.last)) for unit in _UNITS)
    unit, starts = next((unit, starts) for unit, starts in found if len(starts) <= _MOST or unit is _UNITS[-1])
    amounts, ages = {start: list[Amount]() for start in starts}, dict.fromkeys(starts, ByAge())
    for day, amount in stats.days.items():
        amounts[unit.first(day)].append(amount)
    for day, by_age in stats.ages.items():
        ages[unit.first(day)] = _add(ages[unit.first(day)], by_age)
    spans = [
        Span(format(start, unit.written), unit.tick(start), sum_amounts(amounts[start]), ages[start])
        for start in starts
    ]
    return Spans(unit.name, spans)


def _starts(unit: _Unit, first: date, last: date) -> list[date]:
    """Of all spans; of too many days, weeks or months no more than that shows."""
    starts = [unit.first(first)]
    while (following := unit.first(starts[-1] + unit.after)) <= last:
        starts.append(following)
        if len(starts) > _MOST and unit is not _UNITS[-1]:
            break
    return starts


def _add(one: ByAge, other: ByAge) -> ByAge:
    return ByAge(*(Retention(a.reviews + b.reviews, a.recalled + b.recalled) for a, b in zip(one, other, strict=True)))
