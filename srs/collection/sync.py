"""Deck files → store, if any changed: that is found out from their times, so that nothing slow is loaded for it."""

from pathlib import Path

from srs.collection.folder import stamps
from srs.database import Store, deck_files
from srs.kinds.registry import Kinds


def sync(store: Store, folder: Path, kinds: Kinds, now: int) -> int:
    """Brings the store up to date with the folder's files and returns the folder's number.

    `folder` is resolved. Only files that changed are read, and nothing is written if none did. Raises NoDecks, OSError.
    """
    number = deck_files.number(store.connection, folder)
    known = deck_files.stamps(store.connection, number) if number is not None else None
    found = stamps(folder, known)
    if number is not None and found == known and all(stamp != -1 for _, stamp in found.values()):
        return number
    from srs.collection.sync_files import sync_changed  # noqa: PLC0415 - reading YAML is slow to import

    return sync_changed(store, folder, found, kinds, now)
