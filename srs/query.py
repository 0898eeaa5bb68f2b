"""The language in which cards are chosen: `deck:Interview tag:star is:due -is:leech prop:stability<5 "tight deadline"`."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from srs.errors import BadInput
from srs.memory import CardState, InReview, Learning, New, Relearning, WithoutMemory

_TERM = re.compile(
    r'(?P<not>-)?(?:(?P<key>deck|tag|kind|is|prop):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S+))', re.IGNORECASE
)
_PROPERTY = re.compile(r"([a-z]+)(<=|>=|!=|=|<|>)(-?\d+(?:\.\d+)?)")
_OPERATORS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Subject(NamedTuple):
    """What a query looks at: a card with its note. `text` holds all words of the note, casefolded.

    `today` is the study day, which ends at the instant `ends` (UTC milliseconds); `leech_lapses` is how many make a leech;
    `failed` says that its answer was Again today.
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


@dataclass(frozen=True, slots=True)
class Query:
    """The tests that a card must all pass. `cards` says that some look at the card and not only at its note."""

    tests: tuple[Callable[[Subject], bool], ...]
    cards: bool

    def matches(self, subject: Subject) -> bool:
        return all(test(subject) for test in self.tests)


def parse(text: str) -> Query:
    """Words must stand in the note; `-` before a term turns it round. Raises BadInput."""
    tests: list[Callable[[Subject], bool]] = []
    cards = False
    for found in _TERM.finditer(text):
        key, value = (found["key"] or "").lower(), found["quoted"] if found["bare"] is None else found["bare"]
        if not value:
            continue
        test = _TESTS[key](value)
        cards = cards or key in {"is", "prop"}
        tests.append(_reversed(test) if found["not"] else test)
    return Query(tuple(tests), cards)


def _reversed(test: Callable[[Subject], bool]) -> Callable[[Subject], bool]:
    return lambda subject: not test(subject)


def _word(value: str) -> Callable[[Subject], bool]:
    folded = value.casefold()
    return lambda subject: folded in subject.text


def _deck(value: str) -> Callable[[Subject], bool]:
    name = value.casefold()
    return lambda subject: subject.deck.casefold() == name or subject.deck.casefold().startswith(name + "::")


def _tag(value: str) -> Callable[[Subject], bool]:
    name = value.casefold()
    return lambda subject: any(tag.casefold() == name or tag.casefold().startswith(name + "::") for tag in subject.tags)


def _kind(value: str) -> Callable[[Subject], bool]:
    return lambda subject: subject.kind == value.lower()


def _is(value: str) -> Callable[[Subject], bool]:
    if value.lower() not in _STATES:
        raise BadInput("what follows is:", value, "one of " + ", ".join(_STATES))
    return _STATES[value.lower()]


def _property(value: str) -> Callable[[Subject], bool]:
    found = _PROPERTY.fullmatch(value.lower())
    if not found or found[1] not in _PROPERTIES:
        raise BadInput(
            "what follows prop:",
            value,
            f"a property ({', '.join(_PROPERTIES)}), < > or =, and a number, e.g. stability<5",
        )
    measure, compare, number = _PROPERTIES[found[1]], _OPERATORS[found[2]], float(found[3])

    def test(subject: Subject) -> bool:
        measured = measure(subject)
        return measured is not None and bool(compare(measured, number))

    return test


def _due(subject: Subject) -> bool:
    return subject.state.is_due(subject.today, subject.ends)


def _days_until_due(subject: Subject) -> float | None:
    phase = subject.state.phase
    return float((phase.due - subject.today).days) if isinstance(phase, InReview) else None


_TESTS: Mapping[str, Callable[[str], Callable[[Subject], bool]]] = {
    "": _word,
    "deck": _deck,
    "tag": _tag,
    "kind": _kind,
    "is": _is,
    "prop": _property,
}
_STATES: Mapping[str, Callable[[Subject], bool]] = {
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
_PROPERTIES: Mapping[str, Callable[[Subject], float | None]] = {
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
