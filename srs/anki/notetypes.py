"""A note type for each kind of note (for phrases, for each pair of languages), and the fields of a note in it.

Ids of note types, fields and templates are fixed functions of their names, and may never change: by them Anki knows
again what was renamed. A field for every key that a note may have is there from the first version, and three spare
ones: adding a field later would force the learner's Anki into a full sync.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import blake2b
from importlib import resources
from string import Template
from types import MappingProxyType
from unicodedata import normalize

from srs.anki.ids import stable_id
from srs.anki.markup_to_html import markup_to_html
from srs.core.anki_commands import escape_clozes
from srs.core.markup import media_markup
from srs.kinds.anki_form import AnkiForm
from srs.kinds.note import Note, Source

VERSION = 1_795_817_000
"""When the look last changed, in seconds since 1970; Anki takes a changed note type only with a later one."""

RENDERED = 1_795_784_400
"""When notes with a filled spare field last came to look different, in seconds since 1970: they are at least as new."""

COMMON = ("Because", "Example", "Note", "Gloss", "Hint", "Source", "Section", "Number", "Image", "Audio")
OF_ANKI = frozenset({"leech", "marked"})
"""Tags that Anki gives to notes; they are no change of the text."""

HIDDEN = "Srs"
SPARE = ("Spare1", "Spare2", "Spare3")
SEPARATOR = "\x1f"
_NO_EXTRA = SEPARATOR * len(SPARE)
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
        return [name for name, _ in self.fields].index(HIDDEN)


@cache
def _note_type(form: AnkiForm) -> NoteType:
    def filled(side: str) -> str:
        return Template(side).substitute(_shared())

    return NoteType(
        id=stable_id("note type", form.name),
        name=form.name,
        cloze=form.cloze,
        css=_file("card.css"),
        fields=tuple(
            (field, stable_id("field", f"{form.family}/{field}")) for field in (*form.fields, *COMMON, HIDDEN, *SPARE)
        ),
        templates=tuple(
            (slug, stable_id("template", f"{form.name}/{slug}"), filled(front), filled(back))
            for slug, front, back in form.templates
        ),
    )


@cache
def _shared() -> Mapping[str, str]:
    """What all kinds share, by its name in their templates."""
    figures, remember = _file("figures.html"), _file("remember.js").rstrip()
    gloss = Template(_file("gloss.html")).substitute(figures=figures)
    aids = Template(_file("aids.html")).substitute(gloss=gloss)
    more = Template(_file("more.html")).substitute(figures=figures)
    return {"aids": aids, "gloss": gloss, "more": more, "remember": remember}


def note_type(note: Note) -> NoteType:
    """The note type that the note belongs to."""
    return _note_type(note.anki_form())


def fields(note: Note, media: Mapping[str, str] = _NO_MEDIA) -> list[str]:
    """The HTML of all fields, in the order of the note type."""
    return joined(note, media).split(SEPARATOR)


def joined(note: Note, media: Mapping[str, str] = _NO_MEDIA) -> str:
    """The fields as Anki keeps them, with U+001F between them. `media` holds the names in Anki of what the note shows and
    plays, by the names that it uses itself.

    The hidden one holds the note's id and a digest of the exported text, tags included: by it one can tell later
    whether the text was changed in Anki. Letters are composed (NFC), as Anki composes them.
    """
    shown = _shown(note.html, media)
    remarks = [remark and shown(remark) for remark in (note.because, note.example, note.note, note.gloss, note.hint)]
    files = [markup_to_html(media_markup(file), media) if file in media else "" for file in (note.image, note.audio)]
    others = (*remarks, *_places(note.source), *files)
    if note.anki_form().cloze:
        others = tuple(map(escape_clozes, others))
    contents = normalize("NFC", SEPARATOR.join((*note.anki_fields(shown), *others)))
    extra = note.anki_extra(shown)
    if not any(extra):
        return f"{contents}\x1f{note.id} {_digest(contents, note.tags)}{_NO_EXTRA}"
    composed = [normalize("NFC", html) for html in extra]
    digested = _digest(contents + _marked(composed), note.tags)
    return f"{contents}\x1f{note.id} {digested}\x1f{SEPARATOR.join(composed)}"


def has_extra(joined_fields: str) -> bool:
    """Whether one of the spare fields is filled."""
    return not joined_fields.endswith(_NO_EXTRA)


def _marked(extra: Iterable[str]) -> str:
    """What filled spare fields add to the digested text: U+001E begins each, which no field holds."""
    return "".join(f"\x1e{n}{html}" for n, html in enumerate(extra) if html)


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


def digest(contents: Iterable[str], tags: Iterable[str], extra: Iterable[str] = ()) -> str:
    """Of the fields before the hidden one, the spare ones (`extra`) that are filled, and the tags, in whatever order and case:
    Anki changes both by itself, and gives notes two tags of its own.
    """
    return _digest(SEPARATOR.join(contents) + _marked(extra), tuple(tags))


def _digest(contents: str, tags: tuple[str, ...]) -> str:
    return blake2b((contents + _known(tags)).encode(), digest_size=8).hexdigest()


@lru_cache
def _known(tags: tuple[str, ...]) -> str:
    return "".join(f"\x1f{tag}" for tag in sorted({one_tag(tag).casefold() for tag in tags} - OF_ANKI))


def one_tag(tag: str) -> str:
    """Anki parts tags by blanks."""
    return "_".join(tag.split())


def _file(name: str) -> str:
    return (resources.files("srs.anki") / "templates" / name).read_text("utf-8")
