"""Reads the wire format of Protocol Buffers, as far as Anki's files use it."""

from collections.abc import Iterator


def read(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Each field's number and value, in the order of the message. Raises ValueError where it is damaged."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in {1, 5}:
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"the wire type {kind} is unknown")
        if at + size > len(data):
            raise ValueError("a message ends too early")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return value, at + n + 1
    raise ValueError("a number does not end")
