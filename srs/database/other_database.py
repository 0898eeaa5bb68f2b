"""Another database of srs, read only. It may come from anybody: every row is checked, and only plain tables are read."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from urllib.parse import quote

from srs.core import event_row
from srs.core.clock import FIRST, LAST
from srs.core.errors import StoreError
from srs.core.event import Event, Void
from srs.core.event_line import Wrong, check
from srs.database.backups import unpacked
from srs.database.connection import APPLICATION, VERSION, named
from srs.database.removed_notes import Text

_LONGEST = 1 << 20  # bytes of one value
_DIGEST = re.compile("[0-9a-f]{64}")
_COLUMNS = {
    "events": frozenset(
        [
            "seq",
            "subject",
            "at",
            "day",
            "what",
            "source",
            "machine",
            "rating",
            "duration_ms",
            "state",
            "step",
            "interval",
            "factor",
            "other",
            "parameters",
        ]
    ),
    "voids": frozenset({"subject", "at"}),
    "texts": frozenset({"note", "digest", "changed_at", "added_at"}),
    "vanished": frozenset({"note", "kind", "fields", "at"}),
}
_LATER = {"texts": frozenset({"added_at"})}
"""Columns that an older database does not have."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, for reading: nothing beside it is written. A backup of one (.zst) is unpacked for that time.

    Raises StoreError, also where SQLite finds damage later on, and BackupError.
    """
    if not path.is_file():
        raise StoreError(path, "unusable", "it is a folder" if path.is_dir() else "there is no such file")
    with unpacked(path) if path.suffix == ".zst" else nullcontext(path) as file, _opened(file, path) as connection:
        yield connection


@contextmanager
def _opened(path: Path, called: Path) -> Iterator[sqlite3.Connection]:
    """Errors name the path as it is `called`."""
    # a database that somebody has open has its newest part in a file beside it
    live = any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal"))
    uri = f"file:{quote(str(path.resolve()))}?mode=ro{'' if live else '&immutable=1'}"
    with named(called), _decoded(called), closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")  # bad text makes a bad row, not an error
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        connection.execute("begin")
        _refuse(connection, called)
        yield connection


@contextmanager
def _decoded(path: Path) -> Iterator[None]:
    """SQLite quotes the names of a damaged schema in its messages, and Python then fails to read them."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise StoreError(path, "unusable", "it is damaged") from error


def items(connection: sqlite3.Connection) -> Iterator[Event | Void | Wrong]:
    """All events and voids, and what is wrong with each that is none."""
    for row in connection.execute("select * from events"):
        yield _checked(row)
    for subject, at in connection.execute("select subject, at from voids"):
        void = Void(subject, at)
        try:
            check(void)
        except Wrong as error:
            yield error
        else:
            yield void


def texts(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int, int]]:
    """Of each note: its id, the digest of its text, and when that last changed and when the note was first seen, in UTC
    milliseconds; bad rows left out.
    """
    for row in connection.execute("select * from texts"):
        note, digest, at = row["note"], row["digest"], row["changed_at"]
        added = row["added_at"] if "added_at" in row.keys() else at  # noqa: SIM118 - a row looks for values otherwise
        known = isinstance(note, str) and isinstance(digest, str) and _DIGEST.fullmatch(digest)
        if known and len(note) <= 200 and all(isinstance(one, int) and FIRST <= one <= LAST for one in (at, added)):
            yield note, digest, at, added


def vanished_texts(connection: sqlite3.Connection) -> Iterator[tuple[Text, int]]:
    """The last texts of vanished notes, with when they were found gone; bad rows left out. An older database has none."""
    if not connection.execute("select 1 from sqlite_master where name = 'vanished'").fetchone():
        return
    for note, kind, fields, at in connection.execute("select note, kind, fields, at from vanished"):
        if (
            all(isinstance(value, str) for value in (note, kind, fields))
            and isinstance(at, int)
            and FIRST <= at <= LAST
        ):
            with suppress(ValueError, RecursionError):
                if len(note) <= 200 and isinstance(json.loads(fields), dict):
                    yield Text(note, kind, fields), at


def merge_texts(connection: sqlite3.Connection, theirs: Iterator[tuple[str, str, int, int]]) -> None:
    """Each note's text changed when the later of both says, and was first seen when the earlier does; which text it is, is
    ours to know where we have one.
    """
    connection.executemany(
        "insert into texts (note, digest, changed_at, added_at) values (?, ?, ?, ?) on conflict (note) do update"
        " set changed_at = max(changed_at, excluded.changed_at), added_at = min(added_at, excluded.added_at)",
        theirs,
    )


def _checked(row: sqlite3.Row) -> Event | Wrong:
    try:
        event = event_row.event(row)
        check(event)
    except Wrong as error:
        return error
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Wrong("a value is not one that srs writes")
    return event


def _refuse(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreError for what is no sound database of ours: a view or a generated column could compute for ever."""
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION:
        raise StoreError(path, "unusable", "it belongs to another program")
    version = connection.execute("pragma user_version").fetchone()[0]
    if version > VERSION:
        raise StoreError(path, "newer", str(version))
    kinds = {
        name: (kind, sql or "") for name, kind, sql in connection.execute("select name, type, sql from sqlite_master")
    }
    tables = {table: columns for table, columns in _COLUMNS.items() if table in kinds or table != "vanished"}
    for table, columns in tables.items():
        kind, sql = kinds.get(table, ("", ""))
        info = connection.execute(f"pragma table_xinfo({table})").fetchall()
        plain = kind == "table" and not re.match(r"\s*create\s+virtual", sql, re.IGNORECASE)
        different = columns ^ {row["name"] for row in info}
        if not plain or different - _LATER.get(table, frozenset()) or any(row["hidden"] for row in info):
            raise StoreError(path, "unusable", f"its table {table} is not one that srs makes")
    for table in tables:
        said = connection.execute(f"pragma quick_check({table})").fetchone()[0]
        if said != "ok":
            raise StoreError(path, "unusable", f"it is damaged ({said})")
