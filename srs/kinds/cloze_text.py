"""The text of a cloze and its gaps, as Anki writes them: `{{c1::hidden::hint}}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\{\{c(\d{1,3}+(?:,\d{1,3}+)*+)::|\}\}")


@dataclass(frozen=True, slots=True)
class Gap:
    """A hidden part of a cloze, for the cards `numbers`; gaps may stand inside gaps."""

    numbers: tuple[int, ...]
    inside: "tuple[str | Gap, ...]"
    hint: str


def cloze_parts(text: str) -> tuple[str | Gap, ...]:
    """The text cut at its gaps. Raises ValueError, saying why, if a gap is not closed or has the number 0.

    A `}}` outside every gap is text, as in Anki.
    """
    open_gaps: list[tuple[tuple[int, ...], list[str | Gap]]] = [((), [])]
    position = 0
    for token in _TOKEN.finditer(text):
        open_gaps[-1][1].append(text[position : token.start()])
        position = token.end()
        if token[1]:
            open_gaps.append((tuple(sorted({int(n) for n in token[1].split(",")})), []))
            if 0 in open_gaps[-1][0]:
                raise ValueError("a gap has the number 0; they count from c1")
        elif len(open_gaps) == 1:
            open_gaps[-1][1].append(token[0])
        else:
            numbers, inside = open_gaps.pop()
            open_gaps[-1][1].append(_gap(numbers, inside))
    open_gaps[-1][1].append(text[position:])
    if len(open_gaps) > 1:
        raise ValueError(f"the gap c{open_gaps[-1][0][0]} is not closed with }}}}")
    return tuple(part for part in open_gaps[0][1] if part)


def _gap(numbers: tuple[int, ...], inside: list[str | Gap]) -> Gap:
    """The hint is what follows `::` in the gap's last piece of text."""
    hint = ""
    if inside and isinstance(inside[-1], str) and "::" in inside[-1]:
        inside[-1], _, hint = inside[-1].partition("::")
    return Gap(numbers, tuple(part for part in inside if part), hint)


def cloze_numbers(text: str) -> tuple[int, ...]:
    """Every card number that a cloze text hides something for, ascending."""

    def numbers(parts: tuple[str | Gap, ...]) -> Iterator[int]:
        for part in parts:
            if isinstance(part, Gap):
                yield from part.numbers
                yield from numbers(part.inside)

    return tuple(sorted(set(numbers(cloze_parts(text)))))


def hidden_texts(parts: tuple[str | Gap, ...], number: int) -> Iterator[str]:
    """What the card hides, gap by gap."""
    for part in parts:
        if isinstance(part, Gap):
            if number in part.numbers:
                yield shown(part.inside, 0, hide=False)
            else:
                yield from hidden_texts(part.inside, number)


def shown(parts: tuple[str | Gap, ...], number: int, *, hide: bool) -> str:
    """The text of the card's question (`hide`) or answer, with its gaps between [ and ]."""
    text = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        elif number in part.numbers:
            text.append(f"[{part.hint or '…'}]" if hide else f"[{shown(part.inside, 0, hide=False)}]")
        else:
            text.append(shown(part.inside, number, hide=hide))
    return "".join(text)
