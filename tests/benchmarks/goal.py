"""Simulates learners who aim at a date, and compares the rule of `srs goal` with other ways of getting ready.

Three hundred cards are begun over the first 60 % of the days. Each learner has a memory of their own, which the program knows
only by the answers. The program's part is the product: its scheduler, its rule and its queue, without a database. Recall is
the mean over all cards on the morning of the date; a forgotten card costs two answers; first answers are the same for all and
not counted.

    python tests/benchmarks/goal.py [--seeds 20] [--part NAME …] [--json FILE]
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from itertools import accumulate, product
from math import ceil, exp, inf, log
from random import Random  # noqa: TID251 - learners of a seed
from statistics import fmean
from typing import Any, NamedTuple, Protocol

from srs.core.card_state import UNSEEN, CardState, Review
from srs.core.event import Answered, Event, EventSource, Rating
from srs.core.settings import Settings
from srs.scheduling import fsrs6
from srs.scheduling.goal import Costs, SeenCard, new_today, reviews_today
from srs.scheduling.goal_plan import RHOS, GoalSituation, Memory, choose_rho, forecast, missed_share
from srs.scheduling.queue import Candidates, GoalCards, QueuedCard, build_queue
from srs.scheduling.scheduler import DEFAULT, Scheduler
from srs.scheduling.simulate import Habits

CARDS = 300
DAYS = (14, 30, 45, 90)
HABITS = Habits((0.24, 0.09, 0.5, 0.17), (0.22, 0.63, 0.15), 2, 1)  # of Anki's learners, as in srs.collection.simulate
START = date(2026, 1, 1)
_FIRST = [*accumulate(HABITS.first)]
_RECALLED = [*accumulate(HABITS.recalled)]


class Mind(Protocol):
    """What a learner really remembers of a card."""

    def recall(self, day: int) -> float: ...

    def answer(self, day: int, rating: int) -> None: ...


class FsrsMind:
    """Forgets as FSRS says under some parameters, and `pace` times as fast."""

    def __init__(self, values: Sequence[float] = DEFAULT.values, pace: float = 1.0) -> None:
        self._first, self._following = _memory_model(tuple(values))
        self._recall_of = _recall_model(tuple(values))
        self._pace, self._last, self._stability, self._difficulty = pace, 0, 0.0, 0.0

    def recall(self, day: int) -> float:
        return self._recall_of(self._stability, (day - self._last) * self._pace) if self._stability else 0.0

    def answer(self, day: int, rating: int) -> None:
        if self._stability:
            elapsed = max((day - self._last) * self._pace, 1.0)  # below a day there is another formula
            memory = self._following(self._stability, self._difficulty, elapsed, rating)
        else:
            memory = self._first(rating)
        self._stability, self._difficulty = memory
        self._last = day


_memory_model: Any = cache(fsrs6.memory_model)
_recall_model: Any = cache(fsrs6.recall_model)


class ActrMind:
    """Activation that decays the faster, the higher it was at practice (Pavlik and Anderson 2005, with a lower threshold,
    because a first answer is more than one presentation).
    """

    A, C, S, THRESHOLD, DAY = 0.177, 0.217, 0.255, -2.0, 2160.0  # seconds of a day count a fortieth

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
    """`skips` is the share of days without study; `known` cards were in review before; `late` are added after two thirds."""

    name: str
    mind: Callable[[], Mind] = FsrsMind
    skips: float = 0.0
    known: int = 0
    late: int = 0
    again: float = 2.0
    away: range = range(0)


LEARNERS = {
    learner.name: learner
    for learner in (
        Learner("as FSRS says"),
        Learner("forgets 30 % faster", partial(FsrsMind, pace=1.3)),
        Learner("forgets 30 % slower", partial(FsrsMind, pace=0.7)),
        *(Learner(f"other parameters {n}", partial(FsrsMind, _other_parameters(n))) for n in (1, 2, 3)),
        Learner("ACT-R", ActrMind),
        Learner("two traces", TwoTraceMind),
        Learner("skips a fifth", skips=0.2),
        Learner("half in review", known=150),
        Learner("a lapse costs 3", again=3.0),
        Learner("60 cards late", late=60),
    )
}


class Result(NamedTuple):
    """Reviews and busiest day in answers per card, recall on the date and 30 days later, and the first forecast."""

    recall: float
    reviews: float
    busiest: float
    later: float
    later_busiest: float
    later_reviews: float
    forecast: float = 0.0


class Life:
    """A learner's days toward a date under one policy."""

    def __init__(self, learner: Learner, days: int, seed: int, retention: float = 0.9) -> None:
        self.learner, self.days, self.draw = learner, days, Random(f"{learner.name} {days} {seed}")
        self.scheduler = Scheduler(Settings(learning_steps=(), relearning_steps=(), desired_retention=retention))
        self.recall_of = fsrs6.recall_model(DEFAULT.values)
        self.states: dict[str, CardState] = {}
        self.minds: dict[str, Mind] = {}
        self.unseen = [f"n{n}/back" for n in range(CARDS)]
        self.costs = Costs(1.0, learner.again, 0.0)
        self.late = [self.unseen.pop() for _ in range(learner.late)]
        self.skipped = {day for day in range(days) if self.draw.random() < learner.skips} | set(learner.away)
        self.by_day: list[float] = []
        self.first_forecast = 0.0
        self._at = 0
        for _ in range(learner.known):
            self._live_before(self.unseen.pop())

    def _live_before(self, card: str) -> None:
        """Half a year of ordinary reviews before the first day."""
        day = -self.draw.randrange(30, 180)
        while day < 0:
            self.answer(card, day, count=False)
            phase = self.states[card].phase
            assert isinstance(phase, Review)
            day = (phase.due - START).days

    def answer(self, card: str, day: int, *, count: bool = True) -> float:
        """Asks the card, and returns what it cost."""
        mind = self.minds.setdefault(card, self.learner.mind())
        state = self.states.get(card, UNSEEN)
        if state is UNSEEN:
            rating, cost = 1 + _place(_FIRST, self.draw), 0.0
        elif self.draw.random() < mind.recall(day):
            rating, cost = 2 + _place(_RECALLED, self.draw), 1.0
        else:
            rating, cost = 1, self.learner.again
        mind.answer(day, rating)
        self._at += 1
        today = START + timedelta(day)
        led_to = self.scheduler.preview(card, state, today).outcomes[Rating(rating)]
        event = Event(card, self._at, today, EventSource.SRS, "m", Answered(Rating(rating), 1000, led_to))
        self.states[card] = self.scheduler.apply(state, event)
        if count:
            self.by_day[-1] += cost
        return cost

    def seen(self, day: int) -> list[SeenCard]:
        return [SeenCard(card, *self.memory(card, day)[::2]) for card in self.states]

    def memory(self, card: str, day: int) -> Memory:
        phase = self.states[card].phase
        assert isinstance(phase, Review)
        return Memory(phase.memory.stability, phase.memory.difficulty, day - (phase.last_day - START).days)

    def recall(self, day: int) -> float:
        """What is really recalled, of all cards."""
        return sum(mind.recall(day) for mind in self.minds.values()) / CARDS

    def live(self, study: "Policy", cap: float = inf) -> Result:
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
        self.by_day = []
        for day in range(self.days, self.days + 30):
            self.by_day.append(0.0)
            _by_due_date(self, day, inf)
        return Result(
            recall, reviews / CARDS, busiest / CARDS, self.recall(self.days + 30), max(self.by_day) / CARDS,
            sum(self.by_day) / CARDS, self.first_forecast,
        )  # fmt: skip

    def new_cards(self, day: int) -> list[str]:
        """The same for every policy: what the product begins on the day."""
        count = new_today(len(self.unseen), self.days, self.days - day, inf, self.costs)
        cards, self.unseen = self.unseen[:count], self.unseen[count:]
        return cards


