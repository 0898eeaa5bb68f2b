"""What a note must be beyond its shape: answers among the choices, known principles, gaps that hide something."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

from srs.core.unicode import nfc
from srs.deckfile.quoting import listed, nearest, quoted
from srs.deckfile.shapes import MOST_CARDS, blank
from srs.deckfile.tree import Unquoted
from srs.kinds.note import Gap, cloze_parts

Finding = tuple[Literal["error", "warning"], tuple[str | int, ...], str]
"""How bad, the path of the offending value within the note, and the sentence."""

_DEEPEST_GAP = 8
_HIGHEST_GAP = 500  # Anki puts all above it on one card
_TOO_HIGH = re.compile(r"\{\{c\d{4,}[,:]")
_GAP_SIGNS = re.compile(r"\{\{c\d|\}\}")


@dataclass(frozen=True, slots=True)
class Head:
    """What the checks need of a file's head; None where that part of it is wrong itself."""

    languages: Mapping[str, str] | None
    principles: Mapping[str, str] | None


def check(data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
    """Looks past what is in the wrong shape, which is said already; `wrong` are the keys that hold such."""
    if "phrase" in data and "phrase" not in wrong and head.languages is not None:
        yield from _phrase(data["phrase"], head.languages)
    if "quiz" in data and isinstance(data.get("choices"), list):
        yield from _quiz(_texts(data["choices"]), _texts(data.get("answer", [])))
    if "question" in data and isinstance(data.get("principles"), list):
        yield from _principles(_texts(data["principles"]), head.principles)
    if "front" in data and not wrong & {"card", "also"}:
        yield from _numbers(data.get("card", 1), data.get("also", []))
    if "cloze" in data and "cloze" not in wrong:
        yield from _cloze(data["cloze"])


def _numbers(last: int, also: list[Mapping[str, Any]]) -> Iterator[Finding]:
    for n, card in enumerate(also):
        number = card.get("card", last + 1)
        if number <= last:
            yield "error", ("also", n, "card"), f"the cards' numbers go up; write {last + 1} or more, or leave it out"
        elif number > MOST_CARDS:
            yield "error", ("also", n), f"a note has at most {MOST_CARDS} cards; make another note of the rest"
            return
        last = max(last, number)


def _texts(values: object) -> dict[int, str]:
    """The texts of a list, or the one text, by their place. Those without the quotes they need, which is said
    elsewhere, count as what they were meant to be.
    """
    found: dict[int, str] = {}
    for n, value in enumerate(values if isinstance(values, list) else [values]):
        match value:
            case Unquoted(text) | str(text) if not blank(text):
                found[n] = text
            case int():
                found[n] = str(value)
    return found


def _phrase(phrase: Mapping[str, str], languages: Mapping[str, str]) -> Iterator[Finding]:
    if not languages:
        example = ", ".join(f"{key}: …" for key in phrase)
        yield "error", ("phrase",), f"a phrase needs the file's languages; write `languages: {{{example}}}` at the top"
    elif phrase.keys() != languages.keys():
        message = f"a phrase has the two languages of its file, not {listed(phrase)}; write {listed(languages)}"
        yield "error", ("phrase",), message


def _quiz(choices: dict[int, str], answers: dict[int, str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for n, choice in choices.items():
        if nfc(choice.strip()) in seen:
            yield "error", ("choices", n), f"the choice {quoted(choice)} stands here twice; write another or delete it"
        seen.add(nfc(choice.strip()))
    known = set(map(nfc, choices.values()))
    for n, answer in answers.items():
        if nfc(answer) not in known:
            meant = nearest(answer, choices.values()) if len(choices) > 6 else None
            advice = f"did you mean {quoted(meant)}?" if meant else f"write one of: {listed(choices.values())}"
            yield "error", ("answer", n), f"{quoted(answer)} is not among the choices; {advice}"


def _principles(slugs: dict[int, str], known: Mapping[str, str] | None) -> Iterator[Finding]:
    seen: set[str] = set()
    for n, slug in slugs.items():
        if slug in seen:
            yield "error", ("principles", n), f"the principle {quoted(slug)} stands here twice; delete it"
        elif known is not None and slug not in known:
            meant = nearest(slug, known)
            advice = f"did you mean {quoted(meant)}?" if meant else f"write one of: {listed(known)}"
            yield "error", ("principles", n), f"the principle {quoted(slug)} is unknown; {advice}"
        seen.add(slug)


def _cloze(text: str) -> Iterator[Finding]:
    try:
        parts = cloze_parts(text)
    except ValueError as error:
        yield "error", ("cloze",), f"{error}; write e.g. `{{{{c1::hidden}}}}`"
        return
    # Level by level: what the learner wrote decides the depth, so no recursion here.
    gaps = [part for part in parts if isinstance(part, Gap)]
    if not gaps:
        yield "error", ("cloze",), "this hides nothing; put what is to be guessed into a gap: `{{c1::hidden}}`"
    if _TOO_HIGH.search(text):
        yield "error", ("cloze",), f"a gap's number is above {_HIGHEST_GAP}; count from c1"
    elif any(_GAP_SIGNS.search(part) for part in parts if isinstance(part, str)):
        yield (
            "warning",
            ("cloze",),
            "there are signs of a gap outside of every gap, which are shown as they are; write `{{c1::hidden}}`",
        )
    depth = 0
    while gaps:
        depth += 1
        if depth > _DEEPEST_GAP:
            yield "error", ("cloze",), f"gaps stand more than {_DEEPEST_GAP} deep in one another; take them apart"
            return
        for gap in gaps:
            if gap.numbers[-1] > _HIGHEST_GAP:
                yield "error", ("cloze",), f"a gap's number is above {_HIGHEST_GAP}; count from c1"
            if all(isinstance(part, str) and blank(part) for part in gap.inside):
                yield (
                    "error",
                    ("cloze",),
                    f"the gap c{gap.numbers[0]} hides nothing; write `{{{{c{gap.numbers[0]}::hidden}}}}`",
                )
        gaps = [part for gap in gaps for part in gap.inside if isinstance(part, Gap)]
