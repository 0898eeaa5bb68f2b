"""HTML as a flat stream of start tags, end tags and text.

As lenient as `html.parser`, but in time that grows with the length alone, whatever anybody wrote. No tree is built, so deep
nesting does no harm.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import zip_longest
from types import MappingProxyType
from typing import NamedTuple

BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
"""Tags that begin and end a line."""

VOID_TAGS = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
"""Tags without content and end tag."""

HIDDEN_TAGS = frozenset((
    "head", "iframe", "noscript", "object", "script", "style", "svg", "template", "textarea", "title",
))  # fmt: skip
"""Tags whose content is no text of the page."""

_RAW_TEXT_TAGS = frozenset(("script", "style"))  # nothing but their end tag is markup within them
_MAY_BE_RAW = re.compile("<s(?:cript|tyle)", re.IGNORECASE)

_NAME = r"""[a-zA-Z][^\t\n\r\f /<>"'=\x00]*+"""
_QUOTED = r""""[^"]*+"|'[^']*+'"""
_ATTRIBUTE = re.compile(rf"""([^\s/<>"'=\x00]++)(?:\s*+=\s*+({_QUOTED}|[^\s<>"'=][^\s<>"']*+)?)?+""")
_UNAMBIGUOUS = re.compile(rf"(?:[\t\n\r\f /]++|{_ATTRIBUTE.pattern})*+")  # attributes that all parsers read alike
# The patterns are possessive, so that what has no end is not tried again.
_TAG = re.compile(rf"""<(/?)({_NAME})((?:[^<>"']++|{_QUOTED})*+)>""")
_SIGN = re.compile(rf"{_TAG.pattern}|<[!?/][^<>]*+>|<")  # a tag, a bogus comment, or neither
_CLEAN = re.compile(rf"(?:[^<]++|</{_NAME}>|<{_NAME}{_UNAMBIGUOUS.pattern}>)*+")  # as most HTML is
_COMMENT = re.compile(r"<!(?=--)(?:.*?-->|.*)", re.DOTALL)  # as in browsers, one without an end goes on to the end
_LONG_NUMBER = re.compile(r"&#\d{20,}+;?")  # `unescape` fails for thousands of digits
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class StartTag(NamedTuple):
    """`name` and the attributes' names are in lower case; an attribute without a value has an empty one."""

    name: str
    attributes: Mapping[str, str]
    source: str


class EndTag(NamedTuple):
    name: str

    @property
    def source(self) -> str:
        return f"</{self.name}>"


class TextToken(NamedTuple):
    source: str

    @property
    def text(self) -> str:
        return unescape(self.source)


Token = StartTag | EndTag | TextToken


def tokenize(html: str) -> Iterator[Token]:
    """The tags and the text between them, without comments; `<br/>` is a start tag and an end tag."""
    html = escape_stray_markup(html)
    if _MAY_BE_RAW.search(html):
        yield from _tokens_with_raw_text(html)
        return
    pieces = iter(_TAG.split(html))  # much faster than tag by tag
    for text, slash, name, rest in zip_longest(pieces, pieces, pieces, pieces, fillvalue=""):
        if text:
            yield TextToken(text)
        if slash:
            yield EndTag(name.lower().rstrip())
        elif name:
            attributes, closed = _attributes(rest) if rest else (_NO_ATTRIBUTES, False)
            yield StartTag(name.lower(), attributes, f"<{name}{rest}>")
            if closed:
                yield EndTag(name.lower())


def _tokens_with_raw_text(html: str) -> Iterator[Token]:
    at = 0
    while found := _TAG.search(html, at):
        if found.start() > at:
            yield TextToken(html[at : found.start()])
        at = found.end()
        slash, name, rest = found.groups()
        name = name.lower()
        if slash:
            yield EndTag(name.rstrip())
            continue
        attributes, closed = _attributes(rest) if rest else (_NO_ATTRIBUTES, False)
        yield StartTag(name, attributes, found[0])
        if closed:
            yield EndTag(name)
        elif name in _RAW_TEXT_TAGS:
            end = re.compile(rf"</\s*{name}\s*>", re.IGNORECASE).search(html, at)
            if end is None:
                return
            if end.start() > at:
                yield TextToken(html[at : end.start()])
            yield EndTag(name)
            at = end.end()
    if at < len(html):
        yield TextToken(html[at:])


def visible_tokens(html: str) -> Iterator[Token]:
    """As `tokenize`, without hidden elements."""
    return without_hidden_tags(tokenize(html))


def without_hidden_tags(tokens: Iterable[Token]) -> Iterator[Token]:
    """Those outside elements whose content is no text of the page."""
    hidden = ""
    for token in tokens:
        if hidden:
            if isinstance(token, EndTag) and token.name == hidden:
                hidden = ""
        elif isinstance(token, StartTag) and token.name in HIDDEN_TAGS:
            hidden = token.name
        else:
            yield token


def escape_stray_markup(html: str) -> str:
    """The HTML without comments, with each `<` that begins no tag escaped, and without the attributes of a tag that
    parsers may read as the beginning of a longer one.

    What is left is parsed in linear time, and by every parser alike.
    """
    html = _LONG_NUMBER.sub("\ufffd", html)
    return html if _CLEAN.fullmatch(html) else _SIGN.sub(_escape_sign, _COMMENT.sub("", html))


def _escape_sign(found: re.Match[str]) -> str:
    slash, name, rest = found.groups()[:3]
    if name is None:
        return "&lt;" if found[0] == "<" else ""
    return f"<{slash}{name}{rest if not slash and _UNAMBIGUOUS.fullmatch(rest) else ''}>"


def _attributes(rest: str) -> tuple[dict[str, str], bool]:
    """The attributes in what follows a tag's name, and whether it ends with the slash of an empty element."""
    attributes, end = dict[str, str](), 0
    for found in _ATTRIBUTE.finditer(rest):
        value = found[2] or ""
        attributes[found[1].lower()] = unescape(value[1:-1] if value[:1] in {'"', "'"} else value)
        end = found.end()
    return attributes, rest.endswith("/") and end < len(rest)
