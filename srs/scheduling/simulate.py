"""Simulates the days to come: what a desired retention costs, and what is known for it.

Memory, intervals and their fuzz are those of the scheduler. Left out: the steps (whoever has them is asked once more on the
same day, and rates Good), siblings, leeches, and decks that wait for others.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate
from random import Random  # noqa: TID251 - a generator of its own for each seed, never the global one
from typing import NamedTuple

from srs.scheduling import fsrs6
from srs.scheduling.fuzz import fuzz_range

_AGAIN, _GOOD, _EASY = 1, 3, 4
_POINTS = 30  # days of a run on which the known cards are counted: that takes as long as their reviews


class SimulatedCard(NamedTuple):
    """A card that was answered, or whose due date was set. Days count from the first one that is simulated, 0.

    Without a memory yet, the stability is 0. Stability is in days, difficulty from 1 to 10; `last_day` is 0 or earlier.
    """

    deck: int
    stability: float
    difficulty: float
    last_day: int
    due: int


class SimulatedDeck(NamedTuple):
    """What of a deck's settings counts here. `new_limits` and `review_limits` say which limits hold for its cards, by their
    places in those of the situation.
    """

    unseen: int
    maximum_interval: int
    learning_steps: bool
    relearning_steps: bool
    new_limits: tuple[int, ...] = ()
    review_limits: tuple[int, ...] = ()


class Habits(NamedTuple):
    """How the learner answers: shares of the four ratings of first answers, and of Hard, Good and Easy among recalled
    reviews; seconds for an answer that is Again, and for another one.
    """

    first: tuple[float, float, float, float]
    recalled: tuple[float, float, float]
    seconds_again: float
    seconds_recalled: float


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a simulation starts from. Limits are cards a day; `new_done` and `reviews_done` is what of each was used on the
    first day already.
    """

    cards: Sequence[SimulatedCard]
    decks: Sequence[SimulatedDeck]
    habits: Habits
    parameters: Sequence[float]
    new_limits: Sequence[float] = ()
    review_limits: Sequence[float] = ()
    new_done: Mapping[int, float] = field(default_factory=dict)
    reviews_done: Mapping[int, float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.cards) + sum(deck.unseen for deck in self.decks)

    @property
    def known(self) -> float:
        """How many of the cards would be recalled today, expected."""
        recall = fsrs6.recall_model(self.parameters)
        return sum(recall(card.stability, -card.last_day) for card in self.cards if card.stability)


class Day(NamedTuple):
    """One simulated day: cards introduced, reviews answered, seconds for both, and the expected number of cards that would be
    recalled at its end, None where it was not counted.
    """

    new: float
    reviews: float
    seconds: float
    known: float | None


def without_unreachable(situation: Situation, days: int) -> Situation:
    """The same without the new cards that the limits keep from being introduced in so many days."""

    def reachable(deck: SimulatedDeck) -> SimulatedDeck:
        most = min((situation.new_limits[limit] for limit in deck.new_limits), default=float(deck.unseen))
        return deck._replace(unseen=int(min(deck.unseen, most * days)))

    return replace(situation, decks=[*map(reachable, situation.decks)])


