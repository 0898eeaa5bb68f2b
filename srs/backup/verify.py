"""Verifies that the database is undamaged and that its derived tables agree with the log and the deck files."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from srs.backup.damage import find_damage, open_read_only
from srs.backup.verify_decks import deck_differences
from srs.collection import Collection
from srs.core.errors import StoreError
from srs.core.event import Event
from srs.core.progress import Progress, no_progress
from srs.database import objects, states, translate_sqlite_errors
from srs.database.row_checks import invalid_rows
from srs.kinds.registry import Kinds
from srs.log import event_log
from srs.log.replay import current_parameters, replayed_states


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """How many events and cards were replayed; `damage` is what is wrong with the file, `differ` the cards whose stored
    state is not bit for bit that of their replay, `decks` where stored notes and cards differ from the deck files;
    `future` are events later than the clock.
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


def verify(collection: Collection, now: int) -> VerifyResult:
    """Reads everything and changes nothing, in one transaction; a damaged file is not replayed. `now` is UTC
    milliseconds.
    """
    with collection.store.read() as connection:
        if damage := find_damage(connection):
            return VerifyResult(0, 0, tuple(damage), (), (), ())
        future = tuple(event_log.events_after(connection, now))
        events, cards, differ = _compare_states(connection, collection.watch)
        return VerifyResult(
            events, cards, (), tuple(differ), tuple(deck_differences(connection, collection.kinds)), future
        )


def diagnose_failure(database: Path, kinds: Kinds) -> StoreError | None:
    """What is wrong with a database over which a command has failed unexpectedly; None if nothing is."""
    try:
        with translate_sqlite_errors(database), closing(open_read_only(database)) as connection:
            objects.check_objects(connection, database, connection.execute("pragma user_version").fetchone()[0])
            if invalid := next(invalid_rows(connection), None):
                return StoreError(database, "invalid-rows", invalid)
            _, _, differ = _compare_states(connection, no_progress)
            if difference := next(iter(differ), None) or next(deck_differences(connection, kinds), None):
                return StoreError(database, "outdated", difference)
    except StoreError as error:
        return error
    return None


def _compare_states(connection: sqlite3.Connection, watch: Progress) -> tuple[int, int, list[str]]:
    """Events and cards replayed, and the cards whose stored state is another."""
    stored, differ, events, cards = states.get_all_rows(connection), list[str](), 0, 0
    with closing(replayed_states(connection, current_parameters(connection), watch)) as pieces:
        for counted, rows in pieces:
            events, cards = events + counted, cards + len(rows)
            differ += [row[0] for row in rows if stored.pop(row[0], None) != row]
    return events, cards, sorted([*differ, *stored])
