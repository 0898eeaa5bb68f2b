"""What was done in Anki, taken in: once, however often and in whatever order files are pulled."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from srs.anki.ids import guids
from srs.anki.package import Opened, opened
from srs.anki.pull_chunk import Ours, found_by, pieces, taken_in
from srs.anki.read_reviews import Contents, Some, size
from srs.anki.read_reviews import read as read_contents
from srs.anki.reviews_to_events import Frame
from srs.collection import Collection
from srs.core.event import Void
from srs.core.event_row import Whole
from srs.core.settings import Settings
from srs.database import decks, states
from srs.database.bulk_insert import uncollected
from srs.log import event_log
from srs.log.replay import in_force
from srs.log.workers import Workers


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
    """How many `events` came in. `decks` are by name; `ahead` counts log rows that lie in the future and are left for
    later, `senseless` those that no Anki would write, `redated` those that are ours under another time.
    """

    events: int
    decks: tuple[DeckPull, ...]
    ahead: int
    senseless: int
    redated: int = 0


@uncollected()
def pull(collection: Collection, path: Path, now: int, *, dry_run: bool = False) -> Pulled:
    """Takes in what the file at `path` says of our cards; `now` is UTC milliseconds.

    `dry_run` only finds out what would come. Raises PackageError, StoreError.
    """
    store = collection.store
    with (
        opened(path) as found,
        Workers(taken_in, size(found)) as workers,
        store.trial()
        if dry_run
        else store.write() as connection,  # from here on nobody relinks what is found to be ours
    ):
        return take_in(collection, connection, read(collection, found), now, workers)


def read(collection: Collection, found: Opened) -> Contents:
    """The cards of ours in an opened file. Raises PackageError."""
    return read_contents(found, ours(collection), collection.calendar.zone)


def ours(collection: Collection) -> dict[tuple[str, int], str]:
    """Our cards by the guid of their note and their ordinal, over the notes of all folders; the folder in use comes first."""
    connection = collection.store.connection
    aliases = event_log.aliases(connection)
    own = dict(decks.guids(connection, collection.number))
    guid_of = dict(zip(own, guids(map(aliases.first, own) if aliases else own), strict=True))
    guid_of.update((note, guid) for note, guid in own.items() if guid)
    return {
        (guid_of[note], ordinal): aliases.card(card) if aliases else card
        for note, ordinal, card in decks.ordinals(connection, collection.number)
    }


@uncollected()
def take_in(
    collection: Collection, connection: sqlite3.Connection, contents: Contents, now: int, workers: Workers
) -> Pulled:
    """Adds the events that are news to us, and the states that follow, inside a transaction. Raises PackageError."""
    frame = Frame(contents.base, collection.calendar, collection.machine, now)
    parameters = in_force(connection)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    known = Counter[str]()
    touched: list[str] = []
    events = ahead = senseless = redated = 0
    results = workers.do(pieces(frame, parameters, _with_ours(collection, connection, contents)))
    with (
        collection.watch("Taking in the cards of Anki", contents.count) as done,
        states.unindexed(connection, contents.studied - states.count(connection)),  # at least so many are news
    ):
        for found in map(found_by, results):
            event_log.add_block(connection, found.events)
            states.put_block(connection, found.states)
            touched += found.states.cards
            ahead += found.ahead
            senseless += found.senseless
            redated += len(found.redated)
            for key in found.redated:  # so that no other machine takes it for news either
                event_log.void(connection, Void(*key))
            known.update(found.known)
            for deck, count in found.came.items():
                names[deck].update(count)
                events += sum(count.values())
            done(found.cards)
    states.mark(connection, touched)
    decks.silence(connection, event_log.aliases(connection))
    reports = tuple(
        DeckPull(deck, dict(names[deck]), known[deck], contents.others.get(deck, 0))
        for deck in sorted(names.keys() | contents.others.keys())
    )
    return Pulled(events, reports, ahead, senseless, redated)


def _with_ours(
    collection: Collection, connection: sqlite3.Connection, contents: Contents
) -> Iterator[tuple[Some, Ours]]:
    aliases = event_log.aliases(connection)
    early: dict[str, list[int]] = defaultdict(list)
    for subject, at in event_log.early(connection):
        early[subject].append(at)
    own = collection.settings.decks
    of_deck = decks.decks_of_cards(connection, collection.number) if own else {}
    for some in contents.cards:
        cards = [card[0] for card in some.cards]
        held: dict[str, list[tuple[Whole, bool]]] = defaultdict(list)
        for row in event_log.whole_rows(connection, cards, aliases):
            held[row[0][0]].append(row)
        steps = {card: _steps(own[of_deck[card]]) for card in cards if of_deck.get(card) in own}
        voids = {card: early[card] for card in cards if card in early}
        yield some, Ours(dict(held), voids, steps, _steps(collection.settings))


def _steps(settings: Settings) -> tuple[int, int]:
    return len(settings.learning_steps), len(settings.relearning_steps)
