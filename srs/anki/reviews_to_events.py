"""What happened to a card in Anki → the events that we do not hold yet. Pure: the same input gives the same events.

How Anki notes things was found out by running it; `LogRow` says what its columns mean. A large pull spends its time here,
so events are rows as our log has them, see `srs.core.event_row`.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from srs.anki.read_reviews import FIRST, LONGEST, AnkiCard, LogRow
from srs.anki.redated import AHEAD, DAY, Says, redated
from srs.core import event_row
from srs.core.clock import LAST, Calendar, days
from srs.core.event import Answered, Buried, Forgot, Rescheduled, Suspended, Unsuspended
from srs.core.event_row import Whole, day_text

SHIFT = 50
"""Milliseconds by which an answer may be later in Anki's log than in ours: its ids are unique over all cards."""

LedTo = tuple[str, int | None, int]
"""Where an answer led: "learning", "review" or "relearning", the step, and the interval (seconds in steps, else days)."""

_DAY = 86_400
_EPOCHS = 1_000_000_000  # what a card is due at is a day's number below this, seconds since 1970 above
_LOGGED = {Answered.name, Forgot.name, Rescheduled.name}
_SUSPENDED, _BURIED = -1, -3  # queues; -2 is for siblings, which our queue buries by itself


class Held(NamedTuple):
    """An event that we hold already; `at` is UTC milliseconds, `day` its study day (ISO), `interval` as Anki's log has it:
    days above zero, seconds below.
    """

    at: int
    day: str
    name: str
    rating: int | None
    voided: bool
    interval: int = 0
    duration_ms: int = 0


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

    @cached_property
    def day_text(self) -> Callable[[int], str]:
        """The same as the log has it."""
        day = self.day
        return lambda at: day_text(day(at))

    def numbered(self, number: int) -> date | None:
        """The study day with this number in Anki, None if it makes no sense."""
        return self.base + timedelta(days=number) if abs(number) <= LONGEST else None


class Taken(NamedTuple):
    """What is new, as rows of our log in the order of time; how many reviews were known already, and how many of Anki's
    rows lie more than a day ahead of the clock: those are left for later. `redated` are the times of rows that are ours
    under another time; `senseless` counts those for which no time is free nearby.
    """

    news: list[Whole]
    known: int
    ahead: int
    redated: list[int]
    senseless: int


def taken(
    card: AnkiCard, held: Sequence[Held], steps: tuple[int, int], frame: Frame, early: Collection[int] = ()
) -> Taken:
    """What of the card's log, suspension and burial is news to us.

    `held` are all our events of the card, voided ones included, oldest first, `early` the times at which a void waits for
    its event; `steps` are how many learning and relearning steps it has.
    """
    told = _told(card, steps, frame)
    count = len(told)
    while told and told[-1][1] > frame.now + DAY:
        told.pop()
    if not held and card.queue >= 0:  # nothing could be known, taken back or put aside
        return Taken(told, 0, count - len(told), [], 0)
    book = _Book(held)
    unknown = book.unknown(told)
    ours = _redated(card, unknown, book, {*card.crowded, *early}, frame)
    unknown = [row for row in unknown if row[1] not in ours]
    places = [(book.free(row[1]), row) for row in unknown]
    news = [_moved_to(at, row, frame) for at, row in places if at - row[1] <= SHIFT]
    senseless = len(unknown) - len(news)
    mark = _mark(card, _answers([row for row in told if row[1] not in ours]), book, frame)
    if mark:
        at, name = mark
        news.append(event_row.plain(card.card, at, frame.day_text(at), name, "anki", frame.machine))
        news.sort(key=itemgetter(1))
    known = len(_answers(told)) - len(_answers(unknown))
    return Taken(news, known, count - len(told), sorted(ours), senseless)


