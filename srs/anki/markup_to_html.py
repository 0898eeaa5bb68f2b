"""Card text in light markup → HTML for Anki's fields."""

import re
from collections.abc import Mapping
from html import escape

from srs.core.anki_commands import escape_brackets, escape_mathjax
from srs.core.markup import NO_MEDIA, Span, media_label, spans
from srs.core.safe_text import CONTROL_CHARACTERS

_CONTROLS = re.compile(f"[{CONTROL_CHARACTERS}]")  # among them U+001F, which separates Anki's fields
_SPECIAL = re.compile(f"[!&<>\"'\n*`[\\\\{CONTROL_CHARACTERS}]|  ")  # searching one set is much faster than two
_SPACED = re.compile(r"  |<br> |\t")
_TAGS = {"bold": "b", "italic": "i", "code": "code"}


def markup_to_html(text: str, media: Mapping[str, str] = NO_MEDIA) -> str:
    """The HTML that shows the text as the terminal does, with its lines and blanks; control characters are dropped.

    `media` maps the pictures and sounds of the text to their names in Anki; what is not there becomes a label. Clozes keep
    working: braces and colons are not escaped.
    """
    if not _SPECIAL.search(text):  # as in most texts
        return text
    html = escape_mathjax("".join(_span(span, media) for span in spans(_CONTROLS.sub("", text))))
    return f'<span style="white-space: pre-wrap">{html}</span>' if _SPACED.search(html) else html


def _span(span: Span, media: Mapping[str, str]) -> str:
    if span.file:
        return _media(span, media.get(span.file))
    html = escape_brackets(escape(span.text).replace("\n", "<br>"))
    return f"<{tag}>{html}</{tag}>" if (tag := _TAGS.get(span.style)) else html


def _media(span: Span, name: str | None) -> str:
    if name is None:
        return escape_brackets(escape(media_label(span)))
    return f'<img src="{name}" alt="{escape(span.text)}">' if span.style == "picture" else f"[sound:{name}]"
