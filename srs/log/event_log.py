"""Events and voids as rows. Functions that write expect to be inside `Store.write`.

Functions that read by card see the card's events under all ids that stand for its note, and name the card by the current
one. They read the aliases by themselves; who calls them often passes those of `aliases`.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from srs.core import event_row
from srs.core.event import Event, Parameters, Void
from srs.core.event_line import line
from srs.core.event_row import Replayed, Whole
from srs.core.relinks import Aliases, resolve
from srs.database.bulk_insert import flat, insert_flat

_INSERT = f"insert into events ({', '.join(event_row.COLUMNS)}) values ({', '.join('?' * len(event_row.COLUMNS))})"
_NOT_VOID = "not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)"
_VOIDED = "exists (select 1 from voids v where v.subject = e.subject and v.at = e.at) as voided"
_OF_NOTES = "what in ('relinked', 'distinct')"  # word for word the condition of an index


Entry = tuple[str, int, str, int, int, str, int]
"""subject, at, what, rating, duration_ms, state and interval as stored; null where an event has no such thing."""


@dataclass(frozen=True, slots=True)
class Logged:
    event: Event
    voided: bool


def add(connection: sqlite3.Connection, event: Event) -> None:
    """Appends; the key must be free."""
    connection.execute(_INSERT, event_row.whole(event))


class Block(NamedTuple):
    """Rows to append, as `insert_flat` wants them: answers without the columns that none fills, and all others."""

    answers: list[Any]
    others: list[Any]


def block(rows: Iterable[Whole]) -> Block:
    """For `add_block`."""
    rows = sorted(rows, key=itemgetter(0, 1))  # neighbours in the index go in together
    width = len(event_row.OF_ANSWERS)
    return Block(
        flat([row[:width] for row in rows if row[3] == "answered"]), flat([row for row in rows if row[3] != "answered"])
    )


def add_block(connection: sqlite3.Connection, block: Block) -> None:
    """Appends many; their keys must be free."""
    for columns, values in zip((event_row.OF_ANSWERS, event_row.COLUMNS), block, strict=True):
        insert_flat(connection, f"insert into events ({', '.join(columns)})", len(columns), values)


def add_all(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """As `add_block`, of events."""
    add_block(connection, block(map(event_row.whole, events)))


def known(connection: sqlite3.Connection, event: Event) -> bool:
    """Whether an event with this key is there already."""
    found = connection.execute("select 1 from events where subject = ? and at = ?", (event.subject, event.at))
    return found.fetchone() is not None


def void(connection: sqlite3.Connection, key: Void) -> None:
    """Takes the event out of the count; doing so twice is the same as once."""
    connection.execute("insert or ignore into voids (subject, at) values (?, ?)", (key.subject, key.at))


def free_time(connection: sqlite3.Connection, subject: str, at: int, aliases: Aliases | None = None) -> int:
    """The first millisecond from `at` on that no event of the subject uses, under whatever id; voided ones and early voids
    included.
    """
    keys = json.dumps(_aliases(connection, aliases).keys(subject))
    while connection.execute(
        "select 1 from json_each(:keys) k join events e on e.subject = k.value and e.at = :at union all"
        " select 1 from json_each(:keys) k join voids v on v.subject = k.value and v.at = :at",
        {"keys": keys, "at": at},
    ).fetchone():
        at += 1
    return at


def get(connection: sqlite3.Connection, subject: str, at: int) -> Event | None:
    """The event with this key, voided or not."""
    row = connection.execute("select * from events where subject = ? and at = ?", (subject, at)).fetchone()
    return event_row.event(row) if row else None


def voids(connection: sqlite3.Connection) -> Iterator[Void]:
    """All of them, oldest first, those whose event is not known included."""
    return (Void(*row) for row in connection.execute("select subject, at from voids order by at, subject"))


def of_notes(connection: sqlite3.Connection) -> Iterator[Event]:
    """The events of notes that count, oldest first: relinks, and pairs that are two."""
    return map(
        event_row.event,
        connection.execute(f"select * from events e where {_OF_NOTES} and {_NOT_VOID} order by at, subject"),
    )


def aliases(connection: sqlite3.Connection) -> Aliases:
    """What the relinks that count amount to."""
    rows = connection.execute(f"select * from events e where {_OF_NOTES} and what = 'relinked' and {_NOT_VOID}")
    return resolve(map(event_row.event, rows))


def _aliases(connection: sqlite3.Connection, known: Aliases | None) -> Aliases:
    return aliases(connection) if known is None else known


def of_card(connection: sqlite3.Connection, card: str, aliases: Aliases | None = None) -> Iterator[Event]:
    """The events of a card that count, oldest first."""
    return (row.event for row in _lived(connection, card, _aliases(connection, aliases), f"and {_NOT_VOID}"))


def _lived(connection: sqlite3.Connection, card: str, aliases: Aliases, and_: str = "") -> Iterable[Logged]:
    keys = aliases.keys(card)
    rows = connection.execute(
        f"select e.*, {_VOIDED} from json_each(?) k cross join events e on e.subject = k.value {and_} order by e.at",
        (json.dumps(keys),),
    )
    logged = map(_logged, rows)
    return logged if keys == (card,) else _once(card, logged)


def _once(card: str, rows: Iterable[Logged]) -> list[Logged]:
    """As events of this card, oldest first. Of those at one millisecond one is left: one that counts before one that was
    voided, then the one with the smaller line.
    """
    at: dict[int, list[Logged]] = defaultdict(list)
    for row in rows:
        at[row.event.at].append(row)
    kept = (min(at[moment], key=lambda row: (row.voided, line(row.event))) for moment in sorted(at))
    return [Logged(replace(row.event, subject=card), row.voided) for row in kept]


def whole_rows(
    connection: sqlite3.Connection, cards: Iterable[str], aliases: Aliases | None = None
) -> Iterator[tuple[Whole, bool]]:
    """The events of these cards, card by card, each oldest first, and whether they were voided; cards of which events lie
    under several ids come last.
    """
    aliases = _aliases(connection, aliases)
    keys = [key for card in cards for key in aliases.keys(card)] if aliases else list(cards)
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    rows = cursor.execute(
        f"select {', '.join(f'e.{name}' for name in event_row.COLUMNS)}, {_VOIDED}"
        " from json_each(?) c cross join events e on e.subject = c.value order by e.subject, e.at",
        (json.dumps(keys),),
    )
    stored = ((row[:-1], bool(row[-1])) for row in rows)
    return _apart(stored, aliases) if aliases else stored


def _apart(rows: Iterable[tuple[Whole, bool]], aliases: Aliases) -> Iterator[tuple[Whole, bool]]:
    apart = defaultdict[str, list[Logged]](list)
    for row, voided in rows:
        if aliases.concerns(row[0].rpartition("/")[0]):
            apart[aliases.card(row[0])].append(Logged(event_row.event_of(row), voided))
        else:
            yield row, voided
    for card in sorted(apart):
        yield from ((event_row.whole(one.event), one.voided) for one in _once(card, apart[card]))


def early(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Card and UTC milliseconds of each void whose event is not known."""
    rows = connection.execute(
        "select * from voids v where not exists (select 1 from events e where e.subject = v.subject and e.at = v.at)"
    )
    return map(tuple, rows)


