"""The goals in force, and whose cards they are."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from srs.core.deck_names import is_in_deck
from srs.core.event import Aim, Break, Goal
from srs.core.unicode import caseless, nfc
from srs.database import deck_files, goal_cards
from srs.database.goal_cards import DAYS_AFTER, AnsweredRow, SeenRow
from srs.log import in_force

if TYPE_CHECKING:
    from srs.collection import Collection


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

    def plans(self, deck: str, note: str) -> bool:
        """Whether a goal whose date has not come decides when the note's cards are asked."""
        goal = self.owner(deck, note)
        return goal is not None and goal.days_left(self.day) > 0

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

    @cached_property
    def answered(self) -> Sequence[AnsweredRow]:
        """The cards that were answered on the day."""
        return goal_cards.answered_cards(self.collection.store.connection, self.collection.folder_id, self.day)

    @cached_property
    def away(self) -> frozenset[date]:
        """The days of breaks, from the day on."""
        return frozenset(day for day in days_of_breaks(self.collection.store.connection) if day >= self.day)

    @cached_property
    def _members(self) -> list[tuple[GoalInForce, frozenset[str], frozenset[str] | None]]:
        names = self.collection.deck_names()
        return [(goal, _decks(goal.aim, names), self._tagged(goal.aim.tags)) for goal in self.every]

    def _tagged(self, tags: Sequence[str]) -> frozenset[str] | None:
        """The notes that have each of the tags, or one below it; None without tags."""
        if not tags:
            return None
        wanted = [caseless(tag) for tag in tags]
        return frozenset(
            note for note, own in self._tags.items() if all(any(is_in_deck(one, tag) for one in own) for tag in wanted)
        )

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


def days_of_breaks(connection: sqlite3.Connection) -> frozenset[date]:
    """The days of all breaks, past ones as well."""
    whats = (event.what for event in in_force.read_breaks(connection))
    return frozenset(
        what.first + timedelta(n)
        for what in whats
        if isinstance(what, Break)
        for n in range((what.last - what.first).days + 1)
    )


def goals_in_force(collection: "Collection", day: date) -> list[GoalInForce]:
    """Those of the study day, the nearest date first, and then those whose date has passed lately."""
    found = [
        GoalInForce(event.subject, event.what.aim, event.day, event.at)
        for event in in_force.read_goals(collection.store.connection)
        if isinstance(event.what, Goal) and event.what.aim and event.what.aim.day > day - timedelta(DAYS_AFTER)
    ]
    return sorted(found, key=lambda goal: (goal.aim.day <= day, goal.aim.day, goal.name))


def _decks(aim: Aim, names: Iterable[str]) -> frozenset[str]:
    wanted = [nfc(deck) for deck in aim.decks]
    return frozenset(name for name in names if not wanted or any(is_in_deck(nfc(name), deck) for deck in wanted))
