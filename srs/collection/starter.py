"""A learner's own copy of the starter decks: the folder that ships with the program is read-only.

The copy records what was shipped, so that a newer release replaces the files that the learner has not changed.
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

from srs.collection.folder import edit_deck_files, replace_if_unchanged
from srs.core.errors import BadInput, TargetError
from srs.core.files import atomic_write, fsync

RECORD = ".starter-decks.json"
"""The file in a copy that holds the release it was made from, and the digest of each file as it was shipped."""

_MAX_RECORD, _MAX_FILE = 1 << 18, 1 << 27  # bytes
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,4}")
_DIGEST = re.compile("[0-9a-f]{64}")

Digests = Mapping[str, str]
"""SHA-256 by path within the folder, with `/`."""


@dataclass(frozen=True, slots=True)
class ShippedRecord:
    version: tuple[int, ...]
    files: Digests


@dataclass(frozen=True, slots=True)
class StarterUpdate:
    """What a newer release does to a copy. Of the files that it changes, `kept` are those that the learner changed or made
    first, and `deleted` those that the learner deleted; `dropped` are no longer shipped.
    """

    replaced: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def plan_update(before: Digests, own: Digests, shipped: Digests) -> StarterUpdate:
    """From what was shipped before, what the learner has, and what is shipped now."""
    changed = [name for name in sorted(shipped) if shipped[name] not in {before.get(name), own.get(name)}]
    present = [name for name in changed if name in own]
    return StarterUpdate(
        replaced=tuple(name for name in present if own[name] == before.get(name)),
        added=tuple(name for name in changed if name not in own and name not in before),
        kept=tuple(name for name in present if own[name] != before.get(name)),
        deleted=tuple(name for name in changed if name not in own and name in before),
        dropped=tuple(sorted(before.keys() & own.keys() - shipped.keys())),
    )


def copy_decks(shipped: Path, own: Path, version: str) -> None:
    """Copies the starter decks to `own` in one step, readable by its owner only. A copy that another process has just made
    stays. Raises TargetError, after which nothing has changed.
    """
    import shutil  # noqa: PLC0415 - slow to import, and needed once
    import tempfile  # noqa: PLC0415 - as above

    try:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=own.parent, prefix=f".{own.name}-"))
        try:
            files = _read_files(shipped)
            for name, data in files.items():
                _write(staging / name, data)
            _write_record(staging, files, version)
            with suppress(FileExistsError):
                _move_into_place(staging, own)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise TargetError.from_os_error(own, error) from error


def update_copy(shipped: Path, own: Path, version: str) -> StarterUpdate | None:
    """Updates the copy of an older release; returns None if there is nothing to do, which reading the record tells.

    Raises BadInput if the record makes no sense, TargetError and DeckFolderError if the copy cannot be written now.
    """
    if _outdated_record(own, version) is None:
        return None
    return edit_deck_files(own, lambda: _update(shipped, own, version), timeout=0)


def _outdated_record(own: Path, version: str) -> ShippedRecord | None:
    """The record of a copy of an older release, None for any other folder."""
    record = _read_record(own)
    return record if record and record.version < _parse_version(version) else None


def _update(shipped: Path, own: Path, version: str) -> StarterUpdate | None:
    record = _outdated_record(own, version)
    if record is None:  # another command has just done it
        return None
    try:
        files = _read_files(shipped)
        new = {name: _digest(data) for name, data in files.items()}
        digests = {name: _digest_of_file(own / name) for name in {*new, *record.files}}
        present = {name: digest for name, digest in digests.items() if digest is not None}
        update = plan_update(record.files, present, new)
        for name in update.replaced:
            before = (own / name).read_bytes()
            if _digest(before) != record.files[name]:
                raise TargetError(own / name, "changed")
            replace_if_unchanged(own / name, before, files[name])
        for name in update.added:
            _write(own / name, files[name])
        _write_record(own, files, version)
    except OSError as error:
        raise TargetError.from_os_error(own, error) from error
    return update


def _read_files(shipped: Path) -> dict[str, bytes]:
    """The files of the folder by their path in it, without hidden ones. Raises OSError."""
    files = {}
    for path in sorted(shipped.rglob("*")):
        name = path.relative_to(shipped)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            files[name.as_posix()] = path.read_bytes()
    if not files:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(shipped))
    return files


def _digest_of_file(path: Path) -> str | None:
    """None if nothing is there; empty for what cannot be a file that was shipped."""
    if not os.path.lexists(path):
        return None
    try:
        status = path.stat()
        return _digest(path.read_bytes()) if stat.S_ISREG(status.st_mode) and status.st_size <= _MAX_FILE else ""
    except OSError:
        return ""


def _digest(data: bytes) -> str:
    from hashlib import sha256  # noqa: PLC0415 - not needed to read the record

    return sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with atomic_write(path, 0o600) as file:
        file.write(data)


def _move_into_place(staging: Path, own: Path) -> None:
    """Raises FileExistsError if there is such a folder already."""
    try:
        staging.rename(own)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            raise FileExistsError(*error.args) from error
        raise
    with suppress(OSError):  # not every file system can flush a folder
        fsync(own.parent)


def _write_record(folder: Path, files: Mapping[str, bytes], version: str) -> None:
    record = {"version": version, "files": {name: _digest(data) for name, data in files.items()}}
    _write(folder / RECORD, json.dumps(record, indent=1).encode())


def _read_record(own: Path) -> ShippedRecord | None:
    """None for a folder that is not a copy. Raises BadInput."""
    path, data = own / RECORD, b""
    try:
        if stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
            with path.open("rb") as file:
                data = file.read(_MAX_RECORD)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(str(path), "", f"a readable file ({error.strerror})") from error
    try:
        values = json.loads(data)
        return ShippedRecord(_parse_version(values["version"]), _checked_digests(values["files"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        expected = "what srs wrote there; delete it to keep your copy of the starter decks as it is"
        raise BadInput(str(path), data[:40].decode("utf-8", "replace"), expected) from error


def _checked_digests(files: Digests) -> Digests:
    """Raises ValueError unless each is the digest of a path that stays in its folder."""
    for name, digest in files.items():
        path = PurePosixPath(name)
        inside = name.isprintable() and "\\" not in name and not path.is_absolute() and ".." not in path.parts
        if not inside or not _DIGEST.fullmatch(digest):
            raise ValueError(name)
    return files


def _parse_version(version: str) -> tuple[int, ...]:
    """The numbers of a release. Raises ValueError."""
    match = _VERSION.match(version)
    if not match:
        raise ValueError(version)
    return tuple(map(int, match[0].split(".")))
