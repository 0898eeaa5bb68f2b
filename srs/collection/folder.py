"""The files of a deck folder: finding them, and writing them while editors and other commands do too."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from stat import S_ISDIR
from typing import TypeVar

from srs.core.errors import DeckFolderError, TargetError
from srs.core.files import atomic_write, file_lock

T = TypeVar("T")

Stamp = tuple[int, int]
"""(size in bytes, time of the last change in nanoseconds, or -1 where the file system's times are too coarse to trust)"""

_ENDINGS = (".yaml", ".yml")
_UNREADABLE: Stamp = (0, 0)
_COARSE_NS = 1_000_000_000  # a file system that counts whole seconds could hide a second change
_LOCK_TIMEOUT = 10.0  # seconds
_MAX_TRIES = 5  # of one change, while an editor saves the file again and again


def resolve_folder(folder: Path) -> Path:
    """The absolute path without links, by which the database knows the folder. Raises DeckFolderError if it is not UTF-8, which
    neither the database nor a message could hold.
    """
    _check_utf8(str(folder))
    return Path(os.path.realpath(folder))  # `Path.resolve` of Python 3.12 fails on a circle of links


def find_deck_files(folder: Path, known: Mapping[str, Stamp] | None = None) -> Mapping[str, Stamp]:
    """The stamp of every deck file below `folder` by its relative path (with `/`), ordered by path. A subfolder that
    cannot be read is listed as well, with `/` at its end; its files keep the stamps that are `known`.

    Skips hidden files and folders and whatever is not a regular file, and does not follow links to folders. Raises
    DeckFolderError, also for a path that is not UTF-8, and OSError for a path that leads nowhere.
    """
    if not _is_folder(folder):
        raise DeckFolderError(folder, "not-a-folder")
    found = dict[str, Stamp]()
    to_scan = [""]
    while to_scan:
        prefix = to_scan.pop()
        try:
            files, folders = scan_folder(folder, prefix)
        except OSError as error:
            if not prefix:
                raise DeckFolderError(folder, "unreadable") from error
            found[prefix] = _UNREADABLE
            found |= {path: stamp for path, stamp in (known or {}).items() if path.startswith(prefix)}
            continue
        to_scan += folders
        for file in files:
            if is_deck_file(file.name) and (stamp := _stamp(file)):
                _check_utf8(file.path)
                found[f"{prefix}{file.name}"] = stamp
    if not found:
        raise DeckFolderError(folder, "empty")
    return dict(sorted(found.items()))


def is_deck_file(name: str) -> bool:
    return name.endswith(_ENDINGS)


def _is_folder(path: Path) -> bool:
    try:
        return S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        raise DeckFolderError(path, "missing") from None


def scan_folder(root: Path, prefix: str) -> tuple[list[os.DirEntry[str]], list[str]]:
    """The entries of the folder `prefix` below `root`, without hidden ones, and apart from them its subfolders as further
    prefixes; links to folders are entries. Raises OSError.
    """
    files, folders = list[os.DirEntry[str]](), list[str]()
    with os.scandir(f"{root}/{prefix}") as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{prefix}{entry.name}/")
            else:
                files.append(entry)
    return files, folders


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """None for what is not a regular file: reading a pipe or a device may never end."""
    try:
        if not entry.is_file():
            return None
        stat = entry.stat()
    except FileNotFoundError:  # deleted a moment ago
        return None
    except OSError:
        return _UNREADABLE
    changed_ns = max(stat.st_mtime_ns, stat.st_ctime_ns)
    return stat.st_size, changed_ns if changed_ns % _COARSE_NS else -1


def _check_utf8(path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise DeckFolderError(Path(path), "bad-name") from None


@contextmanager
def lock_folder(folder: Path, timeout: float = _LOCK_TIMEOUT) -> Iterator[None]:
    """Keeps other srs commands from writing deck files of the folder during the block. Waits up to `timeout` seconds for
    one that does.

    Raises DeckFolderError, TargetError.
    """
    if not _is_folder(folder):
        raise DeckFolderError(folder, "not-a-folder")
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(folder, timeout))
        except TimeoutError as error:
            raise TargetError(folder, "in-use") from error
        except OSError as error:
            raise DeckFolderError(folder, "unreadable") from error
        yield


def edit_deck_files(folder: Path, change: Callable[[], T], timeout: float = _LOCK_TIMEOUT) -> T:
    """Calls `change` with the folder locked and returns what it returns. It reads deck files, decides, and writes them with
    `replace_if_unchanged`; it is called again if an editor saves one of them in between.

    Raises DeckFolderError, TargetError.
    """
    tries = 0
    with lock_folder(folder, timeout):
        while True:
            try:
                return change()
            except TargetError as error:
                tries += 1
                if error.problem != "changed" or tries == _MAX_TRIES:
                    raise


def replace_if_unchanged(path: Path, before: bytes, data: bytes, timeout: float = _LOCK_TIMEOUT) -> None:
    """Replaces a deck file in one step, if it still holds `before`. Raises TargetError, after which nothing has changed."""
    target = path.resolve()  # a link stays a link
    try:
        # a command on a deck folder above or below this one, or on a link to the file, has not locked the same folder
        with file_lock(target, timeout), atomic_write(target, target.stat().st_mode & 0o7777) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # slow, so before the comparison
            if target.read_bytes() != before:
                raise TargetError(path, "changed")
    except TimeoutError as error:
        raise TargetError(path.parent, "in-use") from error
    except OSError as error:
        raise TargetError.from_os_error(path, error) from error
