"""The gaps of a cloze as one card shows them, in HTML."""

import re

from srs.core.markup import LONGEST_TEXT
from srs.kinds.cloze_text import Gap, cloze_parts

_DEEPEST = 8
_START = re.compile(r"\{\{c(\d{1,3}+(?:,\d{1,3}+)*+)::")
_SIGN = re.compile(rf"({_START.pattern})|\}}\}}")
_NO_BOLD = re.compile(r"<(?!/?(?:br|div)\b)|\\[(\[]|\[(?:latex|\$)|\*")  # bold would be lost in it, or spoil it


def gap_numbers(html: str) -> frozenset[int]:
    """The numbers of the cards that the text has gaps for."""
    if "{{c" not in html:
        return frozenset()
    return frozenset(int(number) for found in _START.finditer(html) for number in found[1].split(","))


def draw_gaps(html: str, number: int, *, hide: bool, only: bool = False) -> str:
    """The text as the card of that number shows it: its gaps hidden, or filled and bold. `only` leaves out all but these gaps.
    Empty if the card has no gap in it. Raises ValueError for gaps that are nested too deep or do not end.
    """
    if number not in gap_numbers(html):
        return ""
    depth = 0
    for found in _SIGN.finditer(html[:LONGEST_TEXT]):
        depth = depth + 1 if found[1] else max(depth - 1, 0)
        if depth > _DEEPEST:
            raise ValueError(f"its gaps are nested more than {_DEEPEST} levels deep")
    bold = not (hide or only or _NO_BOLD.search(html))
    gaps: list[str] = []

    def draw(parts: tuple[str | Gap, ...]) -> str:
        return "".join(part if isinstance(part, str) else draw_gap(part) for part in parts)

    def draw_gap(gap: Gap) -> str:
        if number not in gap.numbers:
            return draw(gap.inside)
        text = gap.hint or "…" if hide else draw(gap.inside)
        gaps.append(text)
        return f"[{text}]" if hide else f"<b>{text}</b>" if bold and text == text.strip() else text

    whole = draw(cloze_parts(html))
    return ", ".join(gaps) if only else whole
