"""Deck files → database: a plan, then one transaction.

A file with errors stays in use in its last good version, without the notes whose id another file of the folder now has.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from srs.collection.deck_row import deck_to_json
from srs.collection.folder import Stamp
from srs.collection.packs import packs_used
from srs.core.progress import Done, Progress, ignore, no_progress
from srs.core.unicode import caseless
from srs.database import Store, deck_files, decks, removed_notes
from srs.database.bulk_insert import gc_paused
from srs.database.deck_files import FileRow
from srs.database.decks import NoteRow, StoredNote
from srs.deckfile import DeckFile, Problem, duplicates, parse
from srs.kinds.note import Deck, Note
from srs.kinds.registry import Kinds
from srs.log import event_log
from srs.log.processes import map_chunks

_BATCH = 1000  # notes that are stored at a time
_LARGE = 2_000_000  # bytes of deck files that several processes read in less time than one


PathsOf = Callable[[Sequence[str]], Mapping[str, str]]
"""The path of the file of each of these notes that is in use."""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a sync does: `touched` files have another time only; `read` ones get the notes beside them, in their order."""

    touched: tuple[FileRow, ...] = ()
    read: tuple[tuple[FileRow, tuple[StoredNote, ...]], ...] = ()
    removed: tuple[str, ...] = ()


@gc_paused()
def sync_changed(
    store: Store, folder: Path, found: Mapping[str, Stamp], kinds: Kinds, now: int, watch: Progress = no_progress
) -> int:
    """Writes what changed in the folder, if anything did, and returns the folder's id."""
    version = store.data_version()
    folder_id, changes = _make_plan(store, folder, found, kinds, watch)
    if folder_id is not None and changes == SyncPlan():
        return folder_id
    with store.write() as connection:
        if store.data_version() != version:  # another process has synced meanwhile
            folder_id, changes = _make_plan(store, folder, found, kinds, watch)
        folder_id = deck_files.add_folder(connection, folder)
        apply(connection, folder_id, changes, now, watch)
    return folder_id


def _make_plan(
    store: Store, folder: Path, found: Mapping[str, Stamp], kinds: Kinds, watch: Progress
) -> tuple[int | None, SyncPlan]:
    number = deck_files.folder_id(store.connection, folder)
    known = deck_files.all_files(store.connection, number) if number is not None else []

    def paths_of(notes: Sequence[str]) -> dict[str, str]:
        return decks.paths_of_notes(store.connection, number, notes) if number is not None and known else {}

    return number, plan(folder, found, known, paths_of, kinds, watch)


def plan(
    folder: Path,
    found: Mapping[str, Stamp],
    known: Sequence[FileRow],
    paths_of: PathsOf,
    kinds: Kinds,
    watch: Progress = no_progress,
) -> SyncPlan:
    """What brings the database up to date with the files; `paths_of` finds the files of notes in use."""
    rows = {row.path: row for row in known}
    removed = tuple(path for path in rows if path not in found)
    touched: list[FileRow] = []
    texts: dict[str, bytes | None] = {}
    for path, (size, stamp) in found.items():
        row = rows.get(path)
        if row and (row.size, row.stamp_ns) == (size, stamp) and stamp != -1:
            continue
        data = _read(folder / path)
        if row and row.sha256 == _digest(data):
            if (row.size, row.stamp_ns) != (size, stamp):
                touched.append(row._replace(size=size, stamp_ns=stamp))
        else:
            texts[path] = data
    if not texts and not removed:
        return SyncPlan(touched=tuple(touched))
    again = [row.path for row in known if row.problems != "[]" and row.path in found and row.path not in texts]
    texts |= {path: _read(folder / path) for path in again}
    read = _read_files(folder, found, texts, paths_of, kinds, watch)
    touched = [row for row in touched if row.path not in read]
    return SyncPlan(tuple(touched), _in_use(found, rows, texts, read, paths_of, removed, kinds), removed)


def apply(
    connection: sqlite3.Connection,
    folder: int,
    plan: SyncPlan,
    now: int,
    watch: Progress = no_progress,
) -> None:
    """Applies the plan; to be called inside a transaction."""
    for row in plan.touched:
        deck_files.put_file(connection, folder, row)
    paths = [*plan.removed, *(row.path for row, _ in plan.read)]
    lost = removed_notes.texts_of_files(
        connection, folder, paths, {note.id for _, notes in plan.read for note in notes}
    )
    for path in plan.removed:
        deck_files.delete_file(connection, folder, path)
    for row, _ in plan.read:  # all before any note comes in: notes may have moved from file to file
        deck_files.put_file(connection, folder, row)
        decks.delete_notes(connection, folder, row.path)
    with watch("Storing the notes", sum(len(notes) for _, notes in plan.read)) as done:
        for _, notes in plan.read:
            for start in range(0, len(notes), _BATCH):
                decks.insert_notes(connection, folder, notes[start : start + _BATCH], now)
                done(len(notes[start : start + _BATCH]))
    removed_notes.keep_texts(connection, lost, now)
    decks.clear_new_flags(connection, event_log.read_aliases(connection))


class _ReadFile(NamedTuple):
    """A deck file as it was read: its notes' ids and places in `file`, and the rows of these notes if it is good."""

    file: DeckFile
    notes: tuple[StoredNote, ...]


