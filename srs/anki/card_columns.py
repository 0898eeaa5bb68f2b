"""States and log rows as Anki keeps them: numbers of columns, measured on Anki itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from srs.core.clock import Calendar
from srs.core.event import Parameters
from srs.core.settings import Settings

Entry = tuple[str, int, str, int, int, str, int]
"""A counted event that is an answer or moves a card: the card, UTC milliseconds, what it is, rating, duration in
milliseconds, where it led, interval (seconds in steps, else days). What an event does not have is None.
"""


class State(NamedTuple):
    """What is known of a card, as the store keeps it: `state` is "new", "learning", "review" or "relearning", `last_at` and
    `as_of` are UTC milliseconds, `interval` is days of a review, else seconds, days are ISO; 1 is true. What there is not
    in its state is None.
    """

    state: str
    stability: float
    difficulty: float
    last_at: int
    last_day: str
    step: int
    interval: int
    due_day: str
    reps: int
    lapses: int
    suspended: int
    flagged: int
    buried: str | None
    as_of: int

    @property
    def remembered(self) -> bool:
        """There is no memory yet of a new card, and of one whose due date was set while it was new."""
        return self.stability is not None


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
    def bounds(self) -> Callable[[str], tuple[int, int]]:
        """Gives the instants at which a study day (ISO) begins and ends."""

        def bounds(day: str) -> tuple[int, int]:
            begins = date.fromisoformat(day)
            return self.calendar.start(begins), self.calendar.start(begins + timedelta(days=1))

        return cache(bounds)

    @cached_property
    def number(self) -> Callable[[str], int]:
        """Gives the number of a day (ISO)."""
        return cache(lambda day: self.day(date.fromisoformat(day)))

    @cached_property
    def tail(self) -> str:
        """What is the same in the data of all cards: desired retention and decay."""
        wanted, decay = self.settings.desired_retention, self.parameters.values[20]
        return f'"dr":{round(wanted, 2)},"decay":{round(decay, 3)}'

    def day(self, day: date) -> int:
        return (day - self.base).days


def columns(state: State | None, position: int, frame: Frame) -> Columns:
    """The scheduling columns of a card; `position` orders the new ones."""
    if state is None:
        return 0, 0, position, 0, 0, 0, 0, 0, 0, ""
    kind, queue, due, interval, factor, left = _scheduled(state, position, frame)
    queue = _SUSPENDED if state.suspended else queue
    data = _data(state, position, frame)
    return kind, queue, due, interval, factor, state.reps, state.lapses, left, state.flagged, data


def _scheduled(state: State, position: int, frame: Frame) -> tuple[int, int, int, int, int, int]:
    """type, queue, due, ivl, factor, left."""
    match state.state:
        case "review" if not state.remembered:  # of an interval and an ease Anki would make a memory
            return 2, 2, frame.number(state.due_day), 0, _FACTOR, 0
        case "review":
            return 2, 2, frame.number(state.due_day), state.interval, _FACTOR, 0
        case "learning":
            return 1, *_step(state, frame), 0, 0, _left(len(frame.settings.learning_steps), state.step)
        case "relearning":
            interval = min(max(round(state.stability), 1), frame.settings.maximum_interval)
            left = _left(len(frame.settings.relearning_steps), state.step)
            return 3, *_step(state, frame), interval, _FACTOR, left
        case _:
            return 0, 0, position, 0, 0, 0


def _step(state: State, frame: Frame) -> tuple[int, int]:
    """Queue and due: a step of the answer's own study day is due to the second, a later one by its day."""
    begins, ends = frame.bounds(state.last_day)
    due = state.last_at + state.interval * 1000
    if begins <= state.last_at <= due < ends:  # as nearly all
        return 1, due // 1000
    day = frame.calendar.day(due)
    today = day == frame.calendar.day(state.last_at)
    return (1, due // 1000) if today else (3, frame.day(day))


def _left(steps: int, step: int) -> int:
    return max(steps - step, 1)


def _data(state: State, position: int, frame: Frame) -> str:
    if state.state == "new":
        return ""
    if not state.remembered:
        return f'{{"pos":{position}}}'
    memory = f'"s":{state.stability:.4f},"d":{state.difficulty:.3f}'
    return f'{{"pos":{position},{memory},{frame.tail},"lrt":{state.last_at // 1000}}}'


def log_rows(entries: Iterable[Entry], numbers: Mapping[str, int], difficulty: Difficulty) -> Iterator[LogRow]:
    """The log of the cards in `numbers` (card → Anki's id); `entries` are in the order of time.

    Anki's ids are unique over all cards, ours for each: of several events at one millisecond the later ones go to the
    next free one. Only the phase before an answer and the difficulty after it have to be known, so nothing is replayed.
    """

    @cache  # there are few, for all cards begin alike
    def answered(before: float | None, rating: int) -> tuple[float, int]:
        after = difficulty(before, rating)
        return after, _factor(after)

    lived: dict[int, tuple[int, int, float | None]] = {}  # kind, interval and difficulty so far
    free = 0
    for card, at, what, rating, duration, led_to, interval in entries:
        number = numbers.get(card)
        if number is None:
            continue
        free = at if at > free else free + 1
        kind, last, known = lived.get(number, _UNSEEN)
        if what == "answered":
            known, factor = answered(known, rating)
            promised = interval if led_to == "review" else -interval
            lived[number] = _LED_TO[led_to], promised, known
            yield free, number, -1, rating, promised, last, factor, duration, kind
        elif what == "crammed":
            yield free, number, -1, rating, last, last, 0, duration, 3
        elif what == "forgot":
            lived[number] = _UNSEEN
            yield free, number, -1, 0, 0, last, 0, 0, 4
        elif known is None:  # the next answer begins the memory, and after a row of a review Anki would make one up
            lived[number] = 0, interval, known
            yield free, number, -1, 0, interval, last, _FACTOR, 0, 4  # without a factor it would be a forget
        else:
            lived[number] = 1, interval, known
            yield free, number, -1, 0, interval, last, _factor(known), 0, 4


def _factor(difficulty: float) -> int:
    """As Anki notes it: 100 to 1100."""
    return round(((difficulty - 1) / 9 + 0.1) * 1000)
