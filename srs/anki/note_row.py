"""A note as Anki stores it: the row of its table `notes`, and what the package needs to know beside it."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.export_media import MediaFile
from srs.anki.ids import guid_and_nid
from srs.anki.notetypes import RENDERED, NoteType, has_extra, joined, note_type, one_tag
from srs.kinds.note import Note

_NO_MEDIA: Mapping[str, str] = MappingProxyType({})


class NoteColumns(NamedTuple):
    """All columns of Anki's table `notes`."""

    id: int
    guid: str
    mid: int
    mod: int
    usn: int
    tags: str
    flds: str
    sfld: str
    csum: int
    flags: int
    data: str


class AnkiNote(NamedTuple):
    """`columns.id` follows from the note's own id; another note may have the same. `cards` are (key, ordinal). `adopted`
    notes came from Anki, under a guid of their own.
    """

    columns: NoteColumns
    note_type: NoteType
    deck: str
    cards: tuple[tuple[str, int], ...]
    media: tuple[MediaFile, ...]
    adopted: bool


def anki_note(note: Note, changed_at: int, media: Mapping[str, str] = _NO_MEDIA, first_id: str = "") -> AnkiNote:
    """`changed_at` (UTC milliseconds) is when the note's text or one of its files last changed: Anki takes a text only if
    it is newer than its own.

    `media` are the names in Anki of its pictures and sounds, by the names that it uses; the files are added by the caller.
    `first_id` is the note's first id if it has another one now: guid and id in Anki follow from that.
    """
    kind = note_type(note)
    guid, number = guid_and_nid(first_id or note.id)
    fields = joined(note, media)
    modified = max(changed_at // 1000, RENDERED) if has_extra(fields) else changed_at // 1000
    sort_field = fields.partition("\x1f")[0]
    columns = NoteColumns(
        number, note.guid or guid, kind.id, modified, -1, _tag_text(note.tags), fields, sort_field,
        0, 0, "",  # Anki works out the checksum by itself
    )  # fmt: skip
    keys = tuple([(card.key, card.ordinal) for card in note.cards()])
    return AnkiNote(columns, kind, note.deck, keys, (), bool(note.guid))


@cache
def _tag_text(tags: tuple[str, ...]) -> str:
    """Anki searches for tags between blanks."""
    return f" {' '.join(map(one_tag, tags))} " if tags else ""
