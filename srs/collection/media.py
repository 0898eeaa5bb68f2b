"""Pictures and sounds that notes name, as files of the deck folder."""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from srs.collection.folder import is_deck_file, scan_folder
from srs.core import media_types, svg
from srs.core.unicode import caseless, nfc

MediaProblem = Literal["outside", "missing", "kind", "huge", "unreadable", "active"]

MB = 1_000_000  # bytes
LARGE: Mapping[media_types.MediaKind, int] = {"picture": 5 * MB, "sound": 20 * MB, "video": 50 * MB}
"""Sizes in bytes above which `check` warns."""

_MAX_SIZE = 100 * MB  # no deck needs more, and it would be copied to every device
_MESSAGES: dict[MediaProblem, str] = {
    "outside": "{file} is outside the deck folder; give the path of a file inside it, relative to this deck file",
    "missing": "there is no file {file}; add it, or correct the path, which is relative to this deck file",
    "kind": "{file} is not a picture, sound or video, or links to a file that is not; use another file",
    "huge": "{file} is larger than 100 MB; make it smaller",
    "unreadable": "the file {file} cannot be read; check its permissions",
    "active": "{file} is more than a drawing, so it is neither opened nor exported; save it as a plain SVG or as PNG",
}


class FoundMedia(NamedTuple):
    """`name` is the path from the deck folder as the disk spells it, `real` the same without links, `size` in bytes,
    `changed_at` UTC milliseconds.
    """

    path: Path
    name: str
    real: str
    size: int
    changed_at: int


def problem_message(file: str, problem: MediaProblem) -> str:
    """What is wrong with the file that a note names `file`, and what to do about it."""
    return _MESSAGES[problem].format(file=repr(file))


class MediaFolder:
    """Finds files below the deck folder. Each folder is read once: a new instance sees what has changed since."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()
        self._entries: dict[str, dict[str, str]] = {}
        self._active: dict[Path, str] = {}

    def find(self, deck_file: str, file: str) -> FoundMedia | MediaProblem:
        """The file that `deck_file`, a path from the deck folder, calls `file`, or why it cannot be used.

        Capitals may differ on every system. Links are followed, but neither out of the folder nor to hidden files.
        """
        wanted = media_types.path_in_folder(deck_file, file)
        if wanted is None:
            return "outside"
        name = self._spelling_on_disk(wanted)
        if name is None:
            return "missing"
        path = self._root / name
        try:
            real = path.resolve(strict=True)
            status = real.stat()
        except (OSError, RuntimeError):  # a broken link, or a circle of links
            return "missing"
        if not real.is_relative_to(self._root):
            return "outside"
        inner = real.relative_to(self._root)
        if any(part.startswith(".") for part in inner.parts):
            return "outside"
        if not stat.S_ISREG(status.st_mode):
            return "missing"
        if media_types.media_kind(name) is None or media_types.media_kind(real.name) != media_types.media_kind(name):
            return "kind"
        if status.st_size > _MAX_SIZE:
            return "huge"
        if not os.access(real, os.R_OK):
            return "unreadable"
        if ".svg" in {path.suffix.lower(), real.suffix.lower()} and self._active_content(real):
            return "active"
        return FoundMedia(path, name, inner.as_posix(), status.st_size, _changed_at(status))

    def active_content(self, deck_file: str, file: str) -> str:
        """What an SVG that `find` calls active holds besides a drawing, in some words."""
        name = self._spelling_on_disk(media_types.path_in_folder(deck_file, file) or "") or ""
        return self._active_content((self._root / name).resolve())

    def _active_content(self, real: Path) -> str:
        if real not in self._active:
            try:
                with real.open("rb") as file:
                    self._active[real] = svg.find_active_content(file.read(svg.LARGEST + 1))
            except OSError as error:
                self._active[real] = f"it cannot be read, {error.strerror}"
        return self._active[real]

    def all_files(self) -> list[str]:
        """All pictures and sounds below the folder, ordered by path, without hidden ones; links to folders are not
        followed.
        """
        found, to_scan = list[str](), [""]
        while to_scan:
            prefix = to_scan.pop()
            with suppress(OSError):
                entries, folders = scan_folder(self._root, prefix)
                to_scan += folders
                for entry in entries:
                    if media_types.media_kind(entry.name) and not os.path.isdir(entry.path):  # noqa: PTH112 - raises nothing
                        found.append(f"{prefix}{entry.name}")
        return sorted(found)

    def _spelling_on_disk(self, wanted: str) -> str | None:
        """The path with the same letters, composed or not, else with other capitals; None if there is no such file."""
        name = ""
        for part in wanted.split("/"):
            entries = self._entries_by_spelling(name)
            entry = next((entries[key] for key in (part, nfc(part), _folded(part)) if key in entries), None)
            if entry is None:
                return None
            name = f"{name}/{entry}" if name else entry
        return name

    def _entries_by_spelling(self, folder: str) -> dict[str, str]:
        """The entries of a folder by their name as it is, composed, and case-folded."""
        if folder not in self._entries:
            try:
                names = sorted(os.listdir(self._root / folder))  # noqa: PTH208 - only the names
            except OSError:
                names = []
            spelled: dict[str, str] = {}
            for spelling in (_folded, nfc, str):  # the last one wins
                spelled |= {spelling(name): name for name in reversed(names)}
            self._entries[folder] = spelled
        return self._entries[folder]


def file_times(folder: Path) -> dict[str, tuple[int, int]]:
    """Size in bytes and time of the last change in nanoseconds of every deck file, picture and sound below the folder, by
    its path there; none of what cannot be read. Hidden files are left out, links to folders are not followed.
    """
    found, to_scan = dict[str, tuple[int, int]](), [""]
    while to_scan:
        prefix = to_scan.pop()
        with suppress(OSError):
            entries, folders = scan_folder(folder, prefix)
            to_scan += folders
            for entry in entries:
                if is_deck_file(entry.name) or media_types.media_kind(entry.name):
                    status = entry.stat()
                    found[f"{prefix}{entry.name}"] = status.st_size, max(status.st_mtime_ns, status.st_ctime_ns)
    return found


def _folded(name: str) -> str:
    """Marked, so that a folded name differs from every name on the disk."""
    return f"\0{caseless(name)}"


def _changed_at(status: os.stat_result) -> int:
    """When its content last changed, or it was moved here if that is later; anybody may set an mtime to the future."""
    changed_ns = status.st_ctime_ns if os.name == "posix" else max(status.st_ctime_ns, status.st_mtime_ns)
    return changed_ns // 1_000_000
