"""What a closed Anki collection must be given so that it knows of a card what is known here: pure decisions."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from srs.anki.card_columns import Columns, Frame, LogRow, State, columns
from srs.anki.redated import Says, redated

_SAME = 50  # milliseconds: log ids are unique over Anki's whole collection, ours for each card
_CLOSE = 1e-3  # of stability and difficulty, which Anki keeps with four and three decimals
_STEP = 300  # seconds: Anki spreads the ends of steps by so much
_SUSPENDED, _BURIED = -1, -3
_SECONDS = 1_000_000_000  # what is larger is an instant, not the number of a day


class HeldRow(NamedTuple):
    """A row of a card's log in Anki; `answer` says that it is one, and no cramming."""

    at: int
    says: Says
    answer: bool


class HeldCard(NamedTuple):
    """A card as Anki has it, with its log; `filtered` says that it lies in a filtered deck just now."""

    number: int
    type: int
    queue: int
    due: int
    ivl: int
    data: str
    filtered: bool
    log: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True)
class CardChange:
    """The card with this number gets these columns."""

    number: int
    columns: Columns


def change(state: State | None, held: HeldCard, position: int, frame: Frame, today: date) -> CardChange | None:
    """What to write if Anki's card does not say what `state` does; None if it does."""
    kind, queue, *rest = columns(state, position, frame)
    if state and state.buried and state.buried >= str(today) and queue != _SUSPENDED:
        queue = _BURIED
    wanted: Columns = (kind, queue, *rest)  # type: ignore[assignment] # the rest of the columns
    return None if _same(state, held, wanted, frame) else CardChange(held.number, wanted)


class Compared(NamedTuple):
    """`missing` are the log rows that Anki does not have; `extra` the answers that count in Anki, but not here: taken back
    here, or not to be believed. `ahead` says that Anki has dated back what is still to come here.
    """

    missing: list[LogRow]
    extra: list[HeldRow]
    ahead: bool


def compared(rows: Sequence[LogRow], held: HeldCard, other_times: Collection[int]) -> Compared:
    """Our rows of a card, and those that Anki has: the same bear the same rating, and nearly the same time. `other_times` are
    those under which Anki has ours as well.
    """
    there, here = _times((row.at, row.says.rating) for row in held.log), _times((row[0], row[3]) for row in rows)
    missing = [row for row in rows if not _near(row[0], there[row[3]])]
    back = [(row.at, row.says) for row in held.log if row.at in other_times]
    ours = redated(back, [(row[0], Says(row[3], row[4], row[7])) for row in missing], lambda *_: True) if back else {}
    return Compared(
        [row for row in missing if row[0] not in ours.values()],
        [
            row
            for row in held.log
            if row.answer and row.at not in other_times and not _near(row.at, here[row.says.rating])
        ],
        len(ours) < len(back),
    )


def undone(extras: Sequence[HeldRow], voided: Iterable[tuple[int, int]]) -> list[int]:
    """When those answers were given that were taken back here and still count in Anki; `voided` are (UTC milliseconds,
    rating).
    """
    there = _times((row.at, row.says.rating) for row in extras)
    return [at for at, rating in voided if _near(at, there[rating])]


def _times(rows: Iterable[tuple[int, int]]) -> Mapping[int, list[int]]:
    """In their order, by rating."""
    found: dict[int, list[int]] = defaultdict(list)
    for at, rating in sorted(rows):
        found[rating].append(at)
    return found


def _near(at: int, times: Sequence[int]) -> bool:
    place = bisect_left(times, at - _SAME)
    return place < len(times) and times[place] <= at + _SAME


def _same(state: State | None, held: HeldCard, wanted: Columns, frame: Frame) -> bool:
    kind, queue, due, interval, *_ = wanted
    if kind != held.type or (queue == _SUSPENDED) != (held.queue == _SUSPENDED):
        return False
    if queue == _BURIED and held.queue >= 0:
        return False
    if state is None or state.state == "new":
        return True
    if kind == 2:
        interval = interval if state.remembered else held.ivl  # which means nothing then
        return (due, interval) == (held.due, held.ivl) and _same_memory(state, held)
    return _same_step(due, held.due, frame) and _same_memory(state, held)


def _same_step(one: int, other: int, frame: Frame) -> bool:
    """Both are an instant in seconds or the number of a day."""
    if min(one, other) > _SECONDS:
        return abs(one - other) <= _STEP
    days = (frame.day(frame.calendar.day(due * 1000)) if due > _SECONDS else due for due in (one, other))
    return len(set(days)) == 1


def _same_memory(state: State, held: HeldCard) -> bool:
    try:
        data = json.loads(held.data)
        if not state.remembered:
            return "s" not in data
        pairs = ((float(data["s"]), state.stability), (float(data["d"]), state.difficulty))
    except (ValueError, TypeError, KeyError):
        return False
    return all(abs(theirs - ours) <= max(_CLOSE, _CLOSE * ours) for theirs, ours in pairs)
