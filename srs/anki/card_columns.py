"""Card states and events as columns of Anki's tables `cards` and `revlog`, as measured on Anki itself."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from srs.anki.due_mark import due_mark
from srs.anki.suspension_mark import SUSPENDED_KEY
from srs.core.clock import Calendar
from srs.core.event import GivenMemory, Parameters, Sm2Memory
from srs.core.event_row import given_from_text
from srs.core.settings import Settings
from srs.log.event_log import LogEntry


class StateColumns(NamedTuple):
    """Columns of our table `states`: `state` is "new", "learning", "review" or "relearning", `last_at` and `as_of` are UTC
    milliseconds, `interval` is days of a review, else seconds, days are ISO; 1 is true. What a state does not have is None.
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
    def has_memory(self) -> bool:
        """False for a new card, and for one whose due date was set while it was new."""
        return self.stability is not None


class Difficulty(NamedTuple):
    """FSRS' difficulty `after` an answer, from the one before (None for a new card) and the rating; and that of a `given` memory."""

    after: Callable[[float | None, int], float]
    given: Callable[[GivenMemory], float]


CardColumns = tuple[int, int, int, int, int, int, int, int, int, str]
"""type, queue, due, ivl, factor, reps, lapses, left, flags, data of Anki's table `cards`."""

RevlogRow = tuple[int, int, int, int, int, int, int, int, int]
"""id, cid, usn, ease, ivl, lastIvl, factor, time, type of Anki's table `revlog`."""

_FACTOR = 2500  # the ease of SM-2, which FSRS does not use
_SUSPENDED = -1
_UNSEEN = 0, 0, None  # a card without log rows so far
_LED_TO = {"learning": 0, "review": 1, "relearning": 2}  # types of the log


@dataclass(frozen=True)
class ExportContext:
    """What day numbers and memories in Anki depend on; `base` is day 0."""

    base: date
    calendar: Calendar
    settings: Settings
    parameters: Parameters

    @cached_property
    def bounds(self) -> Callable[[str], tuple[int, int]]:
        """Gives begin and end of a study day (ISO)."""

        def bounds(day: str) -> tuple[int, int]:
            begins = date.fromisoformat(day)
            return self.calendar.start(begins), self.calendar.start(begins + timedelta(days=1))

        return cache(bounds)

    @cached_property
    def day_number_of_text(self) -> Callable[[str], int]:
        """Gives the number of a day (ISO)."""
        return cache(lambda day: self.day_number(date.fromisoformat(day)))

    @cached_property
    def shared_data(self) -> str:
        """Desired retention and decay, which are the same in the data of all cards."""
        wanted, decay = self.settings.desired_retention, self.parameters.values[20]
        return f'"dr":{round(wanted, 2)},"decay":{round(decay, 3)}'

    def day_number(self, day: date) -> int:
        return (day - self.base).days

    def for_deck(self, deck: str) -> "ExportContext":
        """The same with the deck's settings."""
        return replace(self, settings=self.settings.for_deck(deck))


def card_columns(
    state: StateColumns | None, position: int, context: ExportContext, planned: date | None = None
) -> CardColumns:
    """The scheduling columns of a card; `position` orders the new ones. `planned` is the day of a review that a goal has
    planned, in place of its due date.
    """
    if state is None:
        return 0, 0, position, 0, 0, 0, 0, 0, 0, ""
    kind, queue, due, interval, factor, left = _scheduled(state, position, context)
    queue = _SUSPENDED if state.suspended else queue
    data = _data(state, position, context)
    marks = {SUSPENDED_KEY: 1} if state.suspended else {}
    if planned is not None and state.state == "review":
        due = context.day_number(planned)
        marks |= due_mark(planned)
    if marks:
        data = json.dumps(json.loads(data or "{}") | {"cd": json.dumps(marks)}, separators=(",", ":"))
    return kind, queue, due, interval, factor, state.reps, state.lapses, left, state.flagged, data


