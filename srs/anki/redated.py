"""Answers of ours that Anki has under another time.

What lies more than a day after its clock, Anki dates back as it imports it: to that moment, each a millisecond after the
one before it. And of what was answered at one millisecond, an export moves all but one on, for Anki has one row for each.
All else stays.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

DAY = 86_400_000
"""Milliseconds by which what goes to Anki, or comes from there, may be ahead of the clock."""

AHEAD = DAY - 3_600_000
"""Milliseconds by which what is dated back lies ahead at least: the rows of one import take a millisecond each."""

_MOVED_ON = 60_000  # milliseconds, one for each card that was answered at the same
_TELLS_NOTHING = {0, 60_000}  # what a program answered, and the longest that Anki notes


class Says(NamedTuple):
    """A row of Anki's log but for its time: `rating` is 0 where nothing was answered, `interval` days above zero and seconds
    below.
    """

    rating: int
    interval: int
    duration_ms: int


Row = tuple[int, Says]
"""UTC milliseconds, and what is said of that moment."""


def redated(rows: Sequence[Row], events: Sequence[Row], sure: Callable[[int, int], bool]) -> dict[int, int]:
    """Which of Anki's `rows` of a card are which of our `events`, by their times. Neither side has the others; both are
    oldest first.

    A row is ours if it says what an event says that is a little earlier, or more than a day later, these in the order of the
    events, and if there is more to tell it from an answer that was given then: `sure` says so of their two times, or the
    histories of the card differ in nothing else than what is dated back.
    """
    times: dict[Says, list[int]] = defaultdict(list)
    for at, says in events:
        times[says].append(at)
    alone = len(rows) == len(events) == 1 and rows[0][1].duration_ms not in _TELLS_NOTHING
    found: dict[int, int] = {}
    moved, last = set[int](), 0
    for at, says in rows:
        same = times.get(says, [])
        place = bisect_left(same, at - _MOVED_ON)
        if place < len(same) and same[place] <= at and same[place] not in moved and sure(at, same[place]):
            found[at] = same[place]
            moved.add(same[place])
            continue
        place = bisect_left(same, max(at + AHEAD, last + 1))
        if place == len(same):  # the file was imported twice
            place = bisect_left(same, at + AHEAD)
        if place < len(same) and (alone or sure(at, same[place])):
            found[at] = last = same[place]
    return found
