"""What a goal comes to: how much will be recalled on its date, what it takes until then, and what would do instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean
from typing import NamedTuple

from srs.collection.goal_plans import read_situation
from srs.collection.goals import GoalInForce, Goals
from srs.collection.goals_today import GoalsToday
from srs.core.settings import Limits
from srs.database.goal_cards import SeenRow
from srs.scheduling import fsrs6
from srs.scheduling.goal_plan import GoalSituation, choose_rho, forecast, sample, simulate_goal
from srs.scheduling.simulate import SimulatedCard, SimulatedDeck, Situation, known_on

_SEEDS = 10
_CLOSE = 0.0005  # of recall: what rounds to the wanted one reaches it
_LATEST = 180  # days that a date may be moved by
_LONGEST = 24 * 60.0  # minutes of a day
_USED_UP = 0.9  # of a day's time: from here on, more would help
_WORTH = 0.1  # of the cards: so many at least are worth proposing
_SMALLER = 200  # cards that are simulated to find out what would do


class RecallOnDate(NamedTuple):
    """Mean recall of all cards on the morning of the date: by the plan, with the lowest and the highest of its runs; if it were
    today; and under the ordinary schedule.
    """

    expected: float
    low: float
    high: float
    today: float
    without: float


class LoadOfDay(NamedTuple):
    day: date
    reviews: float
    new: float
    minutes: float


class Instead(NamedTuple):
    """What would reach the wanted recall, each alone: minutes a day, so many of the cards, a later date; None if nothing."""

    minutes: int | None
    cards: int | None
    date: date | None


@dataclass(frozen=True, slots=True)
class GoalForecast:
    goal: GoalInForce
    days_left: int
    minutes: float
    cards: int
    unseen: int
    recall: RecallOnDate
    load: Sequence[LoadOfDay]
    instead: Instead | None

    @property
    def reachable(self) -> bool:
        return self.recall.expected >= self.goal.aim.recall - _CLOSE


class PlannedDays(NamedTuple):
    """What a goal asks from today until its date, and the mean recall of its cards on that morning."""

    recall: float
    low: float
    high: float
    load: Sequence[LoadOfDay]


def plan_days(goals: GoalsToday, goal: GoalInForce) -> PlannedDays:
    """Of a goal whose date has not come; much faster than all of its forecast."""
    return _plan_days(goals, goal, _situation(goals, goal, goals.seen(goal)))


def forecast_goal(goals: GoalsToday, goal: GoalInForce) -> GoalForecast:
    """The forecast of a goal whose date has not come."""
    with goals.collection.watch("Forecasting the goal", 4) as done:
        seen = goals.seen(goal)
        situation = _situation(goals, goal, seen)
        done(1)
        planned = _plan_days(goals, goal, situation)
        done(1)
        recall = RecallOnDate(
            planned.recall,
            planned.low,
            planned.high,
            _recall_today(situation),
            _recall_without(goals, seen, situation),
        )
        done(1)
        made = GoalForecast(
            goal,
            situation.days_left,
            situation.budget / 60,
            situation.size,
            situation.unseen,
            recall,
            planned.load,
            None,
        )
        if made.cards and not made.reachable:
            short = any(day.minutes >= _USED_UP * made.minutes for day in made.load)
            made = replace(made, instead=_instead(situation, goal, short_of_time=short))
        done(1)
    return made


def _situation(goals: GoalsToday, goal: GoalInForce, seen: Sequence[SeenRow]) -> GoalSituation:
    today = goals.today[goal.name]
    assert today.plan is not None
    situation = read_situation(goals, goal, seen, goals.pace, sum(today.begun.values()))
    return replace(situation, spent=today.plan.budget - today.seconds_left)


def _plan_days(goals: GoalsToday, goal: GoalInForce, situation: GoalSituation) -> PlannedDays:
    today = goals.today[goal.name]
    assert today.plan is not None
    sampled, scale = sample(situation)
    plan = forecast(sampled, today.plan.rho, _SEEDS)
    load = [
        LoadOfDay(goals.day + timedelta(n), day.reviews * scale, day.new * scale, day.seconds * scale / 60)
        for n, day in enumerate(plan.days)
    ]
    return PlannedDays(plan.recall, plan.low, plan.high, load)


def _recall_today(situation: GoalSituation) -> float:
    recall = fsrs6.recall_model(situation.parameters)
    known = sum(recall(card.stability, card.elapsed) for card in situation.seen if card.stability)
    return known / situation.size if situation.size else 0.0


def _recall_without(goals: Goals, seen: Sequence[SeenRow], situation: GoalSituation) -> float:
    """Under the ordinary schedule and the overall limits; `seen` are the cards of `situation`."""
    if not situation.size:
        return 0.0
    day, settings = goals.day, goals.collection.settings
    cards = []
    for row, memory in zip(seen, situation.seen, strict=True):
        due = (date.fromisoformat(row.due_day) - day).days if row.due_day else 0
        cards.append(
            SimulatedCard(0, memory.stability, memory.difficulty, -memory.elapsed if memory.stability else 0, due)
        )
    limits: Limits = settings.limits
    ordinary = Situation(
        cards,
        [
            SimulatedDeck(
                situation.unseen, settings.maximum_interval, bool(settings.learning_steps),
                bool(settings.relearning_steps), () if limits.new is None else (0,), () if limits.reviews is None else (0,),
            )
        ],
        situation.habits,
        situation.parameters,
        () if limits.new is None else (float(limits.new),),
        () if limits.reviews is None else (float(limits.reviews),),
    )  # fmt: skip
    runs = [known_on(ordinary, settings.desired_retention, situation.days_left, seed) for seed in range(2)]
    return fmean(runs) / situation.size


def _instead(situation: GoalSituation, goal: GoalInForce, *, short_of_time: bool) -> Instead | None:
    """What would do, found by halving."""
    aim = goal.aim

    def reaches(changed: GoalSituation) -> bool:
        smaller, _ = sample(changed, _SMALLER)
        rho = choose_rho(smaller, aim.recall, keep=aim.keep)
        return fmean(simulate_goal(smaller, rho, seed).recall for seed in range(4)) >= aim.recall - _CLOSE

    minutes = situation.budget / 60
    more = None
    if short_of_time:
        more = _least(int(minutes) + 1, int(_LONGEST), lambda n: reaches(replace(situation, budget=n * 60.0)))
    later = _least(
        1, _LATEST, lambda n: reaches(replace(situation, days=situation.days + n, days_left=situation.days_left + n))
    )
    fewer = _least(1, situation.size - 1, lambda n: reaches(_without(situation, n)))
    cards = None if fewer is None or situation.size - fewer < _WORTH * situation.size else situation.size - fewer
    if more is None and later is None and cards is None:
        return None
    return Instead(more, cards, None if later is None else aim.day + timedelta(later))


def _without(situation: GoalSituation, count: int) -> GoalSituation:
    """Without so many cards: new ones first, then those that are remembered least."""
    new = min(count, situation.unseen)
    kept = sorted(situation.seen, key=lambda card: card.stability, reverse=True)
    return replace(situation, unseen=situation.unseen - new, seen=kept[: len(kept) - (count - new)])


def _least(low: int, high: int, does: Callable[[int], bool]) -> int | None:
    """The least number that does, if greater ones do as well; None if not even the highest does."""
    if low > high or not does(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if does(middle):
            high = middle
        else:
            low = middle + 1
    return low
