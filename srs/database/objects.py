"""Checking that a database has the tables, indexes and views that our migrations make, and nothing else.

A trigger of another program could change what is recorded; a view in a table's place could make it up.
"""

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from srs.core.errors import StoreError

TRUTH = frozenset({"events", "voids", "folders", "files", "texts", "vanished"})
"""The tables that hold what is nowhere else; everything else can be rebuilt."""

_OBJECTS = """(
    select type, name, tbl_name, sql from sqlite_schema where sql is not null
    and not (type = 'table' and name glob 'sqlite_*')
    and not (type in ('table', 'index') and tbl_name = '_sqlite_migrations')
)"""  # without those of SQLite and sqlite_utils


class _Object(NamedTuple):
    """A table, index, view or trigger; `table` is the one that it belongs to, `sql` the statement that creates it."""

    kind: str
    name: str
    table: str
    sql: str

    @property
    def is_truth(self) -> bool:
        return self.kind == "table" and self.name in TRUTH

    @property
    def text(self) -> str:
        """In SQL's words: `trigger t`."""
        plain = self.name.isidentifier() and self.name.isascii()
        return f"{self.kind} {self.name}" if plain else f'''{self.kind} "{self.name.replace('"', '""')}"'''


def fingerprint(connection: sqlite3.Connection) -> int:
    """A checksum of all objects; it detects accidents, not forgeries."""
    text = connection.execute(
        "select group_concat(object) from (select type || quote(name) || quote(tbl_name) || quote(sql) as object"
        f" from {_OBJECTS} order by type, name)"
    ).fetchone()[0]
    return crc32((text or "").encode())


def check_objects(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Raises StoreError that names what is foreign, missing or changed."""
    ours, found = _expected(version), _found(connection)
    for key, foreign in found.items():
        if key not in ours:
            raise StoreError(path, "foreign", foreign.text)
    for key, expected in sorted(ours.items(), key=lambda item: not item[1].is_truth):  # the worst first
        if found.get(key) != expected:
            detail = f"the {expected.text} {'was changed' if key in found else 'is missing'}"
            raise StoreError(path, "altered" if expected.is_truth else "outdated", detail)


def make_caches(connection: sqlite3.Connection, version: int) -> None:
    """Recreates missing or changed caches, empty. Must be called inside a transaction."""
    ours = _expected(version)
    for key, found in _found(connection).items():
        if key in ours and found != ours[key] and not found.is_truth:
            _drop(connection, found)
    left = _found(connection)  # again, because a dropped table takes its indexes with it
    for key, missing in ours.items():
        if key not in left and not missing.is_truth:
            connection.execute(missing.sql)


def drop_foreign(connection: sqlite3.Connection, version: int) -> None:
    """Drops foreign objects. Must be called inside a transaction."""
    ours = _expected(version)
    for key, found in _found(connection).items():
        if key not in ours:
            _drop(connection, found)


def _drop(connection: sqlite3.Connection, unwanted: _Object) -> None:
    name = unwanted.name.replace('"', '""')
    connection.execute(f'drop {unwanted.kind} if exists "{name}"')


def _found(connection: sqlite3.Connection) -> dict[tuple[str, str], _Object]:
    rows = connection.execute(f"select * from {_OBJECTS}")
    return {(kind, name): _Object(kind, name, table, sql) for kind, name, table, sql in rows}


@lru_cache
def _expected(version: int) -> dict[tuple[str, str], _Object]:
    """What the first `version` migrations create, in that order."""
    from sqlite_utils import Database  # noqa: PLC0415 - slow to load, and hardly ever needed

    from srs.database.schema import migrations  # noqa: PLC0415 - as above

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        database = Database(connection)
        later = [migration.name for migration in migrations.pending(database)][version:]
        migrations.apply(database, stop_before=later)
        return _found(connection)
