"""What was done in Anki, taken in: a plan as a value, then one transaction."""

import gc
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from srs.anki.events import Frame, Held, taken
from srs.anki.ids import guids
from srs.anki.package import Opened, opened
from srs.anki.read import Contents
from srs.anki.read import read as read_contents
from srs.clock import Calendar
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.collection.replay import replay_some
from srs.event import Event
from srs.store import decks, log

_time = attrgetter("at")
_BUCKET = 900_000  # milliseconds: a study day begins at a quarter of an hour, but for zones that no clock uses today


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
class Plan:
    """`decks` are by name; `ahead` counts log rows that lie in the future and are left for later, `senseless` those that
    no Anki would write. `version` is the database's, at which this was true.
    """

    version: int
    events: tuple[Event, ...]
    decks: tuple[DeckPull, ...]
    ahead: int
    senseless: int

    @property
    def cards(self) -> list[str]:
        """Those that a new event touches."""
        return list(dict.fromkeys(event.subject for event in self.events))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hundreds of thousands of values that all stay: looking for circles among them would take half of the time.

    That begins as soon as it may again, so whoever does several of these steps is uncollected as a whole.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@_uncollected()
def pull(collection: Collection, path: Path, now: int, *, dry_run: bool = False) -> Plan:
    """Takes in what the file at `path` says of our cards, once, however often it is pulled.

    `dry_run` only finds out what would come. Raises PackageError, StoreError.
    """
    with opened(path) as found:
        contents = read(collection, found)
    made = plan(collection, contents, now)
    return made if dry_run else apply(collection, contents, made, now)


@_uncollected()
def read(collection: Collection, found: Opened) -> Contents:
    """The cards of ours in an opened file. Raises PackageError."""
    return read_contents(found, ours(collection), collection.calendar.zone)


def ours(collection: Collection) -> dict[tuple[str, int], str]:
    """Our cards by the guid of their note and their ordinal, over the notes of all folders; the folder in use comes first."""
    connection = collection.store.connection
    aliases = log.aliases(connection)
    own = dict(decks.guids(connection, collection.number))
    guid_of = dict(zip(own, guids(map(aliases.first, own) if aliases else own), strict=True))
    guid_of.update((note, guid) for note, guid in own.items() if guid)
    return {
        (guid_of[note], ordinal): aliases.card(card) if aliases else card
        for note, ordinal, card in decks.ordinals(connection, collection.number)
    }


@_uncollected()
def plan(collection: Collection, contents: Contents, now: int) -> Plan:
    """What of the file's contents is news to us; changes nothing. `now` is UTC milliseconds."""
    connection = collection.store.connection
    version = collection.store.version()
    calendar = collection.calendar
    frame = Frame(contents, _day_of(calendar), calendar.start, collection.machine, now)
    held = _held(collection, contents)
    of_deck = decks.decks_of_cards(connection, collection.number) if collection.settings.decks else {}
    events: list[Event] = []
    came: dict[str, Counter[str]] = defaultdict(Counter)
    known = Counter[str]()
    ahead = 0
    for card in contents.cards:
        settings = collection.settings.of(of_deck.get(card.card, ""))
        steps = len(settings.learning_steps), len(settings.relearning_steps)
        before = held.get(card.card, ())
        found = taken(card, before, steps, frame)
        known[card.deck] += found.known
        ahead += found.ahead
        of_deck_came = came[card.deck]
        for event in found.events:
            of_deck_came[event.what.name] += 1
        events += found.events
    reports = tuple(
        DeckPull(deck, dict(came[deck]), known[deck], contents.others.get(deck, 0))
        for deck in sorted(came.keys() | contents.others.keys())
    )
    return Plan(version, tuple(events), reports, ahead, contents.senseless)


@_uncollected()
def apply(collection: Collection, contents: Contents, made: Plan, now: int) -> Plan:
    """Adds the events and replays the cards that they touch, in one transaction; returns what was added.

    If somebody wrote since the plan was made, it is made again. Raises StoreError.
    """
    if not made.events:
        return made
    with collection.store.write() as connection:
        if collection.store.version() != made.version:
            made = plan(collection, contents, now)
        take_in(collection, connection, made)
    return made


def take_in(collection: Collection, connection: sqlite3.Connection, made: Plan) -> None:
    """Carries the plan out, inside a transaction."""
    log.add_all(connection, made.events)
    replay_some(connection, Recorder(collection).scheduler, made.cards, collection.watch)


def _held(collection: Collection, contents: Contents) -> dict[str, tuple[Held, ...]]:
    """All our events of the cards in the file, oldest first."""
    rows = log.of_cards(collection.store.connection, json.dumps([card.card for card in contents.cards]))
    return {
        card: tuple(Held(row.event, row.voided) for row in of_card)
        for card, of_card in groupby(rows, key=lambda row: row.event.subject)
    }


def _day_of(calendar: Calendar) -> Callable[[int], date]:
    """The calendar's days, each quarter of an hour worked out once."""
    known: dict[int, date | None] = {}

    def day(at: int) -> date:
        return known.get(at // _BUCKET) or worked_out(at)

    def worked_out(at: int) -> date:
        bucket = at // _BUCKET
        if bucket not in known:
            first, last = calendar.day(bucket * _BUCKET), calendar.day((bucket + 1) * _BUCKET - 1)
            known[bucket] = first if first == last else None
        return known[bucket] or calendar.day(at)

    return day
