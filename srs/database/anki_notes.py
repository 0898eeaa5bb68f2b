"""Which of our notes an Anki collection held after the last sync with it. Functions that write must be called inside
`Store.write_cache` or `Store.write`.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class HeldNote(NamedTuple):
    """`note_id` is Anki's; `deleted` says that the note was deleted there, and its cards were suspended here."""

    note_id: int
    deleted: bool


def held_notes(connection: sqlite3.Connection, collection: str) -> dict[str, HeldNote]:
    """By guid."""
    rows = connection.execute("select guid, note_id, deleted from anki_notes where collection = ?", (collection,))
    return {guid: HeldNote(note_id, bool(deleted)) for guid, note_id, deleted in rows}


def put_notes(connection: sqlite3.Connection, collection: str, notes: Iterable[tuple[str, HeldNote]]) -> None:
    connection.executemany(
        "insert or replace into anki_notes values (?, ?, ?, ?)", ((collection, guid, *held) for guid, held in notes)
    )
