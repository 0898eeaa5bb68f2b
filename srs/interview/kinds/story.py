"""A story of the learner's own in the STAR form. Its cards ask which story answers a question, each part from the one before,
its figures and its principles.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from srs.core.event import Rating
from srs.core.id_pattern import ID_PATTERN
from srs.interview.kinds.lists_in_anki import list_html, list_items, text_or_list_html, text_or_list_in_anki
from srs.interview.kinds.principles import (
    PACK,
    TASK,
    check_principles,
    options,
    rate_picked,
    slugs_in_anki,
    slugs_shape,
    vocabulary,
)
from srs.interview.kinds.wordings import wording
from srs.interview.kinds.wordings_in_anki import sides_with_wordings
from srs.kinds.anki_form import AnkiForm, NoteInAnki, sides
from srs.kinds.card_face import Face, Part
from srs.kinds.checks import Finding, Head
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.interview.self_check import Check
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape

PARTS = ("situation", "task", "action", "result")
CATEGORIES = ("technical", "conflict", "failure", "leadership", "customer")

_SLUGS = ("which", "task", "action", "result", "figures", "principles")
_WHICH, _FIGURES = "Name the story that answers this", "Say all of its figures"
_TEXTS = ("project", "when", "role", "category", "why", "lesson")

_SENTENCE = re.compile(r"[^.!?…。]+(?:[.!?…。](?!\s)[^.!?…。]*)*[.!?…。]")

Texts = tuple[str, ...]
"""A text, or the items of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Note):
    """`principles` are (slug, name), the primary one first; `vocabulary` names all that they are chosen from. `answers` are
    the ids of the questions that the story can answer, and `questions` their texts, of those that are known.
    """

    key: ClassVar[str] = "story"
    kind: ClassVar[str] = "story"
    title: ClassVar[str] = "a story"
    pack: ClassVar[str] = PACK
    required: ClassVar[tuple[str, ...]] = ("story", *PARTS)
    identity: ClassVar[tuple[str, ...]] = ("story", *PARTS)
    compared: ClassVar[tuple[str, ...]] = ("story", *PARTS)
    names: ClassVar[str] = "answers"
    asks_all: ClassVar[bool] = False
    anki_name: ClassVar[str] = "Story"

    headline: str
    situation: Texts
    task: Texts
    action: Texts
    result: Texts
    numbers: Texts = ()
    why: str = ""
    lesson: str = ""
    project: str = ""
    when: str = ""
    role: str = ""
    category: str = ""
    principles: tuple[tuple[str, str], ...] = ()
    vocabulary: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field, StringConstraints  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import NoteShape, OneOrMore, Text, matching  # noqa: PLC0415 - as above

        slugs = slugs_shape()
        message = "an id begins with a letter or a digit, and holds only those and . _ -"
        ids = Annotated[
            list[Annotated[str, matching(f"^{ID_PATTERN}$", message), StringConstraints(pattern=f"^{ID_PATTERN}$")]],
            Field(min_length=1, json_schema_extra={"uniqueItems": True}),
        ]

        class StoryShape(NoteShape):
            """A story of your own. Cards: which, task, action, result, figures, principles."""

            story: Text = Field(
                description="What the story is called.", examples=["Cutting a report from 9 to 2 hours"]
            )
            situation: OneOrMore = Field(description="Team, project and what made it hard.", examples=["…"])
            task: OneOrMore = Field(description="What you, not the team, had to do.", examples=["…"])
            action: OneOrMore = Field(
                description="What you did, and why this way: half of the time.", examples=[["…", "…"]]
            )
            result: OneOrMore = Field(description="What came of it, in figures, and what you learnt.", examples=["…"])
            numbers: OneOrMore = Field(
                default=[], description="The figures that must not be missed.", examples=[["9 h → 2 h"]]
            )
            why: Text = Field(default="", description="Why this way, and not another.", examples=["…"])
            lesson: Text = Field(default="", description="What you learnt, and what changed since.", examples=["…"])
            project: Text = Field(default="", description="The project that it happened in.", examples=["…"])
            when: Text = Field(default="", description="In words or in quotes.", examples=["spring 2024"])
            role: Text = Field(default="", description="Who you were in it.", examples=["ML engineer"])
            category: Literal[CATEGORIES] = Field(  # type: ignore[valid-type] # the words of one place
                default="", description="What kind of story it is.", examples=["failure"]
            )
            principles: slugs = Field(  # type: ignore[valid-type] # made above
                default=[],
                description="Slugs of the principles that it shows; the first is the primary one.",
                examples=[["dive-deep"]],
            )
            answers: ids = Field(
                default=[], description="Ids of notes whose questions it can answer.", examples=[["q01-star"]]
            )

        return StoryShape

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Finds principles that are repeated or unknown."""
        yield from check_principles(data, ("principles",), head)

    @classmethod
    def lint(cls, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Finds what the self-check would have told otherwise; HTML is left alone."""
        if "html" in data:
            return
        from srs.interview import self_check  # noqa: PLC0415 - not needed to review

        pieces = {part: _texts(data[part]) for part in PARTS}
        situation, task, action, result = ("\n".join(pieces[part]) for part in PARTS)
        why, lesson, numbers = data.get("why", ""), data.get("lesson", ""), _texts(data.get("numbers", ()))
        told = self_check.Story(situation, task, action, result, why, lesson, numbers)
        for found in self_check.self_check(told):
            if not found.passed:
                yield "warning", _place(found, pieces, data), found.why

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'story: ""' + "".join(f'\n  {part}: ""' for part in PARTS)

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        names = vocabulary(deck)
        return {
            "headline": fields["story"],
            **{part: _texts(fields[part]) for part in PARTS},
            "numbers": _texts(fields.get("numbers", ())),
            **{key: fields.get(key, "") for key in _TEXTS},
            "principles": tuple((slug, names[slug]) for slug in fields.get("principles", ())),
            "vocabulary": tuple(names.values()),
            "answers": tuple(fields.get("answers", ())),
        }

    @property
    def named_notes(self) -> tuple[str, ...]:
        return self.answers

    def with_questions(self, questions: Mapping[str, str]) -> Self:
        return replace(self, questions=tuple(questions[note] for note in self.answers if note in questions))

    def all_cards(self) -> tuple[Card, ...]:
        return tuple(Card(self.id, slug, n) for n, slug in enumerate(_SLUGS))

    def cards(self) -> tuple[Card, ...]:
        """Those of which there is something to ask."""
        empty = {"which": not self.answers, "figures": not self.numbers, "principles": not self.principles}
        return tuple(card for card in self._chosen_cards() if not empty.get(card.template))

    def _names(self) -> list[str]:
        return [name for _, name in self.principles]

    def _text(self, part: str) -> str:
        return self._joined(getattr(self, part))

    def _joined(self, texts: Texts) -> str:
        if len(texts) == 1:
            return texts[0]
        return list_html(texts, str) if self.html else "\n".join(f"• {text}" for text in texts)

    def asks(self, card: Card, repetition: int | None) -> Face:
        match card.template:
            case "which":
                first, *others = self.questions or self.answers
                answer: tuple[Part, ...] = (Part("Story", self.headline), Part("Begins", self._opening))
                return Face(
                    task=_WHICH,
                    question=wording(first, others, card.key, repetition),
                    answer=answer,
                )
            case "figures":
                answer = (Part("", self._joined(self.numbers)),)
                return Face(task=_FIGURES, question=self.headline, answer=answer)
            case "principles":
                right = self._names()
                answer = (Part("", ", ".join(right)),)
                chosen = options(self.vocabulary, right)
                return Face(task=TASK, question=self.headline, answer=answer, options=chosen)
            case part:
                before = PARTS[PARTS.index(part) - 1]
                return Face(
                    task=_follows(before, part),
                    question=self._text(before),
                    answer=(Part(part.capitalize(), self._text(part)),),
                )

    @property
    def _opening(self) -> str:
        """The first sentence of the situation."""
        first = self.situation[0]
        found = None if self.html else _SENTENCE.match(first)
        return found[0] if found else first

    def suggestion(self, attempt: "Attempt") -> Rating | None:
        """By the picked principles, where they are asked."""
        return rate_picked(attempt.picked, self._names(), (), html=self.html)

    def anki_form(self) -> AnkiForm:
        return _form()

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        asked = self.questions or self.answers
        return (
            html(self.headline),
            html(asked[0]) if asked else "",
            html(self._opening),
            *(text_or_list_html(getattr(self, part), html) for part in PARTS),
            list_html(self.numbers, html),
            html(", ".join(self._names())),
            *(html(getattr(self, key)) for key in _TEXTS),
            " ".join(self.answers),
        )

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        asked = self.questions or self.answers
        return list_html(asked[1:], html), "", self._spoken(asked[0]) if asked else ""

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        found: dict[str, Any] = {"story": note.html("Story")}
        found |= {part: text_or_list_in_anki(note.html(part.capitalize())) for part in PARTS}
        found |= {
            "numbers": list_items(note.values.get("Numbers", "")),
            "principles": slugs_in_anki(note, "Principles"),
        }
        found |= {key: note.html(key.capitalize()) for key in _TEXTS if note.values.get(key.capitalize(), "").strip()}
        if "category" in found and found["category"] not in CATEGORIES:
            del found["category"]
        found["answers"] = note.values.get("Answers", "").split()
        return {key: value for key, value in found.items() if value}


