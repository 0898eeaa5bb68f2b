"""`srs merge OTHER.db`: a preview of what another database would add, and the merge itself."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from srs.collection import Collection
from srs.collection.merge_events import EventMerger, MergeCounts, merging_events
from srs.core.event_line import InvalidEvent
from srs.core.progress import Progress, counted
from srs.database import other_database, removed_notes
from srs.log.union import compare_with_log

_SHOWN = 20  # reasons; the rest is counted


@dataclass(slots=True)
class MergeResult:
    """What a merge adds, or would add. `skipped` rows of the other database cannot have been written by srs; `reasons`
    says why, of the first of them.
    """

    counts: MergeCounts
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        return not self.counts.subjects


def preview_merge(collection: Collection, path: Path) -> MergeResult:
    """What `merge` would do; changes nothing. Raises StoreError."""
    with other_database.open_other(path) as theirs, collection.store.read() as connection:
        return _add_all(theirs, EventMerger(connection, compare_with_log), collection.watch)


def merge(collection: Collection, path: Path) -> MergeResult:
    """Adds the other log to ours in one transaction, and replays the cards that change. Raises StoreError."""
    with other_database.open_other(path) as theirs, merging_events(collection) as merger:
        result = _add_all(theirs, merger, collection.watch)
        other_database.merge_text_times(merger.connection, other_database.read_text_times(theirs))
        removed_notes.merge(merger.connection, other_database.read_removed_notes(theirs))
    return result


def _add_all(theirs: sqlite3.Connection, merger: EventMerger, watch: Progress) -> MergeResult:
    result = MergeResult(merger.counts)
    with watch("Comparing the logs", other_database.count_log(theirs)) as done:
        for item in counted(other_database.read_log(theirs), done):
            try:
                if isinstance(item, InvalidEvent):
                    raise item
                merger.add(item)
            except InvalidEvent as error:
                result.skipped += 1
                if len(result.reasons) < _SHOWN:
                    result.reasons.append(str(error))
    return result
