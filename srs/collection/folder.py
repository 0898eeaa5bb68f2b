"""The files of a deck folder."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from stat import S_ISDIR
from typing import TypeVar

from srs.core.errors import NoDecks, TargetError
from srs.core.files import locked, replacing

T = TypeVar("T")

Stamp = tuple[int, int]
"""(size in bytes, time of the last change in nanoseconds, -1 where that is too coarse to be trusted)"""

_ENDINGS = (".yaml", ".yml")
_UNREADABLE: Stamp = (0, 0)
_COARSE = 1_000_000_000  # whole seconds: a file system that could hide a second change
_PATIENCE = 10.0  # seconds that a write waits for another srs
_TRIES = 5  # of one change, where an editor saves the file again and again


def resolved(folder: Path) -> Path:
    """The absolute path without links, by which the database knows the folder. Raises NoDecks if it is not UTF-8: neither
    the database nor a message could hold it.
    """
    _check_name(str(folder))
    return Path(os.path.realpath(folder))  # `Path.resolve` of Python 3.12 fails where links go round in a circle


def stamps(folder: Path, known: Mapping[str, Stamp] | None = None) -> Mapping[str, Stamp]:
    """Every deck file below `folder` by its relative path (with `/`), ordered by path. A folder below it that cannot be
    read is listed as well, with `/` at its end; its files are taken to be as they are `known`.

    Hidden files and folders and what is no regular file are left out, links to folders are not followed. Raises NoDecks,
    also for a path that is not UTF-8, and OSError for a path that leads nowhere.
    """
    if not _is_folder(folder):
        raise NoDecks(folder, "not-a-folder")
    found = dict[str, Stamp]()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            files, folders = _listed(f"{folder}/{prefix}", prefix)
        except OSError as error:
            if not prefix:
                raise NoDecks(folder, "unreadable") from error
            found[prefix] = _UNREADABLE
            found |= {path: stamp for path, stamp in (known or {}).items() if path.startswith(prefix)}
        else:
            found |= files
            waiting += folders
    if not found:
        raise NoDecks(folder, "empty")
    return dict(sorted(found.items()))


def _is_folder(path: Path) -> bool:
    try:
        return S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        raise NoDecks(path, "missing") from None


def _listed(folder: str, prefix: str) -> tuple[dict[str, Stamp], list[str]]:
    """The deck files and the folders in one folder, by their path from the deck folder. Raises OSError."""
    files, folders = dict[str, Stamp](), list[str]()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{prefix}{entry.name}/")
            elif entry.name.endswith(_ENDINGS) and (stamp := _stamp(entry)):
                _check_name(entry.path)
                files[f"{prefix}{entry.name}"] = stamp
    return files, folders


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """None for what is no regular file: to read a pipe or a device may never end."""
    try:
        if not entry.is_file():
            return None
        stat = entry.stat()
    except FileNotFoundError:  # it has just gone
        return None
    except OSError:
        return _UNREADABLE
    stamp = max(stat.st_mtime_ns, stat.st_ctime_ns)
    return stat.st_size, stamp if stamp % _COARSE else -1


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
    if not _is_folder(folder):
        raise NoDecks(folder, "not-a-folder")
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder, patience))
        except TimeoutError as error:
            raise TargetError(folder, "in-use") from error
        except OSError as error:
            raise NoDecks(folder, "unreadable") from error
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


def replace_file(path: Path, before: bytes, data: bytes, patience: float = _PATIENCE) -> None:
    """Writes a deck file in one step, if it still holds `before`. Raises TargetError, after which nothing has changed."""
    target = path.resolve()  # a link stays a link
    try:
        # an srs with a deck folder above or below this one, or with a link to the file, has not locked the same folder
        with locked(target, patience), replacing(target, target.stat().st_mode & 0o7777) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # what takes time comes before the comparison
            if target.read_bytes() != before:
                raise TargetError(path, "changed")
    except TimeoutError as error:
        raise TargetError(path.parent, "in-use") from error
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> TargetError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return TargetError(path, "full" if full else "not-writable", error.strerror or "")
