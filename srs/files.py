"""Files that are whole or as they were, and last."""

import contextlib
import os
import sys
from collections.abc import Iterator
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
