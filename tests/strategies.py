"""Random lives of cards, shared by tests that check laws."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from srs.clock import Calendar
from srs.event import (
    Answered,
    Buried,
    Crammed,
    Event,
    Flagged,
    Forgot,
    Rating,
    Rescheduled,
    Softened,
    Source,
    Suspended,
    Unflagged,
    Unsuspended,
    What,
)
from srs.memory import UNSEEN, CardState
from srs.scheduler import Scheduler
from srs.store import log

ZONES = [
    "Asia/Seoul",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/St_Johns",
    "UTC",
]
MINUTE = 60_000
DAY = 1440 * MINUTE
YEAR_2000, YEAR_2040 = 946_684_800_000, 2_208_988_800_000

instants = st.integers(YEAR_2000, YEAR_2040)
calendars = st.builds(Calendar, st.sampled_from(ZONES).map(ZoneInfo), st.integers(0, 1439))
ratings = st.sampled_from(list(Rating))

waits = st.one_of(
    st.integers(0, 30 * MINUTE),  # steps
    st.integers(0, 30 * 60 * MINUTE),  # over midnights and rollovers
    st.integers(1, 400).map(lambda days: days * DAY),
    st.integers(0, 60 * DAY),
)


def histories(max_size: int = 12) -> st.SearchStrategy[list[tuple[int, Rating]]]:
    """Instants (UTC milliseconds) and ratings, in the order of time; many cross a change of the clocks."""

    def made(start: int, steps: list[tuple[int, Rating]]) -> list[tuple[int, Rating]]:
        at, history = start, []
        for wait, rating in steps:
            at += wait
            history.append((at, rating))
        return history

    return st.builds(made, instants, st.lists(st.tuples(waits, ratings), min_size=1, max_size=max_size))


others: st.SearchStrategy[What] = st.one_of(
    st.sampled_from([Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged()]),
    st.builds(Crammed, ratings, st.just(0)),
    st.builds(Rescheduled, st.integers(0, 500)),
    st.builds(Softened, st.floats(0.05, 1)),
)
deeds = st.lists(st.tuples(st.one_of(ratings, ratings, others), st.integers(-40, 400)), max_size=14)
"""What was done, and how many study days after the one before (or before it: clocks go wrong)."""


def live(
    scheduler: Scheduler, done: list[tuple[Rating | What, int]], card: str = "n/back"
) -> list[tuple[Event, CardState]]:
    """Each event with the state that followed; a rating leads where the button said it would."""
    state, day, lived = UNSEEN, date(2026, 1, 1), []
    for at, (deed, days) in enumerate(done, start=1):
        day += timedelta(days=days)
        promised = scheduler.preview(card, state, day).outcomes
        what: What = Answered(deed, 0, promised[deed]) if isinstance(deed, Rating) else deed
        event = Event(card, at, day, Source.SRS, "m", what)
        state = scheduler.apply(state, event)
        lived.append((event, state))
    return lived


def entry(event: Event) -> tuple[str, int, str, int, int, str, int] | None:
    """The event's columns as an export reads them; None if it is no answer and moves no card."""
    if not isinstance(event.what, Answered | Crammed | Forgot | Rescheduled):
        return None
    row = dict(zip(log._COLUMNS, log._values(event), strict=True))
    names = ("subject", "at", "what", "rating", "duration_ms", "state", "interval")
    return tuple(row[name] for name in names)
