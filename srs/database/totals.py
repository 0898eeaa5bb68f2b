"""Counts of notes and of cards by their state. A card is mature from an interval of 21 days, as in Anki."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from typing import NamedTuple

MATURE_DAYS = 21
"""The interval from which a card is mature."""

_SUMS = f"""
    count(distinct c.note), count(*),
    sum(not suspended and state = 'new'),
    sum(not suspended and state in ('learning', 'relearning')),
    sum(not suspended and state = 'review' and interval < {MATURE_DAYS}),
    sum(not suspended and state = 'review' and interval >= {MATURE_DAYS}),
    sum(suspended)
"""
_CARDS = """
    (select c.card, c.deck, c.note, coalesce(s.state, 'new') state, coalesce(s.suspended, 0) suspended, s.interval
     from cards c left join states s on s.card = c.card where c.folder = ?) c
"""


class Totals(NamedTuple):
    """Each card counts once: `suspended` ones not by their state."""

    notes: int = 0
    cards: int = 0
    new: int = 0
    learning: int = 0
    young: int = 0
    mature: int = 0
    suspended: int = 0


def by_deck(connection: sqlite3.Connection, folder: int, cards: Collection[str] | None = None) -> dict[str, Totals]:
    """Of all cards of the folder, or of these."""
    chosen, values = _chosen(folder, cards)
    rows = connection.execute(f"select c.deck, {_SUMS} from {_CARDS} {chosen} group by c.deck", values)
    return {deck: Totals(*counts) for deck, *counts in rows}


def of_cards(connection: sqlite3.Connection, folder: int, cards: Collection[str] | None = None) -> Totals:
    """Of all cards of the folder, or of these."""
    chosen, values = _chosen(folder, cards)
    counts = connection.execute(f"select {_SUMS} from {_CARDS} {chosen}", values).fetchone()
    return Totals(*(count or 0 for count in counts))


def _chosen(folder: int, cards: Collection[str] | None) -> tuple[str, tuple[int | str, ...]]:
    if cards is None:
        return "", (folder,)
    return "where c.card in (select value from json_each(?))", (folder, json.dumps(list(cards)))


def by_note(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, str, Totals]]:
    """The deck file and the tags (JSON, the note's own) of each note, and the totals of its cards."""
    rows = connection.execute(
        f"select n.path, n.tags, {_SUMS} from {_CARDS} join notes n on n.folder = ? and n.id = c.note group by c.note",
        (folder, folder),
    )
    return ((path, tags, Totals(*counts)) for path, tags, *counts in rows)
