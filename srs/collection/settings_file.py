"""Reads and writes the learner's settings in a TOML file, and reads the settings of single decks from the database."""

import json
import os
import re
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from srs.collection.suggest_names import unknown
from srs.core.errors import BadInput, SettingsError, TargetError
from srs.core.files import atomic_write, file_lock
from srs.core.settings import SETTINGS, InvalidSetting, Settings, deck_settings, with_setting
from srs.database import Store, deck_files

_DAY_SETTINGS = {"zone", "rollover"}
_LOCK_TIMEOUT = 10.0  # seconds
_MAX_BYTES = 1 << 16  # a hundred times what all settings need
_MAX_SHOWN = 60  # characters of a value in a sentence


class SettingsFile(NamedTuple):
    """What the file says: `lines` holds the line of each setting, `errors` what is replaced by its default."""

    settings: Settings
    lines: Mapping[str, int]
    errors: tuple[SettingsError, ...] = ()

    @property
    def day_error(self) -> SettingsError | None:
        """An error that leaves the study day uncertain: with the default, a wrong one could be recorded."""
        return next((one for one in self.errors if not one.line or {one.name, one.detail} & _DAY_SETTINGS), None)


def read_settings_file(file: Path) -> SettingsFile:
    """Defaults where the file is missing, does not mention a setting, or has an error."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_BYTES + 1)
        values = _values(data)
    except FileNotFoundError:
        return SettingsFile(Settings(), {})
    except OSError as error:
        return SettingsFile(Settings(), {}, (SettingsError(file, "unreadable", error.strerror or str(error)),))
    except ValueError as error:  # not UTF-8, not TOML, or a number with thousands of digits
        return SettingsFile(Settings(), {}, (SettingsError(file, "not-toml", str(error)),))
    text, settings = data.decode(), Settings()
    lines, errors = dict[str, int](), list[SettingsError]()
    for name, value in values.items():
        line = _line(text, name)
        try:
            settings = with_setting(settings, name, value)
            lines[name] = line
        except InvalidSetting as error:
            if name in SETTINGS:
                errors.append(SettingsError(file, "value", str(error), line, name, _shown(value)))
            else:
                near = unknown("setting", name, SETTINGS).nearest
                errors.append(SettingsError(file, "no-setting", near[0] if near else "", line, name))
    return SettingsFile(settings, lines, tuple(errors))


def write_setting(file: Path, name: str, text: str) -> None:
    """Writes one setting into the file, which is made if needed; `default` takes it out. All else in the file stays as it is.
    `text` is a TOML value, or a text or a list of words without quotes.

    Raises Unknown, BadInput, TargetError.
    """
    if name not in SETTINGS:
        raise unknown("setting", name, SETTINGS)
    value = None if text == "default" else _accepted(name, text)
    try:
        file = Path(os.path.realpath(file))  # a link stays a link
        if file.exists() and not file.is_file():
            raise TargetError(file, "not-writable", "it is no file")
        file.parent.mkdir(parents=True, exist_ok=True)
        with file_lock(file.parent, _LOCK_TIMEOUT):  # another command may be changing another setting
            before = file.read_bytes() if file.exists() else b""
            after = _changed(before, name, value)
            with atomic_write(file, stat.S_IMODE(file.stat().st_mode) if before else 0o600) as target:
                target.write(after)
    except OSError as error:
        raise TargetError.from_os_error(file, error) from error
    except ValueError as error:
        raise TargetError(file, "not-writable", f"{error}; correct it in an editor first") from error


def _changed(data: bytes, name: str, value: Any) -> bytes:
    """The file with the setting, or without it for None. Raises ValueError if it is not TOML, or an unusual one."""
    import tomlkit  # noqa: PLC0415 - only to change a setting

    expected = _values(data)
    document = tomlkit.parse(data.decode())
    if value is None:
        document.pop(name, None)
        expected.pop(name, None)
    else:
        document[name] = expected[name] = value
    changed = tomlkit.dumps(document).encode()
    if _values(changed) != expected:
        raise ValueError("it is written in an unusual way")
    return changed


def _accepted(name: str, text: str) -> Any:
    """The first reading of the text that the setting accepts. Raises BadInput."""
    readings: list[Any] = [text, [word for word in re.split(r"[,\s]+", text) if word]]
    with suppress(ValueError):
        readings.insert(0, _values(f"value = {text}".encode())["value"])
    for value in readings:
        with suppress(InvalidSetting):
            with_setting(Settings(), name, value)
            return value
    raise BadInput(name, text, SETTINGS[name].expected)


def _values(data: bytes) -> dict[str, Any]:
    """Raises ValueError."""
    import tomllib  # noqa: PLC0415 - only for those who have settings

    if len(data) > _MAX_BYTES:
        raise ValueError(f"it is longer than {_MAX_BYTES} bytes")
    try:
        return tomllib.loads(data.decode())
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _shown(value: Any) -> str:
    """A value for a sentence."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number that is too long, or brackets that are too deep
        return "that"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


class Override(NamedTuple):
    """A setting of a deck file, for its own deck."""

    file: str
    line: int
    deck: str
    name: str
    value: Any


def deck_overrides(store: Store, folder: int) -> list[Override]:
    """The settings of the deck files in use; of several files of one deck, the first that has settings counts."""
    found, of_file = [], dict[str, str]()
    for path, deck, text in deck_files.deck_settings(store.connection, folder):
        if of_file.setdefault(deck, path) == path:
            found += [Override(path, line, deck, name, value) for name, value, line in json.loads(text)]
    return found


def with_overrides(settings: Settings, overrides: Sequence[Override]) -> Settings:
    """The settings, with those that decks have of their own. Raises BadInput."""
    values: dict[str, dict[str, Any]] = {}
    for override in overrides:
        values.setdefault(override.deck, {})[override.name] = override.value
    try:
        decks = {deck: deck_settings(settings, own) for deck, own in values.items()}
    except InvalidSetting as error:  # they were checked when the file was read
        raise BadInput("settings of a deck in the database", str(values), str(error)) from error
    return replace(settings, decks=decks)


def _line(text: str, name: str) -> int:
    """The line of a top-level key; 1 if it is written in an unusual way."""
    found = re.search(rf"^[ \t]*[\[\"']*{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
