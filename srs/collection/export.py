"""What an Anki package is made of, gathered as plain values for `srs.anki`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from srs.anki.write import CardProgress, Exported, Logged, Package, Written, write
from srs.collection import Collection, lookup
from srs.collection.recorder import Recorder
from srs.collection.unknown import unknown
from srs.event import Event
from srs.memory import UNSEEN
from srs.note import Note, cards
from srs.scheduler import Scheduler
from srs.store import decks, log


def export(
    collection: Collection, target: Path, *, names: Sequence[str] = (), tags: Sequence[str] = (), fresh: bool = False
) -> Written:
    """Writes the notes that lie in one of the decks called `names` and have one of the `tags`; all if there is none.

    `fresh` leaves the progress out. Raises Unknown, TargetError.
    """
    wanted = set(collection.deck_names(names))
    notes: Iterable[Note] = (note for _, note in lookup.notes(collection) if note.deck in wanted)
    if tags:
        notes = _tagged(list(notes), tags)
        wanted = {note.deck for note in notes}
    scheduler = Recorder(collection).scheduler
    progress = {} if fresh else _progress(collection, scheduler)
    changed = decks.changed(collection.store.connection)
    package = Package(
        decks=[deck for deck in lookup.used_decks(collection) if deck.name in wanted],
        notes=(Exported(note, changed[note.id], _of(note, progress)) for note in notes),
        days=(logged.event.day for of_card in progress.values() for logged in of_card.log),
        settings=collection.settings,
        parameters=scheduler.parameters,
        calendar=collection.calendar,
    )
    return write(package, target)


def _tagged(notes: list[Note], tags: Sequence[str]) -> list[Note]:
    known = {tag for note in notes for tag in note.tags}
    for tag in tags:
        if tag not in known:
            raise unknown("tag", tag, known)
    return [note for note in notes if set(tags) & set(note.tags)]


def _of(note: Note, progress: Mapping[str, CardProgress]) -> dict[str, CardProgress]:
    return {card.key: progress[card.key] for card in cards(note) if card.key in progress} if progress else {}


def _progress(collection: Collection, scheduler: Scheduler) -> dict[str, CardProgress]:
    """Of every card that has events, by its key."""
    events = log.by_card(collection.store.connection)
    lived = {card: tuple(_lived(scheduler, of_card)) for card, of_card in groupby(events, lambda event: event.subject)}
    return {card: CardProgress(rows[-1].after, rows) for card, rows in lived.items()}


def _lived(scheduler: Scheduler, events: Iterator[Event]) -> Iterator[Logged]:
    state = UNSEEN
    for event in events:
        before, state = state, scheduler.apply(state, event)
        yield Logged(before, event, state)
