"""Finding events, voids and times that srs cannot have recorded: a database may come from anybody."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from srs.core import event_row
from srs.core.clock import FIRST_MS, LAST_MS
from srs.core.event import Void
from srs.core.event_line import InvalidEvent, check_event
from srs.core.id_pattern import ID_CHARACTERS, ID_FIRST, LONGEST_ID

# SQLite checks answers, nearly all of a large log; Python checks other events, and answers that fail here
_VALID_ANSWER = f"""
    what = 'answered' and at between {FIRST_MS} and {LAST_MS}
    and subject glob '[{ID_FIRST}]*/[{ID_FIRST}]*' and subject not glob '*[^/{ID_CHARACTERS}]*'
    and subject not like '%/%/%' and length(subject) < {LONGEST_ID}
    and machine glob '[{ID_FIRST}]*' and machine not glob '*[^{ID_CHARACTERS}]*' and length(machine) <= {LONGEST_ID}
    and length(cast(subject || machine as blob)) = length(subject) + length(machine) -- nothing after a NUL
    and source in ('srs', 'anki', 'import')
    and day = date(day, '+0 days') and abs(julianday(day) - 2440588.0 - at / 86400000) < 2
    and rating between 1 and 4 and duration_ms between 0 and 1000000000000
    and factor is null and other is null and parameters is null
    and (state = 'review' and step is null and interval between 0 and 100000
         or state in ('learning', 'relearning') and step between 0 and 1000 and interval between 0 and 8640000000)
"""


def invalid_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """Describes each invalid row."""
    return (description for _, _, description in _find(connection))


def delete_invalid_rows(connection: sqlite3.Connection) -> None:
    """Must be called inside a transaction."""
    for table, keys, _ in list(_find(connection)):
        where = " and ".join(f"{name} = ?" for name in keys)
        connection.execute(f"delete from {table} where {where}", tuple(keys.values()))


def _find(connection: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(table, key, description) of each invalid row."""
    for row in connection.execute(f"select * from events where ({_VALID_ANSWER}) is not true order by seq"):
        if problem := _problem(row):
            yield "events", {"seq": row["seq"]}, f"the event {row['seq']} of {row['subject']!r}: {problem}"
    for subject, at in connection.execute("select subject, at from voids"):
        try:
            check_event(Void(subject, at))
        except InvalidEvent as error:
            yield "voids", {"subject": subject, "at": at}, f"the void of {subject!r} at {at}: {error}"
    columns = {row["name"] for row in connection.execute("pragma table_info(texts)")}  # an older database has fewer
    for time, what in {"changed_at": "changed", "added_at": "was first seen"}.items():
        if time not in columns:
            continue
        for note, at in connection.execute(
            f"select note, {time} from texts where {time} not between {FIRST_MS} and {LAST_MS}"
        ):
            yield "texts", {"note": note}, f"the time {at} at which {note!r} {what}"


def _problem(row: sqlite3.Row) -> str:
    try:
        event = event_row.parse_event(row)
    except InvalidEvent as error:
        return str(error)
    return "" if event_row.is_canonical(row, event) else "it has a value that this event type does not have"
