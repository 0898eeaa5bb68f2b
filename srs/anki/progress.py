"""States and log rows as Anki keeps them: numbers of columns, measured on Anki itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import assert_never

from srs.clock import Calendar
from srs.event import Parameters
from srs.memory import UNSEEN, CardState, Learning, New, Phase, Relearning, Review
from srs.settings import Settings

Entry = tuple[str, int, str, int, int, str, int]
"""A counted event that is an answer or moves a card: the card, UTC milliseconds, what it is, rating, duration in
milliseconds, where it led, interval (seconds in steps, else days). What an event does not have is None.
"""

Difficulty = Callable[[float | None, int], float]
"""FSRS' difficulty after an answer: of the one before (None of a new card) and the rating."""

Columns = tuple[int, int, int, int, int, int, int, int, int, str]
"""type, queue, due, ivl, factor, reps, lapses, left, flags, data of Anki's table `cards`."""

LogRow = tuple[int, int, int, int, int, int, int, int, int]
"""id, cid, usn, ease, ivl, lastIvl, factor, time, type of Anki's table `revlog`."""

_FACTOR = 2500  # the ease of SM-2, which FSRS does not use
_SUSPENDED = -1
_UNSEEN = 0, 0, None  # a card of which nothing is logged yet
_LED_TO = {"learning": 0, "review": 1, "relearning": 2}  # the types of the log


@dataclass(frozen=True)
class Frame:
    """What day numbers and memories are relative to; `base` is day 0."""

    base: date
    calendar: Calendar
    settings: Settings
    parameters: Parameters

    @cached_property
    def bounds(self) -> Callable[[date], tuple[int, int]]:
        """Gives the instants at which a study day begins and ends."""
        return cache(lambda day: (self.calendar.start(day), self.calendar.start(day + timedelta(days=1))))

    @cached_property
    def tail(self) -> str:
        """What is the same in the data of all cards: desired retention and decay."""
        wanted, decay = self.settings.desired_retention, self.parameters.values[20]
        return f'"dr":{round(wanted, 2)},"decay":{round(decay, 3)}'

    def day(self, day: date) -> int:
        return (day - self.base).days


def columns(state: CardState, position: int, frame: Frame) -> Columns:
    """The scheduling columns of a card; `position` orders the new ones."""
    if state is UNSEEN:
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
    begins, ends = frame.bounds(phase.last_day)
    if begins <= phase.last_at <= phase.due < ends:  # as nearly all
        return 1, phase.due // 1000
    day = frame.calendar.day(phase.due)
    today = day == frame.calendar.day(phase.last_at)
    return (1, phase.due // 1000) if today else (3, frame.day(day))


def _left(steps: int, step: int) -> int:
    return max(steps - step, 1)


def _data(phase: Phase, position: int, frame: Frame) -> str:
    if isinstance(phase, New):
        return ""
    memory = f'"s":{phase.memory.stability:.4f},"d":{phase.memory.difficulty:.3f}'
    return f'{{"pos":{position},{memory},{frame.tail},"lrt":{phase.last_at // 1000}}}'


def log_rows(entries: Iterable[Entry], numbers: Mapping[str, int], difficulty: Difficulty) -> Iterator[LogRow]:
    """The log of the cards in `numbers` (card → Anki's id); `entries` are in the order of time.

    Anki's ids are unique over all cards, ours for each: of several events at one millisecond the later ones go to the
    next free one. Only the phase before an answer and the difficulty after it have to be known, so nothing is replayed.
    """

    @cache  # there are few, for all cards begin alike
    def answered(before: float | None, rating: int) -> tuple[float, int]:
        after = difficulty(before, rating)
        return after, _factor(after)

    lived: dict[str, tuple[int, int, float | None]] = {}  # kind, interval and difficulty so far
    free = 0
    for card, at, what, rating, duration, led_to, interval in entries:
        number = numbers.get(card)
        if number is None:
            continue
        free = max(free + 1, at)
        kind, last, known = lived.get(card, _UNSEEN)
        if what == "answered":
            after, factor = answered(known, rating)
            promised = interval if led_to == "review" else -interval
            lived[card] = _LED_TO[led_to], promised, after
            yield free, number, -1, rating, promised, last, factor, duration, kind
        elif what == "crammed":
            yield free, number, -1, rating, last, last, 0, duration, 3
        elif what == "forgot":
            lived[card] = _UNSEEN
            yield free, number, -1, 0, 0, last, 0, 0, 4
        else:  # rescheduled: a review, unless there is no memory
            lived[card] = int(known is not None), interval, known
            yield free, number, -1, 0, interval, last, _factor(known), 0, 4


def _factor(difficulty: float | None) -> int:
    """As Anki notes it: 100 to 1100; 0 without a memory."""
    return 0 if difficulty is None else round(((difficulty - 1) / 9 + 0.1) * 1000)
