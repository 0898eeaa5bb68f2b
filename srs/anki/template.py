"""Anki's card templates: which fields they show, in which HTML of their own."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape
from typing import Literal, NamedTuple

from srs.core.html_text import plain
from srs.core.html_tokens import HIDDEN_TAGS, EndTag, StartTag, Text, visible_tokens
from srs.core.markup import LONGEST

FRONT = "\U0010fffc"
"""Stands for the question in an answer."""

ANSWER = "\U0010fffd"
"""Stands for the line by which most templates part the answer from the question that they repeat."""

_VALUE, _IN_TAG = 0xF0000, 0x100000
_MOST = 2_000  # fields, sections and texts between them of one side
_LONGEST = 1_000_000  # characters of a template, most of which may be its script
_SECTION = frozenset("#^/")
_TOKEN = re.compile(r"\{\{([^{}]*+)\}\}")
_STAND_INS = re.compile("[\U000f0000-\U000fffff\U00100000-\U0010ffff]")
_NOTHING = re.compile(r"(?:\s|</?(?:br|div)\s*+/?>)*+", re.IGNORECASE)
_BLOCKS = frozenset((
    "article", "center", "div", "dl", "dt", "dd", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main",
    "ol", "p", "section", "table", "tr", "ul",
))  # fmt: skip
_UNSEEN = HIDDEN_TAGS - {"noscript"}

Value = Callable[[str, tuple[str, ...]], str]
"""The HTML of a field, given its name and the filters before it, the nearest last."""


class TooLong(ValueError):
    """A template, or a side that it makes, that no one could read; says so of the note."""


MUCH_TEXT = f"it has more than {LONGEST:,} characters of text"


class Skeleton(NamedTuple):
    """`html` has a stand-in for each of the `values`; what a template's own HTML says of looks is left out of it."""

    html: str
    values: tuple[str, ...]

    def filled(self) -> str:
        """Raises TooLong."""
        if sum(map(len, self.values)) > LONGEST:
            raise TooLong(MUCH_TEXT)
        return _STAND_INS.sub(self._value, self.html)

    def _value(self, found: re.Match[str]) -> str:
        number = ord(found[0])
        if found[0] in {FRONT, ANSWER}:
            return ""
        if number < _IN_TAG:
            return self.values[number - _VALUE] if number - _VALUE < len(self.values) else ""
        within = number - _IN_TAG
        return escape(plain(self.values[within])) if within < len(self.values) else ""


class _Step(NamedTuple):
    """`to` is where a section that is not shown goes on."""

    does: Literal["text", "value", "if", "unless"]
    name: str
    filters: tuple[str, ...] = ()
    to: int = 0


def render(template: str, fields: Callable[[str], str | None], value: Value) -> Skeleton:
    """The template with its sections decided by whether a field holds anything. Raises TooLong."""
    steps, written, values = _compiled(template), [], list[str]()
    blank = cache(lambda name: empty(fields(name) or ""))
    at = size = 0
    while at < len(steps):
        step = steps[at]
        at += 1
        match step.does:
            case "text":
                written.append(step.name)
            case "value" if step.name == "FrontSide":
                written.append(FRONT)
            case "value":
                size += len(fields(step.name) or "")
                if size > LONGEST:
                    raise TooLong(MUCH_TEXT)
                written.append(chr(_VALUE + len(values)))
                values.append(value(step.name, step.filters))
            case _ if blank(step.name) is (step.does == "if"):
                at = step.to
    return Skeleton(_cleaned("".join(written)), tuple(values))


def empty(html: str) -> bool:
    """Nothing but blanks and line ends, as Anki sees it."""
    return _NOTHING.fullmatch(html) is not None


@lru_cache(1000)
def _compiled(template: str) -> tuple[_Step, ...]:
    """A section that is not closed ends with the template; what closes none is left out. Raises TooLong."""
    if len(template) > _LONGEST:
        raise TooLong(f"its template has more than {_LONGEST:,} characters")
    template = _STAND_INS.sub("", template)
    steps: list[_Step] = []
    opened: list[int] = []
    at = 0
    for found in _TOKEN.finditer(template):
        if found.start() > at:
            steps.append(_Step("text", template[at : found.start()]))
        at = found.end()
        name = found[1].strip()
        sign, name = (name[0], name[1:].lstrip()) if name[:1] in _SECTION else ("", name)
        if sign == "/":
            if opened and steps[opened[-1]].name == name:
                start = opened.pop()
                steps[start] = steps[start]._replace(to=len(steps))
        elif sign:
            opened.append(len(steps))
            steps.append(_Step("if" if sign == "#" else "unless", name))
        elif name and not name.startswith("!"):
            *filters, field = name.split(":")
            steps.append(_Step("value", field.strip(), tuple(one.strip() for one in filters)))
    if at < len(template):
        steps.append(_Step("text", template[at:]))
    for start in opened:
        steps[start] = steps[start]._replace(to=len(steps))
    if len(steps) > _MOST:
        raise TooLong(f"its template has more than {_MOST:,} fields, sections and texts between them")
    return tuple(steps)


@lru_cache(1000)
def _cleaned(html: str) -> str:
    if "<" not in html and "&" not in html:
        return html
    return "".join(map(_cleaned_token, visible_tokens(html, hidden=_UNSEEN)))


def _cleaned_token(token: StartTag | EndTag | Text) -> str:
    match token:
        case Text():
            return escape(token.text, quote=False)
        case EndTag(name):
            return "</div>" if name in _BLOCKS else " " if name in {"td", "th"} else ""
        case StartTag("hr", attributes):
            return ANSWER if attributes.get("id") == "answer" else "<div></div>"
        case StartTag("br"):
            return "<br>"
        case StartTag("img", attributes) if attributes.get("src"):
            alt = f' alt="{_attribute(attributes["alt"])}"' if attributes.get("alt") else ""
            return f'<img src="{_attribute(attributes["src"])}"{alt}>'
        case StartTag(name):
            return "<div>" if name in _BLOCKS else ""


def _attribute(value: str) -> str:
    """An attribute's value, its stand-ins marked as such."""
    shifted = re.sub("[\U000f0000-\U000fffff]", lambda found: chr(ord(found[0]) - _VALUE + _IN_TAG), value)
    return escape(shifted)
