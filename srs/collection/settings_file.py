"""The learner's settings: one TOML file, whose wrong values are named with their line, and what deck files override."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from srs.collection.suggest_names import unknown
from srs.core.errors import BadInput, SettingsError
from srs.core.settings import SETTINGS, Settings, Wrong, of_deck, put
from srs.database import Store, deck_files

_OF_DAYS = {"zone", "rollover"}
_MOST = 1 << 16  # bytes of a settings file, a hundred times what all settings need
_LONGEST = 60  # characters of a value in a sentence


class Read(NamedTuple):
    """`lines` tells on which line each setting of the file stands; `wrong` is what cannot be used, where the default holds
    instead.
    """

    settings: Settings
    lines: Mapping[str, int]
    wrong: tuple[SettingsError, ...] = ()

    @property
    def unsure(self) -> SettingsError | None:
        """What leaves open on which study day something happens: with the defaults, a wrong one could be recorded."""
        return next((one for one in self.wrong if not one.line or {one.name, one.detail} & _OF_DAYS), None)


def read(file: Path) -> Read:
    """Defaults where the file says nothing, says what makes no sense, or is not there."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST + 1)
        values = _values(data)
    except FileNotFoundError:
        return Read(Settings(), {})
    except OSError as error:
        return Read(Settings(), {}, (SettingsError(file, "unreadable", error.strerror or str(error)),))
    except ValueError as error:  # not UTF-8, not TOML, or a number with thousands of digits
        return Read(Settings(), {}, (SettingsError(file, "not-toml", str(error)),))
    text, settings = data.decode(), Settings()
    lines, wrong = dict[str, int](), list[SettingsError]()
    for name, value in values.items():
        line = _line(text, name)
        try:
            settings = put(settings, name, value)
            lines[name] = line
        except Wrong as error:
            if name in SETTINGS:
                wrong.append(SettingsError(file, "value", str(error), line, name, _shown(value)))
            else:
                near = unknown("setting", name, SETTINGS).nearest
                wrong.append(SettingsError(file, "no-setting", near[0] if near else "", line, name))
    return Read(settings, lines, tuple(wrong))


def _values(data: bytes) -> dict[str, Any]:
    """Raises ValueError."""
    import tomllib  # noqa: PLC0415 - only for those who have settings

    if len(data) > _MOST:
        raise ValueError(f"it is longer than {_MOST} bytes")
    try:
        return tomllib.loads(data.decode())
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _shown(value: Any) -> str:
    """A value as it may stand in a sentence."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number that is too long, or brackets that are too deep
        return "that"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
    for path, deck, text in deck_files.overrides(store.connection, folder):
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
