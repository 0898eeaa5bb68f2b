"""The calendar as rows, from which the view `due_today` knows the study day without knowing time zones."""

import sqlite3
from datetime import date, timedelta

from srs.core.clock import Calendar
from srs.database import Store

_AHEAD = timedelta(days=800)
_BEFORE = timedelta(days=2)


def ensure_rows(store: Store, calendar: Calendar, now: int) -> None:
    """Writes the rows if the zone or the rollover changed, or if the days run out within a year. Rows of other years stay:
    a look ahead to another year takes nothing from today's views.
    """
    today = calendar.day(now)
    row = store.connection.execute("select zone, rollover from calendar").fetchone()
    if not row or tuple(row) != (str(calendar.zone), calendar.rollover):
        with store.write() as connection:
            replace_rows(connection, calendar, now)
        return
    wanted = (str(today), str(today + _AHEAD / 2))
    count = store.connection.execute("select count(*) from study_days where day in (?, ?)", wanted).fetchone()[0]
    if count < len(wanted):
        with store.write() as connection:
            _insert(connection, calendar, today)


def replace_rows(connection: sqlite3.Connection, calendar: Calendar, now: int) -> None:
    """Replaces all rows by the beginnings of the next two years' study days, inside a transaction."""
    connection.execute("delete from study_days")
    connection.execute("delete from calendar")
    _insert(connection, calendar, calendar.day(now))
    connection.execute("insert into calendar (zone, rollover) values (?, ?)", (str(calendar.zone), calendar.rollover))


def _insert(connection: sqlite3.Connection, calendar: Calendar, today: date) -> None:
    days = [today - _BEFORE + timedelta(days=n) for n in range((_AHEAD + _BEFORE).days)]
    connection.executemany(
        "insert or ignore into study_days (day, starts) values (?, ?)",
        [(str(day), calendar.start(day)) for day in days],
    )
