"""Whether a card is what a query asks for."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, assert_never

from srs.collection.query.terms import And, Is, Named, Not, OfKind, Or, Property, Query, Rated, Since, Text, signs
from srs.core.card_state import CardState, InReview, Learning, New, Relearning, WithoutMemory
from srs.core.unicode import caseless

_NOTHING: Mapping[int, date] = {}


class Subject(NamedTuple):
    """What a query looks at: a card with its note. `text` holds all words of the note, as `caseless` has them.

    `today` is the study day, which ends at the instant `ends` (UTC milliseconds); `leech_lapses` is how many make a leech;
    `failed` says that its answer was Again today; `added` and `edited` are the study days on which the note was first seen and its text last changed; `rated` is the latest
    study day of each rating (1 to 4) that the card was given.
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
    rated: Mapping[int, date] = _NOTHING


Test = Callable[[Subject], bool]


def matcher(query: Query) -> Test:
    """What says of a card whether it matches."""
    match query:
        case Text(pattern):
            stands = _standing(pattern)
            return lambda subject: stands(subject.text)
        case Named(what, pattern):
            named = in_hierarchy(pattern)
            return lambda subject: any(map(named, (subject.deck,) if what == "deck" else subject.tags))
        case OfKind(kind):
            return lambda subject: subject.kind == kind
        case Is(state):
            return STATES[state]
        case Property(name, compare, number):
            measure, agrees = PROPERTIES[name], _OPERATORS[compare]
            return lambda subject: (measured := measure(subject)) is not None and bool(agrees(measured, number))
        case Since(what, days):
            within = timedelta(days)
            return lambda subject: (subject.added if what == "added" else subject.edited) > subject.today - within
        case Rated(days, rating):
            return lambda subject: _rated(subject, rating) > subject.today - timedelta(days)
        case Not(part):
            turned = matcher(part)
            return lambda subject: not turned(subject)
        case And(parts):
            every = [matcher(part) for part in parts]
            return lambda subject: all(one(subject) for one in every)
        case Or(parts):
            several = [matcher(part) for part in parts]
            return lambda subject: any(one(subject) for one in several)
        case _:
            assert_never(query)


def in_hierarchy(pattern: str) -> Callable[[str], bool]:
    """Whether a name, or one above it as `Interview` is above `Interview::Phrases`, is what the pattern says."""
    stands = _standing(pattern, "\n", "::")
    return lambda name: stands(f"\n{caseless(name)}::")


def _standing(pattern: str, before: str = "", after: str = "") -> Callable[[str], bool]:
    """Whether the pattern stands in a text that is caseless, between `before` and `after`; in linear time: each piece
    between the asterisks is taken where it comes first.
    """
    pieces: list[list[str]] = [[]]
    for sign in signs(caseless(pattern)):
        if sign == "*":
            pieces.append([])
        else:
            pieces[-1].append("" if sign == "_" else sign[-1])
    if len(pieces) == 1 and "" not in pieces[0]:
        word = "".join((before, *pieces[0], after))
        return lambda text: word in text
    wanted = ["".join(re.escape(sign) or "." for sign in piece) for piece in pieces]
    wanted[0] = re.escape(before) + wanted[0]
    wanted[-1] += re.escape(after)
    found = re.compile("".join(f"(?>(?s:.*?){piece})" for piece in wanted if piece))
    return lambda text: found.match(text) is not None


def _rated(subject: Subject, rating: int | None) -> date:
    """The latest day of an answer, or of one with this rating."""
    if rating is None:
        return max(subject.rated.values(), default=date.min)
    return subject.rated.get(rating, date.min)


def _due(subject: Subject) -> bool:
    return subject.state.is_due(subject.today, subject.ends)


def _days_until_due(subject: Subject) -> float | None:
    phase = subject.state.phase
    return float((phase.due - subject.today).days) if isinstance(phase, InReview) else None


STATES: Mapping[str, Test] = {
    "due": _due,
    "new": lambda subject: isinstance(subject.state.phase, New),
    "learning": lambda subject: isinstance(subject.state.phase, Learning | Relearning),
    "review": lambda subject: isinstance(subject.state.phase, InReview),
    "suspended": lambda subject: subject.state.suspended,
    "buried": lambda subject: subject.state.is_buried(subject.today),
    "flagged": lambda subject: subject.state.flagged,
    "leech": lambda subject: subject.state.lapses >= subject.leech_lapses,
    "failed": lambda subject: subject.failed,
}
PROPERTIES: Mapping[str, Callable[[Subject], float | None]] = {
    "stability": lambda subject: (
        None if isinstance(subject.state.phase, WithoutMemory) else subject.state.phase.memory.stability
    ),
    "difficulty": lambda subject: (
        None if isinstance(subject.state.phase, WithoutMemory) else subject.state.phase.memory.difficulty
    ),
    "interval": lambda subject: float(subject.state.phase.days) if isinstance(subject.state.phase, InReview) else None,
    "due": _days_until_due,
    "reps": lambda subject: float(subject.state.reps),
    "lapses": lambda subject: float(subject.state.lapses),
}
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
