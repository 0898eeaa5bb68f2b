"""Counts the answers of the log by study day, hour, deck and kind, and by the card's state before the answer."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, tzinfo
from enum import IntEnum
from functools import partial
from itertools import compress, count, pairwise
from operator import add, gt
from pathlib import Path
from typing import NamedTuple, TypeVar

from srs.collection import Collection
from srs.core.clock import to_utc
from srs.core.relinks import Aliases
from srs.database import decks
from srs.database.bulk_insert import gc_paused
from srs.database.connection import existing_uri
from srs.database.decks import Group
from srs.database.totals import MATURE_DAYS
from srs.log import event_log
from srs.log.event_log import EntryColumns
from srs.log.processes import map_chunks

_MANY = 100_000  # events, from which on several processes save time
_RANGES = 4  # of cards, that they share
_CACHE = 200_000  # KiB: a card's events are spread over all of the table
_NO_GROUP = Group("", "")
_QUARTER = 900_000  # milliseconds: no time zone's offset is finer


class State(IntEnum):
    """A card's state as statistics tell them apart: a review is young below 21 days of interval, as in Anki."""

    NEW = 0
    LEARNING = 1
    RELEARNING = 2
    YOUNG = 3
    MATURE = 4


_CRAMMED = 5 * len(State)  # an answer that leaves the state as it is

# a code is 5 × the state that the event led to + the rating, 0 where there is none
_REVIEW = f"iif(interval < {MATURE_DAYS}, {5 * State.YOUNG}, {5 * State.MATURE})"
_CODE = f"""case state
    when 'review' then rating + {_REVIEW}
    when 'learning' then rating + {5 * State.LEARNING}
    when 'relearning' then rating + {5 * State.RELEARNING}
    else case what when 'crammed' then rating + {_CRAMMED} when 'forgot' then {5 * State.NEW} else {_REVIEW} end end"""

_Key = TypeVar("_Key")


class Answer(NamedTuple):
    """The card's state before an answer, None if it was crammed, and the rating."""

    before: State | None
    rating: int

    @property
    def is_review(self) -> bool:
        return self.before in {State.YOUNG, State.MATURE}


class AnswerCounts(NamedTuple):
    """`days` and `milliseconds` are of all answers, by study day; `hours` (0 to 23, the learner's) and `groups` of those of the
    period.
    """

    days: Counter[tuple[date, Answer]]
    milliseconds: Mapping[date, int]
    hours: Counter[tuple[int, Answer]]
    groups: Counter[tuple[Group, Answer]]


class _Choice(NamedTuple):
    """Which cards, None for all; which study days (ISO), both included; and what tells the cards and hours apart."""

    only: Container[str] | None
    first: str
    last: str
    groups: Mapping[str, Group]
    zone: tzinfo


class _Counts(NamedTuple):
    """As `AnswerCounts`, by pairs of codes: 32 × that of the card's event before + that of the answer."""

    days: Counter[tuple[str, int]]
    milliseconds: Counter[str]
    hours: Counter[tuple[int, int]]
    groups: Counter[tuple[Group, int]]


@gc_paused()
def count_answers(
    collection: Collection, connection: sqlite3.Connection, first: date, last: date, only: Container[str] | None = None
) -> AnswerCounts:
    """Counts the answers to all cards, also to those that no deck has, or to `only` these, relinks followed. The period is
    `first` to `last`, both included. Answers that are written meanwhile may count or not.
    """
    groups = decks.groups(connection, collection.folder_id)
    choice = _Choice(only, first.isoformat(), last.isoformat(), groups, collection.calendar.zone)
    aliases = event_log.read_aliases(connection)
    total = _count(event_log.relinked_columns(connection, _CODE, aliases), choice)
    many = event_log.count_events(connection) >= _MANY
    ranges = _ranges(connection) if many else [("", event_log.LAST_SUBJECT)]
    work = partial(_count_range, collection.store.path, aliases, choice)
    for part in map_chunks(work, ranges, parallel=many):
        total.days.update(part.days)
        total.milliseconds.update(part.milliseconds)
        total.hours.update(part.hours)
        total.groups.update(part.groups)
    dates = {day: date.fromisoformat(day) for day in total.milliseconds}
    return AnswerCounts(
        _decode(((dates[day], pair), count) for (day, pair), count in total.days.items()),
        {dates[day]: milliseconds for day, milliseconds in total.milliseconds.items()},
        _decode(total.hours.items()),
        _decode(total.groups.items()),
    )


