"""What the checks of a kind are given and what they find."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

from srs.core.unicode import blank

Finding = tuple[Literal["error", "warning"], tuple[str | int, ...], str]
"""How bad, the path of the offending value within the note, and the sentence."""


@dataclass(frozen=True, slots=True)
class Unquoted:
    """Stands in the data for what YAML would not read as text, unless it is a plain whole number."""

    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the checks need of a file's head: its `languages`, what it says under the keys that kinds add (`extra`), and
    which of its keys are `wrong` themselves.
    """

    languages: Mapping[str, str]
    extra: Mapping[str, Any]
    wrong: Set[str | int]


def texts(values: object) -> dict[int, str]:
    """The texts of a list, or the one text, by their place. Those without the quotes they need, which is reported
    elsewhere, count as what they were meant to be.
    """
    found: dict[int, str] = {}
    for n, value in enumerate(values if isinstance(values, list) else [values]):
        match value:
            case Unquoted(text) | str(text) if not blank(text):
                found[n] = text
            case int():
                found[n] = str(value)
    return found
