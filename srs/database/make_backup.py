"""Making a backup: copy a snapshot, compress it, and delete the backups that the rotation does not keep."""

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from srs.core.clock import to_utc
from srs.core.errors import StoreError
from srs.core.files import create_private, fsync, make_private_folder
from srs.core.progress import Progress, no_progress
from srs.database.backups import Backup, backup_folder, compress, list_backups
from srs.database.connection import translate_sqlite_errors
from srs.database.rotation import backups_to_keep

_STALE = 86_400  # seconds after which a temporary file was left behind by a process that died


def make_backup(
    source: sqlite3.Connection, database: Path, day: date, at: int, watch: Progress = no_progress
) -> Backup:
    """Copies and compresses a snapshot, then deletes the backups that the rotation does not keep.

    The backup appears once it is complete and on disk. Raises OSError, and StoreError if the copy is damaged; then no
    backup is deleted.
    """
    folder = backup_folder(database)
    make_private_folder(folder)
    others = list_backups(database)
    number = max((backup.number for backup in others), default=0) + 1
    used = {backup.at for backup in others}
    while at in used:
        at += 1
    raw, packed = (folder / f".{database.name}.{os.getpid()}.{at}.{ending}" for ending in ("raw", "part"))
    try:
        events = _copy(source, database, raw)
        with watch("Backing up", raw.stat().st_size) as done:
            compress(raw, packed, done)
        moment = to_utc(at)
        instant = f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}Z"
        target = folder / f"{database.name}.{number:04}.{day}.{instant}.{events}.zst"
        packed.replace(target)
    finally:
        raw.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)
    fsync(folder)
    backup = Backup(number, day, at, events, target)
    _rotate(database, backup)
    return backup


def _copy(source: sqlite3.Connection, database: Path, raw: Path) -> int:
    """Copies the database to the file `raw` and returns how many events it holds."""
    with create_private(raw):
        pass
    with translate_sqlite_errors(database), closing(sqlite3.connect(raw.resolve(), isolation_level=None)) as copy:
        copy.execute("pragma synchronous = off")  # only the compressed file has to be on disk
        source.backup(copy)
        result = copy.execute("pragma quick_check(1)").fetchone()[0]
        if result != "ok":
            raise StoreError(database, "damaged", result)
        events: int = copy.execute("select count(*) from events").fetchone()[0]
    return events


def _rotate(database: Path, newest: Backup) -> None:
    backups = list_backups(database)
    keep = backups_to_keep(backup.key for backup in backups) | {newest.key}
    for backup in backups:
        if backup.key not in keep:
            backup.path.unlink(missing_ok=True)
    now = newest.path.stat().st_mtime
    for temporary in backup_folder(database).glob(f".{database.name}.*"):
        if temporary.stat().st_mtime < now - _STALE:
            temporary.unlink(missing_ok=True)
