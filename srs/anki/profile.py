"""The learner's own Anki: where its profiles lie, and working on a closed one so that it is as before or as after."""

import contextlib
import errno
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
from srs.core.files import flush
from srs.core.unicode import nfc

COLLECTION = "collection.anki2"
_BACKUPS = "srs-backups"
_KEPT = 5
_WORK = ".srs-sync-"
_LOCKED = (
    0x4000_0000,
    512,
)  # the bytes by which SQLite locks a file (sqlite.org/fileformat2.html, "the lock-byte page")


def base_folders(home: Path, environment: Mapping[str, str], platform: str) -> list[Path]:
    """Where Anki keeps its profiles, by its manual: `ANKI_BASE` alone if it is set, else what is usual on the system."""
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
    """The collection that is meant: a file, a profile's folder, a profile's name, or the only profile there is.

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
class Workplace:
    """`copy` is the collection to work on, with a media folder of its own beside it; `file` holds the lock on the original:
    closing another descriptor of the same file would give it away (POSIX).
    """

    original: Path
    copy: Path
    file: BinaryIO

    @property
    def media(self) -> Path:
        """Anki's folder for the media of a collection."""
        return self.copy.with_suffix(".media")


@contextmanager
def closed(original: Path) -> Iterator[Workplace]:
    """A copy of the collection, while Anki is kept from opening the original. Raises PackageError if Anki has it open, TargetError
    if there is no room for the copy.

    What is not put into place (`replace`) is gone afterwards.
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
        if wal.exists() and wal.stat().st_size:  # Anki ended without closing it, and would put this file into any other
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
            raise _not_written(original, error) from error
        try:
            yield Workplace(original, copy, file)
        except PackageError as error:
            if error.path != copy:
                raise
            raise PackageError(original, error.problem, error.detail) from error


def replace(work: Workplace, now: int) -> Path:
    """Puts the copy into the original's place in one step, and returns where the old one is kept. `now` is UTC
    milliseconds; the latest five are kept.

    Raises TargetError, after which the original is as it was.
    """
    try:
        media = work.original.with_suffix(".media")
        for file in sorted(work.media.glob("*")) if work.media.is_dir() else ():
            if not (media / file.name).exists():  # the names hold a digest of the content
                media.mkdir(exist_ok=True)
                shutil.move(file, media / file.name)
        backup = work.original.parent / _BACKUPS / f"{work.original.stem}-{to_utc(now):%Y%m%dT%H%M%S}Z.anki2"
        backup.parent.mkdir(mode=0o700, exist_ok=True)
        _second_name(work, backup)
        flush(work.copy)
        if sys.platform == "win32":
            work.file.close()  # nothing can be put into the place of an open file there
        work.copy.replace(work.original)
    except OSError as error:
        raise _not_written(work.original, error) from error
    with contextlib.suppress(OSError):  # it is done: what follows only tidies up
        flush(work.original.parent)
        others = set(backup.parent.glob(f"{work.original.stem}-*.anki2")) - {backup}
        for old in sorted(others)[: 1 - _KEPT]:  # a clock that was ahead once does not cost the one just made
            old.unlink()
    return backup


def _not_written(path: Path, error: OSError) -> TargetError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return TargetError(path, "full" if full else "not-writable", error.strerror or "")


def _second_name(work: Workplace, backup: Path) -> None:
    backup.unlink(missing_ok=True)
    try:
        os.link(work.original, backup)
    except OSError:  # a file system without links
        work.file.seek(0)
        with backup.open("wb") as target:
            shutil.copyfileobj(work.file, target, 1 << 20)
        shutil.copymode(work.original, backup)


def _lock(descriptor: int) -> None:
    """SQLite in Anki finds the file taken while this holds; raises OSError if Anki has it."""
    start, length = _LOCKED
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - of that system alone

        os.lseek(descriptor, start, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, length)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
