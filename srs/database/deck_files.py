"""Deck folders and their files as rows. Functions that write expect to be inside `Store.write`."""

import sqlite3
from pathlib import Path
from typing import NamedTuple


class FileRow(NamedTuple):
    """What is known of one deck file; `stamp_ns` is -1 where the file system's times are too coarse to be trusted.

    `good` is its last version without an error and `deck` what that says of all its notes, as JSON, both None if there
    was none; `problems` are the errors of the version that stands on disk, as JSON.
    """

    path: str
    size: int
    stamp_ns: int
    sha256: str
    good: bytes | None
    deck: str | None
    problems: str


def number(connection: sqlite3.Connection, path: Path) -> int | None:
    """The folder's number, None if it was never synced."""
    row = connection.execute("select id from folders where path = ?", (str(path),)).fetchone()
    return row[0] if row else None


def add(connection: sqlite3.Connection, path: Path) -> int:
    """The folder's number, a fresh one if it has none."""
    connection.execute("insert or ignore into folders (path) values (?)", (str(path),))
    found = number(connection, path)
    assert found is not None
    return found


def stamps(connection: sqlite3.Connection, folder: int) -> dict[str, tuple[int, int]]:
    """(size, stamp_ns) by path, as they were when the file was last read."""
    rows = connection.execute("select path, size, stamp_ns from files where folder = ?", (folder,))
    return {path: (size, stamp) for path, size, stamp in rows}


def broken(connection: sqlite3.Connection, folder: int) -> list[tuple[str, bool]]:
    """The problems of each file whose version on disk has errors, and whether an earlier one is in use."""
    rows = connection.execute(
        "select problems, good is not null from files where folder = ? and problems <> '[]' order by path", (folder,)
    )
    return [tuple(row) for row in rows]


def files(connection: sqlite3.Connection, folder: int) -> list[FileRow]:
    """All files of the folder, by path."""
    rows = connection.execute(
        "select path, size, stamp_ns, sha256, good, deck, problems from files where folder = ? order by path", (folder,)
    )
    return [FileRow(*row) for row in rows]


def put_file(connection: sqlite3.Connection, folder: int, file: FileRow) -> None:
    connection.execute(
        "insert into files (folder, path, size, stamp_ns, sha256, good, deck, problems) values (?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (folder, path) do update set size = excluded.size, stamp_ns = excluded.stamp_ns,"
        " sha256 = excluded.sha256, good = excluded.good, deck = excluded.deck, problems = excluded.problems",
        (folder, *file),
    )


def drop_file(connection: sqlite3.Connection, folder: int, path: str) -> None:
    """The file is gone, and its notes with it; their events stay."""
    connection.execute("delete from files where folder = ? and path = ?", (folder, path))


def decks(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str]]:
    """(path, deck as JSON) of each file in use, by path."""
    rows = connection.execute(
        "select path, deck from files where folder = ? and deck is not null order by path", (folder,)
    )
    return [tuple(row) for row in rows]


def overrides(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str, str]]:
    """(path, deck, settings as JSON) of each file in use that has settings for its deck."""
    rows = connection.execute(
        "select * from (select path, json_extract(deck, '$.name'), json_extract(deck, '$.settings') as settings"
        " from files where folder = ? and json_valid(deck)) where settings is not null order by path",
        (folder,),
    )
    return [tuple(row) for row in rows]


def names_of_files(connection: sqlite3.Connection, folder: int) -> dict[str, str]:
    """The name of the deck that each file in use holds, by path."""
    rows = connection.execute(
        "select path, json_extract(deck, '$.name') from files where folder = ? and json_valid(deck)", (folder,)
    )
    return dict(rows.fetchall())


def deck_names(connection: sqlite3.Connection, folder: int) -> list[str]:
    """The decks in use, in the order of their files."""
    rows = connection.execute(
        "select deck from notes where folder = ? group by deck order by min(path), deck", (folder,)
    )
    return [row[0] for row in rows]
