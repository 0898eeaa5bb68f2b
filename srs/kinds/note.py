"""The base of all kinds of notes. A kind is a subclass of `Note` in a module of its own, registered in `Kinds`.

A kind defines its keys and their checks, its cards, what a card asks and answers, how an attempt is graded, its fields and
templates in Anki, and the draft for a new note.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from srs.core import media_types
from srs.core.markup import markup_to_words, media_markup
from srs.kinds.anki_form import spoken
from srs.kinds.card_face import Face, Part, Speech, as_words, with_useful_hints
from srs.kinds.languages import language_name

if TYPE_CHECKING:
    from srs.core.event import Rating
    from srs.kinds.anki_form import AnkiForm, NoteInAnki
    from srs.kinds.checks import Finding, Head
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape

Fields = Mapping[str, Any]
"""A note's own keys as its deck file has them, without `id` and `tags`: strings, lists of strings, small mappings."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """Where the knowledge comes from; what the note does not say, its file may."""

    title: str = ""
    section: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Deck:
    """What a deck file says of all its notes.

    `languages` holds (code, BCP 47 tag) pairs, the learner's own first; `settings` are the learner's that hold for this
    deck alone, as (name, value, line); `cards` are the templates that are asked, all if there are none; `after` names the
    decks that are learnt before this one; `extra` holds the keys that kinds add to a file, as the file has them.
    """

    name: str
    description: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    source: Source = Source()
    settings: tuple[tuple[str, Any, int], ...] = ()
    cards: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


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


