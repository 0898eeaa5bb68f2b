"""The pictures and sounds of a file from Anki: which there are, under names that are safe, and what is in them."""

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

LONGEST = 1_000
"""Characters of a name; Anki's own are a tenth of that."""

_LONGEST_LIST = 64 << 20  # bytes; a hundred thousand names take ten
_LONGEST_NAME = 120  # bytes
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_DECK_FILE = re.compile(r"\.ya?ml$", re.IGNORECASE)


class Attachments:
    """By the names that notes call them, letters composed."""

    def __init__(self, opened: Opened) -> None:
        """Raises PackageError for a list that is none."""
        self._opened = opened
        self._members: Mapping[str, str] = MappingProxyType({})
        self._folder: Mapping[str, str] | None = None  # the names on the disk, once one was asked for
        if opened.archive is not None:
            with archived(opened.path):
                self._members = _listed(opened, opened.archive)

    def __contains__(self, name: str) -> bool:
        if self._opened.archive is None:
            return self._file(name) is not None
        return nfc(name) in self._members

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """What is in one that is there; reads no more than is asked for. What goes wrong while it is read raises
        PackageError.
        """
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
        """Anki keeps the media of `collection.anki2` in `collection.media`."""
        path = self._opened.path
        if re.search(r"[\x00/\\]", name) or name in {"", ".", ".."}:
            return None
        folder = path.with_name(f"{path.stem}.media")
        if self._folder is None:
            self._folder = {nfc(entry.name): entry.name for entry in folder.iterdir()} if folder.is_dir() else {}
        file = folder / self._folder.get(nfc(name), name)
        return file if file.is_file() and not file.is_symlink() else None


def _listed(opened: Opened, archive: zipfile.ZipFile) -> dict[str, str]:
    """The member of each name: its number, which in current packages is its place in the list."""
    members = set(archive.namelist())
    if "media" not in members:
        return {}
    with unpacked(archive, "media", zstd=opened.zstd) as stream:
        data = stream.read(_LONGEST_LIST + 1)
    if len(data) > _LONGEST_LIST:
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
    named = ((name, member) for member, name in pairs if 0 < len(name) <= LONGEST and member in members)
    return {nfc(name): member for name, member in named}


def safe_name(name: str) -> str:
    """A name for it that every system takes, that leads nowhere else, that hides nothing and that no markup can break.

    Different names may get the same one.
    """
    name = re.sub(r"[^\w.-]+", "_", nfc(name.rpartition("/")[2].rpartition("\\")[2]))
    name = name.strip(".") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = name, ""
    stem = stem.encode()[:_LONGEST_NAME].decode(errors="ignore")
    name = f"{stem or 'file'}{dot and ending and '.'}{ending}"
    if _RESERVED.fullmatch(name) or name.startswith("-"):
        name = f"_{name}"
    return f"{name}.txt" if _DECK_FILE.search(name) else name
