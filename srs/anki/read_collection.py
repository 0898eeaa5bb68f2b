"""Reads our notes from an Anki collection: their texts, their cards and the log of these."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from typing import NamedTuple

from srs.anki.compare_texts import TheirText
from srs.anki.diff_cards import TheirCard, TheirReview
from srs.anki.notetypes import NoteType
from srs.anki.package import Opened
from srs.anki.redated import ReviewContent


@dataclass(frozen=True, slots=True)
class TheirNote:
    """A note of ours in Anki; `cards` are by ordinal."""

    text: TheirText
    cards: dict[int, TheirCard]


def read_their_notes(file: Opened, guids: Container[str], same: Container[int]) -> dict[str, TheirNote]:
    """The notes with one of the `guids`, by guid, without the logs of cards whose ids are in `same`. The file has schema 18."""
    names = _field_names(file)
    log: dict[int, list[TheirReview]] = defaultdict(list)
    rows = file.connection.execute(
        "select cid, id, ease, ivl, time, ease > 0 and not (type = 3 and factor = 0), ease > 0 and type = 0"
        " from revlog order by id"
    )
    for card, at, *content, is_answer, learns in rows:
        if card not in same:
            log[card].append(TheirReview(at, ReviewContent(*content), bool(is_answer), bool(learns)))
    found: dict[str, TheirNote] = {}
    by_id: dict[int, TheirNote] = {}
    for note_id, guid, kind, fields, tags in file.connection.execute("select id, guid, mid, flds, tags from notes"):
        if guid in guids:
            text = TheirText(note_id, kind, names[kind], tuple(fields.split("\x1f")), tuple(tags.split()))
            found[guid] = by_id[note_id] = TheirNote(text, {})
    of_cards = file.connection.execute(
        "select id, nid, ord, type, queue, case when odid then odue else due end, ivl, data, odid <> 0 from cards"
    )
    for number, note, ordinal, kind, queue, due, interval, data, filtered in of_cards:
        if note in by_id:
            own = tuple(log[number])
            by_id[note].cards[ordinal] = TheirCard(number, kind, queue, due, interval, data, bool(filtered), own)
    return found


class TheirNoteType(NamedTuple):
    """A note type in Anki: when it last changed (seconds since 1970), its fields, and how many templates it has."""

    changed_at: int
    fields: tuple[str, ...]
    templates: int

    def has_shape_of(self, ours: NoteType) -> bool:
        """Whether our notes fit in without merging the note types."""
        return self.fields == tuple(name for name, _ in ours.fields) and self.templates == len(ours.templates)


def read_their_note_types(file: Opened) -> dict[int, TheirNoteType]:
    """All note types, by id."""
    names = _field_names(file)
    rows = file.connection.execute(
        "select id, mtime_secs, (select count(*) from templates where ntid = notetypes.id) from notetypes"
    )
    return {number: TheirNoteType(changed_at, names[number], templates) for number, changed_at, templates in rows}


def _field_names(file: Opened) -> dict[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for kind, name in file.connection.execute("select ntid, name from fields order by ntid, ord"):
        names[kind] += (name,)
    return names
