"""The files of a deck folder."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from srs.errors import NoDecks, TargetError
from srs.files import replacing

Stamp = tuple[int, int]
"""(size in bytes, time of the last change in nanoseconds, -1 where that is too coarse to be trusted)"""

_ENDINGS = (".yaml", ".yml")
_COARSE = 1_000_000_000  # whole seconds: a file system that could hide a second change


def stamps(folder: Path) -> Mapping[str, Stamp]:
    """Every deck file below `folder` by its relative path (with `/`), ordered by path.

    Hidden files and folders are left out, links to folders are not followed. Raises NoDecks, also for a path that is
    not UTF-8: neither the database nor a message could hold it.
    """
    _check_name(str(folder))
    if not folder.exists():
        raise NoDecks(folder, "missing")
    if not folder.is_dir():
        raise NoDecks(folder, "not-a-folder")
    try:
        found = dict(sorted(_scan(folder, "")))
    except OSError as error:
        raise NoDecks(folder, "unreadable") from error
    if not found:
        raise NoDecks(folder, "empty")
    return found


def _scan(folder: Path, prefix: str) -> Iterator[tuple[str, Stamp]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _scan(Path(entry.path), f"{prefix}{entry.name}/")
            elif entry.name.endswith(_ENDINGS) and entry.is_file():
                stat = entry.stat()
                stamp = max(stat.st_mtime_ns, stat.st_ctime_ns)
                _check_name(entry.path)
                yield f"{prefix}{entry.name}", (stat.st_size, stamp if stamp % _COARSE else -1)


def _check_name(path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise NoDecks(Path(path), "bad-name") from None


def replace_file(path: Path, data: bytes) -> None:
    """Writes a deck file in one step. Raises TargetError, after which nothing has changed."""
    target = path.resolve()  # a link stays a link
    try:
        with replacing(target, target.stat().st_mode & 0o7777) as file:
            file.write(data)
    except OSError as error:
        raise TargetError(path, "not-writable", error.strerror or "") from error
