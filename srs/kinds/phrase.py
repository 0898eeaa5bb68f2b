"""A phrase: the same thing said in the two languages of its deck file. Its cards ask for each side from the other."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from srs.core.markup import inline_spans, markup_to_text, markup_to_words, media_spans
from srs.core.quoting import listed, quoted
from srs.core.unicode import caseless
from srs.kinds.anki_form import AnkiForm, Html, NoteInAnki, sides
from srs.kinds.card_face import Face, Part, Speech, plain_words
from srs.kinds.checks import Finding, Head, texts
from srs.kinds.chunk import chunk_hint, chunk_places
from srs.kinds.languages import language_name
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.shapes import NoteShape

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_SLUG = r"^[a-z]{2,3}-[a-z]{2,3}$"
_MOST_PIECES = 8
_LONGEST_PIECE = 200  # characters: looking for longer ones takes long in a long text
_BOLD = re.compile("<b>((?:(?!<b>).)*?)</b>", re.DOTALL)
_ANKI_NAME = re.compile(r"srs Phrase \(([A-Za-z0-9-]+), ([A-Za-z0-9-]+)\)")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a phrase: the language's code in the deck, its BCP 47 tag, the text, and the words of it to be learnt,
    in one or several pieces.
    """

    code: str
    tag: str
    text: str
    chunk: tuple[str, ...] = ()

    @property
    def marked(self) -> str:
        """The text with the chunk in bold. A piece that overlaps with other markup stays as it is."""
        text = self.text
        for start, end in reversed(chunk_places(text, self.chunk) or ()):
            marked = f"{text[:start]}**{text[start:end]}**{text[end:]}"
            if markup_to_text(marked) == markup_to_text(text) and media_spans(marked) == media_spans(text):
                text = marked
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(Note):
    """`native` is in the learner's own language, `foreign` in the one to be learnt. `by_ear` are the templates that are
    asked by sound.
    """

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
    by_ear: tuple[str, ...] = ()

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import Code, NoteShape, OneOrMore, Text  # noqa: PLC0415 - as above

        class PhraseShape(NoteShape):
            """The same thing said in the file's two languages. Cards: each from the other."""

            phrase: dict[Code, Text] = Field(
                min_length=2,
                max_length=2,
                description="The phrase in both languages of the file.",
                examples=[{"ko": "마감", "en": "deadline"}],
                json_schema_extra={"additionalProperties": False},
            )
            chunk: dict[Code, Annotated[OneOrMore, Field(max_length=_MOST_PIECES)]] = Field(
                default_factory=dict,
                min_length=2,
                max_length=2,
                description="The words of each side that are to be learnt, as they stand there: a text, or a list of the"
                " texts in their order. They are shown in bold, and typing is graded by them.",
                examples=[{"ko": "마감", "en": "deadline"}],
                json_schema_extra={"additionalProperties": False},
            )

        return PhraseShape

    @classmethod
    def file_keys(cls) -> Mapping[str, Any]:
        """The templates that are asked by sound."""
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import matching  # noqa: PLC0415 - as above

        message = "a phrase's card is named by its languages, from and to; write e.g. en-ko"
        slug = Annotated[str, matching(_SLUG, message), Field(pattern=_SLUG)]
        by_ear: Any = Field(
            default=[],
            description="The cards of this file's phrases that are asked by sound, where speech is installed.",
            examples=[["en-ko"]],
            json_schema_extra={"uniqueItems": True},
        )
        return {"by_ear": (list[slug], by_ear)}

    @classmethod
    def check_head(cls, head: Head) -> Iterator[Finding]:
        """Finds cards by ear that do not ask the foreign side: the learner's own language is not spoken."""
        if head.wrong & {"languages", "by_ear"} or not head.languages:
            return
        native, foreign = head.languages
        for n, slug in enumerate(head.extra.get("by_ear", ())):
            if slug != f"{foreign}-{native}":
                message = f"only the card {foreign}-{native} can be asked by ear; write that, or delete {quoted(slug)}"
                yield "error", ("by_ear", n), message

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Compares the sides with the languages of the file, and the chunk with the sides."""
        if "chunk" in data and not wrong & {"phrase", "chunk"}:
            yield from _check_chunk(data)
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
        """Finds sides that are equal or seem to be swapped, and bold words beside a chunk, which Anki could not tell apart."""
        phrase = data["phrase"]
        for code, text in phrase.items() if "chunk" in data else ():
            if any(span.style == "bold" for span in inline_spans(text)):
                yield "warning", ("phrase", code), "the chunk is what is bold; delete the other `**` of this side"
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
        native, foreign = (
            Side(code, tag, fields["phrase"][code], _pieces(fields.get("chunk", {}).get(code, ())))
            for code, tag in deck.languages
        )
        return {"native": native, "foreign": foreign, "by_ear": tuple(deck.extra.get("by_ear", ()))}

    @property
    def chunk_hint(self) -> str:
        """The chunk of the foreign side by its first letters; empty without one."""
        return chunk_hint(self.foreign.chunk, self.foreign.tag)

    def all_cards(self) -> tuple[Card, ...]:
        """`FROM-TO` for both directions; ordinals go by sorted slug, whatever the order of the languages."""
        return tuple(Card(self.id, slug, n) for n, slug in enumerate(self._slugs()))

    def _slugs(self) -> list[str]:
        a, b = self.native.code, self.foreign.code
        return sorted((f"{a}-{b}", f"{b}-{a}"))

    def asks(self, card: Card, repetition: int | None) -> Face:
        produce = self._produces(card)
        asked, wanted = (self.native, self.foreign) if produce else (self.foreign, self.native)
        words = markup_to_words(self.foreign.text)
        return Face(
            task=f"Say it in {language_name(wanted.code, wanted.tag)}",
            question=asked.marked,
            answer=(Part("", wanted.marked),),
            wanted=plain_words(wanted.text, html=self.html),
            chunk=wanted.chunk,
            language=wanted.tag,
            by_ear=card.template in self.by_ear and not produce and bool(words.strip()),
            speech=Speech(words, self.foreign.tag, asked=not produce),
        )

    def hints(self, card: Card) -> tuple[str, ...]:
        """Those for producing the foreign side, which would give away its meaning where it is asked."""
        return (self.chunk_hint, self.hint) if self._produces(card) else ()

    def _produces(self, card: Card) -> bool:
        return card.template == f"{self.native.code}-{self.foreign.code}"

    def anki_form(self) -> AnkiForm:
        native, foreign = self.native, self.foreign
        return _form((native.code, native.tag), (foreign.code, foreign.tag), *self._slugs())

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        return html(self.foreign.marked), html(self.native.marked)

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        """The chunk's hint, the chosen cards, and the card that is asked by ear."""
        return html(self.chunk_hint) if self.foreign.chunk else "", " ".join(self.chosen), self._heard

    def anki_head(self) -> tuple[str, ...]:
        """The languages are in the name of the note type."""
        return (" ".join(self.chosen), self._heard) if self.chosen or self._heard else ()

    @property
    def _heard(self) -> str:
        """The card that is asked by ear, if one is: only the foreign side is spoken."""
        slug = f"{self.foreign.code}-{self.native.code}"
        return slug if slug in self.by_ear else ""

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        """With a hint of it, the chunk is what is bold on each side."""
        (native, _), (foreign, _) = cls.languages_in_anki(note)
        sides_ = {native: note.html("Own"), foreign: note.html("Foreign")}
        chunks = {code: [Html(piece) for piece in _BOLD.findall(side)] for code, side in sides_.items()}
        if not note.values.get("Spare1", "").strip() or not all(chunks.values()):
            return {"phrase": sides_}
        plain = {code: Html(_BOLD.sub(r"\1", side)) for code, side in sides_.items()}
        return {"phrase": plain, "chunk": {code: _one_or_more(pieces) for code, pieces in chunks.items()}}

    @classmethod
    def head_in_anki(cls, note: NoteInAnki) -> Mapping[str, Sequence[str]]:
        slugs = [name for name, _ in note.templates]
        named = {key: note.values.get(field, "").split() for key, field in (("cards", "Spare2"), ("by_ear", "Spare3"))}
        known = {key: tuple(slug for slug in slugs if slug in found) for key, found in named.items()}
        return {key: found for key, found in known.items() if found}

    @classmethod
    def languages_in_anki(cls, note: NoteInAnki) -> tuple[tuple[str, str], ...]:
        tags = _ANKI_NAME.match(note.type_name)
        slug = next((name for name, front in note.templates if _asks_native(front)), "")
        native, _, foreign = slug.partition("-")
        if tags is None or not re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}", slug):
            raise ValueError("the languages of its phrase are unknown")
        return (native, tags[1]), (foreign, tags[2])


