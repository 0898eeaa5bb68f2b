"""Notes with their files and their progress, as plain values for `srs.anki`."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.drawn import Drawn, draw
from srs.anki.media import MediaFile, media_file
from srs.anki.progress import Difficulty
from srs.anki.write import Package
from srs.collection import Collection, lookup
from srs.collection.media import MediaFolder, Trouble
from srs.collection.recorder import Recorder
from srs.event import Rating
from srs.markup import may_refer, references
from srs.memory import UNSEEN
from srs.note import Deck, Note
from srs.scheduler import Scheduler
from srs.store import decks, log, states
from srs.store.decks import NoteRow

_NO_MEDIA: Mapping[str, MediaFile] = MappingProxyType({})


class LeftOut(NamedTuple):
    """A picture or sound that is not in the package: the deck file and the note that name it, and why."""

    deck_file: str
    note: str
    file: str
    why: Trouble


class Media:
    """Finds the pictures and sounds of notes, reading each file once."""

    def __init__(self, collection: Collection) -> None:
        self.left_out: list[LeftOut] = []
        self._folder = MediaFolder(collection.folder)
        self._read: dict[Path, MediaFile] = {}

    def of(self, row: NoteRow) -> tuple[Mapping[str, MediaFile], int]:
        """A note's files by the names that it uses, and when the last of them changed (UTC milliseconds)."""
        if not may_refer(row.fields):
            return _NO_MEDIA, 0
        files: dict[str, MediaFile] = {}
        since = 0
        for file in dict.fromkeys(file for _, file in references(row.fields)):
            found = self._folder.find(row.path, file)
            if not isinstance(found, str):
                try:
                    files[file] = self._file(found.path)
                    since = max(since, found.changed_at)
                    continue
                except OSError:
                    found = "unreadable"
            self.left_out.append(LeftOut(row.path, row.id, file, found))
        return files, since

    def _file(self, path: Path) -> MediaFile:
        if path not in self._read:
            self._read[path] = media_file(path)
        return self._read[path]


def notes(collection: Collection) -> Iterator[tuple[NoteRow, Note]]:
    """The notes in use, less those whose id stands for another note: in Anki the two are one."""
    aliases = log.aliases(collection.store.connection)
    return (pair for pair in lookup.notes(collection) if pair[0].id not in aliases.current)


def drawn(
    connection: sqlite3.Connection, notes: Iterable[tuple[NoteRow, Note]], media: Media, used: dict[str, MediaFile]
) -> Iterator[Drawn]:
    """The notes under their first ids, and when they last changed: a relink changes the id that they name. Their files are
    added to `used`, by their names in Anki.
    """
    changed, aliases = decks.changed(connection), log.aliases(connection)
    for row, note in notes:
        files, since = media.of(row)
        used |= {kept.name: kept for kept in files.values()}
        names = {file: kept.name for file, kept in files.items()}
        yield draw(note, max(changed[note.id], since, aliases.since.get(note.id, 0)), names, aliases.first(note.id))


def package(
    collection: Collection,
    connection: sqlite3.Connection,
    notes: Iterable[Drawn],
    media: Mapping[str, MediaFile],
    of_decks: Sequence[Deck],
    *,
    fresh: bool = False,
) -> Package:
    """The notes with what their cards have lived; `fresh` leaves that out. It is read from `connection` as it is used."""
    scheduler = Recorder(collection).scheduler
    return Package(
        decks=of_decks,
        notes=notes,
        media=media,
        state=(lambda _: UNSEEN) if fresh else states.lookup(connection),
        log=() if fresh else log.entries(connection),
        first_day=None if fresh else log.first_day(connection),
        difficulty=difficulty(scheduler),
        settings=collection.settings,
        parameters=scheduler.parameters,
        calendar=collection.calendar,
    )


def difficulty(scheduler: Scheduler) -> Difficulty:
    """The scheduler's."""
    return lambda before, rating: scheduler.difficulty(before, Rating(rating))
