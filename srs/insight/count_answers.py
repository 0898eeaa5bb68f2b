"""Counts the answers of the log by study day, hour, deck and kind, and by the card's state before the answer."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, tzinfo
from enum import IntEnum
from functools import partial
from itertools import accumulate, chain, compress, count, groupby, islice, pairwise, product, repeat
from operator import add, floordiv, le, mul
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
from srs.log.entry_columns import LAST_SUBJECT, EntryColumns, entry_columns, last_values, relinked_columns
from srs.log.processes import map_chunks

_MANY = 100_000  # events, from which on two processes save time
_DAY = 86_400_000  # milliseconds
_CACHE = 200_000  # KiB: the last events of all cards are spread over all of the table
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
_CODES = 32  # at most
_PAIRS = _CODES * len(State)


# a pair is 32 × the state before + the code; here is 32 × the state after each
_AFTER = [
    _CODES * (before if code >= _CRAMMED else code // 5) for before, code in product(range(len(State)), range(_CODES))
]

_Key = TypeVar("_Key")


class Answer(NamedTuple):
    """The card's state before an answer, None if it was crammed, and the rating."""

    before: State | None
    rating: int

    @property
    def is_review(self) -> bool:
        return self.before in {State.YOUNG, State.MATURE}


class AnswerCounts(NamedTuple):
    """`answers` are counted by study day, of the whole log; `days` and `milliseconds` are those of the days from the first of the
    period on, `hours` (0 to 23, the learner's) and `groups` those of the period.
    """

    answers: Mapping[date, int]
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
    """As `AnswerCounts`, by pairs; of all days that were read."""

    days: Counter[tuple[str, int]]
    milliseconds: Mapping[str, int]
    hours: Counter[tuple[int, int]]
    groups: Counter[tuple[Group, int]]


def count_answers(
    collection: Collection, connection: sqlite3.Connection, first: date, last: date, only: Container[str] | None = None
) -> Callable[[], AnswerCounts]:
    """Begins to count the answers to all cards, also to those that no deck has, or to `only` these, relinks followed: other
    processes do that where the log is large, so the result is for later. The period is `first` to `last`, both included.
    Answers that are written meanwhile may count or not.

    Of all cards, no more is read than the period needs, unless a wrong clock or a far zone put answers of its days elsewhere.
    """
    groups = decks.groups(connection, collection.folder_id)
    choice = _Choice(only, first.isoformat(), last.isoformat(), groups, collection.calendar.zone)
    aliases = event_log.read_aliases(connection)
    begin = partial(_count_log, collection.store.path, connection, aliases, choice)
    if only is not None or first == date.min:
        parts = begin(0)
        return lambda: _decode(parts, first)
    recent = begin(_earliest(first))

    def finish() -> AnswerCounts:
        answers = event_log.answers_by_day(connection, aliases)
        counts = _decode(recent, first)
        if sum(counts.days.values()) == sum(number for day, number in answers.items() if day >= first):
            return counts._replace(answers=answers)
        return _decode(begin(0), first)

    return finish


def _earliest(day: date) -> int:
    """Before any instant of the study day, in any zone."""
    return (day - date(1970, 1, 2)).days * _DAY


def _count_log(
    path: Path, connection: sqlite3.Connection, aliases: Aliases, choice: _Choice, since: int
) -> Iterator[_Counts]:
    """The counts of parts of the log."""
    many = event_log.last_seq(connection) >= _MANY
    work = partial(_count_range, path, aliases, choice, since)
    parts = map_chunks(work, _halves(connection) if many else [("", LAST_SUBJECT)], parallel=many)
    return chain(parts, [_count(relinked_columns(connection, _CODE, aliases), {}, choice)])


