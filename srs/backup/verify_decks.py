"""Whether the stored notes and cards are what the last good version of each deck file says."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from srs.collection import Broken
from srs.collection.deck_row import deck_to_json
from srs.collection.sync_files import note_rows
from srs.database import deck_files, decks
from srs.database.deck_files import FileRow
from srs.deckfile import parse
from srs.kinds.registry import Kinds

_Rows = dict[str, set[tuple[Any, ...]]]


def differing(connection: sqlite3.Connection, kinds: Kinds) -> Iterator[str]:
    """Names each deck file of which the database holds something else, each note whose text has no date, and each card that
    is wrongly new or not new.
    """
    for number, path in connection.execute("select id, path from folders order by path").fetchall():
        expected: _Rows = defaultdict(set)
        expected.update(_expected(connection, number, kinds))
        stored: _Rows = defaultdict(set)
        for row in decks.stored(connection, number):
            stored[row[0]].add(row)
        for file in sorted(expected.keys() | stored.keys()):
            if expected[file] != stored[file]:
                yield f"{path}/{file}: its notes and cards are stored otherwise than the file says"
    for note in decks.undated(connection):
        yield f"{note}: it is not known when its text changed"
    for card in decks.wrongly_new(connection):
        yield f"{card}: it is listed as new, or as not new, against its state"


def _expected(connection: sqlite3.Connection, number: int, kinds: Kinds) -> _Rows:
    """The rows of each file's notes and cards; in one that cannot be read any more, something that no row is."""
    rows: _Rows = {}
    taken = set[str]()
    for file in sorted(deck_files.files(connection, number), key=lambda file: (file.problems != "[]", file.path)):
        if file.sha256 == "?":
            continue  # it waits to be read again
        try:
            if file.problems != "[]":
                Broken.of(file.problems, in_use=False)
            if file.good is not None:
                rows[file.path] = _of_file(file, taken, kinds)
        except (ValueError, TypeError, KeyError):
            rows[file.path] = {(file.path, "unreadable")}
    return rows


def _of_file(file: FileRow, taken: set[str], kinds: Kinds) -> set[tuple[Any, ...]]:
    assert file.good is not None
    parsed = parse(file.good, file.path, kinds)
    if not parsed.good or parsed.deck is None or file.deck != deck_to_json(parsed.deck):
        raise ValueError(file.path)
    rows = set[tuple[Any, ...]]()
    notes = [note for note in note_rows(parsed, file.path, kinds) if note.id not in taken]
    for position, note in enumerate(notes):
        taken.add(note.id)
        rows.add(decks.note_values(position, note))
        of_note = kinds.note(note.id, parsed.deck, note.fields, note.tags).cards()
        rows.update(decks.card_values(position, note, card) for card in of_note)
    return rows
