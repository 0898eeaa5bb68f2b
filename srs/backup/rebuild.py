"""Every cache thrown away and made again from the deck files and the log."""

from dataclasses import dataclass
from pathlib import Path

from srs.collection import Collection, study_days
from srs.collection.folder import stamps
from srs.collection.sync_files import apply, plan
from srs.core.errors import NoDecks
from srs.database import deck_files
from srs.log.replay import replay_all


@dataclass(frozen=True, slots=True)
class Rebuilt:
    files: int
    notes: int
    cards: int


def rebuild(collection: Collection, now: int) -> Rebuilt:
    """In one transaction: notes and cards of all folders, states of all cards that have events.

    A folder that is not at hand keeps the last good version of its files. Raises StoreError.
    """
    with collection.store.write() as connection:
        # those of files and notes that are not there; the others tell what vanishes
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
        study_days.write(connection, collection.calendar, now)
        files = 0
        for number, path in connection.execute("select id, path from folders").fetchall():
            # no file is taken to be as it was; the bytes of each last good version are kept
            known = [row._replace(stamp_ns=-1, sha256="?") for row in deck_files.files(connection, number)]
            before = {row.path: (row.size, row.stamp_ns) for row in known}
            try:
                found = stamps(Path(path), before)
            except (NoDecks, OSError, ValueError):  # the last one for what is no path at all
                found = before
            made = plan(Path(path), found, known, {}, collection.kinds)
            apply(connection, number, made, collection.kinds, now)
            files += len(made.read)
        notes = connection.execute("select count(*) from notes").fetchone()[0]
    return Rebuilt(files, notes, states)
