"""An event or a void as one line of JSON: how machines tell each other what happened.

A line is written in one way only: fixed order of keys, no blanks, exact floats, a CRC-32 of what stands before it. So
reading is strict: what would not be written like that is refused, and so is every value that no program of ours could
have recorded. Of two contents under one key, the one with the smaller line stays.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any, Protocol, assert_never, get_args
from zlib import crc32

from srs.core.clock import FIRST, LAST, to_ms, utc_text
from srs.core.event import (
    Answered,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    Flagged,
    Forgot,
    Next,
    Parameters,
    Rating,
    Relinked,
    Rescheduled,
    Softened,
    Source,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
    What,
)

LONGEST = 8192
"""Bytes of a line, its end left out: several times more than any event needs."""

VOIDED = "voided"
"""What a void's line says in place of an event's name."""

Values = dict[str, Any]
"""Names and values of an event in the order of its line; only those that its kind has."""


class Named(Protocol):
    """Values by their names: a mapping, or a row of a database."""

    def __getitem__(self, name: str, /) -> Any: ...


_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"
_NAME = re.compile(_ID)
_KIND = re.compile("[a-z][a-z_]{0,29}")
_CARD = re.compile(f"{_ID}/{_ID}")
_EPOCH = date(1970, 1, 1).toordinal()
_MOST_DAYS = 100_000  # of an interval; the longest that can be set is 36,500
_PLAIN: Mapping[str, What] = {
    what.name: what for what in (Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged())
}
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder(parse_constant=float).decode  # NaN and its like are refused with the other bad values


_SHOWN = 5  # kinds by name
KINDS = frozenset(kind.name for kind in get_args(What))
"""The names of all events that this program knows."""


class Wrong(ValueError):
    """Says what is the matter with a line or a value, as the end of a sentence."""


class Newer(Wrong):
    """A newer program has recorded it; `kind` says what it is that this one does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"a newer srs recorded it ({kind})")
        self.kind = kind


@dataclass(slots=True)
class Later:
    """What a newer program has recorded, and is left where it is for now: how much, and the first few of its kinds."""

    count: int = 0
    kinds: list[str] = field(default_factory=list)

    def add(self, found: Newer) -> None:
        self.count += 1
        if found.kind not in self.kinds and len(self.kinds) < _SHOWN:
            self.kinds.append(found.kind)


def line(item: Event | Void) -> str:
    """The one line, without its end; ASCII."""
    body = _encode(values(item))[:-1]
    return f'{body},"sum":"{crc32(body.encode()):08x}"}}'


def parse(text: bytes) -> Event | Void:
    """What the line says. Raises Wrong."""
    if len(text) > LONGEST:
        raise Wrong("the line is too long")
    body, mark, tail = text.rpartition(b',"sum":"')
    if not mark or len(tail) != 10:
        raise Wrong("this is no event of srs, or it is cut off")
    if tail != b'%08x"}' % crc32(body):
        raise Wrong("the checksum does not fit: the line was changed or is damaged")
    try:
        found = _decode(body.decode("ascii") + "}")
    except (ValueError, RecursionError) as error:
        raise Wrong("this is no JSON") from error
    item = build(found)
    if line(item).encode() != text:
        if more := sorted(found.keys() - values(item).keys()):
            _refuse_newer(more[0])
        raise Wrong("the line is not written as srs writes it")
    return item


def values(item: Event | Void) -> Values:
    at = utc_text(item.at)
    if isinstance(item, Void):
        return {"at": at, "subject": item.subject, "what": VOIDED}
    what = item.what
    head = {"at": at, "subject": item.subject, "day": item.day.isoformat(), "what": what.name}
    return {**head, **payload(what), "source": item.source.value, "machine": item.machine}


def build(found: Mapping[str, Any]) -> Event | Void:
    """The event or void of these values, checked. Raises Wrong; values that its kind does not have are not looked at."""
    try:
        name = found["what"]
        if name != VOIDED:
            _refuse_newer(name)
        at, subject = to_ms(datetime.fromisoformat(found["at"])), found["subject"]
        item: Event | Void
        if name == VOIDED:
            item = Void(subject, at)
        else:
            day, source = date.fromisoformat(found["day"]), Source(found["source"])
            item = Event(subject, at, day, source, found["machine"], what_of(name, found))
    except Newer:
        raise
    except KeyError as error:
        raise Wrong(f"it lacks {error.args[0]}, or that is unknown") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise Wrong("a value is not one that srs writes") from error
    check(item)
    return item


