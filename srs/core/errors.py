"""What can go wrong through nobody's bug: few classes, with the facts as fields.

They are raised where the fact is known and worded in `srs.cli.sentences`, where the user is met.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

StoreProblem = Literal[
    "not-a-database",
    "damaged",
    "locked",
    "read-only",
    "full",
    "failing",
    "newer",
    "replaced",
    "changed",
    "orphaned",
    "journal",
    "foreign",
    "altered",
    "senseless",
    "outdated",
    "unusable",
]

BackupProblem = Literal["none", "no-such", "unreadable", "damaged", "not-damaged"]

PackageProblem = Literal[
    "missing",
    "unreadable",
    "not-anki",
    "in-use",
    "damaged",
    "too-large",
    "newer",
    "older",
    "old-scheduler",
    "full-sync",
]

FolderProblem = Literal["missing", "not-a-folder", "unreadable", "empty", "bad-name"]

TargetProblem = Literal[
    "no-folder",
    "is-a-folder",
    "not-writable",
    "full",
    "wrong-ending",
    "starter-decks",
    "broken-deck",
    "in-use",
    "changed",
]

GitProblem = Literal[
    "missing", "no-repository", "elsewhere", "unsafe", "no-branch", "unreachable", "conflict", "failed"
]

LogFileProblem = Literal["unreadable", "collection", "unknown", "damaged", "bad-lines"]


class SrsError(Exception):
    """The base of all; anything else that escapes is a bug and keeps its traceback."""


@dataclass(eq=False)
class Unknown(SrsError):
    """A name that nothing answers to; `nearest` holds up to three names that do, best first."""

    what: Literal["deck", "card", "note", "tag", "setting", "profile"]
    name: str
    nearest: tuple[str, ...] = ()


@dataclass(eq=False)
class NoDecks(SrsError):
    """The deck folder is not there, is no folder, cannot be read, or holds no deck file; or a path in it is not UTF-8."""

    path: Path
    problem: FolderProblem


@dataclass(eq=False)
class StoreError(SrsError):
    """The database cannot be used; `detail` is SQLite's own word where it has one, the file that lost its database, and what
    is "foreign" as SQL names it (`trigger t`).
    """

    path: Path
    problem: StoreProblem
    detail: str = ""


@dataclass(eq=False)
class BackupError(SrsError):
    """There is nothing to restore, or nothing to mend; `path` is the database or the backup, `detail` what was asked for."""

    path: Path
    problem: BackupProblem
    detail: str = ""


@dataclass(eq=False)
class PackageError(SrsError):
    """A file that should come from Anki cannot be read; `detail` says more where something more is known."""

    path: Path
    problem: PackageProblem
    detail: str = ""


@dataclass(eq=False)
class TargetError(SrsError):
    """A file that was to be written could not be; what stood there before still does."""

    path: Path
    problem: TargetProblem
    detail: str = ""


@dataclass(eq=False)
class GitError(SrsError):
    """The folder could not be carried by git; `detail` is its own word, or the files in conflict.

    For `elsewhere` and `unsafe`, `folder` is the repository itself, and `detail` the file or the key of its configuration.
    """

    folder: Path
    problem: GitProblem
    detail: str = ""


@dataclass(eq=False)
class LogFileError(SrsError):
    """A log that was to be imported cannot be; nothing was recorded. `detail` says more where something is known."""

    path: Path
    problem: LogFileProblem
    detail: str = ""


@dataclass(eq=False)
class BadInput(SrsError):
    """A value from the environment or from a file beside the database makes no sense."""

    name: str
    value: str
    expected: str


@dataclass(eq=False)
class WrongClock(SrsError):
    """The computer's clock gives a time that the log cannot hold; `now` is UTC milliseconds."""

    now: int


@dataclass(eq=False)
class SettingsError(SrsError):
    """The settings file cannot be used, or one of its settings: `line` is 0 for the whole file, `detail` the system's word,
    what a value may be, or the setting that could have been meant.
    """

    path: Path
    problem: Literal["unreadable", "not-toml", "no-setting", "value"]
    detail: str
    line: int = 0
    name: str = ""
    value: str = ""


@dataclass(eq=False)
class MissingExtra(SrsError):
    """A library that is not installed with the program; `extra` is its name, and that of our extra."""

    extra: str


@dataclass(eq=False)
class NotAnswerable(SrsError):
    """The card is known, but takes no answer now."""

    card: str
    problem: Literal["suspended", "changed"]


@dataclass(eq=False)
class CannotRelink(SrsError):
    """The history of `old` cannot become that of `new`: they are one note, or it would go round in a circle."""

    old: str
    new: str
    problem: Literal["same", "circle"]


@dataclass(eq=False)
class NothingToUndo(SrsError):
    """This machine has recorded nothing that is not undone already."""
