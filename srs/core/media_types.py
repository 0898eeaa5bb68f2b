"""Files of pictures and sounds: which there are, and where a deck file may find them. No file is touched here."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Kind = Literal["picture", "sound"]

_OF: Mapping[Kind, tuple[str, ...]] = {
    "picture": ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg"),
    "sound": ("mp3", "ogg", "oga", "opus", "m4a", "aac", "wav", "flac"),
}
ENDINGS: Mapping[str, Kind] = MappingProxyType({ending: kind for kind, of_it in _OF.items() for ending in of_it})
"""What both Anki and the usual programs of a desktop show or play. HTML is none of them: it could do anything."""

_LONGEST = 1000
_REFUSED = re.compile(r'[\x00-\x1f\x7f\\:<>"|?*]')  # a drive, an address, or no name on every system


def kind(file: str) -> Kind | None:
    """What the file holds, by its ending; None if it is neither."""
    return ENDINGS.get(file.rpartition(".")[2].lower()) if "." in file else None


def inside(deck_file: str, file: str) -> str | None:
    """The path, relative to the deck folder, of what `deck_file` (relative to it, too) calls `file`.

    None for what cannot lie there or is not to be looked at: an absolute path, an address, one that leaves the folder
    with `..`, a hidden file or one in a hidden folder.
    """
    if len(file) > _LONGEST or _REFUSED.search(file) or file.startswith("/"):
        return None
    *parts, _ = deck_file.split("/")
    for part in file.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part.startswith(".") and part != ".":
            return None
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or None
