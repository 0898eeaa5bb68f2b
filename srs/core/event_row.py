"""An event as a row of the log."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from srs.core.event import Answered, Days, Event, Parameters, Source
from srs.core.event_line import Named, payload, what_of

_MEMORY = ("subject", "at", "day", "what", "rating", "state", "step", "interval")
OF_REPLAYS = (*_MEMORY, "factor")
OF_ANSWERS = (*_MEMORY, "source", "machine", "duration_ms")
"""The columns that an answer fills: a null costs SQLite as much as a value."""

COLUMNS = (*OF_ANSWERS, "factor", "other", "parameters")
_REPLAYED = itemgetter(*map(COLUMNS.index, OF_REPLAYS))

Whole = tuple[Any, ...]
"""All columns: all that is stored of an event, but for when this database got to know it."""

Replayed = tuple[Any, ...]
"""The columns of `OF_REPLAYS`: all that a replay needs of an event; null where it has no such thing."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

day_text = lru_cache(date.isoformat)
"""A study day as it is stored; large logs have few."""


def whole(event: Event) -> Whole:
    """As it is stored."""
    what, key, origin = event.what, (event.subject, event.at, day_text(event.day)), (str(event.source), event.machine)
    if isinstance(what, Answered):  # as nearly all, so without a detour
        led_to = what.led_to
        if isinstance(led_to, Days):
            return answered(*key, int(what.rating), "review", None, led_to.days, *origin, what.duration_ms)
        state = "relearning" if led_to.relearning else "learning"
        return answered(*key, int(what.rating), state, led_to.step, led_to.seconds, *origin, what.duration_ms)
    found = payload(what)
    if isinstance(what, Parameters):
        found = {"parameters": json.dumps(found)}
    return plain(*key, what.name, *origin, found)


def answered(
    subject: str, at: int, day: str, rating: int, state: str, step: int | None, interval: int,
    source: str, machine: str, duration_ms: int,
) -> Whole:  # fmt: skip
    """An answer, without making an event first: there may be hundreds of thousands. `day` is as stored."""
    return subject, at, day, "answered", rating, state, step, interval, source, machine, duration_ms, None, None, None


def plain(
    subject: str, at: int, day: str, name: str, source: str, machine: str, found: Mapping[str, Any] = NOTHING
) -> Whole:
    """Any other event; `found` is the rest of it, by column."""
    get = found.get
    return (
        subject, at, day, name, get("rating"), get("state"), get("step"), get("interval"),
        source, machine, get("duration_ms"), get("factor"), get("other"), get("parameters"),
    )  # fmt: skip


def replayed(row: Whole) -> Replayed:
    """What a replay needs of it."""
    needed: Replayed = _REPLAYED(row)
    return needed


def event(row: Named) -> Event:
    """The event of a row with all columns, of any database; raises what it likes if that holds something else."""
    name, day = row["what"], date.fromisoformat(row["day"])
    what = what_of(name, json.loads(row["parameters"]) if name == Parameters.name else row)
    return Event(row["subject"], row["at"], day, Source(row["source"]), row["machine"], what)


def event_of(row: Whole) -> Event:
    """The event that was stored as the row."""
    return event(dict(zip(COLUMNS, row, strict=True)))


def as_written(row: Named, of: Event) -> bool:
    """Whether the row is, in every column, what srs writes for the event that it holds."""
    return tuple(row[name] for name in COLUMNS) == whole(of)
