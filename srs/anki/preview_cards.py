"""The HTML of a card's two sides as Anki makes it from our own note types, for pages that show cards without Anki.

Scripts of the templates are left out: most shuffle choices and vary wordings at random, and front and back would differ.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import NamedTuple

from srs.anki.notetypes import NoteType
from srs.anki.template import shown_steps
from srs.core.html_text import html_to_text
from srs.kinds.cloze_text import Gap, cloze_parts

PLAY = (
    '<a class="replay-button soundLink"><svg class="playImage" viewBox="0 0 64 64"><circle cx="32" cy="32" r="29"/>'
    '<path d="M24 18v28l24-14z"/></svg></a>'
)
"""Stands where Anki shows its button for a sound or for speech; it plays nothing."""

_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
_PLAYED = re.compile(r"\[anki:tts [^\]]*\].*?\[/anki:tts\]|\[sound:[^\]]*\]", re.DOTALL)


class Piece(NamedTuple):
    """Some HTML, and whether it is of the template, so that other cards have it too, or of a field."""

    html: str
    shared: bool


class CardHtml(NamedTuple):
    front: tuple[Piece, ...]
    back: tuple[Piece, ...]


def card_html(note_type: NoteType, values: Mapping[str, str], ordinal: int) -> CardHtml:
    """`values` are the HTML of the note's fields by their names."""
    _, _, front, back = note_type.templates[0 if note_type.cloze else ordinal]
    asked = tuple(_side(front, values, ordinal + 1, hide=True, front=()))
    return CardHtml(asked, tuple(_side(back, values, ordinal + 1, hide=False, front=asked)))


def _side(
    template: str, values: Mapping[str, str], number: int, *, hide: bool, front: tuple[Piece, ...]
) -> Iterator[Piece]:
    for step in shown_steps(_without_scripts(template), values.get):
        if step.kind == "html":
            yield Piece(step.text, shared=True)
        elif step.text == "FrontSide":
            yield from front
        else:
            yield Piece(_filtered(values.get(step.text, ""), step.filters, number, hide=hide), shared=False)


@lru_cache(500)
def _without_scripts(template: str) -> str:
    return _SCRIPT.sub("", template)


def _filtered(html: str, filters: tuple[str, ...], number: int, *, hide: bool) -> str:
    for name in reversed(filters):
        match name.partition(" ")[0]:
            case "cloze":
                html = _with_gaps(html, number, hide=hide)
            case "text":
                html = escape(html_to_text(html))
            case "tts":
                return PLAY
    return _PLAYED.sub(PLAY, html) if "[" in html else html


def _with_gaps(html: str, number: int, *, hide: bool) -> str:
    try:
        parts = cloze_parts(html)
    except ValueError:  # markup has torn a gap
        return html
    return _gaps(parts, number, hide=hide)


def _gaps(parts: tuple[str | Gap, ...], number: int, *, hide: bool) -> str:
    shown = []
    for part in parts:
        if isinstance(part, str):
            shown.append(part)
            continue
        active = number in part.numbers
        inside = f"[{part.hint or '...'}]" if active and hide else _gaps(part.inside, number, hide=hide)
        ordinals = ",".join(map(str, part.numbers))
        shown.append(f'<span class="cloze{"" if active else "-inactive"}" data-ordinal="{ordinals}">{inside}</span>')
    return "".join(shown)
