"""The bytes of a deck file → its text."""

import codecs

LARGEST = 32 * 1024 * 1024
"""Bytes of a deck file."""


class NotText(ValueError):
    """Says in a sentence why the bytes are no text."""


def decode(data: bytes) -> tuple[str, bytes]:
    """The text, and the byte order mark before it, if any. Raises NotText."""
    if len(data) > LARGEST:
        raise NotText(f"the file is larger than {LARGEST // 1024 // 1024} MiB; split it into several deck files")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        return data[len(mark) :].decode(), mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, len(mark) + error.start) + 1
        raise NotText(f"the file is not UTF-8 (line {line}); save it as UTF-8") from None
