"""A phrase: the same thing said in the two languages of its deck file. Its cards ask for each side from the other."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from srs.core.markup import markup_to_words
from srs.core.quoting import listed
from srs.core.unicode import caseless
from srs.kinds.anki_form import AnkiForm, NoteInAnki, sides
from srs.kinds.card_face import Face, Part, Speech
from srs.kinds.checks import Finding, Head
from srs.kinds.languages import language_name
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.shapes import NoteShape

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_ANKI_NAME = re.compile(r"srs Phrase \(([A-Za-z0-9-]+), ([A-Za-z0-9-]+)\)")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a phrase: the language's code in the deck, its BCP 47 tag, and the text."""

    code: str
    tag: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(Note):
    """`native` is in the learner's own language, `foreign` in the one to be learnt."""

    key: ClassVar[str] = "phrase"
    kind: ClassVar[str] = "phrase"
    title: ClassVar[str] = "a phrase"
    required: ClassVar[tuple[str, ...]] = ("phrase",)
    identity: ClassVar[tuple[str, ...]] = ("phrase",)
    compared: ClassVar[tuple[str, ...]] = ("phrase",)
    may_repeat: ClassVar[bool] = True
    anki_name: ClassVar[str] = "Phrase"

    native: Side
    foreign: Side

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import Code, NoteShape, Text  # noqa: PLC0415 - as above

        class PhraseShape(NoteShape):
            """The same thing said in the file's two languages. Cards: each from the other."""

            phrase: dict[Code, Text] = Field(
                min_length=2,
                max_length=2,
                description="The phrase in both languages of the file.",
                examples=[{"ko": "마감", "en": "deadline"}],
                json_schema_extra={"additionalProperties": False},
            )

        return PhraseShape

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Compares the sides with the languages of the file."""
        if "phrase" in wrong or "languages" in head.wrong:
            return
        phrase, languages = data["phrase"], head.languages
        if not languages:
            example = ", ".join(f"{key}: …" for key in phrase)
            yield (
                "error",
                ("phrase",),
                f"a phrase needs the file's languages; write `languages: {{{example}}}` at the top",
            )
        elif phrase.keys() != languages.keys():
            message = f"a phrase has the two languages of its file, not {listed(phrase)}; write {listed(languages)}"
            yield "error", ("phrase",), message

    @classmethod
    def lint(cls, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Finds sides that are equal or seem to be swapped."""
        phrase = data["phrase"]
        folded = [caseless(text.strip()) for text in phrase.values()]
        if len(set(folded)) < len(folded):
            yield "warning", ("phrase",), "both sides are the same; translate one of them"
        if "ko" in phrase and not _HANGUL.search(phrase["ko"]):
            yield "warning", ("phrase", "ko"), "the Korean side holds no Hangul; check that the sides are not swapped"
        if "en" in phrase and _HANGUL.search(phrase["en"]):
            yield "warning", ("phrase", "en"), "the English side holds Hangul; check that the sides are not swapped"

    @classmethod
    def draft(cls, deck: Deck) -> str:
        languages = [code for code, _ in deck.languages] or ["ko", "en"]
        return "phrase:" + "".join(f'\n    {code}: ""' for code in languages)

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        native, foreign = (Side(code, tag, fields["phrase"][code]) for code, tag in deck.languages)
        return {"native": native, "foreign": foreign}

    def cards(self) -> tuple[Card, ...]:
        """`FROM-TO` for both directions; ordinals go by sorted slug, whatever the order of the languages."""
        return tuple(Card(self.id, slug, n) for n, slug in enumerate(self._slugs()))

    def _slugs(self) -> list[str]:
        a, b = self.native.code, self.foreign.code
        return sorted((f"{a}-{b}", f"{b}-{a}"))

    def asks(self, card: Card, repetition: int | None) -> Face:
        produce = card.template == f"{self.native.code}-{self.foreign.code}"
        asked, wanted = (self.native, self.foreign) if produce else (self.foreign, self.native)
        return Face(
            task=f"Say it in {language_name(wanted.code, wanted.tag)}",
            question=asked.text,
            answer=(Part("", wanted.text),),
            typeable=True,
            speech=Speech(markup_to_words(self.foreign.text), self.foreign.tag, asked=not produce),
        )

    def anki_form(self) -> AnkiForm:
        native, foreign = self.native, self.foreign
        return _form((native.code, native.tag), (foreign.code, foreign.tag), *self._slugs())

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        return html(self.foreign.text), html(self.native.text)

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        (native, _), (foreign, _) = cls.languages_in_anki(note)
        return {"phrase": {native: note.html("Own"), foreign: note.html("Foreign")}}

    @classmethod
    def languages_in_anki(cls, note: NoteInAnki) -> tuple[tuple[str, str], ...]:
        tags = _ANKI_NAME.match(note.type_name)
        slug = next((name for name, front in note.templates if _asks_native(front)), "")
        native, _, foreign = slug.partition("-")
        if tags is None or not re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}", slug):
            raise ValueError("the languages of its phrase are unknown")
        return (native, tags[1]), (foreign, tags[2])


def _asks_native(front: str) -> bool:
    *before, _ = front.split(">{{Own}}")
    return any('"question"' in text.rpartition(">")[2] for text in before)


@cache
def _form(native: tuple[str, str], foreign: tuple[str, str], *slugs: str) -> AnkiForm:
    """`native` and `foreign` are (code, BCP 47 tag)."""
    fields = {native[0]: ("Own", native[1]), foreign[0]: ("Foreign", foreign[1])}
    templates = []
    for slug in slugs:
        (asked, asked_tag), (wanted, wanted_tag) = (fields[code] for code in slug.split("-"))
        values = {
            "asked": asked,
            "asked_voice": asked_tag.replace("-", "_"),
            "wanted": wanted,
            "wanted_voice": wanted_tag.replace("-", "_"),
            "wanted_name": language_name(slug.partition("-")[2], wanted_tag),
        }
        templates.append((slug, *sides("srs.kinds", "phrase.html", **values)))
    return AnkiForm(f"srs Phrase ({native[1]}, {foreign[1]})", "phrase", ("Foreign", "Own"), tuple(templates))
