"""`srs merge OTHER.db`: first what would come in, then all of it in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from srs.collection import Collection
from srs.collection.merge_events import Tally, admit, settle
from srs.core.event import Event, Void
from srs.core.event_line import Wrong
from srs.database import other_database, removed_notes
from srs.log import event_log
from srs.log.union import standing, take

_SHOWN = 20  # reasons; the rest is counted


@dataclass(slots=True)
class Coming:
    """`skipped` rows of the other database are none that srs could have written; `reasons` says what is wrong with the
    first of them.
    """

    tally: Tally
    reasons: list[str]
    skipped: int = 0

    @property
    def nothing(self) -> bool:
        return not self.tally.subjects


def plan(collection: Collection, path: Path) -> Coming:
    """What would come in; nothing is changed. Raises StoreError."""
    coming = Coming(Tally(), [])
    with other_database.opened(path) as theirs, collection.store.read() as connection:
        for item in _good(other_database.items(theirs), coming):
            coming.tally.count(item, standing(connection, item))
    return coming


def merge(collection: Collection, path: Path) -> Coming:
    """Takes the other log into ours, and makes the states again that it touches. Raises StoreError."""
    coming = Coming(Tally(), [])
    with other_database.opened(path) as theirs, collection.store.write() as connection:
        before = event_log.aliases(connection)
        for item in _good(other_database.items(theirs), coming):
            coming.tally.count(item, take(connection, item))
        other_database.merge_texts(connection, other_database.texts(theirs))
        removed_notes.merge(connection, other_database.vanished_texts(theirs))
        settle(connection, collection, coming.tally.subjects, before)
    return coming


def _good(items: Iterator[Event | Void | Wrong], coming: Coming) -> Iterator[Event | Void]:
    for item in items:
        try:
            if isinstance(item, Wrong):
                raise item
            admit(item)
        except Wrong as error:
            coming.skipped += 1
            if len(coming.reasons) < _SHOWN:
                coming.reasons.append(str(error))
        else:
            yield item
