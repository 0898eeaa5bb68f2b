"""Compares stored notes and cards with the last good version of each deck file."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from srs.collection import BrokenFile
from srs.collection.deck_row import deck_to_json
from srs.collection.sync_files import note_rows, stored_notes
from srs.database import deck_files, decks
from srs.database.deck_files import FileRow
from srs.deckfile import parse
from srs.kinds.registry import Kinds

_Rows = dict[str, set[tuple[Any, ...]]]
"""Rows of notes and cards, by file."""


def deck_differences(connection: sqlite3.Connection, kinds: Kinds) -> Iterator[str]:
    """A sentence for each deck file whose stored notes and cards differ, each note whose text has no date, and each card
    that is wrongly new or not new.
    """
    for number, path in connection.execute("select id, path from folders order by path").fetchall():
        files = deck_files.all_files(connection, number)
        again = {file.path for file in files if file.sha256 == "?"}  # they will be read again
        expected, stored = _expected_rows([file for file in files if file.path not in again], kinds), _Rows()
        for row in decks.all_values(connection, number):
            stored.setdefault(row[0], set()).add(row)
        for file in sorted((expected.keys() | stored.keys()) - again):
            if expected.get(file, set()) != stored.get(file, set()):
                yield f"{path}/{file}: its stored notes and cards differ from the file"
    for note in decks.undated_notes(connection):
        yield f"{note}: the time of its last change is missing"
    for card in decks.cards_with_wrong_flag(connection):
        yield f"{card}: it is wrongly listed as new or not new"


def _expected_rows(files: Sequence[FileRow], kinds: Kinds) -> _Rows:
    """The rows that these files of a folder make; for a file that cannot be parsed, a row that is never stored."""
    rows: _Rows = {}
    used = set[str]()
    for file in sorted(files, key=lambda file: (file.problems != "[]", file.path)):
        try:
            if file.problems != "[]":
                BrokenFile.from_json(file.problems, in_use=False)
            if file.good is not None:
                rows[file.path] = _file_rows(file, file.good, used, kinds)
        except (ValueError, TypeError, KeyError):
            rows[file.path] = {(file.path, "unreadable")}
    return rows


def _file_rows(file: FileRow, good: bytes, used: set[str], kinds: Kinds) -> set[tuple[Any, ...]]:
    """`used` are the ids that other files have taken, and gains those of this file. Raises ValueError."""
    parsed = parse(good, file.path, kinds)
    if not parsed.good or parsed.deck is None or file.deck != deck_to_json(parsed.deck):
        raise ValueError(file.path)
    rows = set[tuple[Any, ...]]()
    notes = [note for note in note_rows(parsed, file.path, kinds) if note.id not in used]
    for note in stored_notes(notes, parsed.deck, kinds):
        used.add(note.id)
        rows.add(note.note)
        rows.update(note.cards)
    return rows
