"""When the plan of a goal expects a card again."""

from collections.abc import Mapping
from datetime import date, timedelta

from srs.collection.goals_today import GoalToday
from srs.collection.recorder import Recorder
from srs.core.event import Days, Rating
from srs.scheduling.goal import next_day
from srs.scheduling.scheduler import Preview


def planned_days(recorder: Recorder, preview: Preview, today: GoalToday) -> Mapping[Rating, date]:
    """By rating that leads to a review: the day on which the plan expects the card again, or on which it is due after the
    goal's date. A plan, which may be another one tomorrow.
    """
    if today.plan is None:
        return {}
    values, left = recorder.parameters.values, today.goal.days_left(today.day)
    found = {}
    for rating, led_to in preview.promises.items():
        if isinstance(led_to, Days):
            stability = recorder.memory_after(preview, rating).stability
            days = next_day(stability, 0, left, today.plan.rho, today.plan.last_from, values)
            ordinary = max(today.day + timedelta(led_to.days), today.goal.aim.day)
            found[rating] = ordinary if days is None else today.day + timedelta(days)
    return found
