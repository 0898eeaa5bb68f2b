"""Text without control characters, for the terminal."""

import re

# C0 except newline, DEL, C1, lone surrogates, line separators, bidi controls, zero-width characters
_DANGEROUS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
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
