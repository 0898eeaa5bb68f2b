"""Whether a card matches a query."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, assert_never

from srs.collection.query.terms import (
    And,
    Is,
    Named,
    Not,
    OfKind,
    Or,
    Property,
    Query,
    Rated,
    Since,
    Text,
    characters,
)
from srs.core.card_state import CardState, InReview, Learning, Memory, New, Relearning, WithoutMemory
from srs.core.unicode import caseless

_NEVER: Mapping[int, date] = {}


class CardInfo(NamedTuple):
    """A card with its note, as far as queries ask about it. `text` holds all words of the note, as `caseless` returns them.

    `today` is the study day, which ends at the instant `ends` (UTC milliseconds); `leech_lapses` is how many make a leech;
    `failed` says that it was rated Again today; `added` and `edited` are the study days on which the note was first seen
    and its text last changed; `rated` is the latest study day of each rating (1 to 4).
    """

    deck: str
    tags: Sequence[str]
    kind: str
    text: str
    state: CardState
    today: date
    ends: int
    leech_lapses: int
    failed: bool = False
    added: date = date.min
    edited: date = date.min
    rated: Mapping[int, date] = _NEVER


Predicate = Callable[[CardInfo], bool]


def matcher(query: Query) -> Predicate:
    """The query as a function of a card."""
    match query:
        case Text(pattern):
            contains = _contains(pattern)
            return lambda card: contains(card.text)
        case Named(what, pattern):
            matches = in_hierarchy(pattern)
            return lambda card: any(map(matches, (card.deck,) if what == "deck" else card.tags))
        case OfKind(kind):
            return lambda card: card.kind == kind
        case Is(state):
            return STATES[state]
        case Property(name, compare, number):
            measure, agrees = PROPERTIES[name], OPERATORS[compare]
            return lambda card: (measured := measure(card)) is not None and bool(agrees(measured, number))
        case Since(what, days):
            period = timedelta(days)
            return lambda card: (card.added if what == "added" else card.edited) > card.today - period
        case Rated(days, rating):
            return lambda card: _last_rated(card, rating) > card.today - timedelta(days)
        case Not(part):
            negated = matcher(part)
            return lambda card: not negated(card)
        case And(parts):
            matchers = [matcher(part) for part in parts]
            return lambda card: all(part(card) for part in matchers)
        case Or(parts):
            matchers = [matcher(part) for part in parts]
            return lambda card: any(part(card) for part in matchers)
        case _:
            assert_never(query)


def in_hierarchy(pattern: str) -> Callable[[str], bool]:
    """Whether the pattern matches a name or a parent of it, as `Spanish` is of `Spanish::Verbs`."""
    contains = _contains(pattern, "\n", "::")
    return lambda name: contains(f"\n{caseless(name)}::")


def _contains(pattern: str, before: str = "", after: str = "") -> Callable[[str], bool]:
    """Whether a caseless text contains the pattern between `before` and `after`. Takes linear time, because each piece
    between the asterisks is matched where it occurs first.
    """
    pieces: list[list[str]] = [[]]
    for character in characters(caseless(pattern)):
        if character == "*":
            pieces.append([])
        else:
            pieces[-1].append("" if character == "_" else character[-1])
    if len(pieces) == 1 and "" not in pieces[0]:
        word = "".join((before, *pieces[0], after))
        return lambda text: word in text
    patterns = ["".join(re.escape(character) or "." for character in piece) for piece in pieces]
    patterns[0] = re.escape(before) + patterns[0]
    patterns[-1] += re.escape(after)
    compiled = re.compile("".join(f"(?>(?s:.*?){piece})" for piece in patterns if piece))
    return lambda text: compiled.match(text) is not None


def _last_rated(card: CardInfo, rating: int | None) -> date:
    """The latest day of an answer, or of one with this rating."""
    if rating is None:
        return max(card.rated.values(), default=date.min)
    return card.rated.get(rating, date.min)


def _days_until_due(card: CardInfo) -> float | None:
    phase = card.state.phase
    return float((phase.due - card.today).days) if isinstance(phase, InReview) else None


def _memory(card: CardInfo) -> Memory | None:
    return None if isinstance(card.state.phase, WithoutMemory) else card.state.phase.memory


STATES: Mapping[str, Predicate] = {
    "due": lambda card: card.state.is_due(card.today, card.ends),
    "new": lambda card: isinstance(card.state.phase, New),
    "learning": lambda card: isinstance(card.state.phase, Learning | Relearning),
    "review": lambda card: isinstance(card.state.phase, InReview),
    "suspended": lambda card: card.state.suspended,
    "buried": lambda card: card.state.is_buried(card.today),
    "flagged": lambda card: card.state.flagged,
    "leech": lambda card: card.state.lapses >= card.leech_lapses,
    "failed": lambda card: card.failed,
}
PROPERTIES: Mapping[str, Callable[[CardInfo], float | None]] = {
    "stability": lambda card: memory.stability if (memory := _memory(card)) else None,
    "difficulty": lambda card: memory.difficulty if (memory := _memory(card)) else None,
    "interval": lambda card: float(card.state.phase.days) if isinstance(card.state.phase, InReview) else None,
    "due": _days_until_due,
    "reps": lambda card: float(card.state.reps),
    "lapses": lambda card: float(card.state.lapses),
}
OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