Policy = Callable[[Life, int, float], None]
"""Studies one day, within so many answers."""


def _place(shares: list[float], draw: Random) -> int:
    return bisect_left(shares, draw.random() * shares[-1])


def _until_full(life: Life, day: int, cards: Iterable[str], cap: float) -> None:
    left = cap
    for card in cards:
        if left <= 0:
            return
        left -= life.answer(card, day)


def _by_due_date(life: Life, day: int, cap: float) -> None:
    """What the ordinary schedule has due, lowest recall first."""
    today = START + timedelta(day)
    due = [card for card, state in life.states.items() if state.is_due(today, 0)]
    _until_full(life, day, sorted(due, key=partial(_recall_now, life, day)), cap)


def _recall_now(life: Life, day: int, card: str) -> float:
    stability, _, elapsed = life.memory(card, day)
    return life.recall_of(stability, elapsed)


def by_rule(life: Life, day: int, cap: float, *, rho: float) -> None:
    """The product's rule, asked by its queue until the day's time is used up."""
    planned = reviews_today(life.seen(day), life.days - day, rho, cap, life.costs, life.recall_of)
    reviews = [QueuedCard(card, card.partition("/")[0], "d", 1, seconds) for card, seconds in planned]
    queue = build_queue(
        Candidates((), (), {}, frozenset(), {}, (GoalCards("g", reviews, {}, 0, cap),)), Settings(), START
    )
    while card := queue.next_card(0, 0):
        queue.spend("g", life.answer(card.card, day))
        queue.remove(card.card)


