"""What a query may ask for, as values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_SIGN = re.compile(r'\\[\\*_":()-]|.', re.DOTALL)


def signs(pattern: str) -> list[str]:
    """The characters of a pattern, each with the backslash that takes away what it means."""
    return _SIGN.findall(pattern)


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand in the note. In a `pattern`, `*` is any run of characters, `_` any one, a backslash takes that away."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Named:
    """The deck or a tag of the note, or one above it in the hierarchy."""

    what: Literal["deck", "tag"]
    pattern: str

    @property
    def name(self) -> str:
        """As it is meant, without backslashes."""
        return "".join(sign[-1] for sign in signs(self.pattern))

    @property
    def wild(self) -> bool:
        """With an asterisk in it, it may well mean nothing that there is."""
        return "*" in signs(self.pattern)


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
    """The note was first seen, or its text changed, within so many study days, this one included."""

    what: Literal["added", "edited"]
    days: int


@dataclass(frozen=True, slots=True)
class Rated:
    """The card was answered within so many study days, this one included; with any rating if it is None."""

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


def terms(query: Query) -> Iterator[Term]:
    """All that the query asks for."""
    match query:
        case Not(part):
            yield from terms(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from terms(part)
        case term:
            yield term
