"""A backup made now, and one that comes back."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from srs.backup import salvage
from srs.core.clock import Calendar
from srs.core.errors import BackupError, StoreError, TargetError
from srs.database import Store, backups, open_store
from srs.database.backups import Backup


@dataclass(frozen=True, slots=True)
class Restored:
    """`replaced` is the backup of what was there before, None if that held no event; `since` is how many of its events
    the restored one does not have.
    """

    backup: Backup
    replaced: Backup | None
    since: int


def back_up(store: Store, calendar: Calendar, now: int) -> Backup:
    """A backup of the database as it is. Raises TargetError, StoreError."""
    try:
        with closing(backups.snapshot(store.path)) as snapshot:
            return backups.make(snapshot, store.path, calendar.day(now), now)
    except OSError as error:
        raise TargetError(backups.folder(store.path), "not-writable", error.strerror or str(error)) from error


def chosen(database: Path, wanted: str, calendar: Calendar) -> Backup:
    """The newest backup of a study day (`2026-03-02`), or the one made at the very instant, as a list shows it.

    Raises BackupError if there is none.
    """
    found = backups.listed(database)
    if not found:
        raise BackupError(database, "none")
    for backup in reversed(found):
        if wanted in {str(backup.day), calendar.local_text(backup.at)}:
            return backup
    raise BackupError(database, "no-such", wanted)


def restore(
    database: Path, backup: Backup, calendar: Calendar, now: int, agreed: Callable[[int], bool]
) -> Restored | None:
    """Puts the backup in the place of what the database holds, of which a backup is made first.

    `agreed` is asked where events would go that the backup does not have; None, and nothing done, if it says no. Other
    programs may have the database open: they see the old one or the new one. Raises BackupError, StoreError,
    TargetError.
    """
    with backups.unpacked(backup.path) as file:
        try:
            open_store(file, drop_foreign=True).close()  # one of an earlier version is brought up to date
        except StoreError as error:
            raise BackupError(backup.path, "damaged", error.detail) from error
        with closing(open_store(database)) as store:
            asked = False
            while True:
                version = store.version()
                since = salvage.only_here(store, file)
                if since and not asked and not agreed(since):
                    return None
                asked, replaced = True, None
                if store.connection.execute("select exists (select 1 from events)").fetchone()[0]:
                    replaced = back_up(store, calendar, now)
                if salvage.copy(store, file, version):  # nobody has written meanwhile
                    break
            made = back_up(store, calendar, now)
    try:
        backups.mark_restore(database, made)  # from here on only that one and later ones mend the database
    except OSError as error:
        raise TargetError(backups.folder(database), "not-writable", error.strerror or str(error)) from error
    return Restored(backup, replaced, since)
