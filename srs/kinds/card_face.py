"""What a card asks and what it answers, as plain values: the terminal draws them, programs get them as text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from srs.core import media_types
from srs.core.markup import Span, markup_to_text, media_markup, media_spans
from srs.kinds.note import Basic, Card, Cloze, Gap, Note, Phrase, Principled, Quiz, Star, cloze_parts

_LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "ja": "Japanese",
    "ko": "Korean",
    "zh": "Chinese",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the answer; `label` is empty where there is only one."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    letter: str
    text: str
    right: bool


_KEYS = "123456789abcdfjklmprswz"
"""By which principles are picked: none of them does anything else in a review."""


@dataclass(frozen=True, slots=True)
class Face:
    """`task` says what is asked of the learner, `more` comes with the whole answer.

    `choices` belong to the question; `options` are all that may be picked, choices or the principles of a vocabulary.
    `gloss` and `hint` are shown only when asked for. A `stepwise` answer is revealed part by part.
    """

    task: str
    question: str
    choices: tuple[Choice, ...]
    options: tuple[Choice, ...]
    answer: tuple[Part, ...]
    more: tuple[Part, ...]
    gloss: str
    hint: str
    stepwise: bool = False

    @property
    def presses(self) -> int:
        """How many of them reveal the whole answer."""
        return len(self.answer) if self.stepwise else 1

    def revealed(self, presses: int) -> tuple[Part, ...]:
        """The parts of the answer that are on show after so many presses."""
        return self.answer[:presses] if self.stepwise or not presses else self.answer

    @property
    def front(self) -> str:
        """The question as plain text, choices included; pictures and sounds are named."""
        lines = [self.question, *(f"{choice.letter}) {choice.text}" for choice in self.choices)]
        return markup_to_text("\n".join(lines))

    @property
    def back(self) -> str:
        """The answer as plain text, with what explains it; pictures and sounds are named."""
        parts = (*self.answer, *self.more)
        return markup_to_text("\n".join(f"{part.label}: {part.text}" if part.label else part.text for part in parts))

    def media(self, presses: int, *, gloss: bool, hint: bool) -> list[Span]:
        """The pictures and sounds that are on show after so many presses, each once, and none of the rest."""
        texts = [self.question, *(choice.text for choice in self.choices)]
        texts += [self.gloss] if gloss else []
        texts += [self.hint] if hint else []
        shown = (*self.revealed(presses), *(self.more if presses == self.presses else ()))
        texts += [part.text for part in shown]
        return list({span.file: span for text in texts for span in media_spans(text)}.values())


def face(note: Note, card: Card, repetition: int | None = None) -> Face:
    """The face of one of the note's cards. Choices come in another order at each repetition, without one as in the deck.

    Of HTML it has the words.
    """
    made = _face(note, card, repetition)
    return _in_words(made) if note.html else made


def _in_words(made: Face) -> Face:
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - most notes have no HTML

    def parts(given: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(Part(part.label, html_to_text(part.text)) for part in given)

    def choices(given: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(choice, text=html_to_text(choice.text)) for choice in given)

    return replace(
        made,
        question=html_to_text(made.question),
        choices=choices(made.choices),
        options=choices(made.options),
        answer=parts(made.answer),
        more=parts(made.more),
        gloss=html_to_text(made.gloss),
        hint=html_to_text(made.hint),
    )


def _face(note: Note, card: Card, repetition: int | None) -> Face:
    choices: tuple[Choice, ...] = ()
    options: tuple[Choice, ...] = ()
    match note:
        case Phrase():
            own_first = card.template == f"{note.own.code}-{note.foreign.code}"
            asked, wanted = (note.own, note.foreign) if own_first else (note.foreign, note.own)
            task, question = f"Say it in {language(wanted.code, wanted.tag)}", asked.text
            answer: tuple[Part, ...] = (Part("", wanted.text),)
        case Quiz():
            order = note.choices if repetition is None else _shuffled(note.choices, f"{card.key} {repetition}")
            choices = options = tuple(
                Choice(letter(n), choice, choice in note.answers) for n, choice in enumerate(order)
            )
            task = quiz_task(note)
            question = note.question
            answer = tuple(Part("", f"{choice.letter}) {choice.text}") for choice in choices if choice.right)
        case Principled():
            task, question = "Name the principles, the primary one first", note.question
            primary, *others = right = [name for _, name in note.principles]
            options = tuple(Choice(key, name, name in right) for key, name in zip(_KEYS, note.vocabulary, strict=False))
            answer = (Part("Primary", primary), *((Part("Also", ", ".join(others)),) if others else ()))
        case Star():
            task, question = "Tell it as a STAR story", note.question
            answer = tuple(
                Part(part.capitalize(), getattr(note, part)) for part in ("situation", "task", "action", "result")
            )
        case Basic():
            one = next(one for one in note.asked if one.number == card.ordinal + 1)
            task, question, answer = "Recall the answer", one.front, (Part("", one.back),)
        case Cloze():
            number = card.ordinal + 1
            task, question = "Fill the gap", _cloze(cloze_parts(note.text), number, hide=True)
            answer = (Part("", _cloze(cloze_parts(note.text), number, hide=False)),)
        case _:
            assert_never(note)
    more = tuple(
        Part(label, text)
        for label, text in (
            *(("", media_markup(file)) for file in (note.image, note.audio) if media_types.kind(file)),
            ("Because", note.because),
            ("Example", note.example),
            ("Note", note.note),
        )
        if text
    )
    return Face(task, question, choices, options, answer, more, note.ko, note.hint, stepwise=isinstance(note, Star))


def language(code: str, tag: str) -> str:
    """The English name of a language, its BCP 47 tag if it is none of the common ones."""
    return _LANGUAGES.get(code, tag)


def quiz_task(note: Quiz) -> str:
    """How many choices are right."""
    return "Choose one" if len(note.answers) == 1 else f"Choose {len(note.answers)}"


def letter(n: int) -> str:
    """By which the choice `n`, from 0, is called: A, B, … Z, then 27, 28 and so on."""
    return chr(ord("A") + n) if n < 26 else str(n + 1)


def _shuffled(choices: Sequence[str], seed: str) -> list[str]:
    from hashlib import blake2b  # noqa: PLC0415 - only for choices

    return sorted(choices, key=lambda choice: blake2b(f"{seed}\0{choice}".encode(), digest_size=8).digest())


def _cloze(parts: tuple[str | Gap, ...], number: int, *, hide: bool) -> str:
    text = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        elif number in part.numbers:
            text.append(f"[{part.hint or '…'}]" if hide else f"[{_cloze(part.inside, 0, hide=False)}]")
        else:
            text.append(_cloze(part.inside, number, hide=hide))
    return "".join(text)
