"""Preview and replay: the four outcomes of an answer, and what a card's events amount to.

The memory is FSRS-6 as `fsrs` defines it, on study-day time: two answers are as many days apart as their study days,
never below 0, whatever the wall clock says. So it equals Anki's (and fsrs-rs') for the same ratings and days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from hashlib import blake2b
from typing import NamedTuple, assert_never

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

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
)
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
    Rescheduled,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
)
from srs.core.event_row import Replayed
from srs.core.settings import Settings
from srs.scheduling import fsrs6

DEFAULT = Parameters(model="FSRS-6", values=DEFAULT_PARAMETERS)

_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)  # any instant does
_BY_NUMBER = {rating.value: fsrs.Rating(rating.value) for rating in Rating}
_IN_STEPS: Mapping[str, type[Learning | Relearning]] = {"learning": Learning, "relearning": Relearning}


class Terms(NamedTuple):
    """What an answer is worked out under: with the card, its state and the day, that is all the outcomes depend on.

    Steps are seconds, the retention is a probability, the interval days.
    """

    parameters: Parameters
    learning_steps: tuple[int, ...]
    relearning_steps: tuple[int, ...]
    desired_retention: float
    maximum_interval: int

    @classmethod
    def of(cls, settings: Settings, parameters: Parameters) -> "Terms":
        """`settings` are those of the card's deck."""
        return cls(
            parameters,
            settings.learning_steps,
            settings.relearning_steps,
            settings.desired_retention,
            settings.maximum_interval,
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What each rating of `card` would lead to on the study day `day` under `terms`; `state` is the card's.

    `outcomes` are what the answer will record. Where the clock is `behind` the card's last event, that event stays the
    last, and what then comes of the card is in `filed`.
    """

    card: str
    state: CardState
    day: date
    terms: Terms
    outcomes: Mapping[Rating, Next]
    behind: bool = False
    filed: Mapping[Rating, Next] = field(default_factory=dict, compare=False)  # steps are relative to a moment

    @property
    def promises(self) -> Mapping[Rating, Next]:
        """What the buttons say."""
        return self.filed if self.behind else self.outcomes


class Scheduler:
    """Holds no state of a card: everything comes in as an argument."""

    def __init__(self, settings: Settings, parameters: Parameters = DEFAULT) -> None:
        """Raises ValueError if a parameter is out of the bounds that `fsrs` sets."""
        self.terms = terms = Terms.of(settings, parameters)
        self._fsrs = fsrs.Scheduler(
            parameters=parameters.values,
            learning_steps=[timedelta(seconds=seconds) for seconds in terms.learning_steps],
            relearning_steps=[timedelta(seconds=seconds) for seconds in terms.relearning_steps],
            enable_fuzzing=False,  # it draws from the global random state; see `fuzzed`
        )
        self._first, self._following = fsrs6.memory(parameters.values)
        self._interval = fsrs6.interval(parameters.values, terms.desired_retention)

    def preview(self, card: str, state: CardState, day: date) -> Preview:
        """All four outcomes, fuzz included: what a button promises is what `Answered` will record."""
        outcomes: dict[Rating, Next] = {}
        for rating in Rating:
            after = self._scheduled(state.phase, rating)
            if after.state == fsrs.State.Review:
                stability = self._remembered(state.phase, rating, day).stability
                days, longest = self._interval(stability), self.terms.maximum_interval
                outcomes[rating] = Days(fuzzed(min(days, longest), card, state.reps, longest))
            else:
                assert after.step is not None
                relearning = after.state == fsrs.State.Relearning
                outcomes[rating] = Step(relearning, after.step, round((after.due - _NOON).total_seconds()))
        return Preview(card, state, day, self.terms, outcomes)

    def replay(self, events: Iterable[Event]) -> CardState:
        """Folds a card's counted events, oldest first."""
        return reduce(self.apply, events, UNSEEN)

    def apply(self, state: CardState, event: Event) -> CardState:
        """The state after one more event. Settings have no part in it, only the parameters."""
        if isinstance(event.what, Answered):
            return self._answered(state, event.what, event)
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
            case Rescheduled(days):
                return replace(state, phase=_moved(state.phase, days, event.day))
            case Flagged():
                return replace(state, flagged=True)
            case Unflagged():
                return replace(state, flagged=False)
            case Softened(factor):
                return replace(state, phase=_softened(state.phase, factor))
            case Crammed() | Relinked() | Distinct() | Parameters():
                return state
            case what:
                assert_never(what)

    def answers(self, state: CardState, rows: Iterable[Replayed]) -> CardState:
        """As `apply` of each answer, oldest first, from the rows of the log and without the values in between: a large
        log's replay spends its time here.
        """
        again, at = Rating.AGAIN.value, None
        phase, reps, lapses, introduced, reviewed = (
            state.phase,
            state.reps,
            state.lapses,
            state.introduced,
            state.reviewed,
        )
        unknown, in_review = isinstance(phase, WithoutMemory), isinstance(phase, InReview)
        if not isinstance(phase, WithoutMemory):
            stability, difficulty, last_day = phase.memory.stability, phase.memory.difficulty, phase.last_day
        for _, at, text, _, rating, led_to, step, interval, _ in rows:  # noqa: B007 - the last ones are used
            day = date.fromisoformat(text)
            if unknown:
                stability, difficulty = self._first(rating)
                unknown, last_day = False, day
                introduced = introduced if in_review else day
            else:
                elapsed = (day - last_day).days
                if elapsed > 0:
                    last_day = day
                stability, difficulty = self._following(stability, difficulty, elapsed, rating)
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

    def difficulty(self, before: float | None, rating: Rating) -> float:
        """What an answer makes of the difficulty `before` it (None of a new card): nothing else has a part in that."""
        phase = New() if before is None else Review(Memory(1.0, before), 0, _NOON.date(), 1, _NOON.date())
        return self._remembered(phase, rating, _NOON.date()).difficulty

    def _answered(self, state: CardState, what: Answered, event: Event) -> CardState:
        """Made whole, not by `replace`: a replay of a large log spends its time here."""
        before, day, rating = state.phase, event.day, what.rating
        first, reviewed = isinstance(before, New), isinstance(before, InReview)
        return CardState(
            self._after(before, rating, what.led_to, event.at, day),
            state.reps + 1,
            state.lapses + (reviewed and rating == Rating.AGAIN),
            day if first else state.introduced,
            day if reviewed else state.reviewed,
            state.suspended,
            state.flagged,
            state.buried,
            event.at,
        )

    def _after(self, phase: Phase, rating: Rating, led_to: Next, at: int, day: date) -> Phase:
        memory = self._remembered(phase, rating, day)
        counted = day if isinstance(phase, WithoutMemory) else max(day, phase.last_day)
        if isinstance(led_to, Days):
            return Review(memory, at, counted, led_to.days, due=day + timedelta(days=led_to.days))
        return (Relearning if led_to.relearning else Learning)(memory, at, counted, led_to.step, led_to.seconds)

    def _remembered(self, phase: Phase, rating: Rating, day: date) -> Memory:
        if isinstance(phase, WithoutMemory):
            return Memory(*self._first(rating.value))
        elapsed = (day - phase.last_day).days
        return Memory(*self._following(phase.memory.stability, phase.memory.difficulty, elapsed, rating.value))

    def _scheduled(self, phase: Phase, rating: Rating) -> fsrs.Card:
        """The state and the step to which `fsrs` brings the card, and when a step is due, counted from `_NOON`. They depend
        on neither the memory nor the day; of the memory `fsrs` knows no upper bound, so that is not looked at here.
        """
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
        card.stability = card.difficulty = 1.0
        card.last_review = _NOON
        return self._fsrs.review_card(card, _BY_NUMBER[rating], _NOON)[0]


def accepts(parameters: Parameters) -> bool:
    """Whether replays can use them: the model is the one known here, and every value is within its bounds."""
    if parameters.model != DEFAULT.model:
        return False
    try:
        fsrs.Scheduler(parameters=parameters.values)
    except ValueError:
        return False
    return True


def fuzzed(days: int, card: str, reps: int, maximum: int) -> int:
    """Spreads an interval over the range that `fsrs` and Anki allow for it, the same way for the same card and reps.

    All four buttons of one question share the draw, so that a better rating never promises less. From 2.5 days on the
    range is ±1 day, and 15 % of what lies below 7 days, 10 % below 20, 5 % above (Anki's and `fsrs`' ranges).
    """
    if days < 3:
        return days
    spread = 1.0
    for start, end, share in ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05)):
        spread += share * max(min(float(days), end) - start, 0.0)
    high = min(round(days + spread), maximum)
    low = min(round(days - spread), high)
    digest = blake2b(f"{card}\0{reps}".encode(), digest_size=4).digest()
    return low + int.from_bytes(digest, "big") * (high - low + 1) // 2**32


def _moved(phase: Phase, days: int, day: date) -> Phase:
    due = day + timedelta(days=days)
    if isinstance(phase, WithoutMemory):
        return Scheduled(days, due)
    return Review(phase.memory, phase.last_at, phase.last_day, days, due)


def _softened(phase: Phase, factor: float) -> Phase:
    if isinstance(phase, WithoutMemory):
        return phase
    stability = max(
        phase.memory.stability * factor, fsrs6.LEAST_STABLE
    )  # below it, `fsrs` would divide by zero in the end
    return replace(phase, memory=replace(phase.memory, stability=stability))
