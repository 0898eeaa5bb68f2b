"""Turns what happened to a card in Anki into the events that our log lacks. Pure: the same input gives the same events.

How Anki records things was found out by running it; `ReviewRow` says what its columns mean. A large pull spends its time
here, so events are rows of our log, see `srs.core.event_row`.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import NamedTuple

from srs.anki.missing_answers import find_starts, given_memory, with_forgets
from srs.anki.read_reviews import EARLIEST, MAX_DAYS, AnkiCard, ReviewRow
from srs.anki.redated import AHEAD, DAY, ReviewContent, match_redated
from srs.core import event_row
from srs.core.clock import LAST_MS, Calendar, cached_day
from srs.core.event import Answered, Buried, Forgot, Rescheduled, Suspended, Unsuspended
from srs.core.event_row import EventRow, day_text

SHIFT = 50
"""Milliseconds by which an answer may be later in Anki's log than in ours: its ids are unique over all cards."""

LedTo = tuple[str, int | None, int]
"""Where an answer led: "learning", "review" or "relearning", the step, and the interval (seconds in steps, else days)."""

_DAY = 86_400
_EPOCHS = 1_000_000_000  # a smaller due is the number of a day, a larger one seconds since 1970
_LOGGED = {Answered.name, Forgot.name, Rescheduled.name}
_AT, _WHAT, _RATING = map(event_row.COLUMNS.index, ("at", "what", "rating"))
_REVIEW = 2  # a type of cards
_SUSPENDED, _BURIED = -1, -3  # queues; -2 is for siblings, which our queue buries by itself


class OwnEvent(NamedTuple):
    """An event of our log; `at` is UTC milliseconds, `day` its study day (ISO), `interval` as in Anki's log: days above zero,
    seconds below; `from_srs` says that it was recorded here and not taken from Anki.
    """

    at: int
    day: str
    name: str
    rating: int | None
    voided: bool
    interval: int = 0
    duration_ms: int = 0
    from_srs: bool = False


@dataclass(frozen=True)
class PullContext:
    """How days are counted on both sides: `base` is day 0 of Anki's count. `now` is UTC milliseconds."""

    base: date
    calendar: Calendar
    machine: str
    now: int

    @cached_property
    def day(self) -> Callable[[int], date]:
        """Our study day of an instant."""
        return cached_day(self.calendar)

    @cached_property
    def day_text(self) -> Callable[[int], str]:
        """The same as in our log."""
        day = self.day
        return lambda at: day_text(day(at))

    def day_by_number(self, number: int) -> date | None:
        """The study day with this number in Anki, None if it is out of range."""
        return self.base + timedelta(days=number) if abs(number) <= MAX_DAYS else None


class NewEvents(NamedTuple):
    """The new events as `rows` of our log, in the order of time; how many reviews were `known` already, and how many of Anki's
    rows are more than a day ahead of the clock, which are skipped. `redated` are the times of rows that are ours under
    another time; `senseless` counts the rows for which no time is free nearby.
    """

    rows: list[EventRow]
    known: int
    ahead: int
    redated: list[int]
    senseless: int


def new_events(
    card: AnkiCard,
    own: Sequence[OwnEvent],
    steps: tuple[int, int],
    context: PullContext,
    orphan_voids: Collection[int] = (),
) -> NewEvents:
    """The events that the card's log, suspension and burial add to our log.

    `own` are all our events of the card, voided ones included, oldest first, `orphan_voids` the times of voids whose event
    is unknown; `steps` are how many learning and relearning steps the card has.
    """
    logged = _rows_of_log(card, own, steps, context)
    count = len(logged)
    while logged and logged[-1][_AT] > context.now + DAY:
        logged.pop()
    if learnt := _learnt_without_log(card, own, context):
        logged.insert(0, learnt)
        logged.sort(key=itemgetter(_AT))
        count += 1
    if not own and card.queue >= 0 and len({row[_AT] for row in logged}) == len(logged):
        # nothing can be known, undone, suspended or buried, and all times are free
        return NewEvents(logged, 0, count - len(logged), [], 0)
    matcher = _EventMatcher(own)
    unknown = matcher.without_match(logged)
    ours = _match_redated(card, unknown, matcher, {*card.crowded, *orphan_voids}, context)
    # what was answered here began no new memory, whatever came in from Anki before it
    unknown = [row for row in unknown if row[_AT] not in ours and not matcher.is_before_own_answer(row)]
    timed = [(matcher.take_time(row[_AT]), row) for row in unknown]
    new = [_with_time(row, at, context) for at, row in timed if at - row[_AT] <= SHIFT]
    senseless = len(unknown) - len(new)
    answers = _answer_times([row for row in logged if row[_AT] not in ours])
    if event := _suspension_or_burial(card, answers, matcher, context):
        at, name = event
        new.append(event_row.plain_row(card.card, at, context.day_text(at), name, "anki", context.machine))
        new.sort(key=itemgetter(_AT))
    known = len(_answer_times(logged)) - len(_answer_times(unknown))
    return NewEvents(new, known, count - len(logged), sorted(ours), senseless)


