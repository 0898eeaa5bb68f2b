"""Writes an Anki package of the collection's notes."""

from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from srs.anki.export_media import MediaFile
from srs.anki.prepare import LeftOut, Media, package, stored
from srs.anki.prepare import notes as packed
from srs.anki.prepare_chunk import drawn_by, drawn_piece, pieces
from srs.anki.write import Written, write
from srs.collection import Collection, lookup
from srs.collection.suggest_names import unknown
from srs.core.unicode import caseless
from srs.database import decks
from srs.database.bulk_insert import uncollected
from srs.database.decks import NoteRow
from srs.kinds.note import Note
from srs.log.workers import Workers
from srs.scheduling.queue import levels

_WORK = 5  # a note costs as much as so many events of a replay


class Result(NamedTuple):
    written: Written
    left_out: tuple[LeftOut, ...]


@uncollected()
def export(
    collection: Collection,
    target: Path,
    now: int,
    *,
    names: Sequence[str] = (),
    tags: Sequence[str] = (),
    fresh: bool = False,
) -> Result:
    """Writes the notes that lie in one of the decks called `names` and have one of the `tags`; all if there is none. `now`
    is UTC milliseconds.

    `fresh` leaves the progress out. Raises Unknown, TargetError.
    """
    wanted = set(collection.deck_names(names))
    chosen = None
    if tags:
        tagged = _tagged([row_and_note for row_and_note in packed(collection) if row_and_note[0].deck in wanted], tags)
        wanted, chosen = {row.deck for row in tagged}, {row.id for row in tagged}
    of_decks = [deck for deck in lookup.used_decks(collection) if deck.name in wanted]
    media, used = Media(collection), dict[str, MediaFile]()
    with (
        collection.store.read() as connection,
        Workers(partial(drawn_piece, collection.kinds), _WORK * decks.count(connection, collection.number)) as workers,
    ):
        results = workers.do(pieces(stored(collection, connection, (wanted, chosen), media, used)))
        notes = chain.from_iterable(map(drawn_by, results))
        made = package(collection, connection, notes, used, of_decks, now, fresh=fresh)
        return Result(write(made, target), tuple(media.left_out))


def _tagged(notes: Sequence[tuple[NoteRow, Note]], tags: Sequence[str]) -> list[NoteRow]:
    """Those with one of the tags, or one below it."""
    known = {level: caseless(level) for _, note in notes for tag in note.tags for level in levels(tag)}
    wanted = set(map(caseless, tags))
    if missing := [tag for tag in tags if caseless(tag) not in known.values()]:
        raise unknown("tag", missing[0], known)
    return [row for row, note in notes if any(known[level] in wanted for tag in note.tags for level in levels(tag))]
