"""Where Anki begins to count the answers of a card whose log lacks some of them. How it does that was found out by running it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from srs.anki.read_reviews import ReviewRow
from srs.core.card_state import Memory
from srs.core.event import GivenMemory, Sm2Memory

_NEW, _BY_HAND = 0, 4  # types of the log
_DAY = 86_400
_USUAL_EASE, _MOST_EASE = 2_500, 65_535  # thousandths
_HARDEST = 1_100  # up to here, a factor is a difficulty of FSRS and no ease


class Starts(NamedTuple):
    """`forgotten` are the places of rows of which the card was new again though no row says so; `given` is the memory after the
    rows at these places. `is_new` says that it is after the last row, but for a due date that was set.
    """

    forgotten: frozenset[int]
    given: Mapping[int, GivenMemory]
    is_new: bool


_NOTHING = Starts(frozenset(), {}, is_new=False)


def find_starts(rows: Sequence[ReviewRow]) -> Starts:
    """Reads the rows of a card that schedule it, in the order of time.

    A row of learning after one of another type means that the card was new again. Where no row of learning comes first,
    the history is incomplete, and begins with interval and factor of the first row that led to a review; unless the first
    answer follows a due date that was set while the card was new, for then it begins the memory.
    """
    types = [row[5] for row in rows]
    learnt = next((place for place, kind in enumerate(types) if kind != _NEW), len(types))
    if learnt and _NEW not in types[learnt:] and _BY_HAND not in types:  # nearly every card
        return _NOTHING
    forgotten, given = set[int](), dict[int, GivenMemory]()
    answered = learning = incomplete = moved = set_while_new = is_forgotten = False
    for place, (_, ease, interval, factor, _, kind, last) in enumerate(rows):
        if ease and kind == _NEW:
            if answered and not learning:
                forgotten.add(place)
            answered = learning = True
            incomplete = False
        elif ease:
            if not answered:
                incomplete = not set_while_new
            if incomplete and (interval > 0 or interval <= -_DAY):
                given[place] = given_memory(interval, factor)
                incomplete = False
                if answered and moved:  # a review by its due date alone, of which Anki knew no memory
                    forgotten.add(place)
            answered, learning = True, False
        elif kind == _BY_HAND and factor == 0:
            answered = learning = incomplete = moved = set_while_new = False
            is_forgotten = True
        else:
            learning, moved = False, True
            set_while_new = set_while_new or (kind == _BY_HAND and last == 0 and not answered)
    return Starts(frozenset(forgotten), given, is_new=not answered and (is_forgotten or set_while_new))


def with_forgets(rows: list[ReviewRow], forgets: Sequence[int], shift: int) -> list[ReviewRow]:
    """The rows of a card as Anki will read them when it knows of our `forgets` (UTC milliseconds), too: what it answered after one
    of them begins a memory. Those that it has lie within `shift` milliseconds.
    """
    if not forgets or not rows:  # as nearly always
        return rows
    there = [at for at, ease, _, factor, _, kind, _ in rows if ease == factor == 0 and kind == _BY_HAND]
    new = [at for at in forgets if at < rows[-1][0] and not any(abs(at - other) <= shift for other in there)]
    return sorted([*rows, *((at, 0, 0, 0, 0, _BY_HAND, 0) for at in new)]) if new else rows


def given_memory(interval: int, factor: int) -> GivenMemory:
    """The memory that Anki makes of an interval (days above zero, seconds below) and a factor: up to 1100 a difficulty, else an
    ease in thousandths.
    """
    stability = float(max(interval, 1))
    if 0 < factor <= _HARDEST:
        return Memory(stability, max(round(1 + (factor - 100) * 0.009, 3), 1.0))
    ease = factor if _HARDEST < factor <= _MOST_EASE else _USUAL_EASE
    return Sm2Memory(stability, ease / 1000)
