"""A quiz: a question with choices, of which one or several are right. Its one card asks for the right ones."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from srs.core.event import Rating
from srs.core.quoting import listed, nearest, quoted
from srs.core.unicode import nfc
from srs.kinds.anki_form import AnkiForm, Html, NoteInAnki, sides, template_file
from srs.kinds.card_face import Choice, Face, Part, letter, shuffled, words_of
from srs.kinds.checks import Finding, Head, texts
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.grading import Attempt
    from srs.kinds.shapes import NoteShape

_CATCH_ALL = re.compile(r"\b(all|none|both) of (the above|these|them)\b|위의? 모두", re.IGNORECASE)
_FAR_LONGER = 1.4  # times the longest wrong choice …
_MANY_MORE = 12  # … and at least so many characters more


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(Note):
    """`answers` are among the `choices`, in their order."""

    key: ClassVar[str] = "quiz"
    kind: ClassVar[str] = "quiz"
    title: ClassVar[str] = "a quiz"
    required: ClassVar[tuple[str, ...]] = ("quiz", "choices", "answer")
    identity: ClassVar[tuple[str, ...]] = ("quiz", "choices", "answer")
    compared: ClassVar[tuple[str, ...]] = ("quiz", "choices")
    anki_name: ClassVar[str] = "Quiz"

    question: str
    choices: tuple[str, ...]
    answers: tuple[str, ...]

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import NoteShape, OneOrMore, Text  # noqa: PLC0415 - as above

        class QuizShape(NoteShape):
            """A question with choices. One card: choose."""

            quiz: Text = Field(description="The question.", examples=["Which of these is a noble gas?"])
            choices: Annotated[list[Text], Field(min_length=2, json_schema_extra={"uniqueItems": True})] = Field(
                description="The choices: at least two, in any order.", examples=[["Neon", "Nitrogen", "Oxygen"]]
            )
            answer: OneOrMore = Field(description="The right choice, or a list of all right ones.", examples=["Neon"])

        return QuizShape

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Finds repeated choices, and answers that are not among the choices."""
        if not isinstance(data.get("choices"), list):
            return
        choices, seen = texts(data["choices"]), set[str]()
        for n, choice in choices.items():
            if nfc(choice.strip()) in seen:
                yield "error", ("choices", n), f"the choice {quoted(choice)} is listed twice; change or delete one"
            seen.add(nfc(choice.strip()))
        known = set(map(nfc, choices.values()))
        for n, answer in texts(data.get("answer", [])).items():
            if nfc(answer) not in known:
                meant = nearest(answer, choices.values()) if len(choices) > 6 else None
                advice = f"did you mean {quoted(meant)}?" if meant else f"write one of: {listed(choices.values())}"
                yield "error", ("answer", n), f"{quoted(answer)} is not among the choices; {advice}"

    @classmethod
    def lint(cls, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Finds choices that give the answer away."""
        choices, answer = data["choices"], data["answer"]
        right = set(map(nfc, [answer] if isinstance(answer, str) else answer))
        longest_wrong = max((len(choice) for choice in choices if nfc(choice) not in right), default=0)
        for n, choice in enumerate(choices):
            if _CATCH_ALL.search(choice):
                yield "warning", ("choices", n), f"{quoted(choice)} is guessed easily; write a choice of its own kind"
            far_longer = len(choice) > max(_FAR_LONGER * longest_wrong, longest_wrong + _MANY_MORE - 1)
            if nfc(choice) in right and longest_wrong and far_longer:
                message = "the right answer is the longest by far; shorten it, or lengthen the others"
                yield "warning", ("choices", n), message

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'quiz: ""\n  choices:\n  - ""\n  - ""\n  - ""\n  - ""\n  answer: ""'

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        right = fields["answer"]
        answers = set(map(nfc, [right] if isinstance(right, str) else right))
        choices = tuple(fields["choices"])
        chosen = tuple(choice for choice in choices if nfc(choice) in answers)
        return {"question": fields["quiz"], "choices": choices, "answers": chosen}

    @property
    def task(self) -> str:
        """How many choices are right."""
        return "Choose one" if len(self.answers) == 1 else f"Choose {len(self.answers)}"

    def all_cards(self) -> tuple[Card, ...]:
        return (Card(self.id, "choose", 0),)

    def asks(self, card: Card, repetition: int | None) -> Face:
        order = self.choices if repetition is None else shuffled(self.choices, f"{card.key} {repetition}")
        choices = tuple(Choice(letter(n), choice, choice in self.answers) for n, choice in enumerate(order))
        return Face(
            task=self.task,
            question=self.question,
            answer=tuple(Part("", f"{choice.letter}) {choice.text}") for choice in choices if choice.right),
            choices=choices,
            options=choices,
            picks_one=len(self.answers) == 1,
        )

    def suggestion(self, attempt: "Attempt") -> Rating | None:
        """Good for all right choices and no other, else Again."""
        if not attempt.picked:
            return None
        return Rating.GOOD if attempt.picked == set(words_of(self.answers, html=self.html)) else Rating.AGAIN

    def anki_form(self) -> AnkiForm:
        return _form()

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        return html(self.question), self.task, self._buttons(html), html("\n".join(self.answers))

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        return "", "", self._spoken(self.question)

    def _buttons(self, html: Callable[[str], str]) -> str:
        """A button for each choice. The right ones are marked in the HTML, so that no script holds text of a deck."""
        rows = []
        for n, choice in enumerate(self.choices):
            right = " data-right" if choice in self.answers else ""
            rows.append(
                f'<button type="button" class="choice" data-letter="{letter(n)}"{right}>'
                f'<span dir="auto">{html(choice)}</span></button>'
            )
        return "".join(rows)

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        buttons = _read_buttons(note.values.get("Choices", ""))
        choices, right = [choice for choice, _ in buttons], [choice for choice, right in buttons if right]
        if len(choices) < 2 or not right:
            raise ValueError("the choices of its quiz are missing")
        return {"quiz": note.html("Question"), "choices": choices, "answer": right if len(right) > 1 else right[0]}


@cache
def _form() -> AnkiForm:
    fields = ("Question", "Task", "Choices", "Answers")
    return AnkiForm(
        "srs Quiz",
        "quiz",
        fields,
        (("Card", *sides("srs.kinds", "quiz.html", shuffle=template_file("srs.kinds", "shuffle.html"))),),
    )


def _read_buttons(html: str) -> list[tuple[Html, bool]]:
    """Each choice, which is what a button holds without the span around it, and whether it is right."""
    from srs.core.html_tokens import EndTag, StartTag, tokenize  # noqa: PLC0415 - only to import from Anki

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
    return [(Html("".join(pieces)), right) for pieces, right in buttons]
