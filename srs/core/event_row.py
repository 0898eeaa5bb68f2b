"""Events as rows of the table `events`."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from srs.core.event import (
    Answered,
    Break,
    Days,
    Event,
    EventSource,
    GivenMemory,
    Goal,
    Parameters,
    Rehearsal,
    Rescheduled,
)
from srs.core.event_line import BAD_VALUE, InvalidEvent, check_event
from srs.core.event_values import NamedValues, given_from_values, given_values, payload, what_from_values

_MEMORY = ("subject", "at", "day", "what", "rating", "state", "step", "interval")
REPLAY_COLUMNS = (*_MEMORY, "factor", "parameters")
ANSWER_COLUMNS = (*_MEMORY, "source", "machine", "duration_ms")
"""The columns that an answer fills. The others are left out of an insert: a null costs SQLite as much as a value."""

COLUMNS = (*ANSWER_COLUMNS, "factor", "other", "parameters")
_replay_values = itemgetter(*map(COLUMNS.index, REPLAY_COLUMNS))

EventRow = tuple[Any, ...]
"""The values of `COLUMNS`: the whole event, without `seq`. Plain tuples: there may be hundreds of thousands."""

ReplayRow = tuple[Any, ...]
"""The values of `REPLAY_COLUMNS`."""

_IN_JSON = frozenset({Parameters.name, Goal.name, Break.name, Rehearsal.name})
"""Types of events whose values are all JSON in the column `parameters`."""

_OF_ANSWERS = ("rating", "state", "step", "interval", "duration_ms", "factor", "other")
"""Columns of what an answer or a due date consists of; a given memory is JSON beside them."""

_NO_VALUES: Mapping[str, Any] = MappingProxyType({})

day_text = lru_cache(date.isoformat)
"""A study day as stored; cached, because large logs have few days."""


def event_to_row(event: Event) -> EventRow:
    what, key, origin = event.what, (event.subject, event.at, day_text(event.day)), (str(event.source), event.machine)
    if isinstance(what, Answered) and what.given is None:  # nearly all events, so the fast way
        led_to = what.led_to
        if isinstance(led_to, Days):
            return answer_row(*key, int(what.rating), "review", None, led_to.days, *origin, what.duration_ms)
        state = "relearning" if led_to.relearning else "learning"
        return answer_row(*key, int(what.rating), state, led_to.step, led_to.seconds, *origin, what.duration_ms)
    values = payload(what)
    if what.name in _IN_JSON:
        values = {"parameters": json.dumps(values)}
    elif isinstance(what, Answered | Rescheduled) and what.given:
        values["parameters"] = given_to_text(what.given)
    return plain_row(*key, what.name, *origin, values)


def answer_row(
    subject: str, at: int, day: str, rating: int, state: str, step: int | None, interval: int,
    source: str, machine: str, duration_ms: int,
) -> EventRow:  # fmt: skip
    """The row of an answer, without making an event first; `day` is as stored."""
    return subject, at, day, "answered", rating, state, step, interval, source, machine, duration_ms, None, None, None


def with_given(row: EventRow, given: GivenMemory) -> EventRow:
    """The row of an answer, with the memory after it."""
    return (*row[:-1], given_to_text(given))


def plain_row(
    subject: str, at: int, day: str, name: str, source: str, machine: str, values: Mapping[str, Any] = _NO_VALUES
) -> EventRow:
    """The row of any other event; `values` are the rest of it, by column."""
    get = values.get
    return (
        subject, at, day, name, get("rating"), get("state"), get("step"), get("interval"),
        source, machine, get("duration_ms"), get("factor"), get("other"), get("parameters"),
    )  # fmt: skip


def to_replay_row(row: EventRow) -> ReplayRow:
    needed: ReplayRow = _replay_values(row)
    return needed


def given_from_text(text: str) -> GivenMemory:
    """A given memory as it stands in the column `parameters`. Raises KeyError, ValueError or TypeError for bad values."""
    given = given_from_values(json.loads(text))
    if given is None:
        raise ValueError(text)
    return given


def given_to_text(given: GivenMemory) -> str:
    """The inverse of `given_from_text`."""
    return json.dumps(given_values(given))


def event_from_values(row: NamedValues) -> Event:
    """The event of a row with named columns, from any database. Raises various errors for values that are not ours."""
    name, day, values = row["what"], date.fromisoformat(row["day"]), row
    if name in _IN_JSON:
        values = json.loads(row["parameters"])
    elif row["parameters"] is not None:
        values = {column: row[column] for column in _OF_ANSWERS} | json.loads(row["parameters"])
    what = what_from_values(name, values)
    return Event(row["subject"], row["at"], day, EventSource(row["source"]), row["machine"], what)


def parse_event(row: NamedValues) -> Event:
    """As `event_from_values`, checked. Raises only InvalidEvent."""
    try:
        event = event_from_values(row)
        check_event(event)
    except InvalidEvent:
        raise
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise InvalidEvent(BAD_VALUE) from error
    return event


def event_from_row(row: EventRow) -> Event:
    return event_from_values(dict(zip(COLUMNS, row, strict=True)))


def is_canonical(row: NamedValues, event: Event) -> bool:
    """Whether every column of the row is what srs writes for the event."""
    return tuple(row[name] for name in COLUMNS) == event_to_row(event)
