"""Texts whose markup is shown otherwise than its writer may think."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from srs.core.blocks import DEEPEST, Heading, Items, Lines, Quote, blocks, is_too_deep, leaves
from srs.core.markup import spans, texts_with_paths
from srs.core.quoting import code, listed
from srs.kinds.checks import Finding

_NO_MARKUP = frozenset({"id", "tags", "guid", "source", "image", "audio", "html", "principles"})
_SIGNS = re.compile(r"[`~$#>|\\]|^\s*\d+[.)] |^ *- ", re.MULTILINE)
_FENCE = re.compile(r"^(`{3,}|~{3,})[^`\n]*$", re.MULTILINE)
_OPEN_FORMULA = re.compile(r"^(?:\$\$|\\\[)", re.MULTILINE)
_TORN_FORMULA = re.compile(r"\$[^$\n]*\\[A-Za-z][^$\n]*\$|\\\([^\n]*?\\\)|\\\[.*?\\\]")
_RULE = re.compile(r"^(?=[^\n]*\|)[^\n]*+\n(?=[^\n]*\|)[ \t|:]*-[-|: \t]*$", re.MULTILINE)
_TEX = re.compile(r"[\\^_{=]")
_WORD = re.compile(r"[^\W\d_]{3}")
_NUMBER = re.compile(r"^(\d{1,9})[.)] ", re.MULTILINE)
_AMOUNT = re.compile(r"[\d=<>.,-]")


def doubtful_markup(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Warns of code, formulas and tables that have no end, and of what is shown as a formula, quote or heading and hardly is
    one.
    """
    for key, value in data.items() if "html" not in data else ():
        if key not in _NO_MARKUP:
            for path, text in texts_with_paths(value, (key,)):
                if _SIGNS.search(text):
                    yield from (("warning", path, message) for message in _doubts(text))


def _doubts(text: str) -> Iterator[str]:
    if is_too_deep(text):
        yield f"lists and quotes are nested more than {DEEPEST} deep, so all of it is shown as it is written; nest less"
        return
    parsed = blocks(text)
    for block in parsed:
        match block:
            case Quote((Lines(inside), *_)) if _AMOUNT.match(inside):
                first = inside.partition("\n")[0]
                yield f"{code(f'> {first}')} is shown as a quote, without its sign; write it in words if it is none"
            case Items(numbers, _) if numbers:
                yield from _numbers(numbers, text)
    if all(isinstance(block, Heading) for block in parsed):
        yield f"{code(text)} is shown as a heading, without its signs; put it between backticks if it is none"
    for leaf in leaves(parsed):
        if isinstance(leaf, Lines):
            yield from (f"{_place(text, sign)}{message}" for sign, message in _of_lines(leaf.text))


def _place(text: str, sign: str) -> str:
    """Where in a text of several lines that line stands."""
    before = text[: max(text.find(sign), 0)].count("\n")
    return f"line {before + 1} of this text: " if "\n" in text else ""


def _numbers(numbers: tuple[int, ...], text: str) -> Iterator[str]:
    written = tuple(int(found) for found in _NUMBER.findall(text))
    if len(written) == len(numbers) and written != numbers and len(set(written)) > 1:
        shown = listed(str(number) for number in numbers[:5])
        yield f"the items of this list are numbered {shown}, as numbers go up; use another sign than . or )"


def _of_lines(text: str) -> Iterator[tuple[str, str]]:
    """A piece of the text, and what is to be said of it."""
    if fence := _FENCE.search(text):
        yield (
            fence[0],
            f"the code after {fence[1]} has no end, so it is shown as text; close it with a line of {fence[1]}",
        )
        return
    if table := _RULE.search(text):
        yield table[0], "this is no table, as a row has more cells than its head; give the head as many cells"
    for span in spans(text):
        match span.style:
            case "" if found := _OPEN_FORMULA.search(span.text):
                yield found[0], f"the formula after {found[0]} has no end, so it is shown as text"
            case "" if found := _TORN_FORMULA.search(span.text):
                yield found[0], f"{code(found[0])} is shown as text, as its braces do not match"
            case "formula" if _WORD.search(span.text) and not _TEX.search(span.text):
                formula = code(f"${span.text}$")
                yield f"${span.text}$", f"{formula} is shown as a formula; put it between backticks if it is none"
