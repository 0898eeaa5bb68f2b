"""Events and voids as rows. Functions that write expect to be inside `Store.write`."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from srs.event import Answered, Days, Event, Parameters, Source, Void, What
from srs.event_line import payload, what_of
from srs.store.bulk import insert_many

_NOT_VOID = "not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)"


Entry = tuple[str, int, str, int, int, str, int]
"""subject, at, what, rating, duration_ms, state and interval as stored; null where an event has no such thing."""


@dataclass(frozen=True, slots=True)
class Logged:
    event: Event
    voided: bool


def add(connection: sqlite3.Connection, event: Event) -> None:
    """Appends; the key must be free."""
    connection.execute(_INSERT, _values(event))


def add_all(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Appends many; their keys must be free."""
    answers: list[tuple[Any, ...]] = []
    others: list[tuple[Any, ...]] = []
    for event in events:
        if isinstance(event.what, Answered):
            answers.append(_answer(event, event.what))
        else:
            others.append(_values(event))
    for columns, rows in ((_OF_ANSWERS, answers), (_COLUMNS, others)):
        rows.sort(key=itemgetter(0, 1))  # neighbours in the index go in together
        insert_many(connection, "events", columns, rows)


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


def get(connection: sqlite3.Connection, subject: str, at: int) -> Event | None:
    """The event with this key, voided or not."""
    row = connection.execute("select * from events where subject = ? and at = ?", (subject, at)).fetchone()
    return _event(row) if row else None


def voids(connection: sqlite3.Connection) -> Iterator[Void]:
    """All of them, oldest first, those whose event is not known included."""
    return (Void(*row) for row in connection.execute("select subject, at from voids order by at, subject"))


def from_row(row: sqlite3.Row) -> Event:
    """The event of a row with all columns, of any database; raises what it likes if that holds something else."""
    return _event(row)


def of_card(connection: sqlite3.Connection, card: str) -> Iterator[Event]:
    """The events of a card that count, oldest first."""
    rows = connection.execute(f"select * from events e where subject = ? and {_NOT_VOID} order by at", (card,))
    return map(_event, rows)


def of_cards(connection: sqlite3.Connection, cards: str) -> Iterator[Logged]:
    """The events of these cards (a JSON list), card by card, each oldest first, voided ones included."""
    rows = connection.execute(
        "select e.*, exists (select 1 from voids v where v.subject = e.subject and v.at = e.at) as voided"
        " from json_each(?) c cross join events e on e.subject = c.value order by e.subject, e.at",
        (cards,),
    )
    return (Logged(_event(row), bool(row["voided"])) for row in rows)


def early_voids(connection: sqlite3.Connection) -> frozenset[tuple[str, int]]:
    """Those whose event has not come yet."""
    rows = connection.execute(
        "select subject, at from voids v"
        " where not exists (select 1 from events e where e.subject = v.subject and e.at = v.at)"
    )
    return frozenset((subject, at) for subject, at in rows)


def by_card(connection: sqlite3.Connection) -> Iterator[Event]:
    """Every event of every card that counts, card by card, each oldest first."""
    rows = connection.execute(
        f"select * from events e where what not in ('relinked', 'distinct', 'parameters') and {_NOT_VOID}"
        " order by subject, at"
    )
    return map(_event, rows)


def entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    """The counted events of all cards that are an answer or move a card, in the order of time, ties by card."""
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    return cursor.execute(
        "select subject, at, what, rating, duration_ms, state, interval from events e"
        f" where what in ('answered', 'crammed', 'forgot', 'rescheduled') and {_NOT_VOID} order by at, subject"
    )


def taken_back(connection: sqlite3.Connection) -> Iterator[tuple[str, int, int]]:
    """card, UTC milliseconds and rating of each answer that was voided, in the order of time."""
    return connection.execute(
        f"select subject, at, rating from events e where what = 'answered' and not ({_NOT_VOID}) order by at, subject"
    )


def first_day(connection: sqlite3.Connection) -> date | None:
    """The earliest study day of an event that counts."""
    row = connection.execute(f"select min(day) from events e where {_NOT_VOID}").fetchone()
    return date.fromisoformat(row[0]) if row[0] else None


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


_day_text = lru_cache(date.isoformat)  # large logs have few days
_OF_ANSWERS = (
    "subject", "at", "day", "what", "source", "machine", "rating", "duration_ms", "state", "step", "interval",
)  # fmt: skip
_COLUMNS = (*_OF_ANSWERS, "factor", "other", "parameters")
_INSERT = f"insert into events ({', '.join(_COLUMNS)}) values ({', '.join('?' * len(_COLUMNS))})"


def _values(event: Event) -> tuple[Any, ...]:
    """A row, in the order of the columns."""
    what = event.what
    if isinstance(what, Answered):
        return (*_answer(event, what), None, None, None)
    payload = _payload(what)
    key = event.subject, event.at, event.day.isoformat(), what.name, event.source.value, event.machine
    return (*key, *[payload.get(column) for column in _COLUMNS[6:]])


def _answer(event: Event, what: Answered) -> tuple[Any, ...]:
    """The row of an answer without what it leaves empty, made quickly: nearly all of a large log are answers."""
    led_to = what.led_to
    if isinstance(led_to, Days):
        state, step, interval = "review", None, led_to.days
    else:
        state, step, interval = "relearning" if led_to.relearning else "learning", led_to.step, led_to.seconds
    return (
        event.subject, event.at, _day_text(event.day), "answered", str(event.source), event.machine,
        int(what.rating), what.duration_ms, state, step, interval,
    )  # fmt: skip


def _payload(what: What) -> dict[str, Any]:
    """The columns that only some kinds of events fill, answers apart."""
    found = payload(what)
    return {"parameters": json.dumps(found)} if isinstance(what, Parameters) else found


def _event(row: sqlite3.Row) -> Event:
    day = date.fromisoformat(row["day"])
    return Event(row["subject"], row["at"], day, Source(row["source"]), row["machine"], _what(row))


def _what(row: sqlite3.Row) -> What:
    name = row["what"]
    return what_of(name, json.loads(row["parameters"]) if name == Parameters.name else row)
