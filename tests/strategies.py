"""Random events, card histories and damage, for tests that check laws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from srs.anki.card_columns import StateColumns
from srs.core import event_row
from srs.core.card_state import UNSEEN, CardState, Memory, WithoutMemory
from srs.core.clock import Calendar, to_utc
from srs.core.event import (
    Aim,
    Answered,
    Break,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    EventSource,
    Fitted,
    Flagged,
    Forgot,
    Goal,
    Parameters,
    Rating,
    Rehearsal,
    Relinked,
    Rescheduled,
    Sm2Memory,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
    What,
)
from srs.core.event_line import MAX_GOAL_DAYS
from srs.database import states
from srs.log.event_log import LogEntry
from srs.scheduling.scheduler import Scheduler
from tests.conftest import DAY, MINUTE

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

    def history_of(start: int, steps: list[tuple[int, Rating]]) -> list[tuple[int, Rating]]:
        at, history = start, []
        for wait, rating in steps:
            at += wait
            history.append((at, rating))
        return history

    return st.builds(history_of, instants, st.lists(st.tuples(waits, ratings), min_size=1, max_size=max_size))


given_memories = st.builds(Memory, st.floats(0.001, 36_500), st.floats(1, 10)) | st.builds(
    Sm2Memory, st.floats(0.001, 36_500), st.floats(1.1, 10)
)
other_actions: st.SearchStrategy[What] = st.one_of(
    st.sampled_from([Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged()]),
    st.builds(Crammed, ratings, st.just(0)),
    st.builds(Rescheduled, st.integers(0, 500)),
    st.builds(Softened, st.floats(0.05, 1)),
)
_with_given: st.SearchStrategy[What] = st.one_of(
    st.builds(Rescheduled, st.integers(0, 500), given_memories),
    st.builds(Answered, ratings, st.just(0), st.builds(Days, st.integers(1, 400)), given_memories),
    st.builds(Answered, ratings, st.just(0), st.just(Step(relearning=True, step=0, seconds=600)), given_memories),
)


def _actions(*what: st.SearchStrategy[Rating | What]) -> st.SearchStrategy[list[tuple[Rating | What, int]]]:
    return st.lists(st.tuples(st.one_of(*what), st.integers(-40, 400)), max_size=14)


actions = _actions(ratings, ratings, other_actions)
"""What happened, and how many study days after the previous action (negative where a clock was wrong)."""

incomplete_actions = _actions(ratings, ratings, other_actions, _with_given)
"""As above, where the first answers may be missing."""


def simulate(
    scheduler: Scheduler, done: list[tuple[Rating | What, int]], card: str = "n/back"
) -> list[tuple[Event, CardState]]:
    """Each event with the state that follows; a rating leads to the outcome that its button promised."""
    state, day, lived = UNSEEN, date(2026, 1, 1), []
    for at, (deed, days) in enumerate(done, start=1):
        day += timedelta(days=days)
        promised = scheduler.preview(card, state, day).outcomes
        what: What = Answered(deed, 0, promised[deed]) if isinstance(deed, Rating) else deed
        event = Event(card, at, day, EventSource.SRS, "m", what)
        state = scheduler.apply(state, event)
        lived.append((event, state))
    return lived


def memory_of(state: CardState) -> Memory:
    assert not isinstance(state.phase, WithoutMemory)
    return state.phase.memory


def exported_state(state: CardState) -> StateColumns:
    """The state as an export reads it."""
    row = dict(zip(states._COLUMNS, states.state_to_row("a/b", state), strict=True))
    return StateColumns(*(row[name] for name in StateColumns._fields))


def exported_log_row(event: Event) -> LogEntry | None:
    """The event's columns as an export reads them; None if it is no answer and moves no card."""
    if not isinstance(event.what, Answered | Crammed | Forgot | Rescheduled):
        return None
    row = dict(zip(event_row.COLUMNS, event_row.event_to_row(event), strict=True))
    names = ("subject", "at", "what", "rating", "duration_ms", "state", "interval", "parameters")
    return tuple(row[name] for name in names)


