"""HTML → the light markup of card text, where that loses nothing.

That is so if the markup, turned into HTML as an export does, shows the same lines in the same styles.
"""

import re
from collections.abc import Mapping
from html import unescape

from srs.anki.markup_to_html import text
from srs.core.harmless_html import NO_MEDIA, name_in
from srs.core.html_tokens import EndTag, StartTag, Text, tokenize

_STYLES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "code": "code"}
_SIGNS = {"bold": "**", "italic": "*", "code": "`", "": ""}
_SPECIAL = re.compile(r"[<&*`!\t\n\r\f\U000f0000-\U0010ffff]|  |\[sound:")
_STAND_IN = 0xF0000
_KEPT = str.maketrans(" \t", "\U0010fff9\U0010fffa")  # blanks that do not melt into others, for a while
_BLANKS = str.maketrans("\U0010fff9\U0010fffa", " \t")
_STAND_INS = re.compile("[\U000f0000-\U0010ffff]")
_SOUND = re.compile(r"\[sound:([^\]\n]{0,500})\]")
_HARD = re.compile(r"[][()<>\n*`]")
_PRE_WRAP = re.compile(r"\s*white-space:\s*pre-wrap\s*;?\s*")
_ENDINGS = re.compile(r"\.(png|jpe?g|gif|webp|avif|svg|mp3|og[ga]|opus|m4a|aac|wav|flac)$", re.IGNORECASE)

Run = tuple[str, str]
"""Text and its style."""


class _Lossy(Exception):
    """There is no sign for it."""


def light(html: str, media: Mapping[str, str] = NO_MEDIA) -> str | None:
    """The text in light markup, None where that would lose something; `media` names the files it shows and plays."""
    if not _SPECIAL.search(html):
        return html.strip()
    if _STAND_INS.search(html):
        return None
    try:
        reader = _Reader(media)
        lines = reader.read(_SOUND.sub(reader.sound, html))
        written = "\n".join("".join(map(_written, line)) for line in lines)
        if _Reader(NO_MEDIA).read(text(written)) != lines or re.search(r"!\[[^][\n]*+\]\(", written):
            return None
    except _Lossy:
        return None
    return _STAND_INS.sub(lambda found: reader.files[ord(found[0]) - _STAND_IN], written)


def _written(run: Run) -> str:
    return f"{_SIGNS[run[1]]}{run[0]}{_SIGNS[run[1]]}"


class _Reader:
    """Reads lines of runs; blanks count as HTML counts them, and have no style."""

    def __init__(self, media: Mapping[str, str]) -> None:
        self.files: list[str] = []
        self._media = media
        self._lines: list[list[Run]] = []
        self._line: list[Run] = []
        self._open: list[str] = []
        self._spans: list[bool] = []

    def sound(self, found: re.Match[str]) -> str:
        return self._file(unescape(found[1]), "")

    def read(self, html: str) -> list[list[Run]]:
        """The lines, without empty ones around them."""
        for token in tokenize(html):
            match token:
                case Text():
                    self._put(token.text)
                case StartTag():
                    self._start(token.name, dict(token.attributes))
                case EndTag():
                    self._close(token.name)
        if self._open:
            raise _Lossy
        self._end()
        lines = self._lines
        while lines and not lines[-1]:
            lines.pop()
        lines = lines[next((n for n, line in enumerate(lines) if line), 0) :]
        lines = [[(piece.translate(_BLANKS), style) for piece, style in line] for line in lines]
        if lines:  # a text has no blanks around it, whichever they are
            lines[0][0] = (lines[0][0][0].lstrip(), lines[0][0][1])
            lines[-1][-1] = (lines[-1][-1][0].rstrip(), lines[-1][-1][1])
        return [[run for run in line if run[0]] for line in lines]

    def _start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "img":
            if values.keys() - {"src", "alt"}:
                raise _Lossy
            self._put(self._file(values.get("src", ""), values.get("alt", "")))
            return
        spaced = tag == "span" and _PRE_WRAP.fullmatch(values.get("style", "")) is not None
        if spaced:
            del values["style"]
        if any(value.strip() or name not in {"style", "class"} for name, value in values.items()):
            raise _Lossy
        if tag == "br":
            self._end(always=True)
        elif tag == "div":
            self._end()
        elif tag in _STYLES:
            if self._open:
                raise _Lossy
            self._open.append(tag)
        elif tag == "span":
            self._spans.append(spaced)
        elif tag != "wbr" or not (self._line and self._line[-1][0].endswith(("[", "::"))):  # made by `commands`
            raise _Lossy

    def _close(self, tag: str) -> None:
        if tag == "div":
            self._end()
        elif tag in _STYLES:
            if self._open != [tag]:
                raise _Lossy
            self._open.pop()
        elif tag == "span":
            if self._spans:
                self._spans.pop()
        elif tag not in {"br", "img"}:
            raise _Lossy

    def _put(self, data: str) -> None:
        style = _STYLES[self._open[-1]] if self._open else ""
        if any(self._spans):
            data = data.translate(_KEPT)
        for piece in re.split(r"([ \t\n\r\f]+)", data):
            if piece:
                blank = piece[0] in " \t\n\r\f"
                self._line.append((" " if blank else piece, "" if blank else style))

    def _file(self, name: str, shows: str) -> str:
        """A stand-in for the file, which is text to all rules of markup."""
        known = name_in(self._media, name)
        if known is None or self._open or not _ENDINGS.search(known):
            raise _Lossy
        if _HARD.search(known) or _HARD.search(shows) or _STAND_INS.search(shows):
            raise _Lossy
        self.files.append(f"![{shows.strip()}]({known})")
        return chr(_STAND_IN + len(self.files) - 1)

    def _end(self, *, always: bool = False) -> None:
        line: list[tuple[list[str], str]] = []  # each run's text in pieces
        blank = False
        for piece, style in self._line:
            if piece == " ":
                blank = bool(line)
                continue
            between = [" "] if blank else []
            blank = False
            if line and line[-1][1] == style:
                line[-1][0].extend((*between, piece))
            elif line and not line[-1][1]:
                line[-1][0].extend(between)
                line.append(([piece], style))
            elif not style:
                line.append(([*between, piece], ""))
            else:
                line += [([" "], ""), ([piece], style)] if between else [([piece], style)]
        self._line = []
        if line or always:
            self._lines.append([("".join(pieces), style) for pieces, style in line])
