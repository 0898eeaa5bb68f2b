"""Errors that no bug causes: few exception types, with the facts as fields.

They are raised where the fact is known and worded in `srs.cli.sentences`. `Exception` shows their fields already; every
command imports this module, and a generated `__repr__` for each would cost it a millisecond.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from srs.core.files import is_disk_full

# fmt: off
StoreProblem = Literal[
    "not-a-database", "damaged", "locked", "read-only", "full", "failing", "newer", "replaced", "changed", "orphaned",
    "journal", "foreign", "altered", "invalid-rows", "outdated", "unusable",
]
BackupProblem = Literal["none", "no-such", "unreadable", "damaged", "not-damaged"]
PackageProblem = Literal[
    "missing", "unreadable", "not-anki", "in-use", "damaged", "too-large", "newer", "older", "old-scheduler", "full-sync",
]
FolderProblem = Literal["missing", "not-a-folder", "unreadable", "empty", "bad-name"]
TargetProblem = Literal[
    "no-folder", "is-a-folder", "not-writable", "full", "wrong-ending", "starter-decks", "broken-deck", "in-use", "changed",
    "not-empty", "not-a-folder",
]
GitProblem = Literal[
    "missing", "no-repository", "elsewhere", "unsafe", "no-branch", "unreachable", "conflict", "failed",
]
ServerProblem = Literal[
    "unreachable", "silent", "slow", "interrupted", "redirect", "garbage", "too-large", "upload-too-large", "version", "failed",
    "refused", "login", "busy", "changing", "full-sync", "damaged", "running", "media", "port", "ended",
]
LogFileProblem = Literal["unreadable", "collection", "unknown", "damaged", "bad-lines"]
# fmt: on


class SrsError(Exception):
    """The base of all; anything else that escapes is a bug and keeps its traceback."""


@dataclass(eq=False, repr=False)
class Unknown(SrsError):
    """No such name; `nearest` holds up to three similar ones, best first."""

    what: Literal[
        "deck",
        "new deck",
        "card",
        "note",
        "card, note or deck",
        "tag",
        "goal",
        "setting",
        "profile",
        "question",
        "story",
    ]
    name: str
    nearest: tuple[str, ...] = ()


Problem = TypeVar("Problem", bound=str)


@dataclass(eq=False, repr=False)
class PathError(SrsError, Generic[Problem]):
    """A file or folder, its problem, and a detail that some problems need, such as SQLite's own message."""

    path: Path
    problem: Problem
    detail: str = ""


class DeckFolderError(PathError[FolderProblem]):
    """The deck folder cannot be used, or a path in it is not UTF-8."""


class StoreError(PathError[StoreProblem]):
    """The database cannot be used. The detail of "orphaned" is the write-ahead log, that of "foreign" is in SQL's words
    (`trigger t`).
    """


class BackupError(PathError[BackupProblem]):
    """There is nothing to restore or to repair. The path is the database or the backup; the detail of "no-such" is the
    date that was asked for.
    """


class PackageError(PathError[PackageProblem]):
    """A file of Anki's cannot be read."""


class TargetError(PathError[TargetProblem]):
    """A file could not be written; what was there before is unchanged."""

    @classmethod
    def from_os_error(cls, path: Path, error: OSError) -> "TargetError":
        """The disk is full, or the file is not writable for another reason."""
        return cls(path, "full" if is_disk_full(error) else "not-writable", error.strerror or "")


@dataclass(eq=False, repr=False)
class GitError(SrsError):
    """Git failed; the detail is its own message, or the files in conflict. For "elsewhere" and "unsafe", the folder is the
    repository and the detail the file or the key of its configuration.
    """

    folder: Path
    problem: GitProblem
    detail: str = ""


@dataclass(eq=False, repr=False)
class ServerError(SrsError):
    """A sync with an Anki sync server did not work, or the server itself. The `address` is the server's; the detail is the
    system's or the server's message, or the address that a redirect names.
    """

    address: str
    problem: ServerProblem
    detail: str = ""


class LogFileError(PathError[LogFileProblem]):
    """A review log cannot be imported; nothing was recorded."""


@dataclass(eq=False, repr=False)
class BadInput(SrsError):
    """An invalid value of an argument, an environment variable or a file; the fields make "NAME must be EXPECTED, not VALUE"."""

    name: str
    value: str
    expected: str


@dataclass(eq=False, repr=False)
class QueryError(SrsError):
    """A query cannot be parsed; `character` counts from 1."""

    character: int
    problem: str


@dataclass(eq=False, repr=False)
class WrongClock(SrsError):
    """The log cannot hold the clock's time `now` (UTC milliseconds)."""

    now: int


@dataclass(eq=False, repr=False)
class SettingsError(SrsError):
    """The settings file or one of its settings cannot be used. `line` is 0 for the whole file; `detail` is the system's
    message, what a value may be, or the setting that was probably meant.
    """

    path: Path
    problem: Literal["unreadable", "not-toml", "no-setting", "value"]
    detail: str
    line: int = 0
    name: str = ""
    value: str = ""


@dataclass(eq=False, repr=False)
class MissingExtra(SrsError):
    """An optional library is not installed; `extra` is the name of the library and of the extra that requires it."""

    extra: str


@dataclass(eq=False, repr=False)
class NotAnswerable(SrsError):
    """The card cannot be answered now; its deck file has chosen other cards if it is "not-asked"."""

    card: str
    problem: Literal["suspended", "changed", "not-asked"]


@dataclass(eq=False, repr=False)
class CannotRelink(SrsError):
    """The history of `old` cannot move to `new`: they are the same note, or the links would form a cycle."""

    old: str
    new: str
    problem: Literal["same", "circle"]


@dataclass(eq=False, repr=False)
class NothingToUndo(SrsError):
    """Everything that this machine recorded is undone already, or every event of the type `what`."""

    what: str = ""
