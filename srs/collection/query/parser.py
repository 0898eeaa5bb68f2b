"""Parses a query: text → values, or an error that names the place."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from srs.collection.query.matching import PROPERTIES, STATES
from srs.collection.query.terms import And, Is, Named, Not, OfKind, Or, Property, Query, Rated, Since, Term, Text
from srs.core.errors import QueryError
from srs.kinds.registry import Kinds

KEYS = ("deck", "tag", "kind", "is", "prop", "added", "edited", "rated")
"""What may stand before a colon."""

_MAX_DEPTH = 50  # of nested parentheses
_SHOWN = 40  # characters of a faulty part
_WORD = r'(?:\\[\\*_":()-]|[^\s()"])*'
_TERM = re.compile(
    rf'(?:(?P<key>[a-z]+):(?!:|//))?(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>{_WORD}))', re.DOTALL | re.IGNORECASE
)
_KEY = re.compile(rf"({'|'.join(KEYS)}):(.*)", re.DOTALL | re.IGNORECASE)
_OPERATOR = re.compile(r'(or|and)(?=[\s()"]|$)', re.IGNORECASE)
_BLANKS = re.compile(r"\s*")
_PROPERTY = re.compile(r"([a-z]+)(<=|>=|!=|=|<|>)(-?[0-9]+(?:\.[0-9]+)?)")
_DAYS = re.compile(r"([1-9][0-9]{0,4})(?::([1-4]))?")


def parse(text: str, kinds: Kinds) -> Query:
    """Raises QueryError."""
    return _Parser(text, kinds).query()


def quoted(text: str) -> str:
    """The text as the value of a key, without wildcards."""
    return '"' + re.sub(r'([\\*_"])', r"\\\1", text) + '"'


class _Parser:
    def __init__(self, text: str, kinds: Kinds) -> None:
        self._text = text
        self._kinds = kinds
        self._at = 0
        self._advance()

    def query(self) -> Query:
        if not self._next:
            return And(())
        found = self._or(0, None)
        if self._next:
            self._fail_lone(self._at)
        return found

    @property
    def _next(self) -> str:
        """The next character; empty at the end."""
        return self._text[self._at : self._at + 1]

    def _advance(self, count: int = 0) -> int:
        """Skips so many characters and the blanks after them; returns the place before."""
        before, blanks = self._at, _BLANKS.match(self._text, self._at + count)
        assert blanks
        self._at = blanks.end()
        return before

    def _fail(self, at: int, problem: str) -> NoReturn:
        raise QueryError(at + 1, problem)

    def _fail_lone(self, at: int) -> NoReturn:
        """An operator or a parenthesis lacks a term, or the other parenthesis."""
        match self._text[at]:
            case "(":
                self._fail(at, "'(' needs a term after it; put text with parentheses in quotes")
            case ")":
                self._fail(at, "')' has no matching '('; put text with parentheses in quotes")
        self._fail(at, f"{self._operator(at)!r} needs a term on both sides; put the word itself in quotes")

    def _operator(self, at: int | None = None) -> str:
        found = _OPERATOR.match(self._text, self._at if at is None else at)
        return found[1] if found else ""

    def _or(self, depth: int, opened: int | None) -> Query:
        """Parses up to a closing parenthesis or the end; `opened` is the place of the opening one."""
        parts = [self._and(depth, opened)]
        while word := self._operator():  # it is an OR
            parts.append(self._and(depth, self._advance(len(word))))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self, depth: int, before: int | None) -> Query:
        """Parses terms side by side, with or without AND; `before` is the place of the OR or parenthesis before them."""
        parts = [self._operand(depth, before)]
        while self._next not in {"", ")"} and (word := self._operator()).lower() != "or":
            parts.append(self._operand(depth, self._advance(len(word)) if word else None))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _operand(self, depth: int, before: int | None) -> Query:
        """Parses a term, or a group in parentheses; `before` is the place of the operator or parenthesis that needs it."""
        if self._operator():
            self._fail_lone(self._at)
        if self._next in {"", ")"}:
            self._fail_lone(self._at if before is None else before)
        return self._not(depth)

    def _not(self, depth: int) -> Query:
        at = self._at
        if self._next == "-":
            self._at += 1
            if not self._next or self._next in ")-" or self._next.isspace():
                self._fail(at, "'-' must stand right before the term that it negates; put the sign itself in quotes")
            return Not(self._not(depth))
        if self._next != "(":
            return self._term()
        if depth == _MAX_DEPTH:
            self._fail(at, f"parentheses are nested more than {_MAX_DEPTH} levels")
        found = self._or(depth + 1, self._advance(1))
        if not self._next:
            self._fail(at, "'(' has no matching ')'; put text with parentheses in quotes")
        self._advance(1)
        return found

    def _term(self) -> Term:
        at, found = self._at, _TERM.match(self._text, self._at)
        assert found
        key, value = found["key"], found["bare"] if found["quoted"] is None else found["quoted"]
        if not value and self._text[found.end() : found.end() + 1] == '"':
            self._fail(found.end(), f"missing closing quote: {_shortened(self._text[found.end() :])}")
        if key is None and found["bare"] is None and (inside := _KEY.fullmatch(value)):
            key, value = inside.groups()  # "deck:Two words", as Anki writes it
        self._at = found.end()
        self._advance()
        if key is None:
            return Text(value)
        try:
            return _keyed_term(key.lower(), value, self._kinds)
        except ValueError as error:
            self._fail(at, str(error))


def _keyed_term(key: str, value: str, kinds: Kinds) -> Term:
    """Raises ValueError, which says what is expected."""
    if key not in KEYS:
        listed = ", ".join(f"{known}:" for known in KEYS)
        raise ValueError(
            f"unknown key '{key}:'{_suggestion(key, KEYS, '{}:')}; the keys are {listed}; put text with a colon in quotes"
        )
    if not value:
        raise ValueError(f"'{key}:' needs a value right after it")
    lower, wrong = value.lower(), f"not {_shortened(value)!r}"
    match key:
        case "deck" | "tag":
            return Named(key, value)
        case "kind" | "is":
            known = tuple(kind.kind for kind in kinds.shown) if key == "kind" else tuple(STATES)
            if lower not in known and not (key == "kind" and lower in kinds.by_name):
                near = _suggestion(lower, known, f"{key}:{{}}")
                raise ValueError(f"'{key}:' takes one of {', '.join(known)}, {wrong}{near}")
            return OfKind(lower) if key == "kind" else Is(lower)
        case "prop":
            found = _PROPERTY.fullmatch(lower)
            if not found or found[1] not in PROPERTIES:
                near = _suggestion(re.split("[<>=!]", lower)[0], PROPERTIES, "{}")
                form = "a property, a sign (< > <= >= = !=) and a number, e.g. prop:stability<5"
                raise ValueError(f"'prop:' takes {form}, {wrong}{near}; the properties are {', '.join(PROPERTIES)}")
            return Property(found[1], found[2], float(found[3]))
        case _:
            found = _DAYS.fullmatch(value)
            if not found or (found[2] and key != "rated"):
                rating = ", and optionally a rating from 1 to 4, e.g. rated:7:1" if key == "rated" else ""
                raise ValueError(f"'{key}:' takes a number of days from 1 (today only) to 99999{rating}, {wrong}")
            if key == "rated":
                return Rated(int(found[1]), int(found[2]) if found[2] else None)
            return Since("added" if key == "added" else "edited", int(found[1]))


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _suggestion(word: str, known: Sequence[str] | Mapping[str, object], shape: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only after a typo

    near = get_close_matches(word, list(known), n=1) or [name for name in known if word and name.startswith(word)]
    return f" (did you mean {shape.format(near[0])}?)" if near else ""
