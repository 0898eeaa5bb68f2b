"""Notes with their files and their progress, as plain values for `srs.anki`."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.card_columns import Difficulty, State
from srs.anki.export_media import MediaFile, media_file
from srs.anki.note_row import Drawn, draw
from srs.anki.prepare_chunk import Stored
from srs.anki.redated import DAY
from srs.anki.write import Package
from srs.collection import Collection, lookup
from srs.collection.media import MediaFolder, Trouble
from srs.core.event import Parameters, Rating
from srs.core.markup import json_may_name_media, may_name_media, media_references
from srs.core.settings import Settings
from srs.database import deck_files, decks, states
from srs.database.decks import NoteRow
from srs.kinds.note import Deck, Note
from srs.log import event_log
from srs.log.replay import in_force, state_of
from srs.scheduling.scheduler import Scheduler

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
        if not may_name_media(row.fields):
            return _NO_MEDIA, 0
        files: dict[str, MediaFile] = {}
        since = 0
        for file in dict.fromkeys(file for _, file in media_references(row.fields)):
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
    aliases = event_log.aliases(collection.store.connection)
    return (pair for pair in lookup.notes(collection) if pair[0].id not in aliases.current)


def stored(
    collection: Collection,
    connection: sqlite3.Connection,
    wanted: tuple[Set[str], Set[str] | None],
    media: Media,
    used: dict[str, MediaFile],
) -> Iterator[tuple[str, list[Stored]]]:
    """As `drawn`, for who draws them elsewhere: by file, each with what the file says of all its notes. `wanted` are decks,
    and the notes' ids if not all are.
    """
    aliases = event_log.aliases(connection)
    of_files, (of_decks, ids) = dict(deck_files.decks(connection, collection.number)), wanted
    for path, rows in groupby(decks.plain_notes(connection, collection.number), key=itemgetter(1)):
        notes: list[Stored] = []
        for note_id, _, deck, kind, fields, tags, changed_at in rows:
            if deck not in of_decks or note_id in aliases.current or (ids is not None and note_id not in ids):
                continue
            since, names = max(changed_at, aliases.since.get(note_id, 0)), {}
            if json_may_name_media(fields):
                files, at = media.of(NoteRow(note_id, path, deck, kind, json.loads(fields), ()))
                used |= {kept.name: kept for kept in files.values()}
                since, names = max(since, at), {file: kept.name for file, kept in files.items()}
            notes.append((note_id, fields, tags, since, names, aliases.first(note_id)))
        yield of_files[path], notes


def drawn(
    connection: sqlite3.Connection, notes: Iterable[tuple[NoteRow, Note]], media: Media, used: dict[str, MediaFile]
) -> Iterator[Drawn]:
    """The notes under their first ids, and when they last changed: a relink changes the id that they name. Their files are
    added to `used`, by their names in Anki.
    """
    changed, aliases = decks.changed(connection), event_log.aliases(connection)
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
    now: int,
    *,
    fresh: bool = False,
) -> Package:
    """The notes with what their cards have lived up to a day after `now`; `fresh` leaves that out. It is read from
    `connection` as it is used.
    """
    parameters = in_force(connection)
    return Package(
        decks=of_decks,
        notes=notes,
        media=media,
        state=(lambda _: None) if fresh else states_of(connection, now + DAY),
        log=() if fresh else event_log.entries(connection),
        until=now + DAY,
        first_day=None if fresh else event_log.first_day(connection),
        difficulty=difficulty(parameters),
        settings=collection.settings,
        parameters=parameters,
        calendar=collection.calendar,
    )


def states_of(connection: sqlite3.Connection, until: int) -> Callable[[str], State | None]:
    """The states of all cards, by card, as if nothing had happened later than `until`."""
    found = states.columns(connection, State._fields)
    aliases = event_log.aliases(connection)
    later = {aliases.card(event.subject) for event in event_log.after(connection, until)} & found.keys()
    scheduler = Scheduler(Settings(), in_force(connection))
    for card, rows in groupby(event_log.by_card(connection, later, aliases) if later else (), key=itemgetter(0)):
        before = states.row(card, state_of(scheduler, [row for row in rows if row[1] <= until]))
        found[card] = states.some(before, State._fields)
    return lambda card: State._make(row) if (row := found.get(card)) else None


def difficulty(parameters: Parameters) -> Difficulty:
    """Under these parameters."""
    scheduler = Scheduler(Settings(), parameters)
    return lambda before, rating: scheduler.difficulty(before, Rating(rating))
