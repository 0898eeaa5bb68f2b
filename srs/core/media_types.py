"""Names of picture, sound and video files: their types, and their paths in the deck folder. No file is touched here."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

MediaKind = Literal["picture", "sound", "video"]

_OF_KIND: Mapping[MediaKind, tuple[str, ...]] = {
    "picture": ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg"),
    "sound": ("mp3", "ogg", "oga", "opus", "m4a", "aac", "wav", "flac"),
    "video": ("mp4", "m4v", "webm", "ogv", "mov", "mkv", "avi", "mpg", "mpeg"),
}
EXTENSIONS: Mapping[str, MediaKind] = MappingProxyType(
    {extension: kind for kind, extensions in _OF_KIND.items() for extension in extensions}
)
"""What both Anki and the usual desktop programs show or play. HTML is left out: it could do anything."""

_MAX_LENGTH = 1000
_REFUSED = re.compile(r'[\x00-\x1f\x7f\\:<>"|?*]')  # drives, addresses, and what some systems refuse in a name
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def is_address(name: str) -> bool:
    """Whether it begins as an address does, instead of naming a file."""
    return _ADDRESS.match(name.lstrip()) is not None


def media_kind(file: str) -> MediaKind | None:
    """Whether the file's extension is that of a picture, a sound or a video; None for any other."""
    return EXTENSIONS.get(file.rpartition(".")[2].lower()) if "." in file else None


def path_in_folder(deck_file: str, file: str) -> str | None:
    """The path, relative to the deck folder, of what `deck_file` (relative to it, too) calls `file`.

    None for an absolute path, an address, a path that leaves the folder with `..`, and hidden files and folders.
    """
    if len(file) > _MAX_LENGTH or _REFUSED.search(file) or file.startswith("/"):
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
