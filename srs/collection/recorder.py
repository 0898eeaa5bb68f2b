"""Records answers and other events, each together with the state that follows, in one transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, assert_never

from srs.collection import Collection
from srs.collection.days_ahead import ReviewLoad, study_time
from srs.collection.marks import Mark, changes_state
from srs.core.card_state import (
    UNSEEN,
    CardState,
    Learning,
    Memory,
    New,
    Phase,
    Relearning,
    Review,
    Scheduled,
)
from srs.core.clock import cached_day, utc_text
from srs.core.errors import BadInput, NotAnswerable, NothingToUndo
from srs.core.event import (
    Aim,
    Answered,
    Break,
    Crammed,
    Days,
    Distinct,
    Event,
    EventSource,
    Goal,
    Next,
    Parameters,
    Rating,
    Rehearsal,
    Relinked,
    Rescheduled,
    Step,
    Suspended,
    Void,
    What,
)
from srs.database import states
from srs.log import event_log, in_force, last_recorded
from srs.log.event_log import LoggedEvent
from srs.log.replay import current_parameters, replay_all
from srs.log.replay_relinked import replay_relinked
from srs.scheduling.even_days import DaysAhead
from srs.scheduling.scheduler import DEFAULT, DeckOptions, Preview, Scheduler

_HOUR = 3_600_000


class Recorded(NamedTuple):
    """An event, and the state of its card that follows."""

    event: Event
    state: CardState


class Recorder:
    """Records by the parameters, relinks and deck settings that are in the database at that moment.

    They are read again whenever anybody else has written. An answer is recorded in the transaction that has compared
    them with those of its buttons.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._store = collection.store
        self._day = cached_day(collection.calendar)
        self._schedulers: dict[DeckOptions, Scheduler] = {}
        self._of_card: dict[str, Scheduler] = {}
        self._parameters = DEFAULT
        self._days_ahead: tuple[tuple[str, CardState, CardState, date], DaysAhead] | None = None  # of the last preview
        self._seen = (-1, -1)
        self.refresh()

    def refresh(self) -> None:
        """Reads what may have changed; `collection` then has the deck settings in force."""
        connection = self._store.connection
        seen = self._store.data_version(), connection.total_changes  # by others, and by this connection
        if seen == self._seen:
            return
        parameters = current_parameters(connection)
        if parameters != self._parameters:
            self._schedulers.clear()
        self._of_card.clear()
        self._parameters = parameters
        self._aliases = event_log.read_aliases(connection)
        self._time = study_time(connection, self.collection.settings.easy_days)
        self._load = ReviewLoad(connection)
        self._days_ahead = None
        self.collection = self.collection.with_current_settings()
        self._seen = seen

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on what is in the database then."""
        try:
            with self._store.write() as connection:
                self.refresh()
                yield connection
        except BaseException:
            self._seen = (-1, -1)  # what was counted in `_load` is not there
            raise

    @property
    def parameters(self) -> Parameters:
        """Those in force."""
        return self._parameters

    def memory_after(self, preview: Preview, rating: Rating) -> Memory:
        """The memory that an answer leads to."""
        return self._scheduler(preview.card).memory_after(preview.state, rating, preview.inputs.day)

    @property
    def version(self) -> int:
        """A number that changes when `refresh` finds that another connection has written."""
        return self._seen[0]

    @cached_property
    def _machine(self) -> str:
        return self.collection.machine

    def _scheduler(self, card: str) -> Scheduler:
        """With the options of the card's deck."""
        if card not in self._of_card:
            settings = self.collection.card_settings(card)
            options = DeckOptions.from_settings(settings)
            if options not in self._schedulers:
                self._schedulers[options] = Scheduler(settings, self._parameters)
            self._of_card[card] = self._schedulers[options]
        return self._of_card[card]

    def state(self, card: str) -> CardState:
        self.refresh()
        return states.get(self._store.connection, self._aliases.card(card))

    def preview(self, card: str, now: int) -> Preview:
        """The four outcomes of answering `card` at the instant `now`; of a relinked note's card, those of the card that now
        has its history. Raises NotAnswerable if it is suspended.
        """
        state = self.state(card)
        card = self._aliases.card(card)
        if state.suspended:
            raise NotAnswerable(card, "suspended")
        return self._preview(card, state, now)

    def _preview(self, card: str, state: CardState, now: int) -> Preview:
        day, scheduler = self._day(now), self._scheduler(card)
        if not _is_clock_behind(state, now):
            return scheduler.preview(card, state, day, self._ahead(card, state, state, day))
        events = list(event_log.card_events(self._store.connection, card, self._aliases))
        earlier, later = ([event for event in events if (event.at < now) is before] for before in (True, False))
        then = scheduler.replay(earlier)
        preview = scheduler.preview(card, then, day, self._ahead(card, state, then, day))
        late_outcomes = {}
        for rating, led_to in preview.outcomes.items():
            event = Event(card, now, day, EventSource.SRS, "", Answered(rating, 0, led_to))
            late_outcomes[rating] = _time_until_due(scheduler.replay([*earlier, event, *later]).phase, now, day)
        inputs = replace(preview.inputs, state=state)
        return replace(preview, inputs=inputs, clock_behind=True, late_outcomes=late_outcomes)

    def _is_current(self, preview: Preview, state: CardState, now: int) -> bool:
        """Whether the buttons would be drawn the same now."""
        card = preview.card
        if self._aliases.card(card) != card:
            return False
        if _is_clock_behind(state, now) or preview.clock_behind:  # then it depends on earlier events as well
            return self._preview(card, state, now) == preview
        scheduler, day = self._scheduler(card), self._day(now)
        return preview.inputs == scheduler.inputs(card, state, day, self._ahead(card, state, state, day))

    def _ahead(self, card: str, state: CardState, answered: CardState, day: date) -> DaysAhead:
        """What a preview of the state `answered` sees of the days ahead; `state` is what the database has."""
        asked = card, state, answered, day
        if self._days_ahead is None or self._days_ahead[0] != asked:
            time = self._time.since(day)
            reach = self._scheduler(card).days_in_reach(answered, day, time)
            self._days_ahead = asked, self._load.ahead(card, state, day, reach, time)
        return self._days_ahead[1]

    def answer(self, preview: Preview, rating: Rating, duration_ms: int, now: int) -> Recorded | None:
        """Records what the button promised.

        None, and nothing recorded, if the card, the study day or the deck's options are not what they were when the
        buttons were drawn. Raises StoreError.
        """
        card, what = preview.card, Answered(rating, duration_ms, preview.outcomes[rating])
        with self._write() as connection:
            state = states.get(connection, card)
            if not self._is_current(preview, state, now):
                return None
            event, after = self._record(connection, card, state, what, now)
            if after.lapses > state.lapses:
                settings = self.collection.card_settings(card)
                if settings.suspend_leeches and settings.hits_leech_threshold(after.lapses):
                    _, after = self._record(connection, card, after, Suspended(), now)
            return Recorded(event, after)

    def cram(self, card: str, rating: Rating, duration_ms: int, now: int) -> Event:
        """Records an answer that leaves the schedule as it is. Raises StoreError."""
        with self._write() as connection:
            state = self.state(card)
            return self._record(connection, self._aliases.card(card), state, Crammed(rating, duration_ms), now).event

    def mark(self, card: str, what: Mark, now: int) -> Event | None:
        """Records the event, or nothing (None) if it would change nothing. Raises StoreError."""
        return self.mark_all([card], what, now)[0]

    def mark_all(self, cards: Iterable[str], what: Mark, now: int) -> list[Event | None]:
        """As `mark`, for all of the cards or none, at one instant, so that one `undo` takes all of it back. A card that is
        named twice, perhaps by an older id, is marked once.
        """
        with self._write() as connection:
            return self.insert_marks(connection, cards, what, now)

    def insert_marks(
        self, connection: sqlite3.Connection, cards: Iterable[str], what: Mark, now: int
    ) -> list[Event | None]:
        """As `mark_all`, inside a transaction."""
        self.refresh()
        keys = [self._aliases.card(card) for card in cards]
        found = [(card, states.get(connection, card)) for card in dict.fromkeys(keys)]
        changing = [(card, state) for card, state in found if changes_state(what, state, self._day(now))]
        at = self._instant(connection, changing, now)
        events = {card: self._record_at(connection, card, state, what, now, at).event for card, state in changing}
        return [events.pop(card, None) for card in keys]

    def _instant(self, connection: sqlite3.Connection, cards: Sequence[tuple[str, CardState]], now: int) -> int:
        """An instant from `now` on that no event of the cards has, later than what this machine recorded last unless that
        lies far ahead: a clock may have been set back.
        """
        last = last_recorded.last_own_events(connection, self._machine)
        at = max([now, *(event.at + 1 for event in last[:1] if event.at <= now + _HOUR)])
        at = max([at, *(state.as_of + 1 for _, state in cards if not _is_clock_behind(state, now))])
        free = at - 1
        while free != at:  # a time that is free for one card may not be for another
            free, at = (
                at,
                max((event_log.free_time(connection, card, at, self._aliases) for card, _ in cards), default=at),
            )
        return at

    def undo(self) -> tuple[LoggedEvent, ...]:
        """Voids what this machine recorded last: an event, or all those of a command on many cards. Raises NothingToUndo,
        StoreError.
        """
        with self._write() as connection:
            events = last_recorded.last_own_events(connection, self._machine)
            if not events:
                raise NothingToUndo
            return self._void_all(connection, events)

    def set_goal(self, name: str, aim: Aim | None, now: int) -> Event:
        """Sets the goal of this name, or drops it (None). Raises BadInput if the one in force is dated far ahead of the clock,
        because it would stay in force; StoreError.
        """
        with self._write() as connection:
            last = in_force.goal_since(connection, name)
            if last > now + _HOUR:
                raise BadInput(
                    "the computer's time",
                    utc_text(now),
                    f"later than that of the goal {name}, {utc_text(last)} (set the clock, or use another --name)",
                )
            at = self._instant(connection, [(name, CardState(as_of=last))], now)
            event = Event(name, at, self._day(now), EventSource.SRS, self._machine, Goal(aim))
            event_log.insert_event(connection, event)
            return event

    def rehearse(self, note: str, rehearsal: Rehearsal, now: int) -> Event:
        """Records that the note was told. Raises StoreError."""
        with self._write() as connection:
            note = self._aliases.note(note)
            at = event_log.free_time(connection, note, now, self._aliases)
            event = Event(note, at, self._day(now), EventSource.SRS, self._machine, rehearsal)
            event_log.insert_event(connection, event)
            return event

    def set_parameters(self, parameters: Parameters, due: Mapping[str, date], now: int) -> list[Event]:
        """Records the parameters, and new due dates of reviews, at one instant, so that one `undo` takes all of it back;
        replays every card. A card that was answered after `now` keeps its due date. Raises StoreError.
        """
        with self._write() as connection:
            return self.insert_parameters(connection, parameters, due, now)

    def insert_parameters(
        self, connection: sqlite3.Connection, parameters: Parameters, due: Mapping[str, date], now: int
    ) -> list[Event]:
        """As `set_parameters`, inside a transaction."""
        self.refresh()
        found = self._movable(connection, due, now)
        before = CardState(as_of=in_force.parameters_since(connection))
        at, day = self._instant(connection, [("", before), *found], now), self._day(now)
        whats: list[tuple[str, What]] = [("", parameters)]
        whats += [(card, _move_to(due[card], day)) for card, _ in found]
        events = [Event(subject, at, day, EventSource.SRS, self._machine, what) for subject, what in whats]
        for event in events:
            event_log.insert_event(connection, event)
        replay_all(connection, self.collection.watch)
        return events

    def move_reviews(self, due: Mapping[str, date], now: int, planned: Break | None = None) -> list[Event]:
        """Records new due dates of reviews, and the break that they make room for, as `set_parameters` does. Raises StoreError."""
        with self._write() as connection:
            found = self._movable(connection, due, now)
            at, day = self._instant(connection, [("", UNSEEN), *found], now), self._day(now)
            events = [Event("", at, day, EventSource.SRS, self._machine, planned)] if planned else []
            for event in events:
                event_log.insert_event(connection, event)
            for card, state in found:
                events.append(self._record_at(connection, card, state, _move_to(due[card], day), now, at).event)
            self._seen = (-1, -1)  # a break is read by `refresh`
            return events

    def _movable(self, connection: sqlite3.Connection, cards: Iterable[str], now: int) -> list[tuple[str, CardState]]:
        """The cards with their states, but for those with an event after `now`, which stays the last."""
        return [(card, state) for card in cards if (state := states.get(connection, card)).as_of <= now]

    def undo_last(self, what: type[Parameters | Break]) -> tuple[LoggedEvent, ...]:
        """Voids the parameters, or the break, that this machine recorded last, and the due dates that were set with them.
        Raises NothingToUndo, StoreError.
        """
        with self._write() as connection:
            events = last_recorded.last_own_of(connection, self._machine, what)
            if not events:
                raise NothingToUndo(what.name)
            return self._void_all(connection, events)

    def _void_all(self, connection: sqlite3.Connection, events: Sequence[Event]) -> tuple[LoggedEvent, ...]:
        if isinstance(events[-1].what, Parameters):
            for event in events:
                event_log.insert_void(connection, Void(event.subject, event.at))
            replay_all(connection, self.collection.watch)
        else:
            for event in events:
                self._void(connection, event)
        return tuple(LoggedEvent(event, voided=True) for event in reversed(events))

    def _void(self, connection: sqlite3.Connection, event: Event) -> None:
        before = self._aliases
        event_log.insert_void(connection, Void(event.subject, event.at))
        if isinstance(event.what, Relinked):
            replay_relinked(connection, before)
        elif not isinstance(event.what, Distinct | Goal | Break | Rehearsal):
            card = before.card(event.subject)
            states.put(connection, card, self._replayed(connection, card))

    def _record(self, connection: sqlite3.Connection, card: str, state: CardState, what: What, now: int) -> Recorded:
        # a clock that is a little behind the card's last event is taken to be late; further back, it is believed
        late = not _is_clock_behind(state, now) and now <= state.as_of
        at = event_log.free_time(connection, card, state.as_of + 1 if late else now, self._aliases)
        return self._record_at(connection, card, state, what, now, at)

    def _record_at(
        self, connection: sqlite3.Connection, card: str, state: CardState, what: What, now: int, at: int
    ) -> Recorded:
        event = Event(card, at, self._day(now), EventSource.SRS, self._machine, what)
        event_log.insert_event(connection, event)
        in_order = at > state.as_of
        after = self._scheduler(card).apply(state, event) if in_order else self._replayed(connection, card)
        states.put(connection, card, after)
        self._load.update(state, after)
        self._days_ahead = None
        self._seen = self.version, connection.total_changes  # nothing of this is what `refresh` reads
        return Recorded(event, after)

    def _replayed(self, connection: sqlite3.Connection, card: str) -> CardState:
        return self._scheduler(card).replay(event_log.card_events(connection, card, self._aliases))


def _move_to(due: date, day: date) -> Rescheduled:
    return Rescheduled(max((due - day).days, 0))


def _is_clock_behind(state: CardState, now: int) -> bool:
    """Whether the clock is more than an hour behind the card's last event."""
    return now < state.as_of - _HOUR


def _time_until_due(phase: Phase, now: int, day: date) -> Next:
    """The interval from `now` to when the card is due."""
    match phase:
        case New():
            return Days(0)
        case Scheduled(due=due) | Review(due=due):
            return Days(max((due - day).days, 0))
        case Learning(step=step, due=due) | Relearning(step=step, due=due):
            return Step(isinstance(phase, Relearning), step, max(due - now, 0) // 1000)
        case _:
            assert_never(phase)