def _scheduled(state: StateColumns, position: int, context: ExportContext) -> tuple[int, int, int, int, int, int]:
    """type, queue, due, ivl, factor, left."""
    match state.state:
        case "review" if not state.has_memory:  # of an interval and an ease Anki would make a memory
            return 2, 2, context.day_number_of_text(state.due_day), 0, _FACTOR, 0
        case "review":
            return 2, 2, context.day_number_of_text(state.due_day), state.interval, _FACTOR, 0
        case "learning":
            return 1, *_step(state, context), 0, 0, _left(len(context.settings.learning_steps), state.step)
        case "relearning":
            interval = min(max(round(state.stability), 1), context.settings.maximum_interval)
            left = _left(len(context.settings.relearning_steps), state.step)
            return 3, *_step(state, context), interval, _FACTOR, left
        case _:
            return 0, 0, position, 0, 0, 0


def _step(state: StateColumns, context: ExportContext) -> tuple[int, int]:
    """Queue and due: a step that ends on the answer's study day is due at a second, a later one on a day."""
    begins, ends = context.bounds(state.last_day)
    due = state.last_at + state.interval * 1000
    if begins <= state.last_at <= due < ends:  # as nearly always
        return 1, due // 1000
    day = context.calendar.day(due)
    today = day == context.calendar.day(state.last_at)
    return (1, due // 1000) if today else (3, context.day_number(day))


def _left(steps: int, step: int) -> int:
    return max(steps - step, 1)


def _data(state: StateColumns, position: int, context: ExportContext) -> str:
    if state.state == "new":
        return ""
    if not state.has_memory:
        return f'{{"pos":{position}}}'
    memory = f'"s":{state.stability:.4f},"d":{state.difficulty:.3f}'
    return f'{{"pos":{position},{memory},{context.shared_data},"lrt":{state.last_at // 1000}}}'


def revlog_rows(entries: Sequence[LogEntry], ids: Mapping[str, int], difficulty: Difficulty) -> Iterator[RevlogRow]:
    """The log of the cards in `ids` (card → Anki's id); `entries` are in the order of time.

    Log ids are unique over all cards in Anki, here for each card: of several events at one millisecond, the later ones go to
    the next free ones. Only the phase before an answer and the difficulty after it are needed, so nothing is replayed.

    Where earlier answers are missing, Anki begins with interval and factor of the first row that leads to a review, if no row
    says that the card was new. So neither does ours. A memory that was given without an answer has no row, as in Anki.
    """

    @cache  # there are few, for all cards begin alike
    def answered(before: float | None, rating: int) -> tuple[float, int]:
        after = difficulty.after(before, rating)
        return after, _factor(after)

    incomplete = {entry[0] for entry in entries if entry[-1]}
    last_rows: dict[int, tuple[int, int, float | None]] = {}  # kind, interval and difficulty so far
    free = 0
    for card, at, what, rating, duration, led_to, interval, text in entries:
        card_id = ids.get(card)
        if card_id is None:
            continue
        free = at if at > free else free + 1
        kind, last, known = last_rows.get(card_id, _UNSEEN)
        given = given_from_text(text) if text else None
        if what == "answered":
            known, factor = answered(known, rating)
            promised = interval if led_to == "review" else -interval
            if kind == 0 and (given or (led_to == "relearning" and card in incomplete)):
                kind = 1
            if given and last <= 0:
                promised, known = max(round(given.stability), 1), difficulty.given(given)
                factor = round(given.ease * 1000) if isinstance(given, Sm2Memory) else _factor(known)
            # after a review, a row of learning would mean that the card was forgotten: there was none, but two doors
            last_rows[card_id] = _LED_TO[led_to] or (2 if kind else 0), promised, known
            yield free, card_id, -1, rating, promised, last, factor, duration, kind
        elif what == "crammed":
            yield free, card_id, -1, rating, last, last, 0, duration, 3
        elif what == "forgot":
            last_rows[card_id] = _UNSEEN
            yield free, card_id, -1, 0, 0, last, 0, 0, 4
        elif given and known is None:
            last_rows[card_id] = 1, interval, difficulty.given(given)
        elif known is None:  # the next answer begins the memory, and after a row of a review Anki would make one up
            last_rows[card_id] = 0, interval, known
            yield free, card_id, -1, 0, interval, last, _FACTOR, 0, 4  # without a factor it would be a forget
        else:
            last_rows[card_id] = 1, interval, known
            yield free, card_id, -1, 0, interval, last, _factor(known), 0, 4


def _factor(difficulty: float) -> int:
    """Anki's form of a difficulty: 100 to 1100."""
    return round(((difficulty - 1) / 9 + 0.1) * 1000)
