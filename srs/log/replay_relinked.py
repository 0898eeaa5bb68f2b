"""The states that follow when the events of one note become another's, or are no longer."""

import sqlite3

from srs.core.relinks import Aliases
from srs.database import decks
from srs.log import event_log
from srs.log.replay import replay_some


def replay_moved(connection: sqlite3.Connection, before: Aliases) -> set[str]:
    """Makes the states again of the cards whose events are not those that they were `before`; returns these cards.

    Inside a transaction.
    """
    after = event_log.aliases(connection)
    notes = before.moved(after)
    cards = {card for note in notes for card in decks.every_card(connection, note)}
    cards |= {
        after.card(subject)
        for note in notes
        for one in (note, *after.ids(note))
        for subject in event_log.subjects(connection, one)
    }
    replay_some(connection, sorted(cards))
    return cards
