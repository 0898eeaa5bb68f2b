"""The notes of a collection with their files and their progress, ready for Anki: for exports and for syncs."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.card_columns import Difficulty, StateColumns
from srs.anki.export_media import MediaFile, media_file
from srs.anki.ids import guid_and_nid
from srs.anki.note_row import AnkiNote, anki_note
from srs.anki.redated import DAY
from srs.anki.write import Package
from srs.collection import Collection, lookup
from srs.collection.media import MediaFolder, MediaProblem
from srs.core.event import Parameters, Rating
from srs.core.markup import may_name_media, media_references
from srs.core.settings import Settings
from srs.database import decks, states
from srs.database.decks import NoteRow
from srs.kinds.note import Deck, Note
from srs.log import event_log
from srs.log.replay import current_parameters, replay_card
from srs.scheduling.scheduler import Scheduler

_NO_MEDIA: Mapping[str, MediaFile] = MappingProxyType({})


class MissingMedia(NamedTuple):
    """A picture or sound that is not in the package: the deck file and the note that name it, and why."""

    deck_file: str
    note: str
    file: str
    why: MediaProblem


class MediaReader:
    """Finds the pictures and sounds of notes, and reads each file once."""

    def __init__(self, collection: Collection) -> None:
        self.missing: list[MissingMedia] = []
        self._folder = MediaFolder(collection.folder)
        self._read: dict[Path, MediaFile] = {}

    def files_of(self, row: NoteRow) -> tuple[Mapping[str, MediaFile], int]:
        """A note's files by the names that it uses, and when the last of them changed (UTC milliseconds)."""
        if not may_name_media(row.fields):
            return _NO_MEDIA, 0
        files: dict[str, MediaFile] = {}
        changed_at = 0
        for file in dict.fromkeys(file for _, file in media_references(row.fields)):
            found = self._folder.find(row.path, file)
            if not isinstance(found, str):
                try:
                    files[file] = self._file(found.path)
                    changed_at = max(changed_at, found.changed_at)
                    continue
                except OSError:
                    found = "unreadable"
            self.missing.append(MissingMedia(row.path, row.id, file, found))
        return files, changed_at

    def _file(self, path: Path) -> MediaFile:
        if path not in self._read:
            self._read[path] = media_file(path)
        return self._read[path]


class PreparedNote(NamedTuple):
    """A note in use. `changed_at` (UTC milliseconds) is when its text, its id or one of its `files` last changed; these are
    by the names that it uses. `first_id` is its oldest id.
    """

    note: Note
    changed_at: int
    files: Mapping[str, MediaFile]
    first_id: str

    @property
    def guid(self) -> str:
        return self.note.guid or guid_and_nid(self.first_id)[0]

    @property
    def media_names(self) -> dict[str, str]:
        """The names of its files in Anki, by the names that it uses."""
        return {name: file.name for name, file in self.files.items()}

    def to_anki(self) -> AnkiNote:
        return anki_note(self.note, self.changed_at, self.files, self.first_id)


def notes_for_anki(collection: Collection) -> Iterator[tuple[NoteRow, Note]]:
    """The notes in use, less those whose id is an old one of another note: in Anki the two are one."""
    aliases = event_log.read_aliases(collection.store.connection)
    return (pair for pair in lookup.notes(collection) if pair[0].id not in aliases.current)


def prepare_notes(
    connection: sqlite3.Connection, notes: Iterable[tuple[NoteRow, Note]], media: MediaReader
) -> Iterator[PreparedNote]:
    changed, aliases = decks.changed_times(connection), event_log.read_aliases(connection)
    for row, note in notes:
        files, files_changed_at = media.files_of(row)
        first_id, relinked_at = (aliases.first_id(row.id), aliases.since.get(row.id, 0)) if aliases else (row.id, 0)
        yield PreparedNote(note, max(changed.get(row.id, 0), files_changed_at, relinked_at), files, first_id)


def build_package(
    collection: Collection,
    connection: sqlite3.Connection,
    notes: Iterable[PreparedNote],
    of_decks: Sequence[Deck],
    now: int,
    *,
    fresh: bool = False,
) -> Package:
    """The notes with their cards' progress up to a day after `now`; `fresh` leaves that out. It is read from `connection` as
    it is used.
    """
    parameters = current_parameters(connection)
    return Package(
        decks=of_decks,
        notes=(note.to_anki() for note in notes),
        state=(lambda _: None) if fresh else state_lookup(connection, now + DAY),
        log=() if fresh else event_log.log_entries(connection),
        until=now + DAY,
        first_day=None if fresh else event_log.first_day(connection),
        difficulty=difficulty_under(parameters),
        settings=collection.settings,
        parameters=parameters,
        calendar=collection.calendar,
    )


def state_lookup(connection: sqlite3.Connection, until: int) -> Callable[[str], StateColumns | None]:
    """Gives the state of a card, as if nothing had happened later than `until`."""
    found = states.get_columns(connection, StateColumns._fields)
    aliases = event_log.read_aliases(connection)
    later = {aliases.card(event.subject) for event in event_log.events_after(connection, until)} & found.keys()
    scheduler = Scheduler(Settings(), current_parameters(connection))
    for card, rows in groupby(event_log.replay_rows(connection, later, aliases) if later else (), key=itemgetter(0)):
        before = states.state_to_row(card, replay_card(scheduler, [row for row in rows if row[1] <= until]))
        found[card] = states.pick_columns(before, StateColumns._fields)
    return lambda card: StateColumns._make(row) if (row := found.get(card)) else None


def difficulty_under(parameters: Parameters) -> Difficulty:
    scheduler = Scheduler(Settings(), parameters)
    return lambda before, rating: scheduler.next_difficulty(before, Rating(rating))
