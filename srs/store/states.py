"""Card states as rows: a cache of what the log amounts to. Functions that write expect to be inside `Store.write`."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date
from operator import itemgetter
from typing import Any, assert_never

from srs.memory import UNSEEN, CardState, Learning, Memory, New, Phase, Relearning, Review
from srs.store.bulk import insert_many

_COLUMNS = (
    "card", "note", "state", "stability", "difficulty", "last_at", "last_day", "step", "interval", "due_at", "due_day",
    "reps", "lapses", "introduced", "reviewed", "suspended", "flagged", "buried", "as_of",
)  # fmt: skip
_NAMES = ", ".join(_COLUMNS)
_NEW = New()

_MANY = 1000


def get(connection: sqlite3.Connection, card: str) -> CardState:
    """The state of a card; `UNSEEN` if nothing ever happened to it."""
    row = connection.execute(f"select {_NAMES} from states where card = ?", (card,)).fetchone()
    return _state(row) if row else UNSEEN


def every(connection: sqlite3.Connection) -> dict[str, CardState]:
    """The states of all cards of which something is known, by card."""
    return {card: _state(row) for card, row in _rows(connection).items()}


def lookup(connection: sqlite3.Connection) -> Callable[[str], CardState]:
    """Gives the state of any card, as they all are now: reads them at once, and makes values of those asked for."""
    rows = _rows(connection)
    return lambda card: _state(rows[card]) if card in rows else UNSEEN


def _rows(connection: sqlite3.Connection) -> dict[str, tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    return {row[0]: row for row in cursor.execute(f"select {_NAMES} from states")}


def put(connection: sqlite3.Connection, states: Iterable[tuple[str, CardState]]) -> None:
    """Replaces the states of these cards; one of which nothing is known keeps no row."""
    rows = sorted((_row(card, state) for card, state in states), key=itemgetter(0))
    insert_many(connection, "states", _COLUMNS, rows, "insert or replace")
    connection.executemany("delete from states where card = ?", [row[:1] for row in rows if row[-1] == 0])
    if len(rows) < _MANY:
        connection.executemany(
            "update cards set new = ?1 where card = ?2 and new <> ?1 and folder in (select id from folders)",
            [(row[2] == "new", row[0]) for row in rows],
        )
    else:  # walk through all cards
        connection.execute(
            "update cards set new = not new"
            " where new = exists (select 1 from states s where s.card = cards.card and s.state <> 'new')"
        )


def clear(connection: sqlite3.Connection) -> None:
    """Forgets the whole cache."""
    connection.execute("delete from states")
    connection.execute("update cards set new = 1")


def _row(card: str, state: CardState) -> tuple[Any, ...]:
    return (
        card,
        card.rpartition("/")[0],
        *_phase_columns(state.phase),
        state.reps,
        state.lapses,
        _text(state.introduced),
        _text(state.reviewed),
        state.suspended,
        state.flagged,
        _text(state.buried),
        state.as_of,
    )


def _phase_columns(phase: Phase) -> tuple[Any, ...]:
    """state, stability, difficulty, last_at, last_day, step, interval, due_at, due_day."""
    match phase:
        case New():
            return ("new", *[None] * 8)
        case Learning() | Relearning():
            name = "learning" if isinstance(phase, Learning) else "relearning"
            steps: tuple[Any, ...] = (phase.step, phase.seconds, phase.due, None)
        case Review():
            name, steps = "review", (None, phase.days, None, phase.due.isoformat())
        case _:
            assert_never(phase)
    memory = phase.memory
    return (name, memory.stability, memory.difficulty, phase.last_at, phase.last_day.isoformat(), *steps)


def _state(row: Iterable[Any]) -> CardState:
    (
        _, _, state, stability, difficulty, last_at, last_day, step, interval, _, due_day, reps, lapses,
        introduced, reviewed, suspended, flagged, buried, as_of,
    ) = row  # fmt: skip
    phase: Phase = _NEW
    if state != "new":
        memory, day = Memory(stability, difficulty), date.fromisoformat(last_day)
        if state == "review":
            phase = Review(memory, last_at, day, interval, date.fromisoformat(due_day))
        else:
            phase = (Learning if state == "learning" else Relearning)(memory, last_at, day, step, interval)
    marks = bool(suspended), bool(flagged), _date(buried)
    return CardState(phase, reps, lapses, _date(introduced), _date(reviewed), *marks, as_of)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
