"""The light markup of card text: `**bold**`, `*italic*`, `` `code` ``, pictures and sounds as `![alt](file.png)`."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from srs.core import media_types

LONGEST_TEXT = 200_000
"""The most characters that a text of a card may have."""

NO_MEDIA: Mapping[str, str] = MappingProxyType({})

# A particle may follow at once in Korean, a Latin letter or digit may not: 2*3*4 is arithmetic.
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|!\[(?P<alt>[^\[\]\n]*)\]\((?:<(?P<angled>[^<>\n:]+)>|(?P<file>[^()<>\n:]++(?:\([^()<>\n:]*+\)[^()<>\n:]*+)*+))\)"
    r"|(?<![A-Za-z0-9*])(?P<bold>\*\*)(?=[^\s*])"
    r"|(?<![A-Za-z0-9*])\*(?=[^\s*])(?P<italic>[^*\n]+?)(?<=\S)\*(?![A-Za-z0-9*])"
)
_BOLD_END = re.compile(r"(?<=[^\s*])\*\*(?![A-Za-z0-9*])")
_FILE_KEYS = ("image", "audio")
_KEYS_WITHOUT_TEXT = {"id", "tags", "guid", "source"}
_MAY_NAME_MEDIA = re.compile(r'!\[|"(?:image|audio|html)"')


class Span(NamedTuple):
    """`text` of a picture, sound or video is its alternative text, which may be empty; others have no `file`."""

    text: str
    style: Literal["", "bold", "italic", "code", "picture", "sound", "video"]
    file: str = ""


def spans(text: str) -> Iterator[Span]:
    """The pieces of the text, without signs. What has the file ending of no picture, sound or video is text."""
    end = at = 0
    line = unclosed = 0  # the end of the line, and up to where no bold text ends
    while found := _SPAN.search(text, at):
        span, at = _span(found), found.end()
        if found["bold"]:
            if at > line:
                newline = text.find("\n", at)
                line = len(text) if newline < 0 else newline
            closing = _BOLD_END.search(text, at + 1, line) if at > unclosed else None
            if closing:
                span, at = Span(text[at : closing.start()], "bold"), closing.end()
            else:
                unclosed = line
        if span is None:
            continue
        if found.start() > end:
            yield Span(text[end : found.start()], "")
        yield span
        end = at
    if end < len(text):
        yield Span(text[end:], "")


def _span(found: re.Match[str]) -> Span | None:
    """None for a file of no such kind, and for the sign that may begin a bold text."""
    if found["code"] is not None:
        return Span(found["code"], "code")
    if found["italic"] is not None:
        return Span(found["italic"], "italic")
    file = (found["angled"] or found["file"] or "").strip()
    kind = media_types.media_kind(file)
    return Span(found["alt"].strip(), kind, file) if kind else None


def markup_to_words(text: str) -> str:
    """The words, without pictures and sounds."""
    return "".join(span.text for span in spans(text) if not span.file)


def media_label(span: Span) -> str:
    """A picture or sound in words. Its file name could give the answer away."""
    return f"[{span.style}: {span.text}]" if span.text else f"[{span.style}]"


def markup_to_text(text: str) -> str:
    """The words, with a label for each picture and sound."""
    return "".join(media_label(span) if span.file else span.text for span in spans(text))


def media_spans(text: str) -> list[Span]:
    """The pictures and sounds of the text, in order."""
    return [span for span in spans(text) if span.file] if "![" in text else []


def media_markup(file: str) -> str:
    """The markup that shows or plays a file; its alternative text comes from its name."""
    words = re.sub(r"[-_\[\]\s]+", " ", file.rpartition("/")[2].rpartition(".")[0]).strip()
    return f"![{words}](<{file}>)"


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

    from srs.core.html_text import visible_content  # noqa: PLC0415 - as above

    return map(unquote, visible_content(html).files)


def texts_with_paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a value of strings, lists and mappings, after its path, which begins with `path`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list | dict):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_with_paths(part, (*path, key))
