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

from srs.anki.events import Frame, Held, taken
from srs.anki.read import AnkiCard
from srs.collection.replay import state_of
from srs.event import Parameters, Source
from srs.scheduler import Scheduler
from srs.settings import Settings
from srs.store import log, states
from srs.store.log import WholeRow
from srs.store.states import StateRow

_AT_ONCE = 4_000  # log rows, at least, but for the last piece


class Ours(NamedTuple):
    """What we hold of a card: its events, oldest first, and whether they were voided; the times of voids that came before
    their events; how many learning and relearning steps it has.
    """

    events: list[tuple[WholeRow, bool]]
    early: list[int]
    steps: tuple[int, int]


class Came(NamedTuple):
    """`events` and `states` are rows to store. By deck of Anki's: how many events of each name came, and how many reviews
    were known; `ahead` counts the rows that lie in the future, `rows` all.
    """

    events: list[WholeRow]
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


def came(result: bytes) -> Came:
    """What `taken_in` found."""
    return Came(*marshal.loads(result))  # noqa: S302 - written by `taken_in`


@lru_cache(maxsize=1)
def _terms(terms: bytes) -> tuple[Frame, Scheduler]:
    frame, parameters = pickle.loads(terms)  # noqa: S301 - written by `pieces`
    return frame, Scheduler(Settings(), parameters)


def taken_in(piece: bytes) -> bytes:
    """The events that are news, and the states of their cards."""
    terms, cards = marshal.loads(piece)  # noqa: S302 - written by `pieces`
    frame, scheduler = _terms(terms)
    fresh: list[WholeRow] = []
    made: list[StateRow] = []
    names: dict[str, Counter[str]] = defaultdict(Counter)
    known = Counter[str]()
    ahead = rows = 0
    for card_values, ours_values in cards:
        card, ours = AnkiCard(*card_values), Ours(*ours_values)
        held = [Held(log.from_whole(row), voided) for row, voided in ours.events]
        found = taken(card, held, ours.steps, frame)
        rows += len(card.log)
        known[card.deck] += found.known
        ahead += found.ahead
        of_deck = names[card.deck]
        if not found.news:
            continue
        news = [
            log.fresh_row(card.card, at, frame.day(at), Source.ANKI, frame.machine, what) for at, what in found.news
        ]
        for row in news:
            of_deck[row[3]] += 1
        fresh += news
        lived = [row for row, voided in ours.events if not voided]
        if ours.early:
            lived += [row for row in news if row[1] not in ours.early]
        else:
            lived += news
        if ours.events:
            lived.sort(key=itemgetter(1))
        made.append(states.row(card.card, state_of(scheduler, [log.row_of(row) for row in lived])))
    return marshal.dumps((fresh, made, {deck: dict(count) for deck, count in names.items()}, dict(known), ahead, rows))
