"""Opening the SQLite file, and writing to it in transactions."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from srs.core.errors import StoreError, StoreProblem
from srs.core.files import create_private
from srs.database import objects

SCHEMA_VERSION = 9
"""The `user_version` that this program writes: the number of migrations in `srs.database.schema`."""

SCHEMA_FINGERPRINT = 0xF9C8ADBA
"""`objects.fingerprint` of that version: a database that has it needs no closer look. Its test prints the new one."""

APPLICATION_ID = 0x73727331  # "srs1": tells our file from another program's
OUT_OF_MEMORY = "SQLite ran out of memory reading it"
_TIMEOUT = 30.0  # seconds that a write waits for another process
_NOT_UTF8 = "it contains text that is not UTF-8"

BeforeWrite = Callable[[], Callable[[], None] | None]
"""Called when a write begins. Returns what to call before events or voids are committed, or None."""


def _do_nothing() -> None:
    """The default `BeforeWrite`."""


@dataclass(slots=True)
class _SchemaCheck:
    """Checks the schema again only after it has changed. SQLite gives every change another `schema_version`; while that
    stays the same, a connection uses the schema that it has read, whatever the file holds.
    """

    passed: int = -1

    def check(self, connection: sqlite3.Connection, path: Path) -> None:
        """Raises StoreError if the schema is not ours. Must be called in a transaction that has written nothing yet."""
        version = connection.execute("pragma schema_version").fetchone()[0]
        if version != self.passed:
            if objects.fingerprint(connection) != SCHEMA_FINGERPRINT:  # perhaps a trigger that deletes events
                objects.check_objects(connection, path, check_version(connection, path))
            self.passed = version


@dataclass(frozen=True, slots=True)
class Store:
    """An open database; `file_id` is the (device, inode) of the file that `connection` has open."""

    path: Path
    connection: sqlite3.Connection
    file_id: tuple[int, int]
    before_write: BeforeWrite = _do_nothing
    _schema: _SchemaCheck = field(default_factory=_SchemaCheck, repr=False, compare=False)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Runs the block as one transaction: all of it is on disk when the block ends, or none of it.

        Raises StoreError if the database stays locked for 30 s (see `set_timeout`), is read-only, was moved or replaced,
        its schema was changed since `open_store`, or the disk is full.
        """
        with translate_sqlite_errors(self.path), _transaction(self.connection):
            if _file_id(self.path) != self.file_id:  # what is written to a deleted file is lost
                raise StoreError(self.path, "replaced")
            self._schema.check(self.connection, self.path)
            if (before_commit := self.before_write()) is not None:
                size = self._log_size()
            yield self.connection
            if before_commit is not None and self._log_size() != size:
                before_commit()

    @contextmanager
    def write_cache(self) -> Iterator[sqlite3.Connection]:
        """As `write`, for what may be made anew: there is no backup before it, and nobody waits for a locked database. Raises
        StoreError.
        """
        with translate_sqlite_errors(self.path):
            before: int = self.connection.execute("pragma busy_timeout").fetchone()[0]
            self.set_timeout(0)
            try:
                with _transaction(self.connection):
                    if _file_id(self.path) != self.file_id:
                        raise StoreError(self.path, "replaced")
                    self._schema.check(self.connection, self.path)
                    yield self.connection
            finally:
                self.set_timeout(before / 1000)

    def _log_size(self) -> tuple[int | None, int]:
        """A value that differs after anything was recorded: `seq` only grows, and no void is ever deleted."""
        sizes = self.connection.execute("select (select max(seq) from events), (select count(*) from voids)")
        return tuple(sizes.fetchone())

    @contextmanager
    def dry_run(self) -> Iterator[sqlite3.Connection]:
        """As `write`, but everything is rolled back. Raises StoreError."""
        with translate_sqlite_errors(self.path), _rolled_back(self.connection, "begin immediate"):
            yield self.connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A snapshot of the database, whatever others write meanwhile."""
        with translate_sqlite_errors(self.path), _rolled_back(self.connection, "begin"):
            yield self.connection

    def set_timeout(self, seconds: float) -> None:
        """Sets how long a write waits for another process."""
        self.connection.execute(f"pragma busy_timeout = {round(seconds * 1000)}")

    def data_version(self) -> int:
        """A number that changes when another connection has written."""
        number: int = self.connection.execute("pragma data_version").fetchone()[0]
        return number

    def close(self) -> None:
        self.connection.close()


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str = "begin immediate") -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("rollback")
        raise


@contextmanager
def _rolled_back(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


def open_store(
    path: Path, before_write: BeforeWrite = _do_nothing, *, make_caches: bool = False, drop_foreign: bool = False
) -> Store:
    """Opens the database, creating or migrating it if needed; a migration first copies it to `NAME.v1.backup`.

    A missing, changed or foreign table, index or view is refused. `make_caches` recreates those that can be rebuilt,
    empty; `drop_foreign` drops foreign ones. Raises StoreError.
    """
    real = Path(os.path.realpath(path))  # absolute, because ":memory:" and "file:x" mean something else to SQLite
    try:
        _ensure_file(path, real)
    except OSError as error:
        raise StoreError(path, "read-only", error.strerror or "") from error
    file_id = _file_id(path)
    with translate_sqlite_errors(path):
        connection = sqlite3.connect(real, timeout=_TIMEOUT, isolation_level=None)
        try:
            _prepare(connection, path, make_caches=make_caches, drop_foreign=drop_foreign)
        except BaseException:
            connection.close()
            raise
    return Store(path, connection, file_id, before_write)


def existing_uri(path: Path, mode: Literal["ro", "rw"]) -> str:
    """The URI for `sqlite3.connect` or "attach" that never creates the database."""
    return f"{Path(os.path.realpath(path)).as_uri()}?mode={mode}"


def _ensure_file(path: Path, real: Path) -> None:
    """Creates an empty file (0600) if there is none. Gives the files that SQLite keeps beside it the same permissions:
    those of a time when the database was read-only would block every write.
    """
    if real.exists() and not real.is_file():
        raise StoreError(path, "not-a-database")
    if not real.parent.is_dir():
        raise StoreError(path, "unusable", "its folder does not exist")
    if has_orphaned_wal(real) or (path.is_symlink() and _size(_beside(path, "-wal"))):  # SQLite follows the link
        raise StoreError(path, "orphaned", f"{path}-wal")
    if not real.exists():
        if _size(_beside(real, "-journal")):
            raise StoreError(path, "journal", f"{path}-journal")
        real.touch(mode=0o600)
    elif not real.stat().st_size:
        from srs.database.backups import list_backups  # noqa: PLC0415 - Zstandard is not needed by most commands

        if list_backups(path):
            raise StoreError(path, "damaged", "it is empty")
    for ending in ("-wal", "-shm"):
        with suppress(OSError):
            beside, mode = _beside(real, ending), real.stat().st_mode
            if beside.stat().st_mode != mode:
                beside.chmod(mode & 0o777)


def has_orphaned_wal(real: Path) -> bool:
    """Whether there is a write-ahead log but its database is missing or empty, so that SQLite would delete the log."""
    # the log is looked for first: another process may be creating the database, whose file comes before its log
    return bool(_size(_beside(real, "-wal"))) and not _size(real)


def _beside(real: Path, ending: str) -> Path:
    return real.with_name(real.name + ending)


def _size(path: Path) -> int:
    """The size in bytes, 0 for a missing file."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def has_srs_header(path: Path) -> bool:
    """Whether the file's header has our application id, even if the rest is damaged."""
    with path.open("rb") as file:
        return file.read(72)[68:] == APPLICATION_ID.to_bytes(4, "big")


