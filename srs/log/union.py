"""The log as two sets, events and voids, and their union with another's. Functions that write expect `Store.write`."""

import sqlite3
from typing import Literal

from srs.core.event import Event, Parameters, Void
from srs.core.event_line import line
from srs.log import event_log

Standing = Literal["known", "new", "smaller", "larger"]
"""How an item stands to the log. Where the log has another content under its key, the smaller of the two stays."""


def standing(connection: sqlite3.Connection, item: Event | Void) -> Standing:
    if isinstance(item, Void):
        query = "select 1 from voids where subject = ? and at = ?"
        return "known" if connection.execute(query, (item.subject, item.at)).fetchone() else "new"
    own = event_log.get(connection, item.subject, item.at)
    if own is None:
        return "new"
    if own == item and not isinstance(item.what, Parameters):  # 0.0 equals -0.0, but is written otherwise
        return "known"
    ours, theirs = line(own), line(item)
    return "known" if ours == theirs else "smaller" if theirs < ours else "larger"


def take(connection: sqlite3.Connection, item: Event | Void) -> Standing:
    """Puts the item into the log if it belongs there, and says how it stood before.

    Where it is the smaller one, the other content goes: the only case in which an event is ever replaced.
    """
    stood = standing(connection, item)
    if stood in {"known", "larger"}:
        return stood
    if isinstance(item, Void):
        event_log.void(connection, item)
        return stood
    if stood == "smaller":
        # a number of its own, so that whoever notes how far he has read the log meets it again
        last = connection.execute("select max(seq) from events").fetchone()[0]
        connection.execute("delete from events where subject = ? and at = ?", (item.subject, item.at))
        event_log.add(connection, item)
        connection.execute(
            "update events set seq = ? where subject = ? and at = ? and seq <= ?",
            (last + 1, item.subject, item.at, last),
        )
    else:
        event_log.add(connection, item)
    return stood
