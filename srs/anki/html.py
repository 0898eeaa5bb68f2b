"""Plain text as HTML for Anki's fields."""

import re
from html import escape

from srs.emphasis import Span, spans

# C0 but for tab and newline (among them U+001F, by which Anki parts its fields), DEL, C1, lone surrogates
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL = re.compile(f"[&<>\"'\n*`{_CONTROLS.pattern[1:]}")
_TAGS = {"bold": "b", "italic": "i", "code": "code"}


def text(plain: str) -> str:
    """Shows what the text says: emphasis is drawn, markup is escaped, lines end where they ended, control characters are
    dropped.

    Gaps of a cloze keep working, for braces and colons stay as they are.
    """
    if not _SPECIAL.search(plain):  # as most texts, and the empty ones
        return plain
    return "".join(_span(span) for span in spans(_CONTROLS.sub("", plain)))


def _span(span: Span) -> str:
    shown = escape(span.text).replace("\n", "<br>")
    return f"<{tag}>{shown}</{tag}>" if (tag := _TAGS.get(span.style)) else shown
