"""The states that follow when the events of one note become another's, or are no longer."""

import sqlite3

from srs.alias import Aliases
from srs.scheduler import Scheduler
from srs.store import decks, log, states


def replay_moved(connection: sqlite3.Connection, scheduler: Scheduler, before: Aliases) -> set[str]:
    """Makes the states again of the cards whose events are not those that they were `before`; returns these cards.

    Inside a transaction.
    """
    after = log.aliases(connection)
    notes = before.moved(after)
    cards = {card for note in notes for card in decks.every_card(connection, note)}
    cards |= {
        after.card(subject)
        for note in notes
        for one in (note, *after.ids(note))
        for subject in log.subjects(connection, one)
    }
    replay(connection, scheduler, cards, after)
    return cards


def replay(connection: sqlite3.Connection, scheduler: Scheduler, cards: set[str], aliases: Aliases) -> None:
    """Makes the states of these cards again, inside a transaction."""
    states.put(connection, ((card, scheduler.replay(log.of_card(connection, card, aliases))) for card in sorted(cards)))
    decks.silence(connection, aliases)
