"""The cards to study on a day, read from the caches by plain SQL over indexes: `srs due` waits for it.

Due and buried are what `srs.core.card_state.CardState` says of one card; a test compares the two.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from srs.database.bulk_insert import select_tuples

DueCard = tuple[str, str, str, int]
"""card, note, deck, due: UTC milliseconds in steps, a day's ordinal for a review, 0 for a new card."""

IN_DECKS = "c.folder = :folder and c.deck in (select value from json_each(:decks))"
AVAILABLE = "not s.suspended and (s.buried is null or s.buried < :day)"
_STEP_DUE = f"s.state in ('learning', 'relearning') and s.due_at < :ends and {AVAILABLE}"
_REVIEW_DUE = f"s.state = 'review' and s.due_day <= :until and {AVAILABLE}"
_STATES = "states s cross join cards c on c.card = s.card"  # in this order: few states are due
_OF_FOLDER = (
    "exists (select 1 from cards c where c.folder = ? and c.card = s.card)"
    " and (? or s.card in (select value from json_each(?)))"
)
_EPOCH = date(1970, 1, 1)


def needs_replay(connection: sqlite3.Connection) -> bool:
    """Whether a migration has marked states as out of date: the time of their last event is 0."""
    return connection.execute("select 1 from states where as_of = 0").fetchone() is not None


def learning_cards(
    connection: sqlite3.Connection, folder: int, decks: Sequence[str], day: date, ends: int
) -> list[DueCard]:
    """Cards in their steps that are due before `ends`, the end of `day` in UTC milliseconds."""
    rows = connection.execute(
        f"select c.card, c.note, c.deck, s.due_at from {_STATES} where {_STEP_DUE} and {IN_DECKS}",
        values_of(folder, decks, day) | {"ends": ends},
    )
    return [tuple(row) for row in rows]


def review_cards(
    connection: sqlite3.Connection, folder: int, decks: Sequence[str], day: date, until: date
) -> list[DueCard]:
    """Reviews due on the day `until` or before, of cards that may be asked on `day`."""
    rows = connection.execute(
        f"select c.card, c.note, c.deck, s.due_day from {_STATES} where {_REVIEW_DUE} and {IN_DECKS}",
        values_of(folder, decks, day) | {"until": until.isoformat()},
    )
    return [(card, note, deck, date.fromisoformat(due).toordinal()) for card, note, deck, due in rows]


def new_cards(connection: sqlite3.Connection, folder: int, deck: str, day: date) -> Iterator[DueCard]:
    """The new cards of one deck in their order, lazily; nothing is read before the first is asked for."""
    rows = connection.execute(
        "select c.card, c.note, c.deck from cards c left join states s on s.card = c.card"
        f" where c.new and c.folder = :folder and c.deck = :deck and (s.card is null or {AVAILABLE})"
        " order by c.position, c.path, c.ordinal",
        {"folder": folder, "deck": deck, "day": day.isoformat()},
    )
    for card, note, name in rows:
        yield card, note, name, 0


def decks_with_unseen_notes(connection: sqlite3.Connection, folder: int, decks: Iterable[str], day: date) -> set[str]:
    """Those of the decks that have, or had on the morning of `day`, a note of which no card was answered yet and one, buried
    or not, is not suspended.
    """
    unseen = connection.execute(
        "select value from json_each(:decks) where exists (select 1 from cards c indexed by cards_new"
        " left join states s on s.card = c.card where c.new and c.folder = :folder and c.deck = value"
        " and (s.card is null or not s.suspended)"
        " and not exists (select 1 from cards o indexed by cards_by_note"
        " where o.folder = :folder and o.note = c.note and not o.new))",
        {"folder": folder, "decks": json.dumps(sorted(decks))},
    )
    first_seen = connection.execute(
        f"select c.deck from {_STATES} and c.folder = :folder where s.as_of >= :since and s.introduced = :day"
        " and not exists (select 1 from cards o indexed by cards_by_note cross join states f on f.card = o.card"
        " where o.folder = :folder and o.note = c.note and f.introduced < :day)",
        {"folder": folder, "day": day.isoformat(), "since": since(day)},
    )
    return {deck for (deck,) in unseen} | {deck for (deck,) in first_seen}.intersection(decks)


def count_unseen(connection: sqlite3.Connection, folder: int, decks: Sequence[str]) -> int:
    """How many new cards the decks have, without suspended ones."""
    (count,) = connection.execute(
        "select count(*) from cards c left join states s on s.card = c.card where c.new and c.folder = ?"
        " and (s.card is null or not s.suspended) and c.deck in (select value from json_each(?))",
        (folder, json.dumps(list(decks))),
    ).fetchone()
    return int(count)


def cards_in_order(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, str]]:
    """(card, deck) of all cards: the first of every file, then the second of every file, and so on."""
    rows = connection.execute(
        "select card, deck from cards where folder = ? order by position, path, ordinal", (folder,)
    )
    return ((card, deck) for card, deck in rows)


def available_cards(connection: sqlite3.Connection, folder: int, decks: Sequence[str], day: date) -> list[DueCard]:
    """Every card that is neither suspended nor buried, due or not, in the order of `cards_in_order`; none of a relinked id."""
    rows = connection.execute(
        f"select c.card, c.note, c.deck, 0 from cards c left join states s on s.card = c.card"
        f" where (s.card is null and c.new or {AVAILABLE}) and {IN_DECKS} order by c.position, c.path, c.ordinal",
        values_of(folder, decks, day),
    )
    return [tuple(row) for row in rows]


