"""Ids in Anki: each a fixed function of a name, so that every export and every machine gives the same."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import blake2b

_FIRST = 1_000_000_000_000  # Anki reads ids as milliseconds since 1970: September 2001 …
_SPAN = 600_000_000_000  # … to September 2020, so that no note seems to come from the future
_COPRIME = 31  # with _SPAN
_STRIDE = 0x9E37_79B9_7F4A  # far apart


def guid_and_number(note_id: str) -> tuple[str, int]:
    """The guid, by which Anki knows the note again whatever its text (eleven characters), and the id of its row."""
    digest = _digest("note", note_id)
    return urlsafe_b64encode(digest).rstrip(b"=").decode(), _number(digest)


def guids(note_ids: Iterable[str]) -> list[str]:
    """The guid of each, as `guid_and_number` gives it: a large pull asks for them all."""
    # nine bytes are twelve characters: with a zero behind each digest, one encoding does for all
    text = urlsafe_b64encode(b"".join([_digest("note", name) + b"\0" for name in note_ids])).decode()
    return [text[start : start + 11] for start in range(0, len(text), 12)]


def card_number(note_number: int, ordinal: int) -> int:
    """The id of a card's row: another for each ordinal, and never the same for one ordinal of two notes."""
    return _FIRST + (note_number * _COPRIME + ordinal * _STRIDE) % _SPAN


def hashed(kind: str, name: str) -> int:
    """The id of the `kind` (deck, field, …) called `name`."""
    return _number(_digest(kind, name))


def _digest(kind: str, name: str) -> bytes:
    return blake2b(f"{kind}\0{name}".encode(), digest_size=8).digest()


def _number(digest: bytes) -> int:
    return _FIRST + int.from_bytes(digest, "big") % _SPAN


class Unique:
    """Hands out each number once: where two names have the same, the later one gets the next free number.

    Among ten thousand notes that happens once in ten thousand decks.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def free(self, number: int) -> int:
        while number in self._taken:
            number += 1
        self._taken.add(number)
        return number
