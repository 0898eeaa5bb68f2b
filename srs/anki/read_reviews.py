"""A file from Anki → the cards of ours in it with what happened to them, as plain values. Nothing in it is believed:
what makes no sense is left out and counted.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

from srs.anki.package import Opened
from srs.core.clock import LAST, to_ms, to_utc
from srs.core.errors import PackageError

FIRST = to_ms(datetime(1971, 1, 1, tzinfo=UTC))
"""No review is earlier, and none later than `LAST`."""

LONGEST = 73_000
"""Days: twice the longest interval that Anki gives."""

_YEAR = 366 * 86_400  # the longest step, in seconds
_MOST = 5_000_000  # log rows: seven hundred a day, for twenty years
_CARDS = 500  # whose log is read at once
_TICKS = 100_000  # instructions of SQLite between two looks at how many there were


LogRow = tuple[int, int, int, int, int, int]
"""A row of Anki's log, as plain as it comes: id (UTC milliseconds), ease (0 where nothing was answered), ivl (days above
zero, seconds below), factor, time (milliseconds) and type: 0 learning, 1 review, 2 relearning, 3 filtered, 4 by hand, 5
rescheduled by Anki.
"""


class AnkiCard(NamedTuple):
    """A card as Anki has it, with its log in the order of time. `card` is our name for it, `deck` Anki's for the deck
    that it belongs to, wherever it sits now.

    `type`, `queue` and `left` are Anki's columns (`type` is -1 where they make no sense), `due` is what it is due at
    outside of filtered decks, `modified_ms` (UTC milliseconds) when anything of it last changed, to the second.

    `crowded` are the ids of rows a millisecond beside which something was answered, on whatever card.
    """

    card: str
    deck: str
    type: int
    queue: int
    due: int
    left: int
    modified_ms: int
    log: Sequence[LogRow]
    crowded: frozenset[int] = frozenset()


Unlogged = tuple[str, str, int, int, int, int, int, int]
"""What an `AnkiCard` has but for its log, and Anki's number of it."""


class Some(NamedTuple):
    """Some cards as they were read: the rows of their log, each with the number of its card and whether it is crowded, and
    how many rows were left out, because no Anki would write them.
    """

    cards: list[Unlogged]
    rows: list[tuple[int, int, int, int, int, int, int, int]]
    senseless: int


@dataclass(frozen=True, slots=True)
class Contents:
    """`base` is day 0 of Anki's count; `count` says how many cards are ours, `studied` how many of them are not new, and
    `others` how many are not ours, by deck.

    `cards` are ours, some hundred at a time, in the order of our names; `with_log` makes something of them.
    """

    base: date
    count: int
    studied: int
    cards: Iterable[Some]
    others: Mapping[str, int]


def read(found: Opened, ours: Mapping[tuple[str, int], str], zone: tzinfo) -> Contents:
    """`ours` are our cards by guid and ordinal; `zone` is only asked where the file does not say which one it was made in.

    The cards can be taken once, while the file is open: their log is read as they are, so that there can be work on the
    first ones meanwhile. Raises PackageError, also then, and for a database that keeps SQLite busy for longer than its
    size explains.
    """
    try:
        with _patient(found):
            names = _deck_names(found)
            base = _base(found, zone)
            cards, others = _cards(found.connection, ours, names)
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise PackageError(found.path, "damaged", "its settings or decks make no sense") from error
    studied = sum(card[2] > 0 for card in cards)
    return Contents(base, len(cards), studied, _with_rows(found, sorted(cards)), others)


def size(found: Opened) -> int:
    """How many log rows there are, of whatever cards. Raises PackageError."""
    with _patient(found):
        count: int = found.connection.execute("select count(*) from revlog").fetchone()[0]
    return count


@contextmanager
def _patient(found: Opened) -> Iterator[None]:
    """A damaged tree of pages can lead SQLite in circles: that ends soon, and is named as all other damage is."""
    found.connection.set_progress_handler(_patience(found.connection), _TICKS)
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise PackageError(found.path, "damaged", str(error)) from error
    finally:
        found.connection.set_progress_handler(None, 0)


