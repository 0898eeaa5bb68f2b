"""How far each shared folder was read and written. Functions that write expect to be inside `Store.write`."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from srs.core import event_row
from srs.core.event import Event, Void


class Read(NamedTuple):
    """So many bytes of a file, up to the end of a line, with this digest, were read; `again`: a line was refused."""

    size: int
    sha256: str
    again: bool


def number(connection: sqlite3.Connection, folder: str) -> int:
    """The folder's number, given when it is first asked for."""
    connection.execute("insert or ignore into sync_folders (path, seq) values (?, 0)", (folder,))
    found: int = connection.execute("select id from sync_folders where path = ?", (folder,)).fetchone()[0]
    return found


def files(connection: sqlite3.Connection, folder: int) -> dict[str, Read]:
    rows = connection.execute("select path, size, sha256, again from sync_files where folder = ?", (folder,))
    return {path: Read(size, digest, bool(again)) for path, size, digest, again in rows}


def forget(connection: sqlite3.Connection, folder: int) -> None:
    """The folder is not what it was: it counts as never seen."""
    connection.execute("update sync_folders set seq = 0 where id = ?", (folder,))
    for table in ("sync_files", "sync_voids"):
        connection.execute(f"delete from {table} where folder = ?", (folder,))


def keep(connection: sqlite3.Connection, folder: int, read: Mapping[str, Read]) -> None:
    """Everything in the log is now in one of these files."""
    connection.execute("delete from sync_files where folder = ?", (folder,))
    connection.executemany(
        "insert into sync_files (folder, path, size, sha256, again) values (?, ?, ?, ?, ?)",
        [(folder, path, *one) for path, one in read.items()],
    )
    connection.execute(
        "update sync_folders set seq = (select coalesce(max(seq), 0) from events) where id = ?", (folder,)
    )
    connection.execute(
        "insert or ignore into sync_voids (folder, subject, at) select ?, subject, at from voids", (folder,)
    )


def start(connection: sqlite3.Connection) -> None:
    """Nothing is known to be in the folder's files, of what is read from now on."""
    connection.execute(
        "create temp table if not exists held (void integer, subject text, at integer,"
        " primary key (void, subject, at)) without rowid"
    )
    connection.execute("delete from held")


def hold(connection: sqlite3.Connection, item: Event | Void) -> None:
    """A file has it, with the very content that the log has."""
    connection.execute(
        "insert or ignore into held (void, subject, at) values (?, ?, ?)",
        (isinstance(item, Void), item.subject, item.at),
    )


def missing(connection: sqlite3.Connection, folder: int) -> Iterator[Event | Void]:
    """What the log has and no file: events, oldest first, then voids."""
    rows = connection.execute(
        "select * from events e where seq > (select seq from sync_folders where id = ?)"
        " and not exists (select 1 from held h where h.void = 0 and h.subject = e.subject and h.at = e.at)"
        " order by at, subject",
        (folder,),
    )
    yield from map(event_row.event, rows)
    voids = connection.execute(
        "select subject, at from voids v where not exists"
        " (select 1 from sync_voids s where s.folder = ? and s.subject = v.subject and s.at = v.at)"
        " and not exists (select 1 from held h where h.void = 1 and h.subject = v.subject and h.at = v.at)"
        " order by at, subject",
        (folder,),
    )
    yield from (Void(subject, at) for subject, at in voids)
