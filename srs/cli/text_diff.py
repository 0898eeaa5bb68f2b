"""The difference of two texts, line by line and word by word."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, unified_diff

import click

from srs.core.safe_text import printable

_MOST_LINES = 60
_LONGEST = 2_000  # characters of a line whose words are compared: that takes time which grows with their square
_WORDS = re.compile(r"\w+|\W")


def diff_lines(before: str, after: str) -> list[str]:
    """The lines that are gone, with -, and those that came, with +, as a unified diff has them. The sign of a list item does
    not count.
    """
    old, new = (re.sub(r"^(?:- |  )", "", text, flags=re.MULTILINE).splitlines() for text in (before, after))
    if max(len(old), len(new)) > _MOST_LINES:
        return [*(f"-{line}" for line in old), *(f"+{line}" for line in new)]
    return [line for line in unified_diff(old, new, lineterm="", n=1) if not line.startswith(("---", "+++", "@@"))]


def show_diff(lines: Sequence[str]) -> None:
    """Prints a diff, in colour on a terminal."""
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for line in _marked(lines[:_MOST_LINES]) if coloured else map(printable, lines[:_MOST_LINES]):
        click.echo(f"    {line}")
    if len(lines) > _MOST_LINES:
        click.echo(f"    … and {len(lines) - _MOST_LINES} more lines")


def _marked(lines: Sequence[str]) -> Iterator[str]:
    """With what changed within a line in bold, where one line took the place of another."""
    n = 0
    while n < len(lines):
        gone = _run(lines, n, "-")
        came = _run(lines, n + len(gone), "+")
        if not gone and not came:
            yield printable(lines[n])
            n += 1
            continue
        if len(gone) == len(came):
            pairs = [_marked_words(old[1:], new[1:]) for old, new in zip(gone, came, strict=True)]
        else:
            pairs = []
        yield from (click.style("-", fg="red") + old for old, _ in pairs)
        yield from (click.style("+", fg="green") + new for _, new in pairs)
        if not pairs:
            yield from (click.style(printable(line), fg="red") for line in gone)
            yield from (click.style(printable(line), fg="green") for line in came)
        n += len(gone) + len(came)


def _run(lines: Sequence[str], start: int, sign: str) -> list[str]:
    end = start
    while end < len(lines) and lines[end].startswith(sign):
        end += 1
    return list(lines[start:end])


def _marked_words(old: str, new: str) -> tuple[str, str]:
    if max(len(old), len(new)) > _LONGEST:
        return click.style(printable(old), fg="red"), click.style(printable(new), fg="green")
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    red, green = list[str](), list[str]()
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        changed = what != "equal"
        red.append(click.style(printable("".join(one[a:b])), fg="red", bold=changed) if a < b else "")
        green.append(click.style(printable("".join(other[c:d])), fg="green", bold=changed) if c < d else "")
    return "".join(red), "".join(green)