def _match_redated(
    card: AnkiCard, unknown: Sequence[EventRow], matcher: "_EventMatcher", sure: Container[int], context: PullContext
) -> dict[int, int]:
    if not unknown or not matcher.by_time:
        return {}
    if not sure and next(reversed(matcher.by_time)) < unknown[0][_AT] + AHEAD:  # as nearly always
        return {}
    times = {row[_AT] for row in unknown}
    rows = [
        (at, ReviewContent(ease, interval, duration))
        for at, ease, interval, _, duration, _, _ in card.log
        if at in times
    ]
    events = [
        (at, ReviewContent(event.rating or 0, event.interval, event.duration_ms))
        for at, event in matcher.by_time.items()
        if at not in matcher.matched and event.name in _LOGGED
    ]
    # nobody answers twice within a millisecond, nor in the future
    ours = match_redated(rows, events, lambda at, own_time: at in sure or own_time > context.now)
    matcher.matched.update(ours.values())
    return ours


def _with_time(row: EventRow, at: int, context: PullContext) -> EventRow:
    return row if at == row[_AT] else (row[0], at, context.day_text(at), *row[3:])


def _answer_times(rows: Sequence[EventRow]) -> list[int]:
    return [row[_AT] for row in rows if row[_WHAT] == Answered.name]


def _rows_of_log(
    card: AnkiCard, own: Sequence[OwnEvent], steps: tuple[int, int], context: PullContext
) -> list[EventRow]:
    """An event for each row of Anki's log that is an answer or moves the card, and where it starts over."""
    forgets = [event.at for event in own if event.name == Forgot.name and not event.voided]
    rows = with_forgets([row for row in card.log if _is_scheduling(row)], forgets, SHIFT)
    starts = find_starts(rows)
    events: list[EventRow] = []
    name, day_text, machine = card.card, context.day_text, context.machine
    step, answered, last = 0, None, len(rows) - 1
    for n, (at, ease, interval, factor, duration, kind, _) in enumerate(rows):
        day = day_text(at)
        if ease:
            if n in starts.forgotten:
                events.append(event_row.plain_row(name, at - 1, day_text(at - 1), Forgot.name, "anki", machine))
                step = 0
            step = _step(step, ease, kind, steps)
            known = _led_to_by_card(card, at, steps, context) if n == last and _is_of(card, at, interval) else None
            state, to_step, wait = known or _led_to_by_rows(interval, kind, step, rows[n + 1] if n < last else None)
            row = event_row.answer_row(name, at, day, ease, state, to_step, wait, "anki", machine, duration)
            events.append(event_row.with_given(row, given) if (given := starts.given.get(n)) else row)
            answered = at
        elif kind == 4 and factor == 0:
            step, answered = 0, None
            events.append(event_row.plain_row(name, at, day, Forgot.name, "anki", machine))
        else:
            days_on = {"interval": _days_ahead(card, at, interval, answered, last=n == last, context=context)}
            events.append(event_row.plain_row(name, at, day, Rescheduled.name, "anki", machine, days_on))
    return events


