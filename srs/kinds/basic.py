"""A basic note: a question and an answer, and further cards under `also`."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from srs.kinds.anki_form import AnkiForm, Html, NoteInAnki, sides
from srs.kinds.card_face import Face, Part, short_words
from srs.kinds.checks import Finding, Head
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.shapes import NoteShape

MOST_CARDS = 50


@dataclass(frozen=True, slots=True)
class CardSides:
    """A question and its answer; `number` is that of the card in Anki, from 1."""

    number: int
    front: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic(Note):
    """`sides` has one item for each card, by ascending number."""

    key: ClassVar[str] = "front"
    kind: ClassVar[str] = "basic"
    title: ClassVar[str] = "a basic note"
    required: ClassVar[tuple[str, ...]] = ("front", "back")
    identity: ClassVar[tuple[str, ...]] = ("front", "back")
    compared: ClassVar[tuple[str, ...]] = ("front", "back", "also")
    anki_name: ClassVar[str] = "Basic"

    sides: tuple[CardSides, ...]

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import NoteShape, Shape, Text  # noqa: PLC0415 - as above

        class AlsoShape(Shape):
            """One more card of a basic note."""

            noun: ClassVar[str] = "card"

            front: Text = Field(description="The question.", examples=["…"])
            back: Text = Field(description="The answer.", examples=["…"])
            card: int = Field(
                default=1,
                ge=1,
                le=MOST_CARDS,
                description="The card's number in Anki; left out, it is the one after the card before.",
                examples=[3],
            )

        class BasicShape(NoteShape):
            """A question and an answer. Cards: back, and back-2, back-3 … for those under `also`."""

            front: Text = Field(description="The question.", examples=["…"])
            back: Text = Field(description="The answer.", examples=["…"])
            card: int = Field(
                default=1,
                ge=1,
                le=MOST_CARDS,
                description="The first card's number in Anki, if there it has no card 1.",
                examples=[2],
            )
            also: Annotated[list[AlsoShape], Field(min_length=1)] = Field(
                default_factory=list,
                description="Further cards of the same note, e.g. the other way round.",
                examples=[[{"front": "…", "back": "…"}]],
            )

        return BasicShape

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Checks that the cards' numbers ascend."""
        if wrong & {"card", "also"}:
            return
        last = data.get("card", 1)
        for n, card in enumerate(data.get("also", [])):
            number = card.get("card", last + 1)
            if number <= last:
                message = f"the cards' numbers go up; write {last + 1} or more, or leave it out"
                yield "error", ("also", n, "card"), message
            elif number > MOST_CARDS:
                yield "error", ("also", n), f"a note has at most {MOST_CARDS} cards; make another note of the rest"
                return
            last = max(last, number)

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'front: ""\n  back: ""'

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        """Each card has the number after the one before it, unless it says otherwise."""
        number = fields.get("card", 1)
        found = [CardSides(number, fields["front"], fields["back"])]
        for card in fields.get("also", ()):
            number = card.get("card", number + 1)
            found.append(CardSides(number, card["front"], card["back"]))
        return {"sides": tuple(found)}

    def all_cards(self) -> tuple[Card, ...]:
        """`back` for the card with the number 1, `back-N` for all others."""
        numbers = (one.number for one in self.sides)
        return tuple(Card(self.id, "back" if n == 1 else f"back-{n}", n - 1) for n in numbers)

    def asks(self, card: Card, repetition: int | None) -> Face:
        one = next(one for one in self.sides if one.number == card.ordinal + 1)
        return Face(
            task="Recall the answer",
            question=one.front,
            answer=(Part("", one.back),),
            wanted=short_words(one.back, html=self.html),
        )

    def anki_form(self) -> AnkiForm:
        return _form(self.sides[-1].number)

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        fields = [""] * (2 * self.sides[-1].number)
        for one in self.sides:
            fields[2 * one.number - 2 : 2 * one.number] = html(one.front), html(one.back)
        return fields

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        """One field cannot speak the questions of several cards."""
        return "", "", self._spoken(self.sides[0].front) if self.sides[-1].number == 1 else ""

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        from srs.core.html_text import html_to_text  # noqa: PLC0415 - only to import from Anki

        asked: list[dict[str, Any]] = []
        for ordinal in note.ordinals:
            names = _field_names(ordinal + 1)
            front, back = (note.values.get(name, "") for name in names)
            if html_to_text(front).strip() and html_to_text(back).strip():
                asked.append({"front": Html(front), "back": Html(back), "card": ordinal + 1})
        if not asked:
            raise ValueError("it asks nothing")
        first, *also = asked
        if first["card"] == 1:
            del first["card"]
        return first | ({"also": also} if also else {})


def _field_names(number: int) -> tuple[str, str]:
    return ("Front", "Back") if number == 1 else (f"Front{number}", f"Back{number}")


@cache
def _form(count: int) -> AnkiForm:
    """Notes with several cards have a type for each number of them: a type's fields are fixed for ever."""
    front, back = sides("srs.kinds", "basic.html")
    if count == 1:
        return AnkiForm("srs Basic", "basic", ("Front", "Back"), (("Card", front, back),))
    fields: list[str] = []
    templates = []
    for number in range(1, count + 1):
        asked, answered = _field_names(number)
        fields += asked, answered
        own_front, own_back = (side.replace("{{Front}}", f"{{{{{asked}}}}}") for side in (front, back))
        # without a question there is no card, whatever else the front shows
        own_front = f"{{{{#{asked}}}}}{own_front}{{{{/{asked}}}}}"
        templates.append((f"Card {number}", own_front, own_back.replace("{{Back}}", f"{{{{{answered}}}}}")))
    return AnkiForm(f"srs Basic ({count} cards)", "basic", tuple(fields), tuple(templates))
