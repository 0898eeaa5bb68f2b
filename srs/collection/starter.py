"""The starter decks: nobody writes into the folder that ships with the program, a learner has a copy of it.

The copy keeps a record of what was shipped: a newer release replaces the files that the learner has left as they were.
"""

import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from srs.collection.folder import replace_file, undisturbed, unwritable
from srs.core.errors import BadInput, TargetError
from srs.core.files import flush, replacing

RECORD = ".starter-decks.json"
"""The file of a copy that says which release it is of, and the digest of each file as it was shipped."""

_LARGEST_RECORD, _LARGEST = 1 << 18, 1 << 27  # bytes, the latter of any other file
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,4}")
_DIGEST = re.compile("[0-9a-f]{64}")

Digests = Mapping[str, str]
"""SHA-256 by path within the folder, with `/`."""


@dataclass(frozen=True, slots=True)
class Record:
    version: tuple[int, ...]
    files: Digests


@dataclass(frozen=True, slots=True)
class Update:
    """What a newer release does to a copy. `kept` are files that it changes too, but the learner did first, or that the
    learner made; `deleted` those that it changes and the learner has deleted; `dropped` those that it no longer has.
    """

    replaced: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def plan(before: Digests, own: Digests, shipped: Digests) -> Update:
    """From what was shipped before, what the learner has, and what is shipped now."""
    news = [name for name in sorted(shipped) if shipped[name] not in {before.get(name), own.get(name)}]
    there = [name for name in news if name in own]
    untouched = {name for name in there if own[name] == before.get(name)}
    return Update(
        replaced=tuple(name for name in there if name in untouched),
        added=tuple(name for name in news if name not in own and name not in before),
        kept=tuple(name for name in there if name not in untouched),
        deleted=tuple(name for name in news if name not in own and name in before),
        dropped=tuple(sorted(before.keys() & own.keys() - shipped.keys())),
    )


def copy(shipped: Path, own: Path, version: str) -> None:
    """Copies the starter decks to `own`, in one step and for its owner alone. If somebody else has just done so, that copy
    stays. Raises TargetError, after which nothing has changed.
    """
    import shutil  # noqa: PLC0415 - slow to import, and needed once
    import tempfile  # noqa: PLC0415 - as above

    try:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=own.parent, prefix=f".{own.name}-"))
        try:
            files = _files(shipped)
            for name, data in files.items():
                _write(staging / name, data)
            _write_record(staging, files, version)
            with suppress(FileExistsError):
                _move(staging, own)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise unwritable(own, error) from error


def update(shipped: Path, own: Path, version: str) -> Update | None:
    """Brings a copy of an older release up to date; None if there is nothing to do, which a look at the record tells.

    Raises BadInput if the record makes no sense, TargetError and NoDecks if the copy cannot be written now.
    """
    record = _record(own)
    if record is None or record.version >= _numbers(version):
        return None
    return undisturbed(own, lambda: _update(shipped, own, version), patience=0)


def _update(shipped: Path, own: Path, version: str) -> Update | None:
    record = _record(own)
    if record is None or record.version >= _numbers(version):  # another command has just done it
        return None
    try:
        files = _files(shipped)
        new = {name: _digest(data) for name, data in files.items()}
        there = {name: found for name in {*new, *record.files} if (found := _found(own / name)) is not None}
        made = plan(record.files, there, new)
        for name in made.replaced:
            before = (own / name).read_bytes()
            if _digest(before) != record.files[name]:
                raise TargetError(own / name, "changed")
            replace_file(own / name, before, files[name])
        for name in made.added:
            _write(own / name, files[name])
        _write_record(own, files, version)
    except OSError as error:
        raise unwritable(own, error) from error
    return made


def _files(shipped: Path) -> dict[str, bytes]:
    """Every file of the folder by its path there, but for hidden ones. Raises OSError."""
    found = {}
    for path in sorted(shipped.rglob("*")):
        name = path.relative_to(shipped)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            found[name.as_posix()] = path.read_bytes()
    if not found:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(shipped))
    return found


def _found(path: Path) -> str | None:
    """The digest of a file; None if nothing is there, and no digest if it cannot be one that was shipped."""
    if not os.path.lexists(path):
        return None
    try:
        about = path.stat()
        return _digest(path.read_bytes()) if stat.S_ISREG(about.st_mode) and about.st_size <= _LARGEST else ""
    except OSError:
        return ""


def _digest(data: bytes) -> str:
    from hashlib import sha256  # noqa: PLC0415 - not needed to read the record

    return sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path, 0o600) as file:
        file.write(data)


def _move(staging: Path, own: Path) -> None:
    """Raises FileExistsError if somebody has a folder there."""
    try:
        staging.rename(own)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            raise FileExistsError(*error.args) from error
        raise
    with suppress(OSError):  # not every file system can do that with a folder
        flush(own.parent)


def _write_record(folder: Path, files: Mapping[str, bytes], version: str) -> None:
    record = {"version": version, "files": {name: _digest(data) for name, data in files.items()}}
    _write(folder / RECORD, json.dumps(record, indent=1).encode())


def _record(own: Path) -> Record | None:
    """What the copy says of itself; None for a folder that is no copy. Raises BadInput."""
    path, data = own / RECORD, b""
    try:
        if stat.S_ISREG(path.stat().st_mode):  # nobody waits for a pipe
            with path.open("rb") as file:
                data = file.read(_LARGEST_RECORD)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(str(path), "", f"a readable file ({error.strerror})") from error
    try:
        read = json.loads(data)
        return Record(_numbers(read["version"]), _digests(read["files"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        expected = "what srs wrote there; delete it to keep your copy of the starter decks as it is"
        raise BadInput(str(path), data[:40].decode("utf-8", "replace"), expected) from error


def _digests(files: Mapping[str, str]) -> Digests:
    """Raises ValueError unless each is the digest of a path that stays in its folder."""
    for name, digest in files.items():
        path = PurePosixPath(name)
        inside = name.isprintable() and "\\" not in name and not path.is_absolute() and ".." not in path.parts
        if not inside or not _DIGEST.fullmatch(digest):
            raise ValueError(name)
    return files


def _numbers(version: str) -> tuple[int, ...]:
    """A release's number, to compare. Raises ValueError."""
    found = _VERSION.match(version)
    if not found:
        raise ValueError(version)
    return tuple(map(int, found[0].split(".")))
