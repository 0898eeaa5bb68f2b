"""Lines that fit a terminal, also of texts whose characters take two columns, such as Korean."""

import re
import shutil
from collections.abc import Iterator

from srs.cli.output import columns

TIED = "\N{NO-BREAK SPACE}"
"""A blank at which no line ends; it is shown as an ordinary one."""

_WIDEST = 80  # columns; longer lines are hard to read


def screen_width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)


def wrap_columns(text: str, width: int, first: str = "", then: str | None = None) -> Iterator[str]:
    """The words of the text in lines of at most `width` columns, which begin with `first`, the others with `then`, else with as
    many blanks. A longer word is cut. One empty line for no words.
    """
    indent = " " * columns(first) if then is None else then
    line, used, begins = first, columns(first), True
    for word in re.findall(r"[^ \t\r\n]+", text):
        room = width - used - (not begins)
        wide = columns(word)
        if wide > room and not begins:
            yield line.replace(TIED, " ")
            line, used, begins = indent, columns(indent), True
        if wide <= width - used - (not begins):
            line, used, begins = f"{line}{'' if begins else ' '}{word}", used + wide + (not begins), False
            continue
        for piece, piece_wide in _pieces(word, max(width - used, 2)):
            if not begins:
                yield line.replace(TIED, " ")
                line, used = indent, columns(indent)
            line, used, begins = f"{line}{piece}", used + piece_wide, False
    yield line.replace(TIED, " ").rstrip()


def _pieces(word: str, width: int) -> Iterator[tuple[str, int]]:
    """What fits the width, again and again, each with its columns."""
    start = used = 0
    for n, character in enumerate(word):
        wide = columns(character)
        if used + wide > width and n > start:
            yield word[start:n], used
            start, used = n, 0
        used += wide
    yield word[start:], used


def cut(text: str, width: int) -> str:
    """The beginning of the text, with a mark if it is cut."""
    text = " ".join(text.split())
    if len(text) <= width and columns(text) <= width:
        return text
    return f"{next(_pieces(text, width - 1))[0].rstrip()}…"
