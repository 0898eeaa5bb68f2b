"""Merging one event or void into the log: the union of two sets. Functions that write must be called inside `Store.write`."""

import sqlite3
from typing import Literal

from srs.core.event import Event, Parameters, Void
from srs.core.event_line import to_line
from srs.log import event_log

Comparison = Literal["known", "new", "smaller", "larger"]
""""smaller" and "larger": the log has another event with the same key, and this one's line is smaller or larger."""


def compare_with_log(connection: sqlite3.Connection, item: Event | Void) -> Comparison:
    if isinstance(item, Void):
        query = "select 1 from voids where subject = ? and at = ?"
        return "known" if connection.execute(query, (item.subject, item.at)).fetchone() else "new"
    own = event_log.get_event(connection, item.subject, item.at)
    if own is None:
        return "new"
    if own == item and not isinstance(item.what, Parameters):  # 0.0 equals -0.0, but its line differs
        return "known"
    ours, theirs = to_line(own), to_line(item)
    return "known" if ours == theirs else "smaller" if theirs < ours else "larger"


def merge_item(connection: sqlite3.Connection, item: Event | Void) -> Comparison:
    """Inserts the item if it is new or smaller, and returns how it compared before.

    A smaller event replaces the other one: the only case in which an event is ever replaced.
    """
    comparison = compare_with_log(connection, item)
    if comparison in {"known", "larger"}:
        return comparison
    if isinstance(item, Void):
        event_log.insert_void(connection, item)
    elif comparison == "new":
        event_log.insert_event(connection, item)
    else:
        # with a new `seq`, so that whoever has read the log up to some `seq` reads it again
        (last,) = connection.execute("select max(seq) from events").fetchone()
        connection.execute("delete from events where subject = ? and at = ?", (item.subject, item.at))
        event_log.insert_event(connection, item)
        connection.execute(
            "update events set seq = ? where subject = ? and at = ? and seq <= ?",
            (last + 1, item.subject, item.at, last),
        )
    return comparison
