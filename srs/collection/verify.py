"""Proof that the database is whole and that its caches are what the log amounts to."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.event import Event
from srs.memory import UNSEEN
from srs.scheduler import Scheduler
from srs.store import log, states


@dataclass(frozen=True, slots=True)
class Verified:
    """How many events count and how many cards they make; `damage` is what SQLite says of the file, `differ` names the
    cards whose stored state is not what their events amount to, bit for bit; `future` are events after the clock's
    time.
    """

    events: int
    cards: int
    damage: tuple[str, ...]
    differ: tuple[str, ...]
    future: tuple[Event, ...]

    @property
    def good(self) -> bool:
        return not self.damage and not self.differ


def verify(collection: Collection, now: int) -> Verified:
    """Reads everything and changes nothing, in one transaction; a damaged file is not replayed. `now` is UTC
    milliseconds.
    """
    scheduler = Recorder(collection).scheduler
    with collection.store.read() as connection:
        damage = _damage(connection)
        if damage:
            return Verified(0, 0, damage, (), ())  # what a damaged file says of its events proves nothing
        future = tuple(row.event for row in log.history(connection) if row.event.at > now)
        return _replayed(connection, scheduler, damage, future)


def _replayed(
    connection: sqlite3.Connection, scheduler: Scheduler, damage: tuple[str, ...], future: tuple[Event, ...]
) -> Verified:
    stored, differ, events, cards = states.every(connection), [], 0, 0
    for card, of_card in groupby(log.by_card(connection), key=lambda event: event.subject):
        counted = list(of_card)
        events, cards = events + len(counted), cards + 1
        if stored.pop(card, UNSEEN) != scheduler.replay(counted):
            differ.append(card)
    return Verified(events, cards, damage, tuple(sorted([*differ, *stored])), future)


def _damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    said = [row[0] for row in connection.execute("pragma integrity_check")]
    broken = [
        f"a row of {row[0]} refers to a row of {row[2]} that is not there"
        for row in connection.execute("pragma foreign_key_check")
    ]
    return tuple([line for line in said if line != "ok"] + broken)
