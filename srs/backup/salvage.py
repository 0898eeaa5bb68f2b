"""Reads what a damaged database and its backups hold into a new database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from srs.backup.damage import open_read_only
from srs.core import event_row
from srs.core.event import Void
from srs.core.event_line import check_event
from srs.database.connection import Store, translate_sqlite_errors
from srs.database.decks import SET_ADDED_AT
from srs.database.row_checks import delete_invalid_rows
from srs.database.sqlite_pages import recover_rows
from srs.log import event_log
from srs.log.union import merge_item

_INVALID_ROW = (ValueError, TypeError, KeyError, OverflowError, sqlite3.IntegrityError, sqlite3.InterfaceError)
"""What a row raises that srs has not written."""

_IS_TABLE = "select 1 from sqlite_schema where type = 'table' and name = ? and sql not like 'create virtual%'"
"""A view or a virtual table could compute for ever."""

_NOTE_FACTS = ("texts", "vanished")
"""Tables with facts of notes that are not in the log; their key is `note`."""

_NOT_UTF8 = object()

_UNREADABLE = (sqlite3.Error, UnicodeDecodeError, MemoryError)
"""What SQLite or Python raises over a damaged page."""


@dataclass(frozen=True, slots=True)
class SalvageCounts:
    """How many events the damaged file still had, how many only the backups had, how many are known to be lost."""

    events: int
    from_backups: int
    lost: int


def prepare(store: Store) -> None:
    """Must be called once for a new database, before the other functions."""
    connection = store.connection
    connection.execute("create temp table found (" + ", ".join(_columns(connection)) + ")")
    connection.execute("create temp table found_voids (subject, at)")
    connection.execute("create temp table numbers (seq)")  # of the events in the backup that was read last
    connection.execute("create temp table folders_there (id integer primary key, path)")  # of the database that is read
    connection.execute("create temp table seen_in_older (subject, at, primary key (subject, at)) without rowid")


def add_backup(store: Store, backup: Path) -> None:
    """Adds what a backup of this schema version has and no earlier one. Backups must be added in the order of making, so that
    events keep the order in which they were recorded and the latest facts stay. Raises StoreError.
    """
    connection = store.connection
    columns = ", ".join(event_row.COLUMNS)
    theirs, ours = (", ".join(f"{table}.{name}" for name in event_row.COLUMNS) for table in ("o", "e"))
    with translate_sqlite_errors(store.path), attached(connection, backup), store.write():
        new = (
            f"select {theirs} from other.events o where not exists"
            " (select 1 from main.events e where e.subject = o.subject and e.at = o.at) order by o.seq"
        )
        connection.executemany(
            f"insert or ignore into main.events ({columns}) values ({', '.join('?' * len(event_row.COLUMNS))})",
            _decodable_rows(connection, new),
        )
        different = (
            "select o.* from other.events o join main.events e on e.subject = o.subject and e.at = o.at"
            f" where ({theirs}) is not ({ours})"
        )
        for row in list(_decodable_rows(connection, different)):
            with suppress(*_INVALID_ROW):
                event = event_row.event_from_values(row)
                check_event(event)
                merge_item(connection, event)  # keeps the same one of two as every merge
        _copy_table(connection, "voids", "ignore")
        _add_facts_of_backup(connection)
        connection.execute("delete from numbers")
        connection.execute("insert into numbers select seq from other.events")


def _add_facts_of_backup(connection: sqlite3.Connection) -> None:
    connection.execute("delete from folders_there")
    connection.executemany(
        "insert into folders_there values (?, ?)", _decodable_rows(connection, "select id, path from other.folders")
    )
    connection.execute("insert or ignore into main.folders (path) select path from folders_there order by id")
    connection.execute(
        "delete from main.files where folder in (select m.id from main.folders m join folders_there p on p.path = m.path)"
    )
    connection.executemany(
        "insert or ignore into main.files values (?, ?, ?, ?, ?, ?, ?, ?)",
        _decodable_rows(
            connection,
            "select m.id, f.path, f.size, f.stamp_ns, f.sha256, f.good, f.deck, f.problems"
            " from other.files f join folders_there p on p.id = f.folder join main.folders m on m.path = p.path",
        ),
    )
    for name in _NOTE_FACTS:
        _copy_table(connection, name, "replace")


def _copy_table(connection: sqlite3.Connection, name: str, known: Literal["ignore", "replace"]) -> None:
    """`known` is what happens to a row whose key is there already."""
    columns = _columns(connection, name)
    connection.executemany(
        f"insert or {known} into main.{name} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
        _decodable_rows(connection, f"select {', '.join(columns)} from other.{name}"),
    )


def add_damaged(store: Store, damaged: Path) -> SalvageCounts:
    """Adds what can still be read in the damaged file, which stays as it is. Afterwards states must be replayed; deck files
    will be read again. Raises StoreError.
    """
    with store.write() as connection:
        _scan_pages(connection, damaged)
        counts = _add_events(connection)
        connection.execute(
            "insert or ignore into voids select distinct subject, at from found_voids f"
            " where exists (select 1 from events e where e.subject = f.subject and e.at = f.at)"
        )
        _add_facts(connection, damaged)
        delete_invalid_rows(connection)
        connection.execute("update files set stamp_ns = -1, sha256 = '?'")
    return counts


def count_only_in(store: Store, backup: Path) -> int:
    """How many events of the backup are neither in the store nor in a backup that was counted before. Raises StoreError."""
    connection = store.connection
    with translate_sqlite_errors(store.path), attached(connection, backup):
        return connection.execute(
            "insert or ignore into seen_in_older select subject, at from other.events o"
            " where not exists (select 1 from main.events e where e.subject = o.subject and e.at = o.at)"
        ).rowcount


@contextmanager
def attached(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Attaches another database under the name `other`."""
    connection.execute("attach ? as other", (str(path.resolve()),))
    try:
        yield
    finally:
        connection.execute("detach other")