def _ranges(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Ranges of subjects with about as many events each, the end not included."""
    size = -(-event_log.count_events(connection) // _RANGES)
    query = "select subject from events order by subject limit 1 offset ?"
    starts = {connection.execute(query, (size * n,)).fetchone()[0] for n in range(1, _RANGES)}
    return [*pairwise(["", *sorted(starts - {""}), event_log.LAST_SUBJECT])]


def _count_range(path: Path, aliases: Aliases, choice: _Choice, subjects: tuple[str, str]) -> _Counts:
    """Counts all but relinked cards, with a connection of its own: none may be shared with another process."""
    with closing(sqlite3.connect(existing_uri(path, "ro"), uri=True)) as connection:
        connection.execute(f"pragma cache_size = -{_CACHE}")
        columns = event_log.entry_columns(connection, _CODE, *subjects)
    if aliases:
        columns = _choose(columns, [not aliases.is_card_relinked(card) for card in columns.cards])
    return _count(columns, choice)


def _choose(columns: EntryColumns, chosen: Sequence[bool]) -> EntryColumns:
    return EntryColumns(*(list(compress(column, chosen)) for column in columns))  # type: ignore[arg-type] # as they were


def _count(columns: EntryColumns, choice: _Choice) -> _Counts:
    if (only := choice.only) is not None:
        columns = _choose(columns, [card in only for card in columns.cards])
    cards, at, days, codes, durations = columns
    number = defaultdict[str, int](count().__next__)  # lists by number are faster than dictionaries by card
    numbers = list(map(number.__getitem__, cards))
    pairs = _pairs(numbers, at, codes)
    milliseconds = defaultdict[str, int](int)
    for day, duration in zip(days, durations, strict=True):
        milliseconds[day] += duration
    by_day = Counter(zip(days, pairs, strict=True))
    if milliseconds and (min(milliseconds) < choice.first or max(milliseconds) > choice.last):
        chosen = [choice.first <= day <= choice.last for day in days]
        numbers, at, pairs = (list(compress(column, chosen)) for column in (numbers, at, pairs))
    hour = _Hours(choice.zone)
    by_hour = Counter(zip([hour[moment // _QUARTER] for moment in at], pairs, strict=True))
    groups = [choice.groups.get(card, _NO_GROUP) for card in number]
    by_group = Counter(zip(map(groups.__getitem__, numbers), pairs, strict=True))
    return _Counts(by_day, Counter(milliseconds), by_hour, by_group)


def _pairs(cards: Sequence[int], at: Sequence[int], codes: Sequence[int]) -> list[int]:
    """Of each entry, 32 × the code of the card's entry before that led to a state, 0 if there is none, + its own code."""
    none = len(at)
    previous, latest = list[int](), [none] * (max(cards, default=0) + 1)
    for n, (card, code) in enumerate(zip(cards, codes, strict=True)):
        previous.append(latest[card])
        if code < _CRAMMED:
            latest[card] = n
    later = list(map(gt, at, map([*at, 0].__getitem__, previous)))
    if not all(later):  # what came from elsewhere may be stored after what is younger
        wrong = {card for card, is_later in zip(cards, later, strict=True) if not is_later}
        latest = [none] * len(latest)
        for n in sorted((n for n, card in enumerate(cards) if card in wrong), key=at.__getitem__):
            previous[n] = latest[cards[n]]
            if codes[n] < _CRAMMED:
                latest[cards[n]] = n
    before = [*(32 * code for code in codes), 0]
    return list(map(add, map(before.__getitem__, previous), codes))


class _Hours(dict[int, int]):
    """Quarters of an hour since 1970 → the hour of the day in the zone."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, quarter: int) -> int:
        self[quarter] = hour = to_utc(quarter * _QUARTER).astimezone(self._zone).hour
        return hour


def _decode(counts: Iterable[tuple[tuple[_Key, int], int]]) -> Counter[tuple[_Key, Answer]]:
    decoded = Counter[tuple[_Key, Answer]]()
    for (key, pair), number in counts:
        before, code = divmod(pair, 32)
        if rating := code % 5:
            decoded[key, Answer(None if code >= _CRAMMED else State(before // 5), rating)] += number
    return decoded
