"""Preview and replay: the four outcomes of an answer, and the state that follows from a card's events.

The memory is FSRS-6 as `fsrs` defines it, on study-day time: two answers are as many days apart as their study days,
never below 0, whatever the wall clock says. So it equals Anki's (and fsrs-rs') for the same ratings and days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import NamedTuple, assert_never

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from srs.core.card_state import (
    UNSEEN,
    CardState,
    InReview,
    Learning,
    Memory,
    New,
    Phase,
    Relearning,
    Review,
    Scheduled,
    WithoutMemory,
    state_name,
)
from srs.core.event import (
    Answered,
    Break,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    Flagged,
    Forgot,
    GivenMemory,
    Goal,
    Next,
    Parameters,
    Rating,
    Rehearsal,
    Relinked,
    Rescheduled,
    Sm2Memory,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
)
from srs.core.event_row import ReplayRow, given_from_text
from srs.core.settings import Settings
from srs.scheduling import fsrs6
from srs.scheduling.even_days import EMPTY_DAYS, DaysAhead, StudyTime, choose_intervals, days_in_reach

DEFAULT = Parameters(model="FSRS-6", values=DEFAULT_PARAMETERS)

_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)  # any instant does
_BY_NUMBER = {rating.value: fsrs.Rating(rating.value) for rating in Rating}
_IN_STEPS: Mapping[str, type[Learning | Relearning]] = {"learning": Learning, "relearning": Relearning}


class DeckOptions(NamedTuple):
    """The settings of a deck that its cards are scheduled by: steps in seconds, the retention as a probability, the
    interval in days.
    """

    learning_steps: tuple[int, ...]
    relearning_steps: tuple[int, ...]
    desired_retention: float
    maximum_interval: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "DeckOptions":
        return cls(
            settings.learning_steps,
            settings.relearning_steps,
            settings.desired_retention,
            settings.maximum_interval,
        )


@dataclass(frozen=True, slots=True)
class PreviewInputs:
    """All that a preview depends on: equal inputs make equal previews."""

    card: str
    state: CardState
    day: date
    options: DeckOptions
    parameters: Parameters
    ahead: DaysAhead = EMPTY_DAYS


@dataclass(frozen=True, slots=True)
class Preview:
    """What each rating would lead to: `outcomes` are what the answer records.

    With `clock_behind`, the card's last event lies after the clock's time and stays the last: `late_outcomes` are when
    the card is due then.
    """

    inputs: PreviewInputs
    outcomes: Mapping[Rating, Next]
    clock_behind: bool = False
    late_outcomes: Mapping[Rating, Next] = field(default_factory=dict, compare=False)  # steps count from a moment

    @property
    def card(self) -> str:
        return self.inputs.card

    @property
    def state(self) -> CardState:
        return self.inputs.state

    @property
    def promises(self) -> Mapping[Rating, Next]:
        """What the buttons say."""
        return self.late_outcomes if self.clock_behind else self.outcomes


class Scheduler:
    """Previews and applies answers under one deck's options and the FSRS parameters."""

    def __init__(self, settings: Settings, parameters: Parameters = DEFAULT) -> None:
        """`settings` are those of the deck. Raises ValueError if a parameter is out of the bounds that `fsrs` sets."""
        self.options = options = DeckOptions.from_settings(settings)
        self.parameters = parameters
        self._fsrs = fsrs.Scheduler(
            parameters=parameters.values,
            learning_steps=[timedelta(seconds=seconds) for seconds in options.learning_steps],
            relearning_steps=[timedelta(seconds=seconds) for seconds in options.relearning_steps],
            enable_fuzzing=False,  # it draws from the global random state; see `choose_intervals`
        )
        self._first_memory, self._following_memory = fsrs6.memory_model(parameters.values)
        self._difficulty_of_ease = fsrs6.ease_model(parameters.values)
        self._interval = fsrs6.interval_model(parameters.values, options.desired_retention)
        self._transitions: dict[tuple[str, int | None], Mapping[Rating, Step | None]] = {}
        self._last_intervals: tuple[tuple[Phase, date], dict[Rating, int]] | None = None

    def inputs(self, card: str, state: CardState, day: date, ahead: DaysAhead = EMPTY_DAYS) -> PreviewInputs:
        return PreviewInputs(card, state, day, self.options, self.parameters, ahead)

    def days_in_reach(self, state: CardState, day: date, time: StudyTime) -> set[int]:
        """The distances of the days whose load the preview looks at."""
        return days_in_reach(self._intervals(state.phase, day).values(), day, self.options.maximum_interval, time)

    def preview(self, card: str, state: CardState, day: date, ahead: DaysAhead = EMPTY_DAYS) -> Preview:
        """All four outcomes, the day within the range included: what a button promises is what `Answered` will record."""
        intervals, longest = self._intervals(state.phase, day), self.options.maximum_interval
        chosen = choose_intervals(list(intervals.values()), card, state.reps, day, longest, ahead)
        days = dict(zip(intervals, chosen, strict=True))
        outcomes: dict[Rating, Next] = {
            rating: Days(days[rating]) if step is None else step
            for rating, step in self._steps_after(state.phase).items()
        }
        return Preview(self.inputs(card, state, day, ahead), outcomes)

    def _intervals(self, phase: Phase, day: date) -> dict[Rating, int]:
        """Days, before the fuzz, of the ratings that lead to a review, in their order."""
        if self._last_intervals is None or self._last_intervals[0] != (phase, day):
            longest, found = self.options.maximum_interval, dict[Rating, int]()
            for rating, step in self._steps_after(phase).items():
                if step is None:
                    found[rating] = min(self._interval(self._next_memory(phase, rating, day).stability), longest)
            self._last_intervals = (phase, day), found
        return self._last_intervals[1]

    def replay(self, events: Iterable[Event]) -> CardState:
        """Folds a card's counted events, oldest first."""
        return reduce(self.apply, events, UNSEEN)

    def apply(self, state: CardState, event: Event) -> CardState:
        """The state after one more event. It depends on the parameters, but not on the settings."""
        if isinstance(event.what, Answered):
            return self._apply_answer(state, event.what, event)
        state = replace(state, as_of=event.at)
        match event.what:
            case Suspended():
                return replace(state, suspended=True)
            case Unsuspended():
                return replace(state, suspended=False)
            case Buried():
                return replace(state, buried=event.day)
            case Forgot():
                return replace(state, phase=New(), reps=0, lapses=0, introduced=None)
            case Rescheduled(days, given) if given and isinstance(state.phase, WithoutMemory):
                due = event.day + timedelta(days=days)
                return replace(state, phase=Review(self.given_memory(given), event.at, event.day, days, due))
            case Rescheduled(days):
                return replace(state, phase=_reschedule(state.phase, days, event.day))
            case Flagged():
                return replace(state, flagged=True)
            case Unflagged():
                return replace(state, flagged=False)
            case Softened(factor):
                return replace(state, phase=_soften(state.phase, factor))
            case Crammed() | Relinked() | Distinct() | Parameters() | Goal() | Break() | Rehearsal():
                return state
            case what:
                assert_never(what)

    def replay_answers(self, state: CardState, rows: Iterable[ReplayRow]) -> CardState:
        """The state after answers, oldest first: as `apply`, but from rows and without the states in between, because the
        replay of a large log spends its time here.
        """
        again, at = Rating.AGAIN.value, None
        phase, reps, lapses, introduced, reviewed = (
            state.phase,
            state.reps,
            state.lapses,
            state.introduced,
            state.reviewed,
        )
        is_new, in_review = isinstance(phase, WithoutMemory), isinstance(phase, InReview)
        if not isinstance(phase, WithoutMemory):
            stability, difficulty, last_day = phase.memory.stability, phase.memory.difficulty, phase.last_day
        for _, at, day_text, _, rating, led_to, step, interval, _, given in rows:  # noqa: B007 - the last ones are used
            day = date.fromisoformat(day_text)
            if given is not None and not _has_been_review(reps, lapses, in_review=in_review):
                memory = self.given_memory(given_from_text(given))
                stability, difficulty = memory.stability, memory.difficulty
                last_day = day if is_new else max(day, last_day)
                introduced = day if is_new and not in_review else introduced
                is_new = False
            elif is_new:
                stability, difficulty = self._first_memory(rating)
                is_new, last_day = False, day
                introduced = introduced if in_review else day
            else:
                elapsed = (day - last_day).days
                if elapsed > 0:
                    last_day = day
                stability, difficulty = self._following_memory(stability, difficulty, elapsed, rating)
            if in_review:
                lapses, reviewed = lapses + (rating == again), day
            in_review = led_to == "review"
            reps += 1
        if at is None:
            return state
        memory = Memory(stability, difficulty)
        if in_review:
            phase = Review(memory, at, last_day, interval, day + timedelta(days=interval))
        else:
            phase = _IN_STEPS[led_to](memory, at, last_day, step, interval)
        return CardState(phase, reps, lapses, introduced, reviewed, state.suspended, state.flagged, state.buried, at)

    def memory_after(self, state: CardState, rating: Rating, day: date) -> Memory:
        """The memory that an answer on the study day leads to."""
        return self._next_memory(state.phase, rating, day)

    def given_memory(self, given: GivenMemory) -> Memory:
        """The memory that was given, under these parameters."""
        stability = min(max(given.stability, fsrs6.MIN_STABILITY), fsrs6.MAX_STABILITY)
        if isinstance(given, Sm2Memory):
            return Memory(stability, self._difficulty_of_ease(stability, given.ease))
        return Memory(stability, given.difficulty)

    def next_difficulty(self, before: float | None, rating: Rating) -> float:
        """The difficulty after an answer, which depends only on the one `before`, None for a new card."""
        phase = New() if before is None else Review(Memory(1.0, before), 0, _NOON.date(), 1, _NOON.date())
        return self._next_memory(phase, rating, _NOON.date()).difficulty

    def _apply_answer(self, state: CardState, what: Answered, event: Event) -> CardState:
        before, day, rating = state.phase, event.day, what.rating
        is_first, is_review = isinstance(before, New), isinstance(before, InReview)
        if what.given and not _has_been_review(state.reps, state.lapses, in_review=is_review):
            memory = self.given_memory(what.given)
        else:
            memory = self._next_memory(before, rating, day)
        return CardState(  # not `replace`: a replay of a large log spends its time here
            self._next_phase(before, memory, what.led_to, event.at, day),
            state.reps + 1,
            state.lapses + (is_review and rating == Rating.AGAIN),
            day if is_first else state.introduced,
            day if is_review else state.reviewed,
            state.suspended,
            state.flagged,
            state.buried,
            event.at,
        )

    def _next_phase(self, phase: Phase, memory: Memory, led_to: Next, at: int, day: date) -> Phase:
        last_day = day if isinstance(phase, WithoutMemory) else max(day, phase.last_day)
        if isinstance(led_to, Days):
            return Review(memory, at, last_day, led_to.days, due=day + timedelta(days=led_to.days))
        return (Relearning if led_to.relearning else Learning)(memory, at, last_day, led_to.step, led_to.seconds)

    def _next_memory(self, phase: Phase, rating: Rating, day: date) -> Memory:
        if isinstance(phase, WithoutMemory):
            return Memory(*self._first_memory(rating.value))
        elapsed = (day - phase.last_day).days
        return Memory(*self._following_memory(phase.memory.stability, phase.memory.difficulty, elapsed, rating.value))

    def _steps_after(self, phase: Phase) -> Mapping[Rating, Step | None]:
        """The step that each rating leads to, None for a review. It depends only on the card's state and step, so `fsrs`
        is asked once for each.
        """
        at = state_name(phase), phase.step if isinstance(phase, Learning | Relearning) else None
        if at not in self._transitions:
            self._transitions[at] = {rating: self._step_after(phase, rating) for rating in Rating}
        return self._transitions[at]

    def _step_after(self, phase: Phase, rating: Rating) -> Step | None:
        card = fsrs.Card(card_id=1, due=_NOON)  # without an id it would sleep and read the clock
        match phase:
            case New():
                pass
            case Learning():
                card.step = phase.step
            case Review() | Scheduled():
                card.state, card.step = fsrs.State.Review, None
            case Relearning():
                card.state, card.step = fsrs.State.Relearning, phase.step
            case _:
                assert_never(phase)
        card.stability = card.difficulty = 1.0  # any memory does
        card.last_review = _NOON
        after, _ = self._fsrs.review_card(card, _BY_NUMBER[rating], _NOON)
        if after.step is None:
            return None
        return Step(after.state == fsrs.State.Relearning, after.step, round((after.due - _NOON).total_seconds()))


