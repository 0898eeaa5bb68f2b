"""Finds what is damaged in a database, or was never written by srs."""

import sqlite3
from contextlib import closing
from pathlib import Path

from srs.core.errors import StoreError
from srs.database import objects
from srs.database.connection import existing_uri
from srs.database.row_checks import invalid_rows


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that writes neither to the file nor to its `-wal`."""
    connection = sqlite3.connect(existing_uri(path, "ro"), uri=True)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma trusted_schema = off")
    return connection


def find_damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite reports about the file, or, if that is nothing, the rows that srs cannot have written."""
    damage = [row[0] for row in connection.execute("pragma integrity_check") if row[0] != "ok"]
    damage += [
        f"a row of {row[0]} refers to a row of {row[2]} that is not there"
        for row in connection.execute("pragma foreign_key_check")
    ]
    return damage or list(invalid_rows(connection))


def is_damaged(path: Path) -> bool:
    """Whether a part of the database cannot be read or was not written by srs."""
    try:
        with closing(open_read_only(path)) as connection:
            version = connection.execute("pragma user_version").fetchone()[0]
            objects.check_objects(connection, path, version)  # first: a view in place of a table could compute for ever
            if find_damage(connection):
                return True
            names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (name,) in names:
                for _ in connection.execute(f'select * from "{name}"'):
                    pass
    except (StoreError, sqlite3.Error, UnicodeDecodeError, MemoryError):
        return True
    return False
