"""A file that a command was told to write."""

from pathlib import Path

from srs.core.errors import TargetError
from srs.core.files import atomic_write


def check_target(target: Path, *endings: str, why: str = "") -> None:
    """Raises TargetError if it does not have one of the endings, which is because of `why`, or cannot be made there. A device or
    a pipe would be replaced, so it is refused.
    """
    if target.suffix.lower() not in endings:
        raise TargetError(target, "wrong-ending", f"{' or '.join(endings)}{why}")
    if target.is_dir():
        raise TargetError(target, "is-a-folder")
    if not target.parent.is_dir():
        raise TargetError(target, "no-folder")
    if target.exists() and not target.is_file():
        raise TargetError(target, "not-writable", "it is no file")


def write_target(target: Path, data: bytes) -> None:
    """Raises TargetError, after which nothing has changed."""
    try:
        with atomic_write(target) as file:
            file.write(data)
    except OSError as error:
        raise TargetError.from_os_error(target, error) from error
