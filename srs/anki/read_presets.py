"""Reads the deck options (presets) of our cards from an Anki file: the FSRS parameters and the desired retention."""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from srs.anki import protobuf
from srs.anki.package import Opened, require_tables
from srs.core.errors import PackageError

MARK = "srs"
"""The key in a preset for what srs wrote there last. Anki keeps it when the preset is edited, exported or synced."""

_CLOSE = 1e-5  # Anki keeps these values in 32 bits
_NO_SENSE = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, OverflowError, struct.error)


class PresetValues(NamedTuple):
    """The FSRS parameters by which Anki schedules, empty for its default ones, and a probability."""

    parameters: tuple[float, ...]
    desired_retention: float


class TheirPreset(NamedTuple):
    """`written` is what srs wrote there last, None if it never did; `cards` are ours that have the preset."""

    name: str
    values: PresetValues
    written: PresetValues | None
    cards: tuple[str, ...]


def are_close(some: Sequence[float], others: Sequence[float]) -> bool:
    """Whether Anki would keep them as the same numbers."""
    return len(some) == len(others) and all(abs(a - b) <= _CLOSE for a, b in zip(some, others, strict=True))


def read_presets(file: Opened, cards: Mapping[int, Sequence[str]]) -> list[TheirPreset]:
    """The presets that our `cards` have, which are given by their deck in Anki; the preset of most cards first. What makes no
    sense is left out: without its presets, a file can still be pulled.
    """
    try:
        used, presets = _presets_of_decks(file), dict(_presets(file))
    except (*_NO_SENSE, PackageError):
        return []
    by_preset: dict[int, list[str]] = {}
    for deck, of_deck in cards.items():
        if (number := used.get(deck)) in presets:
            by_preset.setdefault(number, []).extend(of_deck)
    found = [presets[number]._replace(cards=tuple(of_preset)) for number, of_preset in by_preset.items() if of_preset]
    return sorted(found, key=lambda preset: (-len(preset.cards), preset.name))


def _presets_of_decks(file: Opened) -> dict[int, int]:
    """The ids of presets by those of decks."""
    if file.schema == 11:
        (text,) = file.connection.execute("select decks from col").fetchone()
        return {int(number): deck["conf"] for number, deck in json.loads(text).items() if "conf" in deck}
    require_tables(file.path, file.connection, ("decks", "deck_config"))
    rows = file.connection.execute("select id, kind from decks")
    normal = ((number, _message(dict(protobuf.read(kind)).get(1))) for number, kind in rows)
    return {number: dict(deck).get(1, 0) for number, deck in normal if deck}


def _presets(file: Opened) -> Iterator[tuple[int, TheirPreset]]:
    if file.schema == 11:
        (text,) = file.connection.execute("select dconf from col").fetchone()
        for number, preset in json.loads(text).items():
            with suppress(*_NO_SENSE):
                parameters = next(filter(None, (preset.get(name) for name in _BY_VERSION)), ())
                retention = preset.get("desiredRetention", 0.9)
                yield int(number), _preset(preset["name"], parameters, retention, preset.get(MARK))
        return
    for number, name, config in file.connection.execute("select id, name, config from deck_config"):
        with suppress(*_NO_SENSE):
            yield number, _preset(name, *_values(_message(config)))


_BY_VERSION = {"fsrsParams6": 6, "fsrsParams5": 5, "fsrsWeights": 3}
"""Where the parameters of FSRS-6, FSRS-5 and FSRS-4.5 are in a preset: their names in JSON, and the numbers of their fields in
a message. Anki takes the first that are there.
"""
_RETENTION, _OTHER = 37, 255  # numbers of fields; the last one is JSON of what Anki does not know


def _values(message: Sequence[tuple[int, Any]]) -> tuple[Sequence[float], float, Any]:
    """parameters, desired retention and our mark of a preset's message."""
    versions = (b"".join(data for field, data in message if field == version) for version in _BY_VERSION.values())
    data = next(filter(None, versions), b"")
    parameters = struct.unpack(f"<{len(data) // 4}f", data)
    fields = dict(message)
    (retention,) = struct.unpack("<f", fields[_RETENTION]) if _RETENTION in fields else (0.0,)
    other = json.loads(fields[_OTHER]) if fields.get(_OTHER) else {}
    return parameters, retention, other.get(MARK)


def _preset(name: str, parameters: Iterable[Any], retention: Any, mark: Any) -> TheirPreset:
    if not isinstance(name, str):
        raise TypeError
    return TheirPreset(name, _preset_values(parameters, retention), read_mark(mark), ())


def read_mark(mark: Any) -> PresetValues | None:
    """What srs wrote there last, None if `mark` is not its form."""
    try:
        return _preset_values(mark["fsrsParams6"], mark["desiredRetention"])
    except _NO_SENSE:
        return None


def _preset_values(parameters: Iterable[Any], retention: Any) -> PresetValues:
    return PresetValues(tuple(map(_short, parameters)), _short(retention))


def _short(value: Any) -> float:
    """The shortest decimal that is the same number in 32 bits: 0.212 for 0.21199999749660492."""
    if not isinstance(value, int | float):
        raise TypeError
    try:
        same = struct.pack("f", value)
    except OverflowError:
        return float(value)
    shorter = (float(f"{value:.{digits}g}") for digits in range(6, 10))
    return next((short for short in shorter if struct.pack("f", short) == same), float(value))


def _message(data: Any) -> list[tuple[int, Any]]:
    return list(protobuf.read(data)) if isinstance(data, bytes) else []
