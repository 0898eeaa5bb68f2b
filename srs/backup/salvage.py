"""What a damaged database still says, brought into a fresh one together with what its backups hold; and one put in the place of another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from srs.core import event_row
from srs.core.errors import StoreError
from srs.core.event import Void
from srs.core.event_line import check
from srs.database import objects
from srs.database.connection import OUT_OF_MEMORY, Store, existing, named
from srs.database.decks import DATE_ADDED
from srs.database.row_checks import drop, senseless
from srs.database.sqlite_pages import rows
from srs.log import event_log
from srs.log.union import take

_NONSENSE = (ValueError, TypeError, KeyError, OverflowError, sqlite3.IntegrityError, sqlite3.InterfaceError)
"""What a row raises that no program of ours has written."""

_PLAIN = "select 1 from sqlite_schema where type = 'table' and name = ? and sql not like 'create virtual%'"
"""A view, or another program's table, could compute for ever."""

_FACTS = {"texts": "note", "vanished": "note"}
"""What is kept beside the log of each note, and its key; the deck files belong to folders."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Of the log: how many events the damaged file gave, how many only backups had, how many are known to be lost."""

    events: int
    from_backups: int
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


def begin(store: Store) -> None:
    """To be called once for a fresh database, before anything is brought into it."""
    connection = store.connection
    connection.execute("create temp table found (" + ", ".join(_columns(connection)) + ")")
    connection.execute("create temp table found_voids (subject, at)")
    connection.execute("create temp table numbers (seq)")  # of the events, in the backup that was read last
    connection.execute("create temp table places (id integer primary key, path)")  # of the deck folders, there
    connection.execute("create temp table passed_over (subject, at, primary key (subject, at)) without rowid")


def add_backup(store: Store, backup: Path) -> None:
    """Brings in what a backup of this version holds and none of the ones before: they come in the order of making, so that
    events keep the order in which they were recorded, and the latest of the facts stays. Raises StoreError.
    """
    connection = store.connection
    columns = ", ".join(event_row.COLUMNS)
    theirs, ours = (", ".join(f"{table}.{name}" for name in event_row.COLUMNS) for table in ("o", "e"))
    with named(store.path), _attached(connection, backup):
        connection.execute(
            "create temp table news as select o.seq as seq, e.seq is not null as known from other.events o"
            " left join main.events e on e.subject = o.subject and e.at = o.at"
            f" where e.seq is null or ({theirs}) is not ({ours})"
        )
        with store.write():
            connection.execute(
                f"insert or ignore into main.events ({columns}) select {columns} from other.events"
                " where seq in (select seq from news where not known) order by seq"
            )
            for row in connection.execute(
                "select * from other.events where seq in (select seq from news where known)"
            ).fetchall():
                with suppress(*_NONSENSE):  # two contents under one key: the one that every merge chooses
                    event = event_row.event(row)
                    check(event)
                    take(connection, event)
            connection.execute("insert or ignore into main.voids select * from other.voids")
            _facts_of_backup(connection)
            connection.execute("delete from numbers")
            connection.execute("insert into numbers select seq from other.events")
        connection.execute("drop table news")


def _facts_of_backup(connection: sqlite3.Connection) -> None:
    connection.execute("delete from places")
    connection.execute("insert into places select id, path from other.folders")
    connection.execute("insert or ignore into main.folders (path) select path from places order by id")
    connection.execute(
        "delete from main.files where folder in (select m.id from main.folders m join places p on p.path = m.path)"
    )
    connection.execute(
        "insert or ignore into main.files"
        " select m.id, f.path, f.size, f.stamp_ns, f.sha256, f.good, f.deck, f.problems"
        " from other.files f join places p on p.id = f.folder join main.folders m on m.path = p.path"
    )
    for name in _FACTS:
        connection.execute(f"insert or replace into main.{name} select * from other.{name}")


def add_damaged(store: Store, damaged: Path) -> Saved:
    """Brings in what can still be read in the damaged file, which is left as it is. Deck files are to be read again, and
    states replayed. Raises StoreError.
    """
    with store.write() as connection:
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


def pass_over(store: Store, backup: Path) -> int:
    """How many events of the backup are neither in the store nor in a backup that was passed over before. Raises
    StoreError.
    """
    connection = store.connection
    with named(store.path), _attached(connection, backup):
        done = connection.execute(
            "insert or ignore into passed_over select subject, at from other.events o"
            " where not exists (select 1 from main.events e where e.subject = o.subject and e.at = o.at)"
        )
        return done.rowcount


