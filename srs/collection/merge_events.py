"""Adding other people's events and voids to the log, and replaying the cards that they change."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from srs.collection import Collection
from srs.core.event import Break, Event, Parameters, Void
from srs.core.event_line import InvalidEvent, NewerEvent
from srs.log import event_log
from srs.log.replay import replay_all, replay_cards
from srs.log.replay_relinked import replay_relinked
from srs.log.union import Comparison, merge_item
from srs.scheduling.scheduler import DEFAULT, parameter_problem


@dataclass(slots=True)
class MergeCounts:
    """How many events and voids were added, how many events replaced another one under their key, and how many items the
    log had already; `subjects` are the subjects of all but the last. `parameters` says that other ones may be
    in force now.
    """

    events: int = 0
    voids: int = 0
    replaced: int = 0
    known: int = 0
    subjects: set[str] = field(default_factory=set)
    parameters: bool = False

    def __add__(self, other: "MergeCounts") -> "MergeCounts":
        return MergeCounts(
            self.events + other.events,
            self.voids + other.voids,
            self.replaced + other.replaced,
            self.known + other.known,
            self.subjects | other.subjects,
            self.parameters or other.parameters,
        )

    @property
    def cards(self) -> list[str]:
        """The cards that change, sorted."""
        return sorted(subject for subject in self.subjects if "/" in subject)


Insert = Callable[[sqlite3.Connection, Event | Void], Comparison]


class EventMerger:
    """The union of the log with other items, added one at a time. With `compare_with_log` in place of `merge_item` it is a preview."""

    def __init__(self, connection: sqlite3.Connection, insert: Insert = merge_item) -> None:
        self.connection, self.counts, self._insert = connection, MergeCounts(), insert

    def add(self, item: Event | Void) -> Comparison:
        """Adds the item and returns how it compared with the log. Raises InvalidEvent if it would stop a replay here."""
        reject_unknown_parameters(item)
        comparison, counts = self._insert(self.connection, item), self.counts
        if comparison in {"known", "larger"}:
            counts.known += 1
            return comparison
        counts.subjects.add(item.subject)
        # a new break has a key of its own; a void, and what takes another's place, may be of parameters
        if item.subject == "" and (comparison != "new" or not _is_break(item)):
            counts.parameters = True
        if isinstance(item, Void):
            counts.voids += 1
        elif comparison == "smaller":
            counts.replaced += 1
        else:
            counts.events += 1
        return comparison


@contextmanager
def merging_events(collection: Collection) -> Iterator[EventMerger]:
    """One transaction that adds items to the log and ends with a replay of the cards that they change."""
    with collection.store.write() as connection:
        before = event_log.read_aliases(connection)
        merger = EventMerger(connection)
        yield merger
        subjects = merger.counts.subjects
        if merger.counts.parameters:
            replay_all(connection, collection.watch)
        elif subjects:
            replay_relinked(connection, before)
            aliases = event_log.read_aliases(connection)
            cards = {aliases.card(subject) for subject in subjects if "/" in subject}
            replay_cards(connection, sorted(cards), collection.watch)


def _is_break(item: Event | Void) -> bool:
    return isinstance(item, Event) and isinstance(item.what, Break)


def reject_unknown_parameters(item: Event | Void) -> None:
    """Raises NewerEvent for parameters of a model that is unknown here, InvalidEvent for parameters out of bounds."""
    if isinstance(item, Event) and isinstance(item.what, Parameters) and (problem := parameter_problem(item.what)):
        if item.what.model != DEFAULT.model:
            raise NewerEvent(f"parameters of {item.what.model}")
        raise InvalidEvent(f"these parameters cannot be used: {problem}")
