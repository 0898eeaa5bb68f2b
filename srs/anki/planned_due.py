"""When Anki is to ask the cards of goals."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from srs.collection import Collection
from srs.core.errors import StoreError
from srs.database import goal_cards
from srs.database.goal_cards import KeptPlan
from srs.log.replay import current_parameters
from srs.scheduling.goal import next_day


def planned_due(collection: Collection, now: int) -> Mapping[str, date]:
    """By card, when it is due in Anki while a goal holds: on the day on which the plan expects it, else on the goal's date, or
    later if it is due later. Other cards, and those that are due on that day anyway, are left out.
    """
    day = collection.calendar.day(now)
    goals = collection.goals(day)
    if goals is None:
        return {}
    values, found = current_parameters(collection.store.connection).values, dict[str, date]()
    for goal in goals.every:
        plan, left = goals.today[goal.name].plan, goal.days_left(day)
        if plan is None:
            continue
        asked = {card for card, _ in plan.reviews}
        for row in goals.seen(goal):
            if row.state != "review" or row.stability is None or row.last_day is None or row.due_day is None:
                continue
            due, elapsed = date.fromisoformat(row.due_day), max((day - date.fromisoformat(row.last_day)).days, 0)
            if row.card in asked and elapsed:
                planned = day
            else:
                days = next_day(row.stability, elapsed, left, plan.rho, plan.last_from, values)
                planned = max(due, goal.aim.day) if days is None else day + timedelta(days)
            if planned != due:
                found[row.card] = planned
    return found


def has_planned(collection: Collection, anki: Path, now: int) -> bool:
    """Whether these days were written into the Anki collection on this study day already."""
    kept = goal_cards.get_plan(collection.store.connection, collection.folder_id, _in_anki(anki))
    day = collection.calendar.day(now)
    goals = collection.goals(day)
    return goals is not None and kept is not None and (kept.day, kept.plan) == (day.isoformat(), goals.basis)


def note_planned(collection: Collection, anki: Path, now: int) -> None:
    """Notes that they are written now, if any goal is in force."""
    day = collection.calendar.day(now)
    if goals := collection.goals(day):
        with suppress(StoreError), collection.store.write_cache() as cache:  # else they are written once more
            goal_cards.put_plan(cache, collection.folder_id, _in_anki(anki), KeptPlan(day.isoformat(), "", goals.basis))


def _in_anki(anki: Path) -> str:
    """No name of a goal."""
    return f"anki {anki}"
