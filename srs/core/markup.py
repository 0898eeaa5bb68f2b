"""The light markup within a line of card text: `**bold**`, `*italic*`, `` `code` ``, `10^3^`, `H~2~O`, `$formula$`,
`[link](https://…)`, pictures and sounds as `![alt](file.png)`; and what a text says without it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from srs.core import media_types
from srs.core.blocks import Block, Code, Formula, Heading, Items, Lines, Quote, Table, blocks, leaves
from srs.core.raised_letters import shifted

LONGEST_TEXT = 200_000
"""The most characters that a text of a card may have."""

NO_MEDIA: Mapping[str, str] = MappingProxyType({})

# A particle may follow at once in Korean, a Latin letter or digit may not: 2*3*4 is arithmetic. What may be money or a
# range of numbers is no formula and nothing lowered: $5, $6; 3~5, 6~8. Nor is Anki's older [$]x[/$].
_MEDIA = (
    r"!\[(?P<alt>[^\[\]\n]*)\]\((?:<(?P<angled>[^<>\n:]+)>(?:[ \t]+\"[^\"\n]*\")?"
    r"|(?P<file>[^()<>\n:]++(?:\([^()<>\n:]*+\)[^()<>\n:]*+)*+))\)"
)
_ONLY_MEDIA = re.compile(_MEDIA)
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    rf"|{_MEDIA}"
    r"|(?<![A-Za-z0-9*])(?P<bold>\*\*)(?=[^\s*])"
    r"|(?<![A-Za-z0-9*])\*(?=[^\s*])(?P<italic>[^*\n]+?)(?<=\S)\*(?![A-Za-z0-9*])"
    r"|\$\$(?=\s*+[^\s$\]])(?P<dollars>[^$]++)\$\$"
    r"|\\\[(?P<bracketed>(?:[^\\]|\\(?![\[\]]))++)\\\]"
    r"|(?<![A-Za-z0-9$\\])\$(?=[^\s$\]])(?P<formula>(?:[^$\n\\]|\\[^\n])++)(?<=\S)\$(?![0-9$])"
    r"|\\\((?P<parenthesized>(?:[^\\\n]|\\(?![()]))++)\\\)"
    r"|(?<=[A-Za-z0-9)\]~])\^(?P<sup>[A-Za-z0-9+\-−=()]{1,20})\^(?!\^)"
    r"|(?<=[A-Za-z)\]^])~(?P<sub>[A-Za-z0-9+\-−=()]{1,20})~(?!~)"
    r"|(?<!!)\[(?P<label>[^\[\]\n]+)\]\((?P<address>(?:https?://|mailto:)[^\s()<>\"]++(?:\([^\s()<>\"]*+\)[^\s()<>\"]*+)*+)"
    r"(?:[ \t]+\"[^\"\n]*\")?\)"
)
_SIGNS = re.compile(r"[`*!$\\^~\[]")  # one of them begins every span
_FORMULAS = frozenset({"dollars", "bracketed", "formula", "parenthesized"})
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_TITLE = re.compile(r"[ \t]+(?:\"[^\"]*\"|'[^']*')$")
_BOLD_END = re.compile(r"(?<=[^\s*])\*\*(?![A-Za-z0-9*])")
_FILE_KEYS = ("image", "audio")
_KEYS_WITHOUT_TEXT = {"id", "tags", "guid", "source"}
_MAY_NAME_MEDIA = re.compile(r'!\[|"(?:image|audio|html)"')


class PlainText(str):
    """The words of HTML: of all markup it has only pictures and sounds."""

    __slots__ = ()


class Span(NamedTuple):
    """`text` of a picture, sound or video is its alternative text, which may be empty; others have no `file`. That of a
    formula, in the line or on a line of its own (`display`), is TeX. `address` is where a link leads.
    """

    text: str
    style: Literal[
        "", "bold", "italic", "code", "sup", "sub", "formula", "display", "link", "picture", "sound", "video"
    ]
    file: str = ""
    address: str = ""


def spans(text: str) -> Iterator[Span]:
    """The pieces of a text without blocks, without signs. What has the file ending of no picture, sound or video is text."""
    if not _SIGNS.search(text):
        if text:
            yield Span(text, "")
        return
    pattern = _ONLY_MEDIA if isinstance(text, PlainText) else _SPAN
    end = at = 0
    line = unclosed = 0  # the end of the line, and up to where no bold text ends
    while found := pattern.search(text, at):
        span, at = _span(found), found.end()
        if found.lastgroup == "bold":
            if at > line:
                newline = text.find("\n", at)
                line = len(text) if newline < 0 else newline
            closing = _BOLD_END.search(text, at + 1, line) if at > unclosed else None
            if closing:
                span, at = Span(text[at : closing.start()], "bold"), closing.end()
            else:
                unclosed = line
        if span is None:
            at = found.start() + 1 if found.lastgroup in _FORMULAS else at  # its inside is ordinary text
            continue
        if found.start() > end:
            yield Span(text[end : found.start()], "")
        yield span
        end = at
    if end < len(text):
        yield Span(text[end:], "")


def _span(found: re.Match[str]) -> Span | None:
    """None for what only looks like one, and for the sign that may begin a bold text."""
    match found.lastgroup:
        case "code" | "italic" | "sup" | "sub" as style:
            return Span(found[style], style)
        case "dollars" | "bracketed" as signs:
            return _formula(found[signs], "display")
        case "formula" | "parenthesized" as signs:
            return _formula(found[signs], "formula")
        case "address":
            return Span(found["label"], "link", address=found["address"])
        case "angled" | "file" as group:
            file = _file_name(found[group])
            kind = media_types.media_kind(file)
            return Span(found["alt"].strip(), kind, file) if kind else None
    return None


def _formula(tex: str, style: Literal["formula", "display"]) -> Span | None:
    """None if its braces do not match: it is no TeX, or a gap of a cloze begins or ends in it."""
    depth = 0
    for brace in _BRACE.findall(tex) if "{" in tex or "}" in tex else ():
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return None
    return Span(tex, style) if not depth else None


def _file_name(written: str) -> str:
    """Without a title, and without the percent signs by which Markdown writes blanks and the like."""
    name = written.strip()
    if not media_types.media_kind(name):
        name = _TITLE.sub("", name)
    if "%" in name:
        decoded = _decoded(name)
        return decoded if decoded.isprintable() and "\ufffd" not in decoded else name
    return name


def _decoded(name: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - few names of files have percent signs

    return unquote(name)


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text that a face shows: those of markup, or lines."""
    return (Lines(text),) if isinstance(text, PlainText) else blocks(text)


