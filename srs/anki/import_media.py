"""New files for a deck folder: all of them are made ready out of sight, then moved in; none takes the place of another."""

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

from srs.anki.package_media import LONGEST as LONGEST_NAME
from srs.anki.package_media import Attachments, safe_name
from srs.collection.folder import unwritable
from srs.core.files import flush
from srs.core.unicode import caseless, nfc

MEDIA = "media"
"""The folder of pictures and sounds, beside the deck files."""

LARGEST, LARGEST_OF_ALL = 100 << 20, 2 << 30
"""Bytes of one picture or sound, and of all of them."""

_AT_ONCE = 1 << 20
_ADDRESS = (":", "/", "\\")


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the media: how many were written, are there already, were not in the file, or were too large."""

    written: int = 0
    there: int = 0
    missing: int = 0
    too_large: int = 0


class MediaNames(Mapping[str, str]):
    """Names in Anki → names by which a deck file calls them; it notes down which were asked for."""

    def __init__(self, folder: Path, attachments: Attachments) -> None:
        self._attachments = attachments
        self._asked: dict[str, str] = {}
        self._there = {caseless(path.name): path for path in folder.iterdir()} if folder.is_dir() else {}
        self._taken: set[str] = set()
        self._alike: dict[str, _Alike] = {}

    def __getitem__(self, name: str) -> str:
        """Raises KeyError for what is no file's name: an address, for example."""
        if not name or len(name) > LONGEST_NAME or any(sign in name for sign in _ADDRESS):
            raise KeyError(name)
        name = nfc(name)
        if name not in self._asked:
            if name not in self._attachments and "%" in name:
                raise KeyError(name)  # it may be one that is there, written as in an address
            self._asked[name] = self._free(name)
        return f"{MEDIA}/{self._asked[name]}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked)

    def __len__(self) -> int:
        return len(self._asked) + 1  # any name may be asked for

    def asked(self) -> tuple[tuple[str, str], ...]:
        """(name in Anki, name in the media folder)."""
        return tuple(self._asked.items())

    def _free(self, name: str) -> str:
        """The safe name, or one like it if a file of other content has that one."""
        wanted, missing = safe_name(name), name not in self._attachments
        alike = self._alike.setdefault(caseless(wanted), _Alike())
        content = cache(lambda: self._content(name))
        found = ""
        if alike.passed:
            same = next(iter(alike.passed)) if missing else content()
            found = _numbered(wanted, alike.passed.pop(same)) if same in alike.passed else ""
        while not found or caseless(found) in self._taken:
            alike.number += 1
            found = _numbered(wanted, alike.number)
            there = self._there.get(caseless(found))
            if there is None or missing or caseless(found) in self._taken:
                continue
            if (other := _content(there)) != content():
                alike.passed.setdefault(other, alike.number)
                found = ""
        self._taken.add(caseless(found))
        return found

    def _content(self, name: str) -> bytes:
        with self._attachments.stream(name) as stream:
            return _digest(stream)


@dataclass(slots=True)
class _Alike:
    """Names that differ in their number alone: the last one tried, and those passed over for their content."""

    number: int = 0
    passed: dict[bytes, int] = field(default_factory=dict)


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.rpartition(".")
    if number == 1:
        return name
    return f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"


def _content(path: Path) -> bytes:
    """Empty for what is no file."""
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return _digest(stream)


def _digest(stream: IO[bytes]) -> bytes:
    digest, size = sha256(), 0
    while size <= LARGEST and (some := stream.read(_AT_ONCE)):
        digest.update(some)
        size += len(some)
    return digest.digest()


@contextlib.contextmanager
def making(folder: Path) -> Iterator[None]:
    """The folder is there during the block; if it was not before and the block leaves it empty, it goes again.

    Raises TargetError.
    """
    new = not folder.exists()
    try:
        if new:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        yield
    finally:
        if new:
            with contextlib.suppress(OSError):  # it holds something, as it should
                folder.rmdir()


def settle(
    folder: Path, media: Sequence[tuple[str, str]], attachments: Attachments, files: Sequence[tuple[str, bytes]]
) -> Settled:
    """Writes the deck files and the media they name.

    Raises TargetError, and what reading a damaged package raises; then nothing was written. Without a deck file there is
    nothing to do.
    """
    if not files:
        return Settled()
    try:
        staging = Path(tempfile.mkdtemp(dir=folder, prefix=".srs-import-"))
        try:
            settled, ready = _staged(staging, folder / MEDIA, media, attachments)
            for n, (name, data) in enumerate(files):
                ready.append((_write(staging / f"deck-{n}", data), folder / name))
            _move(ready)
            with contextlib.suppress(OSError):  # not every file system can do that with a folder
                flush(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return settled


def _staged(
    staging: Path, target: Path, media: Sequence[tuple[str, str]], attachments: Attachments
) -> tuple[Settled, list[tuple[Path, Path]]]:
    ready: list[tuple[Path, Path]] = []
    there = missing = too_large = total = 0
    for n, (name, own) in enumerate(media):
        if name not in attachments:
            missing += 1
        elif (target / own).exists():
            there += 1
        else:
            path = staging / f"media-{n}"
            size = _copy(attachments, name, path, min(LARGEST, LARGEST_OF_ALL - total))
            if size is None:
                too_large += 1
                path.unlink()
            else:
                total += size
                ready.append((path, target / own))
    return Settled(len(ready), there, missing, too_large), ready


def _copy(attachments: Attachments, name: str, path: Path, most: int) -> int | None:
    """The bytes that were written; None if there are more than `most`."""
    size = 0
    with path.open("wb") as file, attachments.stream(name) as source:
        while some := source.read(_AT_ONCE):
            size += len(some)
            if size > most:
                return None
            try:
                file.write(some)
            except OSError as error:
                raise unwritable(path, error) from error
    return size


def _write(path: Path, data: bytes) -> Path:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def _move(ready: Sequence[tuple[Path, Path]]) -> None:
    """Each to its place, where nothing may be; if one cannot go, the others are taken back."""
    done: list[Path] = []
    try:
        for source, target in ready:
            target.parent.mkdir(exist_ok=True)
            try:
                os.link(source, target)  # unlike a renaming, this never replaces a file
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
