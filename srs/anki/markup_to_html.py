"""The text of a card as HTML for Anki's fields."""

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from srs.core.anki_commands import brackets_as_text, mathematics_as_text
from srs.core.markup import Span, name, spans

# C0 but for tab and newline (among them U+001F, by which Anki parts its fields), DEL, C1, lone surrogates
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL = re.compile(f"[!&<>\"'\n*`[\\\\{_CONTROLS.pattern[1:]}|  ")  # one set, which is searched much faster than two
_SPACED = re.compile(r"  |<br> |\t")
_TAGS = {"bold": "b", "italic": "i", "code": "code"}


_NO_MEDIA: Mapping[str, str] = MappingProxyType({})


def text(plain: str, media: Mapping[str, str] = _NO_MEDIA) -> str:
    """Shows what the text says: emphasis is drawn, markup is escaped, lines end where they ended, control characters are
    dropped. Blanks stay where HTML would make one of several, so that code keeps its shape.

    `media` holds the names in Anki of the pictures and sounds, by what the text calls them; one that is not there is
    named in words. Gaps of a cloze keep working, for braces and colons stay as they are.
    """
    if not _SPECIAL.search(plain):  # as most texts, and the empty ones
        return plain
    shown = mathematics_as_text("".join(_span(span, media) for span in spans(_CONTROLS.sub("", plain))))
    return f'<span style="white-space: pre-wrap">{shown}</span>' if _SPACED.search(shown) else shown


def _span(span: Span, media: Mapping[str, str]) -> str:
    if span.file:
        return _media(span, media.get(span.file))
    shown = brackets_as_text(escape(span.text).replace("\n", "<br>"))
    return f"<{tag}>{shown}</{tag}>" if (tag := _TAGS.get(span.style)) else shown


def _media(span: Span, exported: str | None) -> str:
    if exported is None:
        return brackets_as_text(escape(name(span)))
    return f'<img src="{exported}" alt="{escape(span.text)}">' if span.style == "picture" else f"[sound:{exported}]"
