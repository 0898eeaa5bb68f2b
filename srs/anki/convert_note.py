"""A note of somebody's Anki collection → the keys of a note of ours.

What a card asks and answers is what its templates make of the fields. How that looked is Anki's affair and is left
behind; what the fields themselves hold is kept: as light markup where that loses nothing, else as harmless HTML.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from srs.anki.convert_srs_note import File, kind_of, languages, own_fields, own_id
from srs.anki.html_to_markup import light
from srs.anki.read_notes import ForeignNote, Kind, Template
from srs.anki.template import ANSWER, FRONT, MUCH_TEXT, Skeleton, render
from srs.core.harmless_html import harmless, name_in
from srs.core.html_text import Shown, plain, shown
from srs.core.markup import LONGEST
from srs.kinds.anki_form import Html
from srs.kinds.registry import Kinds

_MOST_CARDS = 50
_GUID = re.compile(r"\S(.{0,198}\S)?")
_OCCLUSION = re.compile(r"\{\{c\d+::image-occlusion:")
_EMPTY_LINES = re.compile(r"(?:\s|<br>|<div></div>)*+")
_EMPTY_LINES_BACKWARDS = re.compile(r"(?:\s|>rb<|>vid/<>vid<)*+")
_MEDIA = re.compile(r"!\[([^][]*)\]\([^()]*\)")
_GAP = re.compile(r"\{\{c\d[\d,]*::|\}\}")
_READING = re.compile(r" ?([^ \[\]<>]{1,50})\[(?!sound:)([^\[\]]{1,100})\]")
_CLOZE = "\U0010fffb"  # stands for the text with the gaps in an answer


@dataclass(frozen=True, slots=True)
class Adopted:
    """`fields` are the note's own keys without `id`; `asks` is its question in words. `id` is that of a note which came
    from here; `languages` those of its deck, for a phrase.
    """

    guid: str
    deck: str
    fields: Mapping[str, Any]
    tags: tuple[str, ...]
    asks: str
    id: str = ""
    languages: tuple[tuple[str, str], ...] = ()


class NotAdopted(ValueError):
    """Says in some words why a note cannot be one of ours."""


def adopted(note: ForeignNote, media: Mapping[str, str], kinds: Kinds) -> Adopted:
    """`media` gives each picture and sound the name by which the deck file is to call it. Raises NotAdopted."""
    kind = note.kind
    if kind is None:
        raise NotAdopted("it has no note type")
    if not _GUID.fullmatch(note.guid):
        raise NotAdopted("its guid makes no sense")
    if not note.cards:
        raise NotAdopted("it has no cards")
    if sum(map(len, note.values.values())) > LONGEST:
        raise NotAdopted(MUCH_TEXT)
    if kind.occlusion or any(_OCCLUSION.search(value) for value in note.values.values()):
        raise NotAdopted("it hides parts of a picture")
    of_ours = kind_of(note, kinds) is not None
    try:
        if of_ours:
            fields = own_fields(note, kinds)
        elif kind.cloze:
            fields = _cloze(note, kind)
        else:
            fields = _basic(note, kind)
    except ValueError as error:
        raise NotAdopted(str(error)) from None
    made = _converted(fields, media)
    first = next(iter(made.values()))
    asks = " ".join(first.values()) if isinstance(first, dict) else str(first)
    return Adopted(
        note.guid,
        note.cards[0][1],
        made,
        note.tags,
        _MEDIA.sub(" ", plain(asks) if "html" in made else asks),
        own_id(note) if of_ours else "",
        languages(note, kinds) if of_ours else (),
    )


def _converted(fields: Mapping[str, Any], media: Mapping[str, str]) -> dict[str, Any]:
    """All texts in light markup, or all of them as HTML."""
    for html in _texts(fields):
        if len(html) > LONGEST:
            raise NotAdopted(MUCH_TEXT)

    @lru_cache  # the other way round it is the same text again
    def as_light(html: str) -> str:
        made = light(html, media)
        if made is None or not _same_gaps(html, made):
            raise _NotLight
        return made

    def as_html(html: str) -> str:
        made = _without_empty_lines(harmless(html, media))
        if not _same_gaps(html, made):
            raise NotAdopted("a gap and markup overlap")
        return made

    fields = {key: value for key, value in fields.items() if not isinstance(value, File)} | {
        key: name for key, value in fields.items() if isinstance(value, File) and (name := name_in(media, value))
    }
    try:
        return {key: _mapped(value, as_light) for key, value in fields.items()}
    except _NotLight:
        return {key: _mapped(value, as_html) for key, value in fields.items()} | {"html": True}


def _without_empty_lines(html: str) -> str:
    """Those around it."""
    before, after = _EMPTY_LINES.match(html), _EMPTY_LINES_BACKWARDS.match(html[::-1])
    assert before is not None
    assert after is not None
    return html[before.end() : len(html) - after.end()]


class _NotLight(Exception):
    """A text says more than light markup can."""


def _same_gaps(html: str, made: str) -> bool:
    """Compared only where there are any: elsewhere such signs are nothing but text."""
    return "{{c" not in html + made or _GAP.findall(html) == _GAP.findall(made)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Html):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _mapped(value: Any, change: Any) -> Any:
    match value:
        case Html():
            return change(value)
        case dict():
            return {key: _mapped(one, change) for key, one in value.items()}
        case list():
            return [_mapped(one, change) for one in value]
        case _:
            return value


def _basic(note: ForeignNote, kind: Kind) -> dict[str, Any]:
    """One question and answer for each card that there is."""
    sides = _Sides(note, kind)
    asked: list[tuple[int, Html, Html]] = []
    missing = "it asks nothing"
    for ordinal, _ in note.cards:
        if ordinal >= min(len(kind.templates), _MOST_CARDS):
            continue
        front, back = sides.card(kind.templates[ordinal])
        if _blank(front):
            continue
        if _blank(back):
            missing = "it answers nothing"
            continue
        asked.append((ordinal + 1, Html(front), Html(back)))
    if not asked:
        raise NotAdopted(missing)
    (number, front, back), *others = asked
    made: dict[str, Any] = {"front": front, "back": back}
    if number > 1:
        made["card"] = number
    also = []
    for n, other_front, other_back in others:
        also.append({"front": other_front, "back": other_back} | ({} if n == number + 1 else {"card": n}))
        number = n
    if also:
        made["also"] = also
    hint = "<br>".join(dict.fromkeys(sides.hints))
    if hint and not _blank(hint):
        made["hint"] = Html(hint)
    return made


def _cloze(note: ForeignNote, kind: Kind) -> dict[str, Any]:
    """The text with its gaps, and what the answer shows besides."""
    if not kind.templates:
        raise NotAdopted("its note type has no template")
    sides, template = _Sides(note, kind, hints=True), kind.templates[0]
    text = sides.side(template, template.question, gaps="raw").filled()
    if "{{c" not in text:
        raise NotAdopted("it hides nothing")
    around = _words(sides.side(template, template.question, gaps="none").filled())
    answer = sides.side(template, template.answer, gaps="mark").filled()
    before, _, after = answer.rpartition(_CLOZE)
    note_text = after if _words(before) in around else f"{before}<div></div>{after}"
    note_text = note_text.replace(_CLOZE, "")
    made = {"cloze": Html(text)}
    if not _blank(note_text) and _words(note_text) not in around:
        made["note"] = Html(note_text)
    hint = "<br>".join(dict.fromkeys(sides.hints))
    if hint and not _blank(hint):
        made["hint"] = Html(hint)
    return made


class _Sides:
    """Fills a note type's templates with a note's fields.

    A hint of Anki's becomes the note's own hint, if the note has but one card. Beside another one it could tell too much,
    so it comes with its card's answer.
    """

    def __init__(self, note: ForeignNote, kind: Kind, *, hints: bool = False) -> None:
        self.hints: list[str] = []
        self._asked_for: list[str] = []
        self._fields = note.values
        self._kind = kind
        self._collect = hints or len(note.cards) == 1
        deck = note.cards[0][1]
        self._special = {
            "Tags": escape(" ".join(note.tags), quote=False),
            "Type": escape(kind.name, quote=False),
            "Deck": escape(deck, quote=False),
            "Subdeck": escape(deck.rpartition("::")[2], quote=False),
            "CardFlag": "",
        }

    def card(self, template: Template) -> tuple[str, str]:
        """The question, and the answer without what repeats it. Raises TooLong."""
        self._asked_for = []
        question = self.side(template, template.question, asks=True)
        front = question.filled()
        if _blank(front):  # it may only have been read aloud
            front = self.side(template, template.question, asks=True, aloud=True).filled()
        answer = self.side(template, template.answer)
        before, line, after = answer.html.partition(ANSWER)
        if not line:
            before, line, after = answer.html.rpartition(FRONT)
        rest = Skeleton(after, answer.values).filled()
        if before.strip(f"{FRONT} \n"):
            first = Skeleton(before, answer.values).filled()
            if _words(first) not in _words(front):
                rest = f"{first}<div></div>{rest}"
        if not line and rest.startswith(front):
            rest = rest[len(front) :]
        told = _words(rest)
        for hint in dict.fromkeys(self._asked_for):
            if (words := _words(hint)) not in told:
                rest += f"<div></div>{hint}"
                told += f" {words}"
        return front, rest

    def side(
        self, template: Template, html: str, *, asks: bool = False, aloud: bool = False, gaps: str = "raw"
    ) -> Skeleton:
        """`gaps` says what becomes of a cloze's text: it stays (raw), is left out (none) or marked. Raises TooLong."""

        def field(name: str) -> str | None:
            if re.fullmatch(r"c\d+", name):  # a section for one card of a cloze
                return None
            return template.name if name == "Card" else self._fields.get(name, self._special.get(name))

        def value(name: str, filters: tuple[str, ...]) -> str:
            found = field(name) or ""
            names = [one.partition(" ")[0] for one in filters]
            if "cloze" in names:
                return {"raw": found, "none": ""}.get(gaps, _CLOZE)
            if ("tts" in names and not aloud) or ("type" in names and asks):
                return ""
            if "hint" in names and asks:
                (self.hints if self._collect else self._asked_for).append(found)
                return ""
            for one in reversed(names):
                found = _filtered(one, found)
            return found

        return render(html, field, value)


def _filtered(name: str, html: str) -> str:
    """Those of Anki's filters that change what is shown; add-ons' own are passed over."""
    match name:
        case "text":
            return escape(plain(html), quote=False).replace("\n", " ")
        case "furigana":
            return _READING.sub(r"<ruby>\1<rt>\2</rt></ruby>", html)
        case "kana":
            return _READING.sub(r"\2", html)
        case "kanji":
            return _READING.sub(r"\1", html)
        case _:
            return html


@lru_cache(64)
def _seen(html: str) -> Shown:
    """The texts of a note come again and again: on each card, on both sides."""
    return shown(html)


def _words(html: str) -> str:
    return " ".join(_seen(html).text.split())


def _blank(html: str) -> bool:
    seen = _seen(html)
    return not seen.files and not seen.text.strip()