def by_goal(life: Life, day: int, cap: float, *, wanted: float, keep: bool = False) -> None:
    """The rule with the rho that is planned anew each morning."""
    so_far = [n for n in range(day) if n not in life.skipped]
    situation = GoalSituation(
        [life.memory(card, day) for card in life.states], len(life.unseen), life.days, life.days - day, cap,
        life.costs, HABITS, DEFAULT.values, missed_share(day - len(so_far), day),
    )  # fmt: skip
    rho = choose_rho(situation, wanted, keep=keep, seed=day)
    if not day:
        life.first_forecast = forecast(situation, rho).recall
    by_rule(life, day, cap, rho=rho)


def by_schedule(life: Life, day: int, cap: float) -> None:
    """A fixed desired retention, up to the cap."""
    _by_due_date(life, day, cap)


def by_cram(life: Life, day: int, cap: float, *, days: int) -> None:
    """Nothing but first answers, then every card on each of the last days."""
    if day >= life.days - days:
        _until_full(life, day, sorted(life.states, key=partial(_recall_now, life, day)), cap)


def by_last_days(life: Life, day: int, cap: float, *, days: int) -> None:
    """A low retention, then every card once in the last days, spread over them."""
    first = life.days - days
    if day < first:
        _by_due_date(life, day, cap)
        return
    left = [card for card in life.states if life.memory(card, day).elapsed > day - first]
    share = ceil(len(left) / (life.days - day))
    _until_full(life, day, sorted(left, key=lambda card: -life.memory(card, day).stability)[:share], cap)


def by_due_before_date(life: Life, day: int, cap: float) -> None:
    """The ordinary schedule, and all that would be due after the date on the last day."""
    if day == life.days - 1:
        _until_full(life, day, sorted(life.states, key=partial(_recall_now, life, day)), cap)
    else:
        _by_due_date(life, day, cap)


def by_gain(life: Life, day: int, cap: float) -> None:
    """The cards whose review now gains the most recall on the date for its cost."""
    left = life.days - day

    def gain(card: str) -> float:
        stability, difficulty, elapsed = life.memory(card, day)
        if not elapsed:
            return 0.0
        now = life.recall_of(stability, elapsed)
        outcomes = [_memory_model(DEFAULT.values)[1](stability, difficulty, elapsed, rating)[0] for rating in (1, 3)]
        after = (1 - now) * life.recall_of(outcomes[0], left) + now * life.recall_of(outcomes[1], left)
        return (after - life.recall_of(stability, elapsed + left)) / life.costs.review(now)

    gains = {card: gain(card) for card in life.states}
    worth = [card for card, value in gains.items() if value > 0.02]
    _until_full(life, day, sorted(worth, key=lambda card: -gains[card]), cap)


