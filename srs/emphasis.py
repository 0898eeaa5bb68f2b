"""Light emphasis in a card's text: `**bold**`, `*italic*` and `` `code` ``."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

# A particle may follow at once in Korean, a Latin letter or digit may not: 2*3*4 is arithmetic.
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?<![A-Za-z0-9*])\*\*(?=[^\s*])(?P<bold>.+?)(?<=[^\s*])\*\*(?![A-Za-z0-9*])"
    r"|(?<![A-Za-z0-9*])\*(?=[^\s*])(?P<italic>[^*\n]+?)(?<=\S)\*(?![A-Za-z0-9*])"
)


class Span(NamedTuple):
    text: str
    style: Literal["", "bold", "italic", "code"]


def spans(text: str) -> Iterator[Span]:
    """The text in pieces, without the signs around what is emphasised."""
    end = 0
    for found in _SPAN.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()], "")
        for style in ("bold", "italic", "code"):
            if found[style] is not None:
                yield Span(found[style], style)
        end = found.end()
    if end < len(text):
        yield Span(text[end:], "")


def plain(text: str) -> str:
    """The text alone."""
    return "".join(span.text for span in spans(text))
