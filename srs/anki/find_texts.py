"""Finds the texts of Anki's that deck files may take: what was changed there, and notes that are new there."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from srs.anki.compare_texts import TheirText, compare_texts
from srs.anki.convert_srs_note import own_id
from srs.anki.new_notes import DeckPlace, NewNote, is_of_our_type, new_note
from srs.anki.package import Opened
from srs.anki.prepare import MediaReader, PreparedNote, build_notes, prepare_rows
from srs.anki.read_notes import ImportedNote, read_notes
from srs.anki.same_texts import says_the_same, shows_the_same
from srs.anki.text_changes import OwnNote, RefusedField, TextChanges, text_changes
from srs.collection import Collection, lookup
from srs.database import deck_files
from srs.kinds.registry import Kinds
from srs.log import event_log

_IN_PART = "only srs anki sync takes a note in part, because it can tell Anki"


@dataclass(frozen=True, slots=True)
class ChangedNote:
    """A note whose texts were changed in Anki; on `both` sides, or there alone."""

    own: OwnNote
    changes: TextChanges
    both: bool

    @property
    def id(self) -> str:
        return self.own.note.id

    @property
    def before(self) -> dict[str, Any]:
        """What the deck file has under the keys that change."""
        values = {**self.own.fields, "tags": list(self.own.tags)}
        return {key: values[key] for key in self.changes.values if values.get(key)}

    @property
    def after(self) -> dict[str, Any]:
        """What it would have instead."""
        return {key: value for key, value in self.changes.values.items() if value is not None}


class RefusedNote(NamedTuple):
    """A note that is new in Anki and cannot be taken, and why."""

    guid: str
    deck: str
    why: str


@dataclass(frozen=True, slots=True)
class TextOffer:
    """What may be taken, and which new notes may not."""

    changed: tuple[ChangedNote, ...] = ()
    new: tuple[NewNote, ...] = ()
    refused: tuple[RefusedNote, ...] = ()


def find_texts(collection: Collection, file: Opened, *, whole: bool) -> TextOffer:
    """What the opened file offers. With `whole`, a changed note is taken only if all its changes are. Raises PackageError."""
    known = _KnownNotes(collection)
    changed, new, refused = list[ChangedNote](), list[NewNote](), list[RefusedNote]()
    seen = set[str]()
    for their in read_notes(file).notes():
        if their.guid in seen:
            continue
        if their.guid in known.by_guid:
            seen.add(their.guid)
            if found := _changed_note(known.own_note(their.guid), their, collection.kinds, whole=whole):
                changed.append(found)
        elif is_of_our_type(their.kind) and known.lacks(their):
            seen.add(their.guid)
            try:
                made = new_note(their, known.places, collection.kinds)
            except ValueError as error:
                refused.append(RefusedNote(their.guid, their.cards[0][1] if their.cards else "", str(error)))
            else:
                new.append(made)
    return TextOffer(tuple(changed), tuple(new), tuple(refused))


class _KnownNotes:
    """The notes of the deck folder. Those that share their guid cannot be told apart, and are left out."""

    def __init__(self, collection: Collection) -> None:
        connection = collection.store.connection
        headers = dict(deck_files.deck_headers(connection, collection.folder_id))
        rows = list(prepare_rows(collection, connection, MediaReader(collection)))
        prepared = list(build_notes(collection.kinds, headers, rows))
        self._rows = {row.id: row for row in rows}
        self._aliases = event_log.read_aliases(connection)
        self._decks = dict(lookup.files(collection))
        media = defaultdict[str, dict[str, str]](dict)
        for note in prepared:
            media[self._rows[note.note.id].path].update(note.media_names)
        self.places = [DeckPlace(path, deck, media[path]) for path, deck in self._decks.items()]
        counts = Counter(note.guid for note in prepared)
        self.by_guid: Mapping[str, PreparedNote | None] = {
            note.guid: note if counts[note.guid] == 1 else None for note in prepared
        }

    def own_note(self, guid: str) -> OwnNote | None:
        prepared = self.by_guid[guid]
        if prepared is None:
            return None
        row = self._rows[prepared.note.id]
        tags = tuple(json.loads(row.tags))
        return OwnNote(
            prepared.note, json.loads(row.fields), tags, self._decks[row.path], row.path, prepared.media_names
        )

    def lacks(self, their: ImportedNote) -> bool:
        """Whether a note with an unknown guid is new: it was made in Anki, or is a copy of a note that is here. Any other
        came from here once, and was deleted here or belongs to another folder.
        """
        copied = own_id(their)
        return not copied or self._aliases.note(copied) in self._rows


def _changed_note(own: OwnNote | None, their: ImportedNote, kinds: Kinds, *, whole: bool) -> ChangedNote | None:
    """None if nothing was changed in Anki."""
    if own is None or their.kind is None:
        return None
    text = TheirText(0, their.kind.id, tuple(their.values), tuple(their.values.values()), their.tags)
    verdict = compare_texts(own.note, own.media, text).changed
    if verdict not in {"there", "both"} or shows_the_same(own.note, own.media, text):
        return None
    if verdict == "both" and says_the_same(own.note, own.media, text):
        return None
    changes = text_changes(own, text, kinds)
    if whole and changes.refused:
        rest = (RefusedField("other fields", _IN_PART),) if changes.values else ()
        changes = TextChanges({}, (*changes.refused, *rest))
    return ChangedNote(own, changes, verdict == "both") if changes.values or changes.refused else None
