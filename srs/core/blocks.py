"""The blocks of a card's text, as Markdown writes them: code between fences, lists, quotes, tables, headings, formulas.

All else is lines, which stay as they are, blanks included. A block begins at the start of a line: of what is indented
nothing but the inside of a block is one. A list has two items or more. What is not closed, or nested too deep, is lines.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

DEEPEST = 6
"""How deep lists and quotes may be nested."""

_MAY_BEGIN = re.compile(
    r"^(?:```|~~~|\$\$|\\\[|>|#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|[ \t|:]*-[-|: \t]*$)", re.MULTILINE
)
_HEADING = re.compile(r"(#{1,6})(.*)")
_BEFORE_ROW = re.compile(r"^[ \t>]*")  # of a table in a quote or an item
_FEWEST_ITEMS = 2  # one is a line that begins with a dash or a year
_FORMULA_ENDS = {"$$": "$$", "\\[": "\\]"}
_LEVELS = 2 * DEEPEST + 4  # of the parser, for which a list and its item are two; it leaves out what is deeper


class Lines(NamedTuple):
    text: str


class Code(NamedTuple):
    """`language` is empty where none is named."""

    language: str
    text: str


class Formula(NamedTuple):
    """A formula on lines of its own, in TeX."""

    tex: str


class Heading(NamedTuple):
    """`level` is 1 to 6."""

    level: int
    text: str


class Quote(NamedTuple):
    inside: "tuple[Block, ...]"


class Items(NamedTuple):
    """A list. `numbers` are those of its items; there are none before bullets."""

    numbers: tuple[int, ...]
    items: "tuple[tuple[Block, ...], ...]"


class Table(NamedTuple):
    """Every row has as many cells as `head`."""

    aligned: tuple[Literal["", "left", "center", "right"], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Lines | Code | Formula | Heading | Quote | Items | Table


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of the text, in order."""
    if not _MAY_BEGIN.search(text):  # as in most texts
        return (Lines(text),)
    try:
        return _parse(text)
    except _TooDeep:
        return (Lines(text),)


def is_too_deep(text: str) -> bool:
    """Whether the text is lines because its lists and quotes are nested too deep."""
    try:
        _parse(text)
    except _TooDeep:
        return True
    return False


class _TooDeep(Exception):
    """The blocks are nested deeper than DEEPEST."""


def leaves(parsed: Sequence[Block]) -> Iterator[Lines | Code | Formula | Heading]:
    """All that has text, in order; a cell of a table is lines."""
    for block in parsed:
        match block:
            case Quote():
                yield from leaves(block.inside)
            case Items():
                for item in block.items:
                    yield from leaves(item)
            case Table():
                yield from (Lines(cell) for row in (block.head, *block.rows) for cell in row)
            case _:
                yield block


@lru_cache(8)  # what is on the screen is drawn again with every key
def _parse(text: str) -> tuple[Block, ...]:
    from markdown_it.tree import SyntaxTreeNode  # noqa: PLC0415 - most texts have no blocks

    parser, tokens = _parser(), list["Token"]()
    parser.block.parse(text, parser, {}, tokens)
    if _depth(tokens) > DEEPEST:
        raise _TooDeep
    lines, found, end = text.split("\n"), list[Block](), 0
    for node in SyntaxTreeNode(tokens).children:
        if block := _block(node, lines):
            assert node.map is not None  # all that begin a block have it
            found += _lines(lines[end : node.map[0]])
            found.append(block)
            end = node.map[1]
    return (*found, *_lines(lines[end:])) if found else (Lines(text),)


def _depth(tokens: "Sequence[Token]") -> int:
    """How deep lists and quotes are nested."""
    depth = deepest = 0
    for token in tokens:
        if token.type.startswith(("bullet_list_", "ordered_list_", "blockquote_")):
            depth += token.nesting
            deepest = max(deepest, depth)
    return deepest


def _lines(lines: list[str]) -> list[Block]:
    """Empty lines beside a block are its margin."""
    text = "\n".join(lines).strip("\n")
    return [Lines(text)] if text else []


def _block(node: "SyntaxTreeNode", lines: list[str]) -> Block | None:
    """The outermost block that the node is; None for lines."""
    if node.map is None or lines[node.map[0]][:1] in {" ", "\t"}:
        return None
    if node.type == "blockquote" and not lines[node.map[0]].startswith("> "):
        return None
    block = _inner(node, lines)
    is_lines = isinstance(block, Lines) or (isinstance(block, Items) and _items(block) < _FEWEST_ITEMS)
    return None if is_lines else block


