"""What a card hides: elements with the attribute `hidden`, a style that does not display them, or a simple rule of the CSS.

Simple rules have one tag, class or id, or a tag with one of these. What holds only in some cases (`@media`, `.mobile .x`) or
needs a browser to know is not applied.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.read_aloud import only_speech
from srs.core.html_text import SOUND
from srs.core.html_tokens import BLOCK_TAGS, VOID_TAGS, EndTag, StartTag, TextToken, Token, tokenize

DETAILS_TAGS = frozenset(("details", "summary"))
"""Tags of what is opened by a click."""

_COMMENT = re.compile(r"/\*(?:.*?\*/|.*)", re.DOTALL)
_BRACE = re.compile(r"([{}])")
_SELECTOR = re.compile(r"(?:\.card\s+|body\s+|html\s+|#qa\s+)?([a-zA-Z][\w-]*+)?([.#][\w-]++)?")
_DISPLAY = re.compile(r"(display|visibility)\s*+:\s*+([\w-]++)\s*+(!\s*+important)?", re.IGNORECASE)
_HIDING = frozenset(("none", "hidden", "collapse"))
_MAY_HIDE = re.compile(r"<[^<>]*?(?:hidden|display|visibility)", re.IGNORECASE)
_HAS_NAME = re.compile(r"<[^<>]*?\b(?:class|id)\b", re.IGNORECASE)
_DETAILS = re.compile(r"<details\b", re.IGNORECASE)
_IMPLIED_ENDS = {"p": BLOCK_TAGS, "li": {"li"}, "td": {"td", "th", "tr"}, "th": {"td", "th", "tr"}, "tr": {"tr"}}

Weight = tuple[bool, int, int]
"""Whether a declaration is important, how special its selector is, and its place: the highest counts."""


class Rules(NamedTuple):
    """By selector and property (`display`, `visibility`), the declaration that counts, and whether it hides. Most rules are
    not `of_tags`, so they concern only elements with a class or an id.
    """

    declarations: Mapping[str, Mapping[str, tuple[Weight, bool]]]
    of_tags: bool = False


NO_RULES = Rules(MappingProxyType({}))


@lru_cache(100)
def hiding_rules(css: str) -> Rules:
    """The simple rules that say whether elements are shown; empty if none hides anything."""
    rules: dict[str, dict[str, tuple[Weight, bool]]] = {}
    depth, selectors, order = 0, "", 0
    pieces = _BRACE.split(_COMMENT.sub("", css))
    for text, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            depth += 1
            selectors = text.rpartition(";")[2] if depth == 1 else ""
            continue
        if depth == 1 and (declared := _declared(text)):
            order += 1
            for selector in selectors.split(","):
                simple = _SELECTOR.fullmatch(selector.strip())
                if simple is None or not (simple[1] or simple[2]):
                    continue
                tag, name = (simple[1] or "").lower(), simple[2] or ""
                special = bool(tag) + (100 if name[:1] == "#" else 10 if name else 0)
                held = rules.setdefault(tag + name, {})
                for key, (important, hides) in declared.items():
                    weight = (important, special, order)
                    if key not in held or held[key][0] < weight:
                        held[key] = (weight, hides)
        depth = max(depth - 1, 0)
    any_hides = any(hides for held in rules.values() for _, hides in held.values())
    return Rules(rules, any(selector[0] not in ".#" for selector in rules)) if any_hides else NO_RULES


def shown_tokens(tokens: Iterable[Token], rules: Rules, heard: Callable[[str], str]) -> Iterator[Token]:
    """The tokens without the elements that are hidden. One without an end tag ends with the element around it. `heard` tells
    what of a hidden text is there nevertheless: Anki plays its sounds, and reads aloud.
    """
    elements = _OpenElements()
    for token in tokens:
        match token:
            case TextToken():
                shown = not elements.hidden
                if not shown and (played := heard(token.source)):
                    yield TextToken(played)
            case StartTag(name):
                hides = _is_hidden(token, rules)
                shown = not (elements.hidden or hides) if name in VOID_TAGS else elements.open(name, hides=hides)
            case EndTag(name):
                shown = name not in VOID_TAGS and elements.close(name)
        if shown:
            yield token


class _OpenElements:
    def __init__(self) -> None:
        self._names: list[str] = []
        self._count = Counter[str]()
        self._hidden = 0  # how many are open with the outermost hidden one; 0 if none is hidden

    @property
    def hidden(self) -> bool:
        return self._hidden > 0

    def open(self, name: str, *, hides: bool) -> bool:
        """Whether the element is shown."""
        if self._names and name in _IMPLIED_ENDS.get(self._names[-1], ()):
            self._pop()
        self._names.append(name)
        self._count[name] += 1
        if hides and not self._hidden:
            self._hidden = len(self._names)
        return not self._hidden

    def close(self, name: str) -> bool:
        """Whether the start tag that it ends is shown."""
        hidden = self._hidden
        while self._count[name] and self._pop() != name:
            pass
        return not hidden or len(self._names) < hidden - 1

    def _pop(self) -> str:
        name = self._names.pop()
        self._count[name] -= 1
        if len(self._names) < self._hidden:
            self._hidden = 0
        return name


def without_hidden(html: str, rules: Rules) -> str:
    """The HTML of a field without what is hidden in it."""
    if "<" not in html:
        return html
    named = bool(rules.declarations) and _HAS_NAME.search(html) is not None
    if not (named or rules.of_tags or _MAY_HIDE.search(html)):
        return html
    tokens = list(tokenize(html))
    if not any(isinstance(token, StartTag) and _is_hidden(token, rules) for token in tokens):
        return html
    return "".join(token.source for token in shown_tokens(tokens, rules, played))


def without_closed_details(html: str) -> tuple[str, list[str]]:
    """The HTML with `details` that are closed shown by their `summary` alone, and what each of them hides."""
    if not _DETAILS.search(html):
        return html, []
    shown, hidden = list[str](), list[list[str]]()
    closed = list[bool]()  # of each open element
    outermost, in_summary = 0, False  # the place of the outermost closed one, from 1; whether its summary is read
    for token in tokenize(html):
        name, starts = ("", False) if isinstance(token, TextToken) else (token.name, isinstance(token, StartTag))
        target = hidden[-1] if outermost and not in_summary else shown
        if isinstance(token, StartTag) and name == "details":
            closed.append("open" not in token.attributes)
            if closed[-1] and not outermost:
                outermost, in_summary = len(closed), False
                hidden.append([])
        elif name == "details" and closed:
            if outermost == len(closed):
                outermost, target = 0, shown
            closed.pop()
        elif name == "summary" and 0 < outermost == len(closed):
            in_summary, target = starts, shown
        target.append(token.source if name not in DETAILS_TAGS else "<div>" if starts else "</div>")
    return "".join(shown), ["".join(one) for one in hidden]


def played(html: str) -> str:
    """Nothing but the sounds in it and what is read aloud."""
    return "".join(found[0] for found in SOUND.finditer(html)) + only_speech(html) if "[" in html else ""


def _is_hidden(tag: StartTag, rules: Rules) -> bool:
    attributes = tag.attributes
    if not attributes and not rules.of_tags:
        return False
    found: dict[str, tuple[Weight, bool]] = {}
    if "hidden" in attributes:
        found["display"] = ((False, -1, 0), True)
    if rules.declarations:
        names = [f".{name}" for name in dict.fromkeys(attributes.get("class", "").split())]
        names += [f"#{attributes['id'].strip()}"] if attributes.get("id") else []
        for selector in (tag.name, *names, *(tag.name + name for name in names)):
            for key, declaration in rules.declarations.get(selector, {}).items():
                found[key] = max(found.get(key, declaration), declaration)
    for key, (important, hides) in _declared(attributes.get("style", "")).items():
        found[key] = max(found.get(key, ((False, 0, 0), False)), ((important, 1000, 0), hides))
    return any(hides for _, hides in found.values())


def _declared(declarations: str) -> dict[str, tuple[bool, bool]]:
    """By property, whether what is said last of it is important, and whether it hides."""
    declared: dict[str, tuple[bool, bool]] = {}
    if "display" not in (lower := declarations.lower()) and "visibility" not in lower:
        return declared
    for declaration in declarations.split(";"):
        found = _DISPLAY.match(declaration.strip())
        if found and (found[3] or not declared.get(found[1].lower(), (False, False))[0]):
            declared[found[1].lower()] = (bool(found[3]), found[2].lower() in _HIDING)
    return declared
