"""Deck files → database, if any file changed: their times tell, so that nothing slow is loaded to find out."""

from pathlib import Path

from srs.collection.folder import find_deck_files
from srs.core.progress import Progress, no_progress
from srs.database import Store, deck_files
from srs.kinds.registry import Kinds


def sync_deck_files(store: Store, folder: Path, kinds: Kinds, now: int, watch: Progress = no_progress) -> int:
    """Brings the database up to date with the files of the resolved `folder` and returns the folder's id.

    Reads only files that changed, and writes nothing if none did. Raises DeckFolderError, OSError.
    """
    folder_id = deck_files.folder_id(store.connection, folder)
    known = deck_files.file_stamps(store.connection, folder_id) if folder_id is not None else None
    found = find_deck_files(folder, known)
    if folder_id is not None and found == known and all(changed_ns != -1 for _, changed_ns in found.values()):
        return folder_id
    from srs.collection.sync_files import sync_changed  # noqa: PLC0415 - reading YAML is slow to import

    return sync_changed(store, folder, found, kinds, now, watch)
