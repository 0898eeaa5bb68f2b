"""The rehearsals of a log."""

import sqlite3
from datetime import date
from typing import NamedTuple

from srs.core import event_row
from srs.core.event import Rehearsal
from srs.core.relinks import Aliases
from srs.log.event_log import COUNTS, read_aliases


class LoggedRehearsal(NamedTuple):
    """`note` is the id of the note told, or if there was none, the question's; `at` in UTC milliseconds, `day` the study day."""

    note: str
    at: int
    day: date
    rehearsal: Rehearsal


def read_rehearsals(connection: sqlite3.Connection, aliases: Aliases | None = None) -> list[LoggedRehearsal]:
    """The rehearsals that count, oldest first, ties by note; a relinked note under its present id."""
    aliases = read_aliases(connection) if aliases is None else aliases
    rows = connection.execute(f"select * from events e where what = 'rehearsed' and {COUNTS} order by at, subject")
    return [
        LoggedRehearsal(aliases.note(event.subject), event.at, event.day, event.what)
        for event in map(event_row.event_from_values, rows)
        if isinstance(event.what, Rehearsal)
    ]
