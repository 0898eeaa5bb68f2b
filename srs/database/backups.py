"""The backups of a database: compressed copies in the folder `backups` beside it. See `make_backup`."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from srs.core.clock import to_ms
from srs.core.errors import BackupError, StoreError
from srs.core.files import atomic_write, create_private, is_disk_full
from srs.core.progress import Done, ignore
from srs.database.rotation import BackupKey

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# at level 3, 162 MB (100,000 cards, 600,000 answers) take 0.7 s for 36 MB; gzip takes 1.2 s for 44 MB or 3.6 s for 38 MB
_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3, zstd.CompressionParameter.checksum_flag: 1}
_CHUNK = 1 << 20


class Backup(NamedTuple):
    """`number` counts backups in the order of making, from 1; backups of older programs have 0. `day` and `at` (UTC
    milliseconds) are what the clock said, which may have been wrong. `events` is how many it holds.
    """

    number: int
    day: date
    at: int
    events: int
    path: Path

    @property
    def key(self) -> BackupKey:
        return BackupKey(self.number, self.day, self.events)


def backup_folder(database: Path) -> Path:
    return database.parent / "backups"


def list_backups(database: Path) -> list[Backup]:
    """The database's backups in the order of making; other files are ignored. Raises BackupError for an unreadable folder."""
    pattern = re.compile(
        re.escape(database.name) + r"(?:\.(\d{4,9}))?\.(\d{4}-\d\d-\d\d)\.(\d{8}T\d{6})(\d{3})Z\.(\d{1,15})\.zst"
    )
    found = []
    try:
        paths = list(backup_folder(database).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise BackupError(backup_folder(database), "unreadable", error.strerror or "") from error
    for path in paths:
        if match := pattern.fullmatch(path.name):
            try:
                moment = datetime.fromisoformat(match[3]).replace(tzinfo=UTC)
                at = to_ms(moment) + int(match[4])
                found.append(Backup(int(match[1] or 0), date.fromisoformat(match[2]), at, int(match[5]), path))
            except ValueError:  # no such day
                continue
    return sorted(found)


def first_since_restore(database: Path) -> int:
    """The number of the first backup without anything that a restore discarded; 0 if nothing was ever restored."""
    try:
        return int(_restore_marker(database).read_text("ascii"))
    except (FileNotFoundError, NotADirectoryError, ValueError):  # without the marker, all backups are used
        return 0


def mark_restore(database: Path, backup: Backup) -> None:
    """Records that backups before this one hold what a restore discarded. Raises OSError."""
    with atomic_write(_restore_marker(database), 0o600) as file:
        file.write(b"%d\n" % backup.number)


def _restore_marker(database: Path) -> Path:
    return backup_folder(database) / f"{database.name}.restored"


def compress(raw: Path, packed: Path, done: Done = ignore) -> None:
    """Compresses a database file to the new private file `packed`, and flushes it to disk; `done` is told the bytes that were
    read. Raises OSError.
    """
    with create_private(packed) as file, raw.open("rb") as source, zstd.open(file, "wb", options=_OPTIONS) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            done(len(chunk))


@contextmanager
def unpack(backup: Path) -> Iterator[Path]:
    """Decompresses the backup to a temporary database file, deleted when the block ends.

    Raises BackupError if the backup is damaged, StoreError if it cannot be read or the disk is full.
    """
    target = backup.with_name(f".{backup.name}.{os.getpid()}.raw")
    try:
        try:
            with create_private(target):
                pass
            with target.open("wb") as file, zstd.open(backup, "rb") as source:  # temporary, so never flushed to disk
                shutil.copyfileobj(source, file, _CHUNK)
        except (EOFError, zstd.ZstdError) as error:
            raise BackupError(backup, "damaged", str(error)) from error
        except OSError as error:
            full = is_disk_full(error)
            raise StoreError(backup, "full" if full else "unusable", error.strerror or str(error)) from error
        yield target
    finally:
        for path in (target, *(target.with_name(target.name + ending) for ending in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)
