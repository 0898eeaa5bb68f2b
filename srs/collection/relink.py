"""What is recorded of notes: that one's history is another's from now on, that two are two, that a meaning changed."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from srs.collection import Collection, lookup
from srs.collection.recorder import Recorder
from srs.collection.suggest_names import unknown
from srs.core.errors import CannotRelink
from srs.core.event import Distinct, Event, Forgot, Relinked, Softened, Source, What
from srs.core.relinks import Aliases
from srs.database import decks
from srs.log import event_log
from srs.log.replay_relinked import replay_moved

FACTOR = 0.5
"""What is left of the stability when a meaning changed, unless another is asked for."""


@dataclass(frozen=True, slots=True)
class Moved:
    """`event` is None if the history was the note's already. `cards` have the history now; `kept` is history that no card
    of the note asks for, which stays in the log. `still_in` names the file that holds the old id still, if one does.
    """

    event: Event | None
    cards: tuple[str, ...]
    kept: tuple[str, ...]
    still_in: str


def relink(collection: Collection, old: str, new: str, now: int) -> Moved:
    """The history of the note `old` is the note `new`'s from now on, earlier and later events alike.

    Raises Unknown, CannotRelink, StoreError.
    """
    lookup.note(collection, new)
    if old == new:
        raise CannotRelink(old, new, "same")
    _known(collection, old)
    with collection.store.write() as connection:
        before = event_log.aliases(connection)
        if before.note(new) == old:
            raise CannotRelink(old, new, "circle")
        event = None
        if before.note(old) == old or before.note(old) != before.note(new):
            event = _relinked(collection, connection, old, new, now)
            event_log.add(connection, event)
            replay_moved(connection, before)
        after = event_log.aliases(connection)
        lived = {after.card(key) for one in after.ids(after.note(new)) for key in event_log.subjects(connection, one)}
        asked = [after.card(card) for card in decks.of_note(connection, collection.number, new)]
        row = decks.note(connection, collection.number, old)
    cards = tuple(card for card in asked if card in lived)
    return Moved(event, cards, tuple(sorted(lived - set(asked))), row.path if row else "")


def _relinked(collection: Collection, connection: sqlite3.Connection, old: str, new: str, now: int) -> Event:
    """Later than every other relink of the id, so that it wins."""
    before = [
        event.at
        for event in event_log.of_notes(connection)
        if event.subject == old and isinstance(event.what, Relinked)
    ]
    return _of_note(collection, connection, old, Relinked(new), max([now, *(at + 1 for at in before)]))


def _of_note(collection: Collection, connection: sqlite3.Connection, note: str, what: What, at: int) -> Event:
    at = event_log.free_time(connection, note, at)
    return Event(note, at, collection.calendar.day(at), Source.SRS, collection.machine, what)


def distinct(collection: Collection, one: str, other: str, now: int) -> Event | None:
    """The two notes are two, however alike; None if that is recorded already. The order of the two does not matter, so
    the smaller id is always the subject. Raises Unknown, CannotRelink, StoreError.
    """
    if one == other:
        raise CannotRelink(one, other, "same")
    for note in (one, other):
        _known(collection, note)
    first, second = sorted((one, other))
    with collection.store.write() as connection:
        said = ((event.subject, event.what) for event in event_log.of_notes(connection))
        if (first, Distinct(second)) in said:
            return None
        event = _of_note(collection, connection, first, Distinct(second), now)
        event_log.add(connection, event)
    return event


def changed(
    collection: Collection, note: str, how: Literal["keep", "soften", "over"], factor: float, now: int
) -> list[Event]:
    """The note means something else now: what its cards with a memory keep of it. Returns what was recorded.

    Raises Unknown, StoreError.
    """
    lookup.note(collection, note)
    if how == "keep":
        return []
    cards = decks.of_note(collection.store.connection, collection.number, note)
    marked = Recorder(collection).mark_all(cards, Softened(factor) if how == "soften" else Forgot(), now)
    return [event for event in marked if event]


def _known(collection: Collection, note: str) -> None:
    """Raises Unknown for an id that neither a deck nor the log has ever had."""
    connection = collection.store.connection
    known = decks.ids(connection, collection.number)
    if note in known or event_log.subjects(connection, note) or _named(event_log.aliases(connection), note):
        return
    raise unknown("note", note, [*known, *decks.with_progress(connection)])


def _named(aliases: Aliases, note: str) -> bool:
    return note in aliases.current or note in aliases.origin
