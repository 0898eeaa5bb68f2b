"""Reading and inserting hundreds of thousands of rows."""

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

_BATCH = 300  # rows of one statement
_CHUNK = 100 * _BATCH  # rows that are flattened at a time


def select_tuples(
    connection: sqlite3.Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> sqlite3.Cursor:
    """A cursor of plain tuples, which cost less than `sqlite3.Row`."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


def flatten(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The values of all rows in one list, for `insert_flat`."""
    return list(chain.from_iterable(rows))


def insert_flat(connection: sqlite3.Connection, into: str, width: int, values: list[Any]) -> None:
    """Inserts rows of `width` columns, hundreds by one statement, which begins with `into`: the fixed cost of a statement
    is that of inserting a row.
    """
    row = f"({','.join('?' * width)})"
    step = _BATCH * width
    whole = len(values) - len(values) % step
    if whole:  # preparing so long a statement takes longer than inserting the few rows of an answer
        many = f"{into} values {','.join([row] * _BATCH)}"
        connection.executemany(many, (values[start : start + step] for start in range(0, whole, step)))
    if rest := values[whole:]:
        connection.execute(f"{into} values {','.join([row] * (len(rest) // width))}", rest)


def insert_many(connection: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `insert_flat`, of rows."""
    for start in range(0, len(rows), _CHUNK):
        insert_flat(connection, into, len(rows[0]), flatten(rows[start : start + _CHUNK]))


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pauses the garbage collector: among hundreds of thousands of values that all stay, it takes half of the time.

    It runs as soon as it is enabled again, so several such steps are best paused as a whole.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
