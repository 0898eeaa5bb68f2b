"""The event files of a shared folder, `MACHINE/YYYY-MM.jsonl`: find, read line by line, append.

A file synchronizer may have torn or duplicated files, and anybody may have put other files there: lines that are not
ours are reported and skipped, and no link is followed out of the folder.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

from srs.core.errors import TargetError
from srs.core.event import Event, Void
from srs.core.event_line import MAX_LINE_BYTES, InvalidEvent, parse_line
from srs.core.files import fsync

SUFFIX = ".jsonl"
_CHUNK = 1 << 20


class FileProblem(NamedTuple):
    """A line that was skipped; `line` is 0 for a whole file. `file` is relative to the folder."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class ReadPrefix:
    """The part of a file that was read: `size` bytes with `lines` lines, and their running digest."""

    size: int = 0
    lines: int = 0
    digest: Any = field(default_factory=sha256)


def find_files(root: Path) -> tuple[dict[str, Path], list[FileProblem]]:
    """The files in the folders of `root`, by relative path, and what cannot be used. `root` is resolved.

    Conflict copies that a file synchronizer has made are files like any other: reading an event twice does no harm.
    """
    files, problems = dict[str, Path](), list[FileProblem]()
    for folder in _list_folder(root, root, problems):
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        if not _is_inside(folder, root):
            problems.append(FileProblem(_relative(folder, root), 0, "this link leads out of the folder"))
            continue
        for path in _list_folder(folder, root, problems):
            if path.suffix != SUFFIX or path.name.startswith("."):
                continue
            name = _relative(path, root)
            if not _is_inside(path, root):
                problems.append(FileProblem(name, 0, "this link leads out of the folder"))
            elif not path.is_file():
                problems.append(FileProblem(name, 0, "not a regular file"))
            else:
                files[name] = path
    return dict(sorted(files.items())), problems


def _list_folder(folder: Path, root: Path, problems: list[FileProblem]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        problems.append(FileProblem(_relative(folder, root), 0, f"this folder cannot be read ({error.strerror})"))
        return []


def _is_inside(path: Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(root)  # `resolve` fails where links go round in a circle


def _relative(path: Path, root: Path) -> str:
    return to_valid_text(path.relative_to(root).as_posix())


def to_valid_text(path: str) -> str:
    """The path with bytes that are not UTF-8 escaped: Python has them as lone surrogates, which no database stores."""
    return path.encode("utf-8", "backslashreplace").decode()


def size(path: Path) -> int:
    """The file's bytes, 0 for one that cannot be read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_prefix(path: Path, size: int) -> ReadPrefix:
    """The first `size` bytes, or all if there are fewer. Raises OSError."""
    prefix = ReadPrefix()
    with path.open("rb") as file:
        while prefix.size < size and (chunk := file.read(min(_CHUNK, size - prefix.size))):
            prefix.size += len(chunk)
            prefix.lines += chunk.count(b"\n")
            prefix.digest.update(chunk)
    return prefix


def read_lines(path: Path, prefix: ReadPrefix) -> Iterator[tuple[int, Event | Void | InvalidEvent]]:
    """Each line after the prefix: its number, and what it says or what is wrong with it. Extends the prefix by the
    complete lines; more of the last one may come. Never more than one line is in memory.

    Raises OSError.
    """
    number = prefix.lines
    with path.open("rb") as file:
        file.seek(prefix.size)
        while text := file.readline(MAX_LINE_BYTES + 2):
            number += 1
            size, digest = prefix.size + len(text), prefix.digest.copy()
            digest.update(text)
            content = text
            while len(content) > MAX_LINE_BYTES + 1 and not text.endswith(b"\n") and (text := file.readline(_CHUNK)):
                size += len(text)
                digest.update(text)
            if text.endswith(b"\n"):
                prefix.size, prefix.lines, prefix.digest = size, number, digest
            content = content.rstrip(b"\r\n")  # git may have written the line ends of another system
            if content:
                yield number, _parse(content)


def _parse(content: bytes) -> Event | Void | InvalidEvent:
    try:
        return parse_line(content)
    except InvalidEvent as error:
        return error


def append_lines(root: Path, machine: str, month: str, lines: Iterable[str]) -> int:
    """Appends to this machine's file of the month, flushes it to disk, and returns how many lines were written. Without
    lines nothing is touched.

    Raises TargetError if the file cannot be written, or is not a regular file in this machine's own folder.
    """
    lines = iter(lines)
    first = next(lines, None)
    if first is None:
        return 0
    folder = root / machine
    path = folder / f"{month}{SUFFIX}"
    count = 0
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or path.is_symlink() or (path.exists() and not path.is_file()):
            raise TargetError(path, "not-writable", "a link, or something that is not a regular file, is in its place")
        is_new = not path.exists()
        with open(path, "ab+", opener=_open_private) as file:
            if _is_torn(file):
                file.write(b"\n")
            for text in chain([first], lines):
                file.write(text.encode() + b"\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        if is_new:  # its name must be on disk too
            fsync(folder)
            fsync(root)
    except OSError as error:
        raise TargetError(path, "not-writable", error.strerror or str(error)) from error
    return count


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_torn(file: IO[bytes]) -> bool:
    """Whether the last line lacks its newline."""
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"
