"""Reading another srs database. It may come from anybody: every row is checked, and only plain tables are read."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from srs.core import event_row
from srs.core.clock import is_instant
from srs.core.errors import StoreError
from srs.core.event import Event, Void
from srs.core.event_line import InvalidEvent, check_event
from srs.core.id_pattern import LONGEST_ID
from srs.database.backups import unpack
from srs.database.connection import APPLICATION_ID, check_version, translate_sqlite_errors
from srs.database.removed_notes import NoteText

_MAX_VALUE = 1 << 20  # bytes
_DIGEST = re.compile("[0-9a-f]{64}")
_COLUMNS = {
    "events": frozenset({"seq", *event_row.COLUMNS}),
    "voids": frozenset({"subject", "at"}),
    "texts": frozenset({"note", "digest", "changed_at", "added_at"}),
    "vanished": frozenset({"note", "kind", "fields", "at"}),
}
_LATER = {"texts": frozenset({"added_at"})}
"""Columns that older databases do not have."""


class TextTimes(NamedTuple):
    """When a note's text last changed and when the note was first seen (UTC milliseconds), and the text's digest."""

    note: str
    digest: str
    changed_at: int
    added_at: int


@contextmanager
def open_other(path: Path) -> Iterator[sqlite3.Connection]:
    """Opens a database, or a backup of one (.zst), for reading. Nothing is written beside it.

    Raises StoreError, also for damage that SQLite finds later, and BackupError.
    """
    if not path.is_file():
        raise StoreError(path, "unusable", "it is a folder" if path.is_dir() else "there is no such file")
    with unpack(path) if path.suffix == ".zst" else nullcontext(path) as file, _open_file(file, path) as connection:
        yield connection


@contextmanager
def _open_file(file: Path, path: Path) -> Iterator[sqlite3.Connection]:
    """Opens the database `file`; errors name `path`."""
    # the newest pages of a database that is open elsewhere are in a file beside it
    live = any(file.with_name(file.name + ending).exists() for ending in ("-wal", "-journal"))
    uri = f"file:{quote(str(file.resolve()))}?mode=ro{'' if live else '&immutable=1'}"
    with (
        translate_sqlite_errors(path),
        _translate_decode_errors(path),
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection,
    ):
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")  # bad text makes a bad row, not an error
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        connection.execute("begin")
        _check_schema(connection, path)
        yield connection


@contextmanager
def _translate_decode_errors(path: Path) -> Iterator[None]:
    """Python cannot decode SQLite's messages that quote the names of a damaged schema."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise StoreError(path, "unusable", "it is damaged") from error


def read_log(connection: sqlite3.Connection) -> Iterator[Event | Void | InvalidEvent]:
    """All events and voids; an error in the place of each invalid one."""
    for row in connection.execute("select * from events"):
        try:
            yield event_row.parse_event(row)
        except InvalidEvent as error:
            yield error
    for subject, at in connection.execute("select subject, at from voids"):
        void = Void(subject, at)
        try:
            check_event(void)
        except InvalidEvent as error:
            yield error
        else:
            yield void


def count_log(connection: sqlite3.Connection) -> int:
    """How many rows `read_log` reads."""
    count: int = connection.execute("select (select count(*) from events) + (select count(*) from voids)").fetchone()[0]
    return count


def read_text_times(connection: sqlite3.Connection) -> Iterator[TextTimes]:
    """The text times of all notes, without invalid rows."""
    for row in connection.execute("select * from texts"):
        note, digest, changed_at = row["note"], row["digest"], row["changed_at"]
        added_at = row["added_at"] if "added_at" in row.keys() else changed_at  # noqa: SIM118 - `in row` looks for values
        if (
            _is_note(note)
            and isinstance(digest, str)
            and _DIGEST.fullmatch(digest)
            and is_instant(changed_at)
            and is_instant(added_at)
        ):
            yield TextTimes(note, digest, changed_at, added_at)


def read_removed_notes(connection: sqlite3.Connection) -> Iterator[tuple[NoteText, int]]:
    """The texts of removed notes, each with when it was found to be gone, without invalid rows. Older databases have none."""
    if not connection.execute("select 1 from sqlite_master where name = 'vanished'").fetchone():
        return
    for note, kind, fields, at in connection.execute("select note, kind, fields, at from vanished"):
        if _is_note(note) and isinstance(kind, str) and isinstance(fields, str) and is_instant(at):
            with suppress(ValueError, RecursionError):
                if isinstance(json.loads(fields), dict):
                    yield NoteText(note, kind, fields), at


def _is_note(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_ID


def merge_text_times(connection: sqlite3.Connection, theirs: Iterator[TextTimes]) -> None:
    """Keeps the later change, the earlier first sight, and our digest where we have one."""
    connection.executemany(
        "insert into texts (note, digest, changed_at, added_at) values (?, ?, ?, ?) on conflict (note) do update"
        " set changed_at = max(changed_at, excluded.changed_at), added_at = min(added_at, excluded.added_at)",
        theirs,
    )


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreError for another program's or a damaged database. Views and generated columns are refused because
    they could compute for ever.
    """
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(path, "unusable", "it belongs to another program")
    check_version(connection, path)
    objects = {
        name: (kind, sql or "") for name, kind, sql in connection.execute("select name, type, sql from sqlite_master")
    }
    tables = {table: columns for table, columns in _COLUMNS.items() if table in objects or table != "vanished"}
    for table, columns in tables.items():
        kind, sql = objects.get(table, ("", ""))
        info = connection.execute(f"pragma table_xinfo({table})").fetchall()
        plain = kind == "table" and not re.match(r"\s*create\s+virtual", sql, re.IGNORECASE)
        different = columns ^ {row["name"] for row in info}
        if not plain or different - _LATER.get(table, frozenset()) or any(row["hidden"] for row in info):
            raise StoreError(path, "unusable", f"its table {table} was not made by srs")
    for table in tables:
        result = connection.execute(f"pragma quick_check({table})").fetchone()[0]
        if result != "ok":
            raise StoreError(path, "unusable", f"it is damaged ({result})")