_REMARKS = frozenset({"note", "because", "hint", "example", "image", "audio", "guid", "html", "order"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(ABC):
    """A note of any kind; an empty string is nothing. `deck` is the deck's name, `tags` include the file's.

    `html` says that all its texts are HTML by an unknown hand: whoever shows them makes them harmless first.
    `gloss_label` names the language of the gloss. `order` is the note's rank within its file; those without come last.
    `chosen` are the templates that the file chooses, none if all are asked. `speech_tag` is the BCP 47 tag of the
    language that the questions are in, empty if the file names no languages.
    """

    key: ClassVar[str]
    """The key that names the kind in a deck file."""
    kind: ClassVar[str]
    title: ClassVar[str]
    """The kind with its article, for messages."""
    pack: ClassVar[str] = ""
    required: ClassVar[tuple[str, ...]]
    """The keys that such a note must have."""
    identity: ClassVar[tuple[str, ...]]
    """The keys that a provisional id is made of; fixed for ever."""
    compared: ClassVar[tuple[str, ...]]
    """The keys that are compared to recognise an edited note: its question and answer."""
    names: ClassVar[str] = ""
    """The key under which such a note names other notes, whose questions it asks."""
    asks_all: ClassVar[bool] = True
    """Every card of such a note has something to ask."""
    may_repeat: ClassVar[bool] = False
    """Two notes may ask the same."""
    anki_name: ClassVar[str]
    """The name of its note type in Anki begins with `srs` and this."""

    id: str
    deck: str
    tags: tuple[str, ...] = ()
    note: str = ""
    because: str = ""
    gloss: str = ""
    gloss_label: str = ""
    hint: str = ""
    example: str = ""
    source: Source = Source()
    image: str = ""
    audio: str = ""
    guid: str = ""
    html: bool = False
    order: int | None = None
    chosen: tuple[str, ...] = ()
    speech_tag: str = ""

    @classmethod
    @abstractmethod
    def shape(cls) -> "type[NoteShape]":
        """The pydantic model of the kind's keys; made on the first call."""

    @classmethod
    def file_keys(cls) -> Mapping[str, Any]:
        """Keys that the kind adds to a deck file, as `pydantic.create_model` takes them."""
        return _NOTHING

    @classmethod
    def check_head(cls, head: "Head") -> "Iterator[Finding]":
        """Finds errors in the keys that the kind adds to a file; paths begin with such a key."""
        yield from ()

    @classmethod
    def check(cls, data: Mapping[str, Any], head: "Head", wrong: Set[str | int]) -> "Iterator[Finding]":
        """Finds errors that depend on several values. `wrong` are the keys whose shape is wrong already; skip them."""
        yield from ()

    @classmethod
    def lint(cls, data: Mapping[str, Any]) -> "Iterator[Finding]":
        """Finds matters of style in a note without errors."""
        yield from ()

    @classmethod
    @abstractmethod
    def draft(cls, deck: Deck) -> str:
        """The keys that a new note must have, as YAML in an item of a list."""

    @classmethod
    @abstractmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        """The attributes that the kind adds, from valid and stripped fields."""

    @classmethod
    def read(cls, note_id: str, deck: Deck, fields: Fields, tags: Sequence[str]) -> Self:
        """The note that valid `fields` describe."""
        fields = {key: value.strip() if isinstance(value, str) else _stripped(value) for key, value in fields.items()}
        common: dict[str, Any] = {key: fields[key] for key in fields.keys() & _REMARKS}
        if gloss := fields.get("gloss", fields.get("ko")):
            common["gloss"] = gloss
            common["gloss_label"] = language_name(*deck.languages[0]) if deck.languages else ""
        if "source" in fields:
            common["source"] = replace(deck.source, **fields["source"])
        else:
            common["source"] = deck.source
        if deck.languages:
            common["speech_tag"] = deck.languages[1][1]
        own_tags = tuple(dict.fromkeys((*deck.tags, *tags))) if tags else deck.tags
        note = cls(id=note_id, deck=deck.name, tags=own_tags, **common, **cls.own(fields, deck))
        return note._with_chosen(deck.cards) if deck.cards else note

    def _with_chosen(self, templates: Sequence[str]) -> Self:
        """Asks these templates alone; a note that has none of them, or no others, asks all of its own."""
        slugs = [card.template for card in self.all_cards()]
        chosen = tuple(slug for slug in slugs if slug in templates)
        return self if len(chosen) in {0, len(slugs)} else replace(self, chosen=chosen)

    @property
    def named_notes(self) -> tuple[str, ...]:
        """The ids under `names`."""
        return ()

    def with_questions(self, questions: Mapping[str, str]) -> Self:
        """The note with the questions of the notes that it names, by id, as far as they are known."""
        return self

    @abstractmethod
    def all_cards(self) -> tuple[Card, ...]:
        """A card of every template, by ordinal. Slugs and ordinals are fixed for ever: progress hangs on them."""

    def cards(self) -> tuple[Card, ...]:
        """The cards that are asked, by ordinal."""
        return self._chosen_cards()

    def unasked_cards(self) -> tuple[Card, ...]:
        """Those that the deck file does not choose, or that have nothing to ask."""
        if self.asks_all and not self.chosen:
            return ()
        asked = self.cards()
        return tuple(card for card in self.all_cards() if card not in asked)

    def _chosen_cards(self) -> tuple[Card, ...]:
        every = self.all_cards()
        return tuple(card for card in every if card.template in self.chosen) if self.chosen else every

    @abstractmethod
    def asks(self, card: Card, repetition: int | None) -> Face:
        """What one of the cards asks and answers, without the remarks; texts as the note has them."""

    def face(self, card: Card, repetition: int | None = None) -> Face:
        """The face of one of the cards. Choices are shuffled by repetition; without one they are in the deck's order. HTML
        becomes plain text. A question in the language to be learnt may be heard.
        """
        files = (media_markup(file) for file in (self.image, self.audio) if media_types.media_kind(file))
        remarks = (("Because", self.because), ("Example", self.example), ("Note", self.note))
        more = tuple(Part(label, text) for label, text in (*(("", file) for file in files), *remarks) if text)
        asked = self.asks(card, repetition)
        face = replace(asked, more=more, gloss=self.gloss, gloss_label=self.gloss_label, hints=self.hints(card))
        face = with_useful_hints(as_words(face) if self.html else face)
        words = "" if face.speech or not self.speech_tag else markup_to_words(face.question).replace("[…]", "…").strip()
        return replace(face, speech=Speech(words, self.speech_tag, asked=True)) if words else face

    def hints(self, card: Card) -> tuple[str, ...]:
        """The hints of one of the cards, in the order in which they are shown; empty ones are none."""
        return (self.hint,)

    def suggestion(self, attempt: "Attempt") -> "Rating | None":
        """The rating that the attempt suggests; None without an attempt."""
        return attempt.typed.suggestion if attempt.typed else None

    @abstractmethod
    def anki_form(self) -> "AnkiForm":
        """The kind's part of the note type in Anki; one object for all notes of that type."""

    @abstractmethod
    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        """The HTML of the fields that `anki_form` names; `html` makes it of the note's texts."""

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        """The HTML of the three spare fields. An empty one leaves the note in Anki as it was before there were any."""
        return "", "", ""

    def anki_head(self) -> tuple[str, ...]:
        """What of its deck file's head, beside the tags, goes into the fields in Anki: a change of it changes the note there."""
        return (self.speech_tag,) if self.speech_tag else ()

    def _spoken(self, question: str) -> str:
        """The field that has Anki read the question aloud; empty if its language is unknown."""
        return spoken(question, self.speech_tag, html=self.html) if self.speech_tag else ""

    @classmethod
    def languages_in_anki(cls, note: "NoteInAnki") -> tuple[tuple[str, str], ...]:
        """(code, BCP 47 tag) of the languages that the note's deck file needs, the learner's own first. Raises ValueError."""
        return ()

    @classmethod
    def head_in_anki(cls, note: "NoteInAnki") -> Mapping[str, Sequence[str]]:
        """Further keys that the head of the note's deck file needs, without empty ones."""
        return _NOTHING

    @classmethod
    @abstractmethod
    def from_anki(cls, note: "NoteInAnki") -> dict[str, Any]:
        """The kind's keys as a deck file has them, texts as `Html`. Raises ValueError, saying why it cannot be done."""


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return {key: _stripped(item) for key, item in value.items()} if isinstance(value, dict) else value
