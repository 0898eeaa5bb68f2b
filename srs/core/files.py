"""Files that are written completely or not at all."""

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import IO


def is_disk_full(error: OSError) -> bool:
    """Whether the disk, or the user's share of it, is full."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def atomic_write(target: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Opens a temporary file that replaces `target`, flushed to disk, when the block ends; if the block fails, `target` is
    unchanged. `mode` are its permissions, by default those of any new file. Raises OSError.
    """
    import tempfile  # noqa: PLC0415 - slow to load, and not needed to read

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask() if mode is None else mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    with contextlib.suppress(OSError):  # some file systems cannot flush a folder; the file is in place
        fsync(target.parent)


@contextlib.contextmanager
def file_lock(path: Path, timeout: float) -> Iterator[None]:
    """Holds an exclusive lock on the existing file or folder during the block; on Windows it does nothing.

    The lock creates no file and ends with the process. Raises TimeoutError if another process holds it for longer than
    `timeout` seconds, OSError if `path` cannot be opened.
    """
    if sys.platform == "win32":  # it cannot open folders, nor replace open files
        yield
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        end = time.monotonic() + timeout
        while not _try_lock(handle):
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    """Returns False if another process holds the lock."""
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems cannot lock a folder
        return True
    return True


@contextlib.contextmanager
def create_private(path: Path) -> Iterator[IO[bytes]]:
    """Opens a new or emptied file that only its owner can read (0600); flushed to disk when the block ends. Raises OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def make_private_folder(path: Path) -> None:
    """Makes the folder and its missing parents, for their owner alone (0700). Raises OSError."""
    # bottom up, so that a path that is too long fails before any part of it is made
    missing = list(takewhile(lambda folder: not folder.is_dir(), [path, *path.parents]))
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def fsync(path: Path) -> None:
    """Flushes a file, or a folder's list of names, to disk. Raises OSError."""
    if sys.platform == "win32" and path.is_dir():  # it cannot open folders
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
