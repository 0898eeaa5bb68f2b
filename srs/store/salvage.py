"""What a damaged database still says, brought into a fresh one together with what its last backup holds; and one put in the place of another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from srs import event_row
from srs.event import Void
from srs.event_line import check
from srs.store import log
from srs.store.connection import OUT_OF_MEMORY, Store, named
from srs.store.decks import DATE_ADDED
from srs.store.pages import rows
from srs.store.sense import drop, senseless

_FACTS = {
    "folders": ("ignore", "id"),
    "files": ("replace", "folder, path"),
    "texts": ("replace", "note"),
    "vanished": ("replace", "note"),
}
"""What is kept beside the log: what to do with a row that is there already, and the order of the rows."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Of the log: how many events the damaged file gave, how many only the backup had, how many are known to be lost."""

    events: int
    from_backup: int
    lost: int


def only_here(store: Store, other: Path) -> int:
    """How many events the other database does not have."""
    with named(store.path), _attached(store.connection, other):
        found = store.connection.execute(
            "select count(*) from main.events e"
            " where not exists (select 1 from other.events o where o.subject = e.subject and o.at = e.at)"
        )
        count: int = found.fetchone()[0]
    return count


def copy(store: Store, other: Path, version: int) -> bool:
    """Puts all that another database of the same make holds in the place of all that this one holds, in one transaction;
    the store is good for nothing else afterwards.

    False, and nothing done, if somebody has written since the store had that `version`. Raises StoreError.
    """
    with named(store.path), _attached(store.connection, other):
        store.connection.execute("pragma secure_delete = on")  # a later salvage must not find what was replaced
        store.connection.execute("pragma foreign_keys = off")  # they hold again when all tables are copied
        with store.write() as connection:
            if store.version() != version:
                return False
            names = connection.execute(
                "select name from main.sqlite_master where type = 'table' and name not like '%sqlite\\_%' escape '\\'"
            )
            for name in [row[0] for row in names]:
                connection.execute(f"delete from main.{name}")
                connection.execute(f"insert into main.{name} select * from other.{name}")
    return True


def unite(store: Store, damaged: Path, backup: Path | None) -> Saved:
    """Fills a fresh database with the truth: the backup's events, voids and facts, and those that can still be read in
    the damaged file, which is left as it is. Deck files are to be read again, and states replayed. Raises StoreError.
    """
    connection = store.connection
    if backup:
        with named(store.path), _attached(connection, backup), _free(connection), store.write():
            for name in ("events", "voids", *_FACTS):
                connection.execute(f"insert or ignore into main.{name} select * from other.{name}")
            connection.execute("delete from files where folder not in (select id from folders)")
    with store.write():
        connection.execute("create temp table found (" + ", ".join(_columns(connection, "events")) + ")")
        connection.execute("create temp table found_voids (subject, at)")
        _scan(connection, damaged)
        saved = _events(connection)
        connection.execute(
            "insert or ignore into voids select distinct subject, at from found_voids f"
            " where exists (select 1 from events e where e.subject = f.subject and e.at = f.at)"
        )
        _facts(connection, damaged)
        drop(connection)
        connection.execute("update files set stamp_ns = -1, sha256 = '?'")
    return saved


@contextmanager
def _attached(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Another database by the name `other`."""
    connection.execute("attach ? as other", (str(path),))
    try:
        yield
    finally:
        connection.execute("detach other")


@contextmanager
def _free(connection: sqlite3.Connection) -> Iterator[None]:
    """A backup of a database that held nonsense holds it as well: what refers to nothing must not stop the rest."""
    connection.execute("pragma foreign_keys = off")
    try:
        yield
    finally:
        connection.execute("pragma foreign_keys = on")


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row["name"] for row in connection.execute(f"pragma table_info({table})")]


def _scan(connection: sqlite3.Connection, damaged: Path) -> None:
    """Every row that has the shape of an event or a void."""
    width = len(_columns(connection, "events"))
    event = f"insert into found values ({', '.join('?' * width)})"
    for rowid, values in rows(damaged, {width, 2}):
        if len(values) == width and rowid is not None and values[0] is None:
            connection.execute(event, (rowid, *values[1:]))
        elif rowid is None and isinstance(values[0], str) and isinstance(values[1], int):
            # study days and an index look the same; only those that name an event are believed
            connection.execute("insert into found_voids values (?, ?)", values)
    for row in _readable(damaged, "voids", "subject, at"):
        with suppress(sqlite3.IntegrityError):
            log.void(connection, Void(row["subject"], row["at"]))


def _events(connection: sqlite3.Connection) -> Saved:
    """In the order in which the damaged database got to know them, after those of the backup."""
    (last,) = connection.execute("select coalesce(max(seq), 0) from events").fetchone()
    for row in connection.execute("select * from found order by seq, at"):
        try:
            event = event_row.event(row)
            check(event)
            if not log.known(connection, event):
                log.add(connection, event)
        except (ValueError, TypeError, KeyError, OverflowError, sqlite3.IntegrityError, sqlite3.InterfaceError):
            connection.execute("delete from found where seq = ?", (row["seq"],))
    connection.execute("create index temp.found_key on found (subject, at)")
    read = "exists (select 1 from found f where f.subject = e.subject and f.at = e.at)"
    total, saved = connection.execute(f"select count(*), coalesce(sum({read}), 0) from events e").fetchone()
    numbers = "select seq from found union select seq from main.events where seq <= ?"  # they have no gaps
    known, most = connection.execute(f"select count(*), coalesce(max(seq), 0) from ({numbers})", (last,)).fetchone()
    return Saved(saved, total - saved, most - known)


def _facts(connection: sqlite3.Connection, damaged: Path) -> None:
    """The folders, last good versions and times of change that SQLite can still read; they are later than a backup's."""
    for name, (how, key) in _FACTS.items():
        known = _columns(connection, name)
        for row in _readable(damaged, name, key):
            there = [column for column in row.keys() if column in known]  # noqa: SIM118 - a row looks for values otherwise
            names, values = ", ".join(there), ", ".join("?" * len(there))
            with suppress(sqlite3.IntegrityError):  # an older database has fewer columns
                connection.execute(
                    f"insert or {how} into {name} ({names}) values ({values})", [row[column] for column in there]
                )
    connection.execute(DATE_ADDED)


def _readable(damaged: Path, name: str, key: str) -> Iterator[sqlite3.Row]:
    """The rows from the first to where the damage begins, and from the last back to where it ends."""
    for order in (key, ", ".join(f"{column} desc" for column in key.split(", "))):
        with suppress(sqlite3.Error, UnicodeDecodeError, MemoryError), closing(reading(damaged)) as connection:
            yield from connection.execute(f"select * from {name} order by {order}")


def damage(path: Path) -> str:
    """What SQLite or Python says of a file that is damaged; nothing if all of it can be read and makes sense."""
    try:
        with closing(reading(path)) as connection:
            said: str = connection.execute("pragma integrity_check(1)").fetchone()[0]
            if said != "ok":
                return said
            names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (name,) in names:
                for _ in connection.execute(f'select * from "{name}"'):
                    pass
            for row in connection.execute("pragma foreign_key_check"):
                return f"a row of {row[0]} refers to nothing"
            return next(senseless(connection), "")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    except MemoryError:
        return OUT_OF_MEMORY


def reading(path: Path) -> sqlite3.Connection:
    """For reading only: neither the file nor what waits in its `-wal` is touched."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection
