"""Notes, cards and decks of the collection, looked up by name."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from srs.collection import Collection
from srs.collection.deck_row import deck_from_json
from srs.collection.packs import packs_used
from srs.collection.query import (
    CardInfo,
    Condition,
    Is,
    Known,
    Named,
    Property,
    Query,
    Rated,
    Since,
    candidates,
    in_hierarchy,
    matcher,
    parse,
    terms,
)
from srs.collection.suggest_names import unknown
from srs.core.card_state import UNSEEN, CardState
from srs.core.clock import cached_day
from srs.core.deck_names import is_in_deck, with_ancestors
from srs.core.errors import NotAnswerable, QueryError, Unknown
from srs.core.unicode import caseless
from srs.database import deck_files, decks, states
from srs.database.decks import NoteRow
from srs.kinds.note import Card, Deck, Note
from srs.log import event_log


def notes(collection: Collection) -> Iterator[tuple[NoteRow, Note]]:
    """All notes in use, in the decks' order, as their file has them and as values."""
    known_decks: dict[str, Deck] = {}
    for row in decks.get_notes(collection.store.connection, collection.folder_id):
        yield row, _note(collection, row, _deck(collection, row.path, known_decks))


def tags(collection: Collection) -> set[str]:
    """All tags of notes in use."""
    connection, number = collection.store.connection, collection.folder_id
    return decks.note_tags(connection, number) | {tag for _, deck in files(collection) for tag in deck.tags}


def has_tag(tags: Iterable[str], wanted: str) -> bool:
    """Whether one of the tags is the wanted one, or is below it."""
    name = caseless(wanted)
    return any(is_in_deck(caseless(tag), name) for tag in tags)


def query(collection: Collection, text: str) -> Query:
    """The query, whose decks and tags there are; a pattern with `*` may mean none. Raises QueryError, Unknown."""
    try:
        made = parse(text, collection.kinds)
    except QueryError:
        parse(text, collection.kinds.showing(packs_used(collection.folder, collection.kinds)))  # in the folder's words
        raise
    for term in terms(made):
        if isinstance(term, Named) and not term.has_wildcard:
            known = collection.deck_names() if term.what == "deck" else tags(collection)
            if not any(map(in_hierarchy(term.pattern), known)):
                raise unknown(term.what, term.name, {level for name in known for level in with_ancestors(name)})
    return made


def find(collection: Collection, query: Query, now: int) -> Iterator[tuple[NoteRow, Note]]:
    """The notes of which a card matches the query at the instant `now`."""
    for row, note, matching in _matching(collection, query, now):
        if matching:
            yield row, note


def chosen(collection: Collection, query: Query, now: int) -> frozenset[str]:
    """The cards that match the query."""
    return frozenset(card for _, _, matching in _matching(collection, query, now) for card in matching)


