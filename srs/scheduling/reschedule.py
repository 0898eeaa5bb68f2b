"""New due dates of reviews whose memory has changed, spread over the days."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from srs.core.card_state import CardState, Review
from srs.scheduling.fsrs6 import interval_model
from srs.scheduling.fuzz import fuzz_interval
from srs.scheduling.scheduler import DeckOptions

Load = Mapping[date, int]
"""How many reviews are due on each study day; what is overdue counts for today."""


class NewDueDates(NamedTuple):
    """The reviews that are due on another day than `before`, by card, and the load with and without that."""

    due: dict[str, date]
    before: Load
    after: Load


def new_due_dates(
    states: Iterable[tuple[str, CardState]],
    options: Callable[[str], DeckOptions],
    values: tuple[float, ...],
    today: date,
    limit: int | None,
) -> NewDueDates:
    """When each review is due by its memory under the parameters `values`, which `states` have been replayed with; earliest
    today. A review that moves comes on the first day from then on that has fewer than `limit` reviews, for today with
    those that are done. Suspended cards move as well, but count for no day.
    """
    before, after, due = Counter[date](), Counter[date](), dict[str, date]()
    done, moving = Counter[date](), []
    for card, state in states:
        done[today] += state.reviewed == today
        if not isinstance(phase := state.phase, Review):
            continue
        now_due = max(phase.due, today)
        wanted = max(phase.last_day + timedelta(_interval(card, state, phase, options(card), values)), today)
        if not state.suspended:
            before[now_due] += 1
        if wanted != now_due:
            moving.append((wanted, phase.memory.stability, card, now_due, state.suspended))
        elif not state.suspended:
            after[now_due] += 1
    for wanted, _, card, now_due, suspended in sorted(moving):  # of one day, those that are forgotten soonest first
        day = wanted
        if not suspended:
            while limit is not None and after[day] + done[day] >= max(limit, 1):
                day += timedelta(1)
            after[day] += 1
        if day != now_due:
            due[card] = day
    return NewDueDates(due, before, after)


def _interval(card: str, state: CardState, phase: Review, options: DeckOptions, values: tuple[float, ...]) -> int:
    """Days from the last answer, with the fuzz that the answer had."""
    days = interval_model(values, options.desired_retention)(phase.memory.stability)
    return fuzz_interval(min(days, options.maximum_interval), card, max(state.reps - 1, 0), options.maximum_interval)
