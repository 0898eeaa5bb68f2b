"""Writes new files to a deck folder: they are staged in a hidden folder, then moved in; none replaces another."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from srs.anki.package_media import LONGEST_NAME, PackageMedia, safe_name
from srs.core.errors import TargetError
from srs.core.files import fsync
from srs.core.html_text import visible_files
from srs.core.media_types import is_address
from srs.core.unicode import caseless, nfc

MEDIA_FOLDER = "media"
"""The folder of imported pictures and sounds, beside the deck files."""

LARGEST, LARGEST_OF_ALL = 100 << 20, 2 << 30
"""Bytes of one picture or sound, and of all together."""

_CHUNK = 1 << 20
_SHOWN = 100  # characters of an address
_ADDRESS_SIGNS = (":", "/", "\\")


@dataclass(frozen=True, slots=True)
class MediaCounts:
    """How many files were written, were there already, are missing in the package, or are too large; the names of those in the
    package that no card shows, and the beginnings of addresses that cards show, which are not fetched.
    """

    written: int = 0
    there: int = 0
    missing: int = 0
    too_large: int = 0
    unused: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()


class MediaNames(Mapping[str, str]):
    """Names in Anki → paths for a deck file. It records which were asked for."""

    def __init__(self, folder: Path, package: PackageMedia) -> None:
        self._package = package
        self._asked: dict[str, str] = {}
        self._remote: dict[str, None] = {}
        self._known: set[str] = set()
        self._there = {caseless(path.name): path for path in folder.iterdir()} if folder.is_dir() else {}
        self._taken: set[str] = set()
        self._tried: dict[str, _TriedNumbers] = {}

    def __getitem__(self, name: str) -> str:
        """Raises KeyError for what is no file name, such as an address."""
        if is_address(name):
            self._remote.setdefault(name[:_SHOWN])
        if not name or len(name) > LONGEST_NAME or any(sign in name for sign in _ADDRESS_SIGNS):
            raise KeyError(name)
        name = nfc(name)
        if name not in self._asked:
            if name not in self._package and "%" in name:
                raise KeyError(name)  # it may be percent-encoded; the caller decodes it and tries again
            self._asked[name] = self._free(name)
        return f"{MEDIA_FOLDER}/{self._asked[name]}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked)

    def __len__(self) -> int:
        return len(self._asked) + 1  # never empty: any name may be asked for

    def asked(self) -> tuple[tuple[str, str], ...]:
        """(name in Anki, name in the media folder)."""
        return tuple(self._asked.items())

    def note_known(self, html: str) -> None:
        """Takes the files of a field for shown, without giving them names."""
        for name in visible_files(html):
            self._known |= {nfc(name), nfc(unquote(name))}

    def unused(self) -> tuple[str, ...]:
        """The files of the package that nobody asked for, sorted."""
        return tuple(name for name in self._package.names() if name not in self._asked and name not in self._known)

    def remote(self) -> tuple[str, ...]:
        """The beginnings of the addresses that were asked for."""
        return tuple(self._remote)

    def _free(self, name: str) -> str:
        """A safe name, numbered if another file has it."""
        wanted, missing = safe_name(name), name not in self._package
        tried = self._tried.setdefault(caseless(wanted), _TriedNumbers())
        digest = cache(lambda: self._digest(name))
        free = ""
        if tried.by_digest:
            same = next(iter(tried.by_digest)) if missing else digest()
            free = _numbered(wanted, tried.by_digest.pop(same)) if same in tried.by_digest else ""
        while not free or caseless(free) in self._taken:
            tried.last += 1
            free = _numbered(wanted, tried.last)
            there = self._there.get(caseless(free))
            if there is None or missing or caseless(free) in self._taken:
                continue
            if (of_other := _file_digest(there)) != digest():
                tried.by_digest.setdefault(of_other, tried.last)
                free = ""
        self._taken.add(caseless(free))
        return free

    def _digest(self, name: str) -> bytes:
        with self._package.stream(name) as stream:
            return _digest(stream)


@dataclass(slots=True)
class _TriedNumbers:
    """The last number tried for a name, and those of files in the folder that have other content, by its digest."""

    last: int = 0
    by_digest: dict[bytes, int] = field(default_factory=dict)


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.rpartition(".")
    if number == 1:
        return name
    return f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"


def _file_digest(path: Path) -> bytes:
    """The digest of a file; empty for a folder."""
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return _digest(stream)


def _digest(stream: IO[bytes]) -> bytes:
    digest, size = sha256(), 0
    while size <= LARGEST and (some := stream.read(_CHUNK)):
        digest.update(some)
        size += len(some)
    return digest.digest()


@contextlib.contextmanager
def created_folder(folder: Path) -> Iterator[None]:
    """Creates the folder if needed, and removes it after the block if it was new and is empty.

    Raises TargetError.
    """
    new = not folder.exists()
    try:
        if new:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError.from_os_error(folder, error) from error
    try:
        yield
    finally:
        if new:
            with contextlib.suppress(OSError):  # it is not empty
                folder.rmdir()


def write_files(
    folder: Path, media: Sequence[tuple[str, str]], package: PackageMedia, files: Sequence[tuple[str, bytes]]
) -> MediaCounts:
    """Writes the deck files and the media they name.

    Raises TargetError, and PackageError for a damaged package; then nothing was written. Without a deck file it does
    nothing.
    """
    if not files:
        return MediaCounts()
    try:
        staging = Path(tempfile.mkdtemp(dir=folder, prefix=".srs-import-"))
        try:
            counts, ready = _stage(staging, folder / MEDIA_FOLDER, media, package)
            for n, (name, data) in enumerate(files):
                ready.append((_write(staging / f"deck-{n}", data), folder / name))
            _move(ready)
            with contextlib.suppress(OSError):  # not every file system can flush a folder
                fsync(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise TargetError.from_os_error(folder, error) from error
    return counts


def _stage(
    staging: Path, target: Path, media: Sequence[tuple[str, str]], package: PackageMedia
) -> tuple[MediaCounts, list[tuple[Path, Path]]]:
    ready: list[tuple[Path, Path]] = []
    present = missing = too_large = total = 0
    for n, (name, own) in enumerate(media):
        if name not in package:
            missing += 1
        elif (target / own).exists():
            present += 1
        else:
            path = staging / f"media-{n}"
            size = _copy(package, name, path, min(LARGEST, LARGEST_OF_ALL - total))
            if size is None:
                too_large += 1
                path.unlink()
            else:
                total += size
                ready.append((path, target / own))
    return MediaCounts(len(ready), present, missing, too_large), ready


def _copy(package: PackageMedia, name: str, path: Path, most: int) -> int | None:
    """The number of bytes written; None if there are more than `most`."""
    size = 0
    with path.open("wb") as file, package.stream(name) as source:
        while some := source.read(_CHUNK):
            size += len(some)
            if size > most:
                return None
            try:
                file.write(some)
            except OSError as error:
                raise TargetError.from_os_error(path, error) from error
    return size


def _write(path: Path, data: bytes) -> Path:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def _move(ready: Sequence[tuple[Path, Path]]) -> None:
    """Moves each file to its target, which must not exist; if one fails, the others are removed again."""
    done: list[Path] = []
    try:
        for source, target in ready:
            target.parent.mkdir(exist_ok=True)
            try:
                os.link(source, target)  # unlike a rename, this never replaces a file
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                if target.exists():
                    raise
                source.rename(target)
            done.append(target)
    except BaseException:
        for target in done:
            with contextlib.suppress(OSError):
                target.unlink()
        raise
