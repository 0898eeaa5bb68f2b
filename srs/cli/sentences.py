"""Errors as sentences: what is wrong, and what to do."""

import os
import re
import sys
from errno import EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS
from shlex import join, quote

from srs.core.errors import (
    BackupError,
    BadInput,
    CannotRelink,
    GitError,
    LogFileError,
    MissingExtra,
    NoDecks,
    NotAnswerable,
    NothingToUndo,
    PackageError,
    SettingsError,
    SrsError,
    StoreError,
    TargetError,
    Unknown,
    WrongClock,
)
from srs.core.event_line import Later
from srs.core.safe_text import visible
from srs.review.terminal.text import plural


def sentence(error: SrsError) -> str:
    """One line, harmless in a terminal whatever the error quotes, and not too long to be read."""
    return _line(_sentence(error))


def reason(error: Exception) -> str:
    """What went wrong with a file, of which the caller says what it was wanted for."""
    match error:
        case SrsError():
            return sentence(error)
        case OSError(strerror=str(said), filename=name):
            return visible(f"{said.lower()}{f' ({name})' if name else ''}.")
        case _:
            return visible(f"{error}.")


def of_system(error: OSError | RecursionError) -> str:
    """What the system said of a file or a disk; nothing if only a bug of ours can be the reason."""
    match error:
        case RecursionError():
            return "a path, or what a file holds, is nested too deeply."
        case OSError(filename=str() | bytes() as name, strerror=str(said)):
            return _line(f"{os.fsdecode(name)}: {said.lower()}.")
        case OSError(errno=number, strerror=str(said)) if number in _OUTSIDE:
            return f"{said.lower()}."
        case _:
            return ""


def passed_over(error: SettingsError) -> str:
    """What is wrong with the settings, for a command that goes on without."""
    instead = {"value": "the default is used", "no-setting": "it is left out"}
    return _line(f"{_of_settings(error)}; {instead.get(error.problem, 'the defaults are used')}.")


def from_newer(place: str, later: Later) -> str:
    """What only a newer program can take in."""
    kinds = ", ".join(later.kinds)
    return _line(
        f"{place}: a newer srs recorded {plural(later.count, 'line')} ({kinds}); update this one and try again."
    )


def _line(text: str) -> str:
    return visible(_LONG_WORD.sub(lambda word: f"{word[0][:100]}…{word[0][-100:]}", text.replace("\n", " ")))


def _sentence(error: SrsError) -> str:
    match error:
        case Unknown():
            return _unknown(error)
        case NoDecks() | StoreError() | BackupError() | PackageError() | TargetError() | GitError() | LogFileError():
            return _of_problem(error)
        case BadInput(name, value, expected):
            return f"{name} must be {expected}, not {value!r}."
        case SettingsError():
            return f"{_of_settings(error)}; nothing is recorded until that is put right, because the study day depends on it."
        case WrongClock(now):
            year = 1970 + now // 31_556_952_000  # no datetime holds the years after 9999
            return f"this computer's clock says that it is the year {year}, but srs records times from 1970 to 2199; set the clock, then try again."
        case MissingExtra(extra):
            return f"this needs the library {extra}, which is not installed; get it with: {sys.executable} -m pip install {extra}"
        case NotAnswerable(card, "suspended"):
            return f"the card {card} is suspended; take it back first with: srs unsuspend {card}"
        case NotAnswerable(card, _):
            return f"the card {card} has just changed; nothing was recorded, try again."
        case CannotRelink(old, _, "same"):
            return f"OLD and NEW are the same note ({old}); name two."
        case CannotRelink(old, new, _):
            return f"the history of {new} is that of {old} already, so it cannot go the other way; take that back first (srs undo, or relink {new} to another note)."
        case NothingToUndo():
            return "there is nothing to undo on this machine."
        case _:
            return str(error)


