"""Card states as rows: a cache of replaying the log. Functions that write must be called inside `Store.write`."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
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
from srs.database.bulk_insert import flatten, insert_flat, select_tuples

_COLUMNS = (
    "card", "note", "state", "stability", "difficulty", "last_at", "last_day", "step", "interval", "due_at", "due_day",
    "reps", "lapses", "introduced", "reviewed", "suspended", "flagged", "buried", "as_of",
)  # fmt: skip
_STATE_COLUMNS = ", ".join(name for name in _COLUMNS if name not in {"note", "due_at"})  # these two follow from others
_PUT = f"insert or replace into states ({', '.join(_COLUMNS)}) values ({', '.join('?' * len(_COLUMNS))})"
_MANY, _VERY_MANY = 1_000, 20_000  # rows
_NEW = New()
_date = date.fromisoformat

StateRow = tuple[Any, ...]
"""A card's state, in the order of the columns."""


class StateBlock(NamedTuple):
    """Rows for `insert_flat`, and the cards without any event that counts, which have no row."""

    known: list[Any]
    unknown: list[str]

    @property
    def cards(self) -> list[str]:
        return self.known[:: len(_COLUMNS)] + self.unknown


def get(connection: sqlite3.Connection, card: str) -> CardState:
    """The card's state, `UNSEEN` if it has no row."""
    row = connection.execute(f"select {_STATE_COLUMNS} from states where card = ?", (card,)).fetchone()
    return _state_from_row(row) if row else UNSEEN


def get_all(connection: sqlite3.Connection) -> dict[str, CardState]:
    """All states, by card."""
    return {row["card"]: _state_from_row(row) for row in connection.execute(f"select {_STATE_COLUMNS} from states")}


def get_some(connection: sqlite3.Connection, cards: Sequence[str]) -> dict[str, CardState]:
    """The states of some hundreds of cards, as far as they have one."""
    rows = connection.execute(
        f"select {_STATE_COLUMNS} from states where card in (select value from json_each(?))", (json.dumps(cards),)
    )
    return {row["card"]: _state_from_row(row) for row in rows}


def get_columns(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Some columns of all states, by card."""
    rows = select_tuples(connection, f"select card, {', '.join(names)} from states")
    return {row[0]: row[1:] for row in rows}


def memories_of_notes(
    connection: sqlite3.Connection, folder: int, notes: Iterable[str]
) -> list[tuple[str, float | None, str | None]]:
    """(note, stability, last study day) of each card in use of these notes; None without a memory."""
    rows = select_tuples(
        connection,
        "select c.note, s.stability, s.last_day from json_each(?) j"
        " cross join cards c on c.folder = ? and c.note = j.value left join states s on s.card = c.card",
        (json.dumps(list(notes)), folder),
    )
    return list(rows)


def get_all_rows(connection: sqlite3.Connection) -> dict[str, StateRow]:
    """All rows, by card."""
    return {row[0]: row for row in select_tuples(connection, f"select {', '.join(_COLUMNS)} from states")}


def pick_columns(row: StateRow, names: Sequence[str]) -> tuple[Any, ...]:
    """Some columns of a row, as `get_columns` returns them."""
    return tuple(row[_COLUMNS.index(name)] for name in names)


def count(connection: sqlite3.Connection) -> int:
    number: int = connection.execute("select count(*) from states").fetchone()[0]
    return number


def put(connection: sqlite3.Connection, card: str, state: CardState) -> None:
    """Replaces the card's state and updates whether the card is new."""
    if state.as_of:
        connection.execute(_PUT, state_to_row(card, state))
    else:
        delete(connection, [card])
    connection.execute(
        "update cards set new = ?1 where card = ?2 and new <> ?1 and folder in (select id from folders)",
        (isinstance(state.phase, New), card),
    )


def put_rows(connection: sqlite3.Connection, rows: Iterable[StateRow]) -> None:
    """Replaces rows, which must be sorted by card. Call `update_new_flags` afterwards."""
    put_block(connection, build_block(rows))


def build_block(rows: Iterable[StateRow]) -> StateBlock:
    """For `put_block`."""
    known: list[StateRow] = []
    unknown: list[str] = []
    for row in rows:
        if row[-1]:  # the time of the last event
            known.append(row)
        else:
            unknown.append(row[0])
    return StateBlock(flatten(known), unknown)


def put_block(connection: sqlite3.Connection, block: StateBlock) -> None:
    """As `put_rows`."""
    insert_flat(connection, f"insert or replace into states ({', '.join(_COLUMNS)})", len(_COLUMNS), block.known)
    delete(connection, block.unknown)


@contextmanager
def without_indexes(connection: sqlite3.Connection, rows: int) -> Iterator[None]:
    """Drops the indexes during the block if very many rows are put, because creating them once is faster."""
    indexes = []
    if rows >= _VERY_MANY:
        indexes = connection.execute(
            "select name, sql from sqlite_master where type = 'index' and tbl_name = 'states' and sql is not null"
        ).fetchall()
    for name, _ in indexes:
        connection.execute(f"drop index {name}")
    yield
    for _, sql in indexes:
        connection.execute(sql)


def update_new_flags(connection: sqlite3.Connection, cards: Sequence[str] | None = None) -> None:
    """Updates whether these cards are new, after their states; if they are many or None, whether all cards are."""
    update = (
        "update cards set new = not new"
        " where new = exists (select 1 from states s where s.card = cards.card and s.state <> 'new')"
    )
    if cards is None or len(cards) >= _MANY:
        connection.execute(update)
    else:
        by_card = f"{update} and card = ? and folder in (select id from folders)"
        connection.executemany(by_card, [(card,) for card in cards])


def delete(connection: sqlite3.Connection, cards: Iterable[str]) -> None:
    """Deletes the states of these cards. Call `update_new_flags` afterwards."""
    connection.executemany("delete from states where card = ?", [(card,) for card in cards])


def delete_all(connection: sqlite3.Connection) -> None:
    """Deletes all states. Call `update_new_flags` afterwards."""
    connection.execute("delete from states")


def state_to_row(card: str, state: CardState) -> StateRow:
    return (
        card,
        card.rpartition("/")[0],
        *_phase_columns(state.phase),
        state.reps,
        state.lapses,
        _day_text(state.introduced),
        _day_text(state.reviewed),
        state.suspended,
        state.flagged,
        _day_text(state.buried),
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


def _state_from_row(row: Iterable[Any]) -> CardState:
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


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None
