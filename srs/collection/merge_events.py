"""Other machines' events and voids → our log, and the states that follow."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from srs.collection import Collection
from srs.core.event import Event, Parameters, Void
from srs.core.event_line import Newer, Wrong
from srs.core.relinks import Aliases
from srs.log import event_log
from srs.log.replay import replay_all, replay_some
from srs.log.replay_relinked import replay_moved
from srs.log.union import Standing
from srs.scheduling.scheduler import DEFAULT, accepts


@dataclass(slots=True)
class Tally:
    """What came in: how many events and voids, how many contents took another's place, and of which subjects; `known`
    were here before.
    """

    events: int = 0
    voids: int = 0
    replaced: int = 0
    known: int = 0
    subjects: set[str] = field(default_factory=set)

    def count(self, item: Event | Void, stood: Standing) -> None:
        """One more item that stood so to the log."""
        if stood in {"known", "larger"}:
            self.known += 1
            return
        if isinstance(item, Void):
            self.voids += 1
        elif stood == "smaller":
            self.replaced += 1
        else:
            self.events += 1
        self.subjects.add(item.subject)

    def then(self, later: "Tally") -> "Tally":
        """Both as one."""
        return Tally(
            self.events + later.events,
            self.voids + later.voids,
            self.replaced + later.replaced,
            self.known + later.known,
            self.subjects | later.subjects,
        )

    @property
    def cards(self) -> list[str]:
        """The cards of which something came in, sorted."""
        return sorted(subject for subject in self.subjects if "/" in subject)


def admit(item: Event | Void) -> None:
    """Raises Wrong for an item that is good in itself, but would stop a replay here."""
    if isinstance(item, Event) and isinstance(item.what, Parameters) and not accepts(item.what):
        if item.what.model != DEFAULT.model:
            raise Newer(f"parameters of {item.what.model}")
        raise Wrong("these parameters are out of the bounds of their model")


def settle(connection: sqlite3.Connection, collection: Collection, subjects: Iterable[str], before: Aliases) -> None:
    """Makes the states of these cards again; of all cards, where parameters are among the subjects; and of those that a
    relink has moved since the aliases were as `before`.
    """
    subjects = set(subjects)
    if "" in subjects:
        replay_all(connection, collection.watch)
        return
    replay_moved(connection, before)
    aliases = event_log.aliases(connection)
    cards = sorted({aliases.card(subject) for subject in subjects if "/" in subject})
    replay_some(connection, cards, collection.watch)
