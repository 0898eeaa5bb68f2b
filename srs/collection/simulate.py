"""Forecasts from the learner's own cards, answers and settings."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import product
from statistics import median

from srs.collection import Collection
from srs.core.card_state import UNSEEN, New, Phase, Review, Scheduled
from srs.core.deck_names import is_in_deck
from srs.core.event import Rating
from srs.core.settings import Limits
from srs.database import due_cards, states
from srs.log import event_log
from srs.log.event_log import LogEntry
from srs.log.histories import read_histories
from srs.log.processes import map_chunks
from srs.log.replay import current_parameters
from srs.scheduling import simulate
from srs.scheduling.fit import calibration
from srs.scheduling.simulate import Day, Forecast, Habits, SimulatedCard, SimulatedDeck, Situation

SEEDS = 10
MOST_CARDS = 10_000  # more are sampled: so many take a quarter of a second for each seed and retention of a year
ENOUGH_TIMED = 50  # answers, from which their times are used

_ENOUGH_AGAIN = 10  # timed answers rated Again, from which they have a time of their own
_SECONDS = 8.0  # for an answer, where the log does not say
_AGAIN_TAKES = 2  # times as long, where the log does not say
_PRIOR = 50  # answers that the usual shares count as
_FIRST = (0.24, 0.09, 0.5, 0.17)  # Again, Hard, Good, Easy of first answers: of Anki's learners, as in fsrs-rs
_RECALLED = (0.22, 0.63, 0.15)  # Hard, Good, Easy of recalled reviews, likewise
_MANY = 500  # cards, from which on several processes save time


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """What the log says of answers: by rating, first ones and recalled reviews; seconds of those that were timed, for Again
    and for the others.
    """

    first: Mapping[int, int]
    recalled: Mapping[int, int]
    again: Sequence[float]
    others: Sequence[float]

    @property
    def timed(self) -> int:
        return len(self.again) + len(self.others)

    @property
    def has_times(self) -> bool:
        """Whether so many answers were timed that their times are used."""
        return self.timed >= ENOUGH_TIMED and bool(self.others)


@dataclass(frozen=True, slots=True)
class Simulation:
    """The forecasts, and what they are based on. `timed` is how many answers the times are from, 0 if they are assumed;
    one card in `sampled` was simulated. `caveats` are sentences on what makes the forecasts uncertain.
    """

    day: date
    days: int
    forecasts: Sequence[Forecast]
    cards: int
    seen: int
    known: float
    habits: Habits
    timed: int
    sampled: int
    desired_retention: float
    caveats: Sequence[str] = ()

    @property
    def best(self) -> Forecast | None:
        return simulate.best(self.forecasts)


def simulate_collection(
    collection: Collection, now: int, names: Sequence[str], days: int, retentions: Iterable[float], seeds: int = SEEDS
) -> Simulation:
    """What the decks named as `deck_names` does lead to in so many days from today on, at each retention."""
    day = collection.calendar.day(now)
    counts = _count_answers(collection, names)
    situation = read_situation(collection, day, names, habits(counts))
    reachable = simulate.without_unreachable(situation, days)
    sample, scale = simulate.stratified_sample(reachable, MOST_CARDS)
    runs = _run(collection, sample, days, retentions, seeds)
    return Simulation(
        day=day,
        days=days,
        forecasts=[simulate.summarize(retention, of_seeds, scale) for retention, of_seeds in runs.items()],
        cards=situation.size,
        seen=len(situation.cards),
        known=situation.known,
        habits=situation.habits,
        timed=counts.timed if counts.has_times else 0,
        sampled=scale,
        desired_retention=collection.settings.desired_retention,
        caveats=tuple(_caveats(collection, now)),
    )


def _caveats(collection: Collection, now: int) -> Iterator[str]:
    """Where the model is off for this learner."""
    connection = collection.store.connection
    found = calibration(read_histories(connection, now).cards, current_parameters(connection).values)
    if found.is_off:
        hopeful = "too hopeful" if found.recalled < found.expected else "too cautious"
        yield (
            f"Of your last {found.reviews} reviews you recalled {100 * found.recalled:.0f} %, where FSRS expected"
            f" {100 * found.expected:.0f} %: these forecasts are {hopeful}. To fit FSRS to you: srs optimize"
        )


def _run(
    collection: Collection, situation: Situation, days: int, retentions: Iterable[float], seeds: int
) -> dict[float, list[list[Day]]]:
    """The runs of each retention; those of one seed draw the same numbers."""
    work = [*product(retentions, range(seeds))]
    runs = defaultdict[float, list[list[Day]]](list)
    many = situation.size >= _MANY
    with (
        collection.watch("Simulating", len(work)) as done,
        closing(map_chunks(partial(_simulate, situation, days), work, parallel=many)) as results,
    ):
        for (retention, _), run in zip(work, results, strict=True):
            runs[retention].append(run)
            done(1)
    return runs


def _simulate(situation: Situation, days: int, work: tuple[float, int]) -> list[Day]:
    retention, seed = work
    return simulate.simulate(situation, retention, days, seed)


def read_situation(collection: Collection, day: date, names: Sequence[str], habits: Habits) -> Situation:
    """The cards of these decks as they are on the study day; suspended ones are left out."""
    connection, folder = collection.store.connection, collection.folder_id
    number = {name: n for n, name in enumerate(names)}
    known, unseen = states.get_all(connection), Counter[str]()
    cards = list[SimulatedCard]()
    # buried cards come back after their day
    for key, _, deck, _ in due_cards.available_cards(connection, folder, names, day + timedelta(days=1)):
        state = known.get(key, UNSEEN)
        if isinstance(state.phase, New):
            unseen[deck] += 1
        else:
            card = _simulated(collection, number[deck], state.phase, day)
            cards.append(card._replace(due=max(card.due, 1)) if state.is_buried(day) else card)
    settings, done = collection.settings, due_cards.count_answered(connection, folder, day)
    limits = [("", settings.limits), *((deck, own.limits) for deck, own in settings.decks.items())]
    new, reviews = (_limits(limits, place, names, {deck: n[place] for deck, n in done.items()}) for place in (0, 1))
    decks = []
    for name in names:
        own = settings.for_deck(name)
        steps = bool(own.learning_steps), bool(own.relearning_steps)
        decks.append(SimulatedDeck(unseen[name], own.maximum_interval, *steps, new.of[name], reviews.of[name]))
    parameters = current_parameters(connection).values
    return Situation(cards, decks, habits, parameters, new.limits, reviews.limits, new.done, reviews.done)


def _simulated(collection: Collection, deck: int, phase: Phase, day: date) -> SimulatedCard:
    if isinstance(phase, New | Scheduled):
        return SimulatedCard(deck, 0.0, 0.0, 0, (phase.due - day).days if isinstance(phase, Scheduled) else 0)
    due = phase.due if isinstance(phase, Review) else collection.calendar.day(phase.due)
    last_day = min((phase.last_day - day).days, 0)  # the clock may be behind
    return SimulatedCard(deck, phase.memory.stability, phase.memory.difficulty, last_day, (due - day).days)


@dataclass(frozen=True, slots=True)
class _Limits:
    """The limits of one kind, those that hold for each deck, and what of each was used today."""

    limits: Sequence[float]
    of: Mapping[str, tuple[int, ...]]
    done: Mapping[int, float]


def _limits(limits: Iterable[tuple[str, Limits]], place: int, names: Iterable[str], done: Mapping[str, int]) -> _Limits:
    kept = [(deck, most) for deck, both in limits if (most := both[place]) is not None]

    def of(name: str) -> tuple[int, ...]:
        return tuple(n for n, (deck, _) in enumerate(kept) if not deck or is_in_deck(name, deck))

    used = Counter[int]()
    for name, count in done.items():
        for limit in of(name):
            used[limit] += count
    return _Limits([float(most) for _, most in kept], {name: of(name) for name in names}, used)


def _count_answers(collection: Collection, names: Sequence[str]) -> AnswerCounts:
    """The answers of these decks' cards, or of all if too few of those were timed."""
    connection, wanted = collection.store.connection, set(names)
    cards = {card for card, deck in due_cards.cards_in_order(connection, collection.folder_id) if deck in wanted}
    own = count_answers(entry for entry in event_log.log_entries(connection) if entry[0] in cards)
    return own if own.has_times else count_answers(event_log.log_entries(connection))