POLICIES: Mapping[str, Callable[..., None]] = {
    "rule": by_rule,  # with rho
    "goal": by_goal,  # with wanted
    "fixed": by_schedule,
    "cram": by_cram,  # with days
    "last days": by_last_days,  # with days
    "due before date": by_due_before_date,
    "greedy": by_gain,
}


class Work(NamedTuple):
    """One life to simulate; `options` are those of the policy."""

    learner: str
    days: int
    seed: int
    policy: str
    options: tuple[tuple[str, float], ...] = ()
    cap: float = inf
    retention: float = 0.9


def simulate(work: Work) -> Result:
    life = Life(LEARNERS[work.learner], work.days, work.seed, work.retention)
    return life.live(partial(POLICIES[work.policy], **dict(work.options)), work.cap)


class Mean(NamedTuple):
    """Of several lives that differ in their seed."""

    recall: float
    reviews: float
    busiest: float


class Lives:
    """Simulates in several processes."""

    def __init__(self, seeds: int) -> None:
        self.seeds = seeds

    def results(self, works: Sequence[Work]) -> dict[Work, list[Result]]:
        """Of every seed, by the work of seed 0."""
        each = [(work, work._replace(seed=seed)) for work in works for seed in range(self.seeds)]
        found: dict[Work, list[Result]] = {}
        with ProcessPoolExecutor() as pool:
            for (work, _), result in zip(each, pool.map(simulate, [one for _, one in each], chunksize=8), strict=True):
                found.setdefault(work, []).append(result)
        return found

    def means(self, works: Sequence[Work]) -> dict[Work, Mean]:
        return {
            work: Mean(*(fmean(getattr(one, name) for one in results) for name in Mean._fields))
            for work, results in self.results(works).items()
        }


def fewer_reviews(curve: Sequence[Mean], other: Mean) -> float:
    """How much less the curve needs for the same recall, as a share; negative if more."""
    points = sorted((one.recall, one.reviews) for one in curve)
    return 1 - _interpolate(points, other.recall) / other.reviews


def more_recall(curve: Sequence[Mean], other: Mean) -> float:
    """How much more of the cards are recalled with no more reviews."""
    points = sorted((one.reviews, one.recall) for one in curve)
    within = [recall for reviews, recall in points if reviews <= other.reviews]
    return max([*within, _interpolate(points, other.reviews)]) - other.recall


def _interpolate(points: Sequence[tuple[float, float]], x: float) -> float:
    place = min(max(bisect_left(points, (x, -inf)), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    if x1 == x0:
        return min(y0, y1)
    return y0 + (y1 - y0) * min(max((x - x0) / (x1 - x0), 0.0), 1.0)


def _rule(learner: str, days: int, cap: float) -> list[Work]:
    return [Work(learner, days, 0, "rule", (("rho", rho),), cap) for rho in RHOS]


def against_fixed(lives: Lives) -> Iterator[dict[str, Any]]:
    """The rule, capped at the busiest day of an unlimited fixed retention, against it."""
    for retention, learner in product((0.9, 0.95), LEARNERS):
        fixed = lives.means([Work(learner, days, 0, "fixed", (), inf, retention) for days in DAYS])
        curves = lives.means([rule for work, mean in fixed.items() for rule in _rule(learner, work.days, mean.busiest)])
        for work, mean in fixed.items():
            curve = [own for rule, own in curves.items() if rule.days == work.days]
            yield {
                "learner": learner,
                "retention": retention,
                "days": work.days,
                "cap": mean.busiest,
                "recall": mean.recall,
                "reviews": mean.reviews,
                "fewer": fewer_reviews(curve, mean),
                "more_recall": more_recall(curve, mean),
            }
