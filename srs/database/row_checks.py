"""Events, voids and times that no program of ours could have recorded: a database may come from anybody."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from srs.core import event_row
from srs.core.clock import FIRST, LAST
from srs.core.event import Void
from srs.core.event_line import Wrong, check

# answers, nearly all of a large log, are looked through by SQLite; what is not plainly good is then looked at closely
_PLAIN = f"""
    what = 'answered' and at between {FIRST} and {LAST} and length(subject) < 200 and subject like '_%/_%'
    and subject not glob '*[^A-Za-z0-9._/-]*' and subject not glob '[._/-]*' and subject not like '%/%/%'
    and subject not like '%/.%' and subject not glob '*/[_-]*'
    and source in ('srs', 'anki', 'import')
    and length(cast(subject || machine as blob)) = length(subject) + length(machine) -- nothing after a NUL
    and day = date(day, '+0 days') and abs(julianday(day) - 2440588.0 - at / 86400000) < 2
    and length(machine) between 1 and 200 and machine not glob '*[^A-Za-z0-9._-]*' and machine not glob '[._-]*'
    and rating between 1 and 4 and duration_ms between 0 and 1000000000000
    and factor is null and other is null and parameters is null
    and (state = 'review' and step is null and interval between 0 and 100000
         or state in ('learning', 'relearning') and step between 0 and 1000 and interval between 0 and 8640000000)
"""


def senseless(connection: sqlite3.Connection) -> Iterator[str]:
    """Names each such row and what is wrong with it."""
    return (said for _, _, said in _found(connection))


def drop(connection: sqlite3.Connection) -> None:
    """Takes each such row out, inside a transaction."""
    for table, keys, _ in list(_found(connection)):
        where = " and ".join(f"{name} = ?" for name in keys)
        connection.execute(f"delete from {table} where {where}", tuple(keys.values()))


def _found(connection: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Table, key and what is wrong."""
    for row in connection.execute(f"select * from events where ({_PLAIN}) is not true order by seq"):
        if wrong := _wrong(row):
            yield "events", {"seq": row["seq"]}, f"the event {row['seq']} of {row['subject']!r}: {wrong}"
    for subject, at in connection.execute("select subject, at from voids"):
        try:
            check(Void(subject, at))
        except Wrong as error:
            yield "voids", {"subject": subject, "at": at}, f"the void of {subject!r} at {at}: {error}"
    columns = {row["name"] for row in connection.execute("pragma table_info(texts)")}  # an older database has fewer
    for time, what in {"changed_at": "changed", "added_at": "was first seen"}.items():
        if time not in columns:
            continue
        for note, at in connection.execute(
            f"select note, {time} from texts where {time} not between {FIRST} and {LAST}"
        ):
            yield "texts", {"note": note}, f"the time {at} at which {note!r} {what}"


def _wrong(row: sqlite3.Row) -> str:
    try:
        event = event_row.event(row)
        check(event)
        if not event_row.as_written(row, event):
            return "a column holds what its kind does not have"
    except Wrong as error:
        return str(error)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return "a value is not one that srs writes"
    return ""