def _halves(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Two ranges of subjects with as many cards each, the end not included."""
    query = "select card from states order by card limit 1 offset (select count(*) / 2 from states)"
    middle = connection.execute(query).fetchone()
    return [*pairwise(("", *(middle or ()), LAST_SUBJECT))]


def _count_range(path: Path, aliases: Aliases, choice: _Choice, since: int, subjects: tuple[str, str]) -> _Counts:
    """Counts all but relinked cards, with a connection of its own: none may be shared with another process."""
    with closing(sqlite3.connect(existing_uri(path, "ro"), uri=True)) as connection:
        connection.execute(f"pragma cache_size = -{_CACHE}")
        columns = entry_columns(connection, _CODE, since, *subjects)
        if aliases:
            columns = _choose(columns, [not aliases.is_card_relinked(card) for card in columns.cards])
        states = _states(connection, since, sorted(set(columns.cards))) if since else {}
    return _count(columns, states, choice)


def _states(connection: sqlite3.Connection, at: int, cards: list[str]) -> dict[str, int]:
    """The states of the cards before an instant, without those of cards that were new."""
    codes = last_values(connection, _CODE, at, cards, ("answered", "forgot", "rescheduled"))
    return {card: code // 5 for card, code in zip(cards, codes, strict=True) if code}


def _choose(columns: EntryColumns, chosen: Sequence[bool]) -> EntryColumns:
    return EntryColumns(*(list(compress(column, chosen)) for column in columns))  # type: ignore[arg-type] # as they were


def _count(columns: EntryColumns, states: Mapping[str, int], choice: _Choice) -> _Counts:
    """Counts entries; `states` are those of the cards before, NEW where there is none."""
    if (only := choice.only) is not None:
        columns = _choose(columns, [card in only for card in columns.cards])
    cards, at, days, codes, durations = columns
    number = defaultdict[str, int](count().__next__)  # lists by number are faster than dictionaries by card
    numbers = list(map(number.__getitem__, cards))
    pairs = _pairs(numbers, at, codes, [states.get(card, State.NEW) for card in number])
    # numbers are counted in half of the time of tuples, and days come in runs
    runs = [(day, len([*same])) for day, same in groupby(days)]
    ends = [*accumulate(length for _, length in runs)]
    milliseconds, by_day = Counter[str](), Counter[tuple[str, int]]()
    for (day, length), end in zip(runs, ends, strict=True):
        milliseconds[day] += sum(durations[end - length : end])
        for pair, found in Counter(pairs[end - length : end]).items():
            by_day[day, pair] += found
    if milliseconds and (min(milliseconds) < choice.first or max(milliseconds) > choice.last):
        chosen = [choice.first <= day <= choice.last for day in days]
        numbers, at, pairs = (list(compress(column, chosen)) for column in (numbers, at, pairs))
    hours = map(_Hours(choice.zone).__getitem__, map(floordiv, at, repeat(_QUARTER)))
    by_hour = _count_keys(map(mul, hours, repeat(_PAIRS)), pairs)
    groups = [choice.groups.get(card, _NO_GROUP) for card in number]
    place = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    of_card = [_PAIRS * place[group] for group in groups]
    every = [*place]
    by_group = _count_keys(map(of_card.__getitem__, numbers), pairs)
    return _Counts(
        by_day, milliseconds, by_hour, Counter({(every[n], pair): found for (n, pair), found in by_group.items()})
    )


def _count_keys(keys: Iterable[int], pairs: Sequence[int]) -> Counter[tuple[int, int]]:
    """Counts (key, pair); `keys` are multiplied by the number of pairs."""
    return Counter({divmod(both, _PAIRS): found for both, found in Counter(map(add, keys, pairs)).items()})


def _pairs(cards: Sequence[int], at: Sequence[int], codes: Sequence[int], states: Sequence[int]) -> list[int]:
    """Of each entry, the pair of the card's state before, which is at first one of `states`, and its code."""
    before = [_CODES * state for state in states]
    if all(map(le, at, islice(at, 1, None))):
        pairs = list[int]()
        for card, code in zip(cards, codes, strict=True):
            pair = before[card] + code
            pairs.append(pair)
            before[card] = _AFTER[pair]
        return pairs
    pairs = [0] * len(at)
    for n in sorted(range(len(at)), key=at.__getitem__):  # what comes from elsewhere is stored after what is younger
        card = cards[n]
        pairs[n] = pair = before[card] + codes[n]
        before[card] = _AFTER[pair]
    return pairs


class _Hours(dict[int, int]):
    """Quarters of an hour since 1970 → the hour of the day in the zone."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, quarter: int) -> int:
        self[quarter] = hour = to_utc(quarter * _QUARTER).astimezone(self._zone).hour
        return hour


@gc_paused()
def _decode(parts: Iterable[_Counts], first: date) -> AnswerCounts:
    by_day, milliseconds, by_hour, by_group = (
        Counter[tuple[str, int]](),
        Counter[str](),
        Counter[tuple[int, int]](),
        Counter[tuple[Group, int]](),
    )
    for part in parts:
        by_day.update(part.days)
        milliseconds.update(part.milliseconds)
        by_hour.update(part.hours)
        by_group.update(part.groups)
    days = _decode_pairs(((date.fromisoformat(day), pair), count) for (day, pair), count in by_day.items())
    answers = Counter[date]()
    for (day, _), number in days.items():
        answers[day] += number
    return AnswerCounts(
        answers,
        Counter({key: number for key, number in days.items() if key[0] >= first}),
        {day: milliseconds[day.isoformat()] for day in answers if day >= first},
        _decode_pairs(by_hour.items()),
        _decode_pairs(by_group.items()),
    )


def _decode_pairs(counts: Iterable[tuple[tuple[_Key, int], int]]) -> Counter[tuple[_Key, Answer]]:
    decoded = Counter[tuple[_Key, Answer]]()
    for (key, pair), number in counts:
        before, code = divmod(pair, _CODES)
        if rating := code % 5:
            decoded[key, Answer(None if code >= _CRAMMED else State(before), rating)] += number
    return decoded
