"""What is recorded of notes rather than of cards: relinks, notes that are distinct, and changes of meaning."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from srs.collection import Collection, lookup
from srs.collection.recorder import Recorder
from srs.collection.suggest_names import unknown
from srs.core.errors import CannotRelink
from srs.core.event import Distinct, Event, EventSource, Forgot, Relinked, Softened, What
from srs.database import decks
from srs.log import event_log
from srs.log.replay_relinked import replay_relinked

DEFAULT_FACTOR = 0.5
"""By which a change of meaning softens the stability, unless another factor is given."""


@dataclass(frozen=True, slots=True)
class RelinkResult:
    """`event` is None if nothing had to be recorded. `cards` are those of the new note with a history; `orphaned` is
    history of cards that the note does not have, which stays in the log. `still_in` is the deck file that still has the
    old id, if any.
    """

    event: Event | None
    cards: tuple[str, ...]
    orphaned: tuple[str, ...]
    still_in: str


def relink(collection: Collection, old: str, new: str, now: int) -> RelinkResult:
    """Moves the history of the note `old` to the note `new`: its past events and those to come.

    Raises Unknown, CannotRelink, StoreError.
    """
    _, note = lookup.note(collection, new)
    if old == new:
        raise CannotRelink(old, new, "same")
    _check_known(collection, old)
    with collection.store.write() as connection:
        before = event_log.read_aliases(connection)
        if before.note(new) == old:
            raise CannotRelink(old, new, "circle")
        event = None
        if before.note(old) == old or before.note(old) != before.note(new):
            event = _relink_event(collection, connection, old, new, now)
            event_log.insert_event(connection, event)
            replay_relinked(connection, before)
        after = event_log.read_aliases(connection)
        subjects = (key for note in after.ids(after.note(new)) for key in event_log.keys_of_note(connection, note))
        with_history = {after.card(key) for key in subjects}
        cards = [after.card(card) for card in (card.key for card in note.all_cards())]
        row = decks.get_note(connection, collection.folder_id, old)
    return RelinkResult(
        event,
        tuple(card for card in cards if card in with_history),
        tuple(sorted(with_history - set(cards))),
        row.path if row else "",
    )


def _relink_event(collection: Collection, connection: sqlite3.Connection, old: str, new: str, now: int) -> Event:
    """Later than every other relink of the id, so that it wins."""
    times = [
        event.at
        for event in event_log.note_events(connection)
        if event.subject == old and isinstance(event.what, Relinked)
    ]
    return _note_event(collection, connection, old, Relinked(new), max([now, *(at + 1 for at in times)]))


def _note_event(collection: Collection, connection: sqlite3.Connection, note: str, what: What, at: int) -> Event:
    at = event_log.free_time(connection, note, at)
    return Event(note, at, collection.calendar.day(at), EventSource.SRS, collection.machine, what)


def mark_distinct(collection: Collection, note: str, other: str, now: int) -> Event | None:
    """Records that two notes are different ones, however similar; returns None if that is recorded already. Their order
    does not matter: the smaller id is always the subject. Raises Unknown, CannotRelink, StoreError.
    """
    if note == other:
        raise CannotRelink(note, other, "same")
    for name in (note, other):
        _check_known(collection, name)
    first, second = sorted((note, other))
    with collection.store.write() as connection:
        recorded = ((event.subject, event.what) for event in event_log.note_events(connection))
        if (first, Distinct(second)) in recorded:
            return None
        event = _note_event(collection, connection, first, Distinct(second), now)
        event_log.insert_event(connection, event)
    return event


def change_meaning(
    collection: Collection, note: str, how: Literal["keep", "soften", "over"], factor: float, now: int
) -> list[Event]:
    """Keeps, softens or forgets the memory of the note's cards after its meaning has changed; returns the new events.

    Raises Unknown, StoreError.
    """
    _, found = lookup.note(collection, note)
    if how == "keep":
        return []
    cards = (card.key for card in found.all_cards())
    events = Recorder(collection).mark_all(cards, Softened(factor) if how == "soften" else Forgot(), now)
    return [event for event in events if event]


def _check_known(collection: Collection, note: str) -> None:
    """Raises Unknown for an id that has never been in a deck or in the log."""
    connection = collection.store.connection
    aliases = event_log.read_aliases(connection)
    in_decks = decks.note_paths(connection, collection.folder_id)
    if not (
        note in in_decks
        or event_log.keys_of_note(connection, note)
        or note in aliases.current
        or note in aliases.origin
    ):
        raise unknown("note", note, [*in_decks, *decks.notes_with_progress(connection)])