def _patience(connection: sqlite3.Connection) -> Callable[[], bool]:
    """Says when to stop: what is sound takes less than one instruction for a byte."""
    pages, size = (connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
    left: int = 100 + 5 * pages * size // _TICKS

    def stop() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return stop


def _settings(found: Opened) -> dict[str, Any]:
    connection = found.connection
    if found.schema == 11:
        (text,) = connection.execute("select conf from col").fetchone()
        conf = json.loads(text)
        return conf if isinstance(conf, dict) else {}
    rows = connection.execute("select key, val from config where key = 'creationOffset'")
    return {key: json.loads(value) for key, value in rows}


def _base(found: Opened, zone: tzinfo) -> date:
    """The date on which the collection was made, where it was made."""
    (created,) = found.connection.execute("select crt from col").fetchone()
    if type(created) is not int or not FIRST <= created * 1000 <= LAST:
        raise ValueError(created)
    west = _settings(found).get("creationOffset")
    if type(west) is int and abs(west) <= 1440:
        return to_utc((created - west * 60) * 1000).date()
    return to_utc(created * 1000).astimezone(zone).date()


def _deck_names(found: Opened) -> dict[int, str]:
    if found.schema == 11:
        (text,) = found.connection.execute("select decks from col").fetchone()
        return {int(number): _name(deck["name"]) for number, deck in json.loads(text).items() if isinstance(deck, dict)}
    rows = found.connection.execute("select id, name from decks")
    return {number: _name(name).replace("\x1f", "::") for number, name in rows if isinstance(name, str)}


def _name(name: object) -> str:
    return name if isinstance(name, str) else "?"


def _cards(
    connection: sqlite3.Connection, ours: Mapping[tuple[str, int], str], names: Mapping[int, str]
) -> tuple[list[Unlogged], Counter[str]]:
    """Our cards; of two notes with one guid, the first counts."""
    cards: list[Unlogged] = []
    seen: set[str] = set()
    others = Counter[str]()
    rows = connection.execute(
        # a card in its steps keeps its due time in a filtered deck
        "select c.id, n.guid, ord, iif(odid <> 0, odid, did), type, queue, iif(odid <> 0 and odue > 0, odue, due), left,"
        f" c.mod, {_whole('type', 'queue', 'due', 'odue', 'odid', 'left')} from cards c left join notes n on n.id = c.nid"
    )
    for number, guid, ordinal, deck_id, kind, queue, due, left, modified, fine in rows:
        deck = names.get(deck_id, "?")
        card = ours.get((guid, ordinal))
        if card is None or card in seen or type(number) is not int:
            others[deck] += 1
            continue
        seen.add(card)
        changed = modified * 1000 if type(modified) is int else 0
        placed = (kind, queue, due, left) if fine else (-1, 0, 0, 0)
        cards.append((card, deck, *placed, changed, number))
    return cards, others


def _with_rows(found: Opened, cards: list[Unlogged]) -> Iterator[Some]:
    """By Anki's own index, all at once where there is none. In the end it must have given what the table itself holds."""
    by_card = _index(found)
    whole = _Log(found, "not indexed", cards)
    if whole.count > _MOST:
        raise PackageError(found.path, "too-large")
    if not by_card:
        yield whole.some()
        return
    count = mark = 0
    for start in range(0, len(cards), _CARDS):
        part = _Log(found, by_card, cards[start : start + _CARDS])
        count, mark = count + part.count, mark + part.mark
        yield part.some()
    if (count, mark) != (whole.count, whole.mark):
        raise PackageError(found.path, "damaged", "the index of its log does not fit the log")


class _Log:
    """The log of these cards, read in one way: how many rows there are, and a sum that tells which ones of which cards."""

    def __init__(self, found: Opened, way: str, cards: list[Unlogged]) -> None:
        self._found, self._cards = found, cards
        self._from = f"from revlog {way} where cid in (select value from json_each(?))"
        self._numbers = (json.dumps([card[-1] for card in cards]),)
        sums = "count(*), ifnull(sum((cid & 65535) * (id & 65535)), 0)"
        self.count, self.mark = self._rows(f"select {sums} {self._from}")[0]

    def some(self) -> Some:
        rows = self._rows(f"select {_ROW} {self._from} and {_SENSIBLE}")
        return Some(self._cards, rows, self.count - len(rows))

    def _rows(self, select: str) -> list[Any]:
        with _patient(self._found):
            return self._found.connection.execute(select, self._numbers).fetchall()


def with_log(some: Some) -> list[AnkiCard]:
    """The cards with their log."""
    logs: dict[int, list[LogRow]] = {card[-1]: [] for card in some.cards}
    tangled = False
    for row in some.rows:
        log = logs.get(row[6])
        if log is None:  # by an index that is damaged, which will be found out in the end
            continue
        tangled = tangled or bool(log and row[0] <= log[-1][0])
        log.append(row[:6])
    if tangled:  # a damaged tree may give rows in any order, and the same one twice
        logs = {
            number: sorted({row[0]: row for row in sorted(log, reverse=True)}.values()) for number, log in logs.items()
        }
    crowded = defaultdict[int, list[int]](list)
    for row in some.rows:
        if row[7]:
            crowded[row[6]].append(row[0])
    return [AnkiCard(*card[:-1], logs[card[-1]], frozenset(crowded.get(card[-1], ()))) for card in some.cards]


def _index(found: Opened) -> str:
    """SQL that makes SQLite read the log by an index over its cards; empty if there is none."""
    with _patient(found):
        row = found.connection.execute(
            "select name from pragma_index_list('revlog') i where not partial and exists"
            " (select 1 from pragma_index_info(i.name) where seqno = 0 and name = 'cid')"
        ).fetchone()
    return 'indexed by "{}"'.format(row[0].replace('"', '""')) if row else ""


def _whole(*columns: str) -> str:
    """SQL that is true where all the columns hold whole numbers: any column may hold anything."""
    return "(" + " and ".join(f"typeof({column}) = 'integer'" for column in columns) + ")"


_SENSIBLE = (
    f"{_whole('id', 'ease', 'ivl', 'factor', 'type')} and id between {FIRST} and {LAST} and ease between 0 and 4"
    f" and type between 0 and 5 and ivl between {-_YEAR} and {LONGEST}"
)
"""SQLite looks at the types, which is quicker."""

_ROW = (
    "id, ease, ivl, factor, iif(typeof(time) = 'integer' and time between 0 and 86400000, time, 0), type, cid,"
    " exists (select 1 from revlog n where n.id between revlog.id - 1 and revlog.id + 1 and n.id <> revlog.id and n.ease > 0)"
)
