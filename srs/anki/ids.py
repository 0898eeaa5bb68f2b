"""Ids in Anki, derived from names, so that every export on every machine gives the same."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import blake2b

_FIRST = 1_000_000_000_000  # Anki reads ids as milliseconds since 1970: September 2001 …
_SPAN = 600_000_000_000  # … to September 2020, so that none is in the future
_COPRIME = 31  # with _SPAN
_STRIDE = 0x9E37_79B9_7F4A  # far apart


def guid_and_nid(note_id: str) -> tuple[str, int]:
    """The guid (eleven characters), by which Anki recognizes the note on import, and the id of its row."""
    digest = _digest("note", note_id)
    return urlsafe_b64encode(digest).rstrip(b"=").decode(), _to_id(digest)


def guids(note_ids: Iterable[str]) -> list[str]:
    """The guid of each, as of `guid_and_nid`, but faster for many."""
    # nine bytes are twelve characters: with a zero after each digest, all are encoded at once
    text = urlsafe_b64encode(b"".join([_digest("note", name) + b"\0" for name in note_ids])).decode()
    return [text[start : start + 11] for start in range(0, len(text), 12)]


def cid(nid: int, ordinal: int) -> int:
    """The id of a card's row: distinct for the ordinals of a note, and for the notes of an ordinal."""
    return _FIRST + (nid * _COPRIME + ordinal * _STRIDE) % _SPAN


def stable_id(kind: str, name: str) -> int:
    """The id of a deck, field or other object (`kind`) by its name."""
    return _to_id(_digest(kind, name))


def _digest(kind: str, name: str) -> bytes:
    return blake2b(f"{kind}\0{name}".encode(), digest_size=8).digest()


def _to_id(digest: bytes) -> int:
    return _FIRST + int.from_bytes(digest, "big") % _SPAN


class UniqueIds:
    """Gives out each id once; a second name with the same id gets the next free one.

    Among ten thousand notes that happens in one of ten thousand decks.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def free(self, wanted: int) -> int:
        while wanted in self._taken:
            wanted += 1
        self._taken.add(wanted)
        return wanted
