"""Errors as sentences: what is wrong, and what to do."""

import os
import re
import sys
from collections.abc import Mapping
from errno import EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS
from shlex import join, quote

from srs.core.errors import (
    BackupError,
    BadInput,
    CannotRelink,
    DeckFolderError,
    GitError,
    LogFileError,
    MissingExtra,
    NotAnswerable,
    NothingToUndo,
    PackageError,
    QueryError,
    ServerError,
    SettingsError,
    SrsError,
    StoreError,
    TargetError,
    Unknown,
    WrongClock,
)
from srs.core.event_line import NewerEvents
from srs.core.plural import plural
from srs.core.safe_text import printable


def sentence(error: Exception) -> str:
    """One line, safe to print and not too long to read; empty for an error that only a bug of srs explains."""
    match error:
        case SrsError():
            return _line(_sentence(error))
        case RecursionError():
            return "a path, or what a file holds, is nested too deeply."
        case OSError(filename=str() | bytes() as name, strerror=str(why)):
            return _line(f"{os.fsdecode(name)}: {why.lower()}.")
        case OSError(errno=number, strerror=str(why)) if number in _SYSTEM_STATE:
            return f"{why.lower()}."
        case _:
            return ""


def skipped_setting(error: SettingsError) -> str:
    """What is wrong with the settings, for a command that goes on with a default."""
    instead = {"value": "the default is used", "no-setting": "it is ignored"}
    return _line(f"{_settings_problem(error)}; {instead.get(error.problem, 'the defaults are used')}.")


def newer_lines(place: str, later: NewerEvents) -> str:
    """What only a newer srs can read."""
    lines = f"{plural(later.count, 'line')} ({', '.join(later.kinds)})"
    return _line(f"{place}: skipped {lines} that a newer srs recorded; update this srs and try again.")


def _line(text: str) -> str:
    return printable(_LONG_WORD.sub(lambda word: f"{word[0][:100]}…{word[0][-100:]}", text.replace("\n", " ")))


def _sentence(error: SrsError) -> str:
    match error:
        case Unknown():
            return _unknown(error)
        case SettingsError():
            wrong = _settings_problem(error)
            return f"{wrong}; nothing is recorded until this is corrected, because the study day depends on it."
        case BadInput(name, value, expected):
            return f"{name} must be {expected}, not {value!r}."
        case QueryError(character, problem):
            return f"query, character {character}: {problem}."
        case WrongClock(now):
            year = 1970 + now // 31_556_952_000  # no datetime holds the years after 9999
            return f"the computer's clock is in the year {year}; srs records only times from 1970 to 2199. Set the clock and try again."
        case MissingExtra(extra):
            return f"the library {extra} is not installed. To install it: {sys.executable} -m pip install {extra}"
        case NothingToUndo("parameters"):
            return "this machine has applied no parameters that could be undone."
        case NothingToUndo("break"):
            return "this machine has planned no break that could be undone."
        case NothingToUndo():
            return "there is nothing to undo on this machine."
        case _:
            return _from_template(error)


def _from_template(error: SrsError) -> str:
    command = ""
    if isinstance(error, GitError) and error.problem == "unsafe":
        # whoever wrote the key may hope that it is pasted into a shell
        command = join(["git", "config", "--file", str(error.folder / "config"), "--unset-all", error.detail])
    if isinstance(error, StoreError) and error.problem == "foreign":
        command = f"sqlite3 {quote(str(error.path))} {quote(f'drop {error.detail}')}"
    fields = vars(error)
    return _TEMPLATES[type(error)][fields["problem"]].format(**fields, command=command)


def _unknown(error: Unknown) -> str:
    if error.what == "profile":
        without_name = "there are several Anki profiles" if error.nearest else "no Anki profile was found"
        problem = f"there is no Anki profile {error.name!r}" if error.name else without_name
        choices = f"choose one of: {', '.join(error.nearest)}"
        return f"{problem}; {choices if error.nearest else 'name its folder or its collection.anki2.'}"
    if error.what == "question" and not error.name:
        return "these decks have no question to answer: a note of the kind mapping or star. The starter decks have many: srs init"
    near = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
    new = " To begin one: add --new" if error.what == "new deck" else ""
    return f"there is no {error.what.removeprefix('new ')} {error.name!r}.{near}{new}"


def _settings_problem(error: SettingsError) -> str:
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
_SYSTEM_STATE = {EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS}
"""Errors of a disk or the system as a whole, which name no file."""

