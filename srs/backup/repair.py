"""Repairs a damaged database: everything that can still be read goes into a new one."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from srs.backup import salvage
from srs.backup.damage import is_damaged, open_read_only
from srs.backup.salvage import SalvageCounts
from srs.core.clock import to_utc
from srs.core.errors import BackupError, StoreError
from srs.core.files import create_private, fsync, is_disk_full
from srs.database import Store, backups, open_store
from srs.database.backups import Backup
from srs.database.connection import SCHEMA_VERSION, has_orphaned_wal, has_srs_header
from srs.log.replay import replay_all

_SHM_DMS = 128  # the byte of the `-shm` file that every connection of SQLite holds a lock on


@dataclass(frozen=True, slots=True)
class RepairResult:
    """`damaged_copy` is the damaged file as it was. `used` are the backups that were added: all since the last restore.
    `unused` are those from before it, each with how many events it has that are in no later one.
    """

    counts: SalvageCounts
    damaged_copy: Path
    used: tuple[Backup, ...]
    unused: tuple[tuple[Backup, int], ...]
    unreadable: tuple[Backup, ...]


def repair_database(database: Path, now: int) -> RepairResult:
    """Replaces a damaged database by a new one with all that can still be read of it and of its backups. What a restore
    replaced is left out.

    Raises BackupError if the database is not damaged, or nothing says that it is ours; StoreError if another program has
    it open, or the disk is full. Whatever happens, the damaged file is kept.
    """
    available = backups.list_backups(database)
    real = database.resolve()
    if not (has_orphaned_wal(real) or (real.is_file() and (available or has_srs_header(real)))):
        raise BackupError(database, "not-damaged")
    try:
        with _exclusive_lock(real):
            return _repair_locked(real, available, backups.first_since_restore(database), now)
    except OSError as error:
        raise StoreError(database, "full" if is_disk_full(error) else "unusable", error.strerror or "") from error


def _repair_locked(database: Path, available: list[Backup], first: int, now: int) -> RepairResult:
    before = _file_stamps(database)
    new, copy = database.with_name(f"{database.name}.mending"), _copy_damaged(database, now)
    try:
        _require_damage(copy, database)
        _remove_database(new)
        with closing(open_store(new)) as store:
            result = _salvage(store, copy, available, first)
            with store.write() as connection:
                replay_all(connection)
        _remove_leftovers(copy)
        if _file_stamps(database) != before:
            raise StoreError(database, "locked")  # noqa: TRY301 - another program wrote to it, which the copy lacks
    except BaseException:
        _remove_database(copy)
        _remove_database(new)
        raise
    _wal(database).unlink(missing_ok=True)  # first: it must never meet the new file
    new.replace(database)
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    fsync(database.parent)
    return result


def _salvage(store: Store, damaged: Path, available: list[Backup], first: int) -> RepairResult:
    """`first` is the number of the first backup since the last restore."""
    used, unused, unreadable = list[Backup](), list[tuple[Backup, int]](), list[Backup]()
    salvage.prepare(store)
    for backup in available:
        if backup.number >= first:
            with _open_backup(backup, unreadable) as file:
                if file:
                    salvage.add_backup(store, file)
                    used.append(backup)
    counts = salvage.add_damaged(store, damaged)
    for backup in reversed(available):
        if backup.number < first:
            with _open_backup(backup, unreadable) as file:
                if file and (events := salvage.count_only_in(store, file)):
                    unused.append((backup, events))
    return RepairResult(counts, damaged, tuple(used), tuple(unused), tuple(unreadable))


@contextmanager
def _open_backup(backup: Backup, unreadable: list[Backup]) -> Iterator[Path | None]:
    """The backup as a database of this schema version; None, and a new item of `unreadable`, if it cannot be read. Raises
    StoreError if the disk is full or fails.
    """
    file = None
    with ExitStack() as stack:
        try:
            unpacked = stack.enter_context(backups.unpack(backup.path))
            open_store(unpacked, make_caches=True, drop_foreign=True).close()
            file = unpacked
        except (BackupError, StoreError) as error:
            if isinstance(error, StoreError) and error.problem in {"full", "failing"}:
                raise
            unreadable.append(backup)
        yield file


@contextmanager
def _exclusive_lock(database: Path) -> Iterator[None]:
    """Raises StoreError if another program has the database open. Windows does not replace an open file anyway."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        handle = os.open(database.with_name(f"{database.name}-shm"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(database, "read-only", error.strerror or "") from error
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _SHM_DMS)
        except OSError as error:
            raise StoreError(database, "locked") from error
        yield
    finally:
        os.close(handle)


def _file_stamps(database: Path) -> list[tuple[int, int]]:
    found = [part.stat() for part in (database, _wal(database)) if part.exists()]
    return [(stat.st_size, stat.st_mtime_ns) for stat in found]


def _wal(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def _copy_damaged(database: Path, now: int) -> Path:
    """Copies the file and its `-wal`, under a name that nothing has yet."""
    while (copy := database.with_name(f"{database.name}.damaged-{to_utc(now):%Y%m%dT%H%M%SZ}")).exists():
        now += 1000
    try:
        if not database.exists():  # only its -wal is left
            with create_private(copy):
                pass
        for source, target in ((database, copy), (_wal(database), _wal(copy))):
            if source.exists():
                with source.open("rb") as reader, create_private(target) as writer:
                    shutil.copyfileobj(reader, writer)
    except OSError:
        _remove_database(copy)
        raise
    return copy


def _require_damage(copy: Path, database: Path) -> None:
    """Raises BackupError unless there is damage, StoreError if a newer program wrote the file."""
    if not copy.stat().st_size:
        return  # a database was there: it has backups, or a -wal
    if not is_damaged(copy):
        raise BackupError(database, "not-damaged")
    with suppress(sqlite3.DatabaseError), closing(open_read_only(copy)) as connection:
        version = connection.execute("pragma user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StoreError(database, "newer", str(version))


def _remove_leftovers(database: Path) -> None:
    """Removes the files that SQLite left beside a database that was read."""
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        if not _wal(database).stat().st_size:
            _wal(database).unlink()


def _remove_database(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