def parameter_problem(parameters: Parameters) -> str:
    """Why replays cannot use the parameters: the model is unknown, or their number or values are not its; else empty."""
    if parameters.model != DEFAULT.model:
        return f"the model {parameters.model} is unknown"
    try:
        fsrs.Scheduler(parameters=parameters.values)
    except ValueError:
        values = parameters.values
        if len(values) != len(DEFAULT.values):
            return f"there are {len(values)} parameters; {DEFAULT.model} has {len(DEFAULT.values)}"
        bounds = zip(values, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
        wrong = [
            f"w[{n}] is {v}, not {low} to {high}" for n, (v, low, high) in enumerate(bounds) if not low <= v <= high
        ]
        return "; ".join(wrong)
    return ""


def _has_been_review(reps: int, lapses: int, *, in_review: bool) -> bool:
    """Whether an answer led to a review since the card was new, so that a memory given by a later answer does not count."""
    return reps > 0 and (in_review or lapses > 0)


def _reschedule(phase: Phase, days: int, day: date) -> Phase:
    due = day + timedelta(days=days)
    if isinstance(phase, WithoutMemory):
        return Scheduled(days, due)
    return Review(phase.memory, phase.last_at, phase.last_day, days, due)


def _soften(phase: Phase, factor: float) -> Phase:
    if isinstance(phase, WithoutMemory):
        return phase
    # below the minimum, `fsrs` would divide by zero in the end
    stability = max(phase.memory.stability * factor, fsrs6.MIN_STABILITY)
    return replace(phase, memory=replace(phase.memory, stability=stability))