ids = st.from_regex("[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)
cards = st.builds("{}/{}".format, ids, ids)
any_outcome = st.builds(Days, st.integers(0, 100_000)) | st.builds(
    Step, st.booleans(), st.integers(0, 1000), st.integers(0, 8_640_000_000)
)
_of_cards: st.SearchStrategy[What] = st.one_of(
    st.builds(Answered, ratings, st.integers(0, 10**12), any_outcome, st.none() | given_memories),
    st.builds(Crammed, ratings, st.integers(0, 10**12)),
    st.sampled_from([Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged()]),
    st.builds(Rescheduled, st.integers(0, 100_000), st.none() | given_memories),
    st.builds(Softened, st.floats(0, 1, exclude_min=True)),
)
_of_notes: st.SearchStrategy[What] = st.builds(Relinked, ids) | st.builds(Distinct, ids)
_parameters = st.builds(
    Parameters,
    st.just("FSRS-6"),
    st.lists(st.floats(0, 100), min_size=1, max_size=34).map(tuple),
    st.none() | st.builds(Fitted, st.integers(0, 10**6), st.floats(0, 10), st.floats(0, 1)),
)
_days = st.dates(date(2000, 1, 1), date(2200, 1, 1))
_names = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), max_size=3).map(tuple)
_minutes = st.none() | st.floats(0.01, 1440)
_recall = st.floats(0, 1, exclude_min=True, exclude_max=True)
_goals = st.builds(Goal, st.none() | st.builds(Aim, _days, _names, _names, _minutes, _recall, st.booleans()))
_breaks = st.builds(lambda day, length: Break(day, day + timedelta(length)), _days, st.integers(0, 100))
_slugs = st.from_regex("[a-z][a-z0-9-]{0,39}", fullmatch=True)
_counts = st.none() | st.integers(0, 10**6)
_rehearsals = st.builds(
    Rehearsal,
    ids,
    ratings,
    st.dictionaries(_slugs, st.integers(0, 86_400), max_size=20).map(lambda found: tuple(found.items())),
    _counts,
    _counts,
    st.dictionaries(_slugs, st.booleans(), max_size=20).map(lambda found: tuple(found.items())),
    st.just("") | _slugs,
)


def _event(subject_and_what: tuple[str, What], at: int, shift: int, source: EventSource, machine: str) -> Event:
    subject, what = subject_and_what
    day = to_utc(at).date() + timedelta(days=shift)
    if isinstance(what, Goal) and what.aim:  # a goal is never far ahead
        what = Goal(replace(what.aim, day=day + timedelta(what.aim.day.toordinal() % (MAX_GOAL_DAYS + 1))))
    return Event(subject, at, day, source, machine, what)


_times = st.integers(1, 7_258_118_399_999)
_rest = (_times, st.integers(-2, 1), st.sampled_from(EventSource), ids)
card_events = st.builds(_event, st.tuples(cards, _of_cards), *_rest)
_of_others = st.tuples(ids, _of_notes | _goals | _rehearsals) | st.tuples(st.just(""), _parameters | _breaks)
any_events = card_events | st.builds(_event, _of_others, *_rest)
"""All that a line of the log may hold, to the limits of each value."""
voids = st.builds(Void, cards | ids | st.just(""), _times)


def mutate(data: st.DataObject, text: bytes, pieces: Sequence[bytes]) -> bytes:
    """The text with parts cut out, doubled, or replaced by one of the `pieces` or by any bytes."""
    for _ in range(data.draw(st.integers(1, 5))):
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        piece = data.draw(st.sampled_from([b"", text[start:end], *pieces]) | st.binary(max_size=9))
        text = text[:start] + piece + text[data.draw(st.sampled_from([start, end, min(start + 1, len(text))])) :]
    return text
