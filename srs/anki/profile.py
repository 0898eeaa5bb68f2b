"""Finds the learner's Anki profiles, and works on a copy of a closed one that replaces it in one step."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from srs.core.clock import to_utc
from srs.core.errors import PackageError, PackageProblem, TargetError, Unknown
from srs.core.files import fsync
from srs.core.unicode import nfc

COLLECTION = "collection.anki2"
_BACKUPS = "srs-backups"
_BACKUP_COUNT = 5
_WORK = ".srs-sync-"
_LOCK_BYTES = 0x4000_0000, 512  # start and length of the lock-byte page (sqlite.org/fileformat2.html)


def base_folders(home: Path, environment: Mapping[str, str], platform: str) -> list[Path]:
    """The folders of Anki's profiles, by its manual: `ANKI_BASE` alone if it is set, else the system's default."""
    if base := environment.get("ANKI_BASE"):
        return [Path(base)]
    if platform == "win32":
        return [Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "Anki2"]
    if platform == "darwin":
        return [home / "Library" / "Application Support" / "Anki2"]
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    flatpak = home / ".var" / "app" / "net.ankiweb.Anki" / "data"
    return [data / "Anki2", flatpak / "Anki2"]


def profiles(bases: list[Path]) -> dict[str, Path]:
    """The collection of every profile, by the profile's name."""
    found: dict[str, Path] = {}
    for base in bases:
        for collection in sorted(base.glob(f"*/{COLLECTION}")):
            found.setdefault(collection.parent.name, collection)
    return found


def collection_of(wanted: str | None, known: Mapping[str, Path]) -> Path:
    """The collection that `wanted` names: a file, a profile's folder or its name; by default that of the only profile.

    Raises Unknown, with the names of all profiles, and PackageError.
    """
    if wanted is None:
        if len(known) != 1:
            raise Unknown("profile", "", tuple(known))
        return next(iter(known.values()))
    path = Path(wanted)
    if path.is_dir() and (path / COLLECTION).is_file():
        return path / COLLECTION
    if path.is_file():
        return path
    for name, collection in known.items():
        if nfc(name) == nfc(wanted):
            return collection
    raise Unknown("profile", wanted, tuple(known))


@dataclass(frozen=True, slots=True)
class LockedCopy:
    """`copy` is the collection to work on, with a media folder of its own beside it. `file` holds the lock on the original;
    closing any other descriptor of that file would release it (POSIX).
    """

    original: Path
    copy: Path
    file: BinaryIO

    @property
    def media(self) -> Path:
        """Anki's folder for the media of a collection."""
        return self.copy.with_suffix(".media")

    @property
    def full_upload(self) -> bool:
        """It stays on this computer."""
        return False

    def put_back(self, now: int) -> Path:
        """As `replace`."""
        return replace(self, now)

    def full_sync_refused(self) -> PackageError:
        return PackageError(self.original, "full-sync")


@contextmanager
def locked_copy(original: Path) -> Iterator[LockedCopy]:
    """A copy of the collection, while Anki is kept from opening the original. It is deleted in the end, unless `replace` has
    put it into place.

    Raises PackageError if Anki has the original open, TargetError if there is no room for the copy.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(original.open("r+b"))
        except OSError as error:
            problem: PackageProblem = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
            raise PackageError(original, problem, error.strerror or "") from error
        try:
            _lock(file.fileno())
        except OSError as error:
            raise PackageError(original, "in-use") from error
        wal = original.with_name(f"{original.name}-wal")
        if wal.exists() and wal.stat().st_size:  # Anki crashed; it would apply this file to any collection in its place
            raise PackageError(original, "in-use")
        try:
            for left in original.parent.glob(f"{_WORK}*"):  # of a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=_WORK, dir=original.parent))
            copy = Path(folder) / COLLECTION
            with copy.open("wb") as target:
                shutil.copyfileobj(file, target, 1 << 20)
            shutil.copymode(original, copy)
        except OSError as error:
            raise TargetError.from_os_error(original, error) from error
        try:
            yield LockedCopy(original, copy, file)
        except PackageError as error:
            if error.path != copy:
                raise
            raise PackageError(original, error.problem, error.detail) from error


def replace(work: LockedCopy, now: int) -> Path:
    """Replaces the original by the copy in one step, and returns the path of its backup; the latest five are kept. `now` is
    UTC milliseconds.

    Raises TargetError, after which the original is as it was.
    """
    try:
        move_media(work.media, work.original.with_suffix(".media"))
        backup = work.original.parent / _BACKUPS / f"{work.original.stem}-{to_utc(now):%Y%m%dT%H%M%S}Z.anki2"
        backup.parent.mkdir(mode=0o700, exist_ok=True)
        _back_up(work, backup)
        fsync(work.copy)
        if sys.platform == "win32":
            work.file.close()  # an open file cannot be replaced there
        work.copy.replace(work.original)
    except OSError as error:
        raise TargetError.from_os_error(work.original, error) from error
    with contextlib.suppress(OSError):  # only tidying up is left
        fsync(work.original.parent)
        others = set(backup.parent.glob(f"{work.original.stem}-*.anki2")) - {backup}
        for old in sorted(others)[: 1 - _BACKUP_COUNT]:  # the new one is kept even if the clock was ahead once
            old.unlink()
    return backup


def move_media(source: Path, target: Path) -> None:
    """Moves the files that the target lacks; either folder may be missing. Raises OSError."""
    for file in sorted(source.glob("*")) if source.is_dir() else ():
        if not (target / file.name).exists():  # the names hold a digest of the content
            target.mkdir(exist_ok=True)
            shutil.move(file, target / file.name)


def _back_up(work: LockedCopy, backup: Path) -> None:
    backup.unlink(missing_ok=True)
    try:
        os.link(work.original, backup)
    except OSError:  # a file system without links
        work.file.seek(0)
        with backup.open("wb") as target:
            shutil.copyfileobj(work.file, target, 1 << 20)
        shutil.copymode(work.original, backup)


def _lock(descriptor: int) -> None:
    """Locks the file as SQLite would, so that Anki finds it in use; raises OSError if Anki has it open."""
    start, length = _LOCK_BYTES
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - of that system alone

        os.lseek(descriptor, start, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, length)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
