"""What happened to a card in Anki → the events that we do not hold yet. Pure: the same input gives the same events.

How Anki notes things was found out by running it; `Row` says what its columns mean.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from srs.anki.read import FIRST, LAST, LONGEST, AnkiCard
from srs.clock import Calendar, days
from srs.event import (
    Answered,
    Buried,
    Days,
    Event,
    Forgot,
    Next,
    Rating,
    Rescheduled,
    Step,
    Suspended,
    Unsuspended,
    What,
)

SHIFT = 50
"""Milliseconds by which an answer may be later in Anki's log than in ours: its ids are unique over all cards."""

_DAY = 86_400
_RATINGS = {rating.value: rating for rating in Rating}  # by Anki's `ease`
_EPOCHS = 1_000_000_000  # what a card is due at is a day's number below this, seconds since 1970 above
_SUSPENDED, _BURIED = -1, -3  # queues; -2 is for siblings, which our queue buries by itself


class Held(NamedTuple):
    """An event that we hold already."""

    event: Event
    voided: bool


class Row(NamedTuple):
    """A row of Anki's log. `interval` is days above zero, seconds below; `kind` is Anki's `type`: 0 learning, 1 review,
    2 relearning, 3 filtered, 4 by hand, 5 rescheduled by Anki; `ease` is 0 where nothing was answered.
    """

    at: int
    ease: int
    interval: int
    factor: int
    duration_ms: int
    kind: int


@dataclass(frozen=True)
class Frame:
    """How days are counted on both sides: `base` is day 0 of Anki's count. `now` is UTC milliseconds."""

    base: date
    calendar: Calendar
    machine: str
    now: int

    @cached_property
    def day(self) -> Callable[[int], date]:
        """Our study day of an instant."""
        return days(self.calendar)

    def numbered(self, number: int) -> date | None:
        """The study day with this number in Anki, None if it makes no sense."""
        return self.base + timedelta(days=number) if abs(number) <= LONGEST else None


class Taken(NamedTuple):
    """What is new in the order of time, each with its UTC milliseconds; how many reviews were known already, and how many
    rows lie more than a day ahead of the clock: those are left for later.
    """

    news: list[tuple[int, What]]
    known: int
    ahead: int


def taken(card: AnkiCard, held: Sequence[Held], steps: tuple[int, int], frame: Frame) -> Taken:
    """What of the card's log, suspension and burial is news to us.

    `held` are all our events of the card, voided ones included, oldest first; `steps` are how many learning and
    relearning steps it has.
    """
    told = list(_told(card, steps, frame))
    count = len(told)
    while told and told[-1][0].at > frame.now + _DAY * 1000:
        told.pop()
    if not held and card.queue >= 0:  # nothing could be known, taken back or put aside
        return Taken([(row.at, what) for row, what in told], 0, count - len(told))
    book = _Book(held)
    fresh = book.unknown(told)
    news: list[tuple[int, What]] = [(book.free(row.at), what) for row, what in fresh]
    mark = _mark(card, [row for row, _ in told if row.ease], book, frame)
    if mark:
        news.append(mark)
        news.sort(key=itemgetter(0))
    known = sum(row.ease > 0 for row, _ in told) - sum(row.ease > 0 for row, _ in fresh)
    return Taken(news, known, count - len(told))


_Told = tuple[Row, Answered | Forgot | Rescheduled]


def _told(card: AnkiCard, steps: tuple[int, int], frame: Frame) -> Iterator[_Told]:
    """Each row that is an answer or moves the card, and what it says."""
    rows = [row for row in map(Row._make, card.log) if _schedules(row)]
    step, answered = 0, None
    for row, after in zip(rows, [*rows[1:], None], strict=False):  # of no row there is none after it
        if row.ease:
            step = _step(step, row, steps)
            yield row, Answered(_RATINGS[row.ease], row.duration_ms, _led_to(card, row, after, step, steps, frame))
            answered = row.at
        elif row.kind == 4 and row.factor == 0:
            step, answered = 0, None
            yield row, Forgot()
        else:
            yield row, Rescheduled(_moved(card, row, answered, last=after is None, frame=frame))


def _schedules(row: Row) -> bool:
    """Neither cramming nor a row that no Anki would write."""
    if row.ease:
        return row.kind < 3 or (row.kind == 3 and row.factor != 0)
    return row.kind in {4, 5}


def _step(step: int, row: Row, steps: tuple[int, int]) -> int:
    """Anki's log does not name the step: counted from the ratings, as far as there are steps."""
    if row.ease == 1 or row.kind in {1, 3}:
        return 0
    most = max(steps[row.kind == 2] - 1, 0)
    return min(step + (row.ease == 3), most)


def _led_to(card: AnkiCard, row: Row, after: Row | None, step: int, steps: tuple[int, int], frame: Frame) -> Next:
    """Of the last row, the card itself knows better: fuzz and balanced loads are in its due date."""
    if after is None and (known := _by_card(card, row, steps, frame)):
        return known
    if row.interval <= 0:
        return Step(row.kind != 0, step, -row.interval)
    if after is not None and after.ease and after.kind in {0, 2}:  # a step past the turn of the day is noted in days
        return Step(after.kind == 2, step, row.interval * _DAY)
    return Days(row.interval)