def markup_to_words(text: str) -> str:
    """The words, without pictures and sounds."""
    return "\n".join(map(_words, leaves(parse(text))))


def _words(leaf: Lines | Heading | Code | Formula) -> str:
    match leaf:
        case Code(_, code):
            return code
        case Formula(tex):
            return span_text(Span(tex, "display"))
    return "".join(span_text(span) for span in spans(leaf.text) if not span.file)


def span_text(span: Span) -> str:
    """A piece as plain text: a formula in letters, a picture or sound by its label."""
    match span.style:
        case "":
            return span.text
        case "formula" | "display":
            from srs.core.formula_text import formula_text  # noqa: PLC0415 - most texts have no formula

            return formula_text(span.text)
        case "sup" | "sub":
            return shifted(span.text, span.style)
    return media_label(span) if span.file else span.text


def media_label(span: Span) -> str:
    """A picture or sound in words. Its file name could give the answer away."""
    return f"[{span.style}: {span.text}]" if span.text else f"[{span.style}]"


def markup_to_text(text: str) -> str:
    """The words, with a label for each picture and sound, bullets and numbers before the items of a list, and a sign
    before the lines of a quote.
    """
    return "\n".join(block_lines(parse(text)))


def block_lines(parsed: Sequence[Block]) -> Iterator[str]:
    """The lines of plain text of the blocks; some may be of several lines."""
    for block in parsed:
        match block:
            case Quote():
                yield from _before_lines("> ", "> ", block.inside)
            case Items():
                for n, item in enumerate(block.items):
                    sign = f"{block.numbers[n]}. " if block.numbers else "• "
                    yield from _before_lines(sign, " " * len(sign), item)
            case Table():
                yield from (" | ".join(_text(cell) for cell in row) for row in (block.head, *block.rows))
            case Lines() | Heading():
                yield _text(block.text)
            case _:
                yield _words(block)


def _before_lines(first: str, others: str, inside: Sequence[Block]) -> Iterator[str]:
    lines = "\n".join(block_lines(inside)).split("\n")
    yield from (f"{others if n else first}{line}" for n, line in enumerate(lines))


def _text(text: str) -> str:
    return "".join(map(span_text, spans(text)))


def inline_spans(text: str) -> Iterator[Span]:
    """The pieces of all blocks of a text but of code and formulas, in order."""
    for leaf in leaves(parse(text)):
        if isinstance(leaf, Lines | Heading):
            yield from spans(leaf.text)


def media_spans(text: str) -> list[Span]:
    """The pictures and sounds of the text, in order."""
    return [span for span in inline_spans(text) if span.file] if "![" in text else []


def media_markup(file: str) -> str:
    """The markup that shows or plays a file; its alternative text comes from its name."""
    words = re.sub(r"[-_\[\]\s]+", " ", file.rpartition("/")[2].rpartition(".")[0]).strip()
    return media_sign(words, file)


def media_sign(words: str, file: str, *, angled: bool = True) -> str:
    """The markup of a file with this alternative text; `angled` for a name that may hold parentheses."""
    name = file.replace("%", "%25") if "%" in file and _decoded(file) != file else file
    return f"![{words}](<{name}>)" if angled else f"![{words}]({name})"


def may_name_media(fields: Mapping[str, Any]) -> bool:
    """A quick look, as most notes name no file: False if the fields name none."""
    return bool(fields.get("html")) or any(key in _FILE_KEYS or "![" in str(value) for key, value in fields.items())


def json_may_name_media(fields: str) -> bool:
    """As `may_name_media`, without decoding the JSON."""
    return _MAY_NAME_MEDIA.search(fields) is not None


def media_references(fields: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every file that a note's fields name, after the path of the text that names it."""
    for key, value in fields.items():
        if key in _FILE_KEYS:
            if isinstance(value, str) and value.strip():
                yield (key,), value.strip()
        elif key not in _KEYS_WITHOUT_TEXT:
            for path, text in texts_with_paths(value, (key,)):
                files = _files_of_html(text) if fields.get("html") else (span.file for span in media_spans(text))
                yield from ((path, file) for file in files)


def _files_of_html(html: str) -> Iterator[str]:
    """Names in HTML may be percent-encoded."""
    from urllib.parse import unquote  # noqa: PLC0415 - most notes have no HTML

    from srs.core.html_text import visible_files  # noqa: PLC0415 - as above

    return map(unquote, visible_files(html))


def texts_with_paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a value of strings, lists and mappings, after its path, which begins with `path`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list | dict):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_with_paths(part, (*path, key))


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The value of strings, lists and mappings with every text in it changed."""
    match value:
        case str():
            return change(value)
        case dict():
            return {key: map_texts(part, change) for key, part in value.items()}
        case list():
            return [map_texts(part, change) for part in value]
        case _:
            return value