def _columns(connection: sqlite3.Connection, table: str = "events") -> list[str]:
    return [row["name"] for row in connection.execute(f"pragma table_info({table})")]


def _scan_pages(connection: sqlite3.Connection, damaged: Path) -> None:
    """Collects every row that has the shape of an event or a void."""
    columns = _columns(connection)
    width = len(columns)
    event = f"insert into found values ({', '.join('?' * width)})"
    for rowid, values in recover_rows(damaged, {width, 2}):
        if len(values) == width and rowid is not None and values[0] is None:
            connection.execute(event, (rowid, *values[1:]))
        elif rowid is None and isinstance(values[0], str) and isinstance(values[1], int):
            # study days and an index look the same, so only those that name an event are used
            connection.execute("insert into found_voids values (?, ?)", values)
    if _has_more_columns(damaged, columns):
        for row in _readable_rows(damaged, "events", "seq", ", ".join(columns)):
            connection.execute(event, tuple(row))
    for row in _readable_rows(damaged, "voids", "subject, at", "subject, at"):
        with suppress(sqlite3.IntegrityError):
            event_log.insert_void(connection, Void(*row))


def _has_more_columns(damaged: Path, columns: list[str]) -> bool:
    """Whether somebody has added columns to the events, so that their rows have another shape."""
    with suppress(*_UNREADABLE), closing(open_read_only(damaged)) as connection:
        return set(_columns(connection)) > set(columns)
    return False


def _add_events(connection: sqlite3.Connection) -> SalvageCounts:
    """Adds the collected events in the order in which they were recorded, after those of the backups."""
    for row in connection.execute("select * from found order by seq, at"):
        try:
            event = event_row.event_from_values(row)
            check_event(event)
            if not event_log.has_event(connection, event):
                event_log.insert_event(connection, event)
        except _INVALID_ROW:
            connection.execute("delete from found where seq = ?", (row["seq"],))
    connection.execute("create index temp.found_key on found (subject, at)")
    read = "exists (select 1 from found f where f.subject = e.subject and f.at = e.at)"
    total, saved = connection.execute(f"select count(*), coalesce(sum({read}), 0) from events e").fetchone()
    numbers = "select seq from found union select seq from numbers"  # they have no gaps in a whole log
    known, most = connection.execute(f"select count(*), coalesce(max(seq), 0) from ({numbers})").fetchone()
    return SalvageCounts(saved, total - saved, most - known)


def _add_facts(connection: sqlite3.Connection, damaged: Path) -> None:
    """Adds folders, last good versions of files and facts of notes that SQLite can still read: newer than a backup's."""
    for number, path in _readable_rows(damaged, "folders", "id", "id, path"):
        with suppress(sqlite3.IntegrityError):
            connection.execute("insert or ignore into folders (path) values (?)", (path,))
            connection.execute("insert or replace into folders_there values (?, ?)", (number, path))
    columns = "folder, path, size, stamp_ns, sha256, good, deck, problems"
    for row in _readable_rows(damaged, "files", "folder, path", columns):
        with suppress(sqlite3.IntegrityError):
            connection.execute(
                "insert or replace into files select m.id, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                " from folders_there p join main.folders m on m.path = p.path where p.id = ?1",
                tuple(row),
            )
    for name in _NOTE_FACTS:
        known = _columns(connection, name)
        for row in _readable_rows(damaged, name, "note"):
            values = {column: row[column] for column in row.keys() if column in known}  # noqa: SIM118 - else a row gives values
            with suppress(sqlite3.IntegrityError):  # an older database has fewer columns
                connection.execute(
                    f"insert or replace into {name} ({', '.join(values)}) values ({', '.join('?' * len(values))})",
                    tuple(values.values()),
                )
    connection.execute(SET_ADDED_AT)


def _decodable_rows(connection: sqlite3.Connection, query: str) -> Iterator[sqlite3.Row]:
    """The rows of a query less those with text that is not UTF-8: SQLite copies such text, and Python cannot read it."""
    before, connection.text_factory = connection.text_factory, _decode
    try:
        for row in connection.execute(query):
            if _NOT_UTF8 not in tuple(row):
                yield row
    finally:
        connection.text_factory = before


def _decode(text: bytes) -> str | object:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return _NOT_UTF8


def _readable_rows(damaged: Path, name: str, key: str, columns: str = "*") -> Iterator[sqlite3.Row]:
    """The rows from the first up to the damage, and from the last back to it; none if a column is missing."""
    for order in (key, ", ".join(f"{column} desc" for column in key.split(", "))):
        with suppress(*_UNREADABLE), closing(open_read_only(damaged)) as connection:
            if connection.execute(_IS_TABLE, (name,)).fetchone():
                yield from _decodable_rows(connection, f"select {columns} from {name} order by {order}")
