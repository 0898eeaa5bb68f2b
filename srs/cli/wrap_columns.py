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
    line, begins = first, True
    for word in re.findall(r"[^ \t\r\n]+", text) or [""]:
        joined = f"{line}{'' if begins else ' '}{word}"
        if columns(joined) <= width:
            line, begins = joined, False
            continue
        if not begins:
            yield line.replace(TIED, " ")
            line = indent
        for character in word:
            if columns(line + character) > width and line not in {first, indent}:
                yield line.replace(TIED, " ")
                line = indent
            line += character
        begins = False
    yield line.replace(TIED, " ").rstrip()


def cut(text: str, width: int) -> str:
    """The beginning of the text, with a mark if it is cut."""
    text = " ".join(text.split())
    if columns(text) <= width:
        return text
    kept = ""
    for character in text:
        if columns(kept + character) >= width:
            break
        kept += character
    return f"{kept.rstrip()}…"
