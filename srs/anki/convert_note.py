"""A note of somebody's Anki collection → the fields of a note of a deck file.

What a card asks and answers is what its templates make of the fields. The look of the templates is left behind. What the
fields hold is kept: as light markup where that loses nothing, else as sanitized HTML.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from srs.anki.convert_srs_note import File, head, kind_of, languages, own_fields, own_id
from srs.anki.draw_cloze import gap_numbers
from srs.anki.html_to_markup import html_to_markup
from srs.anki.read_aloud import file_languages
from srs.anki.read_notes import ImportedNote, ImportedNoteType, ImportedTemplate
from srs.anki.render_card import CARD_SECTION, CardRenderer, is_blank, without_first, words
from srs.anki.template import (
    TOO_MUCH_TEXT,
    Step,
    compile_template,
    filter_name,
)
from srs.core.harmless_html import find_media_name, sanitize_html
from srs.core.html_text import html_to_text, visible_files
from srs.core.markup import LONGEST_TEXT, map_texts
from srs.kinds.anki_form import Html
from srs.kinds.registry import Kinds

_MOST_CARDS = 50
_AFTER_THE_LAST = f"its cards after the {_MOST_CARDS}th are left out"
_SEVERAL_DECKS = "its cards are in several decks in Anki, and here all in the deck of the first card"
GUID = re.compile(r"\S(.{0,198}\S)?")
"""A guid that a deck file may have."""

_OCCLUSION = re.compile(r"\{\{c\d+::image-occlusion:")
_ONE_LINE = re.compile(r"(?:<div>)*+([^<]*+)(?:</div>)*+")  # as templates often have it; the elements say nothing
_LINE_BREAKS = re.compile(r"((?:\s|<br>|<div></div>)++)")
_MEDIA = re.compile(r"!\[([^][]*)\]\([^()]*\)")
_IMAGE_WITHOUT_FILE = re.compile(r'<img\b(?:(?!\ssrc=)[^">]|"[^"]*+")*+>')
_CLOZE_SIGN = re.compile(r"\{\{c\d[\d,]*::|\}\}")
_CLOZE_MARK = "\U0010fffb"  # takes the place of the gap in the rendered answer, to find what follows it


@dataclass(frozen=True, slots=True)
class ConvertedNote:
    """`fields` are the note's own keys without `id`, `question` is plain text. `id` is set for a note exported by srs,
    `languages` and `head` are what the head of its file must say; without languages its question is not spoken, and None is for
    notes of ours that go into any file. `losses` say what is not as in Anki.
    """

    guid: str
    deck: str
    fields: Mapping[str, Any]
    tags: tuple[str, ...]
    question: str
    id: str = ""
    languages: tuple[tuple[str, str], ...] | None = ()
    head: tuple[tuple[str, tuple[str, ...]], ...] = ()
    losses: tuple[str, ...] = ()


class CannotConvert(ValueError):
    """The message says why, of the note."""


def convert_note(note: ImportedNote, media: Mapping[str, str], kinds: Kinds) -> ConvertedNote:
    """`media` maps names of pictures and sounds in Anki to names for the deck file. Raises CannotConvert."""
    kind = note.kind
    if kind is None:
        raise CannotConvert("it has no note type")
    if not GUID.fullmatch(note.guid):
        raise CannotConvert("its guid is invalid")
    if not note.cards:
        raise CannotConvert("it has no cards")
    if sum(map(len, note.values.values())) > LONGEST_TEXT:
        raise CannotConvert(TOO_MUCH_TEXT)
    if kind.is_image_occlusion or any(_OCCLUSION.search(value) for value in note.values.values()):
        raise CannotConvert("it is an image occlusion note")
    own = kind_of(note, kinds) is not None
    renderer = CardRenderer(note, kind)
    losses = [_SEVERAL_DECKS] if len({deck for _, deck in note.cards}) > 1 else []
    try:
        if own:
            html_fields = own_fields(note, kinds)
        else:
            html_fields = _cloze(note, kind, renderer) if kind.is_cloze else _basic(note, kind, renderer)
            spoken = _spoken_languages(html_fields, renderer)
            losses += renderer.losses
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
        languages(note, kinds) or None if own else spoken,
        tuple(head(note, kinds).items()) if own else (),
        tuple(dict.fromkeys(losses)),
    )


def _spoken_languages(fields: Mapping[str, Any], renderer: CardRenderer) -> tuple[tuple[str, str], ...]:
    """The languages of a file in which srs speaks what Anki reads aloud; none, and a loss, if it would not be the same."""
    alone = len(renderer.heard) == 1 and not fields.keys() & {"also", "card"}
    languages = file_languages(renderer.heard[0]) if alone else ()
    if any(one.answer or (one.question and not languages) for one in renderer.heard):
        renderer.losses.append("Anki reads it aloud, srs does not")
    return languages


class _NotMarkup(Exception):
    """Light markup cannot express a text."""


def _convert_texts(fields: Mapping[str, Any], media: Mapping[str, str]) -> dict[str, Any]:
    """The fields with all texts in light markup, or all of them as HTML. Raises CannotConvert."""
    done = dict[str, str]()  # a text may come twice, as the question of one card and the answer of another

    def to_markup(html: str) -> str:
        if html not in done:
            line = _ONE_LINE.fullmatch(html)
            markup = html_to_markup(line[1] if line else html, media)
            if markup is None or not _have_same_clozes(html, markup):
                raise _NotMarkup
            done[html] = markup
        return done[html]

    def to_safe_html(html: str) -> str:
        for name in visible_files(html):
            find_media_name(media, name)  # addresses are noted there
        safe = _strip_line_breaks(_IMAGE_WITHOUT_FILE.sub("", sanitize_html(html, media)))
        if not _have_same_clozes(html, safe):
            raise CannotConvert("a cloze and its markup overlap")
        return safe

    _map_html(fields, _check_length)
    fields = {key: value for key, value in fields.items() if not isinstance(value, File)} | {
        key: name
        for key, value in fields.items()
        if isinstance(value, File) and (name := find_media_name(media, value))
    }
    try:
        return {key: _map_html(value, to_markup) for key, value in fields.items()}
    except _NotMarkup:
        return {key: _map_html(value, to_safe_html) for key, value in fields.items()} | {"html": True}


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


def _map_html(fields: Any, convert: Callable[[str], str]) -> Any:
    return map_texts(fields, lambda text: convert(text) if isinstance(text, Html) else text)


def _basic(note: ImportedNote, kind: ImportedNoteType, renderer: CardRenderer) -> dict[str, Any]:
    """A question and an answer for each card. Raises CannotConvert, TooLong."""
    sides: list[tuple[int, Html, Html]] = []
    missing = "it asks nothing"
    for ordinal, _ in note.cards:
        if ordinal >= min(len(kind.templates), _MOST_CARDS):
            renderer.losses += [_AFTER_THE_LAST] if ordinal < len(kind.templates) else []
            continue
        front, back = renderer.card(kind.templates[ordinal], ordinal + 1)
        if is_blank(front):
            continue
        if is_blank(back):
            missing = "it answers nothing"
            renderer.losses.append("a card that answers nothing is left out")
            continue
        sides.append((ordinal + 1, Html(front), Html(back)))
    if not sides:
        raise CannotConvert(missing)
    return _with_cards(sides) | renderer.hint()


def _with_cards(sides: Sequence[tuple[int, Html, Html]]) -> dict[str, Any]:
    """The keys of a basic note, given the number, question and answer of each card."""
    (number, first_front, first_back), *others = sides
    fields: dict[str, Any] = {"front": first_front, "back": first_back}
    if number > 1:
        fields["card"] = number
    also = []
    for n, front, back in others:
        also.append({"front": front, "back": back} | ({} if n == number + 1 else {"card": n}))
        number = n
    return fields | ({"also": also} if also else {})


class _ClozeUse(NamedTuple):
    """The `fields` that the question of a cloze shows with their gaps; `others` that a side shows as they are, or only the
    answer with gaps; whether gaps are shown `alone`, and the numbers of the cards with a section of their own.
    """

    fields: frozenset[str]
    others: frozenset[str]
    alone: bool
    sections: frozenset[int]


@lru_cache(100)
def _cloze_use(question: str, answer: str) -> _ClozeUse:
    """Raises TooLong."""
    sides = [compile_template(side) for side in (question, answer)]
    asked, answered = ([step for step in steps if step.kind == "field" and not _read_aloud(step)] for steps in sides)
    fields = frozenset(step.text for step in asked if "cloze" in _filters(step))
    sections = (CARD_SECTION.fullmatch(step.text) for steps in sides for step in steps if step.kind in {"if", "unless"})
    return _ClozeUse(
        fields,
        frozenset(step.text for step in asked + answered if "cloze" not in _filters(step) or step.text not in fields),
        any("cloze-only" in _filters(step) for step in asked + answered),
        frozenset(int(found[1]) for found in sections if found),
    )


def _filters(step: Step) -> set[str]:
    return set(map(filter_name, step.filters))


def _read_aloud(step: Step) -> bool:
    return "tts" in _filters(step)


def _cloze(note: ImportedNote, kind: ImportedNoteType, renderer: CardRenderer) -> dict[str, Any]:
    """The text with its clozes, and what else the answer shows. Where the cards of the note show different texts, a question
    and an answer for each. Raises ValueError.
    """
    if not kind.templates:
        raise CannotConvert("its note type has no template")
    template = kind.templates[0]
    use = _cloze_use(template.question, template.answer)
    gaps = {name: gap_numbers(note.values.get(name, "")) for name in use.fields}
    all_numbers = frozenset[int]().union(*gaps.values())
    if not all_numbers:
        raise CannotConvert("it has no cloze")
    # without any card of its gaps it has those that Anki would make
    numbers = [n + 1 for n, _ in note.cards if n + 1 in all_numbers] or sorted(all_numbers)
    if len(numbers) < len(note.cards):
        renderer.losses.append("a card that asks for no gap is left out")
    shown = {
        (*(name for name in use.fields if number in gaps[name]), number if number in use.sections else 0)
        for number in numbers
    }
    others = any(gap_numbers(note.values.get(name, "")) for name in use.others)
    if use.alone or others or len(shown) > 1:
        return _drawn_gaps(renderer, template, numbers)
    number = numbers[0]
    text = renderer.text(template, template.question, number, is_question=True, cloze=str)
    if "{{c" not in text:
        text = renderer.text(template, template.question, number, cloze=str)
    if gap_numbers(text) != frozenset().union(*(found for found in gaps.values() if number in found)):
        return _drawn_gaps(renderer, template, numbers)  # a filter has taken some away
    hint = renderer.hint(always=True)
    if "tts" in f"{template.question}{template.answer}":
        renderer.card(template, number)  # for what is heard
    asked = renderer.text(template, template.question, number, cloze=lambda _: _CLOZE_MARK)
    around = words(asked.replace(_CLOZE_MARK, ""))
    answer = renderer.text(template, template.answer, number, cloze=lambda _: _CLOZE_MARK)
    before, _, after = answer.rpartition(_CLOZE_MARK)
    remark = after if words(before) in around else f"{before}<div></div>{after}"
    remark = without_first(asked.rpartition(_CLOZE_MARK)[2], remark.replace(_CLOZE_MARK, ""))
    if around not in words(answer.replace(_CLOZE_MARK, "")):
        renderer.losses.append("its question has words that its answer has not, and srs shows them in both")
    is_new = not is_blank(remark) and words(remark) not in around
    return {"cloze": Html(text)} | ({"note": Html(remark)} if is_new else {}) | hint


def _drawn_gaps(renderer: CardRenderer, template: ImportedTemplate, numbers: Sequence[int]) -> dict[str, Any]:
    """Raises ValueError."""
    if numbers[-1] > _MOST_CARDS:
        raise CannotConvert(f"its cards show different texts, and it has one after the {_MOST_CARDS}th")
    sides = list[tuple[int, Html, Html]]()
    for number in numbers:
        front, back = renderer.card(template, number)
        if is_blank(front) or is_blank(back):
            raise CannotConvert("it asks nothing" if is_blank(front) else "it answers nothing")
        sides.append((number, Html(front), Html(back)))
    return _with_cards(sides) | renderer.hint()
