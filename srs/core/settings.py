"""What the learner may choose, as frozen values with their defaults, and which values make sense."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Theme = Literal["auto", "dark", "light", "plain"]


class Limits(NamedTuple):
    """How many cards a study day may bring; None is no limit."""

    new: int | None = None
    reviews: int | None = None


_A_DAY = Limits(new=20)
_NO_DECKS: "Mapping[str, Settings]" = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """Steps and `learn_ahead` are seconds, `rollover` minutes after midnight, `desired_retention` a probability,
    `maximum_interval` days.

    `zone` is an IANA name, or None for the system's. A card with `leech_lapses` is a leech, which `suspend_leeches`
    takes out of the reviews. In the review, `gloss` shows the gloss, `typing` asks to type each phrase, and
    `autoplay` speaks a foreign side when it comes on show.

    `packs` are those of kinds whose words are shown even where no deck uses them. `decks` holds the settings of single decks, by name; their limits hold beside those of the whole day.
    """

    zone: str | None = None
    rollover: int = 240
    limits: Limits = _A_DAY
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    learn_ahead: int = 1200
    desired_retention: float = 0.9
    maximum_interval: int = 36_500
    leech_lapses: int = 8
    suspend_leeches: bool = False
    theme: Theme = "auto"
    gloss: bool = False
    typing: bool = False
    autoplay: bool = False
    packs: tuple[str, ...] = ()
    decks: "Mapping[str, Settings]" = field(default_factory=lambda: _NO_DECKS)

    def of(self, deck: str) -> "Settings":
        """Those of one deck."""
        return self.decks.get(deck, self)

    def leech(self, lapses: int) -> bool:
        """So many lapses make a leech."""
        return lapses >= self.leech_lapses

    def leech_again(self, lapses: int) -> bool:
        """The lapse at which a card becomes a leech, and every half of that number after it, as in Anki's manual."""
        return self.leech(lapses) and (lapses - self.leech_lapses) % -(-self.leech_lapses // 2) == 0


class Wrong(ValueError):
    """A setting that there is not, or a value that makes no sense for it; says what is expected."""


def put(settings: Settings, name: str, value: object, known: Mapping[str, Any] | None = None) -> Settings:
    """The settings with one of them as it is written in a file. Raises Wrong.

    `known` are the settings that there are here; all of them unless it is given.
    """
    known = SETTINGS if known is None else known
    if name not in known:
        raise Wrong(f"one of the settings: {', '.join(known)}")
    try:
        return SETTINGS[name].put(settings, value)
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise Wrong(SETTINGS[name].expected) from error


def of_deck(settings: Settings, values: Mapping[str, object]) -> Settings:
    """A deck's own settings, where `values` is what its file says. Raises Wrong."""
    own = replace(settings, limits=Limits(), decks=_NO_DECKS)
    for name, value in values.items():
        own = put(own, name, value, OF_DECKS)
    return own


def shown(settings: Settings) -> dict[str, Any]:
    """Every setting by name, as it may be written in a file."""
    return {name: setting.get(settings) for name, setting in SETTINGS.items()}


class Setting(NamedTuple):
    """`put` raises ValueError, TypeError, KeyError or OSError for a value that makes no sense."""

    expected: str
    get: Callable[[Settings], Any]
    put: Callable[[Settings, Any], Settings]


_MOST = 10_000  # cards a day
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_STEP = re.compile(r"(\d{1,5})([smhd])")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_THEMES = ("auto", "dark", "light", "plain")


def _limit(value: object) -> int | None:
    return None if value == "unlimited" else _whole(value, 0, _MOST)


def _unlimited(limit: int | None) -> int | str:
    return "unlimited" if limit is None else limit


def _whole(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError
    return value


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.7 <= value <= 0.99:
        raise ValueError
    return float(value)


def _length(value: object) -> int:
    found = _STEP.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= 86_400:
        raise ValueError
    return seconds


def _length_text(seconds: int) -> str:
    return next(f"{seconds // size}{unit}" for unit, size in reversed(_UNITS.items()) if seconds % size == 0)


def _steps(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise TypeError
    return tuple(_length(step) for step in value)


def _steps_text(steps: tuple[int, ...]) -> list[str]:
    return [_length_text(step) for step in steps]


def _minutes(value: object) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError
    return int(found[1]) * 60 + int(found[2])


def _zone(value: object) -> str:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only for those who name one

    if not isinstance(value, str):
        raise TypeError
    ZoneInfo(value)
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError
    return tuple(value)


def _theme(value: object) -> object:
    if value not in _THEMES:
        raise ValueError
    return value


def _field(
    expected: str, name: str, read: Callable[[object], Any], write: Callable[[Any], Any] = lambda value: value
) -> Setting:
    return Setting(
        expected,
        lambda settings: write(getattr(settings, name)),
        lambda settings, value: replace(settings, **{name: read(value)}),
    )


def _day(name: str) -> Setting:
    return Setting(
        f'a number of cards from 0 to {_MOST}, or "unlimited"',
        lambda settings: _unlimited(getattr(settings.limits, name)),
        lambda settings, value: replace(settings, limits=settings.limits._replace(**{name: _limit(value)})),
    )


_LENGTHS = 'a list of times up to a day, e.g. ["1m", "10m"]'
_SWITCH = "true or false"
SETTINGS: Mapping[str, Setting] = {
    "new": _day("new"),
    "reviews": _day("reviews"),
    "steps": _field(_LENGTHS, "learning_steps", _steps, _steps_text),
    "relearning_steps": _field(_LENGTHS, "relearning_steps", _steps, _steps_text),
    "learn_ahead": _field('a time up to a day, e.g. "20m"', "learn_ahead", _length, _length_text),
    "desired_retention": _field("a probability from 0.7 to 0.99", "desired_retention", _share),
    "maximum_interval": _field(
        "a number of days from 1 to 36500", "maximum_interval", lambda value: _whole(value, 1, 36_500)
    ),
    "rollover": _field(
        'the time at which a study day begins, e.g. "04:00"',
        "rollover",
        _minutes,
        lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}",
    ),
    "zone": _field('a time zone, e.g. "Asia/Seoul"', "zone", _zone, lambda zone: zone or "the system's"),
    "leech_lapses": _field("a number of lapses from 2 to 100", "leech_lapses", lambda value: _whole(value, 2, 100)),
    "suspend_leeches": _field(_SWITCH, "suspend_leeches", _truth),
    "theme": _field(f"one of {', '.join(_THEMES)}", "theme", _theme),
    "gloss": _field(_SWITCH, "gloss", _truth),
    "typing": _field(_SWITCH, "typing", _truth),
    "autoplay": _field(_SWITCH, "autoplay", _truth),
    "packs": _field('a list of packs, e.g. ["interview"]', "packs", _names, list),
}
"""By the name in a file."""

OF_DECKS = {
    name: SETTINGS[name] for name in SETTINGS if name not in {"learn_ahead", "rollover", "zone", "theme", "packs"}
}
"""What a deck file may set for its own deck."""
