"""States and log rows as Anki keeps them: numbers of columns, measured on Anki itself."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from srs.clock import Calendar
from srs.event import Answered, Crammed, Days, Event, Forgot, Next, Parameters, Rescheduled, Step
from srs.memory import CardState, Learning, New, Phase, Relearning, Review
from srs.settings import Settings


@dataclass(frozen=True, slots=True)
class Logged:
    """One counted event of a card, with the state before and after it."""

    before: CardState
    event: Event
    after: CardState


@dataclass(frozen=True, slots=True)
class CardProgress:
    """`log` is oldest first, voided events left out."""

    state: CardState
    log: tuple[Logged, ...]


NONE = CardProgress(CardState(), ())

Columns = tuple[int, int, int, int, int, int, int, int, int, str]
"""type, queue, due, ivl, factor, reps, lapses, left, flags, data of Anki's table `cards`."""

LogRow = tuple[int, int, int, int, int, int, int, int, int]
"""id, cid, usn, ease, ivl, lastIvl, factor, time, type of Anki's table `revlog`."""

_FACTOR = 2500  # the ease of SM-2, which FSRS does not use
_SUSPENDED = -1


@dataclass(frozen=True, slots=True)
class Frame:
    """What day numbers and memories are relative to; `base` is day 0."""

    base: date
    calendar: Calendar
    settings: Settings
    parameters: Parameters

    def day(self, day: date) -> int:
        return (day - self.base).days


def columns(state: CardState, position: int, frame: Frame) -> Columns:
    """The scheduling columns of a card; `position` orders the new ones."""
    if state is NONE.state:
        return 0, 0, position, 0, 0, 0, 0, 0, 0, ""
    kind, queue, due, interval, left = _scheduled(state.phase, position, frame)
    factor = 0 if kind in {0, 1} else _FACTOR
    queue = _SUSPENDED if state.suspended else queue
    data = _data(state.phase, position, frame)
    return kind, queue, due, interval, factor, state.reps, state.lapses, left, int(state.flagged), data


def _scheduled(phase: Phase, position: int, frame: Frame) -> tuple[int, int, int, int, int]:
    """type, queue, due, ivl, left."""
    match phase:
        case New():
            return 0, 0, position, 0, 0
        case Review():
            return 2, 2, frame.day(phase.due), phase.days, 0
        case Learning():
            return 1, *_step(phase, frame), 0, _left(len(frame.settings.learning_steps), phase.step)
        case Relearning():
            interval = min(max(round(phase.memory.stability), 1), frame.settings.maximum_interval)
            return 3, *_step(phase, frame), interval, _left(len(frame.settings.relearning_steps), phase.step)
        case _:
            assert_never(phase)


def _step(phase: Learning | Relearning, frame: Frame) -> tuple[int, int]:
    """Queue and due: a step of the answer's own study day is due to the second, a later one by its day."""
    day = frame.calendar.day(phase.due)
    today = day == frame.calendar.day(phase.last_at)
    return (1, phase.due // 1000) if today else (3, frame.day(day))


def _left(steps: int, step: int) -> int:
    return max(steps - step, 1)


def _data(phase: Phase, position: int, frame: Frame) -> str:
    if isinstance(phase, New):
        return ""
    values = {
        "pos": position,
        "s": round(phase.memory.stability, 4),
        "d": round(phase.memory.difficulty, 3),
        "dr": round(frame.settings.desired_retention, 2),
        "decay": round(frame.parameters.values[20], 3),
        "lrt": phase.last_at // 1000,
    }
    return json.dumps(values, separators=(",", ":"))


def log_rows(cards: Mapping[int, CardProgress]) -> Iterator[LogRow]:
    """The log of all cards (by Anki's card id), in the order of time.

    Anki's ids are unique over all cards, ours for each: of several events at one millisecond the later ones go to the
    next free one.
    """
    rows = sorted(row for number, progress in cards.items() for row in _of_card(number, progress.log))
    last = 0
    for at, *rest in rows:
        last = max(last + 1, at)
        yield last, *rest  # type: ignore[misc] # the rest of a LogRow


def _of_card(number: int, log: Iterable[Logged]) -> Iterator[LogRow]:
    last = 0
    for logged in log:
        event = logged.event
        match event.what:
            case Answered(rating, duration, led_to):
                interval = _interval(led_to)
                yield event.at, number, -1, rating, interval, last, _factor(logged.after), duration, _before(logged)
                last = interval
            case Crammed(rating, duration):
                yield event.at, number, -1, rating, last, last, 0, duration, 3
            case Forgot():
                yield event.at, number, -1, 0, 0, last, 0, 0, 4
                last = 0
            case Rescheduled(days):
                yield event.at, number, -1, 0, days, last, _factor(logged.after), 0, 4
                last = days
            case _:
                pass  # nothing that Anki's log knows


def _interval(led_to: Next) -> int:
    """Days, or seconds below zero."""
    match led_to:
        case Days(days):
            return days
        case Step(_, _, seconds):
            return -seconds
        case _:
            assert_never(led_to)


def _factor(state: CardState) -> int:
    """FSRS' difficulty, as Anki notes it: 100 to 1100."""
    phase = state.phase
    return 0 if isinstance(phase, New) else round(((phase.memory.difficulty - 1) / 9 + 0.1) * 1000)


def _before(logged: Logged) -> int:
    match logged.before.phase:
        case Review():
            return 1
        case Relearning():
            return 2
        case New() | Learning():
            return 0
        case phase:
            assert_never(phase)
