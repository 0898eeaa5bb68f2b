"""Notes and deck files from values. PyYAML takes twenty times as long."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from srs.deckfile import yaml_types
from srs.kinds.note import Fields

_PLAIN = re.compile(r"[^\W_](?:[\w ,.;!?'()/%+=*&-]|:(?=\S))*")
_BLOCK = re.compile(r"(?![ \t])(?:[^\n\ufeff]*[^\s\ufeff])?(?:\n(?:[^\n\ufeff]*[^\s\ufeff])?)*")


def dump_deck_file(head: Fields, notes: Iterable[Fields]) -> str:
    """The text of a deck file: the keys of the file without `notes`, and those of each note, in their order."""
    lines = [f"{line}\n" for key, value in head.items() for line in entry(key, value, "")]
    return "".join([*lines, "notes:\n", *map(dump_note, notes)])


def dump_note(note: Fields) -> str:
    """A note's keys as a YAML list of one item."""
    lines = [line for key, value in note.items() for line in entry(key, value, "  ")]
    return "".join(f"{line}\n" for line in [f"- {lines[0][2:]}", *lines[1:]])


def entry(key: str, value: Any, indent: str) -> Iterator[str]:
    """The lines of a key with its value; short lists and mappings of texts go on one line."""
    match value:
        case str():
            yield from _text(f"{indent}{key}: ", value, indent)
        case Mapping() | list() if (line := flow(value)) is not None and len(line) < 90:
            yield f"{indent}{key}: {line}"
        case Mapping():
            yield f"{indent}{key}:"
            for inner, one in value.items():
                yield from entry(scalar(inner), one, f"{indent}  ")
        case list():
            yield f"{indent}{key}:"
            for one in value:
                if isinstance(one, Mapping):
                    sign = f"{indent}- "
                    for inner, text in one.items():
                        for line in entry(inner, text, f"{indent}  "):
                            yield f"{sign}{line[len(sign) :]}" if sign and line else line
                            sign = ""
                else:
                    yield from _text(f"{indent}- ", one, indent)
        case _:
            yield f"{indent}{key}: {json.dumps(value)}"


def _text(before: str, text: str, indent: str) -> Iterator[str]:
    if "\n" in text and fits_block(text):
        yield f"{before}|-"
        yield from (f"{indent}  {line}" if line else "" for line in text.split("\n"))
    else:
        yield f"{before}{scalar(text)}"


def items(texts: Iterable[str], indent: str) -> Iterator[str]:
    """The lines of a list, one text after the other."""
    for text in texts:
        yield from _text(f"{indent}- ", text, indent)


def fits_block(text: str) -> bool:
    """Whether lines of its own (`|-`) say the text."""
    return _BLOCK.fullmatch(text) is not None and not text.endswith("\n")


def scalar(text: str) -> str:
    """The text on one line, in quotes if it needs them."""
    if _PLAIN.fullmatch(text) and text[-1] != " " and " #" not in text and yaml_types.meaning(text) is None:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: Any) -> str | None:
    """The value as it stands between brackets, on one line; None if it holds more than short texts and numbers."""
    match value:
        case str():
            return (
                None
                if "\n" in value
                else scalar(value)
                if re.fullmatch(r"[\w .-]+", value)
                else json.dumps(value, ensure_ascii=False)
            )
        case bool() | int():
            return json.dumps(value)
        case Mapping() if all(isinstance(one, str | int) for one in value.values()):
            parts = [(key, flow(one)) for key, one in value.items()]
            return (
                None
                if any(part is None for _, part in parts)
                else "{" + ", ".join(f"{scalar(k)}: {p}" for k, p in parts) + "}"
            )
        case list() if all(isinstance(one, str) for one in value):
            texts = [flow(one) for one in value]
            return None if None in texts else "[" + ", ".join(map(str, texts)) + "]"
        case _:
            return None