def _items(block: Block) -> int:
    """How many items with a text a list has, those of lists within it included."""
    if not isinstance(block, Items):
        return 0
    return sum(any(not isinstance(one, Items) for one in item) + sum(map(_items, item)) for item in block.items)


def _inner(node: "SyntaxTreeNode", lines: list[str]) -> Block:
    match node.type:
        case "fence":
            return _code(node)
        case "formula":
            return Formula(node.content)
        case "heading":
            assert node.map is not None
            signs = _HEADING.search(lines[node.map[0]])  # the parser would leave out signs at its end
            assert signs
            return Heading(len(signs[1]), signs[2].strip())
        case "blockquote":
            return Quote(_inside(node, lines))
        case "bullet_list":
            return Items((), tuple(_inside(item, lines) for item in node.children))
        case "ordered_list":
            return Items(_numbers(node), tuple(_inside(item, lines) for item in node.children))
        case "table":
            return _table(node, lines)
        case "paragraph":
            return Lines(node.children[0].content)
    return Lines(node.content.rstrip("\n"))


def _inside(node: "SyntaxTreeNode", lines: list[str]) -> tuple[Block, ...]:
    """What a quote or an item holds; paragraphs are lines, with an empty one between them."""
    found = list[Block]()
    for child in node.children:
        block = _inner(child, lines)
        if isinstance(block, Lines) and found and isinstance(found[-1], Lines):
            found[-1] = Lines(f"{found[-1].text}\n\n{block.text}")
        else:
            found.append(block)
    return tuple(found)


def _code(node: "SyntaxTreeNode") -> Block:
    """Lines, if it is not closed: the parser takes all that follows."""
    assert node.map is not None
    content = node.content.removesuffix("\n")
    if node.map[1] - node.map[0] < content.count("\n") + (2 if node.content else 1) + 1:
        return Lines(f"{node.markup}{node.info}\n{node.content}".rstrip("\n"))
    return Code(node.info.split(maxsplit=1)[0] if node.info.strip() else "", content)


def _numbers(node: "SyntaxTreeNode") -> tuple[int, ...]:
    """As written where they go up: who writes 1. before every item wants them counted."""
    numbers = list[int]()
    for item in node.children:
        written = int(item.info)
        numbers.append(max(written, numbers[-1] + 1) if numbers else written)
    return tuple(numbers)


def _table(node: "SyntaxTreeNode", lines: list[str]) -> Table | Lines:
    """Lines, if a row has more cells than the head: the parser would leave them out."""
    assert node.map is not None
    written = [_BEFORE_ROW.sub("", line) for line in lines[node.map[0] : node.map[1]]]
    rows = [row for part in node.children for row in part.children]
    aligned = [str(cell.attrs.get("style", "")).rpartition(":")[2] for cell in rows[0].children]
    if any(_count_cells(line) > len(aligned) for line in written[2:]):
        return Lines("\n".join(written))
    cells = [tuple(cell.children[0].content for cell in row.children) for row in rows]
    return Table(tuple(aligned), cells[0], tuple(cells[1:]))  # type: ignore[arg-type] # the parser's styles are these


def _count_cells(line: str) -> int:
    row = line.strip().removeprefix("|")
    row = row if row.endswith("\\|") else row.removesuffix("|")
    return row.count("|") - row.count("\\|") + 1


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most texts have no blocks

    # "code" is what is indented by four blanks or more: it stays as it is, and nothing in it begins a block
    parser = MarkdownIt("zero", {"maxNesting": _LEVELS})
    parser.enable(["code", "fence", "blockquote", "list", "heading", "table"])
    parser.block.ruler.before("fence", "formula", _formula, {"alt": ["paragraph", "blockquote", "list", "table"]})
    return parser


def _formula(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    r"""A rule of the parser: a line that begins with `$$` or `\[`, up to the line that ends with `$$` or `\]`."""
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    closing = _FORMULA_ENDS.get(state.src[begin : begin + 2])
    if closing is None or start < state.env.get(closing, 0):
        return False
    line, at = start, state.src.find(closing, begin + 2, state.eMarks[start])
    while at < 0 and line + 1 < end:
        line += 1
        at = state.src.find(closing, state.bMarks[line], state.eMarks[line])
    if at < 0:
        state.env[closing] = end  # up to there nothing closes one, so nobody need look again
        return False
    if state.src[at + 2 : state.eMarks[line]].strip():
        return False
    if not silent:
        token = state.push("formula", "", 0)
        inside = state.getLines(start, line + 1, state.blkIndent, False)
        token.content = inside.strip()[2:-2].strip("\n")
        token.map = [start, line + 1]
        state.line = line + 1
    return True
