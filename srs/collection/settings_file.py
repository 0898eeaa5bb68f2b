"""The learner's settings: one TOML file, whose wrong values are named with their line, and what deck files override."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from srs.errors import BadInput
from srs.settings import Settings, Wrong, of_deck, put
from srs.store import Store, folders


class Read(NamedTuple):
    """`lines` tells on which line each setting of the file stands."""

    settings: Settings
    lines: Mapping[str, int]


def read(file: Path) -> Read:
    """Defaults where the file says nothing, or is not there. Raises BadInput."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Read(Settings(), {})
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(file), str(error), "a TOML file in UTF-8 that can be read") from error
    import tomllib  # noqa: PLC0415 - only for those who have settings

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(str(file), str(error), "TOML, e.g. new = 20") from error
    lines = {name: _line(text, name) for name in values}
    settings = Settings()
    for name, value in values.items():
        try:
            settings = put(settings, name, value)
        except Wrong as error:
            raise BadInput(f"{file}:{lines[name]}: {name}", str(value), str(error)) from error
    return Read(settings, lines)


class Override(NamedTuple):
    """A setting of a deck file, for its own deck."""

    file: str
    line: int
    deck: str
    name: str
    value: Any


def overrides(store: Store, folder: int) -> list[Override]:
    """What the deck files in use set for their decks; of several files of one deck, the first that has settings counts."""
    found, of_file = [], dict[str, str]()
    for path, deck, text in folders.overrides(store.connection, folder):
        if of_file.setdefault(deck, path) == path:
            found += [Override(path, line, deck, name, value) for name, value, line in json.loads(text)]
    return found


def with_decks(settings: Settings, of_decks: Sequence[Override]) -> Settings:
    """The settings with those of single decks. Raises BadInput."""
    values: dict[str, dict[str, Any]] = {}
    for own in of_decks:
        values.setdefault(own.deck, {})[own.name] = own.value
    try:
        made = {deck: of_deck(settings, own) for deck, own in values.items()}
    except Wrong as error:  # they were checked when the file was read
        raise BadInput("settings of a deck in the database", str(values), str(error)) from error
    return replace(settings, decks=made)


def _line(text: str, name: str) -> int:
    """Where a top-level key stands; the first line if it is written in a way that we do not look for."""
    found = re.search(rf"^[ \t]*[\[\"']*{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
