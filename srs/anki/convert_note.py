"""A note of somebody's Anki collection → the fields of a note of a deck file.

What a card asks and answers is what its templates make of the fields. The look of the templates is left behind. What the
fields hold is kept: as light markup where that loses nothing, else as sanitized HTML.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from srs.anki.convert_srs_note import File, head, kind_of, languages, own_fields, own_id
from srs.anki.hidden_elements import hiding_rules, without_hidden
from srs.anki.html_to_markup import html_to_markup
from srs.anki.read_notes import ImportedNote, ImportedNoteType, ImportedTemplate
from srs.anki.template import ANSWER_MARK, FRONT_MARK, TOO_MUCH_TEXT, RenderedSide, render
from srs.core.harmless_html import find_media_name, sanitize_html
from srs.core.html_text import VisibleContent, html_to_text, visible_content
from srs.core.markup import LONGEST_TEXT
from srs.kinds.anki_form import Html
from srs.kinds.registry import Kinds

_MOST_CARDS = 50
_GUID = re.compile(r"\S(.{0,198}\S)?")
_OCCLUSION = re.compile(r"\{\{c\d+::image-occlusion:")
_LINE_BREAKS = re.compile(r"((?:\s|<br>|<div></div>)++)")
_MEDIA = re.compile(r"!\[([^][]*)\]\([^()]*\)")
_IMAGE_WITHOUT_FILE = re.compile(r'<img\b(?:(?!\ssrc=)[^">]|"[^"]*+")*+>')
_CLOZE_SIGN = re.compile(r"\{\{c\d[\d,]*::|\}\}")
_READING = re.compile(r" ?([^ \[\]<>]{1,50})\[(?!sound:)([^\[\]]{1,100})\]")
_CLOZE_MARK = "\U0010fffb"  # takes the place of the gap in the rendered answer, to find what follows it


@dataclass(frozen=True, slots=True)
class ConvertedNote:
    """`fields` are the note's own keys without `id`, `question` is plain text. `id` is set for a note exported by srs,
    `languages` for a phrase: those of its deck, whose further keys are in `head`.
    """

    guid: str
    deck: str
    fields: Mapping[str, Any]
    tags: tuple[str, ...]
    question: str
    id: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    head: tuple[tuple[str, tuple[str, ...]], ...] = ()


class CannotConvert(ValueError):
    """The message says why, of the note."""


def convert_note(note: ImportedNote, media: Mapping[str, str], kinds: Kinds) -> ConvertedNote:
    """`media` maps names of pictures and sounds in Anki to names for the deck file. Raises CannotConvert."""
    kind = note.kind
    if kind is None:
        raise CannotConvert("it has no note type")
    if not _GUID.fullmatch(note.guid):
        raise CannotConvert("its guid is invalid")
    if not note.cards:
        raise CannotConvert("it has no cards")
    if sum(map(len, note.values.values())) > LONGEST_TEXT:
        raise CannotConvert(TOO_MUCH_TEXT)
    if kind.is_image_occlusion or any(_OCCLUSION.search(value) for value in note.values.values()):
        raise CannotConvert("it is an image occlusion note")
    own = kind_of(note, kinds) is not None
    try:
        html_fields = own_fields(note, kinds) if own else _cloze(note, kind) if kind.is_cloze else _basic(note, kind)
    except ValueError as error:
        raise CannotConvert(str(error)) from None
    fields = _convert_texts(html_fields, media)
    first = next(iter(fields.values()))
    question = " ".join(first.values()) if isinstance(first, dict) else str(first)
    return ConvertedNote(
        note.guid,
        note.cards[0][1],
        fields,
        note.tags,
        _MEDIA.sub(" ", html_to_text(question) if "html" in fields else question),
        own_id(note) if own else "",
        languages(note, kinds) if own else (),
        tuple(head(note, kinds).items()) if own else (),
    )


class _NotMarkup(Exception):
    """Light markup cannot express a text."""


def _convert_texts(fields: Mapping[str, Any], media: Mapping[str, str]) -> dict[str, Any]:
    """The fields with all texts in light markup, or all of them as HTML. Raises CannotConvert."""

    @lru_cache  # `_map_texts` may meet a text twice, as the question of one card and the answer of another
    def to_markup(html: str) -> str:
        markup = html_to_markup(html, media)
        if markup is None or not _have_same_clozes(html, markup):
            raise _NotMarkup
        return markup

    def to_safe_html(html: str) -> str:
        for name in visible_content(html).files:
            find_media_name(media, name)  # addresses are noted there
        safe = _strip_line_breaks(_IMAGE_WITHOUT_FILE.sub("", sanitize_html(html, media)))
        if not _have_same_clozes(html, safe):
            raise CannotConvert("a cloze and its markup overlap")
        return safe

    _map_texts(fields, _check_length)
    fields = {key: value for key, value in fields.items() if not isinstance(value, File)} | {
        key: name
        for key, value in fields.items()
        if isinstance(value, File) and (name := find_media_name(media, value))
    }
    try:
        return {key: _map_texts(value, to_markup) for key, value in fields.items()}
    except _NotMarkup:
        return {key: _map_texts(value, to_safe_html) for key, value in fields.items()} | {"html": True}


def _check_length(html: str) -> str:
    if len(html) > LONGEST_TEXT:
        raise CannotConvert(TOO_MUCH_TEXT)
    return html


def _strip_line_breaks(html: str) -> str:
    pieces = _LINE_BREAKS.split(html)
    return "".join(pieces[0 if pieces[0] else 2 : len(pieces) if pieces[-1] else -2])


def _have_same_clozes(html: str, converted: str) -> bool:
    """Only where one has a cloze: elsewhere `}}` is text."""
    return "{{c" not in html + converted or _CLOZE_SIGN.findall(html) == _CLOZE_SIGN.findall(converted)


def _map_texts(value: Any, convert: Callable[[str], str]) -> Any:
    match value:
        case Html():
            return convert(value)
        case dict():
            return {key: _map_texts(part, convert) for key, part in value.items()}
        case list():
            return [_map_texts(part, convert) for part in value]
        case _:
            return value


def _basic(note: ImportedNote, kind: ImportedNoteType) -> dict[str, Any]:
    """A question and an answer for each card. Raises CannotConvert, TooLong."""
    renderer = _Renderer(note, kind)
    sides: list[tuple[int, Html, Html]] = []
    missing = "it asks nothing"
    for ordinal, _ in note.cards:
        if ordinal >= min(len(kind.templates), _MOST_CARDS):
            continue
        front, back = renderer.card(kind.templates[ordinal])
        if _is_blank(front):
            continue
        if _is_blank(back):
            missing = "it answers nothing"
            continue
        sides.append((ordinal + 1, Html(front), Html(back)))
    if not sides:
        raise CannotConvert(missing)
    (number, first_front, first_back), *others = sides
    fields: dict[str, Any] = {"front": first_front, "back": first_back}
    if number > 1:
        fields["card"] = number
    also = []
    for n, front, back in others:
        also.append({"front": front, "back": back} | ({} if n == number + 1 else {"card": n}))
        number = n
    return fields | ({"also": also} if also else {}) | renderer.hint()


def _cloze(note: ImportedNote, kind: ImportedNoteType) -> dict[str, Any]:
    """The text with its clozes, and what else the answer shows. Raises CannotConvert, TooLong."""
    if not kind.templates:
        raise CannotConvert("its note type has no template")
    renderer, template = _Renderer(note, kind), kind.templates[0]
    text = renderer.side(template, template.question).fill()
    if "{{c" not in text:
        raise CannotConvert("it has no cloze")
    around = _words(renderer.side(template, template.question, cloze="").fill())
    answer = renderer.side(template, template.answer, cloze=_CLOZE_MARK).fill()
    before, _, after = answer.rpartition(_CLOZE_MARK)
    remark = after if _words(before) in around else f"{before}<div></div>{after}"
    remark = remark.replace(_CLOZE_MARK, "")
    is_new = not _is_blank(remark) and _words(remark) not in around
    return {"cloze": Html(text)} | ({"note": Html(remark)} if is_new else {})


class _Renderer:
    """Fills the templates of a note type with the fields of a note.

    What `{{hint:…}}` hides becomes the note's hint if the note has one card. Otherwise it could tell too much on another
    card, so it comes with the answer of its own card.
    """

    def __init__(self, note: ImportedNote, kind: ImportedNoteType) -> None:
        self._hints: list[str] = []
        self._card_hints: list[str] = []
        self._fields = note.values
        self._css = kind.css
        self._has_one_card = len(note.cards) == 1
        deck = note.cards[0][1]
        self._special = {
            "Tags": escape(" ".join(note.tags), quote=False),
            "Type": escape(kind.name, quote=False),
            "Deck": escape(deck, quote=False),
            "Subdeck": escape(deck.rpartition("::")[2], quote=False),
            "CardFlag": "",
        }

    def hint(self) -> dict[str, Html]:
        """The note's hint, if it has one."""
        hint = "<br>".join(dict.fromkeys(self._hints))
        return {} if _is_blank(hint) else {"hint": Html(hint)}

    def card(self, template: ImportedTemplate) -> tuple[str, str]:
        """The question, and the answer without what repeats the question. An answer that the templates hide is shown: a
        script shows it in Anki. Raises TooLong.
        """
        front, back = self._card(template)
        return (front, back) if not _is_blank(back) else (front, self._card(template, with_hidden=True)[1])

    def _card(self, template: ImportedTemplate, *, with_hidden: bool = False) -> tuple[str, str]:
        self._card_hints = []
        front = self.side(template, template.question, is_question=True).fill()
        if _is_blank(front):  # it may only have been read aloud
            front = self.side(template, template.question, is_question=True, with_speech=True).fill()
        answer = self.side(template, template.answer, with_hidden=with_hidden)
        before, line, after = answer.html.partition(ANSWER_MARK)
        if not line:
            before, line, after = answer.html.rpartition(FRONT_MARK)
        back = RenderedSide(after, answer.values).fill()
        if before.strip(f"{FRONT_MARK} \n"):
            lead = RenderedSide(before, answer.values).fill()
            if _words(lead) not in _words(front):
                back = f"{lead}<div></div>{back}"
        if not line and back.startswith(front):
            back = back[len(front) :]
        words = _words(back)
        for hint in dict.fromkeys(self._card_hints):
            if (more := _words(hint)) not in words:
                back += f"<div></div>{hint}"
                words += f" {more}"
        return front, back

    def side(
        self,
        template: ImportedTemplate,
        html: str,
        *,
        is_question: bool = False,
        with_speech: bool = False,
        with_hidden: bool = False,
        cloze: str | None = None,
    ) -> RenderedSide:
        """`cloze` replaces the text of a cloze; None leaves it as it is. Raises TooLong."""

        def field(name: str) -> str | None:
            if re.fullmatch(r"c\d+", name):  # a section for one card of a cloze
                return None
            return template.name if name == "Card" else self._fields.get(name, self._special.get(name))

        def value(name: str, filters: tuple[str, ...]) -> str:
            html = field(name) or ""
            names = [written.partition(" ")[0] for written in filters]
            if "cloze" in names:
                return html if cloze is None else cloze
            if ("tts" in names and not with_speech) or ("type" in names and is_question):
                return ""
            if "hint" in names and is_question:
                (self._hints if self._has_one_card else self._card_hints).append(html)
                return ""
            for filter_name in reversed(names):
                html = _filtered(filter_name, html)
            return html if with_hidden else without_hidden(html, hiding_rules(self._css))

        return render(html, field, value, None if with_hidden else self._css)


def _filtered(name: str, html: str) -> str:
    """The HTML after one of Anki's filters; those of add-ons change nothing."""
    match name:
        case "text":
            return escape(html_to_text(html), quote=False).replace("\n", " ")
        case "furigana":
            return _READING.sub(r"<ruby>\1<rt>\2</rt></ruby>", html)
        case "kana":
            return _READING.sub(r"\2", html)
        case "kanji":
            return _READING.sub(r"\1", html)
        case _:
            return html


@lru_cache(64)
def _visible(html: str) -> VisibleContent:
    """Cached: the texts of a note recur on each card, on both sides."""
    return visible_content(html)


def _words(html: str) -> str:
    return " ".join(_visible(html).text.split())


def _is_blank(html: str) -> bool:
    content = _visible(html)
    return not content.files and not content.text.strip()
