"""Many rows at once."""

import gc
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

_AT_ONCE = 300  # rows of one statement


def insert_many(connection: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows, some hundred by one statement (`into` is how it begins): what SQLite and Python do once for each
    statement else takes as long as the rows themselves.
    """
    if not rows:
        return
    one, into = f"({','.join('?' * len(rows[0]))})", f"{into} values "
    whole = len(rows) - len(rows) % _AT_ONCE
    parts = (rows[start : start + _AT_ONCE] for start in range(0, whole, _AT_ONCE))
    connection.executemany(into + ",".join([one] * _AT_ONCE), (tuple(chain.from_iterable(part)) for part in parts))
    connection.executemany(into + one, rows[whole:])


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
