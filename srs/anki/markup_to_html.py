"""Card text in light markup → HTML for Anki's fields."""

import re
from collections.abc import Mapping, Sequence
from html import escape

from srs.core.anki_commands import escape_brackets, escape_mathjax
from srs.core.blocks import Block, Code, Formula, Heading, Items, Lines, Quote, Table, blocks
from srs.core.markup import NO_MEDIA, Span, media_label, spans
from srs.core.safe_text import CONTROL_CHARACTERS

_CONTROLS = re.compile(f"[{CONTROL_CHARACTERS}]")  # among them U+001F, which separates Anki's fields
_SPECIAL = re.compile(  # searching one set is much faster than two
    f"[!&<>\"'\n*`[\\\\$^~#{CONTROL_CHARACTERS}]|  "
)
_SPACED = re.compile(r"  |<br> |\t")
_TAGS = {"bold": "b", "italic": "i", "code": "code", "sup": "sup", "sub": "sub"}


def markup_to_html(text: str, media: Mapping[str, str] = NO_MEDIA) -> str:
    """The HTML that shows the text as the terminal does, with its lines and blanks; control characters are dropped.

    `media` maps the pictures and sounds of the text to their names in Anki; what is not there becomes a label. Clozes keep
    working: braces and colons are not escaped.
    """
    if not _SPECIAL.search(text):  # as in most texts; a block has several lines, or begins with one of these signs
        return text
    return escape_mathjax(_html(blocks(_CONTROLS.sub("", text)), media))


def _html(parsed: Sequence[Block], media: Mapping[str, str]) -> str:
    return "".join(_block(block, media) for block in parsed)


def _block(block: Block, media: Mapping[str, str]) -> str:
    match block:
        case Lines(text):
            html = _line(text, media)
            return f'<span style="white-space: pre-wrap">{html}</span>' if _SPACED.search(html) else html
        case Code(language, text):
            named = f' data-language="{escape_brackets(escape(language))}"' if language else ""
            return f"<pre{named}><code>{escape_brackets(escape(text))}</code></pre>"
        case Formula(tex):
            return _formula(tex, "[]")
        case Heading(level, text):
            return f"<h{level}>{_line(text, media)}</h{level}>"
        case Quote(inside):
            return f"<blockquote>{_html(inside, media)}</blockquote>"
        case Items(numbers, items):
            return _list(numbers, [_html(item, media) for item in items])
        case Table():
            return _table(block, media)


def _list(numbers: Sequence[int], items: Sequence[str]) -> str:
    if not numbers:
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    start = f' start="{numbers[0]}"' if numbers[0] != 1 else ""
    written, last = [], numbers[0] - 1
    for number, item in zip(numbers, items, strict=True):
        value = "" if number == last + 1 else f' value="{number}"'
        written.append(f"<li{value}>{item}</li>")
        last = number
    return f"<ol{start}>{''.join(written)}</ol>"


def _table(table: Table, media: Mapping[str, str]) -> str:
    def row(tag: str, cells: Sequence[str]) -> str:
        styles = (f' style="text-align: {align}"' if align else "" for align in table.aligned)
        shown = (f"<{tag}{style}>{_line(cell, media)}</{tag}>" for style, cell in zip(styles, cells, strict=True))
        return f"<tr>{''.join(shown)}</tr>"

    rows = "".join(row("td", cells) for cells in table.rows)
    body = f"<tbody>{rows}</tbody>" if rows else ""
    return f"<table><thead>{row('th', table.head)}</thead>{body}</table>"


def _line(text: str, media: Mapping[str, str]) -> str:
    return "".join(_span(span, media) for span in spans(text))


def _span(span: Span, media: Mapping[str, str]) -> str:
    match span.style:
        case "picture" | "sound" | "video":
            return _media(span, media.get(span.file))
        case "formula":
            return _formula(span.text, "()")
        case "display":
            return _formula(span.text, "[]")
    html = escape_brackets(escape(span.text).replace("\n", "<br>"))
    if span.style == "link":
        return f'<a href="{escape_brackets(escape(span.address))}">{html}</a>'
    return f"<{tag}>{html}</{tag}>" if (tag := _TAGS.get(span.style)) else html


def _formula(tex: str, brackets: str) -> str:
    """As MathJax reads it; its lines are kept, as a comment ends with its line."""
    return f"\\{brackets[0]}{escape_brackets(escape(tex, quote=False))}\\{brackets[1]}"


def _media(span: Span, name: str | None) -> str:
    if name is None:
        return escape_brackets(escape(media_label(span)))
    return f'<img src="{name}" alt="{escape(span.text)}">' if span.style == "picture" else f"[sound:{name}]"
