"""Replaying the cards whose history a relink has moved, or moved back."""

import sqlite3

from srs.core.relinks import Aliases
from srs.database import decks
from srs.log import event_log
from srs.log.replay import replay_cards


def replay_relinked(connection: sqlite3.Connection, before: Aliases) -> set[str]:
    """Replays the cards whose events changed since the aliases were as `before`, and returns them.

    Must be called inside a transaction.
    """
    after = event_log.read_aliases(connection)
    notes = before.changed_notes(after)
    cards = {card for note in notes for card in decks.all_cards_of_note(connection, note)}
    cards |= {
        after.card(key)
        for note in notes
        for alias in (note, *after.ids(note))
        for key in event_log.keys_of_note(connection, alias)
    }
    replay_cards(connection, sorted(cards))
    return cards
