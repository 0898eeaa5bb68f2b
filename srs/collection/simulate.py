"""Forecasts from the learner's own cards, answers and settings."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import product

from srs.collection import Collection
from srs.collection.caveats import model_caveats
from srs.collection.habits import AnswerCounts, count_answers, habits
from srs.core.card_state import UNSEEN, New, Phase, Review, Scheduled
from srs.core.deck_names import is_in_deck
from srs.core.settings import Limits
from srs.database import due_cards, states
from srs.log import event_log
from srs.log.processes import map_chunks
from srs.log.replay import current_parameters
from srs.scheduling import simulate
from srs.scheduling.simulate import Day, Forecast, Habits, SimulatedCard, SimulatedDeck, Situation

SEEDS = 10
MOST_CARDS = 10_000  # more are sampled: so many take a quarter of a second for each seed and retention of a year
_MANY = 500  # cards, from which on several processes save time


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
        caveats=tuple(model_caveats(collection, now)),
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