def _learnt_without_log(card: AnkiCard, own: Sequence[OwnEvent], context: PullContext) -> EventRow | None:
    """The due date and memory of a review that was never answered as far as both logs know: from its interval and its ease,
    counted back from its due date.
    """
    if card.type != _REVIEW or card.interval <= 0 or _is_answered_or_new(card, own):
        return None
    due = context.day_by_number(card.due)
    if due is None:
        return None
    days = min(card.interval, MAX_DAYS)
    changed = context.day(_modified(card, context))
    begins = max(min(due - timedelta(days), changed), context.day(EARLIEST) + timedelta(1))
    given = given_memory(days, card.factor)
    ahead = min(max((due - begins).days, 0), MAX_DAYS)
    values = {"interval": ahead, "parameters": event_row.given_to_text(given)}
    at = context.calendar.start(begins)
    return event_row.plain_row(card.card, at, day_text(begins), Rescheduled.name, "anki", context.machine, values)


def _is_answered_or_new(card: AnkiCard, own: Sequence[OwnEvent]) -> bool:
    rows = (row for row in card.log if _is_scheduling(row))
    if any(row[1] for row in rows) or any(event.name == Answered.name for event in own):
        return True
    return find_starts([row for row in card.log if _is_scheduling(row)]).is_new


def _is_scheduling(row: ReviewRow) -> bool:
    """Whether it is neither cramming nor a row that Anki would not write."""
    _, ease, _, factor, _, kind, _ = row
    if ease:
        return kind < 3 or (kind == 3 and factor != 0)
    return kind in {4, 5}


def _step(step: int, ease: int, kind: int, steps: tuple[int, int]) -> int:
    """The step after an answer, counted from the ratings, because Anki's log does not name it."""
    if ease == 1 or kind in {1, 3}:
        return 0
    most = max(steps[kind == 2] - 1, 0)
    return min(step + (ease == 3), most)


def _led_to_by_rows(interval: int, kind: int, step: int, after: ReviewRow | None) -> LedTo:
    if interval <= 0:
        return "relearning" if kind else "learning", step, -interval
    if after and after[1] and after[5] in {0, 2}:  # a step that ends on a later day is recorded in days
        return "relearning" if after[5] else "learning", step, interval * _DAY
    return "review", None, interval


def _is_of(card: AnkiCard, at: int, interval: int) -> bool:
    """Whether the card's columns come from its last answer: of two devices that changed it, one may have the log's last row and
    the other the columns.
    """
    is_older = 0 < card.reviewed < at // 1000 - 1
    return not is_older and not (interval <= 0 and card.type == _REVIEW)


