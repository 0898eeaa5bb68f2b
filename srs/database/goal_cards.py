"""The cards of goals, and the plans that are kept of them. Functions that write must be called inside `Store.write_cache`."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from srs.database.due_cards import AVAILABLE, IN_DECKS, since, values_of

DAYS_AFTER = 30
"""Days after a goal's date on which what has become due may take no more time than before it."""


class KeptPlan(NamedTuple):
    """The plan of a study day as JSON, and what it was made from."""

    day: str
    basis: str
    plan: str


class SeenRow(NamedTuple):
    """An unsuspended card that is not new. Stability is in days, None without a memory yet; days are ISO, `due_day` that of a
    review.
    """

    card: str
    note: str
    deck: str
    state: str
    stability: float | None
    difficulty: float | None
    last_day: str | None
    due_day: str | None


class AnsweredRow(NamedTuple):
    """A card that was answered on a day: whether that was its first answer, and one in review."""

    card: str
    note: str
    deck: str
    begun: int
    reviewed: int


def has_goals(connection: sqlite3.Connection, since: date) -> bool:
    """Whether a goal was ever set, and perhaps dropped, whose date is later than `since`."""
    # the first condition is that of an index, and days as text are in the order of time
    query = (
        "select 1 from events where what in ('goal', 'break') and what = 'goal' and json_valid(parameters)"
        " and json_extract(parameters, '$.date') > ?"
    )
    return connection.execute(query, (since.isoformat(),)).fetchone() is not None


def get_plan(connection: sqlite3.Connection, folder: int, goal: str) -> KeptPlan | None:
    row = connection.execute(
        "select day, basis, plan from goal_plans where folder = ? and goal = ?", (folder, goal)
    ).fetchone()
    return KeptPlan(*row) if row else None


def put_plan(connection: sqlite3.Connection, folder: int, goal: str, kept: KeptPlan) -> None:
    connection.execute("insert or replace into goal_plans values (?, ?, ?, ?, ?)", (folder, goal, *kept))


def drop_plans(connection: sqlite3.Connection) -> None:
    """Drops the plans of all goals, to be called when the states of cards have changed otherwise than by answers of today."""
    connection.execute("delete from goal_plans where basis <> ''")


def seen_cards(connection: sqlite3.Connection, folder: int, decks: Sequence[str]) -> list[SeenRow]:
    rows = connection.execute(
        "select c.card, c.note, c.deck, s.state, s.stability, s.difficulty, s.last_day, s.due_day"
        f" from cards c join states s on s.card = c.card where {IN_DECKS} and not s.suspended and s.state <> 'new'",
        {"folder": folder, "decks": json.dumps(list(decks))},
    )
    return [SeenRow(*row) for row in rows]


def unseen_cards(connection: sqlite3.Connection, folder: int, decks: Sequence[str]) -> list[tuple[str, str]]:
    """(note, deck) of each unsuspended new card."""
    rows = connection.execute(
        f"select c.note, c.deck from cards c left join states s on s.card = c.card"
        f" where {IN_DECKS} and c.new and (s.card is null or not s.suspended)",
        {"folder": folder, "decks": json.dumps(list(decks))},
    )
    return [tuple(row) for row in rows]


def askable(connection: sqlite3.Connection, folder: int, cards: Iterable[str], day: date) -> list[tuple[str, str, str]]:
    """(card, note, deck) of those of the cards, in their order, that are in review, may be asked on `day` and were not
    answered on it yet.
    """
    rows = connection.execute(
        "select s.card, c.note, c.deck from json_each(:cards) j cross join states s on s.card = j.value"
        " cross join cards c on c.card = s.card and c.folder = :folder"
        f" where s.state = 'review' and ifnull(s.last_day, '') < :day and {AVAILABLE} order by j.key",
        values_of(folder, (), day) | {"cards": json.dumps(list(cards))},
    )
    return [tuple(row) for row in rows]


def answered_cards(connection: sqlite3.Connection, folder: int, day: date) -> list[AnsweredRow]:
    rows = connection.execute(
        "select c.card, c.note, c.deck, s.introduced is :day, s.reviewed is :day"
        " from states s cross join cards c on c.card = s.card and c.folder = :folder"
        " where s.as_of >= :since and s.last_day = :day",
        values_of(folder, (), day) | {"since": since(day)},
    )
    return [AnsweredRow(*row) for row in rows]


def touched_cards(connection: sqlite3.Connection, folder: int, day: date) -> list[tuple[str, str, str]]:
    """(card, note, deck) of each card with an event since the study day began, and of some from shortly before."""
    rows = connection.execute(
        "select c.card, c.note, c.deck from states s cross join cards c on c.card = s.card and c.folder = :folder"
        " where s.as_of >= :since",
        {"folder": folder, "since": since(day)},
    )
    return [tuple(row) for row in rows]


def answer_times(connection: sqlite3.Connection, keys: Sequence[str], day: date) -> list[tuple[str, int, int]]:
    """Of each key with answers on `day`, their milliseconds, and how many had no time."""
    rows = connection.execute(
        "select e.subject, sum(e.duration_ms), sum(e.duration_ms = 0) from json_each(?) j"
        " cross join events e on e.subject = j.value where e.day = ? and e.what = 'answered'"
        " and not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at) group by e.subject",
        (json.dumps(keys), day.isoformat()),
    )
    return [tuple(row) for row in rows]


def tags_of_notes(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str, str]]:
    """Each note's id, the path of its file, and its own tags as JSON."""
    rows = connection.execute("select id, path, tags from notes where folder = ?", (folder,))
    return [tuple(row) for row in rows]
