"""Finds answers of ours that Anki has under another time.

On import, Anki dates back what is more than a day ahead of its clock: to that moment, each row a millisecond after the one
before. An export moves all but one of the answers of one millisecond, because Anki has one row for each. All else keeps its
time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

DAY = 86_400_000
"""Milliseconds by which reviews that go to Anki, or come from there, may be ahead of the clock."""

AHEAD = DAY - 3_600_000
"""Milliseconds: the least by which a row that was dated back was ahead; the rows of one import take a millisecond each."""

_MOVED_ON = 60_000  # milliseconds, one for each card that was answered at the same one
_COMMON_DURATIONS = {0, 60_000}  # of answers by programs, and the longest that Anki records


class ReviewContent(NamedTuple):
    """A row of Anki's log without its time: `rating` is 0 where nothing was answered, `interval` days above zero and seconds
    below.
    """

    rating: int
    interval: int
    duration_ms: int


TimedReview = tuple[int, ReviewContent]
"""UTC milliseconds, and the review of that moment."""


def match_redated(
    rows: Sequence[TimedReview], events: Sequence[TimedReview], is_sure: Callable[[int, int], bool]
) -> dict[int, int]:
    """Maps the times of Anki's `rows` of a card to those of the `events` of ours that they are. All of them are without a
    match at their own time; both are oldest first.

    A row is ours if it equals an event that is a little earlier, or more than a day later (these in the order of the events),
    and is not just an equal answer: `is_sure` confirms their two times, or the histories differ in one review alone.
    """
    times: dict[ReviewContent, list[int]] = defaultdict(list)
    for at, content in events:
        times[content].append(at)
    only_one = len(rows) == len(events) == 1 and rows[0][1].duration_ms not in _COMMON_DURATIONS
    found: dict[int, int] = {}
    moved, last = set[int](), 0
    for at, content in rows:
        same = times.get(content, [])
        place = bisect_left(same, at - _MOVED_ON)
        if place < len(same) and same[place] <= at and same[place] not in moved and is_sure(at, same[place]):
            found[at] = same[place]
            moved.add(same[place])
            continue
        place = bisect_left(same, max(at + AHEAD, last + 1))
        if place == len(same):  # the file was imported twice
            place = bisect_left(same, at + AHEAD)
        if place < len(same) and (only_one or is_sure(at, same[place])):
            found[at] = last = same[place]
    return found
