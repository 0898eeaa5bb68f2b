"""The latest part of the log, for what need not know all of it."""

import sqlite3

from srs.log.event_log import COUNTS, LogEntry


def recent_entries(connection: sqlite3.Connection, most: int) -> list[tuple[LogEntry, str]]:
    """The answers, forgets and due dates that count and that this database got to know last, at most so many, oldest first;
    each with its study day (ISO).
    """
    rows = connection.execute(
        "select subject, at, what, rating, duration_ms, state, interval, parameters, day from (select * from events e"
        f" where what in ('answered', 'forgot', 'rescheduled') and {COUNTS} order by seq desc limit ?)"
        " order by at, subject",
        (most,),
    )
    return [(tuple(row[:-1]), row[-1]) for row in rows]
