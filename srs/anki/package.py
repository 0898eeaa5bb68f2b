"""Opens a package (.apkg, .colpkg) or a collection file from Anki. Anything in it may be wrong or hostile."""

import contextlib
import re
import sqlite3
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from srs.core.errors import PackageError

LARGEST = 2 << 30
"""Bytes of a database, unpacked."""

_MAX_RATIO = 100  # unpacked to packed size; real databases have 10, more than this is a zip bomb
_ALWAYS_ALLOWED = 64 << 20  # bytes, whatever the ratio
_CHUNK = 1 << 20  # bytes
_MAX_VALUE = 16 << 20  # bytes of one text or blob
_OLDEST, _NEWEST = 11, 18  # schemas that are known
_TABLES = ("col", "notes", "cards", "revlog")
_MEMBERS = {b"\x08\x03": "collection.anki21b", b"\x08\x02": "collection.anki21"}
"""The member with the database by the content of `meta`. Newer packages also hold an older database with one note, which asks
for an update.
"""

_DAMAGED = (
    sqlite3.DatabaseError, zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OverflowError,
)  # fmt: skip
"""What `zipfile` and `sqlite3` raise for files that are damaged, encrypted or packed in unknown ways."""


@dataclass(frozen=True, slots=True)
class Opened:
    """`connection` reads the database; `archive` is None for a bare collection; `zstd` says that all other members are
    compressed once more. `schema` is 11 (decks, note types and presets are JSON in `col`) or 18 (tables of their own).
    """

    path: Path
    connection: sqlite3.Connection
    archive: zipfile.ZipFile | None
    zstd: bool
    schema: int


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Opens the file for reading. Raises PackageError, also where SQLite finds damage later on."""
    with contextlib.ExitStack() as stack:
        with archived(path):
            made = _opened(path, stack)
        try:
            yield made
        except sqlite3.DatabaseError as error:
            raise PackageError(path, "damaged", str(error)) from error


@contextmanager
def archived(path: Path) -> Iterator[None]:
    """Raises PackageError for what the libraries raise that read the archive."""
    try:
        yield
    except OSError as error:
        raise PackageError(path, "unreadable", error.strerror or str(error)) from error
    except (*_DAMAGED, zstd_module().ZstdError) as error:
        raise PackageError(path, "damaged", str(error)) from error


@contextmanager
def unpacked(archive: zipfile.ZipFile, member: str, *, zstd: bool) -> Iterator[IO[bytes]]:
    """A member as a stream. To be used within `archived`."""
    with archive.open(member) as stream:
        if not zstd:
            yield stream
            return
        with zstd_module().open(stream) as plain:
            yield plain


def _opened(path: Path, stack: contextlib.ExitStack) -> Opened:
    if path.is_dir():
        raise PackageError(path, "unreadable", "it is a folder")
    if not path.is_file():
        raise PackageError(path, "missing")
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"SQLite format 3"):
        if path.with_name(f"{path.name}-wal").exists():
            raise PackageError(path, "in-use")
        connection = _open_database(path, stack)
        return Opened(path, connection, None, False, _schema(path, connection))
    if not start.startswith(b"PK"):
        raise PackageError(path, "not-anki")
    archive = stack.enter_context(zipfile.ZipFile(path))
    member, zstd = _database_member(path, archive)
    target = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="srs-anki-"))) / "collection"
    with unpacked(archive, member, zstd=zstd) as source:
        _copy(path, source, target, archive.getinfo(member))
    connection = _open_database(target, stack)
    return Opened(path, connection, archive, zstd, _schema(path, connection))


def zstd_module() -> Any:
    """The standard library's module from Python 3.14 on, before that its backport."""
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 - only for files from Anki
    else:
        from backports import zstd  # noqa: PLC0415 - as above
    return zstd


def _database_member(path: Path, archive: zipfile.ZipFile) -> tuple[str, bool]:
    """The member that holds the database, and whether it is compressed with zstd."""
    names = set(archive.namelist())
    meta = b""
    if "meta" in names:
        with archive.open("meta") as stream:
            meta = stream.read(16)
        if meta[:2] not in _MEMBERS:
            raise PackageError(path, "newer")
    member = _MEMBERS[meta[:2]] if meta else "collection.anki21" if "collection.anki21" in names else "collection.anki2"
    if member not in names:
        raise PackageError(path, "not-anki")
    return member, member.endswith("b")


def largest_unpacked(packed: int) -> int:
    """To how many bytes so many may unpack."""
    return min(max(_ALWAYS_ALLOWED, _MAX_RATIO * packed), LARGEST)


def _copy(path: Path, source: IO[bytes], target: Path, info: zipfile.ZipInfo) -> None:
    """Stops where the copy becomes too large: the sizes in a package need not be true."""
    allowed = largest_unpacked(info.compress_size)
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise PackageError(path, "too-large")
            file.write(chunk)


def _open_database(path: Path, stack: contextlib.ExitStack) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = stack.enter_context(contextlib.closing(sqlite3.connect(uri, uri=True)))
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    connection.execute("pragma trusted_schema = off")
    connection.execute("pragma cell_size_check = on")
    connection.execute("pragma cache_size = -65536")  # KiB: the log of a card is scattered over the file
    connection.create_collation("unicase", _unicase)
    return connection


def _unicase(one: str, other: str) -> int:
    one, other = one.casefold(), other.casefold()
    return (one > other) - (one < other)


def require_tables(path: Path, connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Raises PackageError unless all of these are plain tables: a view or a generated column could compute for ever."""
    kinds = {
        name: (kind, sql or "") for name, kind, sql in connection.execute("select name, type, sql from sqlite_master")
    }
    for table in tables:
        kind, sql = kinds.get(table, ("", ""))
        if kind != "table" or re.match(r"\s*create\s+virtual", sql, re.IGNORECASE):
            raise PackageError(path, "not-anki")
        if any(hidden for *_, hidden in connection.execute(f"pragma table_xinfo({table})")):
            raise PackageError(path, "not-anki")


def _schema(path: Path, connection: sqlite3.Connection) -> int:
    """The schema's number, after checking that the tables which are always read are plain ones."""
    require_tables(path, connection, _TABLES)
    row = connection.execute("select ver from col").fetchone()
    if row is None or not isinstance(row[0], int):
        raise PackageError(path, "not-anki")
    if row[0] > _NEWEST:
        raise PackageError(path, "newer", str(row[0]))
    if row[0] < _OLDEST:
        raise PackageError(path, "older", str(row[0]))
    return 18 if row[0] >= 15 else 11
