"""Deck folders and their files as rows. Functions that write must be called inside `Store.write`."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class FileRow(NamedTuple):
    """One deck file. `stamp_ns` is -1 if the file system's times are too coarse to be trusted.

    `good` is its last version without an error, and `deck` what that says of all its notes, as JSON; both are None if
    there was none. `problems` are the errors of the version on disk, as JSON.
    """

    path: str
    size: int
    stamp_ns: int
    sha256: str
    good: bytes | None
    deck: str | None
    problems: str


def folder_id(connection: sqlite3.Connection, path: Path) -> int | None:
    """The folder's id in the database, None if it was never synced."""
    row = connection.execute("select id from folders where path = ?", (str(path),)).fetchone()
    return row[0] if row else None


def add_folder(connection: sqlite3.Connection, path: Path) -> int:
    """The folder's id in the database, which it gets if it has none."""
    connection.execute("insert or ignore into folders (path) values (?)", (str(path),))
    number = folder_id(connection, path)
    assert number is not None
    return number


def file_stamps(connection: sqlite3.Connection, folder: int) -> dict[str, tuple[int, int]]:
    """(size, stamp_ns) by path, of when the file was last read."""
    rows = connection.execute("select path, size, stamp_ns from files where folder = ?", (folder,))
    return {path: (size, stamp) for path, size, stamp in rows}


def broken_files(connection: sqlite3.Connection, folder: int) -> list[tuple[str, bool]]:
    """The problems of each file with errors on disk, and whether an earlier version is in use."""
    rows = connection.execute(
        "select problems, good is not null from files where folder = ? and problems <> '[]' order by path", (folder,)
    )
    return [tuple(row) for row in rows]


def all_files(connection: sqlite3.Connection, folder: int) -> list[FileRow]:
    """The folder's files, by path."""
    columns = ", ".join(FileRow._fields)
    rows = connection.execute(f"select {columns} from files where folder = ? order by path", (folder,))
    return [FileRow(*row) for row in rows]


def file_digests(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str]]:
    """(path, SHA-256) of each file as it was last read, by path."""
    rows = connection.execute("select path, sha256 from files where folder = ? order by path", (folder,))
    return [tuple(row) for row in rows]


def put_file(connection: sqlite3.Connection, folder: int, file: FileRow) -> None:
    connection.execute(
        f"insert into files (folder, {', '.join(FileRow._fields)}) values (?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (folder, path) do update set size = excluded.size, stamp_ns = excluded.stamp_ns,"
        " sha256 = excluded.sha256, good = excluded.good, deck = excluded.deck, problems = excluded.problems",
        (folder, *file),
    )


def delete_file(connection: sqlite3.Connection, folder: int, path: str) -> None:
    """Deletes the file and its notes; their events stay."""
    connection.execute("delete from files where folder = ? and path = ?", (folder, path))


def deck_headers(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str]]:
    """(path, deck as JSON) of each file in use, by path."""
    rows = connection.execute(
        "select path, deck from files where folder = ? and deck is not null order by path", (folder,)
    )
    return [tuple(row) for row in rows]


def choosing_files(connection: sqlite3.Connection, folder: int, kinds: Sequence[str]) -> list[tuple[int, str, str]]:
    """(folder, path, deck as JSON) of each file in use that chooses its cards or has notes of these kinds, of all folders,
    those of `folder` last.
    """
    rows = connection.execute(
        "select folder, path, deck from files f where json_valid(deck) and (json_extract(deck, '$.cards') is not null"
        " or exists (select 1 from notes n where n.folder = f.folder and n.path = f.path"
        " and n.kind in (select value from json_each(?)))) order by folder = ?, folder, path",
        (json.dumps(kinds), folder),
    )
    return [tuple(row) for row in rows]


def decks_after(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str | None]]:
    """(deck name, JSON list of the names under `after`) of each file in use; None for a file without any."""
    rows = connection.execute(
        "select json_extract(deck, '$.name'), json_extract(deck, '$.after') from files"
        " where folder = ? and json_valid(deck)",
        (folder,),
    )
    return [tuple(row) for row in rows]


def deck_settings(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str, str]]:
    """(path, deck name, settings as JSON) of each file in use that has settings."""
    rows = connection.execute(
        "select * from (select path, json_extract(deck, '$.name'), json_extract(deck, '$.settings') as settings"
        " from files where folder = ? and json_valid(deck)) where settings is not null order by path",
        (folder,),
    )
    return [tuple(row) for row in rows]


def deck_names_by_file(connection: sqlite3.Connection, folder: int) -> dict[str, str]:
    """The name of each file's deck, by path."""
    rows = connection.execute(
        "select path, json_extract(deck, '$.name') from files where folder = ? and json_valid(deck)", (folder,)
    )
    return dict(rows.fetchall())


def deck_names(connection: sqlite3.Connection, folder: int) -> list[str]:
    """The decks with notes, in the order of their files."""
    rows = connection.execute(
        "select json_extract(deck, '$.name') as name from files f where folder = ? and json_valid(deck)"
        " and exists (select 1 from notes n where n.folder = f.folder and n.path = f.path)"
        " group by name order by min(path), name",
        (folder,),
    )
    return [deck for (deck,) in rows]
