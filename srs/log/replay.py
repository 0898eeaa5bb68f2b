"""The states of many cards, made again from the log: by all cores where that is worth it, a few cards at a time."""

import marshal
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter

from srs.core.card_state import UNSEEN, CardState
from srs.core.event import Event, Parameters, Source
from srs.core.event_line import what_of
from srs.core.event_row import Replayed
from srs.core.progress import Watch, quiet
from srs.core.settings import Settings
from srs.database import Store, decks, due_cards, states
from srs.database.states import StateRow
from srs.log import event_log
from srs.log.workers import Workers
from srs.scheduling.scheduler import DEFAULT, Scheduler

_AT_ONCE = 5_000  # events, at least, but for the last piece: about half a megabyte


def in_force(connection: sqlite3.Connection) -> Parameters:
    """The parameters that replays use now."""
    return event_log.parameters(connection) or DEFAULT


def replay_all(connection: sqlite3.Connection, watch: Watch = quiet) -> int:
    """Makes every card's state again from the log under the parameters in force, inside a transaction, and returns how many
    there are.
    """
    states.clear(connection)
    return _put(connection, watch, None)


def replay_outdated(store: Store, watch: Watch = quiet) -> None:
    """Makes every state again, once, where a migration says so. Raises StoreError."""
    with store.write() as connection:
        if due_cards.outdated(connection):  # another process may have been faster
            replay_all(connection, watch)


def replay_some(connection: sqlite3.Connection, cards: Sequence[str], watch: Watch = quiet) -> int:
    """As `replay_all`, of these cards alone."""
    states.drop(connection, cards)
    return _put(connection, watch, cards)


def _put(connection: sqlite3.Connection, watch: Watch, cards: Sequence[str] | None) -> int:
    count = 0
    with (
        states.unindexed(connection, event_log.count(connection, cards)),
        closing(replayed(connection, in_force(connection), watch, cards)) as pieces,
    ):
        for _, rows in pieces:
            states.put_rows(connection, rows)
            count += len(rows)
    states.mark(connection, cards)
    decks.silence(connection, event_log.aliases(connection))
    return count


def replayed(
    connection: sqlite3.Connection, parameters: Parameters, watch: Watch = quiet, cards: Sequence[str] | None = None
) -> Generator[tuple[int, list[StateRow]], None, None]:
    """The states of all cards that have events that count, or of those among `cards`, piece by piece: how many events
    the piece has, and a row for each of its cards.

    Close it when it is not read to its end.
    """
    total = event_log.count(connection, cards)
    with (
        watch("Replaying the log", total) as done,
        Workers(partial(_replay, parameters), total) as workers,
    ):
        for result in workers.do(_pieces(event_log.by_card(connection, cards))):
            events, rows = marshal.loads(result)  # noqa: S302 - written by `_replay`
            yield events, rows
            done(events)


def _pieces(rows: Iterator[Replayed]) -> Iterator[bytes]:
    """Whole cards, as bytes that cost less than a pickle to write and to read."""
    piece: list[Replayed] = []
    for row in rows:
        if len(piece) >= _AT_ONCE and piece[-1][0] != row[0]:
            yield marshal.dumps(piece)
            piece = []
        piece.append(row)
    if piece:
        yield marshal.dumps(piece)


def _replay(parameters: Parameters, piece: bytes) -> bytes:
    """What any process can do."""
    scheduler = Scheduler(Settings(), parameters)
    rows: list[Replayed] = marshal.loads(piece)  # noqa: S302 - written by `_pieces`
    made = [states.row(card, state_of(scheduler, list(of_card))) for card, of_card in groupby(rows, key=itemgetter(0))]
    return marshal.dumps((len(rows), made))


def state_of(scheduler: Scheduler, rows: list[Replayed]) -> CardState:
    state = UNSEEN
    for name, run in groupby(rows, key=itemgetter(3)):
        if name == "answered":
            state = scheduler.answers(state, run)
        else:
            for card, at, day, _, rating, _, _, interval, factor in run:
                what = what_of(name, {"rating": rating, "duration_ms": 0, "interval": interval, "factor": factor})
                state = scheduler.apply(state, Event(card, at, date.fromisoformat(day), Source.SRS, "", what))
    return state
