"""Rebuilds the states of cards from the log."""

import json
import marshal
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter

from srs.core.card_state import UNSEEN, CardState
from srs.core.event import Event, EventSource, Parameters
from srs.core.event_row import ReplayRow
from srs.core.event_values import what_from_values
from srs.core.progress import Progress, no_progress
from srs.core.settings import Settings
from srs.database import Store, decks, due_cards, goal_cards, states
from srs.database.states import StateRow
from srs.log import event_log, in_force
from srs.scheduling.scheduler import DEFAULT, Scheduler

_BATCH = 20_000  # events: about two megabytes
_MANY = 100_000  # events, from which on several processes save time


def current_parameters(connection: sqlite3.Connection) -> Parameters:
    """The parameters in force."""
    return in_force.stored_parameters(connection) or DEFAULT


def replay_all(connection: sqlite3.Connection, watch: Progress = no_progress) -> int:
    """Rebuilds all states from the log under the parameters in force, and returns their number. Must be called inside a
    transaction.
    """
    states.delete_all(connection)
    return _put(connection, watch, None)


def replay_outdated(store: Store, watch: Progress = no_progress) -> None:
    """Rebuilds all states if a migration has marked them as outdated. Raises StoreError."""
    with store.write() as connection:
        if due_cards.needs_replay(connection):  # another process may have been faster
            replay_all(connection, watch)


def replay_cards(connection: sqlite3.Connection, cards: Sequence[str], watch: Progress = no_progress) -> int:
    """As `replay_all`, for these cards."""
    states.delete(connection, cards)
    return _put(connection, watch, cards)


def _put(connection: sqlite3.Connection, watch: Progress, cards: Sequence[str] | None) -> int:
    count = 0
    with (
        states.without_indexes(connection, event_log.count_events(connection, cards)),
        closing(replayed_states(connection, current_parameters(connection), watch, cards)) as batches,
    ):
        for _, rows in batches:
            states.put_rows(connection, rows)
            count += len(rows)
    states.update_new_flags(connection, cards)
    goal_cards.drop_plans(connection)
    decks.clear_new_flags(connection, event_log.read_aliases(connection))
    return count


def replayed_states(
    connection: sqlite3.Connection,
    parameters: Parameters,
    watch: Progress = no_progress,
    cards: Sequence[str] | None = None,
) -> Generator[tuple[int, list[StateRow]], None, None]:
    """The states of all cards that have events that count, or of those among `cards`, in batches: how many events a batch
    has, and a row for each of its cards. Close it unless it is read to its end.
    """
    from srs.log.processes import map_chunks  # noqa: PLC0415 - a review need not wait for what starts processes

    total = event_log.count_events(connection, cards)
    work = partial(_replay_batch, Scheduler(Settings(), parameters))
    batches = _batches(event_log.replay_rows(connection, cards))
    with (
        watch("Replaying the log", total) as done,
        closing(map_chunks(work, batches, parallel=total >= _MANY)) as results,
    ):
        for events, rows in map(marshal.loads, results):
            yield events, rows
            done(events)


def _batches(rows: Iterable[ReplayRow]) -> Iterator[bytes]:
    """Lists of whole cards' rows, as bytes: between processes, pickling them would take longer than replaying them."""
    batch: list[ReplayRow] = []
    for row in rows:
        if len(batch) >= _BATCH and batch[-1][0] != row[0]:
            yield marshal.dumps(batch)
            batch = []
        batch.append(row)
    if batch:
        yield marshal.dumps(batch)


def _replay_batch(scheduler: Scheduler, data: bytes) -> bytes:
    batch: list[ReplayRow] = marshal.loads(data)  # noqa: S302 - written by `_batches`
    cards = groupby(batch, key=itemgetter(0))
    rows = [states.state_to_row(card, replay_card(scheduler, list(rows))) for card, rows in cards]
    return marshal.dumps((len(batch), rows))


def replay_card(scheduler: Scheduler, rows: list[ReplayRow]) -> CardState:
    state = UNSEEN
    for name, run in groupby(rows, key=itemgetter(3)):
        if name == "answered":
            state = scheduler.replay_answers(state, run)
        else:
            for card, at, day, _, rating, _, _, interval, factor, given in run:
                values = {"rating": rating, "duration_ms": 0, "interval": interval, "factor": factor}
                what = what_from_values(name, values | (json.loads(given) if given else {}))
                state = scheduler.apply(state, Event(card, at, date.fromisoformat(day), EventSource.SRS, "", what))
    return state
