"""Card states as rows: a cache of what the log amounts to. Functions that write expect to be inside `Store.write`."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple, assert_never

from srs.core.card_state import (
    UNSEEN,
    CardState,
    Learning,
    Memory,
    New,
    Phase,
    Relearning,
    Review,
    Scheduled,
    state_name,
)
from srs.database.bulk_insert import flat, insert_flat

_COLUMNS = (
    "card", "note", "state", "stability", "difficulty", "last_at", "last_day", "step", "interval", "due_at", "due_day",
    "reps", "lapses", "introduced", "reviewed", "suspended", "flagged", "buried", "as_of",
)  # fmt: skip
_NAMES = ", ".join(name for name in _COLUMNS if name not in {"note", "due_at"})  # these two follow from the others
_NEW = New()
_date = date.fromisoformat

StateRow = tuple[Any, ...]
"""A card's state in the order of the columns."""


class Block(NamedTuple):
    """Rows to put, as `insert_flat` wants them, and the cards of which nothing is known: they keep no row."""

    known: list[Any]
    unknown: list[str]

    @property
    def cards(self) -> list[str]:
        return self.known[:: len(_COLUMNS)] + self.unknown


_MANY, _VERY_MANY = 1_000, 20_000


def get(connection: sqlite3.Connection, card: str) -> CardState:
    """The state of a card; `UNSEEN` if nothing ever happened to it."""
    row = connection.execute(f"select {_NAMES} from states where card = ?", (card,)).fetchone()
    return _state(row) if row else UNSEEN


def every(connection: sqlite3.Connection) -> dict[str, CardState]:
    """The states of all cards of which something is known, by card."""
    return {row["card"]: _state(row) for row in connection.execute(f"select {_NAMES} from states")}


def columns(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Some columns of all of them, by card."""
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    rows = cursor.execute(f"select card, {', '.join(names)} from states")
    return {row[0]: row[1:] for row in rows}


def rows(connection: sqlite3.Connection) -> dict[str, StateRow]:
    """All of them as they are stored, by card."""
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    return {row[0]: row for row in cursor.execute(f"select {', '.join(_COLUMNS)} from states")}


def some(row: StateRow, names: Sequence[str]) -> tuple[Any, ...]:
    """Some columns of a row, as `columns` gives them."""
    return tuple(row[_COLUMNS.index(name)] for name in names)


def count(connection: sqlite3.Connection) -> int:
    """How many cards there are of which something is known."""
    found: int = connection.execute("select count(*) from states").fetchone()[0]
    return found


def put(connection: sqlite3.Connection, states: Iterable[tuple[str, CardState]]) -> None:
    """Replaces the states of these cards; one of which nothing is known keeps no row."""
    rows = sorted((row(card, state) for card, state in states), key=itemgetter(0))
    put_rows(connection, rows)
    mark(connection, [row[0] for row in rows])


def put_rows(connection: sqlite3.Connection, rows: Iterable[StateRow]) -> None:
    """Replaces rows, which are in the order of their cards; `mark` is to follow."""
    put_block(connection, block(rows))


def block(rows: Iterable[StateRow]) -> Block:
    """For `put_block`."""
    known: list[StateRow] = []
    unknown: list[str] = []
    for made in rows:
        if made[-1]:
            known.append(made)
        else:
            unknown.append(made[0])
    return Block(flat(known), unknown)


def put_block(connection: sqlite3.Connection, block: Block) -> None:
    """As `put_rows`."""
    insert_flat(connection, f"insert or replace into states ({', '.join(_COLUMNS)})", len(_COLUMNS), block.known)
    drop(connection, block.unknown)


@contextmanager
def unindexed(connection: sqlite3.Connection, rows: int) -> Iterator[None]:
    """Around putting so many rows: if they are very many, the indexes are made once, at the end."""
    found = []
    if rows >= _VERY_MANY:
        found = connection.execute(
            "select name, sql from sqlite_master where type = 'index' and tbl_name = 'states' and sql is not null"
        ).fetchall()
    for name, _ in found:
        connection.execute(f"drop index {name}")
    yield
    for _, sql in found:
        connection.execute(sql)


def mark(connection: sqlite3.Connection, cards: Sequence[str] | None = None) -> None:
    """Says of these cards whether they are new, as their states are now; of all cards without any, or if they are many."""
    wrong = (
        "update cards set new = not new"
        " where new = exists (select 1 from states s where s.card = cards.card and s.state <> 'new')"
    )
    if cards is None or len(cards) >= _MANY:
        connection.execute(wrong)
    else:
        by_card = f"{wrong} and card = ? and folder in (select id from folders)"
        connection.executemany(by_card, [(card,) for card in cards])


def drop(connection: sqlite3.Connection, cards: Iterable[str]) -> None:
    """Forgets what is known of these cards; `mark` is to follow."""
    connection.executemany("delete from states where card = ?", [(card,) for card in cards])


def clear(connection: sqlite3.Connection) -> None:
    """Forgets the whole cache; `mark` is to follow."""
    connection.execute("delete from states")


def row(card: str, state: CardState) -> StateRow:
    """As it is stored."""
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
        case Scheduled():
            return ("review", *[None] * 5, phase.days, None, phase.due.isoformat())
        case Learning() | Relearning():
            steps: tuple[Any, ...] = (phase.step, phase.seconds, phase.due, None)
        case Review():
            steps = (None, phase.days, None, phase.due.isoformat())
        case _:
            assert_never(phase)
    memory, name = phase.memory, state_name(phase)
    return (name, memory.stability, memory.difficulty, phase.last_at, phase.last_day.isoformat(), *steps)


def _state(row: Iterable[Any]) -> CardState:
    (
        _, state, stability, difficulty, last_at, last_day, step, interval, due_day, reps, lapses,
        introduced, reviewed, suspended, flagged, buried, as_of,
    ) = row  # fmt: skip
    phase: Phase = _NEW
    if state != "new" and stability is None:
        phase = Scheduled(interval, _date(due_day))
    elif state != "new":
        memory, day = Memory(stability, difficulty), _date(last_day)
        if state == "review":
            phase = Review(memory, last_at, day, interval, _date(due_day))
        else:
            phase = (Learning if state == "learning" else Relearning)(memory, last_at, day, step, interval)
    days = introduced and _date(introduced), reviewed and _date(reviewed)
    return CardState(phase, reps, lapses, *days, bool(suspended), bool(flagged), buried and _date(buried), as_of)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