def _read_files(
    folder: Path,
    found: Mapping[str, Stamp],
    texts: dict[str, bytes | None],
    paths_of: PathsOf,
    kinds: Kinds,
    watch: Progress,
) -> dict[str, _ReadFile]:
    """Reads `texts`, and every other file whose notes meet theirs, which `texts` gains."""
    size = sum(len(data or b"") for data in texts.values())
    chunks = list(texts.items())
    parallel = size > _LARGE and len(chunks) > 1
    read = {}
    with watch("Reading the deck files", size) as done:
        in_process = ignore if parallel else done
        files = map_chunks(lambda chunk: _read_file(*chunk, kinds, in_process), chunks, parallel=parallel)
        for (path, data), file in zip(chunks, files, strict=True):
            read[path] = file
            if parallel:
                done(len(data or b""))
    if not all(one.file.good for one in read.values()):  # report errors in the words of what the folder uses
        kinds = kinds.showing(packs_used(folder, kinds))
        read |= {path: _read_file(path, texts[path], kinds) for path, one in read.items() if not one.file.good}
    meeting = set(paths_of([note.id for one in read.values() for note in one.file.notes]).values()) & found.keys()
    for path in meeting - read.keys():
        texts[path] = _read(folder / path)
        read[path] = _read_file(path, texts[path], kinds)
    return dict(sorted(read.items()))


def _read_file(path: str, data: bytes | None, kinds: Kinds, done: Done = ignore) -> _ReadFile:
    file = parsed_file(data, path, kinds, done=done)
    notes = _stored(file, path, kinds, frozenset()) if file.good else ()
    # other processes send them
    bare = tuple(replace(note, fields={}, media=(), html=(), named=()) for note in file.notes)
    return _ReadFile(replace(file, notes=bare), notes)


def _stored(file: DeckFile, path: str, kinds: Kinds, taken: Set[str]) -> tuple[StoredNote, ...]:
    """The notes of a good file, without those whose ids are `taken`."""
    assert file.deck is not None
    return tuple(stored_notes([row for row in note_rows(file, path, kinds) if row.id not in taken], file.deck, kinds))


def parsed_file(data: bytes | None, path: str, kinds: Kinds, *, lint: bool = False, done: Done = ignore) -> DeckFile:
    """The parsed deck file; `data` is None if it could not be read, which is then its problem."""
    if data is not None:
        return parse(data, path, kinds, lint=lint, done=done)
    what = "this folder" if path.endswith("/") else "the file"
    return DeckFile(path, None, (), (Problem("error", path, 1, 1, f"{what} cannot be read; check its permissions"),))


def _in_use(
    found: Mapping[str, Stamp],
    rows: Mapping[str, FileRow],
    texts: Mapping[str, bytes | None],
    read: Mapping[str, _ReadFile],
    paths_of: PathsOf,
    removed: Sequence[str],
    kinds: Kinds,
) -> tuple[tuple[FileRow, tuple[StoredNote, ...]], ...]:
    twice = duplicates(tuple(one.file for one in read.values()))
    taken = set[str]()
    errors = {
        path: [p for p in (*one.file.problems, *twice) if p.level == "error" and p.file == path]
        for path, one in read.items()
    }
    in_use = []
    for path in sorted(read, key=lambda path: (bool(errors[path]), path)):  # the good ones first
        (file, notes), row = read[path], rows.get(path)
        size, stamp = found[path]
        good, deck = (row.good, row.deck) if row else (None, None)
        if not errors[path]:
            assert file.deck is not None
            good, deck = texts[path], deck_to_json(file.deck)
        elif good is not None:
            file = parse(good, path, kinds)
            good, deck = (good, deck_to_json(file.deck)) if file.good and file.deck else (None, None)
            notes = _stored(file, path, kinds, frozenset()) if good is not None else ()
        else:
            notes = ()
        held = paths_of([note.id for note in notes])  # perhaps by files that did not change
        taken |= {note for note, other in held.items() if other not in read and other not in removed}
        if good is not None and any(note.id in taken for note in notes):
            notes = _stored(parse(good, path, kinds), path, kinds, taken)
        taken |= {note.id for note in notes}
        problems = json.dumps([asdict(problem) for problem in errors[path]], ensure_ascii=False)
        in_use.append((FileRow(path, size, stamp, _digest(texts[path]), good, deck, problems), notes))
    return tuple(in_use)


def note_rows(file: DeckFile, path: str, kinds: Kinds) -> list[NoteRow]:
    """The notes of a file whose deck is known."""
    assert file.deck is not None
    return [
        NoteRow(note.id, path, file.deck.name, kinds.of(note.fields).kind, note.fields, note.tags)
        for note in file.notes
    ]


def stored_notes(rows: Sequence[NoteRow], deck: Deck, kinds: Kinds) -> list[StoredNote]:
    """The notes of a file. Those that are new come by their key `order`, then as they stand."""
    notes = [kinds.note(row.id, deck, row.fields, row.tags) for row in rows]
    ranked = sorted(range(len(notes)), key=lambda n: (notes[n].order is None, notes[n].order or 0, n))
    rank_of = {n: rank for rank, n in enumerate(ranked)}
    return [
        decks.stored_note(row, n, rank_of[n], note.cards(), note.anki_head(), _words(row, note))
        for n, (row, note) in enumerate(zip(rows, notes, strict=True))
    ]


def _words(row: NoteRow, note: Note) -> str:
    return caseless("\n".join((row.id, row.deck, *note.tags, *_texts(row.fields))))


def _texts(value: Any) -> Iterator[str]:
    """Every text in a note's fields, however deep."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    else:
        yield str(value)


def _read(path: Path) -> bytes | None:
    """The file's bytes, None for a file that cannot be read."""
    try:
        return path.read_bytes()
    except (OSError, ValueError):  # the last for an invalid path: a damaged database may hold anything
        return None


def _digest(data: bytes | None) -> str:
    return sha256(data).hexdigest() if data is not None else ""
