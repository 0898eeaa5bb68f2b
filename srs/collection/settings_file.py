"""The learner's settings: one TOML file, whose wrong values are named with their line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from srs.errors import BadInput
from srs.settings import Limits, Settings

_MOST = 10_000  # cards a day
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_STEP = re.compile(r"(\d{1,5})([smhd])")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


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
        place = f"{file}:{lines[name]}: {name}"
        if name not in _SETTINGS:
            raise BadInput(place, str(value), f"one of the settings: {', '.join(_SETTINGS)}")
        setting = _SETTINGS[name]
        try:
            settings = setting.put(settings, value)
        except (ValueError, TypeError, KeyError, OSError) as error:
            raise BadInput(place, str(value), setting.expected) from error
    return Read(settings, lines)


def shown(settings: Settings) -> dict[str, Any]:
    """Every setting by name, as it may be written in the file."""
    return {name: setting.get(settings) for name, setting in _SETTINGS.items()}


class _Setting(NamedTuple):
    """`put` raises ValueError, TypeError, KeyError or OSError for a value that makes no sense."""

    expected: str
    get: Callable[[Settings], Any]
    put: Callable[[Settings, Any], Settings]


def _limit(value: object) -> int | None:
    return None if value == "unlimited" else _whole(value, 0, _MOST)


def _whole(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError
    return value


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.7 <= value <= 0.99:
        raise ValueError
    return float(value)


def _steps(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise TypeError
    found = [_STEP.fullmatch(step) for step in value]
    seconds = tuple(int(step[1]) * _UNITS[step[2]] for step in found if step)
    if len(seconds) < len(found) or not all(0 < step <= 86_400 for step in seconds):
        raise ValueError
    return seconds


def _steps_text(steps: tuple[int, ...]) -> list[str]:
    return [
        next(f"{step // size}{unit}" for unit, size in reversed(_UNITS.items()) if step % size == 0) for step in steps
    ]


def _minutes(value: object) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError
    return int(found[1]) * 60 + int(found[2])


def _zone(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    ZoneInfo(value)
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _limits(**kinds: int | None) -> Callable[[Settings], Settings]:
    return lambda settings: replace(settings, limits=Limits(**{**settings.limits._asdict(), **kinds}))


def _field(
    expected: str, name: str, read_value: Callable[[object], Any], write: Callable[[Any], Any] = lambda x: x
) -> _Setting:
    return _Setting(
        expected,
        lambda settings: write(getattr(settings, name)),
        lambda settings, value: replace(settings, **{name: read_value(value)}),
    )


def _unlimited(limit: int | None) -> int | str:
    return "unlimited" if limit is None else limit


_CARDS = f'a number of cards from 0 to {_MOST}, or "unlimited"'
_LENGTHS = 'a list of times up to a day, e.g. ["1m", "10m"]'
_SETTINGS: Mapping[str, _Setting] = {
    "new": _Setting(_CARDS, lambda s: _unlimited(s.limits.new), lambda s, value: _limits(new=_limit(value))(s)),
    "reviews": _Setting(
        _CARDS, lambda s: _unlimited(s.limits.reviews), lambda s, value: _limits(reviews=_limit(value))(s)
    ),
    "steps": _field(_LENGTHS, "learning_steps", _steps, _steps_text),
    "relearning_steps": _field(_LENGTHS, "relearning_steps", _steps, _steps_text),
    "desired_retention": _field("a probability from 0.7 to 0.99", "desired_retention", _share),
    "rollover": _field(
        'the time at which a study day begins, e.g. "04:00"',
        "rollover",
        _minutes,
        lambda m: f"{m // 60:02}:{m % 60:02}",
    ),
    "zone": _field('a time zone, e.g. "Asia/Seoul"', "zone", _zone, lambda zone: zone or "the system's"),
    "leech_lapses": _field("a number of lapses from 2 to 100", "leech_lapses", lambda value: _whole(value, 2, 100)),
    "gloss": _field("true or false", "gloss", _truth),
    "typing": _field("true or false", "typing", _truth),
    "autoplay": _field("true or false", "autoplay", _truth),
}


def _line(text: str, name: str) -> int:
    """Where a top-level key stands; the first line if it is written in a way that we do not look for."""
    found = re.search(rf"^[ \t]*[\[\"']*{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
