"""Opening the one SQLite file, and writing to it in transactions."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from srs.errors import StoreError, StoreProblem

VERSION = 2
"""The `user_version` that this program writes: the number of migrations in `srs.store.schema`."""

APPLICATION = 0x73727331  # "srs1": tells our file from another program's
_PATIENCE = 30.0  # seconds that a write waits for another process


@dataclass(frozen=True, slots=True)
class Store:
    path: Path
    connection: sqlite3.Connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk when the block ends, or none of it.

        Raises StoreError if the database stays locked for 30 s, is read-only, or the disk is full.
        """
        with named(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have rolled back already
                    self.connection.execute("rollback")
                raise

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

    def version(self) -> int:
        """A number that changes when another connection has written."""
        number: int = self.connection.execute("pragma data_version").fetchone()[0]
        return number

    def close(self) -> None:
        self.connection.close()


def open_store(path: Path, patience: float = _PATIENCE) -> Store:
    """Opens the database, makes it if it is not there, and brings it up to date (after a backup beside it).

    Raises StoreError with the reason if it cannot be used.
    """
    if path.is_dir():
        raise StoreError(path, "not-a-database")
    if not path.exists():
        if not path.parent.is_dir():
            raise StoreError(path, "unusable", "its folder does not exist")
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise StoreError(path, "read-only", error.strerror or "") from error
    with named(path):
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return Store(path, connection)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma fullfsync = on")
    connection.execute("pragma cache_size = -65536")  # KiB: a large sync would else spill its pages again and again
    version = connection.execute("pragma user_version").fetchone()[0]
    if version == VERSION and connection.execute("pragma application_id").fetchone()[0] == APPLICATION:
        return
    if version > VERSION:
        raise StoreError(path, "newer", str(version))
    _migrate(connection, path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    from sqlite_utils import Database  # noqa: PLC0415 - slow to load, and needed once in a database's life

    from srs.store.schema import migrations  # noqa: PLC0415 - as above

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
    target.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """What SQLite says of the file at `path` is raised as StoreError; what it says of our code stays as it is."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        problem = _PROBLEMS.get(code & 0xFF, "unusable")  # the primary code; the rest says more
        raise StoreError(path, problem, str(error)) from error


_PROBLEMS: Mapping[int, StoreProblem] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_NOTADB: "not-a-database",
    sqlite3.SQLITE_CORRUPT: "not-a-database",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_FULL: "full",
}
