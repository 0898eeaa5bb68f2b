"""Counts the answers of the log by study day, hour, deck and kind, and by the card's state before the answer."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, tzinfo
from enum import IntEnum
from itertools import compress
from operator import gt
from typing import NamedTuple, TypeVar

from srs.collection import Collection
from srs.core.clock import to_utc
from srs.database import decks
from srs.database.bulk_insert import gc_paused
from srs.database.decks import Group
from srs.database.totals import MATURE_DAYS
from srs.log import event_log

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


@gc_paused()
def count_answers(
    collection: Collection, connection: sqlite3.Connection, first: date, last: date, only: Container[str] | None = None
) -> AnswerCounts:
    """Counts the answers to all cards, also to those that no deck has, or to `only` these, relinks followed. The period is
    `first` to `last`, both included.
    """
    columns = event_log.entry_columns(connection, _CODE)
    cards, at, days, codes, durations = columns
    if only is not None:
        chosen = [card in only for card in cards]
        cards, at, days, codes, durations = (list(compress(column, chosen)) for column in columns)  # type: ignore[assignment] # as they were
    before = _before(cards, at, codes)
    milliseconds = defaultdict[str, int](int)
    for day, duration in zip(days, durations, strict=True):
        milliseconds[day] += duration
    by_day = Counter(zip(days, before, codes, strict=True))
    start, end = first.isoformat(), last.isoformat()
    if milliseconds and (min(milliseconds) < start or max(milliseconds) > end):
        chosen = [start <= day <= end for day in days]
        cards, at, before, codes = (list(compress(column, chosen)) for column in (cards, at, before, codes))  # type: ignore[assignment] # as they were
    hour = _Hours(collection.calendar.zone)
    by_hour = Counter(zip([hour[moment // _QUARTER] for moment in at], before, codes, strict=True))
    group = defaultdict(lambda: Group("", ""), decks.groups(connection, collection.folder_id))
    by_group = Counter(zip(map(group.__getitem__, cards), before, codes, strict=True))
    dates = {day: date.fromisoformat(day) for day in milliseconds}
    return AnswerCounts(
        _decode(((dates[day], last, code), count) for (day, last, code), count in by_day.items()),
        {dates[day]: sum_ for day, sum_ in milliseconds.items()},
        _decode(by_hour.items()),
        _decode(by_group.items()),
    )


def _before(cards: Sequence[str], at: Sequence[int], codes: Sequence[int]) -> Sequence[int]:
    """Of each entry, the code of the card's entry before that led to a state; 0 if there is none."""
    previous, latest, none = list[int](), dict[str, int](), len(at)
    for n, (card, code) in enumerate(zip(cards, codes, strict=True)):
        previous.append(latest.get(card, none))
        if code < _CRAMMED:
            latest[card] = n
    later = list(map(gt, at, map([*at, 0].__getitem__, previous)))
    if not all(later):  # what came from elsewhere is stored after what was younger
        wrong = {card for card, is_later in zip(cards, later, strict=True) if not is_later}
        _correct(previous, [n for n, card in enumerate(cards) if card in wrong], cards, at, codes)
    return list(map([*codes, 0].__getitem__, previous))


def _correct(
    previous: list[int], entries: list[int], cards: Sequence[str], at: Sequence[int], codes: Sequence[int]
) -> None:
    """Finds the previous ones anew for all entries of some cards."""
    latest = dict[str, int]()
    for n in sorted(entries, key=at.__getitem__):
        previous[n] = latest.get(cards[n], len(at))
        if codes[n] < _CRAMMED:
            latest[cards[n]] = n


class _Hours(dict[int, int]):
    """Quarters of an hour since 1970 → the hour of the day in the zone."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, quarter: int) -> int:
        self[quarter] = hour = to_utc(quarter * _QUARTER).astimezone(self._zone).hour
        return hour


def _decode(counts: Iterable[tuple[tuple[_Key, int, int], int]]) -> Counter[tuple[_Key, Answer]]:
    decoded = Counter[tuple[_Key, Answer]]()
    for (key, before, code), count in counts:
        if rating := code % 5:
            decoded[key, Answer(None if code >= _CRAMMED else State(before // 5), rating)] += count
    return decoded
