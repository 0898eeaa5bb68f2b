"""The last text of notes that have progress and that no folder has any more. Functions that write expect `Store.write`."""

import sqlite3
from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

_PROGRESS = "exists (select 1 from states s where s.card > {0} || '/' and s.card < {0} || '0' and s.state <> 'new')"


class Text(NamedTuple):
    """A note's kind and its fields (JSON, as in the deck file)."""

    note: str
    kind: str
    fields: str


def lost(connection: sqlite3.Connection, folder: int, paths: Iterable[str], kept: Set[str]) -> list[Text]:
    """The notes of these files but for those that are `kept`, before they go."""
    ids = {
        row[0]
        for path in paths
        for row in connection.execute("select id from notes where folder = ? and path = ?", (folder, path))
    }
    found = (
        connection.execute("select id, kind, fields from notes where folder = ? and id = ?", (folder, note)).fetchone()
        for note in sorted(ids - kept)
    )
    return [Text(*row) for row in found]


def keep(connection: sqlite3.Connection, texts: Iterable[Text], now: int) -> None:
    """Keeps those that have progress, and lets go of notes that are back. `now` is UTC milliseconds."""
    connection.executemany(
        "insert or replace into vanished (note, kind, fields, at) select ?1, ?2, ?3, ?4 where "
        + _PROGRESS.format("?1"),
        [(*text, now) for text in texts],
    )
    connection.execute(
        "delete from vanished where exists"
        " (select 1 from notes n where n.folder in (select id from folders) and n.id = vanished.note)"
    )


def every(connection: sqlite3.Connection) -> list[tuple[Text, int]]:
    """Those with progress under their own id, each with when it was found to be gone (UTC milliseconds)."""
    rows = connection.execute(
        f"select note, kind, fields, at from vanished v where {_PROGRESS.format('v.note')} order by note"
    )
    return [(Text(note, kind, fields), at) for note, kind, fields, at in rows]


def appeared(connection: sqlite3.Connection, folder: int, since: int) -> Iterator[tuple[Text, int]]:
    """The folder's notes without progress whose text is not older than `since`, with the time of its last change."""
    rows = connection.execute(
        "select n.id, n.kind, n.fields, t.changed_at from notes n join texts t on t.note = n.id and t.changed_at >= ?"
        f" where n.folder = ? and not {_PROGRESS.format('n.id')} order by n.id",
        (since, folder),
    )
    return ((Text(note, kind, fields), at) for note, kind, fields, at in rows)


def merge(connection: sqlite3.Connection, theirs: Iterable[tuple[Text, int]]) -> None:
    """Takes in another database's; of two texts the one that was seen last stays, then the smaller one."""
    connection.executemany(
        "insert into vanished (note, kind, fields, at) values (?, ?, ?, ?) on conflict (note) do update"
        " set kind = excluded.kind, fields = excluded.fields, at = excluded.at"
        " where excluded.at > at or (excluded.at = at and (excluded.kind, excluded.fields) < (kind, fields))",
        [(*text, at) for text, at in theirs],
    )
    keep(connection, (), 0)