def count_answers(entries: Iterable[LogEntry]) -> AnswerCounts:
    """The answers among entries of the log, oldest first."""
    first, recalled = Counter[int](), Counter[int]()
    times: tuple[list[float], list[float]] = ([], [])
    state = dict[str, str]()
    for card, _, what, rating, duration_ms, led_to, _ in entries:
        if what == "forgot":
            state.pop(card, None)
        elif what == "rescheduled" and card in state:
            state[card] = "review"
        elif what == "answered":
            before = state.get(card)
            if before is None:
                first[rating] += 1
            elif before == "review" and rating > Rating.AGAIN:
                recalled[rating] += 1
            state[card] = led_to
            if duration_ms > 0:  # 0 where nobody looked at a clock
                times[rating > Rating.AGAIN].append(duration_ms / 1000)
    return AnswerCounts(first, recalled, *times)


def habits(counts: AnswerCounts) -> Habits:
    """How the learner answers; where answers are few, as learners usually do."""
    again, hard, good, easy = (_share(counts.first, rating, _FIRST[rating - 1]) for rating in range(1, 5))
    recalled = (_share(counts.recalled, rating, _RECALLED[rating - 2]) for rating in range(2, 5))
    seconds = median(counts.others) if counts.has_times else _SECONDS
    own_again = counts.has_times and len(counts.again) >= _ENOUGH_AGAIN
    of_again = median(counts.again) if own_again else seconds * _AGAIN_TAKES
    return Habits((again, hard, good, easy), tuple(recalled), of_again, seconds)  # type: ignore[arg-type]


def _share(counts: Mapping[int, int], rating: int, usual: float) -> float:
    return (counts.get(rating, 0) + _PRIOR * usual) / (sum(counts.values()) + _PRIOR)