def _redated(
    card: AnkiCard, unknown: Sequence[Whole], book: "_Book", sure: Container[int], frame: Frame
) -> dict[int, int]:
    if not unknown or not book.held:
        return {}
    if not sure and next(reversed(book.held)) < unknown[0][1] + AHEAD:  # as nearly always
        return {}
    news = {row[1] for row in unknown}
    rows = [(row[0], Says(row[1], row[2], row[4])) for row in card.log if row[0] in news]
    events = [
        (at, Says(one.rating or 0, one.interval, one.duration_ms))
        for at, one in book.held.items()
        if at not in book.found and one.name in _LOGGED
    ]
    # nobody answers twice within a millisecond, nor what is still to come
    ours = redated(rows, events, lambda at, of_ours: at in sure or of_ours > frame.now)
    book.found.update(ours.values())
    return ours


def _moved_to(at: int, row: Whole, frame: Frame) -> Whole:
    return row if at == row[1] else (row[0], at, frame.day_text(at), *row[3:])


def _answers(rows: Sequence[Whole]) -> list[int]:
    """When there were any."""
    return [row[1] for row in rows if row[3] == Answered.name]


def _told(card: AnkiCard, steps: tuple[int, int], frame: Frame) -> list[Whole]:
    """What each row says that is an answer or moves the card."""
    rows = [row for row in card.log if _schedules(row)]
    told: list[Whole] = []
    name, day_text, machine = card.card, frame.day_text, frame.machine
    step, answered, last = 0, None, len(rows) - 1
    for n, (at, ease, interval, factor, duration, kind) in enumerate(rows):
        day = day_text(at)
        if ease:
            step = _step(step, ease, kind, steps)
            known = _by_card(card, at, steps, frame) if n == last else None
            state, to_step, wait = known or _by_rows(interval, kind, step, rows[n + 1] if n < last else None)
            told.append(event_row.answered(name, at, day, ease, state, to_step, wait, "anki", machine, duration))
            answered = at
        elif kind == 4 and factor == 0:
            step, answered = 0, None
            told.append(event_row.plain(name, at, day, Forgot.name, "anki", machine))
        else:
            days_on = {"interval": _moved(card, at, interval, answered, last=n == last, frame=frame)}
            told.append(event_row.plain(name, at, day, Rescheduled.name, "anki", machine, days_on))
    return told


def _schedules(row: LogRow) -> bool:
    """Neither cramming nor a row that no Anki would write."""
    _, ease, _, factor, _, kind = row
    if ease:
        return kind < 3 or (kind == 3 and factor != 0)
    return kind in {4, 5}


def _step(step: int, ease: int, kind: int, steps: tuple[int, int]) -> int:
    """Anki's log does not name the step: counted from the ratings, as far as there are steps."""
    if ease == 1 or kind in {1, 3}:
        return 0
    most = max(steps[kind == 2] - 1, 0)
    return min(step + (ease == 3), most)


def _by_rows(interval: int, kind: int, step: int, after: LogRow | None) -> LedTo:
    if interval <= 0:
        return "relearning" if kind else "learning", step, -interval
    if after and after[1] and after[5] in {0, 2}:  # a step past the turn of the day is noted in days
        return "relearning" if after[5] else "learning", step, interval * _DAY
    return "review", None, interval