@contextmanager
def _attached(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Another database by the name `other`."""
    connection.execute("attach ? as other", (str(path.resolve()),))
    try:
        yield
    finally:
        connection.execute("detach other")


def _columns(connection: sqlite3.Connection, table: str = "events") -> list[str]:
    return [row["name"] for row in connection.execute(f"pragma table_info({table})")]


def _scan(connection: sqlite3.Connection, damaged: Path) -> None:
    """Every row that has the shape of an event or a void."""
    columns = _columns(connection)
    width = len(columns)
    event = f"insert into found values ({', '.join('?' * width)})"
    for rowid, values in rows(damaged, {width, 2}):
        if len(values) == width and rowid is not None and values[0] is None:
            connection.execute(event, (rowid, *values[1:]))
        elif rowid is None and isinstance(values[0], str) and isinstance(values[1], int):
            # study days and an index look the same; only those that name an event are believed
            connection.execute("insert into found_voids values (?, ?)", values)
    if _widened(damaged, columns):
        for row in _readable(damaged, "events", "seq"):
            connection.execute(event, tuple(row[name] for name in columns))
    for row in _readable(damaged, "voids", "subject, at"):
        with suppress(sqlite3.IntegrityError):
            event_log.void(connection, Void(row["subject"], row["at"]))


def _widened(damaged: Path, columns: list[str]) -> bool:
    """Whether somebody has added columns to the events, so that their rows have another shape."""
    with suppress(sqlite3.Error, UnicodeDecodeError, MemoryError), closing(reading(damaged)) as connection:
        return set(_columns(connection)) > set(columns)
    return False


def _events(connection: sqlite3.Connection) -> Saved:
    """In the order in which the damaged database got to know them, after those of the backups."""
    for row in connection.execute("select * from found order by seq, at"):
        try:
            event = event_row.event(row)
            check(event)
            if not event_log.known(connection, event):
                event_log.add(connection, event)
        except _NONSENSE:
            connection.execute("delete from found where seq = ?", (row["seq"],))
    connection.execute("create index temp.found_key on found (subject, at)")
    read = "exists (select 1 from found f where f.subject = e.subject and f.at = e.at)"
    total, saved = connection.execute(f"select count(*), coalesce(sum({read}), 0) from events e").fetchone()
    numbers = "select seq from found union select seq from numbers"  # they have no gaps
    known, most = connection.execute(f"select count(*), coalesce(max(seq), 0) from ({numbers})").fetchone()
    return Saved(saved, total - saved, most - known)


def _facts(connection: sqlite3.Connection, damaged: Path) -> None:
    """The folders, last good versions and times of change that SQLite can still read; they are later than a backup's."""
    for row in _readable(damaged, "folders", "id"):
        with suppress(sqlite3.IntegrityError):
            connection.execute("insert or ignore into folders (path) values (?)", (row["path"],))
            connection.execute("insert or replace into places values (?, ?)", (row["id"], row["path"]))
    for row in _readable(damaged, "files", "folder, path"):
        with suppress(sqlite3.IntegrityError):
            connection.execute(
                "insert or replace into files select m.id, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                " from places p join main.folders m on m.path = p.path where p.id = ?1",
                tuple(row),
            )
    for name, key in _FACTS.items():
        known = _columns(connection, name)
        for row in _readable(damaged, name, key):
            there = [column for column in row.keys() if column in known]  # noqa: SIM118 - a row looks for values otherwise
            names, values = ", ".join(there), ", ".join("?" * len(there))
            with suppress(sqlite3.IntegrityError):  # an older database has fewer columns
                connection.execute(
                    f"insert or replace into {name} ({names}) values ({values})", [row[column] for column in there]
                )
    connection.execute(DATE_ADDED)


def _readable(damaged: Path, name: str, key: str) -> Iterator[sqlite3.Row]:
    """The rows from the first to where the damage begins, and from the last back to where it ends."""
    for order in (key, ", ".join(f"{column} desc" for column in key.split(", "))):
        with suppress(sqlite3.Error, UnicodeDecodeError, MemoryError), closing(reading(damaged)) as connection:
            if connection.execute(_PLAIN, (name,)).fetchone():
                yield from connection.execute(f"select * from {name} order by {order}")


def damage(path: Path) -> str:
    """What SQLite or Python says of a file that is damaged; nothing if all of it can be read, makes sense, and nothing else
    is in it.
    """
    try:
        with closing(reading(path)) as connection:
            said: str = connection.execute("pragma integrity_check(1)").fetchone()[0]
            if said != "ok":
                return said
            objects.check(connection, path, connection.execute("pragma user_version").fetchone()[0])
            names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (name,) in names:
                for _ in connection.execute(f'select * from "{name}"'):
                    pass
            for row in connection.execute("pragma foreign_key_check"):
                return f"a row of {row[0]} refers to nothing"
            return next(senseless(connection), "")
    except StoreError as error:
        return error.detail
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    except MemoryError:
        return OUT_OF_MEMORY


def reading(path: Path) -> sqlite3.Connection:
    """For reading only: neither the file nor what waits in its `-wal` is touched."""
    connection = sqlite3.connect(existing(path, "ro"), uri=True)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma trusted_schema = off")
    return connection
