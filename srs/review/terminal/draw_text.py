"""The texts of a card, drawn: emphasis and formulas, lists, quotes, tables and code. All of it is made harmless."""

import re
from collections.abc import Sequence

from rich.align import Align
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as RichTable
from rich.text import Text

from srs.core.blocks import Block, Code, Formula, Heading, Items, Lines, Quote, Table, leaves
from srs.core.formula_text import formula_text
from srs.core.markup import markup_to_text, parse, span_text, spans
from srs.core.safe_text import printable

_KEEPS_BLANKS = re.compile(r"^ |  ", re.MULTILINE)
_STYLES = {"bold": "bold", "italic": "italic", "code": "code", "picture": "quiet", "sound": "quiet", "video": "quiet"}
_MOST_DRAWN = 500  # items, cells and other pieces of a text: rich takes a second for some thousand cells


def emphasis(text: str) -> str:
    """The style of a text that is a whole side: bold, unless a part of it is to stand out."""
    parsed = parse(text)
    plain = len(parsed) == 1 and isinstance(parsed[0], Lines)
    return "bold" if plain and not any(span.style == "bold" for span in spans(text)) else ""


def draw_side(text: str, style: str, inner: int) -> RenderableType:
    """In the middle. What is long is read from the left; so are lines with blanks to keep, and all other blocks."""
    drawn = draw_text(text, style)
    if not isinstance(drawn, Text):
        return Align.center(drawn)
    shown = drawn.plain
    if "\n" in shown and _KEEPS_BLANKS.search(shown):
        drawn.justify = "left"
        return Align.center(drawn)
    drawn.justify = "center" if cell_len(shown) < inner * 2 else "left"
    return drawn


def draw_text(text: str, style: str, justify: JustifyMethod = "default") -> RenderableType:
    """Harmless, with its emphasis drawn, and pictures and sounds named. `justify` is for a text without blocks."""
    parsed = parse(text)
    if len(parsed) == 1 and isinstance(parsed[0], Lines):
        return _line(parsed[0].text, style, justify)
    if sum(1 for _ in leaves(parsed)) > _MOST_DRAWN:
        return Text(printable(markup_to_text(text)), style)
    return _group(parsed, style, gap=True)


def draw_labelled(label: str, text: str, style: str, justify: JustifyMethod = "default") -> RenderableType:
    """The text after its label, on the same line where that can be."""
    drawn = draw_text(text, style, justify)
    if isinstance(drawn, Text):
        return Text.assemble(label, " ", drawn, style=style, justify=justify)
    return Group(Text(label, style, justify=justify), drawn)


def draw_item(sign: str, text: str, style: str) -> RenderableType:
    """The text to the right of a sign."""
    drawn = draw_text(text, style)
    return _Beside(f"{sign} ", " " * (cell_len(sign) + 1), drawn, style)


def _line(text: str, style: str, justify: JustifyMethod = "default") -> Text:
    drawn = Text(style=style, justify=justify)
    for span in spans(text):
        drawn.append(printable(span_text(span)), _STYLES.get(span.style))
    return drawn


def _group(parsed: Sequence[Block], style: str, *, gap: bool) -> RenderableType:
    drawn = list[RenderableType]()
    for n, block in enumerate(parsed):
        drawn += ["", _block(block, style)] if gap and n else [_block(block, style)]
    return drawn[0] if len(drawn) == 1 else Group(*drawn)


def _block(block: Block, style: str) -> RenderableType:
    match block:
        case Lines(text):
            return _line(text, style)
        case Heading(_, text):
            return _line(text, "bold")
        case Formula():
            return Padding(Text(printable(formula_text(block.tex)), style), (0, 0, 0, 2))
        case Code(language, text):
            code = Padding(Text(printable(text), "code"), (0, 0, 0, 2))
            return Group(Text(printable(language), "quiet"), code) if language else code
        case Quote(inside):
            return _Beside("▎ ", "▎ ", _group(inside, style, gap=True), "quiet")
        case Items(numbers, items):
            signs = [f"{number}. " for number in numbers] or ["• "] * len(items)
            width = max(map(len, signs))
            return Group(
                *(
                    _Beside(sign.rjust(width), " " * width, _group(item, style, gap=False), style)
                    for sign, item in zip(signs, items, strict=True)
                )
            )
        case Table():
            return _table(block, style)


def _table(block: Table, style: str) -> RenderableType:
    table = RichTable(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", border_style="quiet")
    for cell, aligned in zip(block.head, block.aligned, strict=True):
        table.add_column(_line(cell, "bold"), justify=aligned or "left")
    for row in block.rows:
        table.add_row(*(_line(cell, style) for cell in row))
    return table


class _Beside:
    """Something with a sign before its first line, and another before all others."""

    def __init__(self, first: str, others: str, inside: RenderableType, style: str) -> None:
        self._signs, self._inside, self._style = (first, others), inside, style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self._style or "none")
        room = options.update(width=max(options.max_width - cell_len(self._signs[0]), 1))
        for n, line in enumerate(console.render_lines(self._inside, room, pad=False)):
            yield Segment(self._signs[n > 0], style)
            yield from line
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        sign = cell_len(self._signs[0])
        inside = Measurement.get(console, options.update(width=max(options.max_width - sign, 1)), self._inside)
        return Measurement(inside.minimum + sign, inside.maximum + sign)
