"""Events and voids as rows. An event counts unless it is voided. Functions that write must be called inside `Store.write`.

Functions that read by card return the events under all ids of its note, as events of the card's current key. They take the
`aliases` of `read_aliases`, which they read themselves where none are given.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from srs.core import event_row
from srs.core.event import Event, Void
from srs.core.event_line import to_line
from srs.core.event_row import EventRow, ReplayRow
from srs.core.relinks import Aliases, resolve_relinks
from srs.database.bulk_insert import flatten, insert_flat, select_tuples

_INSERT = f"insert into events ({', '.join(event_row.COLUMNS)}) values ({', '.join('?' * len(event_row.COLUMNS))})"
COUNTS = "not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)"
_VOIDED = "exists (select 1 from voids v where v.subject = e.subject and v.at = e.at) as voided"
_IS_USED = (
    "select 1 from events where subject = ?1 and at = ?2 union all select 1 from voids where subject = ?1 and at = ?2"
)
_IS_NOTE_EVENT = "what in ('relinked', 'distinct')"  # word for word the condition of an index
_IS_ANSWER = "what in ('answered', 'crammed')"  # as above

LogEntry = tuple[str, int, str, int, int, str, int, str | None]
"""subject, at, what, rating, duration_ms, state, interval and given memory as stored; null where an event has no such value."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    event: Event
    voided: bool


def insert_event(connection: sqlite3.Connection, event: Event) -> None:
    """Inserts an event; its key must be free."""
    connection.execute(_INSERT, event_row.event_to_row(event))


class EventBlock(NamedTuple):
    """Rows for `insert_flat`: answers, without the columns that they leave empty, and other events."""

    answers: list[Any]
    others: list[Any]


def build_block(rows: Iterable[EventRow]) -> EventBlock:
    """Prepares rows for `insert_block`."""
    width, what, parameters = len(event_row.ANSWER_COLUMNS), *map(event_row.COLUMNS.index, ("what", "parameters"))
    rows = sorted(rows, key=itemgetter(0, 1))  # in the order of the index
    return EventBlock(
        flatten([row[:width] for row in rows if row[what] == "answered" and row[parameters] is None]),
        flatten([row for row in rows if row[what] != "answered" or row[parameters] is not None]),
    )


def insert_block(connection: sqlite3.Connection, block: EventBlock) -> None:
    """Inserts many events; their keys must be free."""
    for columns, values in zip((event_row.ANSWER_COLUMNS, event_row.COLUMNS), block, strict=True):
        insert_flat(connection, f"insert into events ({', '.join(columns)})", len(columns), values)


def has_event(connection: sqlite3.Connection, event: Event) -> bool:
    """Whether there is an event with this key."""
    rows = connection.execute("select 1 from events where subject = ? and at = ?", (event.subject, event.at))
    return rows.fetchone() is not None


def insert_void(connection: sqlite3.Connection, key: Void) -> None:
    """Inserts a void unless there is one with this key."""
    connection.execute("insert or ignore into voids (subject, at) values (?, ?)", (key.subject, key.at))


def free_time(connection: sqlite3.Connection, subject: str, at: int, aliases: Aliases | None = None) -> int:
    """The first millisecond from `at` on that no event or void of the subject uses, under any id."""
    keys = _aliases(connection, aliases).keys(subject)
    while any(connection.execute(_IS_USED, (key, at)).fetchone() for key in keys):
        at += 1
    return at


def get_event(connection: sqlite3.Connection, subject: str, at: int) -> Event | None:
    """The event with this key, voided or not."""
    row = connection.execute("select * from events where subject = ? and at = ?", (subject, at)).fetchone()
    return event_row.event_from_values(row) if row else None


def all_voids(connection: sqlite3.Connection) -> Iterator[Void]:
    """All voids, oldest first, with or without their event."""
    return (Void(*row) for row in connection.execute("select subject, at from voids order by at, subject"))


def note_events(connection: sqlite3.Connection) -> Iterator[Event]:
    """The `Relinked` and `Distinct` events that count, oldest first."""
    query = f"select * from events e where {_IS_NOTE_EVENT} and {COUNTS} order by at, subject"
    return map(event_row.event_from_values, connection.execute(query))


