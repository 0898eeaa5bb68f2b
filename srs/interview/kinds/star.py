"""A STAR answer: a question and its answer in four parts. Its one card asks to tell it, part by part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from srs.core.event import Rating
from srs.interview.kinds.principles import PACK
from srs.kinds.anki_form import AnkiForm, NoteInAnki, sides
from srs.kinds.card_face import Face, Part
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape

_PARTS = ("situation", "task", "action", "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Star(Note):
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

        return StarShape

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'star: ""' + "".join(f'\n  {part}: ""' for part in _PARTS)

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        return {"question": fields["star"], **{part: fields[part] for part in _PARTS}}

    def _parts(self) -> tuple[str, ...]:
        return self.situation, self.task, self.action, self.result

    def cards(self) -> tuple[Card, ...]:
        return (Card(self.id, "answer", 0),)

    def asks(self, card: Card, repetition: int | None) -> Face:
        answer = tuple(Part(name.capitalize(), text) for name, text in zip(_PARTS, self._parts(), strict=True))
        return Face(task="Tell it as a STAR story", question=self.question, answer=answer, stepwise=True)

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

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        return {"star": note.html("Question")} | {part: note.html(part.capitalize()) for part in _PARTS}


@cache
def _form() -> AnkiForm:
    fields = ("Question", "Situation", "Task", "Action", "Result")
    return AnkiForm("srs STAR", "star", fields, (("Card", *sides("srs.interview.kinds", "star.html")),))
