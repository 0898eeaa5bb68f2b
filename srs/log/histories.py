"""The answers of all cards, as the memory counts them."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter, sub
from typing import NamedTuple

from srs.core.event_row import ReplayRow
from srs.log import event_log
from srs.scheduling.fit import History

_ordinal = lru_cache(lambda day: date.fromisoformat(day).toordinal())  # of a study day as stored; logs have few


class Histories(NamedTuple):
    """Every card's history that has an answer, and how many answers were left out because they are `ahead` of the clock."""

    cards: list[History]
    ahead: int


def read_histories(connection: sqlite3.Connection, now: int, cards: Collection[str] | None = None) -> Histories:
    """The histories of all cards, or of these, up to the instant `now`: counted answers, relinks followed, since the last forget. After a softening, the
    memory follows from more than the answers, so those are left out; so are those from a given memory on.
    """
    histories, ahead = [], 0
    for _, of_card in groupby(event_log.replay_rows(connection, cards), key=itemgetter(0)):
        rows = list(of_card)
        if rows[-1][1] > now:
            ahead += sum(row[3] == "answered" for row in rows if row[1] > now)
            rows = [row for row in rows if row[1] <= now]
        if history := _history(rows):
            histories.append(history)
    return Histories(histories, ahead)


def _history(rows: Sequence[ReplayRow]) -> History | None:
    if not rows:
        return None
    _, times, day_texts, names, ratings, *_, given = zip(*rows, strict=True)
    days = [*map(_ordinal, day_texts)]
    between = (0, *map(sub, days[1:], days))
    if min(between) == 0 and set(names) == {"answered"} and not any(given):  # nearly every card, in half of the time
        return History(times, between, ratings)
    answers: list[tuple[int, int, int]] = []
    unknown, reviewed, last_day = False, False, 0
    for _, at, day_text, what, rating, led_to, *_, given_memory in rows:
        if what == "forgot":
            answers, unknown, reviewed = [], False, False
        elif what == "softened":
            unknown = unknown or bool(answers)  # a card without a memory stays as it is
        elif what == "rescheduled":
            if given_memory and not answers:
                unknown = True
            reviewed = reviewed or bool(answers)
        elif given_memory and not reviewed:
            answers, unknown, reviewed = [], True, True
        elif what == "answered" and not unknown:
            day = _ordinal(day_text)
            elapsed = max(day - last_day, 0) if answers else 0
            last_day = max(day, last_day) if answers else day
            answers.append((at, elapsed, rating))
            reviewed = reviewed or led_to == "review"
    return History(*zip(*answers, strict=True)) if answers else None
