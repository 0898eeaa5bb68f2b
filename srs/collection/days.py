"""The calendar as rows, so that the view `due_today` knows the study day without knowing time zones."""

from datetime import timedelta

from srs.clock import Calendar
from srs.store import Store

_AHEAD = timedelta(days=800)
_BEFORE = timedelta(days=2)


def keep(store: Store, calendar: Calendar, now: int) -> None:
    """Writes the beginnings of the next two years' study days if the zone or the rollover changed, or they run out."""
    today = calendar.day(now)
    zone = str(calendar.zone)
    row = store.connection.execute("select zone, rollover from calendar").fetchone()
    span = store.connection.execute("select min(day), max(day) from study_days").fetchone()
    if row and tuple(row) == (zone, calendar.rollover) and span[0] <= str(today) < str(today + _AHEAD / 2) <= span[1]:
        return
    days = [today - _BEFORE + timedelta(days=n) for n in range((_AHEAD + _BEFORE).days)]
    with store.write() as connection:
        connection.execute("delete from study_days")
        connection.execute("delete from calendar")
        connection.executemany(
            "insert into study_days (day, starts) values (?, ?)", [(str(day), calendar.start(day)) for day in days]
        )
        connection.execute("insert into calendar (zone, rollover) values (?, ?)", (zone, calendar.rollover))
