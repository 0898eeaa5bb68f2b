"""What a collection of Anki holds of our notes: their texts, their cards, and which log rows those have."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from typing import NamedTuple

from srs.anki.compare_texts import Held
from srs.anki.diff_cards import HeldCard, HeldRow
from srs.anki.notetypes import NoteType
from srs.anki.package import Opened
from srs.anki.redated import Says


@dataclass(frozen=True, slots=True)
class HeldNote:
    """`cards` by ordinal."""

    text: Held
    cards: dict[int, HeldCard]


def held(there: Opened, guids: Container[str]) -> dict[str, HeldNote]:
    """The notes with one of the `guids`, by guid. `there` is of schema 18."""
    names = _field_names(there)
    log: dict[int, list[HeldRow]] = defaultdict(list)
    rows = there.connection.execute(
        "select cid, id, ease, ivl, time, ease > 0 and not (type = 3 and factor = 0) from revlog order by id"
    )
    for card, at, *says, answer in rows:
        log[card].append(HeldRow(at, Says(*says), bool(answer)))
    found: dict[str, HeldNote] = {}
    by_number: dict[int, HeldNote] = {}
    for number, guid, kind, fields, tags in there.connection.execute("select id, guid, mid, flds, tags from notes"):
        if guid in guids:
            text = Held(number, kind, names[kind], tuple(fields.split("\x1f")), tuple(tags.split()))
            found[guid] = by_number[number] = HeldNote(text, {})
    of_cards = there.connection.execute(
        "select id, nid, ord, type, queue, case when odid then odue else due end, ivl, data, odid <> 0 from cards"
    )
    for number, note, ordinal, kind, queue, due, interval, data, filtered in of_cards:
        if note in by_number:
            own = tuple(log[number])
            by_number[note].cards[ordinal] = HeldCard(number, kind, queue, due, interval, data, bool(filtered), own)
    return found


class Kind(NamedTuple):
    """A note type as Anki has it: when its look last changed (seconds since 1970), its fields, and how many templates."""

    changed: int
    fields: tuple[str, ...]
    templates: int

    def shaped_like(self, ours: NoteType) -> bool:
        """Whether notes of ours fit without the two being merged."""
        return self.fields == tuple(name for name, _ in ours.fields) and self.templates == len(ours.templates)


def kinds(there: Opened) -> dict[int, Kind]:
    """All note types, by number."""
    names = _field_names(there)
    rows = there.connection.execute(
        "select id, mtime_secs, (select count(*) from templates where ntid = notetypes.id) from notetypes"
    )
    return {number: Kind(changed, names[number], templates) for number, changed, templates in rows}


def _field_names(there: Opened) -> dict[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for kind, name in there.connection.execute("select ntid, name from fields order by ntid, ord"):
        names[kind] += (name,)
    return names
