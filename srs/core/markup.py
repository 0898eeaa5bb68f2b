"""The light markup of a card's text: `**bold**`, `*italic*`, `` `code` ``, and a picture or sound in its place,
`![what it shows](file.png)`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from srs.core import media_types

LONGEST = 200_000
"""Characters of one text of a card; what is longer is not taken from anywhere."""

# A particle may follow at once in Korean, a Latin letter or digit may not: 2*3*4 is arithmetic.
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|!\[(?P<shows>[^\[\]\n]*)\]\((?:<(?P<angled>[^<>\n:]+)>|(?P<file>[^()<>\n:]++(?:\([^()<>\n:]*+\)[^()<>\n:]*+)*+))\)"
    r"|(?<![A-Za-z0-9*])(?P<bold>\*\*)(?=[^\s*])"
    r"|(?<![A-Za-z0-9*])\*(?=[^\s*])(?P<italic>[^*\n]+?)(?<=\S)\*(?![A-Za-z0-9*])"
)
_BOLD_END = re.compile(r"(?<=[^\s*])\*\*(?![A-Za-z0-9*])")
_KEYS = ("image", "audio")
_NO_TEXT = {"id", "tags", "guid", "source", "principles"}


class Span(NamedTuple):
    """`text` of a picture or a sound is what it shows, which may be empty; `file` is theirs alone."""

    text: str
    style: Literal["", "bold", "italic", "code", "picture", "sound"]
    file: str = ""


def spans(text: str) -> Iterator[Span]:
    """The text in pieces, without the signs. What looks like a picture but has no ending of one is text."""
    end = at = 0
    line = hopeless = 0  # where the line ends, and up to where no bold text does
    while found := _SPAN.search(text, at):
        span, at = _span(found), found.end()
        if found["bold"]:
            if at > line:
                newline = text.find("\n", at)
                line = len(text) if newline < 0 else newline
            closing = _BOLD_END.search(text, at + 1, line) if at > hopeless else None
            if closing:
                span, at = Span(text[at : closing.start()], "bold"), closing.end()
            else:
                hopeless = line
        if span is None:
            continue
        if found.start() > end:
            yield Span(text[end : found.start()], "")
        yield span
        end = at
    if end < len(text):
        yield Span(text[end:], "")


def _span(found: re.Match[str]) -> Span | None:
    """None for a file that is neither picture nor sound, and where a bold text begins: its end is not found yet."""
    if found["code"] is not None:
        return Span(found["code"], "code")
    if found["italic"] is not None:
        return Span(found["italic"], "italic")
    file = (found["angled"] or found["file"] or "").strip()
    kind = media_types.kind(file)
    return Span(found["shows"].strip(), kind, file) if kind else None


def plain(text: str) -> str:
    """The words alone, without pictures and sounds."""
    return "".join(span.text for span in spans(text) if not span.file)


def name(span: Span) -> str:
    """What stands for a picture or a sound where there are only letters. The file's name could give the answer away."""
    return f"[{span.style}: {span.text}]" if span.text else f"[{span.style}]"


def named(text: str) -> str:
    """The words alone; pictures and sounds are named."""
    return "".join(name(span) if span.file else span.text for span in spans(text))


def files(text: str) -> list[Span]:
    """The pictures and sounds of the text, in their order."""
    return [span for span in spans(text) if span.file] if "![" in text else []


def written(file: str) -> str:
    """A file as a text that shows it; its own name says what it shows."""
    words = re.sub(r"[-_\[\]\s]+", " ", file.rpartition("/")[2].rpartition(".")[0]).strip()
    return f"![{words}](<{file}>)"


def may_refer(fields: Mapping[str, Any]) -> bool:
    """Whether the fields may name a file; a quick look, for most name none."""
    if fields.get("html"):
        return True
    for key, value in fields.items():
        if key in _KEYS or "![" in (value if isinstance(value, str) else str(value)):
            return True
    return False


def may_refer_json(fields: str) -> bool:
    """As `may_refer`, of fields as JSON, without reading them; it may say yes too often."""
    return "![" in fields or any(f'"{key}"' in fields for key in (*_KEYS, "html"))


def references(fields: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every file that a note's fields name, with the path of the text that names it within them."""
    for key, value in fields.items():
        if key in _KEYS:
            if isinstance(value, str) and value.strip():
                yield (key,), value.strip()
        elif key not in _NO_TEXT:
            for path, text in texts(value, (key,)):
                yield from ((path, file) for file in (_in_html(text) if fields.get("html") else _in_text(text)))


def _in_text(text: str) -> Iterator[str]:
    return (span.file for span in files(text))


def _in_html(text: str) -> Iterator[str]:
    """Names in HTML may be percent-encoded."""
    from urllib.parse import unquote  # noqa: PLC0415 - most notes have no HTML

    from srs.core.html_text import shown  # noqa: PLC0415 - as above

    return map(unquote, shown(text).files)


def texts(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a value, with its path; notes have lists and mappings of texts, and lists of such mappings."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from texts(one, (*path, n))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, (*path, key))
