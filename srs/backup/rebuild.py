"""Rebuilds every derived table from the deck files and the log."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from srs.collection import Collection, study_days
from srs.collection.folder import Stamp, find_deck_files
from srs.collection.sync_files import apply, plan
from srs.core.errors import DeckFolderError
from srs.database import deck_files
from srs.log.replay import replay_all


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """Deck files that were read, notes in the database, cards with a history."""

    files: int
    notes: int
    cards: int


def rebuild(collection: Collection, now: int) -> RebuildResult:
    """Rebuilds notes and cards of all folders and the states of all cards that have events, in one transaction.

    A folder that is not available keeps the last good version of its files. Raises StoreError.
    """
    with collection.store.write() as connection:
        # notes without their file and cards without their note; the others are needed to notice which notes vanish
        connection.execute(
            "delete from notes where not exists"
            " (select 1 from files f where f.folder = notes.folder and f.path = notes.path)"
        )
        connection.execute(
            "delete from cards where not exists"
            " (select 1 from notes n where n.folder = cards.folder and n.id = cards.note)"
        )
        connection.execute("delete from sync_folders")
        states = replay_all(connection, collection.watch)
        study_days.replace_rows(connection, collection.calendar, now)
        files = 0
        for number, path in connection.execute("select id, path from folders").fetchall():
            # every file counts as changed; the bytes of its last good version are kept
            known = [row._replace(stamp_ns=-1, sha256="?") for row in deck_files.all_files(connection, number)]
            before: Mapping[str, Stamp] = {row.path: (row.size, row.stamp_ns) for row in known}
            on_disk = before
            with suppress(DeckFolderError, OSError, ValueError):  # the last for what is not a valid path
                on_disk = find_deck_files(Path(path), before)
            changes = plan(Path(path), on_disk, known, lambda _: {}, collection.kinds, collection.watch)
            apply(connection, number, changes, now, collection.watch)
            files += len(changes.read)
        notes = connection.execute("select count(*) from notes").fetchone()[0]
    return RebuildResult(files, notes, states)
