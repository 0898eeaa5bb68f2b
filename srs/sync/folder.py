"""`srs sync DIR`: reads what other machines wrote into a shared folder, and writes what no file there has."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from srs.collection import Collection
from srs.collection.merge_events import EventMerger, MergeCounts, merging_events, reject_unknown_parameters
from srs.core.clock import to_utc
from srs.core.event_line import InvalidEvent, NewerEvent, NewerEvents, check_event, to_line
from srs.core.progress import Done, Progress, counted
from srs.database import sync_state
from srs.sync import event_files
from srs.sync.event_files import FileProblem, ReadPrefix

_SHOWN = 100  # problems of one sync; the rest is counted
_STEP = 100_000  # bytes that are read between two reports of progress


@dataclass(frozen=True, slots=True)
class FolderSyncResult:
    """What was `merged` from the folder, and how many lines were `written` there. `skipped` lines or files could not be
    used, of which `problems` names the first; `newer` says by file which lines only a newer program can read.
    """

    merged: MergeCounts
    written: int
    problems: tuple[FileProblem, ...]
    skipped: int
    newer: Mapping[str, NewerEvents]

    def followed_by(self, later: "FolderSyncResult") -> "FolderSyncResult":
        """Both as one; the later sync has reported every bad line again."""
        return replace(later, merged=self.merged + later.merged, written=self.written + later.written)


def sync_folder(collection: Collection, folder: Path, now: int) -> FolderSyncResult:
    """Reads what is new in the folder's files, then appends what they lack to this machine's file of the month in which
    `now` lies (UTC); one transaction.

    What was read before is not parsed again as long as its bytes are the same; they are compared each time. Raises
    TargetError, StoreError, BadInput.
    """
    root = folder.resolve()
    month = to_utc(now).strftime("%Y-%m")
    with merging_events(collection) as merger:
        sync = _FolderSync(merger, root, collection.watch)
        sync.read_files()
        with collection.watch("Writing the events", sync.count_later()) as done:
            lines = counted(sync.missing_lines(), done)
            written = event_files.append_lines(root, collection.machine, month, lines)
        if written:  # read back, so that the next sync knows it
            name = f"{collection.machine}/{month}.jsonl"
            sync.read({name: root / name})
        sync.save_state()
    return FolderSyncResult(merger.counts, written, tuple(sync.problems), sync.skipped, sync.newer)


class _FolderSync:
    def __init__(self, merger: EventMerger, root: Path, watch: Progress) -> None:
        self._merger, self._root, self._watch = merger, root, watch
        self._connection: sqlite3.Connection = merger.connection
        self.problems = list[FileProblem]()
        self.skipped = 0
        self.newer = dict[str, NewerEvents]()
        self._files_read = dict[str, sync_state.ReadFile]()
        self._prefixes = defaultdict[str, ReadPrefix](ReadPrefix)
        self._folder_id = sync_state.folder_id(self._connection, event_files.to_valid_text(str(root)))
        sync_state.start_reading(self._connection)

    def read_files(self) -> None:
        """Merges what is new in all files."""
        files, problems = event_files.find_files(self._root)
        for problem in problems:
            self._skip(problem)
        unchanged = self._unchanged_prefixes(files)
        if unchanged is None:
            sync_state.forget_folder(self._connection, self._folder_id)
        else:
            self._prefixes.update(unchanged)
        self.read(files)

    def read(self, files: Mapping[str, Path]) -> None:
        """Merges what is new in these files."""
        total = sum(max(event_files.size(path) - self._prefixes[name].size, 0) for name, path in files.items())
        with self._watch("Reading the events", total) as done:
            for name, path in files.items():
                self._read_file(name, path, done)

    def count_later(self) -> int:
        """How many events the log has gained since the last sync, those that a file has included."""
        return sync_state.count_later(self._connection, self._folder_id)

    def missing_lines(self) -> Iterator[str]:
        """The lines of all events and voids that no file has."""
        for item in sync_state.unwritten_items(self._connection, self._folder_id):
            try:
                check_event(item)
                reject_unknown_parameters(item)
            except InvalidEvent as error:
                self._skip(FileProblem(f"{item.subject} at {item.at}", 0, f"not written, {error}"))
            else:
                yield to_line(item)

    def save_state(self) -> None:
        sync_state.save_read_files(self._connection, self._folder_id, self._files_read)

    def _read_file(self, name: str, path: Path, done: Done) -> None:
        prefix = self._prefixes[name]
        told = prefix.size
        refused = name in self._files_read and self._files_read[name].again
        try:
            for number, item in event_files.read_lines(path, prefix):
                if prefix.size - told > _STEP:
                    done(prefix.size - told)
                    told = prefix.size
                try:
                    if isinstance(item, InvalidEvent):
                        raise item
                    if self._merger.add(item) != "larger":
                        sync_state.mark_as_read(self._connection, item)
                except NewerEvent as newer:
                    refused = True
                    self.newer.setdefault(name, NewerEvents()).add(newer)
                except InvalidEvent as error:
                    refused = True
                    self._skip(FileProblem(name, number, str(error)))
        except OSError as error:
            self._skip(FileProblem(name, 0, f"this file cannot be read ({error.strerror})"))
            return
        done(prefix.size - told)
        self._files_read[name] = sync_state.ReadFile(prefix.size, prefix.digest.hexdigest(), refused)

    def _unchanged_prefixes(self, files: dict[str, Path]) -> dict[str, ReadPrefix] | None:
        """The part of each file that need not be parsed again. None if a file no longer begins with what was read of it:
        events that only that file had may be missing from the folder now.
        """
        unchanged = {}
        for name, before in sync_state.read_files(self._connection, self._folder_id).items():
            try:
                prefix = event_files.read_prefix(files[name], before.size)
            except (KeyError, OSError):
                return None
            if (prefix.size, prefix.digest.hexdigest()) != (before.size, before.sha256):
                return None
            if not before.again:
                unchanged[name] = prefix
        return unchanged

    def _skip(self, problem: FileProblem) -> None:
        if problem in self.problems:  # a torn line that was completed is read again
            return
        self.skipped += 1
        if len(self.problems) < _SHOWN:
            self.problems.append(problem)
