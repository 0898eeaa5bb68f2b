"""Reads HTML as the blocks that light markup has: lines of styled text, lists, quotes, tables, headings and code."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from srs.anki.html_tree import HEADINGS, STYLES, CannotConvert, Element, element_tree
from srs.core import media_types
from srs.core.harmless_html import find_media_name
from srs.core.html_text import SOUND
from srs.core.markup import NO_MEDIA, media_sign

Run = tuple[str, str]
"""Text and its style: that of a `Span`, or `link ADDRESS`."""

Line = list[Run]


class Lines(NamedTuple):
    lines: list[Line]


class Heading(NamedTuple):
    level: int
    line: Line


class Code(NamedTuple):
    language: str
    text: str


class Items(NamedTuple):
    """`numbers` are None for bullets."""

    numbers: list[int] | None
    items: "list[list[Node]]"


class Quote(NamedTuple):
    inside: "list[Node]"


class Table(NamedTuple):
    """The first row is its head."""

    aligned: list[str]
    rows: list[list[Line]]


Node = Lines | Heading | Code | Items | Quote | Table


FIRST_PLACEHOLDER = 0xF0000
PLACEHOLDER = re.compile("[\U000f0000-\U0010ffff]")
"""Characters that stand for files, and for blanks that HTML must not collapse."""

_MEANINGFUL = frozenset({"align", "colspan", "dir", "lang", "reversed", "rowspan", "style", "title", "type"})
"""Attributes; the others change nothing that is shown."""

_BLANKS = re.compile(r"([ \t\n\r\f]+)")
_PROTECT_BLANKS = str.maketrans(" \t", "\U0010fff9\U0010fffa")
_RESTORE_BLANKS = str.maketrans("\U0010fff9\U0010fffa", " \t")
_NOT_IN_MARKUP = re.compile(r"[][()<>\n*`]")
_PRE_WRAP = re.compile(r"\s*white-space:\s*pre-wrap\s*;?\s*")
_ALIGNED = re.compile(r"\s*text-align:\s*(left|center|right)\s*;?\s*")
_LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-(\S+)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FORMULA = re.compile(r"\\\((?:[^\\]|\\(?![()]))*+\\\)|\\\[(?:[^\\]|\\(?![\[\]]))*+\\\]")


def read_html(html: str, media: Mapping[str, str] = NO_MEDIA) -> tuple[list[Node], list[str]]:
    """The blocks, and the markup of the files that the placeholders in them stand for; `media` maps names of files to
    their new names, and is asked for addresses too, which are left out. Raises CannotConvert.
    """
    files = _Files(media)
    if "\\" in html:  # a line that ends in a formula is nothing to TeX
        html = _FORMULA.sub(lambda found: _BREAK.sub(" ", found[0]), html)
    root = element_tree(SOUND.sub(lambda found: files.placeholder(unescape(found[1]), ""), html))
    flow = _Flow(files)
    flow.fill(root, "", keeps_blanks=False)
    return _trimmed(_without_sole_heading(flow.nodes())), files.markup


class _Files:
    """The pictures and sounds of the text: a character stands for each, which is text to all rules of markup."""

    def __init__(self, media: Mapping[str, str]) -> None:
        self.markup: list[str] = []
        self._media = media

    def placeholder(self, name: str, alt: str) -> str:
        """Raises CannotConvert."""
        known = find_media_name(self._media, name)
        if self._media and media_types.is_address(name):
            return ""  # nothing is fetched, and the media have noted it
        if known is None or not media_types.media_kind(known):
            raise CannotConvert
        if _NOT_IN_MARKUP.search(known) or _NOT_IN_MARKUP.search(alt) or PLACEHOLDER.search(alt):
            raise CannotConvert
        self.markup.append(media_sign(alt.strip(), known, angled=False))
        return chr(FIRST_PLACEHOLDER + len(self.markup) - 1)


class _Flow:
    """Lines and blocks, one after the other. Blanks are collapsed as in HTML, and have no style."""

    def __init__(self, files: _Files) -> None:
        self._files = files
        self._nodes: list[Node] = []
        self._lines: list[Line] = []
        self._line: Line = []
        self._after_paragraph = False

    def nodes(self) -> list[Node]:
        self._end_lines()
        return self._nodes

    def fill(self, element: Element, style: str, *, keeps_blanks: bool) -> None:
        for part in element.inside:
            if isinstance(part, str):
                self._add_text(part, style, keeps_blanks=keeps_blanks)
            else:
                self._add(part, style, keeps_blanks=keeps_blanks)

    def _add(self, element: Element, style: str, *, keeps_blanks: bool) -> None:
        tag, attributes = element.tag, dict(element.attributes)
        if tag == "span" and _PRE_WRAP.fullmatch(attributes.get("style", "")):
            keeps_blanks = True
            del attributes["style"]
        if _means_something(attributes):
            raise CannotConvert
        match tag:
            case "img":
                if style or attributes.keys() & (_MEANINGFUL | {"width", "height"}):
                    raise CannotConvert
                self._add_text(self._files.placeholder(attributes.get("src", ""), attributes.get("alt", "")), "")
            case "br":
                self._end_line(keep_empty=True)
            case "span":
                self.fill(element, style, keeps_blanks=keeps_blanks)
            case "div" | "p":
                self._end_block(tag)
                self.fill(element, style, keeps_blanks=keeps_blanks)
                self._end_block(tag)
            case "wbr" if self._line and self._line[-1][0].endswith(("[", "::")):  # as `anki_commands` puts it
                pass
            case _ if style:
                raise CannotConvert
            case "a":
                address = attributes.get("href", "").strip()
                self.fill(element, f"link {address}" if address else "", keeps_blanks=keeps_blanks)
            case _ if tag in STYLES:
                self.fill(element, STYLES[tag], keeps_blanks=keeps_blanks)
            case _:
                self._end_lines()
                self._nodes += _blocks(element, self._files)

    def _add_text(self, text: str, style: str, *, keeps_blanks: bool = False) -> None:
        if style and PLACEHOLDER.search(text):
            raise CannotConvert
        if keeps_blanks:
            text = text.translate(_PROTECT_BLANKS)
        for n, piece in enumerate(_BLANKS.split(text)):
            if piece:
                self._line.append((" ", "") if n % 2 else (piece, style))

    def _end_block(self, tag: str) -> None:
        self._end_line()
        self._after_paragraph |= tag == "p"

    def _end_line(self, *, keep_empty: bool = False) -> None:
        runs: Line = []
        blank = False
        for text, style in self._line:
            if text == " ":
                blank = bool(runs)
                continue
            if blank:
                runs.append((" ", style if runs[-1][1] == style else ""))
            runs.append((text, style))
            blank = False
        self._line = []
        if runs or keep_empty:
            if runs and self._after_paragraph and self._lines and self._lines[-1]:
                self._lines.append([])
            self._after_paragraph = False
            self._lines.append(joined(runs))

    def _end_lines(self) -> None:
        self._end_line()
        lines = without_empty_ends(self._lines)
        if lines:
            self._nodes.append(Lines(lines))
        self._lines, self._after_paragraph = [], False


def _blocks(element: Element, files: _Files) -> list[Node]:
    inside = _inside(element, files) if element.tag in {"blockquote"} | HEADINGS else []
    match element.tag:
        case "blockquote":
            return [Quote(inside)] if inside else []
        case "ul" | "ol":
            return _list(element, files)
        case "pre":
            return [_code(element)]
        case "table":
            return _table(element, files)
        case _ if element.tag in HEADINGS and all(isinstance(node, Lines) for node in inside):
            level = int(element.tag[1:])
            return [Heading(level, line) for node in inside if isinstance(node, Lines) for line in node.lines if line]
    raise CannotConvert


def _inside(element: Element, files: _Files) -> list[Node]:
    flow = _Flow(files)
    flow.fill(element, "", keeps_blanks=False)
    return flow.nodes()


def _parts(element: Element, *tags: str) -> Iterator[Element]:
    """The elements directly within one, which must be such. Raises CannotConvert."""
    for part in element.inside:
        if isinstance(part, Element) and part.tag in tags and not _means_something(part.attributes):
            yield part
        elif not isinstance(part, str) or part.strip():
            raise CannotConvert


def _list(element: Element, files: _Files) -> list[Node]:
    """A list right within a list belongs to the item before it."""
    items, numbers = list[list[Node]](), list[int]()
    number = _number(element.attributes.get("start", "1")) - 1
    for part in _parts(element, "li", "ol", "ul"):
        if part.tag != "li":
            if not items:
                raise CannotConvert
            items[-1] += _list(part, files)
            continue
        number = _number(part.attributes.get("value", str(number + 1)))
        numbers.append(number)
        items.append(_inside(part, files))
    return [Items(numbers if element.tag == "ol" else None, items)] if items else []


def _number(written: str) -> int:
    if not re.fullmatch(r"\d{1,8}", written.strip()):
        raise CannotConvert
    return int(written)


def _code(element: Element) -> Code:
    language = element.attributes.get("data-language", "")
    pieces = list[str]()

    def read(inside: Element) -> None:
        nonlocal language
        for part in inside.inside:
            if isinstance(part, str):
                pieces.append(part)
            elif part.tag == "br":
                pieces.append("\n")
            elif part.tag in {"code", "span"} and not _means_something(part.attributes):
                found = _LANGUAGE.search(part.attributes.get("class", ""))
                language = language or (found[1] if found else "")
                read(part)
            else:
                raise CannotConvert

    read(element)
    text = "".join(pieces)
    if PLACEHOLDER.search(text) or not text.strip():
        raise CannotConvert
    return Code(language, text.removeprefix("\n"))  # the parser of a browser drops the first line break, too


def _table(element: Element, files: _Files) -> list[Node]:
    rows = list[list[Line]]()
    aligned = list[str]()
    for part in _parts(element, "colgroup", "tbody", "tfoot", "thead", "tr"):
        for row in [part] if part.tag == "tr" else [] if part.tag == "colgroup" else _parts(part, "tr"):
            cells, styles = list[Line](), list[str]()
            for cell in _cells(row):
                found = _ALIGNED.fullmatch(cell.attributes.get("style", ""))
                styles.append(found[1] if found else "")
                cells.append(_cell(cell, files))
            if rows and (len(cells) > len(aligned) or styles != aligned[: len(cells)]):
                raise CannotConvert
            aligned = aligned or styles
            if cells:
                rows.append(cells)
    return [Table(aligned, rows)] if rows else []


def _cells(row: Element) -> Iterator[Element]:
    for part in row.inside:
        if isinstance(part, str) and not part.strip():
            continue
        if isinstance(part, str) or part.tag not in {"td", "th"}:
            raise CannotConvert
        attributes = dict(part.attributes)
        if _ALIGNED.fullmatch(attributes.get("style", "")):
            del attributes["style"]
        if _means_something(attributes):
            raise CannotConvert
        yield part


def _cell(element: Element, files: _Files) -> Line:
    match _inside(element, files):
        case []:
            return []
        case [Lines([line])]:
            return line
    raise CannotConvert


def _means_something(attributes: Mapping[str, str]) -> bool:
    return any(value.strip() and name in _MEANINGFUL for name, value in attributes.items())


def _without_sole_heading(nodes: list[Node]) -> list[Node]:
    """A heading of nothing but pictures and sounds is a line."""
    lines = list[Line]()
    for node in nodes:
        match node:
            case Heading(_, line):
                lines.append(line)
            case Lines() if not any(PLACEHOLDER.sub("", text).strip() for line in node.lines for text, _ in line):
                lines += node.lines
            case _:
                return nodes
    return [Lines(lines)] if lines else []


def _trimmed(nodes: list[Node]) -> list[Node]:
    """With protected blanks restored but at the ends: a text of a deck file has none there."""
    match nodes:
        case [Lines(lines), *_]:
            lines[0][0] = (lines[0][0][0].translate(_RESTORE_BLANKS).lstrip(), lines[0][0][1])
    match nodes:
        case [*_, Lines(lines)]:
            lines[-1][-1] = (lines[-1][-1][0].translate(_RESTORE_BLANKS).rstrip(), lines[-1][-1][1])
    return nodes


def joined(runs: Iterable[Run]) -> Line:
    """Neighbours of one style become one run."""
    same_style = groupby(runs, key=itemgetter(1))
    return [("".join(text for text, _ in same).translate(_RESTORE_BLANKS), style) for style, same in same_style]


def without_empty_ends(lines: Sequence[Line]) -> list[Line]:
    full = [n for n, line in enumerate(lines) if any(text.strip() for text, _ in line)]
    return list(lines[full[0] : full[-1] + 1]) if full else []
