"""Simulated learners on their way to a date: memories of their own, which the program knows only by the answers.

Three hundred cards are begun over the first 60 % of the days. The program's part is made of the product's functions: memory,
interval and fuzz of an answer, new cards of a day, the rule and the queue, without a database. First answers are the same
whatever is done later, and not counted.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate
from math import exp, inf, log
from random import Random  # noqa: TID251 - learners of a seed
from typing import Any, NamedTuple, Protocol

from srs.scheduling import fsrs6
from srs.scheduling.fuzz import fuzz_interval
from srs.scheduling.goal import Costs, SeenCard, new_today
from srs.scheduling.goal_plan import Memory
from srs.scheduling.scheduler import DEFAULT
from srs.scheduling.simulate import Habits

CARDS = 300
HABITS = Habits((0.24, 0.09, 0.5, 0.17), (0.22, 0.63, 0.15), 2, 1)  # of Anki's learners, as in srs.collection.simulate
_LONGEST = 36_500  # days
_FIRST = [*accumulate(HABITS.first)]
_RECALLED = [*accumulate(HABITS.recalled)]


class Mind(Protocol):
    """What a learner really remembers of a card."""

    def recall(self, day: int) -> float: ...

    def answer(self, day: int, rating: int) -> None: ...


class FsrsMind:
    """Learns as FSRS says under some parameters, and forgets `pace` times as fast."""

    def __init__(self, values: Sequence[float] = DEFAULT.values, pace: float = 1.0) -> None:
        self._first, self._following = memory_model(tuple(values))
        self._recall_of = _recall_model(tuple(values))
        self._pace, self._last, self._stability, self._difficulty = pace, 0, 0.0, 0.0

    def recall(self, day: int) -> float:
        return self._recall_of(self._stability, (day - self._last) * self._pace) if self._stability else 0.0

    def answer(self, day: int, rating: int) -> None:
        if self._stability:
            memory = self._following(self._stability, self._difficulty, day - self._last, rating)
        else:
            memory = self._first(rating)
        self._stability, self._difficulty = memory
        self._last = day


memory_model: Any = cache(fsrs6.memory_model)
_recall_model: Any = cache(fsrs6.recall_model)


class ActrMind:
    """Activation that decays the faster, the higher it was at practice (Pavlik and Anderson 2005, with a lower threshold,
    because a first answer is more than one presentation: with this one, who aims at 0.97 reaches 0.95 to 0.97).
    """

    A, C, S, THRESHOLD, DAY = 0.177, 0.217, 0.255, -1.75, 2160.0  # seconds of a day count a fortieth

    def __init__(self) -> None:
        self._times = list[tuple[float, float]]()

    def _activation(self, day: float) -> float:
        return log(sum(max((day - at) * self.DAY, 60.0) ** -decay for at, decay in self._times))

    def recall(self, day: int) -> float:
        return 1 / (1 + exp((self.THRESHOLD - self._activation(day)) / self.S)) if self._times else 0.0

    def answer(self, day: int, rating: int) -> None:
        before = self._activation(day) if self._times else -inf
        self._times.append((day, self.C * exp(before) + self.A))


class TwoTraceMind:
    """A fast trace that fades in days, and a slow one that grows with spaced practice: nothing like FSRS."""

    def __init__(self) -> None:
        self._share, self._slow, self._last = 0.0, 0.0, 0

    def recall(self, day: int) -> float:
        if not self._slow:
            return 0.0
        elapsed = day - self._last
        return (1 - self._share) * exp(-elapsed / 4) + self._share * exp(-elapsed / self._slow)

    def answer(self, day: int, rating: int) -> None:
        if not self._slow:
            self._share, self._slow = (0.25, 0.35, 0.45, 0.6)[rating - 1], 20.0
        elif rating == 1:
            self._share *= 0.7
        else:
            spaced = 1 - exp(-(day - self._last) / 4)
            self._share += (1 - self._share) * 0.4 * spaced
            self._slow *= 1 + 0.6 * spaced
        self._last = day


def _other_parameters(seed: int) -> tuple[float, ...]:
    draw = Random(seed)
    values = [value * exp(draw.gauss(0, 0.25)) for value in DEFAULT.values]
    values[:4] = sorted(values[:4])
    values[20] = min(max(values[20], 0.1), 0.4)
    return tuple(values)


@dataclass(frozen=True)
class Learner:
    """`skips` is the share of days without study, `away` days in the middle without; `known` cards were in review before;
    `late` are added after two thirds; a forgotten card costs `again` answers.
    """

    name: str
    mind: Callable[[], Mind] = FsrsMind
    skips: float = 0.0
    away: int = 0
    known: int = 0
    late: int = 0
    again: float = 2.0


AS_FSRS_SAYS = "as FSRS says"
SKIPS = "skips a fifth of the days"
FASTER = "forgets 30 % faster"
AWAY = "a week away"

LEARNERS = {
    learner.name: learner
    for learner in (
        Learner(AS_FSRS_SAYS),
        Learner(FASTER, partial(FsrsMind, pace=1.3)),
        Learner("forgets 30 % slower", partial(FsrsMind, pace=0.7)),
        *(Learner(f"other parameters {n}", partial(FsrsMind, _other_parameters(n))) for n in (1, 2, 3)),
        Learner("ACT-R", ActrMind),
        Learner("two traces", TwoTraceMind),
        Learner(SKIPS, skips=0.2),
        Learner("half in review before", known=150),
        Learner("a lapse costs 3", again=3.0),
        Learner("60 cards added late", late=60),
        Learner(AWAY, away=7),
    )
}


class Result(NamedTuple):
    """Recall on the date and the first forecast of it; reviews and the busiest day in answers per card; then the same of the
    30 days after.
    """

    recall: float
    reviews: float
    busiest: float
    forecast: float = 0.0
    later_recall: float = 0.0
    later_reviews: float = 0.0
    later_busiest: float = 0.0


class Known(NamedTuple):
    """What the program knows of a card: its memory, the days of the last answer and of the ordinary next one, its answers."""

    stability: float
    difficulty: float
    day: int
    due: int
    reps: int


class Life:
    """A learner's days toward a date under one policy."""

    def __init__(self, learner: Learner, days: int, seed: int, retention: float = 0.9) -> None:
        self.learner, self.days, self.draw = learner, days, Random(f"{learner.name} {days} {seed}")
        self.recall_of: Callable[[float, int], float] = _recall_model(DEFAULT.values)
        self._first, self._following = memory_model(DEFAULT.values)
        self._interval = fsrs6.interval_model(DEFAULT.values, retention)
        self.known: dict[str, Known] = {}
        self.minds: dict[str, Mind] = {}
        self.unseen = [f"n{n}/back" for n in range(CARDS)]
        self.costs = Costs(1.0, learner.again, 0.0)
        self.late = [self.unseen.pop() for _ in range(learner.late)]
        away = range((days - learner.away) // 2, (days + learner.away) // 2)
        self.skipped = {day for day in range(days) if self.draw.random() < learner.skips or day in away}
        self.by_day: list[float] = []
        self.first_forecast = 0.0
        self.notes: dict[Any, Any] = {}  # of a policy
        for _ in range(learner.known):
            self._live_before(self.unseen.pop())

    def _live_before(self, card: str) -> None:
        """Half a year of ordinary reviews before the first day."""
        day = -self.draw.randrange(30, 180)
        while day < 0:
            self.answer(card, day, count=False)
            day = self.known[card].due

    def answer(self, card: str, day: int, *, count: bool = True) -> float:
        """Asks the card, and returns what it cost."""
        known = self.known.get(card)
        if known is None:
            self.minds[card] = self.learner.mind()
            rating, cost, reps = 1 + _place(_FIRST, self.draw), 0.0, 0
            stability, difficulty = self._first(rating)
        else:
            if self.draw.random() < self.minds[card].recall(day):
                rating, cost = 2 + _place(_RECALLED, self.draw), 1.0
            else:
                rating, cost = 1, self.learner.again
            reps = known.reps
            stability, difficulty = self._following(known.stability, known.difficulty, day - known.day, rating)
        self.minds[card].answer(day, rating)
        interval = fuzz_interval(min(self._interval(stability), _LONGEST), card, reps, _LONGEST)
        self.known[card] = Known(stability, difficulty, day, day + interval, reps + 1)
        if count:
            self.by_day[-1] += cost
        return cost

    def seen(self, day: int) -> list[SeenCard]:
        return [SeenCard(card, known.stability, day - known.day) for card, known in self.known.items()]

    def memory(self, card: str, day: int) -> Memory:
        known = self.known[card]
        return Memory(known.stability, known.difficulty, day - known.day)

    def recall_now(self, day: int, card: str) -> float:
        """As the program thinks."""
        known = self.known[card]
        return self.recall_of(known.stability, day - known.day)

    def recall(self, day: int) -> float:
        """What is really recalled, of all cards."""
        return sum(mind.recall(day) for mind in self.minds.values()) / CARDS

    def live(self, study: "Policy", cap: float = inf, after: "Policy | None" = None, after_cap: float = inf) -> Result:
        """Caps are in answers per card and day. `after` is what is done in the 30 days after the date."""
        for day in range(self.days):
            self.by_day.append(0.0)
            if day == self.days * 2 // 3:
                self.unseen += self.late
            if day in self.skipped:
                continue
            for card in self.new_cards(day):
                self.answer(card, day)
            study(self, day, cap * CARDS)
        recall, reviews, busiest = self.recall(self.days), sum(self.by_day), max(self.by_day)
        result = Result(recall, reviews / CARDS, busiest / CARDS, self.first_forecast)
        if after is None:
            return result
        self.by_day = []
        for day in range(self.days, self.days + 30):
            self.by_day.append(0.0)
            after(self, day, after_cap * CARDS)
        return result._replace(
            later_recall=self.recall(self.days + 30),
            later_reviews=sum(self.by_day) / CARDS,
            later_busiest=max(self.by_day) / CARDS,
        )

    def new_cards(self, day: int) -> list[str]:
        """The same for every policy: what the product begins on the day."""
        count = new_today(len(self.unseen), self.days, self.days - day, inf, self.costs)
        cards, self.unseen = self.unseen[:count], self.unseen[count:]
        return cards


Policy = Callable[[Life, int, float], None]
"""Studies one day, within so many answers."""


def _place(shares: list[float], draw: Random) -> int:
    return bisect_left(shares, draw.random() * shares[-1])
