"""The calendar as rows, so that the view `due_today` knows the study day without knowing time zones."""

import sqlite3
from datetime import date, timedelta

from srs.core.clock import Calendar
from srs.database import Store

_AHEAD = timedelta(days=800)
_BEFORE = timedelta(days=2)


def keep(store: Store, calendar: Calendar, now: int) -> None:
    """Writes the rows if the zone or the rollover changed, or if the days run out within a year. Days that are there stay:
    who looks ahead to another year takes nothing from the views of today.
    """
    today = calendar.day(now)
    row = store.connection.execute("select zone, rollover from calendar").fetchone()
    if not row or tuple(row) != (str(calendar.zone), calendar.rollover):
        with store.write() as connection:
            write(connection, calendar, now)
        return
    ends = (str(today), str(today + _AHEAD / 2))
    there = store.connection.execute("select count(*) from study_days where day in (?, ?)", ends).fetchone()[0]
    if there < len(ends):
        with store.write() as connection:
            _add(connection, calendar, today)


def write(connection: sqlite3.Connection, calendar: Calendar, now: int) -> None:
    """The beginnings of the next two years' study days in the place of all others, inside a transaction."""
    connection.execute("delete from study_days")
    connection.execute("delete from calendar")
    _add(connection, calendar, calendar.day(now))
    connection.execute("insert into calendar (zone, rollover) values (?, ?)", (str(calendar.zone), calendar.rollover))


def _add(connection: sqlite3.Connection, calendar: Calendar, today: date) -> None:
    days = [today - _BEFORE + timedelta(days=n) for n in range((_AHEAD + _BEFORE).days)]
    connection.executemany(
        "insert or ignore into study_days (day, starts) values (?, ?)",
        [(str(day), calendar.start(day)) for day in days],
    )