def _by_card(card: AnkiCard, row: Row, steps: tuple[int, int], frame: Frame) -> Next | None:
    if card.type == 2:
        due = frame.numbered(card.due)
        return Days(min(max((due - frame.day(row.at)).days, 0), LONGEST)) if due else None
    if card.type not in {1, 3}:
        return None
    count = steps[card.type == 3]
    step = min(max(count - card.left % 1000, 0), max(count - 1, 0))
    if card.due > _EPOCHS:
        moment = card.due * 1000
    elif day := frame.numbered(card.due):
        moment = frame.calendar.start(day)
    else:
        return None
    seconds = -(-(moment - row.at) // 1000)
    return Step(card.type == 3, step, max(seconds, 0)) if seconds <= LONGEST * _DAY else None


def _moved(card: AnkiCard, row: Row, answered: int | None, *, last: bool, frame: Frame) -> int:
    """How many days after the row's. Anki's interval counts from the last answer; a day that is past becomes the row's."""
    day = frame.day(row.at)
    due = frame.numbered(card.due) if last and card.type == 2 else None
    since = day if answered is None else frame.day(answered)
    due = due or since + timedelta(days=max(row.interval, 0))
    return min(max((due - day).days, 0), LONGEST)


class _Book:
    """The keys of a card that are taken, and which of our events a row of the file has been found to be."""

    def __init__(self, held: Sequence[Held]) -> None:
        self.held = {one.event.at: one for one in held}
        self.keys = set(self.held)
        self.found: set[int] = set()
        """By our time; each event is one row."""
        self.undone: set[int] = set()
        """By the row's time: what was taken back here."""

    def unknown(self, told: Sequence[_Told]) -> list[_Told]:
        """What no event of ours says. An event at the very millisecond comes first, then an earlier one."""
        rest = [(row, what) for row, what in told if not self._is(row, row.at, what)]
        return [(row, what) for row, what in rest if not any(self._is(row, at, what) for at in self._near(row.at))]

    def _is(self, row: Row, at: int, what: What) -> bool:
        held = self.held.get(at)
        if held is None or at in self.found or not _same(held.event.what, what):
            return False
        self.found.add(at)
        if held.voided:
            self.undone.add(row.at)
        return True

    def _near(self, at: int) -> Iterator[int]:
        """Where Anki's log may have moved the row from, and where we may have moved it to."""
        yield from range(at - 1, at - SHIFT - 1, -1)
        while at in self.held:
            at += 1
            yield at

    def free(self, at: int) -> int:
        """The first millisecond from `at` on that no event has. A void that came before its event is for that event."""
        while at in self.keys:
            at += 1
        self.keys.add(at)
        return at

    def free_before(self, at: int, after: int) -> int:
        """The last one from `at` back that no event has, if one is later than `after`."""
        before = next((key for key in range(at, max(after, at - SHIFT), -1) if key not in self.keys), at)
        return self.free(before)


def _same(held: What, told: What) -> bool:
    if isinstance(held, Answered) and isinstance(told, Answered):
        return held.rating == told.rating
    return type(held) is type(told)


def _mark(card: AnkiCard, reviews: Sequence[Row], book: _Book, frame: Frame) -> tuple[int, What] | None:
    """Suspension and burial, which Anki's log does not know: only that they are so, and when the card last changed."""
    since = _suspended_since([one.event for one in book.held.values() if not one.voided])
    modified = min(card.modified_ms, frame.now) if FIRST <= card.modified_ms < LAST else frame.now
    # what we hold beside what the file says
    own = [one.event for at, one in book.held.items() if not one.voided and at not in book.found]
    if card.queue == _SUSPENDED:
        at = max(modified, reviews[-1].at + 1 if reviews else 0)
        later = any(event.at > at and isinstance(event.what, Answered | Unsuspended) for event in own)
        if since is None and not later and not _voided(book, at, Suspended):
            return book.free(at), Suspended()
    elif since is not None and card.type != -1:
        first = next((row.at for row in reviews if row.at > since and row.at not in book.undone), None)
        if first is not None:
            return book.free_before(first - 1, since), Unsuspended()
    if card.queue == _BURIED:
        day = frame.day(modified)
        later = any(event.at > modified and event.day == day for event in own)
        if not later and not any(
            isinstance(one.event.what, Buried) and one.event.day == day for one in book.held.values()
        ):
            return book.free(modified), Buried()
    return None


def _suspended_since(events: Sequence[Event]) -> int | None:
    """When the card was suspended, None if it is not."""
    marks = [event for event in events if isinstance(event.what, Suspended | Unsuspended)]
    last = max(marks, key=lambda event: event.at, default=None)
    return last.at if last and isinstance(last.what, Suspended) else None


def _voided(book: _Book, at: int, what: type[What]) -> bool:
    """What was taken back here stays so."""
    return any(
        one.voided and isinstance(one.event.what, what) and at <= key <= at + SHIFT for key, one in book.held.items()
    )
