"""The learner's settings: their defaults, and how they are written in a file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Theme = Literal["auto", "dark", "light", "plain"]
AnkiSync = Literal["never", "server"]


class Limits(NamedTuple):
    """The most cards of a study day; None is no limit."""

    new: int | None = None
    reviews: int | None = None


_A_DAY = Limits(new=20)
_NO_DECKS: "Mapping[str, Settings]" = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """Steps and `learn_ahead` are seconds, `rollover` minutes after midnight, `desired_retention` a probability,
    `maximum_interval` days. `zone` is an IANA name, or None for the system's. `easy_days` are how many of a usual day's
    reviews each weekday takes, Monday first: 1, 0.5 or 0, not all of them 0.

    In a review, `gloss` shows the gloss, `typing` asks to type what can be typed, and `autoplay` speaks each question
    and each foreign side.

    `record` and `transcribe` are a program and its arguments; `{file}` in them stands for the sound file.

    With `anki_sync`, reviews sync with an Anki sync server; `anki_server` is its address, None for the one used last.

    The words of kinds that belong to one of the `packs` are shown even where no deck uses them.
    `decks` holds the settings of single decks by name; their limits apply in addition to the overall ones.
    """

    zone: str | None = None
    rollover: int = 240
    limits: Limits = _A_DAY
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    learn_ahead: int = 1200
    desired_retention: float = 0.9
    maximum_interval: int = 36_500
    easy_days: tuple[float, ...] = (1.0,) * 7
    leech_lapses: int = 8
    suspend_leeches: bool = False
    theme: Theme = "auto"
    gloss: bool = False
    typing: bool = False
    autoplay: bool = False
    space_is_good: bool = True
    anki_sync: AnkiSync = "never"
    anki_server: str | None = None
    packs: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    transcribe: tuple[str, ...] = ()
    decks: "Mapping[str, Settings]" = field(default_factory=lambda: _NO_DECKS)

    def for_deck(self, deck: str) -> "Settings":
        """The settings of a deck."""
        return self.decks.get(deck, self)

    def is_leech(self, lapses: int) -> bool:
        """Whether a card with so many lapses is a leech."""
        return lapses >= self.leech_lapses

    def hits_leech_threshold(self, lapses: int) -> bool:
        """Whether this lapse suspends a leech: at the threshold, then after every half of it, as in Anki's manual."""
        return self.is_leech(lapses) and (lapses - self.leech_lapses) % -(-self.leech_lapses // 2) == 0


class InvalidSetting(ValueError):
    """An unknown setting or a bad value; its text says what is expected."""


class SettingType(NamedTuple):
    """What a setting means and how it is written in a file. `parse` raises ValueError, TypeError, KeyError or OSError for a
    bad one. One of a `pack` is listed where the pack is used.
    """

    meaning: str
    expected: str
    parse: Callable[[Any], Any]
    format: Callable[[Any], Any] = lambda value: value
    pack: str = ""


def with_setting(settings: Settings, name: str, value: object) -> Settings:
    """The settings with one of them replaced; `value` is as in a file. Raises InvalidSetting."""
    return _with_setting(settings, name, value, SETTINGS)


def deck_settings(settings: Settings, values: Mapping[str, object]) -> Settings:
    """A deck's own settings; `values` are those of its file. Raises InvalidSetting."""
    own = replace(settings, limits=Limits(), decks=_NO_DECKS)
    for name, value in values.items():
        own = _with_setting(own, name, value, DECK_SETTINGS)
    return own


def _with_setting(settings: Settings, name: str, value: object, known: Mapping[str, SettingType]) -> Settings:
    if name not in known:
        raise InvalidSetting(f"one of the settings: {', '.join(known)}")
    try:
        parsed = known[name].parse(value)
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise InvalidSetting(known[name].expected) from error
    if name in Limits._fields:
        return replace(settings, limits=settings.limits._replace(**{name: parsed}))
    return replace(settings, **{_FIELDS.get(name, name): parsed})


def setting_values(settings: Settings) -> dict[str, Any]:
    """Every setting by name, as it may be written in a file."""
    return {
        name: setting.format(getattr(settings.limits if name in Limits._fields else settings, _FIELDS.get(name, name)))
        for name, setting in SETTINGS.items()
    }


_MOST = 10_000  # cards a day
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,5})([smhd])")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LAST = "last used"
_ADDRESS = re.compile(r"https?://[!-~]{1,300}")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHARES = {"none": 0.0, "half": 0.5, "full": 1.0}
_FILE = "{file}"
_FIELDS = {"steps": "learning_steps"}  # where the name in a file is not that of the field


def _parse_limit(value: object) -> int | None:
    return None if value == "unlimited" else _parse_int(value, 0, _MOST)


def _format_limit(limit: int | None) -> int | str:
    return "unlimited" if limit is None else limit


