"""Whether a database has the tables, indexes and views that our migrations make, and nothing else.

A trigger of another program would change what is recorded, a view in a table's place would make it up.
"""

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from srs.core.errors import StoreError

TRUTH = frozenset({"events", "voids", "folders", "files", "texts", "vanished"})
"""The tables that hold what is nowhere else; everything but them can be made again."""

_OBJECTS = """(
    select type, name, tbl_name, sql from sqlite_schema where sql is not null
    and not (type = 'table' and name glob 'sqlite_*')
    and not (type in ('table', 'index') and tbl_name = '_sqlite_migrations')
)"""  # but for what SQLite and sqlite_utils keep for themselves


class _Object(NamedTuple):
    """A table, index, view or trigger; `table` is the one that it belongs to, `sql` the statement that made it."""

    kind: str
    name: str
    table: str
    sql: str

    @property
    def is_truth(self) -> bool:
        return self.kind == "table" and self.name in TRUTH

    @property
    def text(self) -> str:
        """As SQL writes it: `trigger t`."""
        plain = self.name.isidentifier() and self.name.isascii()
        return f"{self.kind} {self.name}" if plain else f'''{self.kind} "{self.name.replace('"', '""')}"'''


def fingerprint(connection: sqlite3.Connection) -> int:
    """A checksum of all of them; it tells what some program did to a database, not what somebody forged."""
    found = connection.execute(
        "select group_concat(said) from (select type || quote(name) || quote(tbl_name) || quote(sql) as said"
        f" from {_OBJECTS} order by type, name)"
    ).fetchone()[0]
    return crc32((found or "").encode())


def check(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Raises StoreError that names what is not ours, is missing or was changed."""
    ours, found = _expected(version), _found(connection)
    for key, one in found.items():
        if key not in ours:
            raise StoreError(path, "foreign", one.text)
    for key, one in sorted(ours.items(), key=lambda item: not item[1].is_truth):  # the worst first
        if found.get(key) != one:
            what = f"the {one.text} {'was changed' if key in found else 'is missing'}"
            raise StoreError(path, "altered" if one.is_truth else "outdated", what)


def make_caches(connection: sqlite3.Connection, version: int) -> None:
    """Makes what is missing or was changed again, empty, inside a transaction; not what holds the truth."""
    ours = _expected(version)
    for key, one in _found(connection).items():
        if key in ours and one != ours[key] and not one.is_truth:
            _drop(connection, one)
    left = _found(connection)  # with a table go its indexes
    for key, one in ours.items():
        if key not in left and not one.is_truth:
            connection.execute(one.sql)


def drop_foreign(connection: sqlite3.Connection, version: int) -> None:
    """Drops what is not ours, inside a transaction."""
    ours = _expected(version)
    for key, one in _found(connection).items():
        if key not in ours:
            _drop(connection, one)


def _drop(connection: sqlite3.Connection, one: _Object) -> None:
    name = one.name.replace('"', '""')
    connection.execute(f'drop {one.kind} if exists "{name}"')


def _found(connection: sqlite3.Connection) -> dict[tuple[str, str], _Object]:
    rows = connection.execute(f"select * from {_OBJECTS}")
    return {(kind, name): _Object(kind, name, table, sql) for kind, name, table, sql in rows}


@lru_cache
def _expected(version: int) -> dict[tuple[str, str], _Object]:
    """What the first `version` migrations make, in the order in which they make it."""
    from sqlite_utils import Database  # noqa: PLC0415 - slow to load, and hardly ever needed

    from srs.database.schema import migrations  # noqa: PLC0415 - as above

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        database = Database(connection)
        later = [migration.name for migration in migrations.pending(database)][version:]
        migrations.apply(database, stop_before=later)
        return _found(connection)
