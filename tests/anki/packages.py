"""Packages as other programs might make them, good or bad."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

SCHEMA = """
create table col (id integer primary key, crt integer, ver integer);
create table notes (id integer primary key);
create table cards (id integer primary key);
create table revlog (id integer primary key);
"""


def database(path: Path, *statements: str, version: int = 11, schema: str = SCHEMA) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
        connection.execute("insert into col values (1, 0, ?)", (version,))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path
