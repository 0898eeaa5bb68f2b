"""HTML → the text that it shows."""

import re
from typing import NamedTuple

from srs.core.html_tokens import BLOCK_TAGS, EndTag, StartTag, TextToken, visible_tokens
from srs.core.markup import PlainText, media_sign
from srs.core.raised_letters import shifted, sign

SOUND = re.compile(r"\[sound:([^\]\n]{0,500})\]")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_SEVERAL = re.compile(" {2,}")
_MAY_SHOW_FILE = re.compile(r"<img\b|\[sound:|&(?!(?:nbsp|amp|lt|gt|quot);)", re.IGNORECASE)
_SPECIAL = re.compile(r"[<&\n\r\t\f]|  |\[sound:")
_SHIFTED = frozenset({"sup", "sub"})


class VisibleContent(NamedTuple):
    """`files` are the names of the pictures and sounds, in order."""

    text: str
    files: tuple[str, ...]


def html_to_text(html: str) -> PlainText:
    """The visible text, line by line, with pictures and sounds as `![alt](<file>)`."""
    return PlainText(html.strip() if not _SPECIAL.search(html) else visible_content(html).text)


def visible_content(html: str) -> VisibleContent:
    """The visible text as of `html_to_text`, and the files that the HTML shows and plays."""
    page = _Page()
    for token in visible_tokens(html):
        match token:
            case TextToken():
                page.add_text(token.text)
            case StartTag():
                page.open(token)
            case EndTag():
                page.close(token.name)
    return VisibleContent(page.text(), tuple(page.files))


def visible_files(html: str) -> tuple[str, ...]:
    """As of `visible_content`; quick where there is none."""
    return visible_content(html).files if _MAY_SHOW_FILE.search(html) else ()


class _Page:
    """Collects lines of text."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self._lines: list[str] = []
        self._line: list[str] = []
        self._pre = 0
        self._at_bullet = False  # nothing follows it on its line yet
        self._shifted = list[str]()  # the open tags that raise or lower
        self._shift_start = 0  # where in the line the outermost one begins

    def text(self) -> str:
        """The lines, without empty ones at both ends."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def open(self, tag: StartTag) -> None:
        if tag.name == "br":
            self._end_line(keep_empty=True)
        elif tag.name in BLOCK_TAGS:
            if not self._at_bullet:
                self._end_line()
                if tag.name == "li":
                    self._line.append("• ")
                    self._at_bullet = True
            self._pre += tag.name == "pre"
        elif tag.name == "img":
            self._add_file(tag.attributes.get("src", ""), tag.attributes.get("alt", ""))
        elif tag.name == "rt":
            self._line.append("(")
        elif tag.name in _SHIFTED:
            if self._shifted:
                self._line.append(f"{sign(tag.name)}(")
            else:
                self._shift_start = len(self._line)
            self._shifted.append(tag.name)

    def close(self, name: str) -> None:
        if name in BLOCK_TAGS:
            self._end_line()
            self._pre -= name == "pre" and self._pre > 0
        elif name in {"td", "th"}:
            self._line.append(" ")
        elif name == "rt":
            self._line.append(")")
        elif self._shifted and self._shifted[-1] == name:
            self._shifted.pop()
            if self._shifted:
                self._line.append(")")
            else:
                self._line[self._shift_start :] = [shifted("".join(self._line[self._shift_start :]).strip(), name)]

    def add_text(self, text: str) -> None:
        """The text may hold sounds, `[sound:FILE]`."""
        for n, piece in enumerate(SOUND.split(text)):
            if n % 2:  # what the group of the pattern matched
                self._add_file(piece, "")
            else:
                self._add_words(piece)

    def _add_words(self, text: str) -> None:
        self._at_bullet = self._at_bullet and not text.strip()
        if not self._pre:
            self._line.append(_BLANKS.sub(" ", text))
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for line in others:
            self._end_line(keep_empty=True)
            self._line.append(line)

    def _add_file(self, name: str, alt: str) -> None:
        if name and not re.search(r"[<>\n]", name):
            self._at_bullet = False
            self.files.append(name)
            words = re.sub(r"[][\s]+", " ", alt).strip()
            self._line.append(media_sign(words, name))

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self._line)
        line = line.rstrip(" ") if self._pre else _SEVERAL.sub(" ", line).strip(" ")
        self._line, self._at_bullet = [], False
        self._shifted.clear()  # only what stands on one line is raised or lowered
        if line or keep_empty:
            self._lines.append(line)
