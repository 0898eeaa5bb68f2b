"""Reads the pictures and sounds of a file from Anki."""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO

from srs.anki import protobuf
from srs.anki.package import Opened, archived, unpacked
from srs.core.errors import PackageError
from srs.core.unicode import nfc

LONGEST_NAME = 1_000
"""Characters; the names that Anki gives have a tenth of that."""

_LARGEST_LIST = 64 << 20  # bytes; a hundred thousand names take ten
_LONGEST_STEM = 120  # bytes
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_DECK_FILE = re.compile(r"\.ya?ml$", re.IGNORECASE)


class PackageMedia:
    """The media of a package or collection, by name in NFC."""

    def __init__(self, opened: Opened) -> None:
        """Raises PackageError for a damaged list of media."""
        self._opened = opened
        self._members: Mapping[str, str] = MappingProxyType({})
        self._folder: Mapping[str, str] | None = None  # on disk, by name in NFC; read when first needed
        if opened.archive is not None:
            with archived(opened.path):
                self._members = _members_by_name(opened, opened.archive)

    def __contains__(self, name: str) -> bool:
        if self._opened.archive is None:
            return self._file(name) is not None
        return nfc(name) in self._members

    def names(self) -> list[str]:
        """All, sorted."""
        if self._opened.archive is not None:
            return sorted(self._members)
        return sorted(name for name in self._files_beside() if name in self)

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """Opens a file of the package. Reading it may raise PackageError."""
        archive = self._opened.archive
        if archive is None:
            file = self._file(name)
            assert file is not None
            with archived(file), file.open("rb") as stream:
                yield stream
            return
        member = self._members[nfc(name)]
        with archived(self._opened.path), unpacked(archive, member, zstd=self._opened.zstd) as stream:
            yield stream

    def _file(self, name: str) -> Path | None:
        """The file beside a collection: `collection.anki2` has its media in `collection.media`."""
        if re.search(r"[\x00/\\]", name) or name in {"", ".", ".."}:
            return None
        file = self._media_folder / self._files_beside().get(nfc(name), name)
        return file if file.is_file() and not file.is_symlink() else None

    @property
    def _media_folder(self) -> Path:
        return self._opened.path.with_name(f"{self._opened.path.stem}.media")

    def _files_beside(self) -> Mapping[str, str]:
        if self._folder is None:
            folder = self._media_folder
            self._folder = {nfc(entry.name): entry.name for entry in folder.iterdir()} if folder.is_dir() else {}
        return self._folder


def _members_by_name(opened: Opened, archive: zipfile.ZipFile) -> dict[str, str]:
    """The member of the archive for each name; members are numbers, in current packages the places in the list."""
    members = set(archive.namelist())
    if "media" not in members:
        return {}
    with unpacked(archive, "media", zstd=opened.zstd) as stream:
        data = stream.read(_LARGEST_LIST + 1)
    if len(data) > _LARGEST_LIST:
        raise PackageError(opened.path, "too-large")
    if opened.zstd:
        entries = (value for number, value in protobuf.read(data) if number == 1)
        names = [dict(protobuf.read(entry)).get(1, b"") if isinstance(entry, bytes) else b"" for entry in entries]
        pairs = [(str(n), name.decode("utf-8", "replace")) for n, name in enumerate(names) if isinstance(name, bytes)]
    else:
        listed = json.loads(data or b"{}")
        if not isinstance(listed, dict):
            raise ValueError("no mapping")
        pairs = [(member, name) for member, name in listed.items() if isinstance(name, str)]
    named = ((name, member) for member, name in pairs if 0 < len(name) <= LONGEST_NAME and member in members)
    return {nfc(name): member for name, member in named}


def safe_name(name: str) -> str:
    """The name made valid on every system and in markup, without folders, not hidden. Two names may become the same."""
    name = re.sub(r"[^\w.-]+", "_", nfc(name.rpartition("/")[2].rpartition("\\")[2]))
    name = name.strip(".") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = name, ""
    stem = stem.encode()[:_LONGEST_STEM].decode(errors="ignore")
    name = f"{stem or 'file'}{dot and ending and '.'}{ending}"
    if _RESERVED.fullmatch(name) or name.startswith("-"):
        name = f"_{name}"
    return f"{name}.txt" if _DECK_FILE.search(name) else name
