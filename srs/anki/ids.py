"""Ids in Anki: each a fixed function of a name, so that every export and every machine gives the same."""

from hashlib import blake2b

import genanki

_FIRST = 1_000_000_000_000  # Anki reads ids as milliseconds since 1970: September 2001 …
_SPAN = 600_000_000_000  # … to September 2020, so that no note seems to come from the future


def guid(note_id: str) -> str:
    """By which Anki knows the note again, whatever its text: ten characters."""
    text: str = genanki.guid_for("srs", note_id)
    return text


def hashed(kind: str, name: str) -> int:
    """The id of the `kind` (note, card, deck, …) called `name`."""
    digest = blake2b(f"{kind}\0{name}".encode(), digest_size=8).digest()
    return _FIRST + int.from_bytes(digest, "big") % _SPAN


class Unique:
    """Hands out `hashed` ids, and the next free one where two names meet (about once in 10 million pairs of decks)."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._taken: set[int] = set()

    def __call__(self, name: str) -> int:
        number = hashed(self._kind, name)
        while number in self._taken:
            number += 1
        self._taken.add(number)
        return number
