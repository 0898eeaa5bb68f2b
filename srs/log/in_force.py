"""What holds for all cards until something else is recorded: parameters, goals and breaks."""

import sqlite3

from srs.core import event_row
from srs.core.event import Event, Goal, Parameters
from srs.log.event_log import COUNTS

_IS_PLAN = "what in ('goal', 'break')"  # word for word the condition of an index


def parameters_since(connection: sqlite3.Connection) -> int:
    """When the parameters in force were recorded (UTC milliseconds), 0 while they are the default ones."""
    (at,) = connection.execute(
        f"select max(at) from events e where subject = '' and what = 'parameters' and {COUNTS}"
    ).fetchone()
    return at or 0


def stored_parameters(connection: sqlite3.Connection) -> Parameters | None:
    """The parameters in force, None while they are the default ones."""
    row = connection.execute(
        f"select * from events e where subject = '' and what = 'parameters' and {COUNTS} order by at desc limit 1"
    ).fetchone()
    what = event_row.event_from_values(row).what if row else None
    return what if isinstance(what, Parameters) else None


def all_parameters(connection: sqlite3.Connection) -> list[Parameters]:
    """The parameters that were ever recorded, taken back or not."""
    rows = connection.execute("select * from events where subject = '' and what = 'parameters'")
    return [what for row in rows if isinstance(what := event_row.event_from_values(row).what, Parameters)]


def read_goals(connection: sqlite3.Connection) -> list[Event]:
    """The events that set the goals which were not dropped since, in the order of their names."""
    rows = connection.execute(f"select * from events e where {_IS_PLAN} and what = 'goal' and {COUNTS} order by at")
    latest = {event.subject: event for event in map(event_row.event_from_values, rows)}
    return [event for _, event in sorted(latest.items()) if isinstance(event.what, Goal) and event.what.aim]


def goal_since(connection: sqlite3.Connection, name: str) -> int:
    """When the goal of this name was last set or dropped (UTC milliseconds), 0 if never."""
    (at,) = connection.execute(
        f"select max(at) from events e where subject = ? and what = 'goal' and {COUNTS}", (name,)
    ).fetchone()
    return at or 0


def read_breaks(connection: sqlite3.Connection) -> list[Event]:
    """The events of all breaks, oldest first."""
    rows = connection.execute(f"select * from events e where {_IS_PLAN} and what = 'break' and {COUNTS} order by at")
    return list(map(event_row.event_from_values, rows))
