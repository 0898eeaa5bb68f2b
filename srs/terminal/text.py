"""Plain words for the terminal, and text made harmless for it."""

import re
import unicodedata
from datetime import timedelta
from typing import assert_never

from srs.clock import Calendar, to_utc
from srs.event import Days, Next, Step

# C0 but for the newline, DEL, C1, lone surrogates, line separators, bidi overrides, and what hides between letters
_DANGEROUS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
    """The text without anything that could drive a terminal: a tab becomes blanks, the rest a picture or its number."""
    return _DANGEROUS.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    if character == "\t":
        return "    "
    if number < 0x20:
        return chr(0x2400 + number)  # ␛ and its like
    return "␡" if number == 0x7F else f"<{number:04X}>"


def width(text: str) -> int:
    """Cells that a line takes in a terminal: two for wide characters, none for combining ones."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in {"Mn", "Cf"}
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def interval(led_to: Next) -> str:
    """What a button promises, short: `1m`, `5.5m`, `3d`, `1.4mo`, `2.1y`."""
    match led_to:
        case Step(_, _, seconds):
            return f"{_short(seconds / 60)}m" if seconds < 3600 else f"{_short(seconds / 3600)}h"
        case Days(days):
            if days < 30:
                return f"{days}d"
            return f"{_short(days / 30.4375)}mo" if days < 365 else f"{_short(days / 365.25)}y"
        case _:
            assert_never(led_to)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def span(ms: int) -> str:
    """A time that was spent: `45 s`, `3 min 20 s`, `1 h 05 min`."""
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def moment(at: int, now: int, calendar: Calendar) -> str:
    """When something is due, seen from `now` (both UTC milliseconds): `in 8 minutes`, `tomorrow`, `on 3 December`."""
    today, day = calendar.day(now), calendar.day(at)
    if at <= now:
        return "now"
    if day == today:
        minutes = -(-(at - now) // 60_000)
        if minutes < 60:
            return "in a minute" if minutes == 1 else f"in {minutes} minutes"
        return f"at {to_utc(at).astimezone(calendar.zone):%H:%M}"
    if day == today + timedelta(days=1):
        return "tomorrow"
    year = "" if day.year == today.year else f" {day.year}"
    return f"on {day.day} {day:%B}{year}"
