"""Elements that play or show a file (`audio`, `video`, `object`, `embed`) → the ways that a deck file knows: Anki's
`[sound:…]`, and pictures.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape

from srs.core import media_types
from srs.core.html_tokens import EndTag, StartTag, TextToken, Token, tokenize

_ADDRESS = {"audio": "src", "video": "src", "source": "src", "embed": "src", "object": "data"}
_CONTAINERS = frozenset(("audio", "video", "object"))
_HAS_SOME = re.compile(r"<(?:audio|video|embed|object)\b", re.IGNORECASE)
_NO_FILE = re.compile(r'[][<>"\x00-\x1f:\\]|^/')


def with_files(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens with the first file of each such element in its place; what else is in the element is for browsers that
    cannot play. Remote files are left out.
    """
    inside, found = "", False
    for token in tokens:
        if isinstance(token, StartTag) and token.name in _ADDRESS and (inside or token.name != "source"):
            found = found and bool(inside)
            if not found and (file := _file(token.attributes.get(_ADDRESS[token.name], ""))):
                found = True
                yield file
            if token.name in _CONTAINERS:
                inside = inside or token.name
        elif isinstance(token, EndTag) and token.name in _ADDRESS:
            inside = "" if token.name == inside else inside
        elif not inside:
            yield token


def files_of_elements(html: str) -> str:
    """The HTML of a field, with the files in place of such elements."""
    if not _HAS_SOME.search(html):
        return html
    return "".join(token.source for token in with_files(tokenize(html)))


def _file(address: str) -> Token | None:
    address = address.strip()
    if not address or _NO_FILE.search(address):
        return None
    if media_types.media_kind(address) == "picture":
        return StartTag("img", {"src": address}, f'<img src="{escape(address)}">')
    return TextToken(f"[sound:{escape(address, quote=False)}]")
