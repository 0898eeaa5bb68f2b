"""A cloze: a text with gaps. One card for each number hides the gaps of that number."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from srs.core.blocks import Code, Formula, Heading, Lines, blocks, leaves
from srs.core.markup import inline_spans
from srs.core.unicode import blank
from srs.kinds.anki_form import AnkiForm, NoteInAnki, sides
from srs.kinds.card_face import Face, Part, short_words
from srs.kinds.checks import Finding, Head
from srs.kinds.cloze_text import Gap, cloze_numbers, cloze_parts, hidden_texts, shown
from srs.kinds.note import Card, Deck, Fields, Note

if TYPE_CHECKING:
    from srs.kinds.shapes import NoteShape

_DEEPEST_GAP = 8
_HIGHEST_GAP = 500  # Anki puts all above it on one card
_TOO_HIGH = re.compile(r"\{\{c\d{4,}[,:]")
_GAP_SIGNS = re.compile(r"\{\{c\d|\}\}")
_HINT_IN_CODE = re.compile(r"\{\{c\d[\d,]*::[^{}:]*::")
_ELEMENT = re.compile(r"<(/?)(?!(?:br|hr|img|input|wbr)\b)[a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Note):
    """`text` holds the gaps as Anki writes them: `{{c1::hidden::hint}}`."""

    key: ClassVar[str] = "cloze"
    kind: ClassVar[str] = "cloze"
    title: ClassVar[str] = "a cloze"
    required: ClassVar[tuple[str, ...]] = ("cloze",)
    identity: ClassVar[tuple[str, ...]] = ("cloze",)
    compared: ClassVar[tuple[str, ...]] = ("cloze",)
    anki_name: ClassVar[str] = "Cloze"

    text: str

    @classmethod
    @cache
    def shape(cls) -> "type[NoteShape]":
        from pydantic import Field  # noqa: PLC0415 - slow to import

        from srs.kinds.shapes import NoteShape, Text  # noqa: PLC0415 - as above

        class ClozeShape(NoteShape):
            """A text with gaps. One card for every number."""

            cloze: Text = Field(
                description="Text with gaps as in Anki: {{c1::hidden}} or {{c1::hidden::hint}}.",
                examples=["Water boils at {{c1::100 °C}} at {{c2::sea level}}."],
                json_schema_extra={"pattern": r"\{\{c[0-9]+(,[0-9]+)*::"},
            )

        return ClozeShape

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        """Finds gaps that are not closed, hide nothing, or that Anki would take otherwise."""
        if "cloze" in wrong:
            return
        text = data["cloze"]
        try:
            parts = cloze_parts(text)
        except ValueError as error:
            yield "error", ("cloze",), f"{error}; write e.g. `{{{{c1::hidden}}}}`"
            return
        if all(isinstance(part, str) for part in parts):
            yield "error", ("cloze",), "this hides nothing; put what is to be guessed into a gap: `{{c1::hidden}}`"
        if _TOO_HIGH.search(text):
            yield "error", ("cloze",), f"a gap's number is above {_HIGHEST_GAP}; count from c1"
        elif any(_GAP_SIGNS.search(part) for part in parts if isinstance(part, str)):
            message = "there are signs of a gap outside all gaps, which are shown as they are; write `{{c1::hidden}}`"
            yield "warning", ("cloze",), message
        yield from _check_gaps(parts)

    @classmethod
    def lint(cls, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Finds hints that begin inside code or markup, as a gap's hint is what follows its first `::`, and gaps over several blocks."""
        text, html = data["cloze"], "html" in data
        in_code = not html and any(
            span.style == "code" and _HINT_IN_CODE.search(span.text) for span in inline_spans(text)
        )
        gaps = _gaps(cloze_parts(text))
        while gaps and not in_code:
            in_code = any(gap.hint and _opened(gap, html=html) for gap in gaps)
            gaps = [inner for gap in gaps for inner in _gaps(gap.inside)]
        if in_code:
            message = (
                "the `::` inside code or markup begins the hint of its gap; if it is part of the text, write two gaps:"
                " `{{c1::std}}::{{c1::vector}}`"
            )
            yield "warning", ("cloze",), message
        if not html and any(map(_is_torn, leaves([one for one in blocks(text) if not isinstance(one, Lines)]))):
            message = "a gap goes on after the end of an item, a cell or the like; close it there and open another one"
            yield "warning", ("cloze",), message

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'cloze: "… {{c1::hidden::hint}} …"'

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        return {"text": fields["cloze"]}

    def all_cards(self) -> tuple[Card, ...]:
        """`c1`, `c2` …, for each number."""
        return tuple(Card(self.id, f"c{n}", n - 1) for n in cloze_numbers(self.text))

    def asks(self, card: Card, repetition: int | None) -> Face:
        parts, number = cloze_parts(self.text), card.ordinal + 1
        return Face(
            task="Fill the gap",
            question=shown(parts, number, hide=True),
            answer=(Part("", shown(parts, number, hide=False)),),
            wanted=short_words(" ".join(hidden_texts(parts, number)), html=self.html),
        )

    def anki_form(self) -> AnkiForm:
        return _form()

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        from srs.core.anki_commands import escape_hints  # noqa: PLC0415 - only for Anki

        return (escape_hints(html(self.text)),)

    def anki_extra(self, html: Callable[[str], str]) -> tuple[str, str, str]:
        """The spoken text has the same gaps, which Anki hides there as well. A text that has other gaps without its markup is
        not spoken.
        """
        from srs.core.anki_commands import escape_hints  # noqa: PLC0415 - only for Anki

        speech = escape_hints(self._spoken(self.text))
        try:
            same = cloze_numbers(speech) == cloze_numbers(self.text)
        except ValueError:
            same = False
        return "", "", speech if same else ""

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        return {"cloze": note.html("Text")}