def stratified_sample(situation: Situation, most: int) -> tuple[Situation, int]:
    """Every n-th card, in the order of deck and stability, so that about `most` are left, and n. The limits shrink alike."""
    every = -(-situation.size // most)
    if every <= 1:
        return situation, 1
    middle = every // 2
    return replace(
        situation,
        cards=sorted(situation.cards)[middle::every],
        decks=[deck._replace(unseen=(deck.unseen + middle) // every) for deck in situation.decks],
        new_limits=[limit / every for limit in situation.new_limits],
        review_limits=[limit / every for limit in situation.review_limits],
        new_done={limit: done / every for limit, done in situation.new_done.items()},
        reviews_done={limit: done / every for limit, done in situation.reviews_done.items()},
    ), every


def simulate(situation: Situation, retention: float, days: int, seed: int) -> list[Day]:
    """So many days of reviews at a desired retention (0 to 1). The same seed gives the same days."""
    run = _Run(situation, retention, days, Random(seed))  # noqa: S311 - not for secrets
    every = -(-days // _POINTS)
    return [run.live(day, count=(days - 1 - day) % every == 0) for day in range(days)]


def known_on(situation: Situation, retention: float, days: int, seed: int) -> float:
    """How many cards would be recalled, expected, on the morning after so many days of reviews."""
    run = _Run(situation, retention, days, Random(seed))  # noqa: S311 - not for secrets
    for day in range(days):
        run.live(day, count=False)
    return run.known(days)


class _Limits:
    """What is left of a day's limits. Limits of a sample are fractions: what a day leaves of one is added to the next."""

    def __init__(self, limits: Sequence[float], day: int, done: Mapping[int, float]) -> None:
        self._left = [int(most * (day + 1)) - int(most * day) - done.get(n, 0) for n, most in enumerate(limits)]

    def spend(self, limits: tuple[int, ...]) -> bool:
        """Counts a card; False if one of its limits is used up."""
        if any(self._left[limit] < 1 for limit in limits):
            return False
        for limit in limits:
            self._left[limit] -= 1
        return True


class _Run:
    """The cards on their way through the days: lists by the number of a card, because the time is spent here."""

    def __init__(self, situation: Situation, retention: float, days: int, random: Random) -> None:
        self._situation, self._days, self._random = situation, days, random
        self._first_memory, self._next_memory = fsrs6.memory_model(situation.parameters)
        self._recall = fsrs6.recall_model(situation.parameters)
        self._interval = fsrs6.interval_model(situation.parameters, retention)
        self._first_ratings = [*accumulate(situation.habits.first)]
        self._recalled = [*accumulate(situation.habits.recalled)]
        self._fuzz = lru_cache(maxsize=None)(fuzz_range)
        self._deck = [card.deck for card in situation.cards]
        self._stability = [card.stability for card in situation.cards]
        self._difficulty = [card.difficulty for card in situation.cards]
        self._last_day = [card.last_day for card in situation.cards]
        self._unseen = [deck.unseen for deck in situation.decks]
        self._waiting = deque[int]()  # reviews that a limit has put off
        self._due: list[list[int]] = [[] for _ in range(days)]
        for number, card in sorted(enumerate(situation.cards), key=lambda item: item[1].due):
            if card.due < days:
                self._due[max(card.due, 0)].append(number)
        self.seconds = 0.0

    def live(self, day: int, *, count: bool) -> Day:
        """Answers what the limits of the day allow."""
        self.seconds = 0.0
        reviews = new = 0
        for number in self._reviews(day):
            self._answer(number, day)
            reviews += 1
        for deck in self._introduced(day):
            self._deck.append(deck)
            self._stability.append(0.0)
            self._difficulty.append(0.0)
            self._last_day.append(day)
            self._answer(len(self._deck) - 1, day)
            new += 1
        return Day(new, reviews, self.seconds, self.known(day) if count else None)

    def _reviews(self, day: int) -> Iterator[int]:
        """Longest due first, those of one day in random order, as in the queue."""
        due = self._due[day]
        if not self._situation.review_limits:
            yield from due
            return
        limits = _Limits(self._situation.review_limits, day, {} if day else self._situation.reviews_done)
        if day:
            self._random.shuffle(due)
        self._waiting.extend(due)
        for _ in range(len(self._waiting)):
            number = self._waiting.popleft()
            if limits.spend(self._situation.decks[self._deck[number]].review_limits):
                yield number
            else:
                self._waiting.append(number)

    def _introduced(self, day: int) -> Iterator[int]:
        """The decks of the new cards: one of each deck in turn, as in the queue."""
        limits = _Limits(self._situation.new_limits, day, {} if day else self._situation.new_done)
        decks = [*range(len(self._unseen))]
        while decks := [n for n in decks if self._unseen[n] and limits.spend(self._situation.decks[n].new_limits)]:
            for deck in decks:
                self._unseen[deck] -= 1
                yield deck

    def _answer(self, number: int, day: int) -> None:
        """Asks a card, again on the same day if it has steps to go through, and finds its next day."""
        deck, stability = self._situation.decks[self._deck[number]], self._stability[number]
        if stability:
            elapsed = day - self._last_day[number]
            recalled = self._random.random() < self._recall(stability, elapsed)
            rating = 2 + self._draw(self._recalled) if recalled else _AGAIN
            memory = self._next_memory(stability, self._difficulty[number], elapsed, rating)
            once_more = deck.relearning_steps and not recalled
        else:
            rating = 1 + self._draw(self._first_ratings)
            memory = self._first_memory(rating)
            once_more = deck.learning_steps and rating < _EASY
        habits = self._situation.habits
        self.seconds += habits.seconds_again if rating == _AGAIN else habits.seconds_recalled
        if once_more:
            memory = self._next_memory(*memory, 0, _GOOD)
            self.seconds += habits.seconds_recalled
        self._stability[number], self._difficulty[number] = memory
        self._last_day[number] = day
        low, high = self._fuzz(min(self._interval(memory[0]), deck.maximum_interval), deck.maximum_interval)
        due = day + low + int(self._random.random() * (high - low + 1))
        if due < self._days:
            self._due[due].append(number)

    def _draw(self, shares: list[float]) -> int:
        """The place of one of the shares, which add up from one to the next."""
        point = self._random.random() * shares[-1]
        return next(n for n, upper in enumerate(shares) if point < upper)

    def known(self, day: int) -> float:
        recall = self._recall
        return sum(
            recall(stability, day - last)
            for stability, last in zip(self._stability, self._last_day, strict=True)
            if stability
        )


class Span(NamedTuple):
    """The mean of all seeds, the lowest and the highest."""

    mean: float
    low: float
    high: float


class Forecast(NamedTuple):
    """What a desired retention leads to. `reviews` and `minutes` are a day's; `known` is the expected number of cards that
    would be recalled on the last day; `by_day` is the mean of all seeds.
    """

    retention: float
    reviews: Span
    minutes: Span
    known: Span
    by_day: Sequence[Day]

    @property
    def known_per_minute(self) -> float | None:
        """Cards known on the last day for each minute that all days take, None if they take none."""
        minutes = self.minutes.mean * len(self.by_day)
        return self.known.mean / minutes if minutes else None


def summarize(retention: float, runs: Sequence[Sequence[Day]], scale: int = 1) -> Forecast:
    """The forecast of several seeds; `scale` is how many cards each simulated one stands for."""
    days = len(runs[0])
    return Forecast(
        retention,
        _span([sum(day.reviews for day in run) * scale / days for run in runs]),
        _span([sum(day.seconds for day in run) * scale / days / 60 for run in runs]),
        _span([(run[-1].known or 0.0) * scale for run in runs]),
        [_mean_day(same, scale / len(runs)) for same in zip(*runs, strict=True)],
    )


def best(forecasts: Sequence[Forecast]) -> Forecast | None:
    """The one with the most cards known on the last day per minute, None where nothing is to be answered."""
    rated = [(forecast.known_per_minute, forecast) for forecast in forecasts]
    return max(((most, one) for most, one in rated if most is not None), key=lambda pair: pair[0], default=(0, None))[1]


def _span(values: Sequence[float]) -> Span:
    return Span(sum(values) / len(values), min(values), max(values))


def _mean_day(same: Sequence[Day], factor: float) -> Day:
    known = [day.known for day in same if day.known is not None]
    return Day(
        sum(day.new for day in same) * factor,
        sum(day.reviews for day in same) * factor,
        sum(day.seconds for day in same) * factor,
        sum(known) * factor if known else None,
    )
