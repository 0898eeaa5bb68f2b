"""Errors as sentences: what is wrong, and what to do."""

from srs.errors import (
    BackupError,
    BadInput,
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


def reason(error: Exception) -> str:
    """What went wrong with a file, of which the caller says what it was wanted for."""
    match error:
        case SrsError():
            return sentence(error)
        case OSError(strerror=str(said), filename=name):
            return visible(f"{said.lower()}{f' ({name})' if name else ''}.")
        case _:
            return visible(f"{error}.")


def _sentence(error: SrsError) -> str:
    match error:
        case Unknown(what, name, nearest):
            near = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
            return f"there is no {what} {name!r}.{near}"
        case NoDecks(path, problem):
            return _NO_DECKS[problem].format(path=path)
        case StoreError(path, problem, detail):
            return _STORE[problem].format(path=path, detail=detail)
        case BackupError(path, problem, detail):
            return _BACKUP[problem].format(path=path, detail=detail)
        case PackageError(path, problem, detail):
            return _PACKAGE[problem].format(path=path, detail=detail)
        case TargetError(path, problem, detail):
            return _TARGET[problem].format(path=path, detail=detail, folder=path.parent)
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
    "not-a-database": "{path} is not a database of srs, and has no backups; nothing was changed. Name another with --db FILE.",
    "damaged": "the database {path} is damaged ({detail}); srs verify says more, srs restore lists the backups.",
    "locked": "the database {path} is in use by another program; nothing was recorded. Try again when it is done.",
    "read-only": "the database {path} cannot be written to; nothing was recorded. Check its permissions and its folder's.",
    "full": "there is no room left on the disk of {path}; nothing was recorded. Make room and try again.",
    "failing": "the disk of the database {path} reports an error ({detail}); nothing was recorded.",
    "newer": "the database {path} was written by a newer srs (version {detail}); update this one.",
    "replaced": "the database {path} was moved, removed or replaced meanwhile; nothing was recorded. Start again.",
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
