"""Notes that the learner deleted in Anki: they are not sent again, and their cards are suspended here."""

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from srs.anki.package import Opened, opened
from srs.anki.prepare import PreparedNote
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.errors import StoreError
from srs.core.event import Suspended
from srs.database import anki_notes, states
from srs.database.anki_notes import HeldNote
from srs.log import event_log

_NOTE = 1  # among what was deleted in Anki

FEW = 20
"""Notes whose cards are suspended without a question."""


class DeletedNotes(NamedTuple):
    """Notes that an Anki collection held and lacks. `found` were there at the last sync, each with its cards to be suspended,
    which is done if it `suspends` them. Of those that stay `away`, all cards are suspended already.
    """

    found: Mapping[str, tuple[str, ...]]
    suspends: bool
    away: tuple[str, ...]

    @property
    def notes(self) -> frozenset[str]:
        return frozenset((*self.found, *self.away))

    @property
    def suspended(self) -> tuple[str, ...]:
        """The cards that are suspended by this."""
        return tuple(card for cards in self.found.values() for card in cards) if self.suspends else ()


NO_NOTES = DeletedNotes({}, False, ())

Suspends = Callable[[Mapping[str, tuple[str, ...]]], bool]
"""Whether to suspend the cards of the notes that were deleted in Anki since the last sync."""


def only_few(found: Mapping[str, tuple[str, ...]]) -> bool:
    """More may be due to a slip."""
    return len(found) <= FEW


def find_deleted(
    collection: Collection,
    file: Opened,
    original: Path,
    notes: Sequence[PreparedNote],
    theirs: Container[str],
    suspends: Suspends,
) -> DeletedNotes:
    """Of our notes, those that were deleted in the collection `original`, which is read from `file`; it has the guids
    `theirs`.

    Anki keeps the ids of what is deleted, until a full sync; what is missing for another reason, as in a collection that was
    restored from a backup, was not deleted. A note that was deleted before and has a card which is not suspended any more is
    wanted again.
    """
    held = anki_notes.held_notes(collection.store.connection, _name(original))
    if not held:
        return NO_NOTES
    deletions = {note for (note,) in file.connection.execute("select oid from graves where type = ?", (_NOTE,))}
    aliases = event_log.read_aliases(collection.store.connection)
    found, away = dict[str, tuple[str, ...]](), list[str]()
    for prepared in notes:
        known = held.get(prepared.guid)
        if known is None or prepared.guid in theirs or not (known.deleted or known.note_id in deletions):
            continue
        keys = (aliases.card(card.key) for card in prepared.note.cards())
        cards = tuple(card for card in keys if not states.get(collection.store.connection, card).suspended)
        if not cards:
            away.append(prepared.note.id)
        elif not known.deleted:
            found[prepared.note.id] = cards
    return DeletedNotes(found, bool(found) and suspends(found), tuple(away))


def held_now(copy: Path) -> dict[str, int]:
    """The ids of all notes of an Anki collection, by guid. Raises PackageError."""
    with opened(copy) as file:
        return dict(file.connection.execute("select guid, id from notes").fetchall())


def suspend_deleted(
    collection: Collection,
    original: Path,
    notes: Sequence[PreparedNote],
    deleted: DeletedNotes,
    held: Mapping[str, int],
    now: int,
) -> None:
    """Suspends the cards, as one command does, and notes which of our notes the collection `original` has now. `now` is UTC
    milliseconds; `held` is what `held_now` found. Raises StoreError.
    """
    connection, name = collection.store.connection, _name(original)
    gone = deleted.notes if deleted.suspends else frozenset(deleted.away)
    before = anki_notes.held_notes(connection, name)
    now_held = {prepared.guid: HeldNote(held[prepared.guid], False) for prepared in notes if prepared.guid in held}
    now_held |= {
        prepared.guid: before[prepared.guid]._replace(deleted=True) for prepared in notes if prepared.note.id in gone
    }
    changed = [(guid, one) for guid, one in now_held.items() if before.get(guid) != one]
    if deleted.suspended:
        with collection.store.write() as connection:
            Recorder(collection).insert_marks(connection, deleted.suspended, Suspended(), now)
            anki_notes.put_notes(connection, name, changed)
    elif changed:
        # if that fails, a note that is deleted next is sent once more
        with suppress(StoreError), collection.store.write_cache() as connection:
            anki_notes.put_notes(connection, name, changed)


def _name(original: Path) -> str:
    return hashlib.sha256(str(original.absolute()).encode(errors="surrogateescape")).hexdigest()[:16]
