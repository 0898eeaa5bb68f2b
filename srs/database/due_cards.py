"""What waits on a study day, read from the caches: hot, so plain SQL over indexes, as (card, note, deck, due) rows."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

Row = tuple[str, str, str, int]
"""card, note, deck, due: UTC milliseconds in steps, a day's ordinal for a review, 0 for a new card."""

_HERE = "c.folder = :folder and c.deck in (select value from json_each(:decks))"
_AWAKE = (
    "not s.suspended and (s.buried is null or s.buried < :day)"  # with what is asked of `due_at` and `due_day`: is_due
)
_EPOCH = date(1970, 1, 1)


def outdated(connection: sqlite3.Connection) -> bool:
    """Whether a migration has left states that are to be replayed: the time of their last event is 0."""
    return connection.execute("select 1 from states where as_of = 0").fetchone() is not None


def _since(day: date) -> int:
    """UTC milliseconds before which nothing happened on the study day, in whichever zone it was: `as_of` has an index, the
    days have none.
    """
    return ((day - _EPOCH).days - 2) * 86_400_000


def learning(connection: sqlite3.Connection, folder: int, decks: str, day: date, ends: int) -> list[Row]:
    """Cards in their steps that fall due before `ends` (UTC milliseconds); `decks` is a JSON list of names."""
    rows = connection.execute(
        f"select c.card, c.note, c.deck, s.due_at from states s cross join cards c on c.card = s.card"
        f" where s.state in ('learning', 'relearning') and s.due_at < :ends and {_AWAKE} and {_HERE}",
        {"folder": folder, "decks": decks, "day": day.isoformat(), "ends": ends},
    )
    return [tuple(row) for row in rows]


def reviews(connection: sqlite3.Connection, folder: int, decks: str, day: date, until: date) -> list[Row]:
    """Reviews due on the day `until` or before, of cards that may be asked on `day`."""
    rows = connection.execute(
        f"select c.card, c.note, c.deck, s.due_day from states s cross join cards c on c.card = s.card"
        f" where s.state = 'review' and s.due_day <= :until and {_AWAKE} and {_HERE}",
        {"folder": folder, "decks": decks, "day": day.isoformat(), "until": until.isoformat()},
    )
    return [(card, note, deck, date.fromisoformat(due).toordinal()) for card, note, deck, due in rows]


def new(connection: sqlite3.Connection, folder: int, decks: Sequence[str], day: date) -> Iterator[Row]:
    """New cards, the first of every file, then the second and so on; read as far as the caller goes."""
    here = "c.folder = :folder"
    if len(decks) == 1:
        here += " and c.deck = :deck"  # walks the index of one deck
    rows = connection.execute(
        f"select c.card, c.note, c.deck from cards c left join states s on s.card = c.card"
        f" where c.new and {here} and (s.card is null or {_AWAKE}) order by c.position, c.path, c.ordinal",
        {"folder": folder, "deck": decks[0] if decks else "", "day": day.isoformat()},
    )
    wanted = set(decks)
    return ((card, note, deck, 0) for card, note, deck in rows if deck in wanted)


def all_awake(connection: sqlite3.Connection, folder: int, decks: str, day: date) -> list[Row]:
    """Every card that is neither suspended nor buried, in the decks' order; none whose id stands for another note."""
    rows = connection.execute(
        f"select c.card, c.note, c.deck, 0 from cards c left join states s on s.card = c.card"
        f" where (s.card is null and c.new or {_AWAKE}) and {_HERE} order by c.position, c.path, c.ordinal",
        {"folder": folder, "decks": decks, "day": day.isoformat()},
    )
    return [tuple(row) for row in rows]


def notes_answered(connection: sqlite3.Connection, day: date) -> frozenset[str]:
    """Notes of which a card was answered on `day`."""
    rows = connection.execute(
        "select distinct note from states where as_of >= ? and last_day = ?", (_since(day), day.isoformat())
    )
    return frozenset(row[0] for row in rows)


def done(connection: sqlite3.Connection, folder: int, day: date) -> dict[str, tuple[int, int]]:
    """By deck: cards introduced on `day`, and reviews answered."""
    rows = connection.execute(
        "select c.deck, sum(s.introduced is :day), sum(s.reviewed is :day) from states s"
        " cross join cards c on c.card = s.card and c.folder = :folder"
        " where s.as_of >= :since and (s.introduced = :day or s.reviewed = :day) group by c.deck",
        {"folder": folder, "day": day.isoformat(), "since": _since(day)},
    )
    return {deck: (introduced, reviewed) for deck, introduced, reviewed in rows}


def reviews_on(connection: sqlite3.Connection, folder: int, decks: str, day: date) -> int:
    """How many notes will have a review due on `day`, those that are left over included: of each note one is asked."""
    row = connection.execute(
        f"select count(distinct s.note) from states s cross join cards c on c.card = s.card"
        f" where s.state = 'review' and s.due_day <= :day and {_AWAKE} and {_HERE}",
        {"folder": folder, "decks": decks, "day": day.isoformat()},
    ).fetchone()
    return int(row[0])


def next_due(
    connection: sqlite3.Connection, folder: int, decks: str, day: date, ends: int
) -> tuple[int | None, date | None]:
    """The earliest step (UTC milliseconds) and the earliest review, none before the day after `day`, of unsuspended cards;
    no step of a buried one before `day` ends at the instant `ends`.
    """
    row = connection.execute(
        f"select min(iif({_AWAKE}, s.due_at, max(s.due_at, :ends))), min(max(s.due_day, date(:day, '+1 day')))"
        f" from states s cross join cards c on c.card = s.card where not s.suspended and {_HERE}",
        {"folder": folder, "decks": decks, "day": day.isoformat(), "ends": ends},
    ).fetchone()
    return row[0], date.fromisoformat(row[1]) if row[1] else None
