"""A mapping: a question and the principles that it is after. Its one card asks for them, the primary one first."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from srs.core.event import Rating
from srs.core.quoting import listed, nearest, quoted
from srs.interview.kinds.principles import PACK, PRINCIPLES
from srs.interview.kinds.wordings import check_wordings, wording, wordings_field
from srs.interview.kinds.wordings_in_anki import sides_with_wordings, wordings_from_html, wordings_html
from srs.kinds.anki_form import AnkiForm, NoteInAnki
from srs.kinds.card_face import OPTION_KEYS, Choice, Face, Part, words_of
from srs.kinds.checks import Finding, Head, texts
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape

_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


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

        known = {"type": "string", "anyOf": [{"enum": list(PRINCIPLES)}, {"pattern": _SLUG}]}
        slugs = list[Annotated[str, Field(json_schema_extra=known)]]

        class MappingShape(NoteShape):
            """A question and the principles that it is after. One card: principles."""

            question: Text = Field(description="The interviewer's question.", examples=["Tell me about a time when …"])
            principles: Annotated[slugs, Field(min_length=1, json_schema_extra={"uniqueItems": True})] = Field(
                description="Slugs of the principles; the first is the primary one.",
                examples=[["customer-obsession", "ownership"]],
            )
            also_accepted: Annotated[slugs, Field(min_length=1, json_schema_extra={"uniqueItems": True})] = Field(
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
        slug = Annotated[str, matching(_SLUG, message), StringConstraints(pattern=_SLUG)]
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
        known = None if "principles" in head.wrong else head.extra.get("principles", PRINCIPLES)
        seen = set[str]()
        for key in ("principles", "also_accepted"):
            found = data.get(key)
            for n, slug in texts(found).items() if isinstance(found, list) else ():
                if slug in seen:
                    yield "error", (key, n), f"the principle {quoted(slug)} is listed twice; delete one"
                elif known is not None and slug not in known:
                    meant = nearest(slug, known)
                    advice = f"did you mean {quoted(meant)}?" if meant else f"write one of: {listed(known)}"
                    yield "error", (key, n), f"the principle {quoted(slug)} is unknown; {advice}"
                seen.add(slug)

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return f'question: ""\n  principles: [{next(iter(_vocabulary(deck)))}]'

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        names = _vocabulary(deck)
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
            task="Name the principles, the primary one first",
            question=wording(self.question, self.wordings, card.key, repetition),
            answer=tuple(answer),
            options=tuple(
                Choice(key, name, name in right, name in accepted)
                for key, name in zip(OPTION_KEYS, self.vocabulary, strict=False)
            ),
        )

    def suggestion(self, attempt: "Attempt") -> Rating | None:
        """Good for all of them and no other but those also accepted, Hard where the primary one is among the picked, else
        Again.
        """
        if not attempt.picked:
            return None
        names = words_of(self._names(), html=self.html)
        accepted = words_of([name for _, name in self.also_accepted], html=self.html)
        if attempt.picked - set(accepted) == set(names):
            return Rating.GOOD
        return Rating.HARD if names[0] in attempt.picked else Rating.AGAIN

    def anki_form(self) -> AnkiForm:
        return _form()

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        primary, *others = self._names()
        return html(self.question), html(primary), html(", ".join(others))

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        accepted = html(", ".join(name for _, name in self.also_accepted)) if self.also_accepted else ""
        return wordings_html(self.wordings, html), accepted, self._spoken(self.question)

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        right = _slugs(note, "Primary", "Others")
        accepted = [slug for slug in _slugs(note, "Spare2") if slug not in right]
        return {
            "question": note.html("Question"),
            "principles": right,
            **({"also_accepted": accepted} if accepted else {}),
            **wordings_from_html(note.values.get("Spare1", "")),
        }


def _slugs(note: NoteInAnki, *fields: str) -> list[str]:
    """The principles that these fields name, separated by commas, which names may contain as well. Raises ValueError."""
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - only to import from Anki

    slugs = {name: slug for slug, name in PRINCIPLES.items()}
    names = sorted(slugs, key=len, reverse=True)
    text = ", ".join(html_to_text(note.values.get(field, "")) for field in fields).strip(", ")
    text = f"{text}, " if text else ""
    found, at = list[str](), 0
    while at < len(text):
        name = next((name for name in names if text.startswith(f"{name}, ", at)), None)
        if name is None:
            raise ValueError("its principles are not Amazon's sixteen")
        found.append(slugs[name])
        at += len(name) + 2
    return list(dict.fromkeys(found))


def _vocabulary(deck: Deck) -> Mapping[str, str]:
    names: Mapping[str, str] = deck.extra.get("principles", PRINCIPLES)
    return names


@cache
def _form() -> AnkiForm:
    template = ("Card", *sides_with_wordings("mapping.html"))
    return AnkiForm("srs Mapping", "mapping", ("Question", "Primary", "Others"), (template,))
