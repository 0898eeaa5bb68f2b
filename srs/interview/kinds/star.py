"""A STAR answer: a question and its answer in four parts. Its one card asks to tell it, part by part."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from srs.core.event import Rating
from srs.interview.kinds.lists_in_anki import list_html
from srs.interview.kinds.principles import PACK
from srs.interview.kinds.wordings import check_wordings, wording, wordings_field
from srs.interview.kinds.wordings_in_anki import sides_with_wordings, wordings_in_anki
from srs.kinds.anki_form import AnkiForm, NoteInAnki
from srs.kinds.card_face import Face, Part
from srs.kinds.checks import Finding, Head
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape

_PARTS = ("situation", "task", "action", "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Star(Note):
    """`wordings` ask the question in other words."""

    key: ClassVar[str] = "star"
    kind: ClassVar[str] = "star"
    title: ClassVar[str] = "a STAR answer"
    pack: ClassVar[str] = PACK
    required: ClassVar[tuple[str, ...]] = ("star", *_PARTS)
    identity: ClassVar[tuple[str, ...]] = ("star", *_PARTS)
    compared: ClassVar[tuple[str, ...]] = ("star", *_PARTS)
    anki_name: ClassVar[str] = "STAR"

    question: str
    situation: str
    task: str
    action: str
    result: str
    wordings: tuple[str, ...] = ()

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import NoteShape, Text  # noqa: PLC0415 - as above

        class StarShape(NoteShape):
            """A question and its answer in four parts. One card: answer."""

            star: Text = Field(description="The interviewer's question.", examples=["Tell me about a time when …"])
            situation: Text = Field(description="Where and when it was, and what made it hard.", examples=["…"])
            task: Text = Field(description="What you had to do.", examples=["…"])
            action: Text = Field(description="What you did.", examples=["…"])
            result: Text = Field(description="What came of it, in numbers.", examples=["…"])
            wordings: list[Text] = wordings_field()

        return StarShape

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Finds wordings that are repeated."""
        yield from check_wordings(data, cls.key)

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'star: ""' + "".join(f'\n  {part}: ""' for part in _PARTS)

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        wordings = tuple(fields.get("wordings", ()))
        return {"question": fields["star"], **{part: fields[part] for part in _PARTS}, "wordings": wordings}

    def _parts(self) -> tuple[str, ...]:
        return self.situation, self.task, self.action, self.result

    def all_cards(self) -> tuple[Card, ...]:
        return (Card(self.id, "answer", 0),)

    def asks(self, card: Card, repetition: int | None) -> Face:
        answer = tuple(Part(name.capitalize(), text) for name, text in zip(_PARTS, self._parts(), strict=True))
        question = wording(self.question, self.wordings, card.key, repetition)
        return Face(task="Tell it as a STAR story", question=question, answer=answer, stepwise=True)

    def suggestion(self, attempt: "Attempt") -> Rating | None:
        """Good for four parts recalled, Hard for two or three, else Again."""
        if len(attempt.recalled) < len(_PARTS):
            return None
        recalled = sum(attempt.recalled)
        return Rating.GOOD if recalled == len(_PARTS) else Rating.HARD if recalled >= 2 else Rating.AGAIN

    def anki_form(self) -> AnkiForm:
        return _form()

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        return [html(text) for text in (self.question, *self._parts())]

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        return list_html(self.wordings, html), "", self._spoken(self.question)

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        parts = {part: note.html(part.capitalize()) for part in _PARTS}
        return {"star": note.html("Question"), **parts, **wordings_in_anki(note.values.get("Spare1", ""))}


@cache
def _form() -> AnkiForm:
    fields = ("Question", "Situation", "Task", "Action", "Result")
    return AnkiForm("srs STAR", "star", fields, (("Card", *sides_with_wordings("star.html")),))
