"""What this machine recorded last, and an undo takes back."""

import sqlite3

from srs.core import event_row
from srs.core.event import Break, Event, Parameters
from srs.log.event_log import COUNTS

_ONE_AT_A_TIME = {"answered", "crammed", "relinked", "distinct", "parameters", "goal", "break", "rehearsed"}
"""Types of events that no command records of many cards at once."""

_MOVE_CARDS = ("parameters", "break")
"""Types of events that are recorded with new due dates of cards, at one instant."""


def last_own_events(connection: sqlite3.Connection, machine: str) -> list[Event]:
    """What this machine recorded last and has not undone, the latest first: one event, or those of a command on many cards,
    which have one instant and one type, after the parameters or the break that due dates were set for.
    """
    rows = connection.execute(
        f"select * from events e where machine = ? and source = 'srs' and {COUNTS} order by seq desc", (machine,)
    )
    events = list[Event]()
    for row in rows:
        if events and (row["what"], row["at"]) != (name := events[0].what.name, events[0].at):
            if name == "rescheduled" and row["what"] in _MOVE_CARDS and row["at"] == events[0].at:
                events.append(event_row.event_from_values(row))
            break
        events.append(event_row.event_from_values(row))
        if row["what"] in _ONE_AT_A_TIME:
            break
    return events


def last_own_of(connection: sqlite3.Connection, machine: str, what: type[Parameters | Break]) -> list[Event]:
    """The parameters, or the break, that this machine recorded last and has not undone, after the due dates that it set with
    them.
    """
    own = f"machine = :machine and source = 'srs' and {COUNTS}"
    rows = connection.execute(
        f"select * from events e where what in (:what, 'rescheduled') and {own}"
        f" and at = (select max(at) from events e where subject = '' and what = :what and {own}) order by seq desc",
        {"machine": machine, "what": what.name},
    )
    return list(map(event_row.event_from_values, rows))
