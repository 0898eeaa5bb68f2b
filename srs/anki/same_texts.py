"""Whether texts of a note are the same here and in Anki, however Anki's editor writes them.

It writes ' where we write &#x27;, and leaves blanks or a line break at the end. Nothing of that is shown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from srs.anki.compare_texts import TheirText
from srs.anki.convert_srs_note import texts_in_anki
from srs.anki.notetypes import COMMON, OF_ANKI, fields, note_type, one_tag
from srs.core.markup import map_texts
from srs.core.unicode import caseless
from srs.kinds.anki_form import NoteInAnki
from srs.kinds.note import Note

_TAG = re.compile(r"(<[^<>]*>)")
_CHARACTERS = {"&#x27;": "'", "&#39;": "'", "&quot;": '"', "&nbsp;": "\u00a0"}
_REFERENCE = re.compile("|".join(_CHARACTERS))


def says_the_same(own: Note, media: Mapping[str, str], theirs: TheirText) -> bool:
    """Whether the two sides differ only in fields that follow from others, such as what is read aloud. A note that never came
    from here may lack what its deck file adds.
    """
    here, there = field_values(own, media), dict(zip(theirs.names, theirs.fields, strict=False))
    new = there.get(_hidden(own), "").partition(" ")[0] != own.id
    tags = [*theirs.tags, *own.tags] if new else theirs.tags
    common = [name for name in COMMON if there.get(name) or not new]
    if not have_same_tags(own.tags, tags) or not _are_same(common, here, there):
        return False
    try:
        one, other = (html_texts(own, values) for values in (here, here | there))
    except ValueError:
        return False
    return bool(normalized(one) == normalized(other))


def shows_the_same(own: Note, media: Mapping[str, str], theirs: TheirText) -> bool:
    """Whether the two sides differ only in how characters are written."""
    here, there = field_values(own, media), dict(zip(theirs.names, theirs.fields, strict=False))
    return have_same_tags(own.tags, theirs.tags) and _are_same(here.keys() - {_hidden(own)}, here, there)


def _hidden(note: Note) -> str:
    kind = note_type(note)
    return kind.fields[kind.hidden][0]


def _are_same(names: Iterable[str], here: Mapping[str, str], there: Mapping[str, str]) -> bool:
    return all(same_html(there.get(name, here[name]), here[name]) for name in names)


def same_html(one: str, other: str) -> bool:
    """Whether they are the same HTML, however their characters are written."""
    return one == other or bool(normalized(one) == normalized(other))


def trimmed(html: str) -> str:
    """Without what Anki's editor leaves at the ends."""
    return html.replace("&nbsp;", "\u00a0").strip().removesuffix("<br>").rstrip()


def normalized(value: Any) -> Any:
    """HTML, or a key's value with HTML in it, with its characters written in one way."""
    return map_texts(value, _normalized)


def _normalized(html: str) -> str:
    pieces = _TAG.split(html)
    pieces[::2] = [_REFERENCE.sub(lambda found: _CHARACTERS[found[0]], piece) for piece in pieces[::2]]
    return trimmed("".join(pieces))


def field_values(note: Note, media: Mapping[str, str]) -> dict[str, str]:
    """The HTML of the note by field."""
    names = (name for name, _ in note_type(note).fields)
    return dict(zip(names, fields(note, media), strict=True))


def html_texts(note: Note, values: Mapping[str, str]) -> dict[str, Any]:
    """The keys that the HTML of the fields gives the note, texts as HTML. Raises ValueError."""
    kind = note_type(note)
    templates = [(name, front) for name, _, front, _ in kind.templates]
    in_anki = NoteInAnki(kind.name, values, templates, [card.ordinal for card in note.all_cards()])
    return texts_in_anki(type(note), in_anki)


def have_same_tags(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether they are the same but for those that Anki gives."""
    one, other = ({folded_tag(tag) for tag in tags if tag.casefold() not in OF_ANKI} for tags in (ours, theirs))
    return one == other


def folded_tag(tag: str) -> str:
    """Equal for tags that are one to Anki."""
    return caseless(one_tag(tag))