def _parse_int(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError
    return value


def _int(meaning: str, unit: str, least: int, most: int) -> SettingType:
    expected = f"a number of {unit} from {least} to {most}"
    return SettingType(meaning, expected, partial(_parse_int, least=least, most=most))


def _limit(meaning: str) -> SettingType:
    return SettingType(meaning, f'a number of cards from 0 to {_MOST}, or "unlimited"', _parse_limit, _format_limit)


def _steps(meaning: str) -> SettingType:
    return SettingType(meaning, 'a list of times up to a day, e.g. ["1m", "10m"]', _parse_steps, _format_steps)


def _switch(meaning: str) -> SettingType:
    return SettingType(meaning, "true or false", _parse_bool)


def _parse_retention(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.7 <= value <= 0.99:
        raise ValueError
    return float(value)


def _parse_span(value: object) -> int:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 0 < seconds <= 86_400:
        raise ValueError
    return seconds


def _format_span(seconds: int) -> str:
    return next(f"{seconds // size}{unit}" for unit, size in reversed(_UNITS.items()) if seconds % size == 0)


def _parse_steps(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise TypeError
    return tuple(map(_parse_span, value))


def _format_steps(steps: tuple[int, ...]) -> list[str]:
    return [*map(_format_span, steps)]


def _parse_time(value: object) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError
    return int(match[1]) * 60 + int(match[2])


def _format_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _parse_zone(value: object) -> str:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most learners name no zone

    if not isinstance(value, str):
        raise TypeError
    ZoneInfo(value)
    return value


def _format_zone(zone: str | None) -> str:
    return zone or "the system's"


def _parse_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _parse_easy_days(value: object) -> tuple[float, ...]:
    shares = [1.0] * 7
    for text in _parse_names(value):
        weekday, _, share = text.partition("=")
        shares[_WEEKDAYS.index(weekday.strip())] = _SHARES[share.strip()]
    if not any(shares):
        raise ValueError
    return tuple(shares)


def _format_easy_days(shares: tuple[float, ...]) -> list[str]:
    names = {share: name for name, share in _SHARES.items()}
    return [f"{day}={names[share]}" for day, share in zip(_WEEKDAYS, shares, strict=True) if share < 1]


def _parse_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError
    return tuple(value)


def _parse_command(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        from shlex import split  # noqa: PLC0415 - hardly anybody writes it as one text

        value = split(value)
    words = _parse_names(value)
    if words and (not words[0] or not any(_FILE in word for word in words[1:])):
        raise ValueError
    return words


def _command(meaning: str, example: str) -> SettingType:
    expected = f"a program and its arguments, one of them with {_FILE}, e.g. {example}"
    return SettingType(meaning, expected, _parse_command, list, pack="interview")


def _parse_choice(value: object, choices: tuple[str, ...]) -> object:
    if value not in choices:
        raise ValueError
    return value


def _choice(meaning: str, choices: tuple[str, ...]) -> SettingType:
    return SettingType(meaning, f"one of {', '.join(choices)}", partial(_parse_choice, choices=choices))


def _parse_server(value: object) -> str | None:
    if value == _LAST:
        return None
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise ValueError
    return value


SETTINGS: Mapping[str, SettingType] = {
    "new": _limit("new cards a day"),
    "reviews": _limit("reviews a day"),
    "steps": _steps("learning steps of new cards"),
    "relearning_steps": _steps("steps of cards that lapsed"),
    "learn_ahead": SettingType(
        "how early a step may be asked",
        'a time up to a day, e.g. "20m"',
        _parse_span,
        _format_span,
    ),
    "desired_retention": SettingType(
        "recall at which a review is due", "a probability from 0.7 to 0.99", _parse_retention
    ),
    "maximum_interval": _int("longest interval, in days", "days", 1, 36_500),
    "easy_days": SettingType(
        "weekdays with half or no reviews",
        'weekdays with how much is studied on them, e.g. ["saturday=half", "sunday=none"], and not none on all seven',
        _parse_easy_days,
        _format_easy_days,
    ),
    "rollover": SettingType(
        "when a study day begins", 'the time at which a study day begins, e.g. "04:00"', _parse_time, _format_time
    ),
    "zone": SettingType("time zone of the study days", 'a time zone, e.g. "Asia/Seoul"', _parse_zone, _format_zone),
    "leech_lapses": _int("lapses that make a card a leech", "lapses", 2, 100),
    "suspend_leeches": _switch("suspend a card that becomes a leech"),
    "theme": _choice("colors of the terminal", ("auto", "dark", "light", "plain")),
    "gloss": _switch("show the gloss with the question"),
    "typing": _switch("ask to type the answer"),
    "autoplay": _switch("speak questions and foreign sides"),
    "space_is_good": _switch("Space on a shown answer is Good"),
    "anki_sync": _choice("whether reviews sync with Anki", ("never", "server")),
    "anki_server": SettingType(
        "address of the Anki sync server",
        f'an address such as http://192.168.1.5:8080/, or "{_LAST}"',
        _parse_server,
        lambda server: server or _LAST,
    ),
    "packs": SettingType("packs that help texts name", 'a list of packs, e.g. ["interview"]', _parse_names, list),
    "record": _command("program to record a rehearsal", '["arecord", "-q", "{file}"]'),
    "transcribe": _command("program to write it down", '["whisper", "{file}"]'),
}
"""By the name in a file."""

DECK_SETTINGS = {
    name: SETTINGS[name]
    for name in SETTINGS
    if name
    not in {
        "learn_ahead",
        "easy_days",
        "rollover",
        "zone",
        "theme",
        "anki_sync",
        "anki_server",
        "packs",
        "record",
        "transcribe",
    }
}
"""The settings that a deck file may have, for its own deck. None of them names a program."""