def _is_torn(leaf: Lines | Code | Formula | Heading) -> bool:
    try:
        cloze_parts(leaf.tex if isinstance(leaf, Formula) else leaf.text)
    except ValueError:
        return True
    return False


def _gaps(parts: tuple[str | Gap, ...]) -> list[Gap]:
    return [part for part in parts if isinstance(part, Gap)]


def _check_gaps(parts: tuple[str | Gap, ...]) -> Iterator[Finding]:
    """Level by level: what the learner wrote decides the depth, so no recursion here."""
    gaps, depth = _gaps(parts), 0
    while gaps:
        depth += 1
        if depth > _DEEPEST_GAP:
            yield "error", ("cloze",), f"gaps are nested more than {_DEEPEST_GAP} levels deep; write fewer"
            return
        for gap in gaps:
            if gap.numbers[-1] > _HIGHEST_GAP:
                yield "error", ("cloze",), f"a gap's number is above {_HIGHEST_GAP}; count from c1"
            if all(isinstance(part, str) and blank(part) for part in gap.inside):
                number = gap.numbers[0]
                yield "error", ("cloze",), f"the gap c{number} hides nothing; write `{{{{c{number}::hidden}}}}`"
        gaps = [inner for gap in gaps for inner in _gaps(gap.inside)]


def _opened(gap: Gap, *, html: bool) -> bool:
    """The gap's hint begins inside markup that was opened in its last piece of text."""
    last = gap.inside[-1] if gap.inside and isinstance(gap.inside[-1], str) else ""
    if html:
        return sum(-1 if element[1] else 1 for element in _ELEMENT.finditer(last)) > 0
    styles = (span.style for span in inline_spans(f"{last}::{gap.hint}") if "::" in span.text)
    return next(styles, "") != ""


@cache
def _form() -> AnkiForm:
    return AnkiForm("srs Cloze", "cloze", ("Text",), (("Card", *sides("srs.kinds", "cloze.html")),), cloze=True)