def _file_id(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - before every write: a third of what Path.stat takes
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def _prepare(connection: sqlite3.Connection, path: Path, *, make_caches: bool, drop_foreign: bool) -> None:
    connection.row_factory = sqlite3.Row
    version = check_version(connection, path)
    ours = connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    if ours and objects.fingerprint(connection) != SCHEMA_FINGERPRINT:
        with _transaction(connection, "begin immediate" if make_caches or drop_foreign else "begin"):
            version = check_version(connection, path)  # another process may have migrated it meanwhile
            if drop_foreign:
                objects.drop_foreign(connection, version)
            if make_caches:
                objects.make_caches(connection, version)
            objects.check_objects(connection, path, version)
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma fullfsync = on")
    connection.execute("pragma cache_size = -65536")  # KiB: else a large sync writes its pages to disk again and again
    if not ours or version < SCHEMA_VERSION:
        _migrate(connection, path)


def check_version(connection: sqlite3.Connection, path: Path) -> int:
    """The `user_version`. Raises StoreError if it is newer than ours."""
    version: int = connection.execute("pragma user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise StoreError(path, "newer", str(version))
    return version


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    from sqlite_utils import Database  # noqa: PLC0415 - slow to load, and needed once in a database's life

    from srs.database.schema import migrations  # noqa: PLC0415 - as above

    _refuse_foreign(connection, path)
    connection.execute("pragma journal_mode = wal")
    with _transaction(connection):
        _refuse_foreign(connection, path)  # again, now that no other process can write
        version = connection.execute("pragma user_version").fetchone()[0]
        if 0 < version < SCHEMA_VERSION:
            _back_up(path, version)
        if version < SCHEMA_VERSION:
            migrations.apply(Database(connection))
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            connection.execute(f"pragma user_version = {SCHEMA_VERSION}")


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("pragma application_id").fetchone()[0]
    empty = not connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and not empty:
        raise StoreError(path, "unusable", "it belongs to another program")


def _back_up(path: Path, version: int) -> None:
    """Copies the database to `NAME.v1.backup` beside it, replacing an older copy of the same version."""
    target = path.with_name(f"{path.name}.v{version}.backup")
    with create_private(target):
        pass
    uris = existing_uri(path, "ro"), existing_uri(target, "rw")
    with closing(sqlite3.connect(uris[0], uri=True)) as source, closing(sqlite3.connect(uris[1], uri=True)) as copy:
        source.backup(copy)


def open_snapshot(path: Path) -> sqlite3.Connection:
    """A connection that reads the database as it is now, whatever is written later. Close it. Raises StoreError."""
    with translate_sqlite_errors(path):
        uri = existing_uri(path, "rw")  # if the file was moved meanwhile, SQLite must not create an empty one
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("begin")
            connection.execute("select count(*) from sqlite_master")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def translate_sqlite_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about the database at `path` into StoreError; errors in our own SQL are left alone."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except UnicodeDecodeError as error:
        raise StoreError(path, "damaged", _NOT_UTF8) from error
    except MemoryError as error:  # SQLite allocates as much as a damaged page claims to hold
        raise StoreError(path, "damaged", OUT_OF_MEMORY) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        if not code and "decode to UTF-8" in str(error):
            raise StoreError(path, "damaged", _NOT_UTF8) from error
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
