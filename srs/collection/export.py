"""Writes an Anki package of the collection's notes."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from srs.anki.media import MediaFile
from srs.anki.write import Written, write
from srs.collection import Collection, lookup
from srs.collection.packing import LeftOut, Media, drawn, package
from srs.collection.packing import notes as packed
from srs.collection.unknown import unknown
from srs.note import Note
from srs.store.decks import NoteRow


class Result(NamedTuple):
    written: Written
    left_out: tuple[LeftOut, ...]


def export(
    collection: Collection, target: Path, *, names: Sequence[str] = (), tags: Sequence[str] = (), fresh: bool = False
) -> Result:
    """Writes the notes that lie in one of the decks called `names` and have one of the `tags`; all if there is none.

    `fresh` leaves the progress out. Raises Unknown, TargetError.
    """
    wanted = set(collection.deck_names(names))
    notes: Iterable[tuple[NoteRow, Note]] = (pair for pair in packed(collection) if pair[0].deck in wanted)
    if tags:
        notes = _tagged(list(notes), tags)
        wanted = {note.deck for _, note in notes}
    media = Media(collection)
    of_decks = [deck for deck in lookup.used_decks(collection) if deck.name in wanted]
    with collection.store.read() as connection:
        used: dict[str, MediaFile] = {}
        made = package(collection, connection, drawn(connection, notes, media, used), used, of_decks, fresh=fresh)
        return Result(write(made, target), tuple(media.left_out))


def _tagged(notes: list[tuple[NoteRow, Note]], tags: Sequence[str]) -> list[tuple[NoteRow, Note]]:
    known = {tag for _, note in notes for tag in note.tags}
    for tag in tags:
        if tag not in known:
            raise unknown("tag", tag, known)
    return [(row, note) for row, note in notes if set(tags) & set(note.tags)]
