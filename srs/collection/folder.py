"""The files of a deck folder."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from srs.errors import FolderProblem, NoDecks, TargetError
from srs.files import locked, replacing

T = TypeVar("T")

Stamp = tuple[int, int]
"""(size in bytes, time of the last change in nanoseconds, -1 where that is too coarse to be trusted)"""

_ENDINGS = (".yaml", ".yml")
_COARSE = 1_000_000_000  # whole seconds: a file system that could hide a second change
_PATIENCE = 10.0  # seconds that a write waits for another srs
_PROBLEMS: Mapping[int | None, FolderProblem] = {errno.ENOENT: "missing", errno.ENOTDIR: "not-a-folder"}
_TRIES = 5  # of one change, where an editor saves the file again and again


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


@contextmanager
def alone(folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """No other srs writes deck files of the folder during the block. Waits up to `patience` seconds for one that does.

    Raises NoDecks, TargetError.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder, patience))
        except TimeoutError as error:
            raise TargetError(folder, "in-use") from error
        except OSError as error:
            raise NoDecks(folder, _PROBLEMS.get(error.errno, "unreadable")) from error
        yield


def undisturbed(folder: Path, change: Callable[[], T], patience: float = _PATIENCE) -> T:
    """What `change` returns: it reads deck files, decides, and writes them with `replace_file`, while no other srs writes
    any. If an editor saves one of them in between, it is called again.

    Raises NoDecks, TargetError.
    """
    tries = 0
    with alone(folder, patience):
        while True:
            try:
                return change()
            except TargetError as error:
                tries += 1
                if error.problem != "changed" or tries == _TRIES:
                    raise


def replace_file(path: Path, before: bytes, data: bytes) -> None:
    """Writes a deck file in one step, if it still holds `before`. Raises TargetError, after which nothing has changed."""
    target = path.resolve()  # a link stays a link
    try:
        with replacing(target, target.stat().st_mode & 0o7777) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # what takes time comes before the comparison
            if target.read_bytes() != before:
                raise TargetError(path, "changed")
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> TargetError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return TargetError(path, "full" if full else "not-writable", error.strerror or "")
