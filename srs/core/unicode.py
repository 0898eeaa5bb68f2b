"""Comparing texts that look the same but are encoded differently, such as é as one character or as e with an accent (as
macOS writes file names), and control characters. What is stored, shown or digested is never normalized.
"""

import re

CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
"""Control characters other than tab and newline, and lone surrogates; to be put into a regular expression's brackets."""


def nfc(text: str) -> str:
    """The text in Unicode's normalization form C (composed letters); case is kept."""
    if text.isascii():
        return text
    from unicodedata import normalize  # noqa: PLC0415 - most texts of a prompt are ASCII

    return normalize("NFC", text)


def caseless(text: str) -> str:
    """The text folded for Unicode's canonical caseless matching."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # noqa: PLC0415 - as above

    return normalize("NFC", normalize("NFD", text).casefold())


_INVISIBLE = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]*")
"""Blanks, and what looks like nothing: joiners, direction marks, Hangul fillers."""


def blank(text: str) -> bool:
    """Nothing in the text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None
