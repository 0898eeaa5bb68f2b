"""Texts that people take for the same: one letter may be written in several ways, such as 한 or é composed, or in parts as
macOS names files.

For comparing alone: what is stored, shown or digested stays as it was written.
"""

import re


def nfc(text: str) -> str:
    """The text with composed letters (Unicode's normal form C); capitals count."""
    if text.isascii():
        return text
    from unicodedata import normalize  # noqa: PLC0415 - most texts of a prompt are ASCII

    return normalize("NFC", text)


def caseless(text: str) -> str:
    """As `nfc`, whatever the capitals (Unicode's canonical caseless matching)."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # noqa: PLC0415 - as above

    return normalize("NFC", normalize("NFD", text).casefold())


_INVISIBLE = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]*")
"""Blanks, and what looks like nothing: joiners, direction marks, Hangul fillers."""


def blank(text: str) -> bool:
    """Nothing in the text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None
