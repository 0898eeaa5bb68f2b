"""Makes a backup now, and restores one."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from srs.backup.salvage import attached
from srs.core.clock import Calendar
from srs.core.errors import BackupError, StoreError, TargetError
from srs.core.progress import Progress, no_progress
from srs.database import Store, backups, open_store, translate_sqlite_errors
from srs.database.backups import Backup
from srs.database.connection import open_snapshot
from srs.database.make_backup import make_backup


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """`replaced` is the backup of what the database held before, None if it had no events; `missing` is how many of its
    events the restored `backup` lacks.
    """

    backup: Backup
    replaced: Backup | None
    missing: int


def back_up(store: Store, calendar: Calendar, now: int, watch: Progress = no_progress) -> Backup:
    """Makes a backup of the database. Raises TargetError, StoreError."""
    try:
        with closing(open_snapshot(store.path)) as snapshot:
            return make_backup(snapshot, store.path, calendar.day(now), now, watch)
    except OSError as error:
        raise TargetError(backups.backup_folder(store.path), "not-writable", error.strerror or str(error)) from error


def find_backup(database: Path, wanted: str, calendar: Calendar) -> Backup:
    """The newest backup of a study day (`2026-03-02`), or the one of a time as it is listed. Raises BackupError if there
    is none.
    """
    available = backups.list_backups(database)
    if not available:
        raise BackupError(database, "none")
    for backup in reversed(available):
        if wanted in {str(backup.day), calendar.local_text(backup.at)}:
            return backup
    raise BackupError(database, "no-such", wanted)


def restore(
    database: Path,
    backup: Backup,
    calendar: Calendar,
    now: int,
    confirm: Callable[[int], bool],
    watch: Progress = no_progress,
) -> RestoreResult | None:
    """Replaces the contents of the database by those of the backup, after making a backup of the former.

    `confirm` is called with the number of events that the backup lacks, if any; if it returns False, nothing is done and
    the result is None. Other programs may have the database open: they see the old contents or the new ones. Raises
    BackupError, StoreError, TargetError.
    """
    with backups.unpack(backup.path) as file:
        try:
            open_store(file, drop_foreign=True).close()  # migrates one of an earlier version
        except StoreError as error:
            raise BackupError(backup.path, "damaged", error.detail) from error
        with closing(open_store(database)) as store:
            confirmed = False
            while True:
                version = store.data_version()
                missing = count_missing(store, file)
                if missing and not confirmed and not confirm(missing):
                    return None
                confirmed, replaced = True, None
                if store.connection.execute("select exists (select 1 from events)").fetchone()[0]:
                    replaced = back_up(store, calendar, now, watch)
                if _replace_contents(store, file, version):
                    break
            restored = back_up(store, calendar, now, watch)
    try:
        backups.mark_restore(database, restored)  # from now on a repair uses only this backup and later ones
    except OSError as error:
        raise TargetError(backups.backup_folder(database), "not-writable", error.strerror or str(error)) from error
    return RestoreResult(backup, replaced, missing)


def count_missing(store: Store, other: Path) -> int:
    """How many events of the store the other database lacks. Raises StoreError."""
    with translate_sqlite_errors(store.path), attached(store.connection, other):
        count: int = store.connection.execute(
            "select count(*) from main.events e"
            " where not exists (select 1 from other.events o where o.subject = e.subject and o.at = e.at)"
        ).fetchone()[0]
    return count


def _replace_contents(store: Store, other: Path, version: int) -> bool:
    """Replaces all rows by those of another database with the same schema, in one transaction; the store must be closed
    afterwards. Does nothing and returns False if another process has written since `version`. Raises StoreError.
    """
    with translate_sqlite_errors(store.path), attached(store.connection, other):
        store.connection.execute("pragma secure_delete = on")  # a later salvage must not find what was replaced
        store.connection.execute("pragma foreign_keys = off")  # they hold again when all tables are copied
        with store.write() as connection:
            if store.data_version() != version:
                return False
            names = connection.execute(
                "select name from main.sqlite_master where type = 'table' and name not like '%sqlite\\_%' escape '\\'"
            )
            for name in [row[0] for row in names]:
                connection.execute(f"delete from main.{name}")
                connection.execute(f"insert into main.{name} select * from other.{name}")
    return True
