"""An event or a void as one line of JSON, the form in which machines exchange them.

A line is canonical: fixed order of keys, no blanks, exact floats, and a CRC-32 of what precedes it. Reading is strict: a
line in any other form is refused, as is any value that srs cannot have recorded. Of two events with one key, the one
with the smaller line stays.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any, assert_never, get_args
from zlib import crc32

from srs.core.clock import FIRST_MS, LAST_MS, to_ms, utc_text
from srs.core.event import (
    Aim,
    Answered,
    Break,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    EventSource,
    Flagged,
    Forgot,
    GivenMemory,
    Goal,
    Next,
    Parameters,
    Rehearsal,
    Relinked,
    Rescheduled,
    Sm2Memory,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
    What,
)
from srs.core.event_values import Values, payload, what_from_values
from srs.core.id_pattern import ID_PATTERN

MAX_LINE_BYTES = 8192
"""Without the line's end; several times more than any event needs."""

MAX_NAMES_BYTES = 4000
"""The names of a goal's decks and tags, as JSON."""

MAX_GOAL_DAYS = 366
"""From the study day on which a goal is set to its date."""

BAD_VALUE = "it has a value that srs never writes"
VOIDED = "voided"
"""The `what` of a void's line."""


_ID = re.compile(ID_PATTERN)
_CARD = re.compile(f"{ID_PATTERN}/{ID_PATTERN}")
_SLUG = re.compile("[a-z][a-z0-9-]{0,39}")
_MOST_SLUGS = 20
_TYPE = re.compile("[a-z][a-z_]{0,29}")
_EPOCH = date(1970, 1, 1).toordinal()
_MAX_BREAK = 3660  # days
_MAX_DAYS = 100_000  # of an interval; the longest that can be set is 36,500
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder(parse_constant=float).decode  # NaN and infinity are refused later, with the other bad values
_MAX_EASE = 100  # Anki has at most 65.535, and usually 1.3 to 4
_MAX_TYPES_NAMED = 5

EVENT_TYPES = frozenset(event_type.name for event_type in get_args(What))
"""The names of all types of events that this program knows."""


class InvalidEvent(ValueError):
    """A line or event that srs cannot have recorded; its text completes a sentence such as `FILE:LINE: …`."""


