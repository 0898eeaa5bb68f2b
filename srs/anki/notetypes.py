"""A note type for each kind of note (for phrases, for each pair of languages), and the fields of a note in it.

Ids of note types, fields and templates are fixed functions of their names, and may never change: by them Anki knows
again what was renamed. A field for every key that a note may have is there from the first version, and three spare
ones: adding a field later would force the learner's Anki into a full sync.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from string import Template
from typing import assert_never

from srs.anki.html import text
from srs.anki.ids import hashed
from srs.face import language, letter, quiz_task
from srs.note import Basic, Cloze, Note, Phrase, Principled, Quiz, Star, cards

VERSION = 1_795_500_000
"""When the look last changed, in seconds since 1970; Anki takes a changed note type only with a later one."""

_OWN = {
    "phrase": ("Foreign", "Own"),
    "quiz": ("Question", "Task", "Choices", "Answers"),
    "mapping": ("Question", "Primary", "Others"),
    "star": ("Question", "Situation", "Task", "Action", "Result"),
    "basic": ("Front", "Back"),
    "cloze": ("Text",),
}
_COMMON = ("Because", "Example", "Note", "Gloss", "Hint", "Source", "Section", "Number", "Image", "Audio")
_HIDDEN = "Srs"
_SPARE = ("Spare1", "Spare2", "Spare3")
_NOTHING = [""] * len(_SPARE)
_TITLES = {"star": "STAR"}


@dataclass(frozen=True, slots=True)
class NoteType:
    """`fields` are (name, id), `templates` (name, id, front, back) by ordinal."""

    id: int
    name: str
    cloze: bool
    css: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int, str, str], ...]


def note_type(note: Note) -> NoteType:
    """The note type that the note belongs to."""
    if not isinstance(note, Phrase):
        return _kind(note.kind)
    slugs = (card.template for card in cards(note))
    return _phrases((note.own.code, note.own.tag), (note.foreign.code, note.foreign.tag), *slugs)


def fields(note: Note) -> list[str]:
    """The HTML of all fields, in the order of the note type.

    The hidden one holds the note's id and a digest of the exported text, tags included: by it one can tell later
    whether the text was changed in Anki.
    """
    source = note.source
    number = "" if source.number is None else str(source.number)
    remarks = (note.because, note.example, note.note, note.ko, note.hint, source.title, source.section, number)
    contents = [*_own(note), *[remark and text(remark) for remark in (*remarks, note.image, note.audio)]]
    digest = blake2b("\x1f".join((*contents, *note.tags)).encode(), digest_size=8).hexdigest()
    return [*contents, f"{note.id} {digest}", *_NOTHING]


def _own(note: Note) -> list[str]:
    match note:
        case Phrase():
            return [text(note.foreign.text), text(note.own.text)]
        case Quiz():
            return [text(note.question), quiz_task(note), _choices(note), text("\n".join(note.answers))]
        case Principled():
            primary, *others = (name for _, name in note.principles)
            return [text(note.question), text(primary), text(", ".join(others))]
        case Star():
            return [text(part) for part in (note.question, note.situation, note.task, note.action, note.result)]
        case Basic():
            return [text(note.front), text(note.back)]
        case Cloze():
            return [text(note.text)]
        case _:
            assert_never(note)


def _choices(note: Quiz) -> str:
    """Buttons; which are right stands in the page, so no script ever holds a deck's text."""
    rows = []
    for n, choice in enumerate(note.choices):
        right = " data-right" if choice in note.answers else ""
        rows.append(
            f'<button type="button" class="choice" data-letter="{letter(n)}"{right}><span dir="auto">{text(choice)}</span></button>'
        )
    return "".join(rows)


@cache
def _kind(kind: str) -> NoteType:
    front, back = _sides(kind)
    return _made(kind, f"srs {_TITLES.get(kind, kind.capitalize())}", [("Card", front, back)])


@cache
def _phrases(own: tuple[str, str], foreign: tuple[str, str], *slugs: str) -> NoteType:
    """`own` and `foreign` are (code, BCP 47 tag)."""
    sides = {own[0]: ("Own", own[1]), foreign[0]: ("Foreign", foreign[1])}
    templates = []
    for slug in slugs:
        (asked, asked_tag), (wanted, wanted_tag) = (sides[code] for code in slug.split("-"))
        values = {
            "asked": asked,
            "asked_voice": asked_tag.replace("-", "_"),
            "wanted": wanted,
            "wanted_voice": wanted_tag.replace("-", "_"),
            "wanted_name": language(slug.partition("-")[2], wanted_tag),
        }
        templates.append((slug, *_sides("phrase", **values)))
    return _made("phrase", f"srs Phrase ({own[1]}, {foreign[1]})", templates)


def _sides(kind: str, **values: str) -> tuple[str, str]:
    """Front and back of a kind's template file, with the shared pieces and the values filled in."""
    pieces = {"aids": _file("aids.html"), "more": _file("more.html")}
    front, _, back = Template(_file(f"{kind}.html")).substitute(pieces | values).partition("<!-- answer -->")
    return front.strip(), back.strip()


def _made(kind: str, name: str, templates: Sequence[tuple[str, str, str]]) -> NoteType:
    names = (*_OWN[kind], *_COMMON, _HIDDEN, *_SPARE)
    return NoteType(
        id=hashed("note type", name),
        name=name,
        cloze=kind == "cloze",
        css=_file("card.css"),
        fields=tuple((field, hashed("field", f"{kind}/{field}")) for field in names),
        templates=tuple((slug, hashed("template", f"{name}/{slug}"), front, back) for slug, front, back in templates),
    )


def _file(name: str) -> str:
    return (files("srs.anki") / "templates" / name).read_text("utf-8")
