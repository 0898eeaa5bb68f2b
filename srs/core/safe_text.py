"""Text without control characters, for the terminal."""

import re

CONTROL_CHARACTERS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
"""For a set of a regular expression: C0 except tab and newline, DEL, C1, lone surrogates."""

# these, tab, line separators, bidi controls, zero-width characters
_DANGEROUS = re.compile(
    f"[{CONTROL_CHARACTERS}\t\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]"
)


def printable(text: str) -> str:
    """The text with control characters replaced: a tab by blanks, others by a picture or their code point."""
    return _DANGEROUS.sub(_replace, text)


def _replace(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    if character == "\t":
        return "    "
    if number < 0x20:
        return chr(0x2400 + number)  # ␛ and its like
    return "␡" if number == 0x7F else f"<{number:04X}>"
