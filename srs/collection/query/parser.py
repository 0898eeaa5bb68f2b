"""A query as text → as values, or the place where it makes no sense."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from srs.collection.query.matching import PROPERTIES, STATES
from srs.collection.query.terms import And, Is, Named, Not, OfKind, Or, Property, Query, Rated, Since, Term, Text
from srs.core.errors import BadInput
from srs.kinds.registry import Kinds

_DEEPEST = 50  # parentheses within one another
_SHOWN = 40  # characters of what is wrong
KEYS = ("deck", "tag", "kind", "is", "prop", "added", "edited", "rated")
"""What may stand before a colon."""

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
    """Raises BadInput, which names the place and what should stand there."""
    return _Parser(text, kinds).query()


def quoted(text: str) -> str:
    """The text as a value after a key: no sign in it means anything."""
    return '"' + re.sub(r'([\\*_"])', r"\\\1", text) + '"'


class _Parser:
    def __init__(self, text: str, kinds: Kinds) -> None:
        self._text = text
        self._kinds = kinds
        self._at = 0
        self._skip()

    def query(self) -> Query:
        if not self._next:
            return And(())
        found = self._either(0, None)
        if self._next:
            self._refuse_lone(self._at)
        return found

    @property
    def _next(self) -> str:
        """The next sign, none at the end."""
        return self._text[self._at : self._at + 1]

    def _skip(self, signs: int = 0) -> int:
        """Goes on by so many signs and the blanks after them; returns the place before."""
        before, blanks = self._at, _BLANKS.match(self._text, self._at + signs)
        assert blanks
        self._at = blanks.end()
        return before

    def _refuse(self, at: int, part: str, expected: str) -> NoReturn:
        shown = part if len(part) <= _SHOWN else f"{part[: _SHOWN - 1]}…"
        raise BadInput(f"the query at character {at + 1}", shown, expected)

    def _refuse_lone(self, at: int) -> NoReturn:
        """An operator or a parenthesis that lacks a term, or the other parenthesis."""
        match self._text[at]:
            case "(":
                self._refuse(at, "(", "followed by a term; a text with parentheses goes in quotes")
            case ")":
                self._refuse(at, ")", "preceded by its (; a text with parentheses goes in quotes")
        self._refuse(at, self._operator(at), "between two terms; the word itself goes in quotes")

    def _operator(self, at: int | None = None) -> str:
        found = _OPERATOR.match(self._text, self._at if at is None else at)
        return found[1] if found else ""

    def _either(self, depth: int, opened: int | None) -> Query:
        """What stands between ORs, up to a closing parenthesis or the end; `opened` is the place of the parenthesis."""
        parts = [self._all(depth, opened)]
        while word := self._operator():  # it is an OR
            parts.append(self._all(depth, self._skip(len(word))))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, depth: int, before: int | None) -> Query:
        """What stands side by side, with or without AND; `before` is the place of the sign before it."""
        parts: list[Query] = []
        lone = before  # a sign that wants a term
        while True:
            word = self._operator()
            if word and (lone is not None or not parts):
                self._refuse_lone(self._at)
            if self._next in {"", ")"} or word.lower() == "or":
                if lone is not None or not parts:
                    self._refuse_lone(self._at if lone is None else lone)
                return parts[0] if len(parts) == 1 else And(tuple(parts))
            if word:
                lone = self._skip(len(word))
            else:
                parts.append(self._part(depth))
                lone = None

    def _part(self, depth: int) -> Query:
        at = self._at
        if self._next == "-":
            self._at += 1
            if not self._next or self._next in ")-" or self._next.isspace():
                self._refuse(at, "-", "right before the term that it turns round; the sign itself goes in quotes")
            return Not(self._part(depth))
        if self._next != "(":
            return self._term()
        if depth == _DEEPEST:
            self._refuse(at, "(", f"at most {_DEEPEST} parentheses deep")
        found = self._either(depth + 1, self._skip(1))
        if not self._next:
            self._refuse(at, "(", "closed by a ); a text with parentheses goes in quotes")
        self._skip(1)
        return found

    def _term(self) -> Term:
        at, found = self._at, _TERM.match(self._text, self._at)
        assert found
        key, value = found["key"], found["bare"] if found["quoted"] is None else found["quoted"]
        if not value and self._text[found.end() : found.end() + 1] == '"':
            self._refuse(found.end(), self._text[found.end() :], 'closed by another "')
        if key is None and found["bare"] is None and (inside := _KEY.fullmatch(value)):
            key, value = inside.groups()  # "deck:Two words", as Anki writes it
        self._at = found.end()
        self._skip()
        if key is None:
            return Text(value)
        try:
            return _keyed(key.lower(), value, self._kinds)
        except ValueError as error:
            self._refuse(at, found[0], str(error))


def _keyed(key: str, value: str, kinds: Kinds) -> Term:
    """Raises ValueError, saying what is expected."""
    if key not in KEYS:
        listed = ", ".join(f"{known}:" for known in KEYS)
        raise ValueError(f"one of {listed}{_nearest(key, KEYS, '{}:')}; a text with a colon goes in quotes")
    if not value:
        raise ValueError(f"{key}: with something right after it")
    lower = value.lower()
    match key:
        case "deck" | "tag":
            return Named(key, value)
        case "kind" | "is":
            known = tuple(kind.kind for kind in kinds.shown) if key == "kind" else tuple(STATES)
            if lower not in known and not (key == "kind" and lower in kinds.by_name):
                raise ValueError(f"{key}: with one of {', '.join(known)}{_nearest(lower, known, f'{key}:{{}}')}")
            return OfKind(lower) if key == "kind" else Is(lower)
        case "prop":
            found = _PROPERTY.fullmatch(lower)
            if not found or found[1] not in PROPERTIES:
                near = _nearest(re.split("[<>=!]", lower)[0], PROPERTIES, "{}")
                example = "a sign < > <= >= = or != and a number, e.g. prop:stability<5"
                raise ValueError(f"prop: with one of {', '.join(PROPERTIES)}{near}, {example}")
            return Property(found[1], found[2], float(found[3]))
        case _:
            found = _DAYS.fullmatch(value)
            if not found or (found[2] and key != "rated"):
                rating = (
                    ", and after another colon a rating from 1 to 4 where only that counts" if key == "rated" else ""
                )
                raise ValueError(f"{key}: with a number of days from 1 (only today) to 99999{rating}")
            if key == "rated":
                return Rated(int(found[1]), int(found[2]) if found[2] else None)
            return Since("added" if key == "added" else "edited", int(found[1]))


def _nearest(word: str, known: Sequence[str] | Mapping[str, object], shape: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only after a typo

    near = get_close_matches(word, list(known), n=1) or [name for name in known if word and name.startswith(word)]
    return f" (did you mean {shape.format(near[0])}?)" if near else ""