def _by_card(card: AnkiCard, at: int, steps: tuple[int, int], frame: Frame) -> LedTo | None:
    """Of the last row, the card itself knows better: fuzz and balanced loads are in its due date."""
    if card.type == 2:
        due = frame.numbered(card.due)
        return ("review", None, min(max((due - frame.day(at)).days, 0), LONGEST)) if due else None
    if card.type not in {1, 3}:
        return None
    again = card.type == 3
    count = steps[again]
    step = min(max(count - card.left % 1000, 0), max(count - 1, 0))
    if card.due > _EPOCHS:
        moment = card.due * 1000
    elif day := frame.numbered(card.due):
        moment = frame.calendar.start(day)
    else:
        return None
    seconds = -(-(moment - at) // 1000)
    return ("relearning" if again else "learning", step, max(seconds, 0)) if seconds <= LONGEST * _DAY else None


def _moved(card: AnkiCard, at: int, interval: int, answered: int | None, *, last: bool, frame: Frame) -> int:
    """How many days after the row's. Anki's interval counts from the last answer; a day that is past becomes the row's."""
    day = frame.day(at)
    due = frame.numbered(card.due) if last and card.type == 2 else None
    since = day if answered is None else frame.day(answered)
    due = due or since + timedelta(days=max(interval, 0))
    return min(max((due - day).days, 0), LONGEST)


class _Book:
    """The keys of a card that are taken, and which of our events a row of the file has been found to be."""

    def __init__(self, held: Sequence[Held]) -> None:
        self.held = {one.at: one for one in held}
        self.keys = set(self.held)
        self._after: dict[int, int] = {}
        self.found: set[int] = set()
        """By our time; each event is one row."""
        self.undone: set[int] = set()
        """By the row's time: what was taken back here."""

    def unknown(self, told: Sequence[Whole]) -> list[Whole]:
        """What no event of ours says. An event at the very millisecond comes first, then an earlier one."""
        rest = [row for row in told if not self._is(row, row[1])]
        return [row for row in rest if not any(self._is(row, at) for at in self._near(row[1]))]

    def _is(self, told: Whole, at: int) -> bool:
        held = self.held.get(at)
        if held is None or at in self.found or (held.name, held.rating) != told[3:5]:
            return False
        self.found.add(at)
        if held.voided:
            self.undone.add(told[1])
        return True

    def _near(self, at: int) -> Iterator[int]:
        """Where Anki's log may have moved the row from, and where we may have moved it to."""
        yield from range(at - 1, at - SHIFT - 1, -1)
        for later in range(at + 1, at + SHIFT + 1):
            if later - 1 not in self.held:
                return
            yield later

    def free(self, at: int) -> int:
        """The first millisecond from `at` on that no event has. A void that came before its event is for that event."""
        passed = []
        while at in self.keys:
            passed.append(at)
            at = self._after.get(at, at + 1)
        self._after.update(dict.fromkeys(passed, at + 1))  # so that it is not looked through again
        self.keys.add(at)
        return at

    def free_before(self, at: int, after: int) -> int:
        """The last one from `at` back that no event has, if one is later than `after`."""
        before = next((key for key in range(at, max(after, at - SHIFT), -1) if key not in self.keys), at)
        return self.free(before)


def _mark(card: AnkiCard, reviews: Sequence[int], book: _Book, frame: Frame) -> tuple[int, str] | None:
    """Suspension and burial, which Anki's log does not know: only that they are so, and when the card last changed."""
    counted = {at: one for at, one in book.held.items() if not one.voided}
    since = _suspended_since(counted.values())
    modified = min(card.modified_ms, frame.now) if FIRST <= card.modified_ms <= LAST else frame.now
    own = [one for at, one in counted.items() if at not in book.found]  # what we hold beside what the file says
    if card.queue == _SUSPENDED:
        at = max(modified, reviews[-1] + 1 if reviews else 0)
        later = any(one.at > at and one.name in {Answered.name, Unsuspended.name} for one in own)
        taken_back = any(
            one.voided and one.name == Suspended.name and at <= one.at <= at + SHIFT for one in book.held.values()
        )
        if since is None and not later and not taken_back:  # what was taken back here stays so
            return book.free(at), Suspended.name
    elif since is not None and card.type != -1:
        first = next((at for at in reviews if at > since and at not in book.undone), None)
        if first is not None:
            return book.free_before(first - 1, since), Unsuspended.name
    if card.queue == _BURIED:
        day = frame.day_text(modified)
        later = any(one.at > modified and one.day == day for one in own)
        if not later and not any(one.name == Buried.name and one.day == day for one in book.held.values()):
            return book.free(modified), Buried.name
    return None


def _suspended_since(held: Iterable[Held]) -> int | None:
    """When the card was suspended, None if it is not."""
    marks = [one for one in held if one.name in {Suspended.name, Unsuspended.name}]
    last = max(marks, key=itemgetter(0), default=None)
    return last.at if last and last.name == Suspended.name else None
