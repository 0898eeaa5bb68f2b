"""Takes notes out of deck files."""

from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from srs.collection import Collection
from srs.collection.folder import edit_deck_files, replace_if_unchanged
from srs.core.errors import TargetError
from srs.database import decks
from srs.deckfile import CannotRemove, without_notes
from srs.kinds.registry import Kinds


def files_of(collection: Collection, notes: Iterable[str]) -> dict[str, str]:
    """The deck file (relative to the folder) of each of the notes that is in one."""
    paths = decks.note_paths(collection.store.connection, collection.folder_id)
    return {note: paths[note] for note in notes if note in paths}


def remove_notes(collection: Collection, notes: Iterable[str], now: int) -> dict[str, str]:
    """Takes the notes out of their deck files, file by file, and reads these again; their progress stays. Returns the deck
    files (relative to the folder) that are as before, each with the reason. `now` is UTC milliseconds.

    Raises DeckFolderError, StoreError.
    """
    by_file = defaultdict[str, list[str]](list)
    for note, path in files_of(collection, notes).items():
        by_file[path].append(note)
    refused = dict[str, str]()
    for path, unwanted in by_file.items():
        try:
            edit_deck_files(
                collection.folder, partial(_change_file, collection.folder / path, unwanted, collection.kinds)
            )
        except CannotRemove as error:
            refused[path] = str(error)
        except TargetError as error:
            refused[path] = error.detail or "another program is saving it"
    collection.read_decks(now)
    return refused


def _change_file(path: Path, unwanted: Some[str], kinds: Kinds) -> None:
    try:
        before = path.read_bytes()
    except OSError as error:
        raise TargetError.from_os_error(path, error) from error
    after = without_notes(before, unwanted, kinds)
    if after != before:
        replace_if_unchanged(path, before, after)
