"""The calendar as rows, so that the view `due_today` knows the study day without knowing time zones."""

import sqlite3
from datetime import timedelta

from srs.clock import Calendar
from srs.store import Store

_AHEAD = timedelta(days=800)
_BEFORE = timedelta(days=2)


def keep(store: Store, calendar: Calendar, now: int) -> None:
    """Writes the rows if the zone or the rollover changed, or if the days run out within a year."""
    today = calendar.day(now)
    row = store.connection.execute("select zone, rollover from calendar").fetchone()
    first, last = store.connection.execute("select min(day), max(day) from study_days").fetchone()
    same = row and tuple(row) == (str(calendar.zone), calendar.rollover)
    fine = isinstance(first, str) and isinstance(last, str)  # a damaged file may hold anything
    if not (same and fine and first <= str(today) and str(today + _AHEAD / 2) <= last):
        with store.write() as connection:
            write(connection, calendar, now)


def write(connection: sqlite3.Connection, calendar: Calendar, now: int) -> None:
    """The beginnings of the next two years' study days, inside a transaction."""
    today = calendar.day(now)
    days = [today - _BEFORE + timedelta(days=n) for n in range((_AHEAD + _BEFORE).days)]
    connection.execute("delete from study_days")
    connection.execute("delete from calendar")
    connection.executemany(
        "insert into study_days (day, starts) values (?, ?)", [(str(day), calendar.start(day)) for day in days]
    )
    connection.execute("insert into calendar (zone, rollover) values (?, ?)", (str(calendar.zone), calendar.rollover))
