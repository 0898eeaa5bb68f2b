"""Notes and their cards: frozen values of six kinds, with fixed template slugs and Anki ordinals."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar, assert_never

from srs.core.unicode import nfc

PRINCIPLES: Mapping[str, str] = MappingProxyType(
    {
        "customer-obsession": "Customer Obsession",
        "ownership": "Ownership",
        "invent-and-simplify": "Invent and Simplify",
        "are-right-a-lot": "Are Right, A Lot",
        "learn-and-be-curious": "Learn and Be Curious",
        "hire-and-develop-the-best": "Hire and Develop the Best",
        "insist-on-the-highest-standards": "Insist on the Highest Standards",
        "think-big": "Think Big",
        "bias-for-action": "Bias for Action",
        "frugality": "Frugality",
        "earn-trust": "Earn Trust",
        "dive-deep": "Dive Deep",
        "have-backbone-disagree-and-commit": "Have Backbone; Disagree and Commit",
        "deliver-results": "Deliver Results",
        "strive-to-be-earths-best-employer": "Strive to be Earth’s Best Employer",
        "success-and-scale-bring-broad-responsibility": "Success and Scale Bring Broad Responsibility",
    }
)
"""Amazon's sixteen, slug → name; a deck may bring a vocabulary of its own."""

Fields = Mapping[str, Any]
"""A note's own keys as its deck file has them, without `id` and `tags`: strings, lists of strings, small mappings."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the knowledge comes from; what the note does not say, its file may."""

    title: str = ""
    section: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Deck:
    """What a deck file says of all its notes.

    `languages` holds (code, BCP 47 tag) pairs, the learner's own first; `principles` maps slugs to names; `settings`
    are the learner's that hold for this deck alone, as (name, value, line).
    """

    name: str
    description: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    source: Source = Source()
    principles: Mapping[str, str] = field(default_factory=lambda: PRINCIPLES)
    settings: tuple[tuple[str, Any, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What every note may have; an empty string is nothing. `deck` is the deck's name, `tags` include the file's.

    `html` says that all its texts are HTML, and nobody knows whose: whoever shows them makes them harmless first.
    """

    id: str
    deck: str
    tags: tuple[str, ...] = ()
    note: str = ""
    because: str = ""
    ko: str = ""
    hint: str = ""
    example: str = ""
    source: Source = Source()
    image: str = ""
    audio: str = ""
    guid: str = ""
    html: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a phrase: the language's code in the deck, its BCP 47 tag, and the text."""

    code: str
    tag: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(_Common):
    """`own` is the learner's language, `foreign` the one to be learnt."""

    kind: ClassVar[str] = "phrase"
    own: Side
    foreign: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(_Common):
    """`answers` are among the `choices`, in their order."""

    kind: ClassVar[str] = "quiz"
    question: str
    choices: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principled(_Common):
    """A mapping: a question and the principles it is after, as (slug, name), the primary one first.

    `vocabulary` names all principles that they are chosen from.
    """

    kind: ClassVar[str] = "mapping"
    question: str
    principles: tuple[tuple[str, str], ...]
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Star(_Common):
    kind: ClassVar[str] = "star"
    question: str
    situation: str
    task: str
    action: str
    result: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer; `number` is that of the card in Anki, from 1."""

    number: int
    front: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic(_Common):
    """`also` are further cards, by number; most notes have none, and a first one with the number 1."""

    kind: ClassVar[str] = "basic"
    front: str
    back: str
    number: int = 1
    also: tuple[Asked, ...] = ()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """All its cards."""
        return (Asked(self.number, self.front, self.back), *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(_Common):
    """`text` holds the gaps as Anki writes them: `{{c1::hidden::hint}}`."""

    kind: ClassVar[str] = "cloze"
    text: str


Note = Phrase | Quiz | Principled | Star | Basic | Cloze

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "phrase": "phrase",
        "quiz": "quiz",
        "question": "mapping",
        "star": "star",
        "front": "basic",
        "cloze": "cloze",
    }
)
"""The key that names the kind in a deck file → the kind."""


@dataclass(frozen=True, slots=True)
class Card:
    """One question asked of a note; `ordinal` is the card's number in Anki, fixed by the template."""

    note: str
    template: str
    ordinal: int

    @property
    def key(self) -> str:
        """`NOTE_ID/TEMPLATE`, by which every event and every state names the card."""
        return f"{self.note}/{self.template}"


_REMARKS = frozenset({"note", "because", "ko", "hint", "example", "image", "audio", "guid", "html"})


def make(note_id: str, deck: Deck, fields: Fields, tags: Sequence[str]) -> Note:
    """The note that valid `fields` describe, without the blanks around a text; `tags` are its own, the deck's first."""
    fields = {key: value.strip() if isinstance(value, str) else _stripped(value) for key, value in fields.items()}
    common: dict[str, Any] = {key: fields[key] for key in fields.keys() & _REMARKS}
    common |= {"id": note_id, "deck": deck.name, "source": deck.source, "tags": deck.tags}
    if "source" in fields:
        common["source"] = replace(deck.source, **fields["source"])
    if tags:
        common["tags"] = tuple(dict.fromkeys((*deck.tags, *tags)))
    if "phrase" in fields:
        own, foreign = (Side(code, tag, fields["phrase"][code]) for code, tag in deck.languages)
        return Phrase(own=own, foreign=foreign, **common)
    if "quiz" in fields:
        right = fields["answer"]
        answers = set(map(nfc, [right] if isinstance(right, str) else right))
        choices = tuple(fields["choices"])
        chosen = tuple(choice for choice in choices if nfc(choice) in answers)
        return Quiz(question=fields["quiz"], choices=choices, answers=chosen, **common)
    if "question" in fields:
        principles = tuple((slug, deck.principles[slug]) for slug in fields["principles"])
        return Principled(
            question=fields["question"], principles=principles, vocabulary=tuple(deck.principles.values()), **common
        )
    if "star" in fields:
        parts = {part: fields[part] for part in ("situation", "task", "action", "result")}
        return Star(question=fields["star"], **parts, **common)
    if "front" in fields:
        first = fields.get("card", 1)
        return Basic(
            front=fields["front"],
            back=fields["back"],
            number=first,
            also=_also(first, fields.get("also", ())),
            **common,
        )
    return Cloze(text=fields["cloze"], **common)


def _also(last: int, cards: Sequence[Mapping[str, Any]]) -> tuple[Asked, ...]:
    """Each has the number after the one before it, unless it says otherwise."""
    found = []
    for card in cards:
        last = card.get("card", last + 1)
        found.append(Asked(last, card["front"], card["back"]))
    return tuple(found)


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return {key: _stripped(item) for key, item in value.items()} if isinstance(value, dict) else value


def cards(note: Note) -> tuple[Card, ...]:
    """All cards of a note, by ordinal."""
    match note:
        case Phrase():
            a, b = note.own.code, note.foreign.code
            return tuple(Card(note.id, slug, n) for n, slug in enumerate(sorted((f"{a}-{b}", f"{b}-{a}"))))
        case Quiz():
            return (Card(note.id, "choose", 0),)
        case Principled():
            return (Card(note.id, "principles", 0),)
        case Star():
            return (Card(note.id, "answer", 0),)
        case Basic():
            return (_basic(note.id, note.number), *[_basic(note.id, one.number) for one in note.also])
        case Cloze():
            return tuple(Card(note.id, f"c{n}", n - 1) for n in cloze_numbers(note.text))
        case _:
            assert_never(note)


def _basic(note_id: str, number: int) -> Card:
    return Card(note_id, "back" if number == 1 else f"back-{number}", number - 1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A hidden part of a cloze, for the cards `numbers`; gaps may stand inside gaps."""

    numbers: tuple[int, ...]
    inside: "tuple[str | Gap, ...]"
    hint: str


_TOKEN = re.compile(r"\{\{c(\d{1,3}+(?:,\d{1,3}+)*+)::|\}\}")


def cloze_parts(text: str) -> tuple[str | Gap, ...]:
    """The text cut at its gaps. Raises ValueError, saying why, if a gap is not closed or has the number 0.

    A `}}` outside every gap is text, as in Anki.
    """
    open_gaps: list[tuple[tuple[int, ...], list[str | Gap]]] = [((), [])]
    position = 0
    for token in _TOKEN.finditer(text):
        open_gaps[-1][1].append(text[position : token.start()])
        position = token.end()
        if token[1]:
            open_gaps.append((tuple(sorted({int(n) for n in token[1].split(",")})), []))
            if 0 in open_gaps[-1][0]:
                raise ValueError("a gap has the number 0; they count from c1")
        elif len(open_gaps) == 1:
            open_gaps[-1][1].append(token[0])
        else:
            numbers, inside = open_gaps.pop()
            open_gaps[-1][1].append(_gap(numbers, inside))
    open_gaps[-1][1].append(text[position:])
    if len(open_gaps) > 1:
        raise ValueError(f"the gap c{open_gaps[-1][0][0]} is not closed with }}}}")
    return tuple(part for part in open_gaps[0][1] if part)


def _gap(numbers: tuple[int, ...], inside: list[str | Gap]) -> Gap:
    """The hint is what follows `::` in the gap's last piece of text."""
    hint = ""
    if inside and isinstance(inside[-1], str) and "::" in inside[-1]:
        inside[-1], _, hint = inside[-1].partition("::")
    return Gap(numbers, tuple(part for part in inside if part), hint)


def cloze_numbers(text: str) -> tuple[int, ...]:
    """Every card number that a cloze text hides something for, ascending."""

    def numbers(parts: tuple[str | Gap, ...]) -> Iterator[int]:
        for part in parts:
            if isinstance(part, Gap):
                yield from part.numbers
                yield from numbers(part.inside)

    return tuple(sorted(set(numbers(cloze_parts(text)))))
