"""What the days ahead hold, as a preview needs it: read once, then kept up to date by one's own answers."""

import sqlite3
from collections.abc import Collection
from datetime import date, timedelta

from srs.core.card_state import CardState, Review, Scheduled
from srs.core.event import Break
from srs.database import due_cards
from srs.log import in_force
from srs.scheduling.even_days import DaysAhead, StudyTime, unite_breaks

_END = 2400  # no interval leads there


def study_time(connection: sqlite3.Connection, shares: tuple[float, ...]) -> StudyTime:
    """With all breaks that were planned, but for those after any day of the log: the calendar may end with them."""
    breaks = [event.what for event in in_force.read_breaks(connection)]
    return StudyTime(
        shares,
        unite_breaks((one.first, one.last) for one in breaks if isinstance(one, Break) and one.first.year < _END),
    )


class ReviewLoad:
    """How many reviews are due on each day: a day is read when it is first asked for. Whoever writes states tells `update`,
    or makes a new one.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._reviews: dict[date, int] = {}

    def ahead(self, card: str, state: CardState, day: date, reach: Collection[int], time: StudyTime) -> DaysAhead:
        """Of the days in `reach`, distances from the study day `day`. `state` is that of the card, which does not count."""
        if not reach:
            return DaysAhead(time)
        days = {day + timedelta(n): n for n in reach}
        if missing := days.keys() - self._reviews.keys():
            self._reviews |= dict.fromkeys(missing, 0) | due_cards.count_due(self._connection, missing)
        own = _due_day(state)
        reviews = {n: count for one, n in days.items() if (count := self._reviews[one] - (one == own))}
        siblings = due_cards.sibling_due_days(self._connection, card)
        return DaysAhead(time, reviews, frozenset(days[one] for one in siblings if one in days))

    def update(self, before: CardState, after: CardState) -> None:
        """After the state of a card was replaced."""
        for due, change in ((_due_day(before), -1), (_due_day(after), 1)):
            if due in self._reviews:
                self._reviews[due] += change


def _due_day(state: CardState) -> date | None:
    """None if it is no review, or suspended."""
    return state.phase.due if isinstance(state.phase, Review | Scheduled) and not state.suspended else None
