"""Errors as sentences: what is wrong, and what to do."""

from srs.errors import (
    BadInput,
    GitError,
    LogFileError,
    NoDecks,
    NotAnswerable,
    NothingToUndo,
    PackageError,
    SrsError,
    StoreError,
    TargetError,
    Unknown,
)
from srs.terminal.visible import visible


def sentence(error: SrsError) -> str:
    """One line, harmless in a terminal whatever the error quotes."""
    return visible(_sentence(error).replace("\n", " "))


def _sentence(error: SrsError) -> str:
    match error:
        case Unknown(what, name, nearest):
            near = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
            return f"there is no {what} {name!r}.{near}"
        case NoDecks(path, problem):
            return _NO_DECKS[problem].format(path=path)
        case StoreError(path, problem, detail):
            return _STORE[problem].format(path=path, detail=detail)
        case PackageError(path, problem, detail):
            return _PACKAGE[problem].format(path=path, detail=detail)
        case TargetError(path, problem, detail):
            return _TARGET[problem].format(path=path, detail=detail, folder=path.parent)
        case GitError(folder, problem, detail):
            return _GIT[problem].format(folder=folder, detail=detail)
        case LogFileError(path, problem, detail):
            return _LOG_FILE[problem].format(path=path, detail=detail)
        case BadInput(name, value, expected):
            return f"{name} is {value!r}, but should be {expected}."
        case NotAnswerable(card, "suspended"):
            return f"the card {card} is suspended; take it back first with: srs unsuspend {card}"
        case NotAnswerable(card, _):
            return f"the card {card} has just changed; nothing was recorded, try again."
        case NothingToUndo():
            return "there is nothing to undo on this machine."
        case _:
            return str(error)


_NO_DECKS = {
    "missing": "the deck folder {path} does not exist; name another one with --decks DIR.",
    "not-a-folder": "{path} is not a folder; --decks takes the folder that holds the deck files.",
    "unreadable": "the deck folder {path} cannot be read; check its permissions.",
    "bad-name": "the path {path} is not valid UTF-8; rename it.",
    "empty": "the deck folder {path} holds no deck (a file that ends in .yaml or .yml).",
}
_STORE = {
    "not-a-database": "{path} is not a database of srs, or is damaged; nothing was changed. Name another with --db FILE.",
    "locked": "the database {path} is in use by another program; nothing was recorded. Try again when it is done.",
    "read-only": "the database {path} cannot be written to; nothing was recorded. Check its permissions.",
    "full": "there is no room left on the disk of {path}; nothing was recorded. Make room and try again.",
    "newer": "the database {path} was written by a newer srs (version {detail}); update this one.",
    "unusable": "the database {path} cannot be used: {detail}.",
}
_PACKAGE = {
    "missing": "there is no file {path}.",
    "unreadable": "{path} cannot be read: {detail}.",
    "not-anki": "{path} comes from no Anki that is known here: an .apkg, a .colpkg or a collection.anki2 is wanted.",
    "in-use": "{path} is open in Anki, or was not closed in order; open Anki, close it, and try again.",
    "damaged": "{path} is damaged ({detail}); nothing was taken from it. Export it again.",
    "too-large": "{path} unpacks to more than a collection can be; nothing was taken from it.",
    "newer": "{path} was written by a newer Anki; tick “Support older Anki versions” when you export it.",
    "older": "{path} was written by a very old Anki (schema {detail}); open it in a newer one and export it again.",
}
_TARGET = {
    "no-folder": "the folder {folder} does not exist; make it first, or choose another place.",
    "is-a-folder": "{path} is a folder; name the file to write.",
    "not-writable": "{path} cannot be written: {detail}.",
    "full": "there is no room left on the disk for {path}; nothing was written.",
    "wrong-ending": "{path} should end in .apkg, or Anki will not open it.",
}
_GIT = {
    "missing": "git is not installed; install it, or leave --git out and let something else carry {folder}.",
    "no-repository": "{folder} is in no git repository; make it one with git init or git clone, or leave --git out.",
    "no-branch": "the repository of {folder} is on no branch; check one out, then sync again.",
    "unreachable": "the other side of {folder} cannot be reached ({detail}); all is kept and committed here, sync again later.",
    "conflict": "pulling into {folder} meets a conflict in {detail}; the merge was taken back. Solve it with git, then sync again.",
    "failed": "git could not do its work in {folder}: {detail}",
}
_LOG_FILE = {
    "unreadable": "{path} cannot be read: {detail}.",
    "collection": "{path} is no log, but a package, a collection of Anki or a database; srs merge takes in a database of srs.",
    "unknown": "{path} is no review log that is known here: one that srs log wrote, Anki's revlog, py-fsrs' ReviewLog or fsrs-optimizer's is wanted, as CSV or JSON.",
    "damaged": "{path} cannot be used: {detail}. Nothing was recorded.",
    "bad-lines": "{path} was not imported, and nothing was recorded: put right or remove {detail}, then try again.",
}
