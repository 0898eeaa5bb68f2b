"""Events and voids as rows. Functions that write expect to be inside `Store.write`."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from srs.event import (
    Answered,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    Flagged,
    Forgot,
    Next,
    Parameters,
    Rating,
    Relinked,
    Rescheduled,
    Softened,
    Source,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
    What,
)

_NOT_VOID = "not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)"
_PLAIN: Mapping[str, What] = {
    what.name: what for what in (Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged())
}


@dataclass(frozen=True, slots=True)
class Logged:
    event: Event
    voided: bool


def add(connection: sqlite3.Connection, event: Event) -> None:
    """Appends; the key must be free."""
    row = {
        "subject": event.subject,
        "at": event.at,
        "day": event.day.isoformat(),
        "what": event.what.name,
        "source": event.source.value,
        "machine": event.machine,
        **_payload(event.what),
    }
    names = ", ".join(row)
    connection.execute(f"insert into events ({names}) values ({', '.join('?' * len(row))})", tuple(row.values()))


def known(connection: sqlite3.Connection, event: Event) -> bool:
    """Whether an event with this key is there already."""
    found = connection.execute("select 1 from events where subject = ? and at = ?", (event.subject, event.at))
    return found.fetchone() is not None


def void(connection: sqlite3.Connection, key: Void) -> None:
    """Takes the event out of the count; doing so twice is the same as once."""
    connection.execute("insert or ignore into voids (subject, at) values (?, ?)", (key.subject, key.at))


def free_time(connection: sqlite3.Connection, subject: str, at: int) -> int:
    """The first millisecond from `at` on that no event of the subject uses, voided ones and early voids included."""
    while connection.execute(
        "select 1 from events where subject = :s and at = :at union all select 1 from voids where subject = :s and at = :at",
        {"s": subject, "at": at},
    ).fetchone():
        at += 1
    return at


def of_card(connection: sqlite3.Connection, card: str) -> Iterator[Event]:
    """The events of a card that count, oldest first."""
    rows = connection.execute(f"select * from events e where subject = ? and {_NOT_VOID} order by at", (card,))
    return map(_event, rows)


def by_card(connection: sqlite3.Connection) -> Iterator[Event]:
    """Every event of every card that counts, card by card, each oldest first."""
    rows = connection.execute(
        f"select * from events e where what not in ('relinked', 'distinct', 'parameters') and {_NOT_VOID}"
        " order by subject, at"
    )
    return map(_event, rows)


def history(connection: sqlite3.Connection, subject: str | None = None) -> Iterator[Logged]:
    """The whole log, or one subject's: oldest first, ties by card (none first), voided events included."""
    where, values = ("where subject = ?", (subject,)) if subject is not None else ("", ())
    rows = connection.execute(
        f"select e.*, exists (select 1 from voids v where v.subject = e.subject and v.at = e.at) as voided"
        f" from events e {where} order by at, what in ('relinked', 'distinct', 'parameters') desc, subject",
        values,
    )
    return (Logged(_event(row), bool(row["voided"])) for row in rows)


def failed(connection: sqlite3.Connection, day: date) -> frozenset[str]:
    """The cards with an answer Again on the study day."""
    rows = connection.execute(
        f"select subject from events e where day = ? and what = 'answered' and rating = 1 and {_NOT_VOID}",
        (day.isoformat(),),
    )
    return frozenset(row[0] for row in rows)


def answered_days(connection: sqlite3.Connection) -> Iterator[date]:
    """The study days with an answer that counts, the latest first; read as far as the caller goes."""
    rows = connection.execute(
        f"select distinct day from events e where what in ('answered', 'crammed') and {_NOT_VOID} order by day desc"
    )
    return (date.fromisoformat(row[0]) for row in rows)


def last_own(connection: sqlite3.Connection, machine: str) -> Event | None:
    """What this machine recorded last and has not undone, whatever it was."""
    row = connection.execute(
        f"select * from events e where machine = ? and source = 'srs' and {_NOT_VOID} order by seq desc limit 1",
        (machine,),
    ).fetchone()
    return _event(row) if row else None


def parameters(connection: sqlite3.Connection) -> Parameters | None:
    """The parameters in force, None while they are the default ones."""
    row = connection.execute(
        f"select * from events e where subject = '' and {_NOT_VOID} order by at desc limit 1"
    ).fetchone()
    what = _event(row).what if row else None
    return what if isinstance(what, Parameters) else None


def event(row: sqlite3.Row) -> Event:
    """What a row of `events` says. Raises ValueError, TypeError or KeyError if it makes no sense."""
    return _event(row)


def _payload(what: What) -> dict[str, Any]:
    """The columns that only some kinds of events fill."""
    match what:
        case Answered(rating, duration_ms, led_to):
            return {"rating": rating.value, "duration_ms": duration_ms, **_next_columns(led_to)}
        case Crammed(rating, duration_ms):
            return {"rating": rating.value, "duration_ms": duration_ms}
        case Rescheduled(days):
            return {"interval": days}
        case Softened(factor):
            return {"factor": factor}
        case Relinked(other) | Distinct(other):
            return {"other": other}
        case Parameters(model, values):
            return {"parameters": json.dumps({"model": model, "values": values})}
        case Suspended() | Unsuspended() | Buried() | Forgot() | Flagged() | Unflagged():
            return {}
        case _:
            assert_never(what)


def _next_columns(led_to: Next) -> dict[str, Any]:
    match led_to:
        case Step(relearning, step, seconds):
            return {"state": "relearning" if relearning else "learning", "step": step, "interval": seconds}
        case Days(days):
            return {"state": "review", "interval": days}
        case _:
            assert_never(led_to)


def _event(row: sqlite3.Row) -> Event:
    day = date.fromisoformat(row["day"])
    return Event(row["subject"], row["at"], day, Source(row["source"]), row["machine"], _what(row))


def _what(row: sqlite3.Row) -> What:
    match row["what"]:
        case "answered":
            led_to = (
                Days(row["interval"])
                if row["state"] == "review"
                else Step(row["state"] == "relearning", row["step"], row["interval"])
            )
            return Answered(Rating(row["rating"]), row["duration_ms"], led_to)
        case "crammed":
            return Crammed(Rating(row["rating"]), row["duration_ms"])
        case "rescheduled":
            return Rescheduled(row["interval"])
        case "softened":
            return Softened(row["factor"])
        case "relinked":
            return Relinked(row["other"])
        case "distinct":
            return Distinct(row["other"])
        case "parameters":
            stored = json.loads(row["parameters"])
            return Parameters(stored["model"], tuple(stored["values"]))
        case plain:
            return _PLAIN[plain]