def _place(found: "Check", pieces: Mapping[str, Texts], data: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where a finding belongs: at the text that has the sentence, else at its part, else at the title."""
    for part in sorted(pieces, key=lambda part: part != found.part):
        for n, text in enumerate(pieces[part]):
            if found.sentence and found.sentence in text:
                return (part, n) if isinstance(data[part], list) else (part,)
    return (found.part or "story",)


def _follows(before: str, part: str) -> str:
    return f"Say the {part.capitalize()} that follows this {before.capitalize()}"


def _texts(value: str | Sequence[str]) -> Texts:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def _form() -> AnkiForm:
    texts = [key.capitalize() for key in _TEXTS]
    parts = [part.capitalize() for part in PARTS]
    fields = ("Story", "Question", "Opening", *parts, "Numbers", "Principles", *texts, "Answers")
    templates = [("which", *sides_with_wordings("story_which.html"))]
    for before, part in pairwise(PARTS):
        values = {
            "task": _follows(before, part),
            "asked": before.capitalize(),
            "wanted": part.capitalize(),
        }
        templates.append((part, *sides("srs.interview.kinds", "story_part.html", **values)))
    for slug, task, field in (("figures", _FIGURES, "Numbers"), ("principles", TASK, "Principles")):
        templates.append((slug, *sides("srs.interview.kinds", "story_field.html", task=task, wanted=field)))
    return AnkiForm("srs Story", "story", fields, tuple(templates))
