"""Whether a card is due, or buried, is the same everywhere."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.collection import Collection, lookup
from srs.collection.query import parse
from srs.core.card_state import CardState, Learning, Memory, New, Phase, Relearning, Review, Scheduled
from srs.core.clock import to_utc
from srs.core.settings import Limits, Settings
from srs.database import states
from srs.review.session import Session
from srs.scheduling.queue import Counts
from tests.conftest import Home

NOW = time.time_ns() // 1_000_000  # noqa: TID251 - the view knows no other clock
HOUR = 3_600_000
MEMORY = Memory(4.5, 6.0)


@pytest.fixture
def collection(home: Home) -> Collection:
    """One card, and no new ones."""
    home.write("a.yaml", "deck: A\nnotes:\n- {id: one, front: f, back: b}\n")
    home.settings = Settings(zone="Asia/Seoul", limits=Limits(new=0))
    return home.open(to_utc(NOW).isoformat())


def in_steps(kind: type[Learning | Relearning], due: int, day: date) -> Phase:
    since = NOW - 100 * HOUR  # earlier than the study day: siblings of what was answered today are put off
    return kind(MEMORY, since, day - timedelta(days=4), 0, (due - since) // 1000)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_door_says_the_same(collection: Collection, data: st.DataObject) -> None:
    """`due`, `next`, `find` and the view `due_today`, of a card in whatever state."""
    day = collection.calendar.day(NOW)
    starts, ends = collection.calendar.start(day), collection.day_end(day)
    days = st.integers(-3, 3).map(lambda n: day + timedelta(days=n))
    instants = st.integers(NOW - 60 * HOUR, NOW + 60 * HOUR) | st.sampled_from([starts, ends - 1000, ends, ends + 1000])
    phases = st.one_of(
        st.builds(New),
        st.builds(Scheduled, st.integers(0, 9), days),
        st.builds(lambda due: Review(MEMORY, NOW - 100 * HOUR, day - timedelta(days=4), 4, due), days),
        st.builds(lambda kind, due: in_steps(kind, due, day), st.sampled_from([Learning, Relearning]), instants),
    )
    state = data.draw(
        st.builds(CardState, phase=phases, suspended=st.booleans(), buried=st.none() | days, as_of=st.just(1))
    )
    with collection.store.trial() as connection:
        states.put(connection, [("one/back", state)])
        waiting = collection.due(NOW).total
        viewed = connection.execute("select card from due_today").fetchall()
        found = [row.id for row, _ in lookup.find(collection, parse("is:due", KINDS), NOW)]
        buried = [row.id for row, _ in lookup.find(collection, parse("is:buried", KINDS), NOW)]
        asked = Session(collection, lambda: NOW).question
    due = state.is_due(day, ends)
    assert waiting == (Counts(0, 0, 0) if not due else Counts(0, 1, 0) if steps(state) else Counts(0, 0, 1))
    assert len(viewed) == len(found) == due
    assert len(buried) == state.is_buried(day)
    soon = not isinstance(state.phase, Learning | Relearning) or state.phase.due <= NOW + 1_200_000
    assert (asked is not None) == (due and soon), "steps come twenty minutes ahead of their time"


def steps(state: CardState) -> bool:
    return isinstance(state.phase, Learning | Relearning)
