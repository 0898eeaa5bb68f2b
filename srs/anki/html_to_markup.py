"""HTML → the light markup of card text, where that loses nothing.

Nothing is lost if the markup, exported as HTML, shows the same lines in the same styles. Paragraphs are parted by an empty
line. A table's first row is its head; a heading alone, and a list of one item, are lines. Lines that begin with - or 1. are
a list.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from srs.anki.html_tree import CannotConvert
from srs.anki.markup_to_html import markup_to_html
from srs.anki.read_html import (
    FIRST_PLACEHOLDER,
    PLACEHOLDER,
    Code,
    Heading,
    Items,
    Line,
    Lines,
    Node,
    Quote,
    Table,
    joined,
    read_html,
)
from srs.core.blocks import DEEPEST
from srs.core.markup import NO_MEDIA
from srs.core.safe_text import CONTROL_CHARACTERS

_SIGNS = {"": "", "bold": "**", "italic": "*", "code": "`", "sup": "^", "sub": "~"}
_SPECIAL = re.compile(r"[<&*`!$\\^~\[\t\n\r\f\U000f0000-\U0010ffff]|^[#>|]|  ")
_MAY_CHANGE = re.compile(  # any other markup is the text that it shows
    rf"[*`$\\\\^~\[|\t{CONTROL_CHARACTERS}]|  |^[ ]*(?:[-+>#]|~~~|\d+[.)])", re.MULTILINE
)
_LIKE_MEDIA = re.compile(r"!\[[^][\n]*+\]\(")
_BULLET = re.compile(r"^[-*+] +")
_NUMBER = re.compile(r"^(\d+)[.)] +")
_ITEM = re.compile(r"\t*(?:• |\d+\. )")
_RULES = {"": "---", "left": ":---", "center": ":---:", "right": "---:"}


def html_to_markup(html: str, media: Mapping[str, str] = NO_MEDIA) -> str | None:
    """The text in light markup, None where that would lose something; `media` maps names of files to their new names, and
    is asked for addresses too, which are left out.
    """
    if not _SPECIAL.search(html):
        return html.strip()
    if PLACEHOLDER.search(html):
        return None
    try:
        nodes, files = read_html(html, media)
        markup = "\n".join(_written(nodes, 0))
        if _MAY_CHANGE.search(markup) and _shown(read_html(markup_to_html(markup))[0]) != _shown(nodes):
            return None
    except CannotConvert:
        return None
    if _LIKE_MEDIA.search(markup):
        return None
    return PLACEHOLDER.sub(lambda found: files[ord(found[0]) - FIRST_PLACEHOLDER], markup)


def _written(nodes: Sequence[Node], depth: int) -> Iterator[str]:
    """The lines of markup. Raises CannotConvert."""
    if depth > DEEPEST:
        raise CannotConvert
    for n, node in enumerate(nodes):
        before = nodes[n - 1] if n else None
        if before and not (depth and isinstance(node, Items)):  # a list within an item needs none
            yield ""
        match node:
            case Lines(lines):
                yield from map(_line, lines)
            case Heading(level, line):
                yield f"{'#' * level} {_line(line)}"
            case Code(language, text):
                yield from _code(language, text)
            case Quote(inside):
                yield from (f"> {line}".rstrip() for line in _written(inside, depth + 1))
            case Items(numbers, items):
                again = isinstance(before, Items) and (before.numbers is None) is (numbers is None)
                yield from _items(numbers, items, depth, other_signs=again)
            case Table(aligned, rows):
                yield from _table(aligned, rows)


def _line(line: Line) -> str:
    return "".join(map(_run, line))


def _run(run: tuple[str, str]) -> str:
    text, style = run
    if style.startswith("link "):
        return f"[{text}]({style.removeprefix('link ')})"
    return f"{_SIGNS[style]}{text}{_SIGNS[style]}"


def _code(language: str, text: str) -> Iterator[str]:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=2) + 1)
    fence = fence if len(fence) > 3 else "```"
    yield f"{fence}{language}"
    yield from text.removesuffix("\n").split("\n")
    yield fence


def _items(
    numbers: Sequence[int] | None, items: Sequence[Sequence[Node]], depth: int, *, other_signs: bool
) -> Iterator[str]:
    """A list of one item is a line; the one after another list has other signs, or it would be the same list."""
    if len(items) == 1 and not depth and not _has_list(items[0]):
        yield from _one_item(numbers, items[0])
        return
    for n, item in enumerate(items):
        end = ")" if other_signs else "."
        sign = f"{numbers[n]}{end} " if numbers else "* " if other_signs else "- "
        lines = list(_written(item, depth + 1)) or [""]
        yield f"{sign}{lines[0]}".rstrip()
        yield from (f"{' ' * len(sign)}{line}".rstrip() for line in lines[1:])


def _has_list(nodes: Sequence[Node]) -> bool:
    return any(isinstance(node, Items) for node in nodes)


def _one_item(numbers: Sequence[int] | None, item: Sequence[Node]) -> Iterator[str]:
    match item:
        case [Lines([first, *others])]:
            yield f"{f'{numbers[0]}.' if numbers else '•'} {_line(first)}"
            yield from map(_line, others)
        case _:
            raise CannotConvert


def _table(aligned: Sequence[str], rows: Sequence[Sequence[Line]]) -> Iterator[str]:
    def row(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    first, *others = ([_line(cell).replace("|", "\\|") for cell in cells] for cells in rows)
    yield row(first)
    yield row(_RULES[one] for one in aligned)
    yield from map(row, others)


def _shown(nodes: Sequence[Node]) -> list[Line]:
    """All lines with their styles, and signs for what they are in. Empty lines beside blocks are their margin."""
    lines = list(_flat(nodes, 0))
    return [
        joined(line)
        for n, line in enumerate(lines)
        if line or not any(_is_of_block(lines[k]) for k in (n - 1, n + 1) if 0 <= k < len(lines))
    ]


def _flat(nodes: Sequence[Node], depth: int) -> Iterator[Line]:
    for node in nodes:
        match node:
            case Lines(lines):
                yield from map(_as_item, lines)
            case Heading(level, line):
                yield [("#" * level, "heading"), *line]
            case Code(language, text):
                yield [(f"{language}\n{text}".removesuffix("\n"), "block")]
            case Quote(inside):
                yield from ([(">", "quote"), *line] for line in _flat(inside, depth))
            case Items(numbers, items):
                for n, item in enumerate(items):
                    sign = f"{numbers[n]}. " if numbers else "• "
                    for k, line in enumerate(_flat(item, depth + 1) if item else [[]]):
                        yield [("\t" * depth, ""), ("" if k else sign, ""), *line]
            case Table(aligned, rows):
                for row in rows:
                    cells = row[: next((n for n in range(len(row), 0, -1) if row[n - 1]), 0)]  # some rows are shorter
                    yield [run for align, cell in zip(aligned, cells, strict=False) for run in ((align, "cell"), *cell)]


def _as_item(line: Line) -> Line:
    """A line that begins as an item does, as if it were one; 1) is the same as 1."""
    if not line or line[0][1]:
        return line
    text = _NUMBER.sub(r"\1. ", _BULLET.sub("• ", line[0][0], count=1), count=1)
    return [(text, ""), *line[1:]]


def _is_of_block(line: Line) -> bool:
    text, style = next(((text, style) for text, style in line if text), ("", ""))
    return style in {"heading", "block", "quote", "cell"} or _ITEM.match(text) is not None
