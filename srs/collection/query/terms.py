"""The parts of a query, as values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_CHARACTER = re.compile(r'\\[\\*_":()-]|.', re.DOTALL)


def characters(pattern: str) -> list[str]:
    """The characters of a pattern, each with its backslash, if it has one."""
    return _CHARACTER.findall(pattern)


@dataclass(frozen=True, slots=True)
class Text:
    """The note contains the pattern, in which `*` matches any characters, `_` any one, and a backslash escapes."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Named:
    """The note's deck or one of its tags, or a parent of it, matches the pattern."""

    what: Literal["deck", "tag"]
    pattern: str

    @property
    def name(self) -> str:
        """The pattern without backslashes."""
        return "".join(character[-1] for character in characters(self.pattern))

    @property
    def has_wildcard(self) -> bool:
        return "*" in characters(self.pattern)


@dataclass(frozen=True, slots=True)
class OfKind:
    kind: str


@dataclass(frozen=True, slots=True)
class Is:
    state: str


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    compare: str
    number: float


@dataclass(frozen=True, slots=True)
class Since:
    """The note was added, or its text changed, within so many study days, today included."""

    what: Literal["added", "edited"]
    days: int


@dataclass(frozen=True, slots=True)
class Rated:
    """The card was answered within so many study days, today included; with any rating if `rating` is None."""

    days: int
    rating: int | None


@dataclass(frozen=True, slots=True)
class Not:
    part: "Query"


@dataclass(frozen=True, slots=True)
class And:
    parts: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    parts: "tuple[Query, ...]"


Term = Text | Named | OfKind | Is | Property | Since | Rated
Query = Term | Not | And | Or


def terms(query: Query, *, negated: bool = True) -> Iterator[Term]:
    """All terms of the query, or those that are not `negated`."""
    match query:
        case Not(part):
            yield from terms(part) if negated else ()
        case And(parts) | Or(parts):
            for part in parts:
                yield from terms(part, negated=negated)
        case term:
            yield term
