"""HTML → the words that it shows. It is parsed as data, whatever it holds."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

_SOUND = re.compile(r"\[sound:([^\]\n]{0,500})\]")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
_UNSEEN = frozenset(["head", "iframe", "noscript", "object", "script", "style", "svg", "template", "textarea", "title"])
_SPECIAL = re.compile(r"[<&\n\r\t\f]|  |\[sound:")
# A tag, a bogus comment, or a sign that is neither. Possessive: what does not close is not tried again.
_SIGN = re.compile(r"""<(?:/?[a-zA-Z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>|([!?/][^<>]*+>)|)""")
_NAME = re.compile(r"""</?[a-zA-Z][^\t\n\r\f /<>"'=\x00]*+""")
# A name and attributes that no parser can read in two ways.
_CLEAN = re.compile(
    _NAME.pattern
    + r"""(?:[\t\n\r\f /]++|[^\s/<>"'=\x00]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s<>"'=][^\s<>"']*+)?)?)*+>"""
)
_LONG_NUMBER = re.compile(r"&#\d{20,}+;?")


class Shown(NamedTuple):
    """`files` are the pictures and sounds by their names, in their order."""

    text: str
    files: tuple[str, ...]


def plain(html: str) -> str:
    """The text that the HTML shows, line by line; pictures and sounds stand in it as `![what it shows](<file>)`."""
    return html.strip() if not _SPECIAL.search(html) else shown(html).text


def shown(html: str) -> Shown:
    """The text that the HTML shows, and the files that it does."""
    reader = _Reader()
    reader.feed(tamed(html))
    reader.close()
    return Shown("\n".join(reader.lines()), tuple(reader.files))


def tamed(html: str) -> str:
    """The same without comments, with every `<` that begins no tag written as text, and without the attributes of a tag
    that parsers may take for the beginning of a longer one.

    `html.parser` takes time that grows with the square of their number, and fails for numbers of thousands of digits.
    """
    html = _LONG_NUMBER.sub("\ufffd", html)
    return _SIGN.sub(_sign, _without_comments(html) if "<!--" in html else html) if "<" in html else html


def _sign(found: re.Match[str]) -> str:
    tag = found[0]
    if found[1] or tag == "<":
        return "" if found[1] else "&lt;"
    if not tag.startswith("</") and _CLEAN.fullmatch(tag):
        return tag
    name = _NAME.match(tag)
    assert name is not None  # as `_SIGN` has found
    return f"{name[0]}>"


def _without_comments(html: str) -> str:
    """One that does not end goes on to the end, as in a browser."""
    pieces, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        pieces.append(html[at:start])
        end = html.find("-->", start + 2)
        if end < 0:
            return "".join(pieces)
        at = end + 3
    return "".join([*pieces, html[at:]])


class _Reader(HTMLParser):
    """Keeps no tree, so nothing that is nested deeply can hurt it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.files: list[str] = []
        self._lines: list[str] = []
        self._line: list[str] = []
        self._unseen = ""
        self._pre = 0

    def lines(self) -> list[str]:
        self._end()
        lines = self._lines
        while lines and not lines[-1]:
            lines.pop()
        return lines[next((n for n, line in enumerate(lines) if line), 0) :]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen:
            return
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag == "br":
            self._end(always=True)
        elif tag in _BLOCKS:
            self._end()
            self._line += ["• "] if tag == "li" else []
            self._pre += tag == "pre"
        elif tag == "img":
            values = dict(attrs)
            self._file(values.get("src") or "", values.get("alt") or "")
        elif tag == "rt":
            self._line.append("(")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen:
                self._unseen = ""
        elif tag in _BLOCKS:
            self._end()
            self._pre -= tag == "pre" and self._pre > 0
        elif tag in {"td", "th"}:
            self._line.append(" ")
        elif tag == "rt":
            self._line.append(")")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        at = 0
        for found in _SOUND.finditer(data):
            self._text(data[at : found.start()])
            self._file(found[1], "")
            at = found.end()
        self._text(data[at:])

    def _text(self, data: str) -> None:
        if not self._pre:
            self._line.append(_BLANKS.sub(" ", data))
            return
        first, *others = data.split("\n")
        self._line.append(first)
        for line in others:
            self._end(always=True)
            self._line.append(line)

    def _file(self, name: str, shows: str) -> None:
        if name and not re.search(r"[<>\n]", name):
            self.files.append(name)
            words = re.sub(r"[][\s]+", " ", shows).strip()
            self._line.append(f"![{words}](<{name}>)")

    def _end(self, *, always: bool = False) -> None:
        """Ends the line, if there is anything on it."""
        line = "".join(self._line)
        line = line.rstrip(" ") if self._pre else re.sub(" {2,}", " ", line).strip(" ")
        self._line = []
        if line or always:
            self._lines.append(line)
