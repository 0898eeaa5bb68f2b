"""Makes the plan of a goal for a day, from the cards as they are and from how the learner answers."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import fmean
from typing import NamedTuple

from srs.collection import Collection
from srs.collection.goals import DayPlan, GoalInForce, Goals, days_of_breaks
from srs.collection.habits import count_answers, habits
from srs.core.event import Aim
from srs.database.goal_cards import SeenRow
from srs.log.recent_entries import recent_entries
from srs.log.replay import current_parameters
from srs.scheduling import fsrs6
from srs.scheduling.goal import Costs, SeenCard, new_today, reviews_today
from srs.scheduling.goal_plan import GoalSituation, Memory, choose_rho, missed_share, sample, simulate_goal
from srs.scheduling.simulate import Habits

_RECENT = 10_000  # answers by which the learner's pace is measured
_DAYS = 28  # on which days are counted as missed
_TIMED_DAYS = 14  # with timed answers, of which the minutes are the mean
_MINUTES, _LEAST_MINUTES = 30.0, 15.0


class Pace(NamedTuple):
    """How the learner answers: seconds, ratings, the usual minutes of a day, and the probability of missing one."""

    costs: Costs
    habits: Habits
    minutes: float
    missed: float

    def budget(self, aim: Aim) -> float:
        """The seconds of a day."""
        return 60 * (self.minutes if aim.minutes is None else aim.minutes)


def read_pace(collection: Collection, day: date) -> Pace:
    """From the latest answers before the study day and on it."""
    rows = recent_entries(collection.store.connection, _RECENT)
    counts = count_answers((entry for entry, _ in rows), from_the_start=len(rows) < _RECENT)
    found, settings = habits(counts), collection.settings
    again = found.seconds_again
    if counts.has_times and settings.relearning_steps:  # else it is counted in already
        again += found.seconds_recalled
    new = found.seconds_recalled * max(len(settings.learning_steps), 1) + found.first[0] * found.seconds_again
    seconds, studied = defaultdict[date, float](float), set[date]()
    for (_, _, what, _, duration_ms, *_), text in rows:
        if what == "answered":
            studied.add(answered := date.fromisoformat(text))
            seconds[answered] += duration_ms / 1000
    timed = [seconds[one] for one in sorted(seconds, reverse=True) if seconds[one] and one < day][:_TIMED_DAYS]
    minutes = max(fmean(timed) / 60, _LEAST_MINUTES) if timed else _MINUTES
    first = max(min(studied, default=day), day - timedelta(_DAYS))
    away = days_of_breaks(collection.store.connection)
    past = [one for n in range(max((day - first).days, 0)) if (one := first + timedelta(n)) not in away]
    missed = missed_share(sum(one not in studied for one in past), len(past))
    return Pace(Costs(found.seconds_recalled, again, new), found, minutes, missed)


def read_situation(goals: Goals, goal: GoalInForce, seen: Iterable[SeenRow], pace: Pace, begun: int) -> GoalSituation:
    """What the plan follows from; `seen` are its cards that are not new, and `begun` of the new ones were answered today
    already.
    """
    day, left = goals.day, goal.days_left(goals.day)
    return GoalSituation(
        seen=[_memory(row, day) for row in seen],
        unseen=goals.count_unseen(goal),
        days=max((goal.aim.day - goal.set_on).days, left),  # the clock may have been set back
        days_left=left,
        budget=pace.budget(goal.aim),
        costs=pace.costs,
        habits=pace.habits,
        parameters=current_parameters(goals.collection.store.connection).values,
        missed=pace.missed,
        away=frozenset((one - day).days for one in goals.away),
        begun=begun,
    )


def make_plan(goals: Goals, goal: GoalInForce, pace: Pace, begun: int) -> DayPlan:
    """What the goal asks on this day."""
    day, seen = goals.day, goals.seen(goal)
    situation = read_situation(goals, goal, seen, pace, begun)
    sampled, scale = sample(situation)
    rho = choose_rho(sampled, goal.aim.recall, keep=goal.aim.keep, seed=day.toordinal())
    run = simulate_goal(sampled, rho, day.toordinal())
    recall, left = fsrs6.recall_model(situation.parameters), situation.days_left
    cards = (SeenCard(row.card, *_memory(row, day)[::2]) for row in seen if row.state == "review")
    reviews = reviews_today(cards, left, rho, situation.budget, pace.costs, recall, pace.missed)
    new = new_today(situation.unseen + begun, situation.days, left, situation.budget, pace.costs)
    return DayPlan(
        rho=rho,
        last_from=run.last_from,
        reviews=reviews,
        new=new,
        new_seconds=pace.costs.new,
        answer_seconds=pace.costs.recalled,
        budget=situation.budget,
        tomorrow=run.days[1].reviews * scale if left > 1 else 0.0,
    )


def reviews_after(goals: Goals, goal: GoalInForce, costs: Costs) -> list[tuple[str, float]]:
    """What is due of a goal's cards once its date has come, lowest recall first, each with its expected seconds."""
    day = goals.day
    recall = fsrs6.recall_model(current_parameters(goals.collection.store.connection).values)
    due = []
    for row in goals.seen(goal):
        memory = _memory(row, day)
        if row.due_day is not None and date.fromisoformat(row.due_day) <= day:
            due.append((recall(memory.stability, memory.elapsed) if memory.stability else 0.0, row.card))
    return [(card, costs.review(now)) for now, card in sorted(due)]


def _memory(row: SeenRow, day: date) -> Memory:
    if row.stability is None or row.difficulty is None or row.last_day is None:
        return Memory(0.0, 0.0, 1)
    return Memory(row.stability, row.difficulty, max((day - date.fromisoformat(row.last_day)).days, 0))
