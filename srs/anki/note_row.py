"""A note as an export needs it: what takes longest of it, pure, so that any process can do it."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.ids import guid_and_nid
from srs.anki.notetypes import NoteType, joined, note_type, one_tag
from srs.kinds.note import Note

NoteRow = tuple[int, str, int, int, int, str, str, str, int, int, str]
"""id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data of Anki's table `notes`."""

_NO_MEDIA: Mapping[str, str] = MappingProxyType({})


class Drawn(NamedTuple):
    """`row` has the id that the note's own id gives; another note may have it as well. `cards` are (key, ordinal).
    `adopted` says that the note came from Anki, under a guid of its own.
    """

    row: NoteRow
    kind: NoteType
    deck: str
    cards: tuple[tuple[str, int], ...]
    adopted: bool


def draw(note: Note, changed_at: int, media: Mapping[str, str] = _NO_MEDIA, first: str = "") -> Drawn:
    """`changed_at` (UTC milliseconds) is when the note's text or one of its files last changed: Anki takes a text only if
    it is newer than its own.

    `media` are the names in the package of the pictures and sounds, by the names that the note uses; what is not among
    them is left out. `first` is the note's first id where that was another one: guid and ids in Anki stay those of it.
    """
    kind = note_type(note)
    guid, number = guid_and_nid(first or note.id)
    values = joined(note, media)
    own = values.partition("\x1f")[0]  # Anki works out the checksum of the first field by itself
    row = number, note.guid or guid, kind.id, changed_at // 1000, -1, _tags(note.tags), values, own, 0, 0, ""
    return Drawn(row, kind, note.deck, tuple([(card.key, card.ordinal) for card in note.cards()]), bool(note.guid))


@cache
def _tags(tags: tuple[str, ...]) -> str:
    """Anki looks for them between blanks."""
    return f" {' '.join(map(one_tag, tags))} " if tags else ""
