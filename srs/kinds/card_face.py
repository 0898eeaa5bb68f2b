"""What a card asks and answers, as plain values: the terminal draws them, programs get them as text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from srs.core.blocks import Lines
from srs.core.markup import Span, markup_to_text, markup_to_words, media_spans, parse, spans
from srs.core.unicode import caseless

OPTION_KEYS = "123456789abcdfjklmprswz"
"""Keys that pick options without a letter; none has another use in a review."""


_LONGEST_TYPED, _MOST_TYPED = 60, 8
"""Characters and words of an answer that one may be asked to type: of more, nobody has every word in mind."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the answer; `label` is empty where there is only one."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be picked; if it is not `right` but `accepted`, it is no mistake beside all that are right."""

    letter: str
    text: str
    right: bool
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """Text that a voice may speak, and its BCP 47 tag; `asked` if it is in the question, else it is in the answer."""

    text: str
    tag: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A card as it is shown.

    `task` says what is asked of the learner. `choices` belong to the question; `options` are all that may be picked.
    A `stepwise` answer is revealed part by part; `picks_one` says that the first pick reveals it. `wanted` is what one may
    type, as plain text; empty where typing makes no sense. `chunk` are the words of it that count then, all if there are
    none, and `language` is its BCP 47 tag.
    A question `by_ear` is spoken, its text waits until it is asked for. `more` comes with the whole answer; `gloss` and
    `hints` are shown only when asked for, one hint after the other. `gloss_label` names the language of the gloss; it is
    empty where the deck names none.
    """

    task: str
    question: str
    answer: tuple[Part, ...]
    choices: tuple[Choice, ...] = ()
    options: tuple[Choice, ...] = ()
    stepwise: bool = False
    picks_one: bool = False
    wanted: str = ""
    chunk: tuple[str, ...] = ()
    language: str = ""
    by_ear: bool = False
    speech: Speech | None = None
    more: tuple[Part, ...] = ()
    gloss: str = ""
    gloss_label: str = ""
    hints: tuple[str, ...] = ()

    @property
    def typeable(self) -> bool:
        return bool(self.wanted)

    @property
    def presses(self) -> int:
        """How many presses reveal the whole answer."""
        return len(self.answer) if self.stepwise else 1

    def revealed(self, presses: int) -> tuple[Part, ...]:
        """The parts of the answer visible after so many presses."""
        return self.answer[:presses] if self.stepwise or not presses else self.answer

    @property
    def named_gloss(self) -> str:
        """The gloss with the name of its language, where the deck names one."""
        return f"{self.gloss_label}: {self.gloss}" if self.gloss_label else self.gloss

    @property
    def front(self) -> str:
        """The question as plain text, choices included; pictures and sounds are named."""
        choices = (f"{choice.letter}) {markup_to_text(choice.text)}" for choice in self.choices)
        return "\n".join((markup_to_text(self.question), *choices))

    @property
    def back(self) -> str:
        """The answer as plain text, with what explains it; pictures and sounds are named."""
        parts = ((part.label, markup_to_text(part.text)) for part in (*self.answer, *self.more))
        return "\n".join(f"{label}: {text}" if label else text for label, text in parts)

    def media(self, presses: int, *, gloss: bool, hints: int) -> list[Span]:
        """The pictures and sounds visible after so many presses and with so many hints, each once."""
        texts = [self.question, *(choice.text for choice in self.choices)]
        texts += [self.gloss] if gloss else []
        texts += self.hints[:hints]
        shown = (*self.revealed(presses), *(self.more if presses == self.presses else ()))
        texts += [part.text for part in shown]
        return list({span.file: span for text in texts for span in media_spans(text)}.values())


def as_words(face: Face) -> Face:
    """The face with the words of its HTML."""
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - most notes have no HTML

    def parts(given: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(Part(part.label, html_to_text(part.text)) for part in given)

    def choices(given: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(choice, text=html_to_text(choice.text)) for choice in given)

    return replace(
        face,
        question=html_to_text(face.question),
        answer=parts(face.answer),
        choices=choices(face.choices),
        options=choices(face.options),
        speech=replace(face.speech, text=html_to_text(face.speech.text)) if face.speech else None,
        more=parts(face.more),
        gloss=html_to_text(face.gloss),
        hints=tuple(map(html_to_text, face.hints)),
    )


def with_useful_hints(face: Face) -> Face:
    """The face without hints that are empty or only repeat words of the question."""
    asked = set(_words(face.question))
    return replace(face, hints=tuple(hint for hint in face.hints if hint and not _repeats(hint, asked)))


def _repeats(hint: str, asked: set[str]) -> bool:
    words = _words(hint)
    return bool(words) and asked.issuperset(words) and not media_spans(hint)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", caseless(markup_to_words(text)))


def plain_words(text: str, *, html: bool) -> str:
    """A note's text as one would type it."""
    return " ".join((words_of([text], html=True)[0] if html else markup_to_words(text)).split())


def short_words(text: str, *, html: bool) -> str:
    """The text as one would type it; empty if nobody would type so much, or formulas, lists and the like."""
    if not html and not _is_prose(text):
        return ""
    words = plain_words(text, html=html)
    return words if len(words) <= _LONGEST_TYPED and len(words.split()) <= _MOST_TYPED else ""


def _is_prose(text: str) -> bool:
    parsed = parse(text)
    return isinstance(parsed[0], Lines) and not any(span.style in {"formula", "display"} for span in spans(text))


def letter(n: int) -> str:
    """The letter of choice `n`, from 0: A, B, … Z, then 27, 28 and so on."""
    return chr(ord("A") + n) if n < 26 else str(n + 1)


def shuffled(choices: Sequence[str], seed: str) -> list[str]:
    """The choices in an order that depends on the seed alone."""
    from hashlib import blake2b  # noqa: PLC0415 - only for choices

    return sorted(choices, key=lambda choice: blake2b(f"{seed}\0{choice}".encode(), digest_size=8).digest())


def words_of(texts: Sequence[str], *, html: bool) -> list[str]:
    """The texts as a face shows them."""
    if not html:
        return list(texts)
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - most notes have no HTML

    return [html_to_text(text) for text in texts]