def by_card(
    connection: sqlite3.Connection, cards: Collection[str] | None = None, aliases: Aliases | None = None
) -> Iterator[Replayed]:
    """Every event that counts of every card, or of these, card by card, each oldest first; cards of which events lie under
    several ids come last.
    """
    aliases = _aliases(connection, aliases)
    if cards is not None and aliases:
        keys: Collection[str] | None = [card for card in cards if not aliases.concerns(card.rpartition("/")[0])]
    else:
        keys = cards
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be millions
    rows = cursor.execute(
        f"select {', '.join(event_row.OF_REPLAYS)} from {_of(keys)}"
        f" where what not in ('relinked', 'distinct', 'parameters') and {_NOT_VOID} order by subject, at",
        () if keys is None else (json.dumps(list(keys)),),
    )
    return _with_moved(connection, rows, cards, aliases) if aliases else rows


def _with_moved(
    connection: sqlite3.Connection, rows: Iterable[Replayed], cards: Collection[str] | None, aliases: Aliases
) -> Iterator[Replayed]:
    moved = {card for card in cards or () if aliases.concerns(card.rpartition("/")[0])}
    for row in rows:
        if aliases.concerns(row[0].rpartition("/")[0]):
            moved.add(aliases.card(row[0]))
        else:
            yield row
    for card in sorted(moved):
        yield from (event_row.replayed(event_row.whole(event)) for event in of_card(connection, card, aliases))


def count(connection: sqlite3.Connection, cards: Collection[str] | None = None) -> int:
    """About how many events there are, or how many of these cards, whether they count or not."""
    values = () if cards is None else (json.dumps(list(cards)),)
    found: int = connection.execute(f"select count(*) from {_of(cards)}", values).fetchone()[0]
    return found


def _of(cards: Collection[str] | None) -> str:
    return "events e" if cards is None else "json_each(?) c cross join events e on e.subject = c.value"


def after(connection: sqlite3.Connection, at: int) -> Iterator[Event]:
    """All events later than the instant, voided ones included, oldest first, ties by card (none first)."""
    return map(event_row.event, connection.execute("select * from events where at > ? order by at, subject", (at,)))


def entries(connection: sqlite3.Connection, aliases: Aliases | None = None) -> Iterator[Entry]:
    """The counted events of all cards that are an answer or move a card, in the order of time, ties by card."""
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    rows = cursor.execute(
        "select subject, at, what, rating, duration_ms, state, interval from events e"
        f" where what in ('answered', 'crammed', 'forgot', 'rescheduled') and {_NOT_VOID} order by at, subject"
    )
    if not (aliases := _aliases(connection, aliases)):
        return rows
    met = _met(connection, aliases)
    return ((aliases.card(row[0]), *row[1:]) for row in rows if row[:2] not in met)


