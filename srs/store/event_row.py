"""An event as a row of the log."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from srs.event import Answered, Days, Event, Parameters, Source
from srs.event_line import Named, payload, what_of

OF_ANSWERS = (
    "subject", "at", "day", "what", "source", "machine", "rating", "duration_ms", "state", "step", "interval",
)  # fmt: skip
"""The columns that an answer fills."""

COLUMNS = (*OF_ANSWERS, "factor", "other", "parameters")
OF_REPLAYS = ("subject", "at", "day", "what", "rating", "state", "step", "interval", "factor")

Whole = tuple[Any, ...]
"""All columns: all that is stored of an event, but for when this database got to know it."""

Replayed = tuple[str, int, str, str, int, str, int, int, float]
"""Those of `OF_REPLAYS`: all that a replay needs of an event; null where an event has no such thing."""

_NO_MORE = None, None, None  # of the last three columns
_REPLAYED = itemgetter(*map(COLUMNS.index, OF_REPLAYS))

day_text = lru_cache(date.isoformat)
"""A study day as it is stored; large logs have few."""


def whole(event: Event) -> Whole:
    """As it is stored."""
    what = event.what
    key = event.subject, event.at, day_text(event.day), what.name, str(event.source), event.machine
    if isinstance(what, Answered):  # as nearly all, so without a detour
        led_to = what.led_to
        if isinstance(led_to, Days):
            return (*key, int(what.rating), what.duration_ms, "review", None, led_to.days, *_NO_MORE)
        state = "relearning" if led_to.relearning else "learning"
        return (*key, int(what.rating), what.duration_ms, state, led_to.step, led_to.seconds, *_NO_MORE)
    found = payload(what)
    if isinstance(what, Parameters):
        found = {"parameters": json.dumps(found)}
    return (*key, *[found.get(column) for column in COLUMNS[6:]])


def plain(key: tuple[str, int, str, str, str, str], answer: Iterable[Any]) -> Whole:
    """Without making an event first: there may be hundreds of thousands. `key` is subject, at, day, name, source and
    machine; `answer` rating, duration, state, step and interval.
    """
    return (*key, *answer, *_NO_MORE)


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
