"""A mapping: a question and the principles that it is after. Its one card asks for them, the primary one first."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from srs.core.event import Rating
from srs.interview.kinds.lists_in_anki import list_html
from srs.interview.kinds.principles import (
    PACK,
    SLUG,
    TASK,
    check_principles,
    options,
    rate_picked,
    slugs_in_anki,
    slugs_shape,
    vocabulary,
)
from srs.interview.kinds.wordings import check_wordings, wording, wordings_field
from srs.interview.kinds.wordings_in_anki import sides_with_wordings, wordings_in_anki
from srs.kinds.anki_form import AnkiForm, NoteInAnki
from srs.kinds.card_face import Face, Part
from srs.kinds.checks import Finding, Head
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipleMapping(Note):
    """`principles` are (slug, name), the primary one first; `also_accepted` are further ones that are no mistake.
    `vocabulary` names all that they are chosen from. `wordings` ask the question in other words.
    """

    key: ClassVar[str] = "question"
    kind: ClassVar[str] = "mapping"
    title: ClassVar[str] = "a mapping"
    pack: ClassVar[str] = PACK
    required: ClassVar[tuple[str, ...]] = ("question", "principles")
    identity: ClassVar[tuple[str, ...]] = ("question", "principles")
    compared: ClassVar[tuple[str, ...]] = ("question", "principles")
    anki_name: ClassVar[str] = "Mapping"

    question: str
    principles: tuple[tuple[str, str], ...]
    vocabulary: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    also_accepted: tuple[tuple[str, str], ...] = ()

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import NoteShape, Text  # noqa: PLC0415 - as above

        slugs = slugs_shape()

        class MappingShape(NoteShape):
            """A question and the principles that it is after. One card: principles."""

            question: Text = Field(description="The interviewer's question.", examples=["Tell me about a time when …"])
            principles: slugs = Field(  # type: ignore[valid-type] # made above
                description="Slugs of the principles; the first is the primary one.",
                examples=[["customer-obsession", "ownership"]],
            )
            also_accepted: slugs = Field(  # type: ignore[valid-type] # as above
                default=[],
                description="Slugs of principles that are no mistake beside the right ones.",
                examples=[["dive-deep"]],
            )
            wordings: list[Text] = wordings_field()

        return MappingShape

    @classmethod
    def file_keys(cls) -> Mapping[str, Any]:
        """The vocabulary that a file may bring."""
        from pydantic import Field, StringConstraints  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import Text, matching  # noqa: PLC0415 - as above

        message = "a principle's slug holds only small letters, digits and '-' between them; write e.g. think-big"
        slug = Annotated[str, matching(SLUG, message), StringConstraints(pattern=SLUG)]
        vocabulary: Any = Field(
            default_factory=dict,
            min_length=1,
            description="The vocabulary of this file's mappings, instead of Amazon's sixteen principles.",
            examples=[{"be-kind": "Be Kind"}],
            json_schema_extra={"additionalProperties": False},
        )
        return {"principles": (dict[slug, Text], vocabulary)}

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Finds principles that are repeated or unknown, and wordings that are."""
        yield from check_wordings(data, cls.key)
        yield from check_principles(data, ("principles", "also_accepted"), head)

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return f'question: ""\n  principles: [{next(iter(vocabulary(deck)))}]'

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        names = vocabulary(deck)
        return {
            "question": fields["question"],
            "principles": tuple((slug, names[slug]) for slug in fields["principles"]),
            "vocabulary": tuple(names.values()),
            "wordings": tuple(fields.get("wordings", ())),
            "also_accepted": tuple((slug, names[slug]) for slug in fields.get("also_accepted", ())),
        }

    def all_cards(self) -> tuple[Card, ...]:
        return (Card(self.id, "principles", 0),)

    def _names(self) -> list[str]:
        return [name for _, name in self.principles]

    def asks(self, card: Card, repetition: int | None) -> Face:
        primary, *others = right = self._names()
        accepted = [name for _, name in self.also_accepted]
        answer = [Part("Primary", primary)]
        answer += [
            Part(label, ", ".join(names)) for label, names in (("Also", others), ("Also accepted", accepted)) if names
        ]
        return Face(
            task=TASK,
            question=wording(self.question, self.wordings, card.key, repetition),
            answer=tuple(answer),
            options=options(self.vocabulary, right, accepted),
        )

    def suggestion(self, attempt: "Attempt") -> Rating | None:
        """Good for all of them and no other but those also accepted, Hard where the primary one is among the picked, else
        Again.
        """
        accepted = [name for _, name in self.also_accepted]
        return rate_picked(attempt.picked, self._names(), accepted, html=self.html)

    def anki_form(self) -> AnkiForm:
        return _form()

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        primary, *others = self._names()
        return html(self.question), html(primary), html(", ".join(others))

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        accepted = html(", ".join(name for _, name in self.also_accepted)) if self.also_accepted else ""
        return list_html(self.wordings, html), accepted, self._spoken(self.question)

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        right = slugs_in_anki(note, "Primary", "Others")
        accepted = [slug for slug in slugs_in_anki(note, "Spare2") if slug not in right]
        return {
            "question": note.html("Question"),
            "principles": right,
            **({"also_accepted": accepted} if accepted else {}),
            **wordings_in_anki(note.values.get("Spare1", "")),
        }


@cache
def _form() -> AnkiForm:
    template = ("Card", *sides_with_wordings("mapping.html"))
    return AnkiForm("srs Mapping", "mapping", ("Question", "Primary", "Others"), (template,))