def read_aliases(connection: sqlite3.Connection) -> Aliases:
    """What the relinks that count amount to."""
    rows = connection.execute(f"select * from events e where {_IS_NOTE_EVENT} and what = 'relinked' and {COUNTS}")
    return resolve_relinks(map(event_row.event_from_values, rows))


def _aliases(connection: sqlite3.Connection, known: Aliases | None) -> Aliases:
    return read_aliases(connection) if known is None else known


def card_events(connection: sqlite3.Connection, card: str, aliases: Aliases | None = None) -> Iterator[Event]:
    """The card's events that count, oldest first."""
    return (logged.event for logged in _card_history(connection, card, _aliases(connection, aliases), f"and {COUNTS}"))


def _card_history(
    connection: sqlite3.Connection, card: str, aliases: Aliases, condition: str = ""
) -> Iterable[LoggedEvent]:
    keys = aliases.keys(card)
    rows = connection.execute(
        f"select e.*, {_VOIDED} from json_each(?) k cross join events e on e.subject = k.value {condition} order by e.at",
        (json.dumps(keys),),
    )
    history = map(_to_logged, rows)
    return history if keys == (card,) else _merge_histories(card, history)


def _merge_histories(card: str, history: Iterable[LoggedEvent]) -> list[LoggedEvent]:
    """The events of several keys as events of the card, oldest first, one for each millisecond: one that counts rather than
    a voided one, then the one with the smaller line.
    """
    by_time: dict[int, list[LoggedEvent]] = defaultdict(list)
    for logged in history:
        by_time[logged.event.at].append(logged)
    kept = (min(by_time[at], key=lambda logged: (logged.voided, to_line(logged.event))) for at in sorted(by_time))
    return [LoggedEvent(replace(logged.event, subject=card), logged.voided) for logged in kept]


def card_rows(
    connection: sqlite3.Connection, cards: Iterable[str], aliases: Aliases | None = None
) -> Iterator[tuple[EventRow, bool]]:
    """The cards' events, and whether each is voided, card by card, oldest first; cards with several keys come last."""
    aliases = _aliases(connection, aliases)
    keys = [key for card in cards for key in aliases.keys(card)] if aliases else list(cards)
    rows = select_tuples(
        connection,
        f"select {', '.join(f'e.{name}' for name in event_row.COLUMNS)}, {_VOIDED}"
        " from json_each(?) c cross join events e on e.subject = c.value order by e.subject, e.at",
        (json.dumps(keys),),
    )
    stored = ((row[:-1], bool(row[-1])) for row in rows)
    return _relinked_rows_last(stored, aliases) if aliases else stored


def _relinked_rows_last(rows: Iterable[tuple[EventRow, bool]], aliases: Aliases) -> Iterator[tuple[EventRow, bool]]:
    relinked = defaultdict[str, list[LoggedEvent]](list)
    for row, voided in rows:
        key = row[0]
        if aliases.is_card_relinked(key):
            relinked[aliases.card(key)].append(LoggedEvent(event_row.event_from_row(row), voided))
        else:
            yield row, voided
    for card in sorted(relinked):
        for logged in _merge_histories(card, relinked[card]):
            yield event_row.event_to_row(logged.event), logged.voided


