"""Which packs of kinds a folder of decks uses."""

import re
from math import inf
from pathlib import Path

from srs.collection.folder import find_deck_files
from srs.core.errors import DeckFolderError
from srs.kinds.registry import Kinds


def packs_used(folder: Path, kinds: Kinds, most: float = inf) -> frozenset[str]:
    """The packs of which a deck file seems to hold a note: all keys that a kind requires begin some line. Of a large folder
    only so many bytes (`most`) are looked at.
    """
    found = set[str]()
    try:
        names = list(find_deck_files(folder))
    except (DeckFolderError, OSError, ValueError):  # the last one for what is no path at all
        return frozenset()
    for name in names:
        hidden = [kind for kind in kinds.all if kind.pack and kind.pack not in found]
        if most <= 0:
            break
        try:
            text = (folder / name).read_bytes() if hidden else b""
        except OSError:
            continue
        most -= len(text)
        found |= {kind.pack for kind in hidden if all(_begins_line(key, text) for key in kind.required)}
    return frozenset(found)


def _begins_line(key: str, text: bytes) -> bool:
    return re.search(rb"^[ -]*" + re.escape(key.encode()) + rb":", text, re.MULTILINE) is not None
