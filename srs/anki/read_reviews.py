"""Reads our cards and their log from an Anki file, as plain values. Rows that Anki would not write are left out and
counted.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

from srs.anki.due_mark import is_planned
from srs.anki.package import Opened
from srs.anki.read_presets import TheirPreset, read_presets
from srs.anki.suspension_mark import IS_MARKED, IS_SUSPENDED_ON_BOTH
from srs.core.clock import LAST_MS, to_ms, to_utc
from srs.core.errors import PackageError
from srs.log.answer_sums import ANSWER_SUMS, AnswerSums

EARLIEST = to_ms(datetime(1971, 1, 1, tzinfo=UTC))
"""No review is earlier, and none later than `LAST`."""

MAX_DAYS = 73_000
"""Days: twice the longest interval that Anki gives."""

NOTHING_KNOWN: Mapping[str, AnswerSums] = {}

_MAX_STEP = 366 * 86_400  # the longest step, in seconds
_MAX_ROWS = 5_000_000  # of the log: seven hundred a day, for twenty years
_BATCH = 500  # cards whose log is read at once
_NO_DAY = 500_000_000  # a due that is neither a day nor an instant
_TICKS = 100_000  # instructions of SQLite between two calls of the progress handler


ReviewRow = tuple[int, int, int, int, int, int, int]
"""A row of Anki's log: id (UTC milliseconds), ease (0 where nothing was answered), ivl (days above
zero, seconds below), factor, time (milliseconds), type: 0 learning, 1 review, 2 relearning, 3 filtered, 4 by hand, 5
rescheduled by Anki; and lastIvl, the ivl before.
"""


class AnkiCard(NamedTuple):
    """A card in Anki, with its log in the order of time. `card` is its key here, `deck` Anki's name of its home deck.

    `type`, `queue` and `left` are Anki's columns (`type` is -1 where they are invalid), `due` is the due time outside of
    filtered decks, `modified_ms` (UTC milliseconds, whole seconds) is when the row last changed.

    `crowded` are the ids of log rows that have an answer, of any card, within a millisecond. `interval` (days) and `factor`
    (thousandths) are the columns by which Anki schedules a card without a memory. 1 in `marked` says that the last sync left it
    suspended on both sides. `reviewed` is the time of the answer that the columns come from (UTC seconds), 0 if they do not tell.
    """

    card: str
    deck: str
    type: int
    queue: int
    due: int
    left: int
    modified_ms: int
    log: Sequence[ReviewRow]
    crowded: frozenset[int] = frozenset()
    interval: int = 0
    factor: int = 0
    marked: int = 0
    reviewed: int = 0


CardWithoutLog = tuple[str, str, int, int, int, int, int, int, int, int, int, int]
"""The fields of an `AnkiCard` before its log and after `crowded`, and the id of the card in Anki."""


class CardBatch(NamedTuple):
    """Some cards, the rows of their log, each with the id of its card and whether it is crowded, and how many rows were left
    out because Anki would not write them.
    """

    cards: list[CardWithoutLog]
    rows: list[tuple[int, int, int, int, int, int, int, int, int]]
    senseless: int


@dataclass(frozen=True, slots=True)
class Contents:
    """`base` is day 0 of Anki's count. `count` cards are ours and may bring something, `studied` of ours are not new; `others`
    counts the rest by deck. `settled` counts, by deck, the answers of cards that can bring nothing; `same` names
    these by their ids in Anki.

    `batches` are the cards that may, some hundred at a time, in the order of their keys; `presets` are those that our cards have.
    """

    base: date
    count: int
    studied: int
    batches: Iterable[CardBatch]
    others: Mapping[str, int]
    presets: Sequence[TheirPreset] = ()
    settled: Mapping[str, int] = field(default_factory=dict)
    same: Mapping[int, str] = field(default_factory=dict)


def read_reviews(
    file: Opened, ours: Mapping[tuple[str, int], str], zone: tzinfo, known: Mapping[str, AnswerSums] = NOTHING_KNOWN
) -> Contents:
    """`ours` are our cards by guid and ordinal; `zone` is used where the file does not name the one it was made in. Cards that have
    the answers in `known` and nothing else bring nothing.

    The batches can be read once, while the file is open. Raises PackageError, also while they are read, and for a database
    that keeps SQLite busy for longer than its size explains.
    """
    try:
        with _time_limited(file):
            names, settings = _deck_names(file), _settings(file)
            base = _creation_day(file, settings, zone)
            first_scheduler = settings.get("schedVer") != 2
            cards, others = _cards(file.connection, ours, names, base, relearning_is_review=first_scheduler)
            by_deck = defaultdict[str, list[str]](list)
            for card, deck, *_ in cards:
                by_deck[deck].append(card)
            answers = _answer_sums(file) if known and not first_scheduler else {}
            presets = read_presets(file, {number: by_deck[name] for number, name in names.items() if name in by_deck})
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise PackageError(file.path, "damaged", "its settings or decks make no sense") from error
    studied = sum(card[2] > 0 for card in cards)
    ease = _EASE_OF_FIRST_SCHEDULER if first_scheduler else "ease"
    settled = Counter[str]()
    rest: list[CardWithoutLog] = []
    same: dict[int, str] = {}
    for one in cards:
        key, home, kind, queue, _, _, _, _, _, marked, _, number = one
        found = answers.get(number)
        if found and found == known.get(key) and kind >= 0 and queue >= 0 and not marked:
            settled[home] += found.number
            same[number] = key
        else:
            rest.append(one)
    return Contents(base, len(rest), studied, _batches(file, sorted(rest), ease), others, presets, settled, same)


def _answer_sums(file: Opened) -> dict[int, AnswerSums]:
    """By the id of a card, for those whose log has answers alone that were no cramming."""
    sums = ANSWER_SUMS.format(at="id", rating="ease")
    rows = file.connection.execute(
        f"select cid, {sums} from revlog not indexed group by cid having min({_SENSIBLE} and ease > 0 and type < 3)"
    )
    return {card: AnswerSums(*found) for card, *found in rows}


@contextmanager
def _time_limited(file: Opened) -> Iterator[None]:
    """Stops SQLite where a damaged tree of pages leads it in circles, and reports that as damage."""
    file.connection.set_progress_handler(_step_limit(file.connection), _TICKS)
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise PackageError(file.path, "damaged", str(error)) from error
    finally:
        file.connection.set_progress_handler(None, 0)


def _step_limit(connection: sqlite3.Connection) -> Callable[[], bool]:
    """Returns True when it is time to stop: a sound database takes less than one instruction per byte."""
    pages, size = (connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
    left: int = 100 + 5 * pages * size // _TICKS

    def stop() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return stop


def _settings(file: Opened) -> dict[str, Any]:
    connection = file.connection
    if file.schema == 11:
        (text,) = connection.execute("select conf from col").fetchone()
        conf = json.loads(text)
        return conf if isinstance(conf, dict) else {}
    rows = connection.execute("select key, val from config where key in ('creationOffset', 'schedVer')")
    return {key: json.loads(value) for key, value in rows}


def _creation_day(file: Opened, settings: Mapping[str, Any], zone: tzinfo) -> date:
    """The date on which the collection was created, in the zone where that happened."""
    (created,) = file.connection.execute("select crt from col").fetchone()
    if type(created) is not int or not EARLIEST <= created * 1000 <= LAST_MS:
        raise ValueError(created)
    west = settings.get("creationOffset")
    if type(west) is int and abs(west) <= 1440:
        return to_utc((created - west * 60) * 1000).date()
    return to_utc(created * 1000).astimezone(zone).date()


def _deck_names(file: Opened) -> dict[int, str]:
    if file.schema == 11:
        (text,) = file.connection.execute("select decks from col").fetchone()
        return {int(number): _name(deck["name"]) for number, deck in json.loads(text).items() if isinstance(deck, dict)}
    rows = file.connection.execute("select id, name from decks")
    return {number: _name(name).replace("\x1f", "::") for number, name in rows if isinstance(name, str)}


def _name(name: object) -> str:
    return name if isinstance(name, str) else "?"


def _cards(
    connection: sqlite3.Connection,
    ours: Mapping[tuple[str, int], str],
    names: Mapping[int, str],
    base: date,
    *,
    relearning_is_review: bool,
) -> tuple[list[CardWithoutLog], Counter[str]]:
    """Our cards, and how many others there are by deck; of two notes with one guid, the first counts.

    With `relearning_is_review`, only the queue says that a review is in its steps.
    """
    kind = "iif(type = 2 and queue in (1, 3), 3, type)" if relearning_is_review else "type"
    cards: list[CardWithoutLog] = []
    seen: set[str] = set()
    others = Counter[str]()
    rows = connection.execute(
        # a card in its steps keeps its due time in a filtered deck
        f"select c.id, n.guid, ord, iif(odid <> 0, odid, did), {kind},"
        # suspended by a sync, not by the learner
        f" iif(queue = -1 and {IS_MARKED}, type, queue), iif(odid <> 0 and odue > 0, odue,"
        # planned by a goal, which is no due date
        f" iif({is_planned(base)}, {_NO_DAY}, due)), left,"
        f" c.mod, ivl, factor, {IS_SUSPENDED_ON_BOTH}, {_REVIEWED},"
        f" {_all_integers('type', 'queue', 'due', 'odue', 'odid', 'left')} from cards c left join notes n on n.id = c.nid"
    )
    for (
        number,
        guid,
        ordinal,
        deck_id,
        kind,
        queue,
        due,
        left,
        modified,
        interval,
        factor,
        marked,
        reviewed,
        sound,
    ) in rows:
        deck = names.get(deck_id, "?")
        card = ours.get((guid, ordinal))
        if card is None or card in seen or type(number) is not int:
            others[deck] += 1
            continue
        seen.add(card)
        changed = modified * 1000 if type(modified) is int else 0
        placed = (kind, queue, due, left) if sound else (-1, 0, 0, 0)
        learnt = (interval, factor) if type(interval) is type(factor) is int else (0, 0)
        cards.append((card, deck, *placed, changed, *learnt, marked, reviewed, number))
    return cards, others


def _batches(file: Opened, cards: list[CardWithoutLog], ease: str) -> Iterator[CardBatch]:
    """Reads the log in batches of cards by its index, or at once if it has no index. Checks at the end that the index is complete.

    `ease` is the SQL of an answer's ease.
    """
    by_card = _index_by_card(file)
    whole = _LogReader(file, "not indexed", cards, ease)
    if whole.count > _MAX_ROWS:
        raise PackageError(file.path, "too-large")
    if not by_card:
        yield whole.batch()
        return
    count = mark = 0
    for start in range(0, len(cards), _BATCH):
        part = _LogReader(file, by_card, cards[start : start + _BATCH], ease)
        count, mark = count + part.count, mark + part.mark
        yield part.batch()
    if (count, mark) != (whole.count, whole.mark):
        raise PackageError(file.path, "damaged", "the index of its log does not fit the log")


class _LogReader:
    """Reads the log of some cards in one `way`; `count` and `mark` (a checksum of card and row ids) tell whether two ways agree."""

    def __init__(self, file: Opened, way: str, cards: list[CardWithoutLog], ease: str) -> None:
        self._file, self._cards, self._ease = file, cards, ease
        self._from = f"from revlog {way} where cid in (select value from json_each(?))"
        self._numbers = (json.dumps([card[-1] for card in cards]),)
        sums = "count(*), ifnull(sum((cid & 65535) * (id & 65535)), 0)"
        self.count, self.mark = self._rows(f"select {sums} {self._from}")[0]

    def batch(self) -> CardBatch:
        rows = self._rows(f"select id, {self._ease}, {_ROW_COLUMNS} {self._from} and {_SENSIBLE}")
        return CardBatch(self._cards, rows, self.count - len(rows))

    def _rows(self, select: str) -> list[Any]:
        with _time_limited(self._file):
            return self._file.connection.execute(select, self._numbers).fetchall()


def cards_with_log(batch: CardBatch) -> list[AnkiCard]:
    logs: dict[int, list[ReviewRow]] = {card[-1]: [] for card in batch.cards}
    tangled = False
    for row in batch.rows:
        log = logs.get(row[7])
        if log is None:  # the index is damaged, which is noticed in the end
            continue
        tangled = tangled or bool(log and row[0] <= log[-1][0])
        log.append(row[:7])
    if tangled:  # a damaged tree may give rows in any order, and the same one twice
        logs = {
            number: sorted({row[0]: row for row in sorted(log, reverse=True)}.values()) for number, log in logs.items()
        }
    crowded = defaultdict[int, list[int]](list)
    for row in batch.rows:
        if row[8]:
            crowded[row[7]].append(row[0])
    return [
        AnkiCard(*card[:7], logs[card[-1]], frozenset(crowded.get(card[-1], ())), *card[7:-1]) for card in batch.cards
    ]


def _index_by_card(file: Opened) -> str:
    """SQL that makes SQLite use the index on the card id; an empty text if the file has no such index."""
    with _time_limited(file):
        row = file.connection.execute(
            "select name from pragma_index_list('revlog') i where not partial and exists"
            " (select 1 from pragma_index_info(i.name) where seqno = 0 and name = 'cid')"
        ).fetchone()
    return 'indexed by "{}"'.format(row[0].replace('"', '""')) if row else ""


def _all_integers(*columns: str) -> str:
    """SQL that is true where all the columns hold integers: in SQLite any column may hold anything."""
    return "(" + " and ".join(f"typeof({column}) = 'integer'" for column in columns) + ")"


_SENSIBLE = (
    f"{_all_integers('id', 'ease', 'ivl', 'factor', 'type')} and id between {EARLIEST} and {LAST_MS} and ease between 0 and 4"
    f" and type between 0 and 5 and ivl between {-_MAX_STEP} and {MAX_DAYS}"
)
"""Checked by SQLite, which is faster."""

_REVIEWED = (
    "iif(instr(c.data, '\"lrt\":') and json_valid(c.data) and json_type(c.data, '$.lrt') = 'integer',"
    " json_extract(c.data, '$.lrt'), 0)"
)

_EASE_OF_FIRST_SCHEDULER = "iif(type in (0, 2) and ease in (2, 3), ease + 1, ease)"
"""It had no Hard in the steps: 2 was Good and 3 Easy. Anki converts them in the same way when it imports such a file."""

_ROW_COLUMNS = (
    "ivl, factor, iif(typeof(time) = 'integer' and time between 0 and 86400000, time, 0), type,"
    " iif(typeof(lastIvl) = 'integer', lastIvl, 1), cid,"
    " exists (select 1 from revlog n where n.id between revlog.id - 1 and revlog.id + 1 and n.id <> revlog.id and n.ease > 0)"
)