def _led_to_by_card(card: AnkiCard, at: int, steps: tuple[int, int], context: PullContext) -> LedTo | None:
    """Where the last answer led, by the card itself, whose due date includes fuzz and load balancing."""
    if card.type == 2:
        due = context.day_by_number(card.due)
        return ("review", None, min(max((due - context.day(at)).days, 0), MAX_DAYS)) if due else None
    if card.type not in {1, 3}:
        return None
    again = card.type == 3
    count = steps[again]
    step = min(max(count - card.left % 1000, 0), max(count - 1, 0))
    if card.due > _EPOCHS:
        moment = card.due * 1000
    elif day := context.day_by_number(card.due):
        moment = context.calendar.start(day)
    else:
        return None
    seconds = -(-(moment - at) // 1000)
    return ("relearning" if again else "learning", step, max(seconds, 0)) if seconds <= MAX_DAYS * _DAY else None


def _days_ahead(
    card: AnkiCard, at: int, interval: int, answered: int | None, *, last: bool, context: PullContext
) -> int:
    """How many days after the row's day the card became due, at least 0. Anki's interval counts from the last answer."""
    day = context.day(at)
    due = context.day_by_number(card.due) if last and card.type == 2 else None
    since = day if answered is None else context.day(answered)
    due = due or since + timedelta(days=max(interval, 0))
    return min(max((due - day).days, 0), MAX_DAYS)


class _EventMatcher:
    """Finds which rows of a file are events of our log, and times that no event of the card uses."""

    def __init__(self, own: Sequence[OwnEvent]) -> None:
        self.by_time = {event.at: event for event in own}
        self._used = set(self.by_time)
        self._after: dict[int, int] = {}
        self.matched: set[int] = set()
        """Times of our events; each matches one row."""
        self.undone: set[int] = set()
        """Times of rows whose event was undone here."""

    def without_match(self, rows: Sequence[EventRow]) -> list[EventRow]:
        """The rows that are no event of ours. An event at the very millisecond is tried first, then an earlier one."""
        rest = [row for row in rows if not self._match(row, row[_AT])]
        return [row for row in rest if not any(self._match(row, at) for at in self._near(row[_AT]))]

    def _match(self, row: EventRow, at: int) -> bool:
        own = self.by_time.get(at)
        if own is None or at in self.matched or (own.name, own.rating) != (row[_WHAT], row[_RATING]):
            return False
        self.matched.add(at)
        if own.voided:
            self.undone.add(row[_AT])
        return True

    def is_before_own_answer(self, row: EventRow) -> bool:
        """Whether the row is the forget that Anki sees in an answer of ours to a card that was new here."""
        if row[_WHAT] != Forgot.name:
            return False
        answer = self.by_time.get(row[_AT] + 1)
        return answer is not None and answer.from_srs and answer.name == Answered.name

    def _near(self, at: int) -> Iterator[int]:
        """The times from which Anki may have moved the row, and those to which we may have moved it."""
        yield from range(at - 1, at - SHIFT - 1, -1)
        for later in range(at + 1, at + SHIFT + 1):
            if later - 1 not in self.by_time:
                return
            yield later

    def take_time(self, at: int) -> int:
        """Uses up the first free millisecond from `at` on. One with an orphan void is free: the void is for that event."""
        used = []
        while at in self._used:
            used.append(at)
            at = self._after.get(at, at + 1)
        self._after.update(dict.fromkeys(used, at + 1))  # so that they are not searched again
        self._used.add(at)
        return at

    def take_time_before(self, at: int, after: int) -> int:
        """Uses up the last free millisecond up to `at`, if one is later than `after`; else the first one from `at` on."""
        before = next((key for key in range(at, max(after, at - SHIFT), -1) if key not in self._used), at)
        return self.take_time(before)


def _suspension_or_burial(
    card: AnkiCard, answers: Sequence[int], matcher: _EventMatcher, context: PullContext
) -> tuple[int, str] | None:
    """Time and name of an event that Anki's log does not have: it follows from the card's queue and its last change."""
    counting = {at: event for at, event in matcher.by_time.items() if not event.voided}
    since = _suspended_since(counting.values())
    modified = _modified(card, context)
    unmatched = [event for at, event in counting.items() if at not in matcher.matched]
    if card.queue == _SUSPENDED:
        at = max(modified, answers[-1] + 1 if answers else 0)
        later = any(event.at > at and event.name in {Answered.name, Unsuspended.name} for event in unmatched)
        undone = any(
            event.voided and event.name == Suspended.name and at <= event.at <= at + SHIFT
            for event in matcher.by_time.values()
        )
        if since is None and not later and not undone and not _is_over_here(card, matcher):
            return matcher.take_time(at), Suspended.name
    elif since is not None and card.type != -1:
        first = next((at for at in answers if at > since and at not in matcher.undone), None)
        if first is not None:
            return matcher.take_time_before(first - 1, since), Unsuspended.name
        if card.marked and modified > since:
            return matcher.take_time(modified), Unsuspended.name
    if card.queue == _BURIED:
        day = context.day_text(modified)
        later = any(event.at > modified and event.day == day for event in unmatched)
        buried = any(event.name == Buried.name and event.day == day for event in matcher.by_time.values())
        if not later and not buried:
            return matcher.take_time(modified), Buried.name
    return None


def _is_over_here(card: AnkiCard, matcher: _EventMatcher) -> bool:
    """Whether a card that is suspended in Anki was unsuspended here since both sides were told that it is, or its suspension
    was undone.
    """
    changes = [event for event in matcher.by_time.values() if event.name in {Suspended.name, Unsuspended.name}]
    last = max((event for event in changes if not event.voided), key=attrgetter("at"), default=None)
    return bool(card.marked and changes) and (last is None or last.from_srs)


def _modified(card: AnkiCard, context: PullContext) -> int:
    return min(card.modified_ms, context.now) if EARLIEST <= card.modified_ms <= LAST_MS else context.now


def _suspended_since(events: Iterable[OwnEvent]) -> int | None:
    """When the card was suspended, None if it is not."""
    changes = [event for event in events if event.name in {Suspended.name, Unsuspended.name}]
    last = max(changes, key=attrgetter("at"), default=None)
    return last.at if last and last.name == Suspended.name else None