def answered_notes(connection: sqlite3.Connection, day: date) -> frozenset[str]:
    """Notes with a card that was answered on `day`."""
    rows = connection.execute(
        "select distinct note from states where as_of >= ? and last_day = ?", (since(day), day.isoformat())
    )
    return frozenset(note for (note,) in rows)


def count_answered(connection: sqlite3.Connection, folder: int, day: date) -> dict[str, tuple[int, int]]:
    """By deck, how many cards were introduced on `day` and how many reviews were answered."""
    rows = connection.execute(
        f"select c.deck, sum(s.introduced is :day), sum(s.reviewed is :day) from {_STATES} and c.folder = :folder"
        " where s.as_of >= :since and (s.introduced = :day or s.reviewed = :day) group by c.deck",
        {"folder": folder, "day": day.isoformat(), "since": since(day)},
    )
    return {deck: (introduced, reviewed) for deck, introduced, reviewed in rows}


def count_reviews(connection: sqlite3.Connection, folder: int, decks: Sequence[str], day: date) -> int:
    """How many notes have a review due on `day` or before: of each note one card is asked."""
    (count,) = connection.execute(
        f"select count(distinct s.note) from {_STATES} where {_REVIEW_DUE} and {IN_DECKS}",
        values_of(folder, decks, day) | {"until": day.isoformat()},
    ).fetchone()
    return int(count)


def count_due(connection: sqlite3.Connection, days: Iterable[date]) -> dict[date, int]:
    """How many unsuspended reviews of all folders are due on each of the days, without days that have none."""
    rows = connection.execute(
        "select due_day, count(*) from states where state = 'review' and not suspended"
        " and due_day in (select value from json_each(?)) group by due_day",
        (json.dumps([day.isoformat() for day in days]),),
    )
    return {date.fromisoformat(day): count for day, count in rows}


def count_due_by_day(
    connection: sqlite3.Connection, folder: int, day: date, days: int, only: Iterable[str] | None = None
) -> dict[date, int]:
    """How many unsuspended reviews of the folder's cards, or of `only` these, are due on each of the `days` after `day`."""
    last = day + timedelta(days)
    rows = connection.execute(
        "select s.due_day, count(*) from states s where s.state = 'review' and not s.suspended"
        f" and s.due_day > ? and s.due_day <= ? and {_OF_FOLDER} group by s.due_day",
        (day.isoformat(), last.isoformat(), *_values_of_folder(folder, only)),
    )
    found = {date.fromisoformat(due): count for due, count in rows}
    return {one: found.get(one, 0) for one in (day + timedelta(n + 1) for n in range(days))}


def most_lapses(
    connection: sqlite3.Connection, folder: int, lapses: int, only: Iterable[str] | None = None
) -> list[tuple[str, str, int, int]]:
    """(card, deck, lapses, suspended) of the folder's cards, or of `only` these, with at least so many, most first."""
    rows = connection.execute(
        "select s.card, c.deck, s.lapses, s.suspended from states s join cards c on c.folder = ? and c.card = s.card"
        f" where s.lapses >= ? and {_OF_FOLDER} order by s.lapses desc, s.card",
        (folder, lapses, *_values_of_folder(folder, only)),
    )
    return [tuple(row) for row in rows]


def memories(
    connection: sqlite3.Connection, folder: int, only: Iterable[str] | None = None
) -> list[tuple[float, float, str]]:
    """(stability, difficulty, study day of the last answer) of the folder's cards, or of `only` these, that have a memory."""
    query = f"select s.stability, s.difficulty, s.last_day from states s where s.stability is not null and {_OF_FOLDER}"
    return select_tuples(connection, query, _values_of_folder(folder, only)).fetchall()


def _values_of_folder(folder: int, only: Iterable[str] | None) -> tuple[int, int, str]:
    return folder, only is None, json.dumps([] if only is None else list(only))


def sibling_due_days(connection: sqlite3.Connection, card: str) -> list[date]:
    """When unsuspended reviews of the other cards of the note are due."""
    note = card.rpartition("/")[0]
    rows = connection.execute(
        "select due_day from states where card > ? and card < ? and card <> ?"
        " and +state = 'review' and not suspended",  # the plus: of one note there are fewer than of all reviews
        (f"{note}/", f"{note}0", card),  # "0" comes after "/"
    )
    return [date.fromisoformat(day) for (day,) in rows]


def next_due(
    connection: sqlite3.Connection, folder: int, decks: Sequence[str], day: date, ends: int
) -> tuple[int | None, date | None]:
    """The earliest step (UTC milliseconds) and the earliest review of unsuspended cards: no review before the day after
    `day`, and no step of a buried card before `day` ends at the instant `ends`.
    """
    step, review = connection.execute(
        f"select min(iif({AVAILABLE}, s.due_at, max(s.due_at, :ends))), min(max(s.due_day, date(:day, '+1 day')))"
        f" from {_STATES} where not s.suspended and {IN_DECKS}",
        values_of(folder, decks, day) | {"ends": ends},
    ).fetchone()
    return step, date.fromisoformat(review) if review else None


def values_of(folder: int, decks: Sequence[str], day: date) -> dict[str, int | str]:
    return {"folder": folder, "decks": json.dumps(list(decks)), "day": day.isoformat()}


def since(day: date) -> int:
    """UTC milliseconds before the study day began in any zone: unlike the days, `as_of` has an index."""
    return ((day - _EPOCH).days - 2) * 86_400_000