def orphan_voids(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """(subject, at) of each void without its event."""
    rows = connection.execute(
        "select * from voids v where not exists (select 1 from events e where e.subject = v.subject and e.at = v.at)"
    )
    return map(tuple, rows)


def replay_rows(
    connection: sqlite3.Connection, cards: Collection[str] | None = None, aliases: Aliases | None = None
) -> Iterator[ReplayRow]:
    """The events that count of all cards or of these, card by card, oldest first; cards with several keys come last."""
    aliases = _aliases(connection, aliases)
    keys = cards
    if cards is not None and aliases:
        keys = [card for card in cards if not aliases.is_card_relinked(card)]
    rows = select_tuples(
        connection,
        f"select {', '.join(event_row.REPLAY_COLUMNS)} from {_from_cards(keys)}"
        f" where what not in ('relinked', 'distinct', 'parameters', 'goal', 'break', 'rehearsed') and {COUNTS} order by subject, at",
        () if keys is None else (json.dumps(list(keys)),),
    )
    return _relinked_cards_last(connection, rows, cards, aliases) if aliases else rows


def _relinked_cards_last(
    connection: sqlite3.Connection, rows: Iterable[ReplayRow], cards: Collection[str] | None, aliases: Aliases
) -> Iterator[ReplayRow]:
    relinked = {card for card in cards or () if aliases.is_card_relinked(card)}
    for row in rows:
        key = row[0]
        if aliases.is_card_relinked(key):
            relinked.add(aliases.card(key))
        else:
            yield row
    for card in sorted(relinked):
        for event in card_events(connection, card, aliases):
            yield event_row.to_replay_row(event_row.event_to_row(event))


def last_seq(connection: sqlite3.Connection) -> int:
    """The number of the event that this database got to know last, about as many as there are; 0 if there is none."""
    number: int = connection.execute("select coalesce(max(seq), 0) from events").fetchone()[0]
    return number


def count_events(connection: sqlite3.Connection, cards: Collection[str] | None = None) -> int:
    """How many events there are under these keys, or in all, voided ones included."""
    values = () if cards is None else (json.dumps(list(cards)),)
    number: int = connection.execute(f"select count(*) from {_from_cards(cards)}", values).fetchone()[0]
    return number


def count_voids(connection: sqlite3.Connection) -> int:
    number: int = connection.execute("select count(*) from voids").fetchone()[0]
    return number


def _from_cards(cards: Collection[str] | None) -> str:
    return "events e" if cards is None else "json_each(?) c cross join events e on e.subject = c.value"


def events_after(connection: sqlite3.Connection, at: int) -> Iterator[Event]:
    """All events later than the instant, voided ones included, oldest first, ties by subject."""
    rows = connection.execute("select * from events where at > ? order by at, subject", (at,))
    return map(event_row.event_from_values, rows)


def log_entries(connection: sqlite3.Connection, aliases: Aliases | None = None) -> Iterator[LogEntry]:
    """The answers, forgets and due dates of all cards that count, oldest first, ties by key."""
    rows = select_tuples(
        connection,
        "select subject, at, what, rating, duration_ms, state, interval, parameters from events e"
        f" where what in ('answered', 'crammed', 'forgot', 'rescheduled') and {COUNTS} order by at, subject",
    )
    if not (aliases := _aliases(connection, aliases)):
        return rows
    duplicates = duplicate_keys(connection, aliases)
    return ((aliases.card(key), at, *rest) for key, at, *rest in rows if (key, at) not in duplicates)


def duplicate_keys(connection: sqlite3.Connection, aliases: Aliases) -> frozenset[tuple[str, int]]:
    """The keys of events that are ignored because their card has another one at that millisecond."""
    events = defaultdict[tuple[str, int], list[Event]](list)
    for note in (note for notes in aliases.members.values() for note in notes):
        for row in connection.execute(
            f"select * from events e where subject > ? and subject < ? and {COUNTS}", card_key_range(note)
        ):
            events[aliases.card(row["subject"]), row["at"]].append(event_row.event_from_values(row))
    return frozenset(
        (event.subject, event.at)
        for same_time in events.values()
        if len(same_time) > 1
        for event in sorted(same_time, key=to_line)[1:]
    )


def card_key_range(note: str) -> tuple[str, str]:
    """Exclusive bounds of the keys of the note's cards."""
    return f"{note}/", f"{note}0"  # 0 comes next after /


def keys_of_note(connection: sqlite3.Connection, note: str) -> list[str]:
    """The keys under which events of the note's cards are stored."""
    rows = connection.execute(
        "select distinct subject from events where subject > ? and subject < ?", card_key_range(note)
    )
    return [key for (key,) in rows]


def has_note(connection: sqlite3.Connection, note: str) -> bool:
    """Whether any event is stored under the note's id or under one of its cards."""
    first, last = card_key_range(note)
    rows = connection.execute(
        "select 1 from events where (subject = ? and what in ('relinked', 'distinct', 'rehearsed')) or (subject > ? and subject < ?)"
        " limit 1",
        (note, first, last),
    )
    return rows.fetchone() is not None


def voided_answers(connection: sqlite3.Connection, aliases: Aliases | None = None) -> Iterator[tuple[str, int, int]]:
    """card, UTC milliseconds and rating of each voided answer, oldest first."""
    rows = connection.execute(
        f"select subject, at, rating from events e where what = 'answered' and not ({COUNTS}) order by at, subject"
    )
    if not (aliases := _aliases(connection, aliases)):
        return rows
    return ((aliases.card(key), at, rating) for key, at, rating in rows)


def first_day(connection: sqlite3.Connection) -> date | None:
    """The earliest study day of an event that counts."""
    (day,) = connection.execute(f"select min(day) from events e where {COUNTS}").fetchone()
    return date.fromisoformat(day) if day else None


def history(
    connection: sqlite3.Connection, card: str | None = None, aliases: Aliases | None = None
) -> Iterator[LoggedEvent]:
    """The card's events, or the whole log as stored, voided events included: oldest first, ties by card, none first."""
    if card is not None:
        return iter(_card_history(connection, card, _aliases(connection, aliases)))
    rows = connection.execute(
        f"select e.*, {_VOIDED} from events e"
        " order by at, what in ('relinked', 'distinct', 'parameters', 'goal', 'break', 'rehearsed') desc, subject"
    )
    return map(_to_logged, rows)


def cards_failed_on(connection: sqlite3.Connection, day: date, aliases: Aliases | None = None) -> frozenset[str]:
    """The cards that were answered Again on the study day."""
    rows = connection.execute(
        f"select subject, at from events e where day = ? and what = 'answered' and rating = 1 and {COUNTS}",
        (day.isoformat(),),
    )
    aliases = _aliases(connection, aliases)
    duplicates = duplicate_keys(connection, aliases)
    return frozenset(aliases.card(key) for key, at in rows if (key, at) not in duplicates)


def last_rated(
    connection: sqlite3.Connection, since: date, aliases: Aliases | None = None
) -> dict[str, dict[int, date]]:
    """By card and rating, the latest study day from `since` on with such an answer; crammed answers count."""
    aliases = _aliases(connection, aliases)
    duplicates = [f"{key} {at}" for key, at in duplicate_keys(connection, aliases)]
    rows = connection.execute(
        "select subject, rating, max(day) from events e where day >= ? and what in ('answered', 'crammed')"
        f" and {COUNTS} and subject || ' ' || at not in (select value from json_each(?)) group by subject, rating",
        (since.isoformat(), json.dumps(duplicates)),
    )
    found = defaultdict[str, dict[int, date]](dict)
    for key, rating, day in rows:
        days = found[aliases.card(key)]
        days[rating] = max(days.get(rating, date.min), date.fromisoformat(day))
    return found


def answers_by_day(connection: sqlite3.Connection, aliases: Aliases | None = None) -> dict[date, int]:
    """How many answers that count each study day has, if any, crammed ones included."""
    found = Counter[str](dict(_answers_by_day(connection, "events e")))
    found.subtract(dict(_answers_by_day(connection, "voids v cross join events e using (subject, at)")))
    for subject, at in duplicate_keys(connection, _aliases(connection, aliases)):
        where = f"events e where subject = ? and at = ? and {_IS_ANSWER}"
        found.subtract(day for (day,) in connection.execute(f"select day from {where}", (subject, at)))
    return {date.fromisoformat(day): number for day, number in found.items() if number}


def _answers_by_day(connection: sqlite3.Connection, source: str) -> Iterable[tuple[str, int]]:
    return select_tuples(connection, f"select day, count(*) from {source} where {_IS_ANSWER} group by day")


def has_answer(connection: sqlite3.Connection, day: date) -> bool:
    """Whether the study day has an answer that counts."""
    query = f"select 1 from events e where day = ? and {_IS_ANSWER} and {COUNTS} limit 1"
    return connection.execute(query, (day.isoformat(),)).fetchone() is not None


def _to_logged(row: sqlite3.Row) -> LoggedEvent:
    return LoggedEvent(event_row.event_from_values(row), bool(row["voided"]))
