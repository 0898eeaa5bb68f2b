"""Proof that the database is whole and that its caches are what the log amounts to."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.collection.replay import replayed
from srs.event import Event
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
    with collection.store.read() as connection:
        damage = _damage(connection)
        if damage:
            return Verified(0, 0, damage, (), ())  # what a damaged file says of its events proves nothing
        future = tuple(log.after(connection, now))
        return _replayed(collection, connection, future)


def _replayed(collection: Collection, connection: sqlite3.Connection, future: tuple[Event, ...]) -> Verified:
    stored, differ, events, cards = states.rows(connection), [], 0, 0
    parameters = Recorder(collection).scheduler.parameters
    with closing(replayed(connection, parameters, collection.watch)) as pieces:
        for counted, rows in pieces:
            events, cards = events + counted, cards + len(rows)
            differ += [row[0] for row in rows if stored.pop(row[0], None) != row]
    return Verified(events, cards, (), tuple(sorted([*differ, *stored])), future)


def _damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    said = [row[0] for row in connection.execute("pragma integrity_check")]
    broken = [
        f"a row of {row[0]} refers to a row of {row[2]} that is not there"
        for row in connection.execute("pragma foreign_key_check")
    ]
    return tuple([line for line in said if line != "ok"] + broken)
