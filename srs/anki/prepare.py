"""The notes of a collection with their files and their progress, ready for Anki: for exports and for syncs."""

import json
import marshal
import pickle
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from srs.anki.card_columns import Difficulty, StateColumns
from srs.anki.export_media import MediaFile, media_file
from srs.anki.ids import guid_and_nid
from srs.anki.note_row import AnkiNote, NoteColumns, anki_note
from srs.anki.planned_due import planned_due
from srs.anki.redated import DAY
from srs.anki.write import Package
from srs.collection import Collection, lookup
from srs.collection.deck_row import deck_from_json
from srs.collection.media import MediaFolder, MediaProblem
from srs.collection.waiting_decks import introduction_order
from srs.core.event import Parameters, Rating
from srs.core.markup import json_may_name_media, media_references
from srs.core.settings import Settings
from srs.database import deck_files, decks, states
from srs.kinds.note import Deck, Note
from srs.kinds.registry import Kinds
from srs.log import event_log
from srs.log.processes import map_chunks
from srs.log.replay import current_parameters, replay_card
from srs.scheduling.scheduler import Scheduler

_BATCH = 1_000

_MANY = 20_000  # notes, from which on several processes save time


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

    def files_of(self, path: str, note_id: str, fields: str) -> tuple[Mapping[str, MediaFile], int]:
        """The files that the note's `fields` (JSON) name, and when the last of them changed (UTC milliseconds); `path` is
        that of its deck file.
        """
        if not json_may_name_media(fields):
            return {}, 0
        files: dict[str, MediaFile] = {}
        changed_at = 0
        for file in dict.fromkeys(file for _, file in media_references(json.loads(fields))):
            found = self._folder.find(path, file)
            if not isinstance(found, str):
                try:
                    files[file] = self._file(found.path)
                    changed_at = max(changed_at, found.changed_at)
                    continue
                except OSError:
                    found = "unreadable"
            self.missing.append(MissingMedia(path, note_id, file, found))
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
        note = anki_note(self.note, self.changed_at, self.media_names, self.first_id)
        return note._replace(media=tuple(self.files.values())) if self.files else note


class PreparedRow(NamedTuple):
    """A note as it is stored, `fields` and `tags` as JSON, with all else that a `PreparedNote` needs."""

    id: str
    path: str
    deck: str
    fields: str
    tags: str
    changed_at: int
    files: Mapping[str, MediaFile]
    first_id: str
    questions: Mapping[str, str] = {}  # of the notes that it names, by id


def prepare_rows(collection: Collection, connection: sqlite3.Connection, media: MediaReader) -> Iterator[PreparedRow]:
    """The notes in use, in the order of their files, less those whose id is an old one of another note: in Anki the two are
    one.
    """
    aliases = event_log.read_aliases(connection)
    naming = {kind.kind: kind.names for kind in collection.kinds.all if kind.names}
    for note_id, path, deck, kind, fields, tags, changed_at in decks.note_tuples(connection, collection.folder_id):
        if note_id in aliases.current:
            continue
        files, files_changed_at = media.files_of(path, note_id, fields)
        first_id, relinked_at = (aliases.first_id(note_id), aliases.since.get(note_id, 0)) if aliases else (note_id, 0)
        named = json.loads(fields).get(naming[kind], []) if kind in naming else []
        questions = lookup.questions(collection, connection, named) if named else {}
        last_change = max(
            changed_at, files_changed_at, relinked_at, *(decks.changed_time(connection, one) for one in questions)
        )
        yield PreparedRow(note_id, path, deck, fields, tags, last_change, files, first_id, questions)


def build_notes(kinds: Kinds, headers: Mapping[str, str], rows: Sequence[PreparedRow]) -> Iterator[PreparedNote]:
    """`headers` are what the deck files say of their decks (JSON), by path."""
    deck_of = {path: deck_from_json(header) for path, header in headers.items()}
    values = json.loads(f"[{','.join([f'[{row.fields},{row.tags}]' for row in rows])}]")  # faster than one by one
    for row, (fields, tags) in zip(rows, values, strict=True):
        note = kinds.note(row.id, deck_of[row.path], fields, tags)
        note = note.with_questions(row.questions) if row.questions else note
        yield PreparedNote(note, row.changed_at, row.files, row.first_id)


def anki_notes(
    collection: Collection, connection: sqlite3.Connection, rows: Iterator[PreparedRow]
) -> Iterator[AnkiNote]:
    """The notes of an export, by several processes if there are many."""
    headers = dict(deck_files.deck_headers(connection, collection.folder_id))
    sent = deque[list[PreparedRow]]()

    def chunks() -> Iterator[bytes]:
        while chunk := list(islice(rows, _BATCH)):
            sent.append(chunk)
            own = {path: headers[path] for path in {row.path for row in chunk}}
            names = [{name: file.name for name, file in row.files.items()} for row in chunk]
            yield marshal.dumps((own, [tuple(row._replace(files={})) for row in chunk], names))

    parallel = decks.count_notes(connection, collection.folder_id) >= _MANY
    with closing(map_chunks(partial(_anki_notes, collection.kinds), chunks(), parallel=parallel)) as results:
        for types, notes in map(marshal.loads, results):
            note_types = pickle.loads(types)  # noqa: S301 - written by `_anki_notes`
            for row, (columns, type_id, deck, cards, adopted) in zip(sent.popleft(), notes, strict=True):
                files = tuple(row.files.values())
                yield AnkiNote(NoteColumns._make(columns), note_types[type_id], deck, cards, files, adopted)


def _anki_notes(kinds: Kinds, data: bytes) -> bytes:
    """The notes of a chunk. Between processes, pickling them would take longer than building them."""
    headers, values, names = marshal.loads(data)  # noqa: S302 - written by `anki_notes`
    rows = [PreparedRow._make(row) for row in values]
    types, notes = {}, []
    for prepared, media in zip(build_notes(kinds, headers, rows), names, strict=True):
        columns, note_type, deck, cards, _, adopted = anki_note(
            prepared.note, prepared.changed_at, media, prepared.first_id
        )
        types[note_type.id] = note_type
        notes.append((tuple(columns), note_type.id, deck, cards, adopted))
    return marshal.dumps((pickle.dumps(types), notes))


def build_package(
    collection: Collection,
    connection: sqlite3.Connection,
    notes: Iterable[AnkiNote],
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
        notes=notes,
        state=(lambda _: None) if fresh else state_lookup(connection, now + DAY),
        log=() if fresh else event_log.log_entries(connection),
        until=now + DAY,
        first_day=None if fresh else event_log.first_day(connection),
        difficulty=difficulty_under(parameters),
        settings=collection.settings,
        parameters=parameters,
        calendar=collection.calendar,
        positions=introduction_order(collection),
        planned={} if fresh else planned_due(collection, now),
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
    return Difficulty(
        lambda before, rating: scheduler.next_difficulty(before, Rating(rating)),
        lambda given: scheduler.given_memory(given).difficulty,
    )
