"""Text of unknown origin in messages: short, printable, with a suggestion of what was meant."""

import re
from collections.abc import Iterable
from itertools import islice

from srs.core import similar

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Characters that no text may hold: C0 but tab and newline, DEL, C1, U+2028 and U+2029, lone surrogates, non-characters."""

_LONGEST = 60


def escaped(character: str) -> str:
    """The character as the escape for it in a YAML text in double quotes."""
    number = ord(character)
    if (name := {9: "\\t", 10: "\\n", 13: "\\r"}.get(number)) is not None:
        return name
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def plain(text: str) -> str:
    """The text on one line, cut to 60 characters, with what cannot be seen shown as its code."""
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return text if text.isprintable() else "".join(c if c.isprintable() else escaped(c) for c in text)


def quoted(text: str) -> str:
    """As `plain`, between single quotes."""
    return f"'{plain(text)}'"


def code(text: str) -> str:
    """As `plain`, between backticks: something to be written in a file."""
    return f"`{plain(text)}`"


def listed(texts: Iterable[str]) -> str:
    """`a, b, c`, each shortened; what is more than twenty is left out."""
    shown = [plain(text) for text in islice(texts, 21)]
    return ", ".join([*shown[:20], "…"] if len(shown) > 20 else shown)


def nearest(text: str, names: Iterable[str]) -> str | None:
    """The name that `text` is most likely a slip of; not looked for among very many or in very long text."""
    found = similar.nearest(text[:60], islice(names, 100), 1)
    return found[0] if found else None