def _met(connection: sqlite3.Connection, aliases: Aliases) -> frozenset[tuple[str, int]]:
    """The keys of events that do not count, because their card has another one at that millisecond."""
    found = defaultdict[tuple[str, int], list[Event]](list)
    for note in (one for ids in aliases.members.values() for one in ids):
        for row in connection.execute(
            f"select * from events e where subject > ? and subject < ? and {_NOT_VOID}", _cards_of(note)
        ):
            found[aliases.card(row["subject"]), row["at"]].append(event_row.event(row))
    return frozenset(
        (event.subject, event.at)
        for meeting in found.values()
        if len(meeting) > 1
        for event in sorted(meeting, key=line)[1:]
    )


def _cards_of(note: str) -> tuple[str, str]:
    """Between these lie the keys of the note's cards."""
    return f"{note}/", f"{note}0"  # 0 comes next after /


def subjects(connection: sqlite3.Connection, note: str) -> list[str]:
    """The keys of the note's cards of which there is an event, as they are stored."""
    rows = connection.execute("select distinct subject from events where subject > ? and subject < ?", _cards_of(note))
    return [row[0] for row in rows]


def taken_back(connection: sqlite3.Connection, aliases: Aliases | None = None) -> Iterator[tuple[str, int, int]]:
    """card, UTC milliseconds and rating of each answer that was voided, in the order of time."""
    rows = connection.execute(
        f"select subject, at, rating from events e where what = 'answered' and not ({_NOT_VOID}) order by at, subject"
    )
    if not (aliases := _aliases(connection, aliases)):
        return rows
    return ((aliases.card(subject), at, rating) for subject, at, rating in rows)


def first_day(connection: sqlite3.Connection) -> date | None:
    """The earliest study day of an event that counts."""
    row = connection.execute(f"select min(day) from events e where {_NOT_VOID}").fetchone()
    return date.fromisoformat(row[0]) if row[0] else None


def history(
    connection: sqlite3.Connection, card: str | None = None, aliases: Aliases | None = None
) -> Iterator[Logged]:
    """The whole log as it is stored, or what a card has lived: oldest first, ties by card (none first), voided events
    included.
    """
    if card is not None:
        return iter(_lived(connection, card, _aliases(connection, aliases)))
    rows = connection.execute(
        f"select e.*, {_VOIDED} from events e order by at, what in ('relinked', 'distinct', 'parameters') desc, subject"
    )
    return map(_logged, rows)


def failed(connection: sqlite3.Connection, day: date, aliases: Aliases | None = None) -> frozenset[str]:
    """The cards with an answer Again on the study day."""
    rows = connection.execute(
        f"select subject, at from events e where day = ? and what = 'answered' and rating = 1 and {_NOT_VOID}",
        (day.isoformat(),),
    )
    if not (aliases := _aliases(connection, aliases)):
        return frozenset(row[0] for row in rows)
    met = _met(connection, aliases)
    return frozenset(aliases.card(row[0]) for row in rows if tuple(row) not in met)


def rated(connection: sqlite3.Connection, since: date, aliases: Aliases | None = None) -> dict[str, dict[int, date]]:
    """By card, the latest study day of each rating that it was given, on this day or later; crammed answers count."""
    aliases = _aliases(connection, aliases)
    met = [f"{card} {at}" for card, at in _met(connection, aliases)] if aliases else []
    rows = connection.execute(
        "select subject, rating, max(day) from events e where day >= ? and what in ('answered', 'crammed')"
        f" and {_NOT_VOID} and subject || ' ' || at not in (select value from json_each(?)) group by subject, rating",
        (since.isoformat(), json.dumps(met)),
    )
    found = defaultdict[str, dict[int, date]](dict)
    for subject, rating, day in rows:
        of_card = found[aliases.card(subject)]
        of_card[rating] = max(of_card.get(rating, date.min), date.fromisoformat(day))
    return found


def answered_days(connection: sqlite3.Connection) -> Iterator[date]:
    """The study days with an answer that counts, the latest first; read as far as the caller goes."""
    rows = connection.execute(
        f"select distinct day from events e where what in ('answered', 'crammed') and {_NOT_VOID} order by day desc"
    )
    return (date.fromisoformat(row[0]) for row in rows)


def last_own(connection: sqlite3.Connection, machine: str) -> Event | None:
    """What this machine recorded last and has not undone, whatever it was."""
    row = connection.execute(
        f"select * from events e where machine = ? and source = 'srs' and {_NOT_VOID} order by seq desc limit 1",
        (machine,),
    ).fetchone()
    return event_row.event(row) if row else None


def parameters(connection: sqlite3.Connection) -> Parameters | None:
    """The parameters in force, None while they are the default ones."""
    row = connection.execute(
        f"select * from events e where subject = '' and {_NOT_VOID} order by at desc limit 1"
    ).fetchone()
    what = event_row.event(row).what if row else None
    return what if isinstance(what, Parameters) else None


def _logged(row: sqlite3.Row) -> Logged:
    return Logged(event_row.event(row), bool(row["voided"]))
