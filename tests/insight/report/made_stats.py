"""Statistics in which only what a test is about is not empty."""

from datetime import date
from typing import Any

from srs.core.event import Rating
from srs.database.totals import Totals
from srs.insight.memory_today import MemoryToday, Spread
from srs.insight.stats import Amount, ByAge, Stats, Steps, Streak

TODAY = date(2026, 3, 2)

_NOTHING: dict[str, Any] = {
    "first": date(2025, 3, 3),
    "last": TODAY,
    "today": Amount(),
    "total": Amount(),
    "days": {},
    "ages": {},
    "year": {},
    "later": 0,
    "ever": 0,
    "retention": ByAge(),
    "decks": {},
    "kinds": {},
    "hours": [Amount()] * 24,
    "ratings": dict.fromkeys(Rating, 0),
    "learning": Steps(),
    "relearning": Steps(),
    "streak": Streak(0, 0),
    "states": Totals(),
    "forecast": {},
    "leeches": [],
    "calibration": None,
    "memory": MemoryToday(0, *[Spread(None, [], None)] * 3),
    "goals": [],
}


def made_stats(**figures: Any) -> Stats:
    return Stats(**_NOTHING | figures)
