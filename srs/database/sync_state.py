"""How far each shared folder was read and written. Functions that write must be called inside `Store.write`."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from srs.core import event_row
from srs.core.event import Event, Void


class ReadFile(NamedTuple):
    """How many bytes of a file were read, up to the end of a line, and their digest; `again` if a line was refused."""

    size: int
    sha256: str
    again: bool


def folder_id(connection: sqlite3.Connection, folder: str) -> int:
    """The folder's id in the database, which it gets if it has none."""
    connection.execute("insert or ignore into sync_folders (path, seq) values (?, 0)", (folder,))
    number: int = connection.execute("select id from sync_folders where path = ?", (folder,)).fetchone()[0]
    return number


def read_files(connection: sqlite3.Connection, folder: int) -> dict[str, ReadFile]:
    rows = connection.execute("select path, size, sha256, again from sync_files where folder = ?", (folder,))
    return {path: ReadFile(size, digest, bool(again)) for path, size, digest, again in rows}


def forget_folder(connection: sqlite3.Connection, folder: int) -> None:
    """Marks a folder that was replaced as never read."""
    connection.execute("update sync_folders set seq = 0 where id = ?", (folder,))
    for table in ("sync_files", "sync_voids"):
        connection.execute(f"delete from {table} where folder = ?", (folder,))


def save_read_files(connection: sqlite3.Connection, folder: int, read: Mapping[str, ReadFile]) -> None:
    """Records that these files contain the whole log."""
    connection.execute("delete from sync_files where folder = ?", (folder,))
    connection.executemany(
        "insert into sync_files (folder, path, size, sha256, again) values (?, ?, ?, ?, ?)",
        [(folder, path, *file) for path, file in read.items()],
    )
    connection.execute(
        "update sync_folders set seq = (select coalesce(max(seq), 0) from events) where id = ?", (folder,)
    )
    connection.execute(
        "insert or ignore into sync_voids (folder, subject, at) select ?, subject, at from voids", (folder,)
    )


def start_reading(connection: sqlite3.Connection) -> None:
    """Forgets what `mark_as_read` recorded."""
    connection.execute(
        "create temp table if not exists read_items (void integer, subject text, at integer,"
        " primary key (void, subject, at)) without rowid"
    )
    connection.execute("delete from read_items")


def mark_as_read(connection: sqlite3.Connection, item: Event | Void) -> None:
    """Records that a file contains the item, with the same content as in the log."""
    connection.execute(
        "insert or ignore into read_items (void, subject, at) values (?, ?, ?)",
        (isinstance(item, Void), item.subject, item.at),
    )


def count_later(connection: sqlite3.Connection, folder: int) -> int:
    """How many events came into the log after the folder was last synced."""
    count: int = connection.execute(
        "select count(*) from events where seq > (select seq from sync_folders where id = ?)", (folder,)
    ).fetchone()[0]
    return count


def unwritten_items(connection: sqlite3.Connection, folder: int) -> Iterator[Event | Void]:
    """What the log has and no file: events, oldest first, then voids likewise."""
    rows = connection.execute(
        "select * from events e where seq > (select seq from sync_folders where id = ?)"
        " and not exists (select 1 from read_items r where r.void = 0 and r.subject = e.subject and r.at = e.at)"
        " order by at, subject",
        (folder,),
    )
    yield from map(event_row.event_from_values, rows)
    voids = connection.execute(
        "select subject, at from voids v where not exists"
        " (select 1 from sync_voids s where s.folder = ? and s.subject = v.subject and s.at = v.at)"
        " and not exists (select 1 from read_items r where r.void = 1 and r.subject = v.subject and r.at = v.at)"
        " order by at, subject",
        (folder,),
    )
    yield from (Void(subject, at) for subject, at in voids)
