"""The files of a folder that machines share, `MACHINE/YYYY-MM.jsonl`: found, read line by line, and added to.

Whoever carries the folder may have torn or doubled files, and anybody may have put something else there: what is no
line of ours is named and skipped, and no path is followed out of the folder.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

from srs.core.errors import TargetError
from srs.core.event import Event, Void
from srs.core.event_line import LONGEST, Wrong, parse
from srs.core.files import flush

ENDING = ".jsonl"
_AT_ONCE = 1 << 20


class Problem(NamedTuple):
    """A line that was skipped; `line` is 0 where it is the whole file. `file` is relative to the folder."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class Prefix:
    """The part of a file that is known: `size` bytes with `lines` lines, and the running digest of them."""

    size: int = 0
    lines: int = 0
    digest: Any = field(default_factory=sha256)


def find(root: Path) -> tuple[dict[str, Path], list[Problem]]:
    """The files in the folders of `root`, by their relative path, and what cannot be used. `root` is resolved.

    Conflict copies that a carrier has made are files like any other: reading an event twice does no harm.
    """
    found, problems = dict[str, Path](), list[Problem]()
    for home in _listed(root, root, problems):
        if home.name.startswith(".") or not home.is_dir():
            continue
        if not _inside(home, root):
            problems.append(Problem(_name(home, root), 0, "this link leads out of the folder"))
            continue
        for path in _listed(home, root, problems):
            if path.suffix != ENDING or path.name.startswith("."):
                continue
            name = _name(path, root)
            if not _inside(path, root):
                problems.append(Problem(name, 0, "this link leads out of the folder"))
            elif not path.is_file():
                problems.append(Problem(name, 0, "this is no file"))
            else:
                found[name] = path
    return dict(sorted(found.items())), problems


def _listed(folder: Path, root: Path, problems: list[Problem]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        problems.append(Problem(_name(folder, root), 0, f"this folder cannot be read ({error.strerror})"))
        return []


def _inside(path: Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(root)  # `resolve` does not bear links that go round in a circle


def _name(path: Path, root: Path) -> str:
    return storable(path.relative_to(root).as_posix())


def storable(path: str) -> str:
    """Bytes that are no UTF-8 come as lone surrogates, which no database takes."""
    return path.encode("utf-8", "backslashreplace").decode()


def prefix(path: Path, size: int) -> Prefix:
    """The first `size` bytes, or fewer if there are not so many. Raises OSError."""
    known = Prefix()
    with path.open("rb") as file:
        while known.size < size and (some := file.read(min(_AT_ONCE, size - known.size))):
            known.size += len(some)
            known.lines += some.count(b"\n")
            known.digest.update(some)
    return known


def read(path: Path, known: Prefix) -> Iterator[tuple[int, Event | Void | Wrong]]:
    """What stands after the part that is known, which grows up to the last line that has its end (more of another may
    come): each line's number with what it says, or what is wrong with it. Never more than one line is in memory.

    Raises OSError.
    """
    number = known.lines
    with path.open("rb") as file:
        file.seek(known.size)
        while text := file.readline(LONGEST + 2):
            number += 1
            size, digest = known.size + len(text), known.digest.copy()
            digest.update(text)
            content = text
            while len(content) > LONGEST + 1 and not text.endswith(b"\n") and (text := file.readline(_AT_ONCE)):
                size += len(text)
                digest.update(text)
            if text.endswith(b"\n"):
                known.size, known.lines, known.digest = size, number, digest
            content = content.rstrip(b"\r\n")  # git may have written the line ends of another system
            if content:
                yield number, _parsed(content)


def _parsed(content: bytes) -> Event | Void | Wrong:
    try:
        return parse(content)
    except Wrong as error:
        return error


def append(root: Path, machine: str, month: str, lines: Iterable[str]) -> int:
    """Adds to this machine's file of the month and returns how many lines; they are on disk then. Without lines nothing
    is touched.

    Raises TargetError if the file cannot be written, or is no file in this machine's own folder.
    """
    lines = iter(lines)
    first = next(lines, None)
    if first is None:
        return 0
    home = root / machine
    path = home / f"{month}{ENDING}"
    try:
        home.mkdir(mode=0o700, exist_ok=True)
        if home.is_symlink() or path.is_symlink() or (path.exists() and not path.is_file()):
            raise TargetError(path, "not-writable", "there is a link, or something that is no file, in its place")
        fresh = not path.exists()
        with open(path, "ab+", opener=_private) as file:
            if _torn(file):
                file.write(b"\n")
            file.write(first.encode() + b"\n")
            count = 1
            for text in lines:
                file.write(text.encode() + b"\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        if fresh:  # its name is to last as well
            flush(home)
            flush(root)
    except OSError as error:
        raise TargetError(path, "not-writable", error.strerror or str(error)) from error
    return count


def _private(path: str, flags: int) -> int:
    """What the learner did is nobody else's business."""
    return os.open(path, flags, 0o600)


def _torn(file: IO[bytes]) -> bool:
    """Whether the last line lacks its end."""
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"