def _matching(collection: Collection, query: Query, now: int) -> Iterator[tuple[NoteRow, Note, list[str]]]:
    """Every note that may match, with those of its cards that do."""
    connection, known_decks = collection.store.connection, dict[str, Deck]()
    facts, matches = _Facts.of(collection, query, now), matcher(query)
    known = Known(facts.today, collection.deck_names(), facts.failed, facts.rated)
    condition = candidates(query, known, now) or Condition("true")
    for batch in decks.find_notes(connection, collection.folder_id, condition.sql, condition.values):
        found = [(row, _note(collection, row, _deck(collection, row.path, known_decks)), words) for row, words in batch]
        keys = [[card.key for card in note.cards()] for _, note, _ in found]
        of_cards = states.get_some(connection, [key for of_note in keys for key in of_note]) if facts.states else {}
        for (row, note, words), of_note in zip(found, keys, strict=True):
            subject = facts.subject(collection, row, note, words)
            if facts.cards:
                yield row, note, [key for key in of_note if matches(facts.with_card(subject, key, of_cards))]
            else:
                yield row, note, of_note if matches(subject) else []


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the database says of cards and notes, as far as a query asks for it. `cards` says that it looks at cards and
    not only at their notes, `states` that it looks at their states.
    """

    today: date
    ends: int
    day: Callable[[int], date]
    cards: bool
    states: bool
    failed: frozenset[str]
    rated: Mapping[str, Mapping[int, date]]
    added: Mapping[str, int]
    edited: Mapping[str, int]

    @classmethod
    def of(cls, collection: Collection, query: Query, now: int) -> "_Facts":
        connection, today = collection.store.connection, collection.calendar.day(now)
        asked = list(terms(query))
        of_states = any(isinstance(term, Is | Property) for term in asked)
        longest = max((term.days for term in asked if isinstance(term, Rated)), default=0)
        dates = {term.what for term in asked if isinstance(term, Since)}
        return cls(
            today,
            collection.day_end(today),
            cached_day(collection.calendar),
            of_states or longest > 0,
            of_states,
            event_log.cards_failed_on(connection, today) if Is("failed") in asked else frozenset(),
            event_log.last_rated(connection, today - timedelta(longest - 1)) if longest else {},
            decks.added_times(connection) if "added" in dates else {},
            decks.changed_times(connection) if "edited" in dates else {},
        )

    def subject(self, collection: Collection, row: NoteRow, note: Note, words: str) -> CardInfo:
        """The note with a card of which nothing is known."""
        return CardInfo(
            deck=row.deck,
            tags=note.tags,
            kind=row.kind,
            text=words,
            state=UNSEEN,
            today=self.today,
            ends=self.ends,
            leech_lapses=collection.settings.for_deck(row.deck).leech_lapses,
            added=self.day(self.added.get(row.id, 0)) if self.added else date.min,
            edited=self.day(self.edited.get(row.id, 0)) if self.edited else date.min,
        )

    def with_card(self, subject: CardInfo, key: str, known: Mapping[str, CardState]) -> CardInfo:
        return subject._replace(state=known.get(key, UNSEEN), failed=key in self.failed, rated=self.rated.get(key, {}))


def note(collection: Collection, note_id: str) -> tuple[NoteRow, Note]:
    """One note in use. Raises Unknown."""
    row = decks.get_note(collection.store.connection, collection.folder_id, note_id)
    if row is None:
        known = decks.note_paths(collection.store.connection, collection.folder_id)
        raise unknown("note", note_id, known)
    return row, _note(collection, row, _deck(collection, row.path, {}))


def card(collection: Collection, key: str, known_decks: dict[str, Deck] | None = None) -> tuple[Note, Card]:
    """One card of a note in use. `known_decks`, by file, saves reading them again. Raises Unknown, and NotAnswerable for a
    card that the deck file does not choose or that has nothing to ask.
    """
    row = decks.get_note(collection.store.connection, collection.folder_id, key.rpartition("/")[0])
    if row is None:
        raise unknown("card", key, decks.card_keys(collection.store.connection, collection.folder_id))
    note = _note(collection, row, _deck(collection, row.path, {} if known_decks is None else known_decks))
    of_note = {card.key: card for card in note.cards()}
    if key in of_note:
        return note, of_note[key]
    if any(card.key == key for card in note.unasked_cards()):
        raise NotAnswerable(key, "not-asked")
    raise Unknown("card", key, tuple(of_note))


def questions(collection: Collection, connection: sqlite3.Connection, notes: Iterable[str]) -> dict[str, str]:
    """What those of the notes ask that are in use, by id; HTML becomes words."""
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - only for stories

    rows = (decks.get_note(connection, collection.folder_id, note) for note in notes)
    found = {
        row.id: (row.fields.get(collection.kinds.by_name[row.kind].key), "html" in row.fields) for row in rows if row
    }
    return {
        note: html_to_text(text) if is_html else text
        for note, (text, is_html) in found.items()
        if isinstance(text, str)
    }


def note_named(collection: Collection, name: str) -> str:
    """The id of the note that is named by itself or by one of its cards, asked or not. Raises Unknown."""
    if "/" in name:
        with suppress(NotAnswerable):
            card(collection, name)
    return name.rpartition("/")[0] or name


def unasked_cards(collection: Collection) -> Iterator[Card]:
    """The cards that deck files of any folder do not choose, or that have nothing to ask, those of the folder in use last."""
    connection = collection.store.connection
    kinds = [kind.kind for kind in collection.kinds.all if not kind.asks_all]
    for folder, path, header in deck_files.choosing_files(connection, collection.folder_id, kinds):
        deck = deck_from_json(header)
        for row in decks.notes_of_file(connection, folder, path):
            note = collection.kinds.note(row.id, deck, row.fields, row.tags)
            yield from note.unasked_cards()


def cards_named(collection: Collection, name: str) -> list[str]:
    """The keys of one card, of a note's cards, or of the cards of a deck and those below it. Raises Unknown."""
    connection, folder = collection.store.connection, collection.folder_id
    if row := decks.get_note(connection, folder, name):
        return decks.cards_of_note(connection, folder, row.id)
    try:
        names = collection.deck_names([name])
    except Unknown as error:
        if "/" in name:
            return [card(collection, name)[1].key]
        known = [*decks.note_paths(connection, folder), *error.nearest]
        raise unknown("card, note or deck", name, known) from None
    return [key for deck in names for key in decks.cards_of_deck(connection, folder, deck)]


def place(collection: Collection, note_id: str) -> tuple[Path, int]:
    """The file that holds a note and the note's line there, as the file is now. Raises Unknown.

    The line is 1 if the file is gone or the note is no longer in it.
    """
    from srs.deckfile import parse  # noqa: PLC0415 - reading YAML is slow to import

    row, _ = note(collection, note_id)
    file = collection.folder / row.path
    try:
        found = parse(file.read_bytes(), row.path, collection.kinds).notes
    except OSError:
        found = ()
    return file, next((one.line for one in found if one.id == note_id), 1)


def used_decks(collection: Collection) -> list[Deck]:
    """What the files in use say of their decks; of several files of one deck, the first counts."""
    found: dict[str, Deck] = {}
    for _, deck in files(collection):
        found.setdefault(deck.name, deck)
    return list(found.values())


def files(collection: Collection) -> Iterator[tuple[str, Deck]]:
    """Each deck file in use, relative to the folder, and what it says of its notes."""
    for path, deck in deck_files.deck_headers(collection.store.connection, collection.folder_id):
        yield path, deck_from_json(deck)


def _note(collection: Collection, row: NoteRow, deck: Deck) -> Note:
    """The note of a row, with the questions of the notes that it names."""
    note = collection.kinds.note(row.id, deck, row.fields, row.tags)
    if not note.named_notes:
        return note
    return note.with_questions(questions(collection, collection.store.connection, note.named_notes))


def _deck(collection: Collection, path: str, known: dict[str, Deck]) -> Deck:
    """What the file says of its deck; SQLite reads past the file's whole text to get there, so it is added to `known`."""
    if path not in known:
        known[path] = deck_from_json(decks.deck_header(collection.store.connection, collection.folder_id, path))
    return known[path]
