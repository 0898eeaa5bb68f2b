"""A query as SQL that finds the notes it may match, so that only these have to be looked at."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, assert_never

from srs.collection.query.matching import OPERATORS, in_hierarchy
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
    Term,
    Text,
    characters,
)
from srs.core.unicode import caseless

_DAY = 86_400_000  # milliseconds
_OF_STATE: Mapping[str, str] = {
    "learning": "state in ('learning', 'relearning')",
    "review": "state = 'review'",
    "suspended": "suspended",
    "flagged": "flagged",
    "buried": "buried is not null",
    "leech": "lapses > 0",
}


class Condition(NamedTuple):
    """SQL on a row `n` of `notes`, with its values."""

    sql: str
    values: tuple[Any, ...] = ()


class Known(NamedTuple):
    """What is known besides the rows: the study day, all decks, and the cards that failed today and that were rated within the
    days of the query, as far as it asks for them.
    """

    today: date
    decks: Sequence[str]
    failed: Collection[str]
    rated: Collection[str]


def candidates(query: Query, known: Known, now: int) -> Condition | None:
    """What every note with a matching card fulfils, and some others may; None if any note may match. `now` is in UTC
    milliseconds.
    """
    match query:
        case Not():
            return None
        case And(parts):
            return _all(candidates(part, known, now) for part in parts)
        case Or(parts):
            found = [one for part in parts if (one := candidates(part, known, now))]
            if len(found) < len(parts):
                return None
            return Condition(
                f"({' or '.join(one.sql for one in found)})", tuple(v for one in found for v in one.values)
            )
        case _:
            return _of_term(query, known, now)


def _of_term(term: Term, known: Known, now: int) -> Condition | None:
    match term:
        case Is(state):
            return _of_state(state, known)
        case Text(pattern) | Named("tag", pattern):  # the words of a note hold its tags
            return _all(Condition("instr(n.words, ?)", (piece,)) for piece in _pieces(pattern))
        case Named(_, pattern):
            return _among("n.deck", filter(in_hierarchy(pattern), known.decks))
        case OfKind(kind):
            return Condition("n.kind = ?", (kind,))
        case Property(name, compare, number):
            return _of_property(name, compare, number, known.today)
        case Since(what, days):
            column = "added_at" if what == "added" else "changed_at"
            return Condition(f"n.id in (select note from texts where {column} > ?)", (now - (days + 1) * _DAY,))
        case Rated():
            return _among("n.id", map(_note, known.rated))
        case _:
            assert_never(term)


def _of_state(state: str, known: Known) -> Condition:
    match state:
        case "new":
            never = "exists (select 1 from cards c where c.folder = n.folder and c.note = n.id and c.new)"
            return Condition(f"({never} or n.id in (select note from states where state = 'new'))")
        case "failed":
            return _among("n.id", map(_note, known.failed))
        case "due":
            return _with_state("(state in ('learning', 'relearning') or due_day <= ?)", known.today.isoformat())
        case _:
            return _with_state(_OF_STATE[state])


def _of_property(name: str, compare: str, number: float, today: date) -> Condition | None:
    if name in {"reps", "lapses"} and OPERATORS[compare](0, number):
        return None  # cards without a state have none
    column = f"julianday(due_day) - julianday('{today.isoformat()}')" if name == "due" else name
    of_review = " and state = 'review'" if name in {"due", "interval"} else ""
    return _with_state(f"{column} {compare} ?{of_review}", number)


def _with_state(condition: str, *values: Any) -> Condition:
    return Condition(f"n.id in (select note from states where {condition})", values)


def _among(column: str, names: Iterable[str]) -> Condition:
    return Condition(f"{column} in (select value from json_each(?))", (json.dumps(list(names)),))


def _note(card: str) -> str:
    return card.rpartition("/")[0]


def _pieces(pattern: str) -> list[str]:
    """What a text that contains the pattern holds, whatever stands for its wildcards."""
    pieces = [""]
    for character in characters(caseless(pattern)):
        if character in {"*", "_"}:
            pieces.append("")
        else:
            pieces[-1] += character[-1]
    return list(filter(None, pieces))


def _all(parts: Iterable[Condition | None]) -> Condition | None:
    found = [part for part in parts if part]
    if not found:
        return None
    return Condition(" and ".join(one.sql for one in found), tuple(value for one in found for value in one.values))
