"""A note type for each kind of note (for phrases, for each pair of languages), and the fields of a note in it.

Ids of note types, fields and templates are fixed functions of their names, and may never change: by them Anki knows
again what was renamed. A field for every key that a note may have is there from the first version, and three spare
ones: adding a field later would force the learner's Anki into a full sync.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import blake2b
from importlib import resources
from string import Template
from types import MappingProxyType
from typing import assert_never
from unicodedata import normalize

from srs.anki.ids import stable_id
from srs.anki.markup_to_html import markup_to_html
from srs.core.anki_commands import escape_clozes, escape_hints
from srs.core.markup import media_markup
from srs.kinds.card_face import language, letter, quiz_task
from srs.kinds.note import Basic, Cloze, Note, Phrase, Principled, Quiz, Source, Star, cards

VERSION = 1_795_760_000
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
OF_ANKI = frozenset({"leech", "marked"})
"""Tags that Anki gives to notes; they are no change of the text."""

_HIDDEN = "Srs"
_SPARE = ("Spare1", "Spare2", "Spare3")
_NOTHING = "\x1f" * len(_SPARE)
_TITLES = {"star": "STAR"}
_NO_MEDIA: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NoteType:
    """`fields` are (name, id), `templates` (name, id, front, back) by ordinal."""

    id: int
    name: str
    cloze: bool
    css: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int, str, str], ...]

    @property
    def hidden(self) -> int:
        """Where the hidden field stands; before it are the texts."""
        return [name for name, _ in self.fields].index(_HIDDEN)


def note_type(note: Note) -> NoteType:
    """The note type that the note belongs to."""
    if isinstance(note, Basic):
        return _basic((note.also[-1] if note.also else note).number)
    if not isinstance(note, Phrase):
        return _kind(note.kind)
    slugs = (card.template for card in cards(note))
    return _phrases((note.own.code, note.own.tag), (note.foreign.code, note.foreign.tag), *slugs)


def fields(note: Note, media: Mapping[str, str] = _NO_MEDIA) -> list[str]:
    """The HTML of all fields, in the order of the note type."""
    return joined(note, media).split("\x1f")


def joined(note: Note, media: Mapping[str, str] = _NO_MEDIA) -> str:
    """The fields as Anki keeps them, with U+001F between them. `media` holds the names in Anki of what the note shows and
    plays, by the names that it uses itself.

    The hidden one holds the note's id and a digest of the exported text, tags included: by it one can tell later
    whether the text was changed in Anki. Letters are composed (NFC), as Anki composes them.
    """
    shown = _shown(note.html, media)
    remarks = [remark and shown(remark) for remark in (note.because, note.example, note.note, note.ko, note.hint)]
    files = [markup_to_html(media_markup(file), media) if file in media else "" for file in (note.image, note.audio)]
    own, others = _own(note, shown), (*remarks, *_places(note.source), *files)
    contents = normalize(
        "NFC", "\x1f".join((*own, *(map(escape_clozes, others) if isinstance(note, Cloze) else others)))
    )
    return f"{contents}\x1f{note.id} {_digest(contents, note.tags)}{_NOTHING}"


@lru_cache
def _places(source: Source) -> tuple[str, str, str]:
    number = "" if source.number is None else str(source.number)
    return markup_to_html(source.title), markup_to_html(source.section), number


def _shown(html: bool, media: Mapping[str, str]) -> Callable[[str], str]:
    """How a text of the note becomes HTML."""
    if not html:
        return partial(markup_to_html, media=media) if media else markup_to_html
    from srs.core.harmless_html import sanitize_html  # noqa: PLC0415 - most notes have no HTML

    return partial(sanitize_html, media=media)


def digest(contents: Iterable[str], tags: Iterable[str]) -> str:
    """Of the fields before the hidden one, and the tags, in whatever order and case: Anki changes both by itself, and
    gives notes two tags of its own.
    """
    return _digest("\x1f".join(contents), tuple(tags))


def _digest(contents: str, tags: tuple[str, ...]) -> str:
    return blake2b((contents + _known(tags)).encode(), digest_size=8).hexdigest()


@lru_cache
def _known(tags: tuple[str, ...]) -> str:
    return "".join(f"\x1f{tag}" for tag in sorted({one_tag(tag).casefold() for tag in tags} - OF_ANKI))


def one_tag(tag: str) -> str:
    """Anki parts tags by blanks."""
    return "_".join(tag.split())


def _own(note: Note, shown: Callable[[str], str]) -> list[str]:
    match note:
        case Phrase():
            return [shown(note.foreign.text), shown(note.own.text)]
        case Quiz():
            return [shown(note.question), quiz_task(note), _choices(note, shown), shown("\n".join(note.answers))]
        case Principled():
            primary, *others = (name for _, name in note.principles)
            return [shown(note.question), shown(primary), shown(", ".join(others))]
        case Star():
            return [shown(part) for part in (note.question, note.situation, note.task, note.action, note.result)]
        case Basic():
            if not note.also and note.number == 1:
                return [shown(note.front), shown(note.back)]
            sides = {one.number: [shown(one.front), shown(one.back)] for one in note.asked}
            return [side for number in range(1, max(sides) + 1) for side in sides.get(number, ["", ""])]
        case Cloze():
            return [escape_hints(shown(note.text))]
        case _:
            assert_never(note)


def _choices(note: Quiz, shown: Callable[[str], str]) -> str:
    """Buttons; which are right stands in the page, so no script ever holds a deck's text."""
    rows = []
    for n, choice in enumerate(note.choices):
        right = " data-right" if choice in note.answers else ""
        rows.append(
            f'<button type="button" class="choice" data-letter="{letter(n)}"{right}><span dir="auto">{shown(choice)}</span></button>'
        )
    return "".join(rows)


@cache
def _kind(kind: str) -> NoteType:
    front, back = _sides(kind)
    return _made(kind, f"srs {_TITLES.get(kind, kind.capitalize())}", [("Card", front, back)])


@cache
def _basic(count: int) -> NoteType:
    """Those with several cards have a type for each number of them: a type's fields are fixed for ever."""
    if count == 1:
        return _kind("basic")
    fields: list[str] = []
    templates = []
    for number in range(1, count + 1):
        asked = ("Front", "Back") if number == 1 else (f"Front{number}", f"Back{number}")
        front, back = (side.replace("{{Front}}", f"{{{{{asked[0]}}}}}") for side in _sides("basic"))
        back = back.replace("{{Back}}", f"{{{{{asked[1]}}}}}")
        fields += asked
        # without a question there is no card, whatever else the front shows
        templates.append((f"Card {number}", f"{{{{#{asked[0]}}}}}{front}{{{{/{asked[0]}}}}}", back))
    return _made("basic", f"srs Basic ({count} cards)", templates, fields)


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


def _made(
    kind: str, name: str, templates: Sequence[tuple[str, str, str]], own: Sequence[str] | None = None
) -> NoteType:
    names = (*(own or _OWN[kind]), *_COMMON, _HIDDEN, *_SPARE)
    return NoteType(
        id=stable_id("note type", name),
        name=name,
        cloze=kind == "cloze",
        css=_file("card.css"),
        fields=tuple((field, stable_id("field", f"{kind}/{field}")) for field in names),
        templates=tuple(
            (slug, stable_id("template", f"{name}/{slug}"), front, back) for slug, front, back in templates
        ),
    )


def _file(name: str) -> str:
    return (resources.files("srs.anki") / "templates" / name).read_text("utf-8")
