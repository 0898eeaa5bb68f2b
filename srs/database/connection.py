"""Opening the one SQLite file, and writing to it in transactions."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from srs.core.errors import StoreError, StoreProblem
from srs.core.files import private
from srs.database import objects

VERSION = 5
"""The `user_version` that this program writes: the number of migrations in `srs.database.schema`."""

SCHEMA = 0xBE700608
"""The `objects.fingerprint` of a database of that version: one that has it needs no closer look. Its test says the new one."""

APPLICATION = 0x73727331  # "srs1": tells our file from another program's
OUT_OF_MEMORY = "SQLite runs out of memory over it"
_PATIENCE = 30.0  # seconds that a write waits for another process


Before = Callable[[], Callable[[], None] | None]
"""Asked at the beginning of each write: what to call if events or voids come in, before they are there for others to
see; None if nothing is to be done.
"""


def _nothing() -> None:
    """Where nobody asked for anything."""


@dataclass(frozen=True, slots=True)
class Store:
    """`file` is (device, inode) of the file that `connection` has open."""

    path: Path
    connection: sqlite3.Connection
    file: tuple[int, int]
    before: Before = _nothing

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk when the block ends, or none of it.

        Raises StoreError if the database stays locked for 30 s (or as long as `patience` says), is read-only, no longer
        lies at its path or is no longer as `open_store` found it, or the disk is full.
        """
        with named(self.path):
            self.connection.execute("begin immediate")
            try:
                self._in_place()
                if objects.fingerprint(self.connection) != SCHEMA:  # a trigger may have come, which takes it away again
                    objects.check(self.connection, self.path, _version(self.connection, self.path))
                if (before := self.before()) is not None:
                    size = self._log_size()
                yield self.connection
                if before is not None and self._log_size() != size:
                    before()
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have rolled back already
                    self.connection.execute("rollback")
                raise

    def _log_size(self) -> tuple[int | None, int]:
        """Another one after anything was recorded: events get ever higher numbers, and no void ever goes."""
        sizes = self.connection.execute("select (select max(seq) from events), (select count(*) from voids)")
        return tuple(sizes.fetchone())

    def _in_place(self) -> None:
        """What is written to a file that has no name any more is lost."""
        if _file(self.path) != self.file:
            raise StoreError(self.path, "replaced")

    @contextmanager
    def trial(self) -> Iterator[sqlite3.Connection]:
        """As `write`, but nothing of it stays: to see what would follow. Raises StoreError."""
        with named(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("rollback")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One moment of the database, whatever others write meanwhile."""
        with named(self.path):
            self.connection.execute("begin")
            try:
                yield self.connection
            finally:
                self.connection.execute("rollback")

    def patience(self, seconds: float) -> None:
        """How long a write waits for another process from now on."""
        self.connection.execute(f"pragma busy_timeout = {round(seconds * 1000)}")

    def version(self) -> int:
        """A number that changes when another connection has written."""
        number: int = self.connection.execute("pragma data_version").fetchone()[0]
        return number

    def close(self) -> None:
        self.connection.close()


def open_store(
    path: Path,
    patience: float = _PATIENCE,
    before: Before = _nothing,
    *,
    make_caches: bool = False,
    drop_foreign: bool = False,
) -> Store:
    """Opens the database, makes it if it is not there, and brings it up to date (after a copy beside it).

    One that lacks a table, index or view of ours, or has one that is not ours, is refused; `make_caches` makes what can
    be made again, which is empty then, and `drop_foreign` drops what is not ours. Raises StoreError with the reason if it
    cannot be used.
    """
    real = Path(
        os.path.realpath(path)
    )  # to SQLite, ":memory:" or "file:x" has a meaning of its own, a whole path has none
    try:
        _there(path, real)
    except OSError as error:
        raise StoreError(path, "read-only", error.strerror or "") from error
    file = _file(path)
    with named(path):
        connection = sqlite3.connect(real, timeout=patience, isolation_level=None)
        try:
            _prepare(connection, path, _Repair(make_caches, drop_foreign))
        except BaseException:
            connection.close()
            raise
    return Store(path, connection, file, before)


def existing(path: Path, mode: Literal["ro", "rw"]) -> str:
    """The URI of a database for `sqlite3.connect` or "attach", which never make one that is not there."""
    return f"{Path(os.path.realpath(path)).as_uri()}?mode={mode}"


def _there(path: Path, real: Path) -> None:
    """Makes an empty file, for its owner alone, where there is none; the files that SQLite keeps beside it get its
    permissions, or those of a time when it could only be read would stay in the way.
    """
    if real.exists() and not real.is_file():
        raise StoreError(path, "not-a-database")
    if not real.parent.is_dir():
        raise StoreError(path, "unusable", "its folder does not exist")
    if orphaned(real) or (path.is_symlink() and _size(_beside(path, "-wal"))):  # SQLite looks for it beside the file
        raise StoreError(path, "orphaned", f"{path}-wal")
    if not real.exists():
        if _size(_beside(real, "-journal")):
            raise StoreError(path, "journal", f"{path}-journal")
        real.touch(mode=0o600)
    elif not real.stat().st_size:
        from srs.database import backups  # noqa: PLC0415 - not needed to show what waits

        if backups.emptied(path):
            raise StoreError(path, "damaged", "it is empty")
    for ending in ("-wal", "-shm"):
        with suppress(OSError):
            beside, mode = _beside(real, ending), real.stat().st_mode
            if beside.stat().st_mode != mode:
                beside.chmod(mode & 0o777)


def orphaned(real: Path) -> bool:
    """Whether a write-ahead log waits beside a database that is not there, or is empty: SQLite would throw it away. An empty
    database, which another process may be making at this moment, comes before its log; so that is looked for first.
    """
    return bool(_size(_beside(real, "-wal"))) and not _size(real)


def _beside(real: Path, ending: str) -> Path:
    return real.with_name(real.name + ending)


def _size(path: Path) -> int:
    """In bytes; 0 for a file that is not there."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def belongs(path: Path) -> bool:
    """Whether the file's header says that it is ours, whatever else of it may be damaged."""
    with path.open("rb") as file:
        return file.read(72)[68:] == APPLICATION.to_bytes(4, "big")


def _file(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - before every write: a third of what Path.stat takes
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


@dataclass(frozen=True, slots=True)
class _Repair:
    make_caches: bool
    drop_foreign: bool


def _prepare(connection: sqlite3.Connection, path: Path, repair: _Repair) -> None:
    connection.row_factory = sqlite3.Row
    version = _version(connection, path)
    ours = connection.execute("pragma application_id").fetchone()[0] == APPLICATION
    if ours and objects.fingerprint(connection) != SCHEMA:
        _look_closely(connection, path, repair)
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma fullfsync = on")
    connection.execute("pragma cache_size = -65536")  # KiB: a large sync would else spill its pages again and again
    if not ours or version < VERSION:
        _migrate(connection, path)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Raises StoreError for a newer one."""
    version: int = connection.execute("pragma user_version").fetchone()[0]
    if version > VERSION:
        raise StoreError(path, "newer", str(version))
    return version


def _look_closely(connection: sqlite3.Connection, path: Path, repair: _Repair) -> None:
    """Raises StoreError for what is missing, changed or not ours."""
    connection.execute("begin immediate" if repair.make_caches or repair.drop_foreign else "begin")
    try:
        version = _version(connection, path)  # another process may have raised it meanwhile
        if repair.drop_foreign:
            objects.drop_foreign(connection, version)
        if repair.make_caches:
            objects.make_caches(connection, version)
        objects.check(connection, path, version)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    from sqlite_utils import Database  # noqa: PLC0415 - slow to load, and needed once in a database's life

    from srs.database.schema import migrations  # noqa: PLC0415 - as above

    _refuse_foreign(connection, path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("begin immediate")
    try:
        _refuse_foreign(connection, path)  # from here on no other process can get in between
        version = connection.execute("pragma user_version").fetchone()[0]
        if 0 < version < VERSION:
            _back_up(path, version)
        if version < VERSION:
            migrations.apply(Database(connection))
            connection.execute(f"pragma application_id = {APPLICATION}")
            connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("pragma application_id").fetchone()[0]
    empty = not connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if application != APPLICATION and not empty:
        raise StoreError(path, "unusable", "it belongs to another program")


def _back_up(path: Path, version: int) -> None:
    """Copies the file beside itself, as `NAME.v1.backup`; an older copy of the same version is replaced."""
    target = path.with_name(f"{path.name}.v{version}.backup")
    with private(target):
        pass
    uris = existing(path, "ro"), existing(target, "rw")
    with closing(sqlite3.connect(uris[0], uri=True)) as source, closing(sqlite3.connect(uris[1], uri=True)) as copy:
        source.backup(copy)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """What SQLite says of the file at `path` is raised as StoreError; what it says of our code stays as it is."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except UnicodeDecodeError as error:
        raise StoreError(path, "damaged", "a text in it is no UTF-8") from error
    except MemoryError as error:  # it asks for as much as a damaged page says that it holds
        raise StoreError(path, "damaged", OUT_OF_MEMORY) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        if not code and "decode to UTF-8" in str(error):
            raise StoreError(path, "damaged", "a text in it is no UTF-8") from error
        problem = _PROBLEMS.get(code) or _PROBLEMS.get(code & 0xFF, "unusable")  # the low byte is the primary code
        raise StoreError(path, problem, str(error)) from error


_PROBLEMS: Mapping[int, StoreProblem] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_NOTADB: "not-a-database",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_CANTOPEN: "read-only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "failing",
    sqlite3.SQLITE_IOERR_SHMSIZE: "full",  # no room for the file that readers and writers share
}
