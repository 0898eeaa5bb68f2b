"""The goals of a day: whose cards they are, and what each asks."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from srs.core.deck_names import is_in_deck
from srs.core.errors import StoreError
from srs.core.event import Aim, Break, Goal
from srs.core.unicode import caseless, nfc
from srs.database import deck_files, goal_cards
from srs.database.goal_cards import AnsweredRow, KeptPlan, SeenRow
from srs.log import in_force
from srs.scheduling.queue import Candidates, DoneToday, GoalCards, QueuedCard

if TYPE_CHECKING:
    from srs.collection import Collection

AFTER = 30
"""Days after the date on which what has become due may take no more time than before it."""

_FORM = 1  # of kept plans


class GoalInForce(NamedTuple):
    """A goal, the study day on which it was set, and when (UTC milliseconds)."""

    name: str
    aim: Aim
    set_on: date
    at: int

    def days_left(self, day: date) -> int:
        """Days of study until the date, 1 on the last."""
        return (self.aim.day - day).days


class DayPlan(NamedTuple):
    """What a goal has planned for a day: `reviews`, each with its expected seconds, in the order of asking, and how many new
    cards. `new_seconds` and `answer_seconds` are expected for a new card and for an answer, `budget` is the seconds of the
    day, `tomorrow` how many reviews the next day is expected to have. `rho` and `last_from` are as in
    `srs.scheduling.goal.next_day`.
    """

    rho: float
    last_from: Sequence[float]
    reviews: Sequence[tuple[str, float]]
    new: int
    new_seconds: float
    answer_seconds: float
    budget: float
    tomorrow: float


class GoalToday(NamedTuple):
    """A goal on a study day: `begun` of its new cards were answered already, and `seconds_left` are left of its time. Once the
    date has come, there is no plan: what is due is asked, in no more time than before.
    """

    goal: GoalInForce
    day: date
    begun: int
    seconds_left: float
    plan: DayPlan | None


NewCards = Callable[[str], Iterable[QueuedCard]]
"""The new cards of a deck in their order."""


@dataclass(frozen=True)
class Goals:
    """The goals in force on a study day, the nearest date first, and then those whose date has passed lately."""

    collection: "Collection"
    day: date
    every: Sequence[GoalInForce]

    def owner(self, deck: str, note: str) -> GoalInForce | None:
        """The goal that the note's cards belong to: that with the nearest date."""
        for goal, decks, notes in self._members:
            if deck in decks and (notes is None or note in notes):
                return goal
        return None

    def seen(self, goal: GoalInForce) -> list[SeenRow]:
        """Its unsuspended cards that are not new."""
        connection, folder = self.collection.store.connection, self.collection.folder_id
        rows = goal_cards.seen_cards(connection, folder, self.decks(goal))
        return [row for row in rows if self.owner(row.deck, row.note) == goal]

    def count_unseen(self, goal: GoalInForce) -> int:
        """How many unsuspended new cards it has."""
        connection, folder = self.collection.store.connection, self.collection.folder_id
        rows = goal_cards.unseen_cards(connection, folder, self.decks(goal))
        return sum(self.owner(deck, note) == goal for note, deck in rows)

    def decks(self, goal: GoalInForce) -> list[str]:
        """The decks in which it may have cards."""
        return next(sorted(decks) for one, decks, _ in self._members if one == goal)

    @property
    def plans(self) -> Sequence[DayPlan]:
        """Of the goals whose date has not come."""
        return [today.plan for today in self.today.values() if today.plan]

    @cached_property
    def answered(self) -> Sequence[AnsweredRow]:
        """The cards that were answered on the day."""
        return goal_cards.answered_cards(self.collection.store.connection, self.collection.folder_id, self.day)

    @cached_property
    def away(self) -> frozenset[date]:
        """The days of breaks, from the day on."""
        whats = (event.what for event in in_force.read_breaks(self.collection.store.connection))
        return frozenset(
            day
            for what in whats
            if isinstance(what, Break)
            for n in range((what.last - what.first).days + 1)
            if (day := what.first + timedelta(n)) >= self.day
        )

    @cached_property
    def today(self) -> Mapping[str, GoalToday]:
        """What each of them asks, by name."""
        return {goal.name: self._today(goal) for goal in self.every}

    def _today(self, goal: GoalInForce) -> GoalToday:
        own = [row for row in self.answered if self.owner(row.deck, row.note) == goal]
        begun = sum(row.begun for row in own)
        if goal.days_left(self.day) > 0:
            plan = self._plan(goal, begun)
            budget, usual = plan.budget, plan.answer_seconds
        else:
            from srs.collection.goal_plans import read_pace  # noqa: PLC0415 - only after the date

            plan, pace = None, read_pace(self.collection, self.day)
            budget, usual = pace.budget(goal.aim), pace.costs.recalled
        times = goal_cards.answer_times(self.collection.store.connection, (row.card for row in own), self.day)
        spent = sum(ms / 1000 + untimed * usual for ms, untimed in times.values())
        return GoalToday(goal, self.day, begun, budget - spent, plan)

    def _plan(self, goal: GoalInForce, begun: int) -> DayPlan:
        """The plan that was made on the day, or a new one."""
        connection, folder, basis = self.collection.store.connection, self.collection.folder_id, self._basis
        kept = goal_cards.get_plan(connection, folder, goal.name)
        if kept and (kept.day, kept.basis) == (self.day.isoformat(), basis):
            with suppress(ValueError, TypeError):  # it is only advice
                return _plan_from_json(kept.plan)
        from srs.collection.goal_plans import make_plan  # noqa: PLC0415 - once a day

        text = json.dumps(make_plan(self, goal, begun))
        if not connection.in_transaction:
            with suppress(StoreError), self.collection.store.write_cache() as cache:  # somebody else may be writing
                goal_cards.put_plan(cache, folder, goal.name, KeptPlan(self.day.isoformat(), basis, text))
        return _plan_from_json(text)

    def with_goals(self, candidates: Candidates, names: Sequence[str], new_cards: NewCards) -> Candidates:
        """The candidates of the decks `names`, with what goals ask instead of what is due of their cards. `new_cards` gives
        those of a deck, of decks that wait for no other.
        """
        chosen = set(names)
        return candidates._replace(
            reviews=[card for card in candidates.reviews if self.owner(card.deck, card.note) is None],
            new={deck: self._of(new_cards(deck), None) for deck in candidates.new},
            done=self._done_besides,
            goals=[
                GoalCards(
                    name,
                    [card for card in self._reviews[name] if card.deck in chosen],
                    {deck: self._of(new_cards(deck), today) for deck in candidates.new if today.plan},
                    max(today.plan.new - today.begun, 0) if today.plan else 0,
                    today.seconds_left,
                )
                for name, today in self.today.items()
            ],
        )

    def _of(self, cards: Iterable[QueuedCard], today: GoalToday | None) -> Iterator[QueuedCard]:
        """Those new cards that a goal asks, or none; what is left unseen on its date is asked as ever."""
        for card in cards:
            goal = self.owner(card.deck, card.note)
            planned = goal and goal.days_left(self.day) > 0
            if today is None:
                if not planned:
                    yield card
            elif goal == today.goal and today.plan:
                yield card._replace(seconds=today.plan.new_seconds)

    @cached_property
    def _done_besides(self) -> Mapping[str, DoneToday]:
        """What was done of the cards that no goal plans, by deck."""
        done: dict[str, DoneToday] = {}
        for row in self.answered:
            goal = self.owner(row.deck, row.note)
            if goal is None or goal.days_left(self.day) <= 0:
                new, reviews = done.get(row.deck, DoneToday())
                done[row.deck] = DoneToday(new + row.begun, reviews + (row.reviewed if goal is None else 0))
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

                seconds = dict(reviews_after(self, one.goal))
            rows = goal_cards.askable(connection, folder, seconds, self.day)
            found[name] = [
                QueuedCard(*row, today, seconds[row[0]]) for row in rows if self.owner(row[2], row[1]) == one.goal
            ]
        return found

    @cached_property
    def _basis(self) -> str:
        """What plans follow from besides the cards: a plan that was made from something else is made anew."""
        goals, away = [[goal.name, goal.at] for goal in self.every], sorted(map(str, self.away))
        return json.dumps([_FORM, goals, in_force.parameters_since(self.collection.store.connection), away])

    @cached_property
    def _members(self) -> list[tuple[GoalInForce, frozenset[str], frozenset[str] | None]]:
        names = self.collection.deck_names()
        return [(goal, _decks(goal.aim, names), self._tagged(goal.aim.tags)) for goal in self.every]

    def _tagged(self, tags: Sequence[str]) -> frozenset[str] | None:
        """The notes that have each of the tags, or one below it; None without tags."""
        if not tags:
            return None
        wanted = [caseless(tag) for tag in tags]
        return frozenset(note for note, own in self._tags.items() if all(_has(own, tag) for tag in wanted))

    @cached_property
    def _tags(self) -> Mapping[str, set[str]]:
        """The tags of each note, its file's among them."""
        connection, folder = self.collection.store.connection, self.collection.folder_id
        headers = deck_files.deck_headers(connection, folder)
        of_file = {path: {caseless(tag) for tag in json.loads(deck)["tags"]} for path, deck in headers}
        return {
            note: of_file.get(path, set()) | {caseless(tag) for tag in json.loads(tags)}
            for note, path, tags in goal_cards.tags_of_notes(connection, folder)
        }


def read_goals(collection: "Collection", day: date) -> Goals:
    """Those in force on the study day."""
    found = [
        GoalInForce(event.subject, event.what.aim, event.day, event.at)
        for event in in_force.read_goals(collection.store.connection)
        if isinstance(event.what, Goal) and event.what.aim and event.what.aim.day > day - timedelta(AFTER)
    ]
    return Goals(collection, day, sorted(found, key=lambda goal: (goal.aim.day <= day, goal.aim.day, goal.name)))


def _plan_from_json(text: str) -> DayPlan:
    plan = DayPlan(*json.loads(text))
    return plan._replace(reviews=[(card, seconds) for card, seconds in plan.reviews])


def _decks(aim: Aim, names: Iterable[str]) -> frozenset[str]:
    wanted = [nfc(deck) for deck in aim.decks]
    return frozenset(name for name in names if not wanted or any(is_in_deck(nfc(name), deck) for deck in wanted))


def _has(tags: Iterable[str], wanted: str) -> bool:
    return any(tag == wanted or tag.startswith(f"{wanted}::") for tag in tags)
