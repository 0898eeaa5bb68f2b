"""A damaged database made whole again, as far as it can be read."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path

from srs.backup import salvage
from srs.backup.salvage import Saved
from srs.core.clock import to_utc
from srs.core.errors import BackupError, StoreError
from srs.core.files import flush, private
from srs.database import Store, backups, open_store
from srs.database.backups import Backup
from srs.database.connection import VERSION, belongs, orphaned
from srs.log.replay import replay_all

_IN_USE = 128  # the byte of the `-shm` file that every connection of SQLite holds a lock on


@dataclass(frozen=True, slots=True)
class Mended:
    """`aside` is the damaged file, which is kept as it was. `used` are the backups that were taken to help: all that were
    made since the last restore. `left` are those from before it, each with how many events it has that are nowhere later.
    """

    saved: Saved
    aside: Path
    used: tuple[Backup, ...]
    left: tuple[tuple[Backup, int], ...]
    unreadable: tuple[Backup, ...]


def mend(database: Path, now: int) -> Mended:
    """Brings all that can still be read, and what the backups have, into a fresh database in the old one's place. What a
    restore threw away does not come back by itself.

    Raises BackupError if the database is not damaged, or is none of ours as far as anybody can tell; StoreError if
    somebody has it open, or there is no room. Whatever happens, the damaged file is still there.
    """
    available = backups.listed(database)
    real = database.resolve()
    if not (orphaned(real) or (real.is_file() and (available or belongs(real)))):
        raise BackupError(database, "not-damaged")
    try:
        return _mended(real, available, backups.first_since_restore(database), now)
    except OSError as error:
        raise StoreError(database, "full" if error.errno == ENOSPC else "unusable", error.strerror or "") from error


def _mended(database: Path, available: list[Backup], first: int, now: int) -> Mended:
    with _alone(database):
        before = _stamps(database)
        fresh, aside = database.with_name(f"{database.name}.mending"), _aside(database, now)
        try:
            _confirm(aside, database)
            _remove(fresh)
            with closing(open_store(fresh)) as store:
                done = _united(store, aside, available, first)
                _replay(store)
            _tidy(aside)
            if _stamps(database) != before:
                raise StoreError(database, "locked")  # noqa: TRY301 - whoever it was, what they wrote is not in the copy
        except BaseException:
            _remove(aside)
            _remove(fresh)
            raise
        _replace(database, fresh)
    return done


def _united(store: Store, aside: Path, available: list[Backup], first: int) -> Mended:
    """Of one backup after the other; `first` is the number of the first one since the last restore."""
    used, left, unreadable = list[Backup](), list[tuple[Backup, int]](), list[Backup]()
    salvage.begin(store)
    for backup in available:
        if backup.number >= first:
            with _unpacked(backup, unreadable) as file:
                if file:
                    salvage.add_backup(store, file)
                    used.append(backup)
    saved = salvage.add_damaged(store, aside)
    for backup in reversed(available):
        if backup.number < first:
            with _unpacked(backup, unreadable) as file:
                if file and (events := salvage.pass_over(store, file)):
                    left.append((backup, events))
    return Mended(saved, aside, tuple(used), tuple(left), tuple(unreadable))


@contextmanager
def _unpacked(backup: Backup, unreadable: list[Backup]) -> Iterator[Path | None]:
    """The backup as a database of this version, None if it cannot be read, which `unreadable` notes. Raises StoreError if
    there is no room for it.
    """
    file = None
    with ExitStack() as stack:
        try:
            file = stack.enter_context(backups.unpacked(backup.path))
            open_store(file, make_caches=True, drop_foreign=True).close()
        except (BackupError, StoreError) as error:
            if isinstance(error, StoreError) and error.problem in {"full", "failing"}:
                raise
            unreadable.append(backup)
            file = None
        yield file


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Nobody else has the database open. Windows does not let anybody replace an open file anyway."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        opened = os.open(database.with_name(f"{database.name}-shm"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(database, "read-only", error.strerror or "") from error
    try:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _IN_USE)
        except OSError as error:
            raise StoreError(database, "locked") from error
        yield
    finally:
        os.close(opened)


def _stamps(database: Path) -> list[tuple[int, int]]:
    found = [part.stat() for part in (database, _wal(database)) if part.exists()]
    return [(stat.st_size, stat.st_mtime_ns) for stat in found]


def _wal(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def _aside(database: Path, now: int) -> Path:
    """A copy of the file and of what waits in its `-wal`, under a name of its own."""
    while (aside := database.with_name(f"{database.name}.damaged-{to_utc(now):%Y%m%dT%H%M%SZ}")).exists():
        now += 1000
    try:
        if not database.exists():  # only its log is left
            with private(aside):
                pass
        for source, target in ((database, aside), (_wal(database), _wal(aside))):
            if source.exists():
                with source.open("rb") as file, private(target) as copy:
                    shutil.copyfileobj(file, copy)
    except OSError:
        _remove(aside)
        raise
    return aside


def _confirm(aside: Path, database: Path) -> None:
    """Raises BackupError unless there is damage, StoreError if a newer program wrote the file."""
    if not aside.stat().st_size:
        return  # it was more than that once: there are backups, or a log
    if not salvage.damage(aside):
        raise BackupError(database, "not-damaged")
    with suppress(sqlite3.DatabaseError), closing(salvage.reading(aside)) as connection:
        version = connection.execute("pragma user_version").fetchone()[0]
        if version > VERSION:
            raise StoreError(database, "newer", str(version))


def _replay(store: Store) -> None:
    with store.write() as connection:
        replay_all(connection)


def _replace(database: Path, fresh: Path) -> None:
    """The old file's `-wal` goes first: it must never meet the new file."""
    _wal(database).unlink(missing_ok=True)
    fresh.replace(database)
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    flush(database.parent)


def _tidy(aside: Path) -> None:
    """What SQLite left when it read the file."""
    aside.with_name(f"{aside.name}-shm").unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        if not _wal(aside).stat().st_size:
            _wal(aside).unlink()


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
