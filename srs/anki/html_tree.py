"""The elements of HTML that light markup may hold, as a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from srs.core.html_tokens import VOID_TAGS, EndTag, StartTag, TextToken, tokenize

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "code": "code", "tt": "code", "sup": "sup", "sub": "sub",
}  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARTS_OF_TABLE = frozenset({"thead", "tbody", "tfoot"})
_BREAKING = frozenset({"div", "p"})
_TAGS = frozenset(STYLES) | HEADINGS | _PARTS_OF_TABLE | _BREAKING | frozenset((
    "a", "blockquote", "br", "col", "colgroup", "img", "li", "ol", "pre", "span", "table", "td", "th", "tr", "ul", "wbr",
))  # fmt: skip
_ENDED_BY = {"li": {"li"}, "td": {"td", "th"}, "th": {"td", "th"}, "tr": {"td", "th", "tr"}}
"""Open elements that end where such a one begins."""

_DEEPEST = 40


class CannotConvert(Exception):
    """The HTML has something that markup has not."""


@dataclass(frozen=True, slots=True)
class Element:
    tag: str
    attributes: Mapping[str, str]
    inside: "list[Element | str]" = field(default_factory=list)


def element_tree(html: str) -> Element:
    """An element without a name that holds all others. Raises CannotConvert for one that markup has not, for what is nested too
    deep, and for styles that overlap.
    """
    open_ones = [Element("", {})]
    for token in tokenize(html):
        match token:
            case TextToken():
                open_ones[-1].inside.append(token.text)
            case StartTag(tag, attributes):
                if tag not in _TAGS or len(open_ones) > _DEEPEST:
                    raise CannotConvert
                while open_ones[-1].tag in _ENDED_BY.get(tag, ()):
                    open_ones.pop()
                element = Element(tag, attributes)
                open_ones[-1].inside.append(element)
                if tag not in VOID_TAGS:
                    open_ones.append(element)
            case EndTag(tag):
                _end(open_ones, tag)
    if any(element.tag in STYLES for element in open_ones):
        raise CannotConvert
    return open_ones[0]


def _end(open_ones: list[Element], tag: str) -> None:
    """Ends the element and those in it whose end was left out."""
    if tag not in {element.tag for element in open_ones}:
        if tag in _BREAKING:  # the end of nothing ends a line
            open_ones[-1].inside.append(Element(tag, {}))
        elif tag not in VOID_TAGS | {"span"}:
            raise CannotConvert
        return
    while (ended := open_ones.pop().tag) != tag:
        if ended in STYLES or tag in STYLES or (tag in _BREAKING | {"span"} and ended not in _BREAKING | {"span"}):
            raise CannotConvert
