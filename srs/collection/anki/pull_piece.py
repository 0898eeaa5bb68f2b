"""A piece of a pull: some cards of a file from Anki and all that we hold of them → what is to be stored.

Pure, and bytes on both ends, so that any process can do it: bytes cost less than a pickle to write and to read.
"""

import marshal
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from srs import event_row
from srs.anki.events import Frame, Held, taken
from srs.anki.read import AnkiCard
from srs.collection.replay import state_of
from srs.event import Parameters
from srs.event_row import Whole
from srs.scheduler import Scheduler
from srs.settings import Settings
from srs.store import states
from srs.store.states import StateRow

_AT_ONCE = 4_000  # log rows, at least, but for the last piece


class Ours(NamedTuple):
    """What we hold of a card: its events, oldest first, and whether they were voided; the times of voids that came before
    their events; how many learning and relearning steps it has.
    """

    events: list[tuple[Whole, bool]]
    early: list[int]
    steps: tuple[int, int]


class Found(NamedTuple):
    """`events` and `states` are rows to store. By deck of Anki's: how many events of each name came, and how many reviews
    were known; `ahead` counts the rows that lie in the future, `rows` all.
    """

    events: list[Whole]
    states: list[StateRow]
    came: dict[str, dict[str, int]]
    known: dict[str, int]
    ahead: int
    rows: int


def pieces(frame: Frame, parameters: Parameters, cards: Iterable[tuple[AnkiCard, Ours]]) -> Iterator[bytes]:
    """For `taken_in`, in the order of the cards."""
    terms = pickle.dumps((frame, parameters))
    piece: list[tuple[tuple[object, ...], tuple[object, ...]]] = []
    size = 0
    for card, ours in cards:
        piece.append((tuple(card), tuple(ours)))
        size += len(card.log)
        if size >= _AT_ONCE:
            yield marshal.dumps((terms, piece))
            piece, size = [], 0
    if piece:
        yield marshal.dumps((terms, piece))


def found_by(result: bytes) -> Found:
    """What `taken_in` found."""
    return Found(*marshal.loads(result))  # noqa: S302 - written by `taken_in`


@lru_cache(maxsize=1)
def _terms(terms: bytes) -> tuple[Frame, Scheduler]:
    frame, parameters = pickle.loads(terms)  # noqa: S301 - written by `pieces`
    return frame, Scheduler(Settings(), parameters)


def taken_in(piece: bytes) -> bytes:
    """The events that are news, and the states of their cards."""
    terms, cards = marshal.loads(piece)  # noqa: S302 - written by `pieces`
    frame, scheduler = _terms(terms)
    came: dict[str, Counter[str]] = defaultdict(Counter)
    known = Counter[str]()
    fresh: list[Whole] = []
    made: list[StateRow] = []
    ahead = rows = 0
    for values, (events, early, steps) in cards:
        card = AnkiCard(*values)
        held = [Held(row[1], row[2], row[3], row[4], voided) for row, voided in events]
        found = taken(card, held, steps, frame)
        rows += len(card.log)
        known[card.deck] += found.known
        ahead += found.ahead
        names = came[card.deck]
        if not found.news:
            continue
        for row in found.news:
            names[row[3]] += 1
        fresh += found.news
        lived = [row for row in found.news if row[1] not in early] if early else found.news
        if events:
            lived = sorted([row for row, voided in events if not voided] + lived, key=itemgetter(1))
        made.append(states.row(card.card, state_of(scheduler, list(map(event_row.replayed, lived)))))
    return marshal.dumps((fresh, made, {deck: dict(names) for deck, names in came.items()}, dict(known), ahead, rows))
