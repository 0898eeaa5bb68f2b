"""Many rows at once."""

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

_AT_ONCE = 300  # rows of one statement


def insert_many(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    verb: str = "insert",
) -> None:
    """Inserts rows, some hundred by one statement: SQLite prepares what a check compares with once for each statement,
    which else takes longer than the rows themselves.
    """
    one = f"({','.join('?' * len(columns))})"
    into = f"{verb} into {table} ({', '.join(columns)}) values "
    whole = len(rows) - len(rows) % _AT_ONCE
    parts = (rows[start : start + _AT_ONCE] for start in range(0, whole, _AT_ONCE))
    connection.executemany(into + ",".join([one] * _AT_ONCE), (tuple(chain.from_iterable(part)) for part in parts))
    connection.executemany(into + one, rows[whole:])
