"""Imports what was done in Anki: once, however often and in whatever order files are pulled."""

import marshal
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from srs.anki.ids import guids
from srs.anki.package import Opened, opened
from srs.anki.preset_offer import NOTHING, Offer, find_offer
from srs.anki.read_reviews import AnkiCard, CardBatch, Contents, cards_with_log, read_reviews
from srs.anki.reviews_to_events import NewEvents, OwnEvent, PullContext, new_events
from srs.collection import Collection, lookup
from srs.core import event_row
from srs.core.event import Void
from srs.core.event_row import EventRow
from srs.core.settings import Settings
from srs.database import decks, goal_cards, states
from srs.database.bulk_insert import gc_paused
from srs.database.states import StateRow
from srs.log import event_log
from srs.log.answer_sums import answer_sums
from srs.log.processes import map_chunks
from srs.log.replay import current_parameters, replay_card
from srs.scheduling.scheduler import Scheduler

_MANY = 20_000  # cards, from which on several processes save time
_AT, _WHAT = map(event_row.COLUMNS.index, ("at", "what"))


@dataclass(frozen=True, slots=True)
class DeckPull:
    """What a deck of Anki's brings: new events by their name, reviews that were known already, and how many of its
    cards are not ours.
    """

    deck: str
    came: Mapping[str, int]
    known: int
    others: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull recorded: the number of `events`, and `decks` ordered by name.

    Of the log rows, `ahead` lie in the future and are left for the next pull; `senseless` hold what Anki never writes and
    are not taken; `redated` are answers of srs whose time Anki changed.
    `offer` is what the learner may take besides.
    """

    events: int
    decks: tuple[DeckPull, ...]
    ahead: int
    senseless: int
    redated: int = 0
    offer: Offer = NOTHING


@gc_paused()
def pull(collection: Collection, path: Path, now: int, *, dry_run: bool = False) -> Pulled:
    """Imports what the file at `path` says of our cards; `now` is UTC milliseconds.

    `dry_run` only finds out what would come. Raises PackageError, StoreError.
    """
    store = collection.store
    with (
        opened(path) as file,
        # from here on nobody relinks what is found to be ours
        store.dry_run() if dry_run else store.write() as connection,
    ):
        contents = read_own_reviews(collection, file, now)
        pulled = import_reviews(collection, connection, contents, now)
        return replace(pulled, offer=find_offer(collection, connection, contents.presets, now))


def read_own_reviews(collection: Collection, file: Opened, now: int) -> Contents:
    """The cards of ours in an opened file; `now` is UTC milliseconds. Raises PackageError."""
    sums = answer_sums(collection.store.connection)
    known = {card: one for card, one in sums.items() if one.latest <= now}
    return read_reviews(file, _own_cards(collection), collection.calendar.zone, known)


def _own_cards(collection: Collection) -> dict[tuple[str, int], str]:
    """Our cards by the guid of their note and their ordinal, over the notes of all folders; the folder in use comes first."""
    connection = collection.store.connection
    aliases = event_log.read_aliases(connection)
    own = dict(decks.guids(connection, collection.folder_id))
    guid_of = dict(zip(own, guids(map(aliases.first_id, own) if aliases else own), strict=True))
    guid_of.update((note, guid) for note, guid in own.items() if guid)
    unasked = ((card.note, card.ordinal, card.key) for card in lookup.unasked_cards(collection))
    return {
        (guid_of[note], ordinal): aliases.card(card) if aliases else card
        for note, ordinal, card in chain(unasked, decks.ordinals(connection, collection.folder_id))
    }


class _OurEvents(NamedTuple):
    """What the log has of some cards, by card: their events, oldest first, and whether they were voided; the times of voids
    whose event is unknown; how many learning and relearning steps a card has where it has others than `usual`.
    """

    events: Mapping[str, list[tuple[EventRow, bool]]]
    orphan_voids: Mapping[str, list[int]]
    steps: Mapping[str, tuple[int, int]]
    usual: tuple[int, int]


@dataclass(slots=True)
class _Tally:
    """`came` counts new events by deck and name, `known` reviews by deck. `cards` have new events; `redated` are the keys of
    our events that the file has under another time.
    """

    came: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    known: Counter[str] = field(default_factory=Counter)
    cards: list[str] = field(default_factory=list)
    redated: list[tuple[str, int]] = field(default_factory=list)
    ahead: int = 0
    senseless: int = 0

    def add(self, card: AnkiCard, found: NewEvents) -> None:
        self.known[card.deck] += found.known
        self.came[card.deck].update(row[_WHAT] for row in found.rows)
        self.redated += [(card.card, at) for at in found.redated]
        self.ahead += found.ahead
        self.senseless += found.senseless

    def plain(self) -> tuple[Any, ...]:
        """What `add_all` takes."""
        came = {deck: dict(counts) for deck, counts in self.came.items()}
        return came, dict(self.known), self.cards, self.redated, self.ahead, self.senseless

    def add_all(
        self,
        came: Mapping[str, Mapping[str, int]],
        known: Mapping[str, int],
        cards: list[str],
        redated: list[tuple[str, int]],
        ahead: int,
        senseless: int,
    ) -> None:
        for deck, counts in came.items():
            self.came[deck].update(counts)
        self.known.update(known)
        self.cards += cards
        self.redated += redated
        self.ahead += ahead
        self.senseless += senseless


@gc_paused()
def import_reviews(collection: Collection, connection: sqlite3.Connection, contents: Contents, now: int) -> Pulled:
    """Inserts the events that are new here, and the states that follow, inside a transaction. Raises PackageError."""
    tally = _Tally()
    for deck, answers in contents.settled.items():
        tally.known[deck] += answers
        tally.came[deck].update(())
    context = PullContext(contents.base, collection.calendar, collection.machine, now)
    scheduler = Scheduler(Settings(), current_parameters(connection))
    with (
        collection.watch("Importing the cards of Anki", contents.count) as done,
        states.without_indexes(connection, contents.studied - states.count(connection)),  # at least so many are new
    ):
        batches = _with_our_events(collection, connection, contents)
        work = partial(_import_batch, context, scheduler)
        with closing(map_chunks(work, batches, parallel=contents.count >= _MANY)) as results:
            for events, rows, counts, cards in map(marshal.loads, results):
                event_log.insert_block(connection, event_log.build_block(events))
                states.put_rows(connection, rows)
                tally.add_all(*counts)
                done(cards)
    for key in tally.redated:  # so that no other machine takes it for new either
        event_log.insert_void(connection, Void(*key))
    states.update_new_flags(connection, tally.cards)
    if tally.cards:
        goal_cards.drop_plans(connection)
    decks.clear_new_flags(connection, event_log.read_aliases(connection))
    reports = tuple(
        DeckPull(deck, dict(tally.came[deck]), tally.known[deck], contents.others.get(deck, 0))
        for deck in sorted(tally.came.keys() | contents.others.keys())
    )
    count = sum(sum(names.values()) for names in tally.came.values())
    return Pulled(count, reports, tally.ahead, tally.senseless, len(tally.redated))


def _import_batch(context: PullContext, scheduler: Scheduler, data: bytes) -> bytes:
    """The new events of the cards, their states, what is to be counted of them, and how many cards there are; as bytes, for
    between processes pickling them would take too long.
    """
    chunk = marshal.loads(data)  # noqa: S302 - written by `_with_our_events`
    batch, ours = CardBatch._make(chunk[0]), _OurEvents._make(chunk[1])
    events: list[EventRow] = []
    rows: list[StateRow] = []
    tally = _Tally(senseless=batch.senseless)
    for card in cards_with_log(batch):
        key = card.card
        known, voids = ours.events.get(key, []), ours.orphan_voids.get(key, [])
        own = [_own_event(row, voided) for row, voided in known]
        found = new_events(card, own, ours.steps.get(key, ours.usual), context, voids)
        tally.add(card, found)
        if found.rows:
            events += found.rows
            tally.cards.append(key)
            history = map(event_row.to_replay_row, _counting_rows(found.rows, known, voids))
            rows.append(states.state_to_row(key, replay_card(scheduler, list(history))))
    return marshal.dumps((events, rows, tally.plain(), len(batch.cards)))


def _own_event(row: EventRow, voided: bool) -> OwnEvent:
    _, at, day, name, rating, state, _, interval, source, _, duration_ms, *_ = row
    interval = interval or 0
    in_log = interval if state in {"review", None} else -interval
    return OwnEvent(at, day, name, rating, voided, in_log, duration_ms or 0, source == "srs")


def _counting_rows(new: list[EventRow], known: list[tuple[EventRow, bool]], voids: list[int]) -> list[EventRow]:
    """All events of a card that count, oldest first."""
    if voids:
        new = [row for row in new if row[_AT] not in voids]
    return sorted([row for row, voided in known if not voided] + new, key=itemgetter(_AT)) if known else new


def _with_our_events(collection: Collection, connection: sqlite3.Connection, contents: Contents) -> Iterator[bytes]:
    aliases = event_log.read_aliases(connection)
    voids: dict[str, list[int]] = defaultdict(list)
    for subject, at in event_log.orphan_voids(connection):
        voids[subject].append(at)
    of_decks = collection.settings.decks
    deck_of = decks.decks_of_cards(connection, collection.folder_id) if of_decks else {}
    for batch in contents.batches:
        cards = [card[0] for card in batch.cards]
        events: dict[str, list[tuple[EventRow, bool]]] = defaultdict(list)
        for row in event_log.card_rows(connection, cards, aliases):
            events[row[0][0]].append(row)
        steps = {card: _step_counts(of_decks[deck_of[card]]) for card in cards if deck_of.get(card) in of_decks}
        own_voids = {card: voids[card] for card in cards if card in voids}
        ours = dict(events), own_voids, steps, _step_counts(collection.settings)  # an `_OurEvents`
        yield marshal.dumps((tuple(batch), ours))


def _step_counts(settings: Settings) -> tuple[int, int]:
    return len(settings.learning_steps), len(settings.relearning_steps)
