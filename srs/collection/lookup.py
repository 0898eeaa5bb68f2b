"""Notes, cards and decks of the collection, looked up by name."""

from collections.abc import Iterator

from srs.collection import Collection
from srs.collection.deck_row import deck_from_json
from srs.collection.unknown import unknown
from srs.errors import Unknown
from srs.note import Card, Deck, Note, cards, make
from srs.store import decks, folders
from srs.store.decks import NoteRow


def notes(collection: Collection) -> Iterator[tuple[NoteRow, Note]]:
    """All notes in use, in the decks' order, as their file has them and as values."""
    of_file: dict[str, Deck] = {}
    for row in decks.notes(collection.store.connection, collection.number):
        if row.path not in of_file:
            of_file[row.path] = _deck(collection, row.path)
        yield row, make(row.id, of_file[row.path], row.fields, row.tags)


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


def used_decks(collection: Collection) -> list[Deck]:
    """What the files in use say of their decks; of several files of one deck, the first counts."""
    found: dict[str, Deck] = {}
    for row in folders.files(collection.store.connection, collection.number):
        if row.deck is not None:
            deck = deck_from_json(row.deck)
            found.setdefault(deck.name, deck)
    return list(found.values())


def _deck(collection: Collection, path: str) -> Deck:
    return deck_from_json(decks.deck(collection.store.connection, collection.number, path))
