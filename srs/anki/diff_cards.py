"""Decides what to write into an Anki collection so that its cards say the same as here. Pure."""

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from srs.anki.card_columns import CardColumns, ExportContext, RevlogRow, StateColumns, card_columns
from srs.anki.redated import ReviewContent, match_redated
from srs.anki.suspension_mark import lacks_suspended_mark

_SAME = 50  # milliseconds: log ids are unique over all cards in Anki, here for each card
_CLOSE = 1e-3  # of stability and difficulty, which Anki keeps with four and three decimals
_STEP = 300  # seconds: Anki spreads the ends of steps by so much
SUSPENDED, _BURIED = -1, -3
_SECONDS = 1_000_000_000  # what is larger is an instant, not the number of a day


class TheirReview(NamedTuple):
    """A row of a card's log in Anki; cramming is no `is_answer`, `learns` says that it is an answer in the first steps."""

    at: int
    content: ReviewContent
    is_answer: bool
    learns: bool = False


class TheirCard(NamedTuple):
    """A card in Anki, with its log; `filtered` says that it is in a filtered deck now."""

    id: int
    type: int
    queue: int
    due: int
    ivl: int
    data: str
    filtered: bool
    log: tuple[TheirReview, ...]


@dataclass(frozen=True, slots=True)
class CardChange:
    """The card with this id gets these columns."""

    id: int
    columns: CardColumns


def card_change(
    state: StateColumns | None,
    theirs: TheirCard,
    position: int,
    context: ExportContext,
    today: date,
    planned: date | None = None,
    *,
    any_day: bool = False,
) -> CardChange | None:
    """What to write so that Anki's card agrees with `state`; None if it does. `planned` is as in `card_columns`; with `any_day`,
    a review may be due on any day.
    """
    kind, queue, *rest = card_columns(state, position, context, planned)
    if state and state.buried and state.buried >= str(today) and queue != SUSPENDED:
        queue = _BURIED
    wanted: CardColumns = (kind, queue, *rest)  # type: ignore[assignment] # the rest of the columns
    return None if _agrees(state, theirs, wanted, context, any_day=any_day) else CardChange(theirs.id, wanted)


class LogDiff(NamedTuple):
    """`missing` are the log rows that Anki lacks, `extra` the answers that count in Anki but not here: undone here, or
    implausible. `ahead` says that Anki has dated back a review that is in the future here.
    """

    missing: list[RevlogRow]
    extra: list[TheirReview]
    ahead: bool


def diff_log(rows: Sequence[RevlogRow], theirs: TheirCard, other_times: Collection[int]) -> LogDiff:
    """Compares our rows of a card with Anki's: the same review has the same rating and nearly the same time. `other_times`
    are further times that Anki has for reviews of ours.
    """
    there = _times_by_rating((row.at, row.content.rating) for row in theirs.log)
    here = _times_by_rating((row[0], row[3]) for row in rows)
    implied = {
        row[0] for row, after in pairwise(rows) if _is_implied(row, after) and _has_near(there[after[3]], after[0])
    }
    missing = [row for row in rows if row[0] not in implied and not _has_near(there[row[3]], row[0])]
    redated = [(row.at, row.content) for row in theirs.log if row.at in other_times]
    times = {}
    if redated:
        ours = [(row[0], ReviewContent(row[3], row[4], row[7])) for row in missing]
        times = match_redated(redated, ours, lambda *_: True)
    extra = [
        row
        for row in theirs.log
        if row.is_answer and row.at not in other_times and not _has_near(here[row.content.rating], row.at)
    ]
    lacking = [row for row in missing if row[0] not in times.values()]
    return LogDiff(_while_learning(lacking, rows, theirs.log), extra, len(times) < len(redated))


def _while_learning(missing: list[RevlogRow], rows: Sequence[RevlogRow], log: Sequence[TheirReview]) -> list[RevlogRow]:
    """The missing rows, so that Anki does not take the card for forgotten between one of them and an answer in the first steps
    that it has. Before such an answer, reviews are sent as answers in the first steps, and due dates are left out.
    """
    if not missing or not any(row.learns and row.at > missing[0][0] for row in log):  # as nearly always
        return missing
    ends = [(row.at, row.learns) for row in log if row.is_answer]
    ends += [(row[0], False) for row in rows if is_forget(row)]
    ends.sort()
    kept = list[RevlogRow]()
    for row in missing:
        place = bisect_right(ends, (row[0], True))
        followed = place < len(ends) and ends[place][1]
        if followed and row[8] in {1, 2}:
            kept.append((*row[:8], 0))
        elif not followed or row[3] or is_forget(row):
            kept.append(row)
    return kept


def is_forget(row: RevlogRow) -> bool:
    """Whether the card is new from this row on."""
    _, _, _, ease, _, _, factor, _, kind = row
    return ease == 0 and factor == 0 and kind == 4


def _is_implied(row: RevlogRow, after: RevlogRow) -> bool:
    """Whether it is a forget that needs no row, because Anki sees it in the answer of the next millisecond."""
    return is_forget(row) and after[0] - row[0] == 1


def undone_answers(extra: Sequence[TheirReview], voided: Iterable[tuple[int, int]]) -> list[int]:
    """The times of answers that were undone here and still count in Anki; `voided` are (UTC milliseconds, rating)."""
    there = _times_by_rating((row.at, row.content.rating) for row in extra)
    return [at for at, rating in voided if _has_near(there[rating], at)]


def _times_by_rating(rows: Iterable[tuple[int, int]]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for at, rating in sorted(rows):
        found[rating].append(at)
    return found


def _has_near(times: Sequence[int], at: int) -> bool:
    place = bisect_left(times, at - _SAME)
    return place < len(times) and times[place] <= at + _SAME


def _agrees(
    state: StateColumns | None, theirs: TheirCard, wanted: CardColumns, context: ExportContext, *, any_day: bool
) -> bool:
    kind, queue, due, interval, *_ = wanted
    if kind != theirs.type or (queue == SUSPENDED) != (theirs.queue == SUSPENDED):
        return False
    if (queue == _BURIED and theirs.queue >= 0) or (queue == SUSPENDED and lacks_suspended_mark(theirs.data)):
        return False
    if state is None or state.state == "new":
        return True
    if kind == 2:
        interval = interval if state.has_memory else theirs.ivl  # which means nothing then
        due = theirs.due if any_day else due
        return (due, interval) == (theirs.due, theirs.ivl) and _same_memory(state, theirs)
    return _same_step(due, theirs.due, context) and _same_memory(state, theirs)


def _same_step(one: int, other: int, context: ExportContext) -> bool:
    """Both are an instant in seconds or the number of a day."""
    if min(one, other) > _SECONDS:
        return abs(one - other) <= _STEP
    days = (context.day_number(context.calendar.day(due * 1000)) if due > _SECONDS else due for due in (one, other))
    return len(set(days)) == 1


def _same_memory(state: StateColumns, theirs: TheirCard) -> bool:
    try:
        data = json.loads(theirs.data or "{}")
        if not state.has_memory or (state.reps == 0 and "s" not in data):  # Anki works it out when it asks the card
            return "s" not in data
        pairs = ((float(data["s"]), state.stability), (float(data["d"]), state.difficulty))
    except (ValueError, TypeError, KeyError):
        return False
    return all(abs(there - here) <= max(_CLOSE, _CLOSE * here) for there, here in pairs)
