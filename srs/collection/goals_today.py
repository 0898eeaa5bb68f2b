"""What goals ask on a day: the plan of each, and what is left of it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from srs.collection.goals import DayPlan, GoalInForce, Goals, goals_in_force
from srs.core.errors import StoreError
from srs.database import goal_cards
from srs.database.goal_cards import KeptPlan
from srs.log import event_log, in_force
from srs.scheduling.queue import Candidates, DoneToday, GoalCards, QueuedCard

if TYPE_CHECKING:
    from srs.collection import Collection
    from srs.collection.goal_plans import Pace

_FORM = 1  # of kept plans

NewCards = Callable[[str], Iterable[QueuedCard]]
"""The new cards of a deck in their order."""


class GoalToday(NamedTuple):
    """A goal on a study day: `begun` counts its new cards that were answered already, by deck, and `seconds_left` are left of
    its time. Once the date has come, there is no plan: what is due is asked, in no more time than before.
    """

    goal: GoalInForce
    day: date
    begun: Mapping[str, int]
    seconds_left: float
    plan: DayPlan | None


@dataclass(frozen=True)
class GoalsToday(Goals):
    """With the plan of each for the day."""

    def reviews_tomorrow(self, names: Sequence[str]) -> float:
        """Expected of the goals that have cards in these decks."""
        chosen = set(names)
        plans = (one.plan for one in self.today.values() if not chosen.isdisjoint(self.decks(one.goal)))
        return sum(plan.tomorrow for plan in plans if plan)

    @property
    def new_left(self) -> int:
        """New cards that goals still have for today."""
        plans = ((one.plan, sum(one.begun.values())) for one in self.today.values())
        return sum(max(plan.new - begun, 0) for plan, begun in plans if plan)

    @cached_property
    def today(self) -> Mapping[str, GoalToday]:
        """What each of them asks, by name."""
        return {goal.name: self._today(goal) for goal in self.every}

    @cached_property
    def pace(self) -> "Pace":
        """How the learner answers."""
        from srs.collection.goal_plans import read_pace  # noqa: PLC0415 - only where there is no plan yet, or no more

        return read_pace(self.collection, self.day)

    def _today(self, goal: GoalInForce) -> GoalToday:
        own = [row for row in self.answered if self.owner(row.deck, row.note) == goal]
        begun = Counter(row.deck for row in own if row.begun)
        if goal.days_left(self.day) > 0:
            plan = self._plan(goal, begun.total())
            budget, usual = plan.budget, plan.answer_seconds
        else:
            plan, budget, usual = None, self.pace.budget(goal.aim), self.pace.costs.recalled
        spent = sum(ms / 1000 + untimed * usual for owner, ms, untimed in self._times if owner == goal)
        return GoalToday(goal, self.day, begun, budget - spent, plan)

    @cached_property
    def _times(self) -> Sequence[tuple[GoalInForce | None, int, int]]:
        """Of each card that was answered on the day, under any id of its note and though it was forgotten since: its goal, the
        milliseconds, and how many answers had no time.
        """
        connection, folder = self.collection.store.connection, self.collection.folder_id
        aliases, owners = event_log.read_aliases(connection), dict[str, GoalInForce | None]()
        for card, note, deck in goal_cards.touched_cards(connection, folder, self.day):
            owners |= dict.fromkeys(aliases.keys(card), self.owner(deck, note))
        times = goal_cards.answer_times(connection, [*owners], self.day)
        return [(owners[key], ms, untimed) for key, ms, untimed in times]

    def _plan(self, goal: GoalInForce, begun: int) -> DayPlan:
        """The plan that was made on the day, or a new one."""
        connection, folder, basis = self.collection.store.connection, self.collection.folder_id, self.basis
        kept = goal_cards.get_plan(connection, folder, goal.name)
        if kept and (kept.day, kept.basis) == (self.day.isoformat(), basis):
            with suppress(ValueError, TypeError, OverflowError, RecursionError):  # it is only advice
                return _plan_from_json(kept.plan)
        from srs.collection.goal_plans import make_plan  # noqa: PLC0415 - once a day

        text = json.dumps(make_plan(self, goal, self.pace, begun))
        if not connection.in_transaction:
            with suppress(StoreError), self.collection.store.write_cache() as cache:  # somebody else may be writing
                goal_cards.put_plan(cache, folder, goal.name, KeptPlan(self.day.isoformat(), basis, text))
        return _plan_from_json(text)

    @cached_property
    def basis(self) -> str:
        """What plans follow from besides the cards: a plan that was made from something else is made anew."""
        goals, away = [[goal.name, goal.at] for goal in self.every], sorted(map(str, self.away))
        return json.dumps([_FORM, goals, in_force.parameters_since(self.collection.store.connection), away])

    def with_goals(self, candidates: Candidates, names: Sequence[str], new_cards: NewCards) -> Candidates:
        """The candidates of the decks `names`, with what goals ask instead of what is due of their cards. `new_cards` gives
        those of a deck, of decks that wait for no other.
        """
        chosen = set(names)
        return candidates._replace(
            reviews=[card for card in candidates.reviews if self.owner(card.deck, card.note) is None],
            new={deck: self._of(new_cards(deck), None) for deck in candidates.new},
            done=self.done_besides,
            goals=[
                GoalCards(
                    name,
                    [card for card in self._reviews[name] if card.deck in chosen],
                    {deck: self._of(new_cards(deck), today) for deck in candidates.new if today.plan},
                    max(today.plan.new - sum(today.begun.values()), 0) if today.plan else 0,
                    today.seconds_left,
                    {deck: DoneToday(count) for deck, count in today.begun.items()},
                )
                for name, today in self.today.items()
            ],
        )

    def _of(self, cards: Iterable[QueuedCard], today: GoalToday | None) -> Iterator[QueuedCard]:
        """Those new cards that a goal asks, or none; what is left unseen on its date is asked as ever."""
        for card in cards:
            if today is None:
                if not self.plans(card.deck, card.note):
                    yield card
            elif today.plan and self.owner(card.deck, card.note) == today.goal:
                yield card._replace(seconds=today.plan.new_seconds)

    @cached_property
    def done_besides(self) -> Mapping[str, DoneToday]:
        """What was done of the cards that no goal plans, by deck."""
        done: dict[str, DoneToday] = {}
        for row in self.answered:
            if not self.plans(row.deck, row.note):
                new, reviews = done.get(row.deck, DoneToday())
                done[row.deck] = DoneToday(
                    new + row.begun, reviews + row.reviewed * (self.owner(row.deck, row.note) is None)
                )
        return done

    @cached_property
    def _reviews(self) -> Mapping[str, Sequence[QueuedCard]]:
        """What is left of the reviews of each goal, in the order of asking."""
        connection, folder, today = self.collection.store.connection, self.collection.folder_id, self.day.toordinal()
        found = {}
        for name, one in self.today.items():
            if one.plan:
                seconds = dict(one.plan.reviews)
            else:
                from srs.collection.goal_plans import reviews_after  # noqa: PLC0415 - only after the date

                seconds = dict(reviews_after(self, one.goal, self.pace.costs))
            rows = goal_cards.askable(connection, folder, seconds, self.day)
            found[name] = [
                QueuedCard(*row, today, seconds[row[0]]) for row in rows if self.owner(row[2], row[1]) == one.goal
            ]
        return found


def read_goals_today(collection: "Collection", day: date) -> GoalsToday:
    """Of the study day."""
    return GoalsToday(collection, day, goals_in_force(collection, day))


def _plan_from_json(text: str) -> DayPlan:
    """Raises ValueError, TypeError, OverflowError or RecursionError for what is no plan."""
    rho, last_from, reviews, new, *seconds, tomorrow = json.loads(text)
    new_seconds, answer_seconds, budget = map(_finite, seconds)
    return DayPlan(
        _finite(rho),
        [float(one) for one in last_from],
        [(_text(card), _finite(of_card)) for card, of_card in reviews],
        int(new),
        new_seconds,
        answer_seconds,
        budget,
        _finite(tomorrow),
    )


def _finite(value: object) -> float:
    if not isinstance(value, int | float) or not isfinite(value):
        raise TypeError
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
