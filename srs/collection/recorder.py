"""Answers and other events: each is recorded together with the state that follows, in one transaction."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import assert_never

from srs.collection import Collection
from srs.core.card_state import CardState, Learning, New, Phase, Relearning, Review, Scheduled, WithoutMemory
from srs.core.errors import NotAnswerable, NothingToUndo
from srs.core.event import (
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
from srs.database import states
from srs.log import event_log
from srs.log.event_log import Logged
from srs.log.replay import in_force, replay_all
from srs.log.replay_relinked import replay_moved
from srs.scheduling.scheduler import Preview, Scheduler, Terms

_HOUR = 3_600_000

Mark = Suspended | Unsuspended | Buried | Forgot | Flagged | Unflagged | Softened
"""What a learner may record of a card besides answers."""


class Recorder:
    """Works by the parameters, relinks and settings of decks that the database has at that moment, whoever brought them.

    They are read again whenever anybody has written, and an answer is recorded in the transaction in which it is known
    that they are those of its buttons.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._store = collection.store
        self._schedulers: dict[Terms, Scheduler] = {}
        self._read = (-1, -1)
        self.refresh()

    def refresh(self) -> None:
        """Takes on what has changed; `collection` then has the settings of decks in force."""
        connection = self._store.connection
        read = self._store.version(), connection.total_changes  # by others, and by this connection
        if read == self._read:
            return
        self._parameters = in_force(connection)
        self._aliases = event_log.aliases(connection)
        self.collection = self.collection.current()
        self._read = read

    def _scheduler(self, card: str) -> Scheduler:
        """With the steps and the retention of the card's deck."""
        settings = self.collection.settings_of(card)
        terms = Terms.of(settings, self._parameters)
        if terms not in self._schedulers:
            self._schedulers[terms] = Scheduler(settings, self._parameters)
        return self._schedulers[terms]

    def state(self, card: str) -> CardState:
        self.refresh()
        return states.get(self._store.connection, self._aliases.card(card))

    def preview(self, card: str, now: int) -> Preview:
        """The four outcomes of answering `card` at the instant `now`; of a card whose id stands for another note, those of
        that note's card. Raises NotAnswerable if it is suspended.
        """
        state = self.state(card)
        card = self._aliases.card(card)
        if state.suspended:
            raise NotAnswerable(card, "suspended")
        return self._preview(card, state, now)

    def _preview(self, card: str, state: CardState, now: int) -> Preview:
        day, scheduler = self.collection.calendar.day(now), self._scheduler(card)
        if not _behind(state, now):
            return scheduler.preview(card, state, day)
        events = list(event_log.of_card(self._store.connection, card, self._aliases))
        earlier, later = ([event for event in events if (event.at < now) is before] for before in (True, False))
        as_it_was = scheduler.preview(card, scheduler.replay(earlier), day)
        filed = {}
        for rating, led_to in as_it_was.outcomes.items():
            event = Event(card, now, day, Source.SRS, "", Answered(rating, 0, led_to))
            filed[rating] = _until(scheduler.replay([*earlier, event, *later]).phase, now, day)
        return replace(as_it_was, state=state, behind=True, filed=filed)

    def _holds(self, preview: Preview, state: CardState, now: int) -> bool:
        """Whether the buttons would be drawn the same now."""
        if self._aliases.card(preview.card) != preview.card:
            return False
        if _behind(state, now) or preview.behind:  # then it depends on what was recorded earlier as well
            return self._preview(preview.card, state, now) == preview
        found = state, self.collection.calendar.day(now), self._scheduler(preview.card).terms
        return found == (preview.state, preview.day, preview.terms)

    def answer(self, preview: Preview, rating: Rating, duration_ms: int, now: int) -> Event | None:
        """Records what the button promised.

        None, and nothing recorded, if the card, the study day or what the answer is worked out under is not what it was
        when the buttons were drawn. Raises StoreError.
        """
        card, what = preview.card, Answered(rating, duration_ms, preview.outcomes[rating])
        with self._store.write() as connection:
            self.refresh()
            state = states.get(connection, card)
            if not self._holds(preview, state, now):
                return None
            event, after = self._add(connection, card, state, what, now)
            own = self.collection.settings_of(card)
            if own.suspend_leeches and after.lapses > state.lapses and own.leech_again(after.lapses):
                self._add(connection, card, after, Suspended(), now)
            return event

    def cram(self, card: str, rating: Rating, duration_ms: int, now: int) -> Event:
        """Records an answer that leaves the schedule as it is. Raises StoreError."""
        with self._store.write() as connection:
            state = self.state(card)
            return self._add(connection, self._aliases.card(card), state, Crammed(rating, duration_ms), now)[0]

    def mark(self, card: str, what: Mark, now: int) -> Event | None:
        """Records the event, or nothing (None) if it would change nothing. Raises StoreError."""
        return self.mark_all([card], what, now)[0]

    def mark_all(self, cards: Iterable[str], what: Mark, now: int) -> list[Event | None]:
        """As `mark`, all of them or none."""
        day = self.collection.calendar.day(now)
        with self._store.write() as connection:
            self.refresh()
            marked: list[Event | None] = []
            for card in map(self._aliases.card, cards):
                state = states.get(connection, card)
                idle = _idle(what, state, day)
                marked.append(None if idle else self._add(connection, card, state, what, now)[0])
            return marked

    def undo(self) -> Logged:
        """Voids what this machine recorded last. Raises NothingToUndo, StoreError."""
        with self._store.write() as connection:
            self.refresh()
            event = event_log.last_own(connection, self.collection.machine)
            if event is None:
                raise NothingToUndo
            before = self._aliases
            event_log.void(connection, Void(event.subject, event.at))
            if isinstance(event.what, Parameters):
                replay_all(connection, self.collection.watch)
            elif isinstance(event.what, Relinked):
                replay_moved(connection, before)
            elif not isinstance(event.what, Distinct):
                card = before.card(event.subject)
                states.put(connection, [(card, self._replayed(connection, card))])
            return Logged(event, voided=True)

    def _add(
        self, connection: sqlite3.Connection, card: str, state: CardState, what: What, now: int
    ) -> tuple[Event, CardState]:
        """The event as it was recorded, and the state that followed."""
        # a clock that is a little behind the card's last event is taken to be late; further back, it is believed
        late = not _behind(state, now) and now <= state.as_of
        at = event_log.free_time(connection, card, state.as_of + 1 if late else now, self._aliases)
        day = self.collection.calendar.day(now)
        event = Event(card, at, day, Source.SRS, self.collection.machine, what)
        event_log.add(connection, event)
        in_order = at > state.as_of
        after = self._scheduler(card).apply(state, event) if in_order else self._replayed(connection, card)
        states.put(connection, [(card, after)])
        return event, after

    def _replayed(self, connection: sqlite3.Connection, card: str) -> CardState:
        return self._scheduler(card).replay(event_log.of_card(connection, card, self._aliases))


def _behind(state: CardState, now: int) -> bool:
    """Whether the clock is so far behind the card's last event that it is believed."""
    return now < state.as_of - _HOUR


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
