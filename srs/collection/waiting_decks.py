"""Decks whose new cards wait until the notes of other decks have been seen."""

import json
from collections.abc import Sequence, Set
from datetime import date

from srs.collection import Collection
from srs.core.unicode import nfc
from srs.database import deck_files, due_cards
from srs.scheduling.deck_order import Graph, named_decks, prerequisites, stages

After = Sequence[tuple[str, str | None]]
"""Each file's deck, and the names under its `after` as JSON."""


def waiting_decks(collection: Collection, after: After, day: date, at_once: Sequence[str]) -> Set[str]:
    """The decks that wait on this day for one with notes that nobody has seen. Notes that are seen for the first time on the
    day count as such until it ends, so that a deck opens with a day and not amid one; of each note one card is enough,
    for its siblings come on later days. The decks `at_once` do not wait.

    Suspended cards hold nobody back, nor do decks that are to have no new cards.
    """
    waits = prerequisites(_graph(after))
    first = {deck for deck in set[str]().union(*waits.values()) if not collection.takes_no_new(deck)}
    unseen = due_cards.decks_with_unseen_notes(collection.store.connection, collection.folder_id, first, day)
    free = set(map(nfc, at_once))
    return {deck for deck, others in waits.items() if nfc(deck) not in free and not unseen.isdisjoint(others)}


def introduction_order(collection: Collection) -> dict[str, int]:
    """The place of each card, from 1, if all were new: decks come after those that they wait for, and decks that come at the
    same time take turns.
    """
    connection, folder = collection.store.connection, collection.folder_id
    cards = due_cards.cards_in_order(connection, folder)
    if stage_of := stages(_graph(deck_files.decks_after(connection, folder))):
        cards = iter(sorted(cards, key=lambda card: stage_of.get(card[1], 0)))
    return {card: place for place, (card, _) in enumerate(cards, 1)}


def _graph(after: After) -> Graph:
    return named_decks((deck for deck, _ in after), ((deck, json.loads(names)) for deck, names in after if names))
