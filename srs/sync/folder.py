"""`srs sync DIR`: everything that other machines wrote comes in, everything that no file of the folder has goes out."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from srs.collection import Collection
from srs.collection.merge_events import Tally, admit, settle
from srs.core.clock import to_utc
from srs.core.event import Event, Void
from srs.core.event_line import Later, Newer, Wrong, check, line
from srs.database import sync_state
from srs.log import event_log
from srs.log.union import take
from srs.sync.event_files import Prefix, Problem, append, find, prefix, read, storable

_SHOWN = 100  # problems of one sync; the rest is counted


@dataclass(frozen=True, slots=True)
class Exchanged:
    """`written` lines went out; `skipped` is how many lines or files could not be used, of which `problems` names the
    first. `later` tells by file what waits there for a newer program.
    """

    came: Tally
    written: int
    problems: tuple[Problem, ...]
    skipped: int
    later: Mapping[str, Later]

    def then(self, later: "Exchanged") -> "Exchanged":
        """Both as one; a line that is still bad was named by the later one again."""
        return replace(later, came=self.came.then(later.came), written=self.written + later.written)


def exchange(collection: Collection, folder: Path, now: int) -> Exchanged:
    """One transaction: it reads what is new in the folder's files, then adds what they lack to this machine's file of
    the month in which `now` lies (UTC).

    What was read before is not read again as long as its bytes are the same; they are compared each time. Raises
    TargetError, StoreError, BadInput.
    """
    root = folder.resolve()
    with collection.store.write() as connection:
        before = event_log.aliases(connection)
        exchange = _Exchange(connection, root)
        exchange.come()
        month = to_utc(now).strftime("%Y-%m")
        written = append(root, collection.machine, month, exchange.lines())
        if written:
            exchange.own(f"{collection.machine}/{month}.jsonl")
        sync_state.keep(connection, exchange.number, exchange.seen)
        if exchange.tally.subjects:
            settle(connection, collection, exchange.tally.subjects, before)
    return Exchanged(exchange.tally, written, tuple(exchange.problems), exchange.skipped, exchange.later)


class _Exchange:
    def __init__(self, connection: sqlite3.Connection, root: Path) -> None:
        self._connection, self._root = connection, root
        self.tally = Tally()
        self.problems = list[Problem]()
        self.skipped = 0
        self.later = dict[str, Later]()
        self.seen = dict[str, sync_state.Read]()
        self._prefixes = dict[str, Prefix]()
        self.number = sync_state.number(connection, storable(str(root)))
        sync_state.start(connection)

    def come(self) -> None:
        """Takes in what is new in all files."""
        files, problems = find(self._root)
        for problem in problems:
            self._skip(problem)
        known = self._known(files)
        if known is None:
            sync_state.forget(self._connection, self.number)
            known = {}
        for name, path in files.items():
            self._read(name, path, known.get(name, Prefix()))

    def own(self, name: str) -> None:
        """Reads back what was written, so that it is known next time."""
        self._read(name, self._root / name, self._prefixes.get(name) or Prefix())

    def lines(self) -> Iterator[str]:
        """What no file has."""
        for item in sync_state.missing(self._connection, self.number):
            try:
                check(item)
                admit(item)
            except Wrong as error:
                self._skip(Problem(f"{item.subject} at {item.at}", 0, f"not written, {error}"))
            else:
                yield line(item)

    def _known(self, files: dict[str, Path]) -> dict[str, Prefix] | None:
        """What was read of each file before, where it need not be read again; None if one does not begin with that any
        more: whatever it held may be gone.
        """
        found = {}
        for name, before in sync_state.files(self._connection, self.number).items():
            try:
                known = prefix(files[name], before.size)
            except (KeyError, OSError):
                return None
            if (known.size, known.digest.hexdigest()) != (before.size, before.sha256):
                return None
            if not before.again:
                found[name] = known
        return found

    def _read(self, name: str, path: Path, known: Prefix) -> None:
        self._prefixes[name] = known
        refused = name in self.seen and self.seen[name].again
        try:
            for number, item in read(path, known):
                try:
                    self._take(item)
                except Newer as newer:
                    refused = True
                    self.later.setdefault(name, Later()).add(newer)
                except Wrong as error:
                    refused = True
                    self._skip(Problem(name, number, str(error)))
        except OSError as error:
            self._skip(Problem(name, 0, f"this file cannot be read ({error.strerror})"))
            return
        self.seen[name] = sync_state.Read(known.size, known.digest.hexdigest(), refused)

    def _take(self, item: Event | Void | Wrong) -> None:
        """Raises Wrong if it cannot be taken."""
        if isinstance(item, Wrong):
            raise item
        admit(item)
        stood = take(self._connection, item)
        self.tally.count(item, stood)
        if stood != "larger":
            sync_state.hold(self._connection, item)

    def _skip(self, problem: Problem) -> None:
        if problem in self.problems:  # a torn line that was closed is read again
            return
        self.skipped += 1
        if len(self.problems) < _SHOWN:
            self.problems.append(problem)
