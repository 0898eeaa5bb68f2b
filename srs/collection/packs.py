"""Which packs of kinds a folder of decks uses."""

import re
from pathlib import Path

from srs.collection.folder import find_deck_files
from srs.core.errors import DeckFolderError
from srs.kinds.registry import Kinds


def packs_used(folder: Path, kinds: Kinds) -> frozenset[str]:
    """The packs of which a deck file seems to hold a note: all keys that a kind requires begin some line."""
    found = set[str]()
    try:
        names = list(find_deck_files(folder))
    except (DeckFolderError, OSError, ValueError):  # the last one for what is no path at all
        return frozenset()
    for name in names:
        hidden = [kind for kind in kinds.all if kind.pack and kind.pack not in found]
        try:
            text = (folder / name).read_bytes() if hidden else b""
        except OSError:
            continue
        found |= {kind.pack for kind in hidden if all(_begins_line(key, text) for key in kind.required)}
    return frozenset(found)


def _begins_line(key: str, text: bytes) -> bool:
    return re.search(rb"^[ -]*" + re.escape(key.encode()) + rb":", text, re.MULTILINE) is not None
