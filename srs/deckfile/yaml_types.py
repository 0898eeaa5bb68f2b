"""How YAML reads text without quotes.

PyYAML and most tools read YAML 1.1, editors read YAML 1.2; what either does not read as text must be quoted.
"""

import re
from typing import Any

import yaml

from srs.core.quoting import plain

_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = yaml.SafeLoader.yaml_implicit_resolvers
_NUMBER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_PREFIX = "tag:yaml.org,2002:"


def meaning(text: str) -> str | None:
    """The YAML type of an unquoted `text` (bool, int, float, null, timestamp, value, merge), None if it is text."""
    first = text[:1]
    for tag, pattern in _RESOLVERS.get(first, ()):
        if pattern.match(text):
            return tag.removeprefix(_PREFIX)
    if first in "0123456789+-." and _NUMBER.fullmatch(text):  # never reached by the empty text: it is null
        return "int" if text.startswith("0o") else "float"
    return None


def parse_int(text: str) -> int | None:
    """The number, if `text` is a plain decimal of at most 18 digits; None for forms that YAML versions read differently."""
    return int(text) if _WHOLE.fullmatch(text) else None


def message(text: str, kind: str) -> str:
    """How YAML reads the unquoted `text`, and what to write instead."""
    shown = plain(text)
    if kind == "null" and not text:
        return "there is nothing here; write some text"
    if kind == "merge":
        return "merging with `<<` is not possible in a deck file; write the keys out"
    reads = {"null": "nothing", "timestamp": "a date", "value": "a default value"}.get(kind) or _value(text, kind)
    return f'without quotes YAML reads {shown} as {reads}; write "{shown}"'


def _value(text: str, kind: str) -> str:
    if kind == "bool":
        return "true" if text.lower() in {"yes", "true", "on"} else "false"
    if len(text) > 30:
        return "a number"
    try:
        if text.startswith("0o"):
            number: Any = int(text, 8)
        else:
            number = yaml.SafeLoader("").construct_object(yaml.ScalarNode(f"{_PREFIX}{kind}", text))
    except (ValueError, OverflowError):
        return "a number"
    return f"the number {number}"
