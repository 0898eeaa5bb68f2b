"""What an Anki package is made of, gathered as plain values for `srs.anki`."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from srs.anki.write import Exported, Package, Written, write
from srs.collection import Collection, lookup
from srs.collection.recorder import Recorder
from srs.collection.unknown import unknown
from srs.event import Rating
from srs.memory import UNSEEN
from srs.note import Note
from srs.store import decks, log, states


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
    with collection.store.read() as connection:
        changed = decks.changed(connection)
        package = Package(
            decks=[deck for deck in lookup.used_decks(collection) if deck.name in wanted],
            notes=(Exported(note, changed[note.id]) for note in notes),
            state=(lambda _: UNSEEN) if fresh else states.lookup(connection),
            log=() if fresh else log.entries(connection),
            first_day=None if fresh else log.first_day(connection),
            difficulty=cache(lambda before, rating: scheduler.difficulty(before, Rating(rating))),
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
