"""Notes in Anki that came from here: their kind, their id and their keys, from the fields of our own note types."""

import re
from collections.abc import Mapping
from typing import Any

from srs.anki.read_notes import ImportedNote
from srs.core.anki_commands import unescape_clozes
from srs.core.html_text import html_to_text, visible_content
from srs.kinds.anki_form import Html, NoteInAnki
from srs.kinds.note import Note
from srs.kinds.registry import Kinds

_TYPE = re.compile(r"srs (\w+)\b")
_ID = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,199}) [0-9a-f]{16}")
_REMARKS = {"because": "Because", "example": "Example", "note": "Note", "gloss": "Gloss", "hint": "Hint"}


class File(str):
    """A picture or sound by its name in Anki."""

    __slots__ = ()


def kind_of(note: ImportedNote, kinds: Kinds) -> type[Note] | None:
    """The kind whose note type it has; None if it did not come from here."""
    found = _TYPE.match(note.kind.name) if note.kind is not None and own_id(note) else None
    return next((kind for kind in kinds.all if found and kind.anki_name == found[1]), None)


def _as_anki_note(note: ImportedNote) -> NoteInAnki:
    assert note.kind is not None
    templates = [(one.name, one.question) for one in note.kind.templates]
    return NoteInAnki(note.kind.name, note.values, templates, [ordinal for ordinal, _ in note.cards])


def own_id(note: ImportedNote) -> str:
    """The id that the hidden field holds before its digest; empty if it holds none."""
    found = _ID.fullmatch(note.values.get("Srs", ""))
    return found[1] if found else ""


def languages(note: ImportedNote, kinds: Kinds) -> tuple[tuple[str, str], ...]:
    """(code, BCP 47 tag) of the two languages that the note's deck file needs, the learner's own first, if it needs them.
    Raises ValueError.
    """
    kind = kind_of(note, kinds)
    return kind.languages_in_anki(_as_anki_note(note)) if kind else ()


def head(note: ImportedNote, kinds: Kinds) -> dict[str, tuple[str, ...]]:
    """Further keys that the head of the note's deck file needs."""
    kind = kind_of(note, kinds)
    return {key: tuple(value) for key, value in kind.head_in_anki(_as_anki_note(note)).items()} if kind else {}


def own_fields(note: ImportedNote, kinds: Kinds) -> dict[str, Any]:
    """The keys as a deck file has them, texts as HTML. Raises ValueError, saying why it cannot be done."""
    kind = kind_of(note, kinds)
    assert kind is not None
    return texts_in_anki(kind, _as_anki_note(note)) | source_in_anki(note.values) | _files(note)


def texts_in_anki(kind: type[Note], note: NoteInAnki) -> dict[str, Any]:
    """The kind's keys and the remarks as a deck file has them, texts as HTML. Raises ValueError, saying why it cannot be
    done.
    """
    return kind.from_anki(note) | {
        key: Html(unescape_clozes(note.values[field]))
        for key, field in _REMARKS.items()
        if html_to_text(note.values.get(field, "")).strip()
    }


def source_in_anki(values: Mapping[str, str]) -> dict[str, Any]:
    """The key `source`, of the fields of a note."""
    source: dict[str, Any] = {}
    for key, field in (("title", "Source"), ("section", "Section")):
        if said := " ".join(html_to_text(values.get(field, "")).split()):
            source[key] = said
    if re.fullmatch(r"\d{1,9}", values.get("Number", "")):
        source["number"] = int(values["Number"])
    return {"source": source} if source else {}


def _files(note: ImportedNote) -> dict[str, Any]:
    """The picture and the sound, as texts that show them."""
    made = {}
    for key, field in (("image", "Image"), ("audio", "Audio")):
        files = visible_content(note.values.get(field, "")).files
        if files:
            made[key] = File(files[0])
    return made