def _refuse_newer(name: object) -> None:
    """Raises Newer for what may be the name of an event, or of one of its values, and is unknown."""
    if isinstance(name, str) and name not in KINDS and _KIND.fullmatch(name):
        raise Newer(name)


def check(item: Event | Void) -> None:
    """Raises Wrong if a value is out of its range, or not of its type: it may come from anywhere."""
    _whole("at", item.at, FIRST, LAST)
    if isinstance(item, Void):
        _need(item.subject == "" or _named(item.subject, _NAME) or _named(item.subject, _CARD), "subject")
        return
    what = item.what
    pattern = _NAME if isinstance(what, Relinked | Distinct) else _CARD
    _need(item.subject == "" if isinstance(what, Parameters) else _named(item.subject, pattern), "subject")
    # no zone and no rollover puts a study day further from the day in UTC
    _need(abs(item.day.toordinal() - _EPOCH - item.at // 86_400_000) <= 2, "day")
    _need(_named(item.machine, _NAME), "machine")
    _check_what(what)


def _check_what(what: What) -> None:
    match what:
        case Answered(_, duration_ms, led_to):
            _whole("duration_ms", duration_ms, 0, 10**12)
            _check_next(led_to)
        case Crammed(_, duration_ms):
            _whole("duration_ms", duration_ms, 0, 10**12)
        case Rescheduled(days):
            _whole("interval", days, 0, _MOST_DAYS)
        case Softened(factor):
            _need(isinstance(factor, float) and 0 < factor <= 1, "factor")
        case Relinked(other) | Distinct(other):
            _need(_named(other, _NAME), "other")
        case Parameters(model, numbers):
            _need(_named(model, _NAME), "model")
            _need(0 < len(numbers) <= 100 and all(isinstance(n, float) and isfinite(n) for n in numbers), "values")
        case Suspended() | Unsuspended() | Buried() | Forgot() | Flagged() | Unflagged():
            pass
        case _:
            assert_never(what)


def _check_next(led_to: Next) -> None:
    match led_to:
        case Step(_, step, seconds):
            _whole("step", step, 0, 1000)
            _whole("interval", seconds, 0, _MOST_DAYS * 86_400)
        case Days(days):
            _whole("interval", days, 0, _MOST_DAYS)
        case _:
            assert_never(led_to)


def _whole(name: str, value: object, least: int, most: int) -> None:
    _need(isinstance(value, int) and not isinstance(value, bool) and least <= value <= most, name)


def _named(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _need(good: bool, name: str) -> None:
    if not good:
        raise Wrong(f"its {name} is out of range")


def payload(what: What) -> Values:
    """The names and values that only some kinds of events have."""
    match what:
        case Answered(rating, duration_ms, Step(relearning, step, seconds)):
            state = "relearning" if relearning else "learning"
            return _answer(rating, duration_ms) | {"state": state, "step": step, "interval": seconds}
        case Answered(rating, duration_ms, Days(days)):
            return _answer(rating, duration_ms) | {"state": "review", "interval": days}
        case Crammed(rating, duration_ms):
            return _answer(rating, duration_ms)
        case Rescheduled(days):
            return {"interval": days}
        case Softened(factor):
            return {"factor": float(factor)}
        case Relinked(other) | Distinct(other):
            return {"other": other}
        case Parameters(model, numbers):
            return {"model": model, "values": [float(number) for number in numbers]}
        case _:
            return {}


def _answer(rating: Rating, duration_ms: int) -> Values:
    return {"rating": int(rating), "duration_ms": duration_ms}


def what_of(name: str, found: Named) -> What:
    """What `payload` was made from; `name` is the kind. Raises KeyError, ValueError or TypeError for what it does not
    know.
    """
    match name:
        case "answered":
            return Answered(Rating(found["rating"]), found["duration_ms"], _next(found))
        case "crammed":
            return Crammed(Rating(found["rating"]), found["duration_ms"])
        case "rescheduled":
            return Rescheduled(found["interval"])
        case "softened":
            return Softened(float(found["factor"]))
        case "relinked":
            return Relinked(found["other"])
        case "distinct":
            return Distinct(found["other"])
        case "parameters":
            return Parameters(found["model"], tuple(float(number) for number in found["values"]))
        case plain:
            return _PLAIN[plain]


def _next(found: Named) -> Next:
    match found["state"]:
        case "review":
            return Days(found["interval"])
        case "learning" | "relearning" as state:
            return Step(state == "relearning", found["step"], found["interval"])
        case _:
            raise ValueError
