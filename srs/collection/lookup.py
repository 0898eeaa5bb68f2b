"""Notes, cards and decks of the collection, looked up by name."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from srs.collection import Collection
from srs.collection.deck_row import deck_from_json
from srs.collection.unknown import unknown
from srs.errors import Unknown
from srs.memory import UNSEEN
from srs.note import Card, Deck, Note, cards, make
from srs.query import Query, Subject
from srs.store import decks, folders, log, states
from srs.store.decks import NoteRow


def notes(collection: Collection) -> Iterator[tuple[NoteRow, Note]]:
    """All notes in use, in the decks' order, as their file has them and as values."""
    of_file: dict[str, Deck] = {}
    for row in decks.notes(collection.store.connection, collection.number):
        if row.path not in of_file:
            of_file[row.path] = _deck(collection, row.path)
        yield row, make(row.id, of_file[row.path], row.fields, row.tags)


def known_tags(collection: Collection, wanted: Sequence[str]) -> None:
    """Raises Unknown for the first tag that no note has; a tag includes those below it, as in `star` and `star::action`."""
    if not wanted:
        return
    tags = {tag for _, note in notes(collection) for tag in note.tags}
    levels = {"::".join(tag.split("::")[: n + 1]) for tag in tags for n in range(tag.count("::") + 1)}
    folded = {tag.casefold() for tag in levels}
    for tag in wanted:
        if tag.casefold() not in folded:
            raise unknown("tag", tag, levels)


def find(collection: Collection, query: Query, now: int) -> Iterator[tuple[NoteRow, Note]]:
    """The notes of which a card matches the query at the instant `now`."""
    for row, note, matching in _matching(collection, query, now):
        if matching:
            yield row, note


def chosen(collection: Collection, query: Query, now: int) -> frozenset[str]:
    """The cards that match the query."""
    return frozenset(card for _, _, matching in _matching(collection, query, now) for card in matching)


def _matching(collection: Collection, query: Query, now: int) -> Iterator[tuple[NoteRow, Note, list[str]]]:
    """Every note with those of its cards that match. States are read only if the query asks for them."""
    connection, today = collection.store.connection, collection.calendar.day(now)
    ends = collection.day_end(today)
    known = states.every(connection) if query.cards else {}
    failed = log.failed(connection, today) if query.cards else frozenset()
    for row, note in notes(collection):
        text = "\n".join((row.id, row.deck, *note.tags, *_texts(row.fields))).casefold()
        subject = Subject(
            row.deck, note.tags, row.kind, text, UNSEEN, today, ends, collection.settings.of(row.deck).leech_lapses
        )
        keys = [card.key for card in cards(note)]
        if query.cards:
            of_cards = (subject._replace(state=known.get(key, UNSEEN), failed=key in failed) for key in keys)
            yield row, note, [key for key, of_card in zip(keys, of_cards, strict=True) if query.matches(of_card)]
        else:
            yield row, note, keys if query.matches(subject) else []


def note(collection: Collection, note_id: str) -> tuple[NoteRow, Note]:
    """One note in use. Raises Unknown."""
    row = decks.note(collection.store.connection, collection.number, note_id)
    if row is None:
        known = decks.ids(collection.store.connection, collection.number)
        raise unknown("note", note_id, known)
    return row, make(row.id, _deck(collection, row.path), row.fields, row.tags)


def card(collection: Collection, key: str) -> tuple[Note, Card]:
    """One card of a note in use. Raises Unknown."""
    row = decks.note(collection.store.connection, collection.number, key.rpartition("/")[0])
    if row is None:
        raise unknown("card", key, decks.card_names(collection.store.connection, collection.number))
    note = make(row.id, _deck(collection, row.path), row.fields, row.tags)
    of_note = {card.key: card for card in cards(note)}
    if key not in of_note:
        raise Unknown("card", key, tuple(of_note))
    return note, of_note[key]


def place(collection: Collection, note_id: str) -> tuple[Path, int]:
    """The file that holds a note and the note's line there, as the file is now. Raises Unknown.

    The line is 1 if the file is gone or the note is no longer in it.
    """
    from srs.deckfile import parse  # noqa: PLC0415 - reading YAML is slow to import

    row, _ = note(collection, note_id)
    file = collection.folder / row.path
    try:
        found = parse(file.read_bytes(), row.path).notes
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
    for path, deck in folders.decks(collection.store.connection, collection.number):
        yield path, deck_from_json(deck)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a note's fields, however deep."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    else:
        yield str(value)


def _deck(collection: Collection, path: str) -> Deck:
    return deck_from_json(decks.deck(collection.store.connection, collection.number, path))
