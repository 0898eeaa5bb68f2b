"""Files that are whole or as they were, and last."""

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def replacing(target: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """A file beside the target, as something to write to, which takes its place when the block ends and is on disk by
    then; if it does not end well, nothing has changed. `mode` are its permissions, without one those of any new file.

    Raises OSError.
    """
    import tempfile  # noqa: PLC0415 - only for those who write

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
    with contextlib.suppress(OSError):  # not every file system can do that with a folder; the file is in place
        flush(target.parent)


@contextlib.contextmanager
def locked(path: Path, patience: float) -> Iterator[None]:
    """Keeps every other process that locks the same file or folder out of the block. The lock leaves no file behind and
    ends with the process; where the system has none, the block runs without.

    Waits up to `patience` seconds. Raises TimeoutError if another process holds the lock for longer, OSError if the
    file or folder cannot be opened.
    """
    if sys.platform == "win32":  # no folder can be opened there, and no open file replaced
        yield
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        end = time.monotonic() + patience
        while not _lock(handle):
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """False if another process has the lock."""
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems lock files only
        return True
    return True


@contextlib.contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read (0600), as something to write to; on disk when the block ends.

    Raises OSError.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def private_folder(path: Path) -> None:
    """Makes the folder, and those above it that are missing, for their owner alone (0700). Raises OSError."""
    # from below, so that a path that is too long fails before any part of it is made
    missing = list(takewhile(lambda folder: not folder.is_dir(), [path, *path.parents]))
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def flush(path: Path) -> None:
    """What the file holds, or the names that the folder holds, are on disk. Raises OSError."""
    if sys.platform == "win32" and path.is_dir():  # no folder can be opened there
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
