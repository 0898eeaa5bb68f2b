"""Writes an Anki package of the collection's notes."""

from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from srs.anki.prepare import MediaReader, MissingMedia, anki_notes, build_package, prepare_rows
from srs.anki.write import Written, write_package
from srs.collection import Collection, lookup
from srs.collection.suggest_names import unknown
from srs.core.deck_names import with_ancestors
from srs.core.progress import counted
from srs.core.unicode import caseless
from srs.database import decks
from srs.database.bulk_insert import gc_paused
from srs.database.decks import NoteRow
from srs.kinds.note import Note
from srs.log import event_log


class Exported(NamedTuple):
    written: Written
    missing_media: tuple[MissingMedia, ...]


@gc_paused()
def export(
    collection: Collection,
    target: Path,
    now: int,
    *,
    names: Sequence[str] = (),
    tags: Sequence[str] = (),
    fresh: bool = False,
) -> Exported:
    """Writes the notes of the decks `names` that have one of the `tags` to an .apkg file. No names: every deck; no tags:
    every note. `fresh` leaves the progress out. `now` is UTC milliseconds.

    Raises Unknown, TargetError.
    """
    wanted, media = set(collection.deck_names(names)), MediaReader(collection)
    with collection.store.read() as connection:
        chosen: Container[str] | None = None
        if tags:
            found = _with_tags([pair for pair in lookup.notes(collection) if pair[0].deck in wanted], tags)
            wanted, chosen = {row.deck for row in found}, {row.id for row in found}
        of_decks = [deck for deck in lookup.used_decks(collection) if deck.name in wanted]
        total = decks.count_notes(connection, collection.folder_id)
        total += 0 if fresh else event_log.count_events(connection)
        with collection.watch("Exporting", total) as done:
            rows = (
                row
                for row in counted(prepare_rows(collection, connection, media), done)
                if row.deck in wanted and (chosen is None or row.id in chosen)
            )
            notes = anki_notes(collection, connection, rows)
            package = build_package(collection, connection, notes, of_decks, now, fresh=fresh)
            package = replace(package, log=counted(package.log, done))
            return Exported(write_package(package, target), tuple(media.missing))


def _with_tags(notes: Sequence[tuple[NoteRow, Note]], tags: Sequence[str]) -> list[NoteRow]:
    """Those with one of the tags, or one below it. Raises Unknown."""
    known = {level: caseless(level) for _, note in notes for tag in note.tags for level in with_ancestors(tag)}
    wanted = set(map(caseless, tags))
    if missing := [tag for tag in tags if caseless(tag) not in known.values()]:
        raise unknown("tag", missing[0], known)
    return [
        row for row, note in notes if any(known[level] in wanted for tag in note.tags for level in with_ancestors(tag))
    ]
