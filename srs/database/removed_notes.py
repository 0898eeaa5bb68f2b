"""The last texts of notes that have progress but are in no folder any more. Functions that write must be called inside
`Store.write`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

_HAS_PROGRESS = "exists (select 1 from states s where s.card > {0} || '/' and s.card < {0} || '0' and s.state <> 'new')"


class NoteText(NamedTuple):
    """A note's kind and fields (JSON, as in the deck file)."""

    note: str
    kind: str
    fields: str


def texts_of_files(connection: sqlite3.Connection, folder: int, paths: Iterable[str], kept: Set[str]) -> list[NoteText]:
    """The texts of the files' notes, without those that are `kept`; to be read before the notes are deleted."""
    ids = {
        note
        for path in paths
        for (note,) in connection.execute("select id from notes where folder = ? and path = ?", (folder, path))
    }
    query = "select id, kind, fields from notes where folder = ? and id = ?"
    return [NoteText(*connection.execute(query, (folder, note)).fetchone()) for note in sorted(ids - kept)]


def keep_texts(connection: sqlite3.Connection, texts: Iterable[NoteText], now: int) -> None:
    """Keeps the texts of notes with progress, and deletes those of notes that are back. `now` is UTC milliseconds."""
    connection.executemany(
        "insert or replace into vanished (note, kind, fields, at) select ?1, ?2, ?3, ?4 where "
        + _HAS_PROGRESS.format("?1"),
        [(*text, now) for text in texts],
    )
    connection.execute(
        "delete from vanished where exists"
        " (select 1 from notes n where n.folder in (select id from folders) and n.id = vanished.note)"
    )


def all_removed(connection: sqlite3.Connection) -> list[tuple[NoteText, int]]:
    """Removed notes with progress under their own id, each with when it was found to be gone (UTC milliseconds)."""
    rows = connection.execute(
        f"select note, kind, fields, at from vanished v where {_HAS_PROGRESS.format('v.note')} order by note"
    )
    return [(NoteText(note, kind, fields), at) for note, kind, fields, at in rows]


def new_notes(connection: sqlite3.Connection, folder: int, since: int) -> Iterator[tuple[NoteText, int]]:
    """The folder's notes without progress whose text changed at `since` or later, each with the time of that change."""
    rows = connection.execute(
        "select n.id, n.kind, n.fields, t.changed_at from notes n join texts t on t.note = n.id and t.changed_at >= ?"
        f" where n.folder = ? and not {_HAS_PROGRESS.format('n.id')} order by n.id",
        (since, folder),
    )
    return ((NoteText(note, kind, fields), at) for note, kind, fields, at in rows)


def merge(connection: sqlite3.Connection, theirs: Iterable[tuple[NoteText, int]]) -> None:
    """Adds another database's removed notes; of two texts the later one stays, then the smaller one."""
    connection.executemany(
        "insert into vanished (note, kind, fields, at) values (?, ?, ?, ?) on conflict (note) do update"
        " set kind = excluded.kind, fields = excluded.fields, at = excluded.at"
        " where excluded.at > at or (excluded.at = at and (excluded.kind, excluded.fields) < (kind, fields))",
        [(*text, at) for text, at in theirs],
    )
    keep_texts(connection, (), 0)