def _pieces(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _check_chunk(data: Mapping[str, Any]) -> Iterator[Finding]:
    if "html" in data:
        yield "error", ("chunk",), "a phrase in HTML has no chunk; delete it"
        return
    phrase, chunk = data["phrase"], data["chunk"]
    if chunk.keys() != phrase.keys():
        yield "error", ("chunk",), f"a chunk has both sides of its phrase, not {listed(chunk)}; write {listed(phrase)}"
        return
    for code, value in chunk.items():
        pieces = texts(value)
        for n, piece in pieces.items():
            if len(piece) > _LONGEST_PIECE:
                yield (
                    "error",
                    ("chunk", code, n),
                    f"a chunk is a few words, at most {_LONGEST_PIECE} characters; shorten it",
                )
                break
            before = [one.strip() for m, one in pieces.items() if m <= n]
            if chunk_places(phrase[code].strip(), before) is None:
                where = (
                    "does not stand in this side" if n == 0 else "does not stand in this side after the piece before it"
                )
                message = f"{quoted(before[-1])} {where}; write whole words as they are in {quoted(phrase[code])}"
                yield "error", ("chunk", code, n), message
                break


def _one_or_more(pieces: list[Html]) -> Html | list[Html]:
    return pieces if len(pieces) > 1 else pieces[0]


def _asks_native(front: str) -> bool:
    *before, _ = front.split(">{{Own}}")
    return any('"question"' in text.rpartition(">")[2] for text in before)


@cache
def _form(native: tuple[str, str], foreign: tuple[str, str], *slugs: str) -> AnkiForm:
    """`native` and `foreign` are (code, BCP 47 tag)."""
    fields = {native[0]: ("Own", native[1]), foreign[0]: ("Foreign", foreign[1])}
    templates = []
    for slug in slugs:
        (asked, _), (wanted, wanted_tag) = (fields[code] for code in slug.split("-"))
        values = {
            "slug": slug,
            "asked": asked,
            "wanted": wanted,
            "wanted_name": language_name(slug.partition("-")[2], wanted_tag),
            "voice": foreign[1].replace("-", "_"),
        }
        file = "phrase_produce.html" if asked == "Own" else "phrase_understand.html"
        templates.append((slug, *sides("srs.kinds", file, **values)))
    return AnkiForm(f"srs Phrase ({native[1]}, {foreign[1]})", "phrase", ("Foreign", "Own"), tuple(templates))
