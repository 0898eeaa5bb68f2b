"""Many rows at once."""

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

_AT_ONCE = 300  # rows of one statement
_FLAT = 100 * _AT_ONCE  # rows that lie in memory twice


def flat(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The values of rows one after the other, as `insert_flat` wants them."""
    return list(chain.from_iterable(rows))


def insert_flat(connection: sqlite3.Connection, into: str, width: int, values: list[Any]) -> None:
    """Inserts rows of `width` columns, some hundred by one statement (`into` is how it begins): what SQLite and Python do
    once for each statement else takes as long as the rows themselves.
    """
    row = f"({','.join('?' * width)})"
    step = _AT_ONCE * width
    whole = len(values) - len(values) % step
    if whole:  # preparing so long a statement takes longer than the few rows of an answer
        many = f"{into} values {','.join([row] * _AT_ONCE)}"
        connection.executemany(many, (values[start : start + step] for start in range(0, whole, step)))
    if rest := values[whole:]:
        connection.execute(f"{into} values {','.join([row] * (len(rest) // width))}", rest)


def insert_many(connection: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `insert_flat`, of rows."""
    for start in range(0, len(rows), _FLAT):
        insert_flat(connection, into, len(rows[0]), flat(rows[start : start + _FLAT]))


@contextmanager
def uncollected() -> Iterator[None]:
    """Hundreds of thousands of values that all stay: looking for circles among them would take half of the time.

    That begins as soon as it may again, so whoever does several of these steps is uncollected as a whole.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
