"""Notes in Anki that came from here: their kind, their id and their keys, from the fields of our own note types."""

import re
from typing import Any

from srs.anki.read_notes import AnkiNote, AnkiNoteType
from srs.core.anki_commands import unescape_clozes
from srs.core.html_text import html_to_text, visible_content
from srs.core.html_tokens import EndTag, StartTag, tokenize
from srs.kinds.note import PRINCIPLES

_TYPE = re.compile(r"srs (Phrase|Quiz|Mapping|STAR|Basic|Cloze)\b")
_PAIR = re.compile(r"srs Phrase \(([A-Za-z0-9-]+), ([A-Za-z0-9-]+)\)")
_ID = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,199}) [0-9a-f]{16}")
_REMARKS = {"because": "Because", "example": "Example", "note": "Note", "ko": "Gloss", "hint": "Hint"}


class Html(str):
    """A text that is HTML still."""

    __slots__ = ()


class File(str):
    """A picture or sound by its name in Anki."""

    __slots__ = ()


def is_own(note: AnkiNote) -> bool:
    return note.kind is not None and _TYPE.match(note.kind.name) is not None and own_id(note) != ""


def own_id(note: AnkiNote) -> str:
    """The id that the hidden field holds before its digest; empty if it holds none."""
    found = _ID.fullmatch(note.values.get("Srs", ""))
    return found[1] if found else ""


def languages(kind: AnkiNoteType) -> tuple[tuple[str, str], ...]:
    """(code, BCP 47 tag) of a phrase's two, the learner's own first. Raises ValueError."""
    pair = _PAIR.match(kind.name)
    own = next((one.name for one in kind.templates if _asks_own(one.question)), "")
    first, _, second = own.partition("-")
    if pair is None or not re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}", own):
        raise ValueError("the languages of its phrase are not to be found")
    return (first, pair[1]), (second, pair[2])


def _asks_own(question: str) -> bool:
    *before, _ = question.split(">{{Own}}")
    return any('"question"' in text.rpartition(">")[2] for text in before)


def own_fields(note: AnkiNote) -> dict[str, Any]:
    """The keys as a deck file has them, texts as HTML. Raises ValueError, saying why it cannot be done."""
    assert note.kind is not None
    found = _TYPE.match(note.kind.name)
    assert found is not None
    values = note.values

    def html(field: str) -> Html:
        if not html_to_text(values.get(field, "")).strip():
            raise ValueError(f"its field {field} is empty")
        return Html(values[field])

    made: dict[str, Any]
    match found[1]:
        case "Phrase":
            (own, _), (foreign, _) = languages(note.kind)
            made = {"phrase": {own: html("Own"), foreign: html("Foreign")}}
        case "Quiz":
            choices, right = _choices(values.get("Choices", ""))
            if len(choices) < 2 or not right:
                raise ValueError("the choices of its quiz are not to be found")
            made = {"quiz": html("Question"), "choices": choices, "answer": right if len(right) > 1 else right[0]}
        case "Mapping":
            made = {"question": html("Question"), "principles": _principles(values)}
        case "STAR":
            made = {"star": html("Question")}
            made |= {part: html(part.capitalize()) for part in ("situation", "task", "action", "result")}
        case "Basic":
            made = _basic(note)
        case _:
            made = {"cloze": html("Text")}
    made |= {
        key: Html(unescape_clozes(values[field]))
        for key, field in _REMARKS.items()
        if html_to_text(values.get(field, "")).strip()
    }
    return made | _source(note) | _files(note)


def _basic(note: AnkiNote) -> dict[str, Any]:
    asked = []
    for ordinal, _ in note.cards:
        sides = [f"{side}{ordinal + 1 if ordinal else ''}" for side in ("Front", "Back")]
        front, back = (note.values.get(side, "") for side in sides)
        if html_to_text(front).strip() and html_to_text(back).strip():
            asked.append({"front": Html(front), "back": Html(back), "card": ordinal + 1})
    if not asked:
        raise ValueError("it asks nothing")
    first, *also = asked
    if first["card"] == 1:
        del first["card"]
    return first | ({"also": also} if also else {})


def _source(note: AnkiNote) -> dict[str, Any]:
    values = note.values
    source: dict[str, Any] = {}
    for key, field in (("title", "Source"), ("section", "Section")):
        if said := " ".join(html_to_text(values.get(field, "")).split()):
            source[key] = said
    if re.fullmatch(r"\d{1,9}", values.get("Number", "")):
        source["number"] = int(values["Number"])
    return {"source": source} if source else {}


def _files(note: AnkiNote) -> dict[str, Any]:
    """The picture and the sound, as texts that show them."""
    made = {}
    for key, field in (("image", "Image"), ("audio", "Audio")):
        files = visible_content(note.values.get(field, "")).files
        if files:
            made[key] = File(files[0])
    return made


def _principles(values: Any) -> list[str]:
    """Slugs, the primary one first; the others stand in one field, between commas that names may hold as well."""
    slugs = {name: slug for slug, name in PRINCIPLES.items()}
    names = sorted(slugs, key=len, reverse=True)
    text = f"{html_to_text(values.get('Primary', ''))}, {html_to_text(values.get('Others', ''))}".strip(", ") + ", "
    found, at = [], 0
    while at < len(text):
        name = next((name for name in names if text.startswith(f"{name}, ", at)), None)
        if name is None:
            raise ValueError("its principles are not Amazon's sixteen")
        found.append(slugs[name])
        at += len(name) + 2
    return list(dict.fromkeys(found))


def _choices(html: str) -> tuple[list[Html], list[Html]]:
    """All choices, and the right ones: each is what stands in a button, without the span around it."""
    buttons: list[tuple[list[str], bool]] = []
    in_button, spans = False, 0
    for token in tokenize(html):
        in_span = spans != 0
        match token:
            case StartTag("button", attributes):
                buttons.append(([], "data-right" in attributes))
                in_button, in_span, spans = True, False, 0
            case EndTag("button"):
                in_button = False
            case StartTag("span") if in_button:
                spans += 1
            case EndTag("span") if in_button:
                spans -= 1
                in_span = spans != 0
        if in_button and in_span:
            buttons[-1][0].append(token.source)
    choices = [(Html("".join(pieces)), right) for pieces, right in buttons]
    return [choice for choice, _ in choices], [choice for choice, right in choices if right]
