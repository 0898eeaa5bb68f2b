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

from srs.anki.read_reviews import Some, with_log
from srs.anki.reviews_to_events import Frame, Held, taken
from srs.core import event_row
from srs.core.event import Parameters
from srs.core.event_row import Whole
from srs.core.settings import Settings
from srs.database import states
from srs.database.states import StateRow
from srs.log import event_log
from srs.log.replay import state_of
from srs.scheduling.scheduler import Scheduler

_AT_ONCE = 4_000  # log rows, at least, but for the last piece


class Ours(NamedTuple):
    """What we hold of some cards, by card: their events, oldest first, and whether they were voided; the times of voids
    that came before their events; how many learning and relearning steps those have that have others than `usual`.
    """

    held: dict[str, list[tuple[Whole, bool]]]
    early: dict[str, list[int]]
    steps: dict[str, tuple[int, int]]
    usual: tuple[int, int]


class Found(NamedTuple):
    """By deck of Anki's: how many events of each name came, and how many reviews were known. `ahead` counts the rows that
    lie in the future, `senseless` those that were left out, `cards` the cards. `redated` are the keys of rows that are ours
    under another time.
    """

    events: event_log.Block
    states: states.Block
    came: dict[str, dict[str, int]]
    known: dict[str, int]
    ahead: int
    senseless: int
    cards: int
    redated: list[tuple[str, int]]


def pieces(frame: Frame, parameters: Parameters, cards: Iterable[tuple[Some, Ours]]) -> Iterator[bytes]:
    """For `taken_in`, in the order of the cards."""
    terms = pickle.dumps((frame, parameters))
    piece: list[tuple[tuple[object, ...], tuple[object, ...]]] = []
    size = 0
    for some, ours in cards:
        piece.append((tuple(some), tuple(ours)))
        size += len(some.rows)
        if size >= _AT_ONCE:
            yield marshal.dumps((terms, piece))
            piece, size = [], 0
    if piece:
        yield marshal.dumps((terms, piece))


def found_by(result: bytes) -> Found:
    """What `taken_in` found."""
    events, made, *rest = marshal.loads(result)  # noqa: S302 - written by `taken_in`
    return Found(event_log.Block(*events), states.Block(*made), *rest)


@lru_cache(maxsize=1)
def _terms(terms: bytes) -> tuple[Frame, Scheduler]:
    frame, parameters = pickle.loads(terms)  # noqa: S301 - written by `pieces`
    return frame, Scheduler(Settings(), parameters)


def taken_in(piece: bytes) -> bytes:
    """The events that are news, and the states of their cards."""
    terms, parts = marshal.loads(piece)  # noqa: S302 - written by `pieces`
    frame, scheduler = _terms(terms)
    came: dict[str, Counter[str]] = defaultdict(Counter)
    known = Counter[str]()
    fresh: list[Whole] = []
    made: list[StateRow] = []
    redated: list[tuple[str, int]] = []
    ahead = senseless = count = 0
    for some, ours in ((Some(*cards), Ours(*what)) for cards, what in parts):
        senseless += some.senseless
        count += len(some.cards)
        for card in with_log(some):
            events = ours.held.get(card.card, [])
            early = ours.early.get(card.card, [])
            held = [_held(row, voided) for row, voided in events]
            found = taken(card, held, ours.steps.get(card.card, ours.usual), frame, early)
            known[card.deck] += found.known
            ahead += found.ahead
            senseless += found.senseless
            redated += [(card.card, at) for at in found.redated]
            names = came[card.deck]
            if not found.news:
                continue
            for row in found.news:
                names[row[3]] += 1
            fresh += found.news
            lived = _lived(found.news, events, early)
            made.append(states.row(card.card, state_of(scheduler, list(map(event_row.replayed, lived)))))
    stored = tuple(event_log.block(fresh)), tuple(states.block(made))
    by_deck = {deck: dict(names) for deck, names in came.items()}
    return marshal.dumps((*stored, by_deck, dict(known), ahead, senseless, count, redated))


def _held(row: Whole, voided: bool) -> Held:
    interval = row[7] or 0
    logged = interval if row[5] in {"review", None} else -interval
    return Held(row[1], row[2], row[3], row[4], voided, logged, row[10] or 0)


def _lived(news: list[Whole], held: list[tuple[Whole, bool]], early: list[int]) -> list[Whole]:
    """All that counts of a card, oldest first."""
    if early:
        news = [row for row in news if row[1] not in early]
    return sorted([row for row, voided in held if not voided] + news, key=itemgetter(1)) if held else news
