"""Pictures and sounds that notes name, as files of the deck folder."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from srs.core import media_types, svg
from srs.core.unicode import caseless, nfc

Trouble = Literal["outside", "missing", "kind", "huge", "unreadable", "active"]

MB = 1_000_000  # bytes
LARGE: Mapping[media_types.Kind, int] = {"picture": 5 * MB, "sound": 20 * MB}
"""Above these, in bytes, a file is warned of."""

_HUGE = 100 * MB  # no deck needs that, and it would be copied to every device
_SENTENCES: dict[Trouble, str] = {
    "outside": "{file} is no file within the deck folder; name one that lies there, by its path from this deck file",
    "missing": "there is no file {file}; put it there, or correct the path, which starts at this deck file",
    "kind": "{file} is neither a picture nor a sound, or a link to what is neither; take another file",
    "huge": "{file} is larger than 100 MB; make it smaller",
    "unreadable": "the file {file} cannot be read; check its permissions",
    "active": "{file} is more than a drawing and is neither opened nor exported; save it as a plain SVG or as PNG",
}


class Found(NamedTuple):
    """`name` is the path from the deck folder as the disk spells it, `real` the same without links, `size` in bytes,
    `changed_at` UTC milliseconds.
    """

    path: Path
    name: str
    real: str
    size: int
    changed_at: int


def told(file: str, trouble: Trouble) -> str:
    """What is wrong with a file that a note calls so, and what to do about it."""
    return _SENTENCES[trouble].format(file=repr(file))


class MediaFolder:
    """Finds files below the deck folder. It reads each folder once: make another one to see what has changed."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()
        self._entries: dict[str, dict[str, str]] = {}
        self._drawings: dict[Path, str] = {}

    def find(self, deck_file: str, file: str) -> Found | Trouble:
        """What `deck_file`, a path from the deck folder, calls `file`, or why nothing is to be had.

        A name in other capitals is found on every system. No link leads out of the folder, nor to a hidden file.
        """
        wanted = media_types.inside(deck_file, file)
        if wanted is None:
            return "outside"
        name = self._spelled(wanted)
        if name is None:
            return "missing"
        path = self._root / name
        try:
            real = path.resolve(strict=True)
            about = real.stat()
        except (OSError, RuntimeError):  # a link to nothing, or in a circle
            return "missing"
        if not real.is_relative_to(self._root):
            return "outside"
        inner = real.relative_to(self._root)
        if any(part.startswith(".") for part in inner.parts):
            return "outside"
        if not stat.S_ISREG(about.st_mode):
            return "missing"
        if media_types.kind(name) is None or media_types.kind(real.name) != media_types.kind(name):
            return "kind"
        if about.st_size > _HUGE:
            return "huge"
        if not os.access(real, os.R_OK):
            return "unreadable"
        if ".svg" in {path.suffix.lower(), real.suffix.lower()} and self._beyond_drawing(real):
            return "active"
        return Found(path, name, inner.as_posix(), about.st_size, _changed_at(about))

    def beyond_drawing(self, deck_file: str, file: str) -> str:
        """What an SVG that `find` calls active holds besides a drawing, in some words."""
        name = self._spelled(media_types.inside(deck_file, file) or "") or ""
        return self._beyond_drawing((self._root / name).resolve())

    def _beyond_drawing(self, real: Path) -> str:
        if real not in self._drawings:
            try:
                with real.open("rb") as file:
                    self._drawings[real] = svg.find_active_content(file.read(svg.LARGEST + 1))
            except OSError as error:
                self._drawings[real] = f"it cannot be read, {error.strerror}"
        return self._drawings[real]

    def every(self) -> Iterator[str]:
        """All pictures and sounds below the folder, ordered by path; hidden ones are left out, links not followed."""
        found, waiting = list[str](), [""]
        while waiting:
            prefix = waiting.pop()
            with suppress(OSError), os.scandir(f"{self._root}/{prefix}") as entries:
                for entry in entries:
                    name = f"{prefix}{entry.name}"
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{name}/")
                    elif media_types.kind(entry.name) and not os.path.isdir(entry.path):  # noqa: PTH112 - raises nothing
                        found.append(name)
        return iter(sorted(found))

    def _spelled(self, wanted: str) -> str | None:
        """The path as the disk has it: the same letters, whether composed or not, else in other capitals."""
        name = ""
        for part in wanted.split("/"):
            entries = self._listed(name)
            entry = next((entries[key] for key in (part, nfc(part), _folded(part)) if key in entries), None)
            if entry is None:
                return None
            name = f"{name}/{entry}" if name else entry
        return name

    def _listed(self, folder: str) -> dict[str, str]:
        """The entries of a folder by their own name, the same composed, and in small letters."""
        if folder not in self._entries:
            try:
                names = sorted(os.listdir(self._root / folder))  # noqa: PTH208 - names are wanted
            except OSError:
                names = []
            spelled: dict[str, str] = {}
            for spelling in (_folded, nfc, str):  # the last one wins
                spelled |= {spelling(name): name for name in reversed(names)}
            self._entries[folder] = spelled
        return self._entries[folder]


def same_name(one: str, other: str) -> bool:
    """Whether two paths have the same letters in the same capitals; Macs may part a letter from its accent."""
    return nfc(one) == nfc(other)


def _folded(name: str) -> str:
    """Marked, so that no folded name is taken for a spelled one."""
    return f"\0{caseless(name)}"


def _changed_at(about: os.stat_result) -> int:
    """When the file came to be as it is: where a file was moved in, later than what its bytes say; never to come."""
    moment = about.st_ctime_ns if os.name == "posix" else max(about.st_ctime_ns, about.st_mtime_ns)
    return moment // 1_000_000
