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
    memory follows from more than the answers, so those are left out.
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
    _, times, day_texts, names, ratings, *_ = zip(*rows, strict=True)
    days = [*map(_ordinal, day_texts)]
    between = (0, *map(sub, days[1:], days))
    if min(between) == 0 and set(names) == {"answered"}:  # nearly every card, in half of the time
        return History(times, between, ratings)
    answers: list[tuple[int, int, int]] = []
    softened, last_day = False, 0
    for _, at, day_text, what, rating, *_ in rows:
        if what == "forgot":
            answers, softened = [], False
        elif what == "softened":
            softened = bool(answers)  # a card without a memory stays as it is
        elif what == "answered" and not softened:
            day = _ordinal(day_text)
            elapsed = max(day - last_day, 0) if answers else 0
            last_day = max(day, last_day) if answers else day
            answers.append((at, elapsed, rating))
    return History(*zip(*answers, strict=True)) if answers else None
