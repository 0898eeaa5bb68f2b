"""Proof that the database is whole and that its caches are what the log amounts to."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from srs.backup import salvage
from srs.backup.verify_decks import differing
from srs.collection import Collection
from srs.core.errors import StoreError
from srs.core.event import Event
from srs.core.progress import Watch, quiet
from srs.database import named, objects, states
from srs.database.row_checks import senseless
from srs.kinds.registry import Kinds
from srs.log import event_log
from srs.log.replay import in_force, replayed


@dataclass(frozen=True, slots=True)
class Verified:
    """How many events count and how many cards they make; `damage` is what SQLite says of the file, `differ` names the
    cards whose stored state is not what their events amount to, bit for bit; `decks` says where notes and cards are not
    what the deck files say; `future` are events after the clock's time.
    """

    events: int
    cards: int
    damage: tuple[str, ...]
    differ: tuple[str, ...]
    decks: tuple[str, ...]
    future: tuple[Event, ...]

    @property
    def good(self) -> bool:
        return not (self.damage or self.differ or self.decks)


def verify(collection: Collection, now: int) -> Verified:
    """Reads everything and changes nothing, in one transaction; a damaged file is not replayed. `now` is UTC
    milliseconds.
    """
    with collection.store.read() as connection:
        damage = _damage(connection)
        if damage:
            return Verified(0, 0, damage, (), (), ())  # what a damaged file says of its events proves nothing
        future = tuple(event_log.after(connection, now))
        events, cards, differ = _replayed(connection, collection.watch)
        return Verified(events, cards, (), tuple(differ), tuple(differing(connection, collection.kinds)), future)


def blamed(database: Path, kinds: Kinds) -> StoreError | None:
    """What is wrong with the values in a database with which a command has failed in a way that nobody foresaw; None if
    nothing is.
    """
    try:
        with named(database), closing(salvage.reading(database)) as connection:
            objects.check(connection, database, connection.execute("pragma user_version").fetchone()[0])
            if wrong := next(senseless(connection), None):
                return StoreError(database, "senseless", wrong)
            _, _, differ = _replayed(connection, quiet)
            if wrong := differ[0] if differ else next(differing(connection, kinds), None):
                return StoreError(database, "outdated", wrong)
    except StoreError as error:
        return error
    return None


def _replayed(connection: sqlite3.Connection, watch: Watch) -> tuple[int, int, list[str]]:
    """How many events count, how many cards they make, and whose stored state is another."""
    stored, differ, events, cards = states.rows(connection), list[str](), 0, 0
    with closing(replayed(connection, in_force(connection), watch)) as pieces:
        for counted, rows in pieces:
            events, cards = events + counted, cards + len(rows)
            differ += [row[0] for row in rows if stored.pop(row[0], None) != row]
    return events, cards, sorted([*differ, *stored])


def _damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    said = [row[0] for row in connection.execute("pragma integrity_check")]
    broken = [
        f"a row of {row[0]} refers to a row of {row[2]} that is not there"
        for row in connection.execute("pragma foreign_key_check")
    ]
    found = [line for line in said if line != "ok"] + broken
    return tuple(found or senseless(connection))