def _unknown(error: Unknown) -> str:
    if error.what == "profile":
        there = (
            f"name one of: {', '.join(error.nearest)}" if error.nearest else "name its folder or its collection.anki2"
        )
        missing = (
            f"there is no profile {error.name!r} of Anki"
            if error.name
            else "it is not clear which profile of Anki is meant"
        )
        return f"{missing}; {there}."
    near = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
    return f"there is no {error.what} {error.name!r}.{near}"


def _of_problem(
    error: NoDecks | StoreError | BackupError | PackageError | TargetError | GitError | LogFileError,
) -> str:
    command = ""
    if isinstance(error, GitError) and error.problem == "unsafe":
        # whoever wrote the key may hope that it is pasted into a shell
        command = join(["git", "config", "--file", str(error.folder / "config"), "--unset-all", error.detail])
    if isinstance(error, StoreError) and error.problem == "foreign":
        command = f"sqlite3 {quote(str(error.path))} {quote(f'drop {error.detail}')}"
    return _OF[type(error)][error.problem].format(**vars(error), command=command)


def _of_settings(error: SettingsError) -> str:
    match error.problem:
        case "unreadable":
            return f"the settings {error.path} cannot be read: {error.detail}"
        case "not-toml":
            return f"the settings {error.path} are not valid TOML: {error.detail}"
        case "no-setting":
            meant = f"did you mean {error.detail}?" if error.detail else "srs settings lists them"
            return f"{error.path}:{error.line}: there is no setting {error.name!r} ({meant})"
        case "value":
            return f"{error.path}:{error.line}: {error.name} must be {error.detail}, not {error.value}"


_LONG_WORD = re.compile(r"\S{202,}")
_OUTSIDE = {EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS}
"""What a disk or the system says of its own state, without naming a file."""