class NewerEvent(InvalidEvent):
    """An event of a newer srs; `kind` is what this program does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"a newer srs recorded it ({kind})")
        self.kind = kind


@dataclass(slots=True)
class NewerEvents:
    """Counts skipped events of a newer srs, and names the first few unknown kinds."""

    count: int = 0
    kinds: list[str] = field(default_factory=list)

    def add(self, newer: NewerEvent) -> None:
        self.count += 1
        if newer.kind not in self.kinds and len(self.kinds) < _MAX_TYPES_NAMED:
            self.kinds.append(newer.kind)


def to_line(item: Event | Void) -> str:
    """The canonical line, in ASCII, without a line end."""
    body = _encode(to_values(item))[:-1]
    return f'{body},"sum":"{crc32(body.encode()):08x}"}}'


def parse_line(text: bytes) -> Event | Void:
    """Parses a line. Raises InvalidEvent."""
    if len(text) > MAX_LINE_BYTES:
        raise InvalidEvent("the line is too long")
    body, mark, tail = text.rpartition(b',"sum":"')
    if not mark or len(tail) != 10:
        raise InvalidEvent("this is not an event of srs, or it is cut off")
    if tail != b'%08x"}' % crc32(body):
        raise InvalidEvent("the checksum does not match: the line was changed or is damaged")
    try:
        decoded = _decode(body.decode("ascii") + "}")
    except (ValueError, RecursionError) as error:
        raise InvalidEvent("this is not JSON") from error
    item = from_values(decoded)
    if to_line(item).encode() != text:
        if more := sorted(decoded.keys() - to_values(item).keys()):
            _refuse_newer(more[0])
        raise InvalidEvent("the line is not in the form that srs writes")
    return item


def to_values(item: Event | Void) -> Values:
    at = utc_text(item.at)
    if isinstance(item, Void):
        return {"at": at, "subject": item.subject, "what": VOIDED}
    what = item.what
    head = {"at": at, "subject": item.subject, "day": item.day.isoformat(), "what": what.name}
    return {**head, **payload(what), "source": item.source.value, "machine": item.machine}


def from_values(values: Mapping[str, Any]) -> Event | Void:
    """The event or void with these values, checked. Values that its type does not have are ignored. Raises InvalidEvent."""
    try:
        name = values["what"]
        if name != VOIDED:
            _refuse_newer(name)
        at, subject = to_ms(datetime.fromisoformat(values["at"])), values["subject"]
        item: Event | Void
        if name == VOIDED:
            item = Void(subject, at)
        else:
            day, source = date.fromisoformat(values["day"]), EventSource(values["source"])
            item = Event(subject, at, day, source, values["machine"], what_from_values(name, values))
    except NewerEvent:
        raise
    except KeyError as error:
        raise InvalidEvent(f"{error.args[0]} is missing or unknown") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidEvent(BAD_VALUE) from error
    check_event(item)
    return item


def _refuse_newer(name: object) -> None:
    """Raises NewerEvent for an unknown name that a newer srs may use for an event type or a value."""
    if isinstance(name, str) and name not in EVENT_TYPES and _TYPE.fullmatch(name):
        raise NewerEvent(name)


def check_event(item: Event | Void) -> None:
    """Raises InvalidEvent if a value has the wrong type or is out of range. Types are checked at run time because the item
    may come from any file.
    """
    _check_int("at", item.at, FIRST_MS, LAST_MS)
    if isinstance(item, Void):
        _require(item.subject == "" or _matches(item.subject, _ID) or _matches(item.subject, _CARD), "subject")
        return
    what = item.what
    pattern = _ID if isinstance(what, Relinked | Distinct | Goal | Rehearsal) else _CARD
    without = isinstance(what, Parameters | Break)
    _require(item.subject == "" if without else _matches(item.subject, pattern), "subject")
    # no zone and rollover put a study day further from the day in UTC
    _require(abs(item.day.toordinal() - _EPOCH - item.at // 86_400_000) <= 2, "day")
    _require(_matches(item.machine, _ID), "machine")
    _check_what(what)
    if isinstance(what, Goal) and what.aim:  # a plan for longer takes minutes
        _require(0 <= (what.aim.day - item.day).days <= MAX_GOAL_DAYS, "date")


def _check_what(what: What) -> None:
    match what:
        case Answered(_, duration_ms, led_to, given):
            _check_int("duration_ms", duration_ms, 0, 10**12)
            _check_next(led_to)
            _check_given(given)
        case Crammed(_, duration_ms):
            _check_int("duration_ms", duration_ms, 0, 10**12)
        case Rescheduled(days, given):
            _check_int("interval", days, 0, _MAX_DAYS)
            _check_given(given)
        case Softened(factor):
            _require(isinstance(factor, float) and 0 < factor <= 1, "factor")
        case Relinked(other) | Distinct(other):
            _require(_matches(other, _ID), "other")
        case Parameters():
            _check_parameters(what)
        case Goal(aim):
            if aim is not None:
                _check_aim(aim)
        case Break(first, last):
            _require(0 <= (last - first).days < _MAX_BREAK, "last")
        case Rehearsal():
            _check_rehearsal(what)
        case Suspended() | Unsuspended() | Buried() | Forgot() | Flagged() | Unflagged():
            pass
        case _:
            assert_never(what)


def _check_given(given: GivenMemory | None) -> None:
    if given is None:
        return
    _require(_is_finite(given.stability) and 0 < given.stability <= _MAX_DAYS, "stability")
    if isinstance(given, Sm2Memory):
        _require(_is_finite(given.ease) and 1 < given.ease <= _MAX_EASE, "ease")
    else:
        _require(_is_finite(given.difficulty) and 1 <= given.difficulty <= 10, "difficulty")


def _check_parameters(what: Parameters) -> None:
    _require(_matches(what.model, _ID), "model")
    _require(0 < len(what.values) <= 100 and all(map(_is_finite, what.values)), "values")
    if what.fitted is not None:
        _check_int("reviews", what.fitted.reviews, 0, 10**9)
        _require(_is_finite(what.fitted.log_loss) and _is_finite(what.fitted.rmse), "log_loss or rmse")


def _check_aim(aim: Aim) -> None:
    for names in (aim.decks, aim.tags):
        _require(all(isinstance(name, str) and name for name in names), "decks or tags")
    _require(len(_encode([*aim.decks, *aim.tags])) <= MAX_NAMES_BYTES, "decks or tags")
    _require(aim.minutes is None or (_is_finite(aim.minutes) and 0 < aim.minutes <= 1440), "minutes")  # of a day
    _require(_is_finite(aim.recall) and 0 < aim.recall < 1, "recall")
    _require(isinstance(aim.keep, bool), "keep")


def _check_rehearsal(what: Rehearsal) -> None:
    _require(_matches(what.question, _ID), "question")
    for name, pairs in (("seconds", what.seconds), ("checks", what.checks)):
        _require(len(pairs) <= _MOST_SLUGS and all(_matches(slug, _SLUG) for slug, _ in pairs), name)
    for _, seconds in what.seconds:
        _check_int("seconds", seconds, 0, 86_400)
    _require(all(isinstance(passed, bool) for _, passed in what.checks), "checks")
    for name, count in (("words", what.words), ("fillers", what.fillers)):
        if count is not None:
            _check_int(name, count, 0, 10**6)
    _require(what.company == "" or _matches(what.company, _SLUG), "company")


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and isfinite(value)


def _check_next(led_to: Next) -> None:
    match led_to:
        case Step(_, step, seconds):
            _check_int("step", step, 0, 1000)
            _check_int("interval", seconds, 0, _MAX_DAYS * 86_400)
        case Days(days):
            _check_int("interval", days, 0, _MAX_DAYS)
        case _:
            assert_never(led_to)


def _check_int(name: str, value: object, least: int, most: int) -> None:
    _require(isinstance(value, int) and not isinstance(value, bool) and least <= value <= most, name)


def _matches(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _require(valid: bool, name: str) -> None:
    if not valid:
        raise InvalidEvent(f"its {name} is out of range")
