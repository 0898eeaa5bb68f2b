"""What other programs do to a learner's files: write to the database, lock it, fill the disk."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest


def execute(database: Path, *statements: str) -> Path:
    """Each statement is committed by itself."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return database


def query(database: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(statement).fetchall()


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program writes to the database and does not finish."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Makes the folder a file system of its own, of a size such as `1m`."""
    folder.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_disk(path: Path) -> None:
    """Writes to the file until there is no room left: raises OSError."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(512))
