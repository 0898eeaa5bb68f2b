"""Answers and other events: each is recorded together with the state that follows, in one transaction."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import assert_never

from srs.collection import Collection
from srs.collection.moved import replay_moved
from srs.collection.replay import replay_all
from srs.errors import NotAnswerable, NothingToUndo
from srs.event import (
    Answered,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    Flagged,
    Forgot,
    Next,
    Parameters,
    Rating,
    Relinked,
    Softened,
    Source,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
    What,
)
from srs.memory import CardState, Learning, New, Phase, Relearning, Review, Scheduled, WithoutMemory
from srs.scheduler import DEFAULT, Preview, Scheduler
from srs.store import log, states
from srs.store.log import Logged

_HOUR = 3_600_000

Mark = Suspended | Unsuspended | Buried | Forgot | Flagged | Unflagged | Softened
"""What a learner may record of a card besides answers."""


class Recorder:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._store = collection.store
        self._use(log.parameters(self._store.connection) or DEFAULT)

    def _use(self, parameters: Parameters) -> None:
        self.scheduler = Scheduler(self._collection.settings, parameters)
        self._own = dict[int, Scheduler]()  # by the identity of the settings

    def _scheduler(self, card: str) -> Scheduler:
        """With the steps and the retention of the card's deck."""
        settings = self._collection.settings_of(card)
        if settings is self._collection.settings:
            return self.scheduler
        if id(settings) not in self._own:
            self._own[id(settings)] = Scheduler(settings, self.scheduler.parameters)
        return self._own[id(settings)]

    def _current(self, card: str) -> str:
        """What is recorded of a card goes to the note that its id stands for now."""
        return log.aliases(self._store.connection).card(card)

    def state(self, card: str) -> CardState:
        return states.get(self._store.connection, self._current(card))

    def preview(self, card: str, now: int) -> Preview:
        """The four outcomes of answering `card` at the instant `now`. Raises NotAnswerable if it is suspended."""
        card = self._current(card)
        state = states.get(self._store.connection, card)
        if state.suspended:
            raise NotAnswerable(card, "suspended")
        return self._preview(card, state, now)

    def _preview(self, card: str, state: CardState, now: int) -> Preview:
        day, scheduler = self._collection.calendar.day(now), self._scheduler(card)
        if now >= state.as_of - _HOUR:
            return scheduler.preview(card, state, day)
        events = list(log.of_card(self._store.connection, card))
        earlier, later = ([event for event in events if (event.at < now) is before] for before in (True, False))
        as_it_was = scheduler.preview(card, scheduler.replay(earlier), day)
        filed = {}
        for rating, led_to in as_it_was.outcomes.items():
            event = Event(card, now, day, Source.SRS, "", Answered(rating, 0, led_to))
            filed[rating] = _until(scheduler.replay([*earlier, event, *later]).phase, now, day)
        return replace(as_it_was, state=state, behind=True, filed=filed)

    def answer(self, preview: Preview, rating: Rating, duration_ms: int, now: int) -> Event | None:
        """Records what the button promised.

        None, and nothing recorded, if the card or the study day is not what it was when the buttons were drawn. Raises
        StoreError.
        """
        what = Answered(rating, duration_ms, preview.outcomes[rating])
        with self._store.write() as connection:
            moved = self._current(preview.card) != preview.card
            if moved or self._preview(preview.card, states.get(connection, preview.card), now) != preview:
                return None
            event = self._add(connection, preview.card, preview.state, what, preview.day, now)
            after = states.get(connection, preview.card)
            own = self._collection.settings_of(preview.card)
            if own.suspend_leeches and after.lapses > preview.state.lapses and own.leech_again(after.lapses):
                self._add(connection, preview.card, after, Suspended(), preview.day, now)
            return event

    def cram(self, card: str, rating: Rating, duration_ms: int, now: int) -> Event:
        """Records an answer that leaves the schedule as it is. Raises StoreError."""
        day = self._collection.calendar.day(now)
        with self._store.write() as connection:
            card = self._current(card)
            state = states.get(connection, card)
            return self._add(connection, card, state, Crammed(rating, duration_ms), day, now)

    def mark(self, card: str, what: Mark, now: int) -> Event | None:
        """Records the event, or nothing (None) if it would change nothing. Raises StoreError."""
        return self.mark_all([card], what, now)[0]

    def mark_all(self, cards: Iterable[str], what: Mark, now: int) -> list[Event | None]:
        """As `mark`, all of them or none."""
        day = self._collection.calendar.day(now)
        with self._store.write() as connection:
            marked = []
            for card in map(self._current, cards):
                state = states.get(connection, card)
                idle = _idle(what, state, day)
                marked.append(None if idle else self._add(connection, card, state, what, day, now))
            return marked

    def undo(self) -> Logged:
        """Voids what this machine recorded last. Raises NothingToUndo, StoreError."""
        with self._store.write() as connection:
            event = log.last_own(connection, self._collection.machine)
            if event is None:
                raise NothingToUndo
            before = log.aliases(connection)
            log.void(connection, Void(event.subject, event.at))
            if isinstance(event.what, Parameters):
                self._use(log.parameters(connection) or DEFAULT)
                replay_all(connection, self.scheduler, self._collection.watch)
            elif isinstance(event.what, Relinked):
                replay_moved(connection, self.scheduler, before)
            elif not isinstance(event.what, Distinct):
                card = before.card(event.subject)
                states.put(connection, [(card, self.scheduler.replay(log.of_card(connection, card, before)))])
            return Logged(event, voided=True)

    def _add(
        self, connection: sqlite3.Connection, card: str, state: CardState, what: What, day: date, now: int
    ) -> Event:
        # a clock that is a little behind the card's last event is taken to be late; further back, it is believed
        late = state.as_of - _HOUR <= now <= state.as_of
        at = log.free_time(connection, card, state.as_of + 1 if late else now)
        event = Event(card, at, day, Source.SRS, self._collection.machine, what)
        log.add(connection, event)
        in_order = at > state.as_of
        after = self.scheduler.apply(state, event) if in_order else self.scheduler.replay(log.of_card(connection, card))
        states.put(connection, [(card, after)])
        return event


def _until(phase: Phase, now: int, day: date) -> Next:
    """How long it takes until the card is due."""
    match phase:
        case New():
            return Days(0)
        case Scheduled(due=due) | Review(due=due):
            return Days(max((due - day).days, 0))
        case Learning(step=step, due=due) | Relearning(step=step, due=due):
            return Step(isinstance(phase, Relearning), step, max(due - now, 0) // 1000)
        case _:
            assert_never(phase)


def _idle(what: Mark, state: CardState, day: date) -> bool:
    match what:
        case Suspended():
            return state.suspended
        case Unsuspended():
            return not state.suspended
        case Flagged():
            return state.flagged
        case Unflagged():
            return not state.flagged
        case Buried():
            return state.is_buried(day)
        case Forgot():
            return isinstance(state.phase, New)
        case Softened():
            return isinstance(state.phase, WithoutMemory)
        case _:
            assert_never(what)