_TEMPLATES: Mapping[type[SrsError], Mapping[str, str]] = {
    DeckFolderError: {
        "missing": "the deck folder {path} does not exist; name another one with --decks DIR.",
        "not-a-folder": "{path} is not a folder; --decks takes the folder that holds the deck files.",
        "unreadable": "the deck folder {path} cannot be read; check its permissions.",
        "bad-name": "the path {path} is not valid UTF-8; rename it.",
        "empty": "the deck folder {path} has no deck files (.yaml or .yml).",
    },
    StoreError: {
        "not-a-database": "{path} is not an srs database, and has no backups; nothing was changed. Name another with --db FILE.",
        "damaged": "the database {path} is damaged ({detail}). For details: srs verify; for its backups: srs restore",
        "locked": "the database {path} is in use by another program; nothing was recorded. Try again later.",
        "read-only": "the database {path} cannot be written; nothing was recorded. Check the permissions of it and its folder.",
        "full": "no space is left on the disk of {path}; nothing was recorded. Free some space and try again.",
        "failing": "the disk of the database {path} reports an error ({detail}); nothing was recorded.",
        "newer": "the database {path} was written by a newer srs (version {detail}); update srs.",
        "replaced": "the database {path} was moved, deleted or replaced meanwhile; nothing was recorded. Run the command again.",
        "changed": "notes were relinked in the database {path} meanwhile; nothing was changed. Run the command again.",
        "orphaned": "the database {path} is missing, empty or a link, but {detail} holds its latest changes; nothing was changed."
        " Move the database back to {path}. If it is lost, save what can be read: srs restore --salvage",
        "journal": "the database {path} is missing, but its journal {detail} is there; nothing was changed. Move the database back"
        " to {path}. If it is lost, delete {detail}.",
        "foreign": "the database {path} contains something that srs did not make ({detail}); nothing was changed. To remove it: {command}",
        "altered": "the database {path} is not as srs made it ({detail}); nothing was changed. To save what can be read in a new"
        " one: srs restore --salvage",
        "invalid-rows": "the database {path} contains values that srs never wrote ({detail}). To remove them: srs restore --salvage",
        "outdated": "the database {path} has outdated derived data ({detail}). To rebuild it: srs rebuild",
        "unusable": "the database {path} cannot be used: {detail}.",
    },
    BackupError: {
        "none": "there is no backup of {path} yet. To make one: srs backup",
        "no-such": "there is no backup of {detail!r}. To list the backups: srs restore",
        "unreadable": "the folder {path} cannot be read: {detail}.",
        "damaged": "the backup {path} cannot be read; nothing was changed. To list the others: srs restore",
        "not-damaged": "{path} is not a damaged srs database; nothing was changed.",
    },
    PackageError: {
        "missing": "{path} does not exist.",
        "unreadable": "{path} cannot be read: {detail}.",
        "not-anki": "{path} is not an Anki file; expected .apkg, .colpkg or collection.anki2.",
        "in-use": "{path} is open in Anki, or was not closed properly; open Anki, close it, and try again.",
        "damaged": "{path} is damaged ({detail}); nothing was imported. In Anki, run Tools → Check Database and export it again.",
        "too-large": "{path} unpacks to more than an Anki collection can hold; nothing was imported.",
        "newer": "{path} was written by a newer Anki; export it again with “Support older Anki versions”.",
        "old-scheduler": "{path} uses Anki’s old scheduler; choose the V3 scheduler in Anki’s preferences, then try again.",
        "full-sync": "this would force Anki to do a full sync with AnkiWeb; nothing was changed. To go on anyway: --allow-full-sync",
        "older": "{path} was written by a very old Anki (schema {detail}); open it in a newer one and export it again.",
    },
    TargetError: {
        "no-folder": "the folder {path.parent} does not exist; make it first, or choose another place.",
        "is-a-folder": "{path} is a folder; name the file to write.",
        "not-writable": "{path} cannot be written: {detail}.",
        "full": "no space is left on the disk of {path}; nothing was written.",
        "starter-decks": "the starter decks are read-only. To copy them to {path} and write there, add --copy; to write to a folder"
        " of your own (srs init makes one): srs --decks DIR{detail}",
        "broken-deck": "{path} has errors, so srs cannot tell which notes it has already; correct them first. To list them: srs check",
        "in-use": "another srs is writing to the deck folder {path}; nothing was written. Try again later.",
        "changed": "another program keeps saving {path}; nothing was written. Try again later.",
        "not-empty": "the folder {path} is not empty; nothing was written. Name a new folder, or an empty one.",
        "not-a-folder": "{path} is not a folder, or a part of its path is none; name another place.",
        "wrong-ending": "{path} must end in {detail}.",
    },
    GitError: {
        "missing": "git is not installed; install it, or sync without --git and carry {folder} with another tool.",
        "no-repository": "{folder} is not the top folder of a git repository. To make it one: git init {folder} (or git clone)",
        "elsewhere": "the git repository {folder} uses files outside of it ({detail}); make a fresh clone with git clone, or sync"
        " without --git.",
        "unsafe": "{folder}/config sets {detail!r}, which could run a program or redirect git. If you need it, set it with git"
        " config --global. To remove it there: {command}",
        "no-branch": "the git repository {folder} has no branch checked out; check one out, then sync again.",
        "unreachable": "the remote of {folder} cannot be reached ({detail}); your reviews are committed here. Sync again later.",
        "conflict": "pulling into {folder} met a conflict in {detail}; the merge was undone. Resolve it with git, then sync again.",
        "failed": "git failed in {folder}: {detail}",
    },
    ServerError: {
        "unreachable": "{address} cannot be reached: {detail}. Check the address, and that the server runs; to start one: srs anki"
        " serve",
        "silent": "{address} has not answered for 20 seconds; nothing is lost. Sync again later.",
        "slow": "the sync with {address} took more than 10 minutes and was stopped; nothing is lost. Sync again later.",
        "interrupted": "{address} stopped in the middle ({detail}); nothing is lost. Sync again later.",
        "redirect": "{address} sends on to {detail}, and srs sends nothing there. If that is your server, name it with --server.",
        "garbage": "{address} does not answer as an Anki sync server of this version does ({detail}). Check the address, and that"
        " the server has the Anki version of the library here.",
        "too-large": "{address} sent more than an Anki collection can hold; nothing was taken from it.",
        "upload-too-large": "{address} does not take so much at once ({detail}); raise its limit (MAX_SYNC_PAYLOAD_MEGS).",
        "version": "{address} has another version of Anki's sync than the library here ({detail}). Bring both to the same version.",
        "failed": "{address} reports an error of its own ({detail}), perhaps a full disk; nothing is lost. Look at the server, then"
        " sync again.",
        "refused": "Anki's library could not sync with {address}: {detail}",
        "login": "{address} does not accept the user name and password, or the key that it gave for them. To log in again: srs anki"
        " sync --server {address} --user NAME",
        "busy": "another device is syncing with {address}; nothing is lost. Sync again when it has finished.",
        "changing": "other devices have changed the collection on {address} meanwhile; nothing is lost. Sync again.",
        "full-sync": "this changes a note type, so that Anki would need a full sync; nothing was sent to {address}. Sync Anki on a"
        " computer with that server and close it, run srs anki sync --allow-full-sync there, then upload from Anki.",
        "damaged": "the collection on {address} is damaged ({detail}); nothing was taken from it. In Anki, run Tools → Check"
        " Database and upload it again.",
        "running": "another srs anki sync with {address} is running on this computer; try again when it has finished.",
        "media": "reviews and texts are synced with {address}, but not all pictures and sounds ({detail}). Sync again later.",
        "port": "no server can listen at {address}: {detail}. Choose another one with --port or --host.",
        "ended": "Anki's sync server at {address} has ended: {detail}",
    },
    LogFileError: {
        "unreadable": "{path} cannot be read: {detail}.",
        "collection": "{path} is not a review log, but an Anki package, an Anki collection or a database. To merge an srs database:"
        " srs merge",
        "unknown": "{path} is not a known review log; expected one from srs log, Anki's revlog, py-fsrs' ReviewLog or"
        " fsrs-optimizer's, as CSV or JSON.",
        "damaged": "{path} cannot be used: {detail}. Nothing was recorded.",
        "bad-lines": "{path} was not imported, and nothing was recorded; correct or delete {detail}, then try again.",
    },
    NotAnswerable: {
        "suspended": "the card {card} is suspended. To unsuspend it: srs unsuspend {card}",
        "changed": "the card {card} has changed meanwhile; nothing was recorded. Try again.",
        "not-asked": "the card {card} is not asked: its deck file chooses others. To ask it, add it to `cards:` there.",
    },
    CannotRelink: {
        "same": "OLD and NEW are the same note ({old}).",
        "circle": "the history of {new} was already moved to {old}; undo that first (srs undo), or relink {new} to another note.",
    },
}
