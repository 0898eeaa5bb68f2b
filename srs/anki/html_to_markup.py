"""HTML → the light markup of card text, where that loses nothing.

Nothing is lost if the markup, exported as HTML, shows the same lines in the same styles. Paragraphs are parted by an empty
line; a heading is bold, or plain if there is no other text.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from itertools import groupby
from operator import itemgetter

from srs.anki.markup_to_html import markup_to_html
from srs.core import media_types
from srs.core.harmless_html import find_media_name
from srs.core.html_text import SOUND
from srs.core.html_tokens import EndTag, StartTag, TextToken, tokenize
from srs.core.markup import NO_MEDIA

_STYLES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "code": "code"}
_HEADING = "heading"  # the style of its text until all is read
_SIGNS = {"bold": "**", "italic": "*", "code": "`", "": ""}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"div", "p"}
_MEANINGFUL = frozenset(
    {"align", "dir", "lang", "style", "title"}
)  # attributes; the others change nothing that is shown
_SPECIAL = re.compile(r"[<&*`!\t\n\r\f\U000f0000-\U0010ffff]|  |\[sound:")
_BLANKS = re.compile(r"([ \t\n\r\f]+)")
_FIRST_PLACEHOLDER = 0xF0000  # for a file
_PLACEHOLDER = re.compile("[\U000f0000-\U0010ffff]")
_PROTECT_BLANKS = str.maketrans(" \t", "\U0010fff9\U0010fffa")  # those that HTML must not collapse
_RESTORE_BLANKS = str.maketrans("\U0010fff9\U0010fffa", " \t")
_NOT_IN_MARKUP = re.compile(r"[][()<>\n*`]")
_LIKE_MEDIA = re.compile(r"!\[[^][\n]*+\]\(")
_PRE_WRAP = re.compile(r"\s*white-space:\s*pre-wrap\s*;?\s*")

Run = tuple[str, str]
"""Text and its style."""


class _CannotConvert(Exception):
    """The HTML has something that markup has not."""


def html_to_markup(html: str, media: Mapping[str, str] = NO_MEDIA) -> str | None:
    """The text in light markup, None where that would lose something; `media` maps names of files to their new names, and
    is asked for addresses too, which are left out.
    """
    if not _SPECIAL.search(html):
        return html.strip()
    if _PLACEHOLDER.search(html):
        return None
    try:
        reader = _Reader(media)
        lines = reader.read(SOUND.sub(reader.replace_sound, html))
        markup = "\n".join("".join(f"{_SIGNS[style]}{text}{_SIGNS[style]}" for text, style in line) for line in lines)
        if _Reader(NO_MEDIA).read(markup_to_html(markup)) != lines or _LIKE_MEDIA.search(markup):
            return None
    except _CannotConvert:
        return None
    return _PLACEHOLDER.sub(lambda found: reader.files[ord(found[0]) - _FIRST_PLACEHOLDER], markup)


class _Reader:
    """Reads HTML as lines of runs; blanks are collapsed as in HTML, and have no style."""

    def __init__(self, media: Mapping[str, str]) -> None:
        self.files: list[str] = []
        self._media = media
        self._lines: list[list[Run]] = []
        self._line: list[Run] = []
        self._open: str = ""  # the tag of the current style
        self._spans: list[bool] = []  # of each open one, whether it keeps blanks
        self._in_heading = False
        self._heading_is_styled = False  # some of its text has a style of its own
        self._has_other_text = False  # than headings
        self._after_paragraph = False

    def read(self, html: str) -> list[list[Run]]:
        """The lines, without empty ones at both ends. Raises _CannotConvert."""
        for token in tokenize(html):
            match token:
                case TextToken():
                    self._add_text(token.text)
                case StartTag():
                    self._start(token.name, dict(token.attributes))
                case EndTag():
                    self._end(token.name)
        if self._open:
            raise _CannotConvert
        self._end_line()
        if self._heading_is_styled and self._has_other_text:
            raise _CannotConvert
        lines = self._lines
        while lines and _is_blank(lines[-1]):
            lines.pop()
        lines = lines[next((n for n, line in enumerate(lines) if not _is_blank(line)), 0) :]
        heading = "bold" if self._has_other_text else ""
        lines = [
            _joined((text.translate(_RESTORE_BLANKS), heading if style == _HEADING else style) for text, style in line)
            for line in lines
        ]
        if lines:  # a text of a deck file has no blanks at its ends, not even protected ones
            lines[0][0] = (lines[0][0][0].lstrip(), lines[0][0][1])
            lines[-1][-1] = (lines[-1][-1][0].rstrip(), lines[-1][-1][1])
        return [[run for run in line if run[0]] for line in lines]

    def replace_sound(self, found: re.Match[str]) -> str:
        return self._placeholder(unescape(found[1]), "")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "img":
            if attributes.keys() & (_MEANINGFUL | {"width", "height"}):
                raise _CannotConvert
            self._add_text(self._placeholder(attributes.get("src", ""), attributes.get("alt", "")))
            return
        keeps_blanks = tag == "span" and _PRE_WRAP.fullmatch(attributes.get("style", "")) is not None
        if keeps_blanks:
            del attributes["style"]
        if any(value.strip() and name in _MEANINGFUL for name, value in attributes.items()):
            raise _CannotConvert
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag in _BLOCKS:
            self._end_block(tag)
            self._in_heading |= tag in _HEADINGS
        elif tag in _STYLES and not self._open:
            self._open = tag
        elif tag == "span":
            self._spans.append(keeps_blanks)
        elif tag != "wbr" or not (self._line and self._line[-1][0].endswith(("[", "::"))):  # as `anki_commands` puts it
            raise _CannotConvert

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block(tag)
            self._in_heading = self._in_heading and tag not in _HEADINGS
        elif tag == self._open:
            self._open = ""
        elif tag == "span":
            if self._spans:
                self._spans.pop()
        elif tag not in {"br", "img"}:
            raise _CannotConvert

    def _add_text(self, text: str) -> None:
        style = _STYLES.get(self._open, _HEADING if self._in_heading else "")
        if _PLACEHOLDER.sub("", text).strip():
            self._heading_is_styled |= self._in_heading and style != _HEADING
            self._has_other_text |= not self._in_heading
        if any(self._spans):
            text = text.translate(_PROTECT_BLANKS)
        for n, piece in enumerate(_BLANKS.split(text)):
            if piece:
                self._line.append((" ", "") if n % 2 else (piece, style))

    def _placeholder(self, name: str, alt: str) -> str:
        """A character that stands for the file and is text to all rules of markup. Raises _CannotConvert."""
        known = find_media_name(self._media, name)
        if self._media and media_types.is_address(name):
            return ""  # nothing is fetched, and the media have noted it
        if known is None or self._open or not media_types.media_kind(known):
            raise _CannotConvert
        if _NOT_IN_MARKUP.search(known) or _NOT_IN_MARKUP.search(alt) or _PLACEHOLDER.search(alt):
            raise _CannotConvert
        self.files.append(f"![{alt.strip()}]({known})")
        return chr(_FIRST_PLACEHOLDER + len(self.files) - 1)

    def _end_block(self, tag: str) -> None:
        self._end_line()
        self._after_paragraph |= tag == "p"

    def _end_line(self, *, keep_empty: bool = False) -> None:
        runs: list[Run] = []
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
            self._lines.append(_joined(runs))


def _joined(runs: Iterable[Run]) -> list[Run]:
    return [("".join(text for text, _ in same), style) for style, same in groupby(runs, key=itemgetter(1))]


def _is_blank(line: list[Run]) -> bool:
    return not any(text.strip() for text, _ in line)