_NO_DECKS = {
    "missing": "the deck folder {path} does not exist; name another one with --decks DIR.",
    "not-a-folder": "{path} is not a folder; --decks takes the folder that holds the deck files.",
    "unreadable": "the deck folder {path} cannot be read; check its permissions.",
    "bad-name": "the path {path} is not valid UTF-8; rename it.",
    "empty": "the deck folder {path} holds no deck (a file that ends in .yaml or .yml).",
}
_STORE = {
    "not-a-database": "{path} is not a database of srs, and has no backups; nothing was changed. Name another with --db FILE.",
    "damaged": "the database {path} is damaged ({detail}); srs verify says more, srs restore lists the backups.",
    "locked": "the database {path} is in use by another program; nothing was recorded. Try again when it is done.",
    "read-only": "the database {path} cannot be written to; nothing was recorded. Check its permissions and its folder's.",
    "full": "there is no room left on the disk of {path}; nothing was recorded. Make room and try again.",
    "failing": "the disk of the database {path} reports an error ({detail}); nothing was recorded.",
    "newer": "the database {path} was written by a newer srs (version {detail}); update this one.",
    "replaced": "the database {path} was moved, removed or replaced meanwhile; nothing was recorded. Start again.",
    "changed": "notes were relinked in the database {path} meanwhile; nothing was changed. Start again.",
    "orphaned": "the database {path} is missing, empty or a link, but {detail} holds what was recorded last; nothing was touched. Move"
    " the database back to {path}; if it is lost, srs restore --salvage saves what can be read.",
    "journal": "the database {path} is missing, but {detail}, which belongs to it, is there; nothing was touched. Move the"
    " database back to {path}; if it is lost, remove {detail}.",
    "foreign": "the database {path} has something in it that srs did not make ({detail}); nothing was changed. Remove it with: {command}",
    "altered": "the database {path} is not as srs made it ({detail}); nothing was changed. srs restore --salvage brings all"
    " that can be read into a new one.",
    "senseless": "the database {path} holds what srs never wrote ({detail}); srs restore --salvage leaves it out.",
    "outdated": "what the database {path} derives from the log is wrong ({detail}); srs rebuild makes it again.",
    "unusable": "the database {path} cannot be used: {detail}.",
}
_BACKUP = {
    "none": "there is no backup of {path} yet; srs backup makes one.",
    "no-such": "there is no backup of {detail!r}; srs restore lists those there are.",
    "unreadable": "the folder {path} cannot be read: {detail}.",
    "damaged": "the backup {path} cannot be read; nothing was changed. Take another: srs restore lists them.",
    "not-damaged": "the database {path} is not damaged; nothing was changed.",
}
_PACKAGE = {
    "missing": "there is no file {path}.",
    "unreadable": "{path} cannot be read: {detail}.",
    "not-anki": "{path} is not an Anki file; expected .apkg, .colpkg or collection.anki2.",
    "in-use": "{path} is open in Anki, or was not closed in order; open Anki, close it, and try again.",
    "damaged": "{path} is damaged ({detail}); nothing was taken from it. Export it again, after Tools → Check Database in Anki.",
    "too-large": "{path} unpacks to more than a collection can be; nothing was taken from it.",
    "newer": "{path} was written by a newer Anki; tick “Support older Anki versions” when you export it.",
    "old-scheduler": "{path} uses an old scheduler; choose the V3 scheduler in Anki’s preferences, then try again.",
    "full-sync": "this would force Anki into a full sync with AnkiWeb; nothing was changed. Give --allow-full-sync if that is fine.",
    "older": "{path} was written by a very old Anki (schema {detail}); open it in a newer one and export it again.",
}
_TARGET = {
    "no-folder": "the folder {path.parent} does not exist; make it first, or choose another place.",
    "is-a-folder": "{path} is a folder; name the file to write.",
    "not-writable": "{path} cannot be written: {detail}.",
    "full": "there is no room left on the disk for {path}; nothing was written.",
    "starter-decks": "the starter decks are read-only; --copy makes a copy of them in {path} and writes there,"
    " srs --decks DIR{detail} writes to a folder of your own.",
    "broken-deck": "{path} has errors, and could hold what is in the package; mend it first (srs check names them).",
    "in-use": "another srs is writing to the deck folder {path}; nothing was written. Try again when it is done.",
    "changed": "{path} is saved by another program again and again; nothing was written. Try again when it is done.",
    "wrong-ending": "{path} should end in .apkg, or Anki will not open it.",
}
_GIT = {
    "missing": "git is not installed; install it, or leave --git out and let something else carry {folder}.",
    "no-repository": "{folder} is not the top of a git repository of its own; make it one with: git init {folder} (or git clone), or leave --git out.",
    "elsewhere": "git would leave the repository {folder}, because {detail} leads out of it; make a fresh clone with git clone, or leave --git out.",
    "unsafe": "{folder}/config sets {detail!r}, which could start a program or lead git elsewhere. If you need it, set it for"
    " yourself with git config --global; remove it there with: {command}",
    "no-branch": "the repository of {folder} is on no branch; check one out, then sync again.",
    "unreachable": "the other side of {folder} cannot be reached ({detail}); all is kept and committed here, sync again later.",
    "conflict": "pulling into {folder} meets a conflict in {detail}; the merge was taken back. Solve it with git, then sync again.",
    "failed": "git could not do its work in {folder}: {detail}",
}
_LOG_FILE = {
    "unreadable": "{path} cannot be read: {detail}.",
    "collection": "{path} is not a log, but a package, a collection of Anki or a database; srs merge takes in a database of srs.",
    "unknown": "{path} is not a review log that srs can read; expected one from srs log, Anki's revlog, py-fsrs' ReviewLog or fsrs-optimizer's, as CSV or JSON.",
    "damaged": "{path} cannot be used: {detail}. Nothing was recorded.",
    "bad-lines": "{path} was not imported, and nothing was recorded: put right or remove {detail}, then try again.",
}
_OF = {
    NoDecks: _NO_DECKS,
    StoreError: _STORE,
    BackupError: _BACKUP,
    PackageError: _PACKAGE,
    TargetError: _TARGET,
    GitError: _GIT,
    LogFileError: _LOG_FILE,
}
