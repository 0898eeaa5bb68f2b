"""Events as rows."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.core.event import (
    Answered,
    Buried,
    Crammed,
    Days,
    Distinct,
    Event,
    EventSource,
    Flagged,
    Forgot,
    Parameters,
    Rating,
    Rehearsal,
    Relinked,
    Rescheduled,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
    What,
)
from srs.database import open_store
from srs.log import event_log, in_force
from srs.log.event_log import LoggedEvent
from tests.machines import insert_events

NUMBERS = st.integers(0, 10**9)
WHATS: st.SearchStrategy[What] = st.one_of(
    st.builds(
        Answered,
        st.sampled_from(Rating),
        NUMBERS,
        st.builds(Step, st.booleans(), NUMBERS, NUMBERS) | st.builds(Days, NUMBERS),
    ),
    st.builds(Crammed, st.sampled_from(Rating), NUMBERS),
    st.sampled_from([Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged()]),
    st.builds(Rescheduled, NUMBERS),
    st.builds(Softened, st.floats(0.01, 1)),
    st.builds(Relinked, st.text(min_size=1)),
    st.builds(Distinct, st.text(min_size=1)),
    st.builds(Rehearsal, st.just("q"), st.sampled_from(Rating), st.just((("task", 9),)), st.none() | NUMBERS),
    st.builds(Parameters, st.just("FSRS-6"), st.lists(st.floats(0, 100), min_size=21, max_size=21).map(tuple)),
)
EVENTS = st.builds(
    Event,
    st.sampled_from(["a/back", "b/c1", "b", ""]),
    st.integers(0, 10**14),
    st.dates(date(1971, 1, 1), date(2300, 1, 1)),
    st.sampled_from(EventSource),
    st.text("0123456789abcdef", min_size=16, max_size=16),
    WHATS,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EVENTS, unique_by=lambda event: (event.subject, event.at), max_size=12), st.data())
def test_every_event_comes_back_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], data: st.DataObject
) -> None:
    voided = data.draw(st.sets(st.sampled_from(events))) if events else set()
    with closing(open_store(tmp_path_factory.mktemp("log") / "srs.db")) as store:
        with store.write() as connection:
            for event in events:
                event_log.insert_event(connection, event)
            for event in voided:
                event_log.insert_void(connection, Void(event.subject, event.at))
                event_log.insert_void(connection, Void(event.subject, event.at))
        cardless = (Relinked, Distinct, Parameters, Rehearsal)
        order = sorted(events, key=lambda event: (event.at, not isinstance(event.what, cardless), event.subject))
        expected = [LoggedEvent(event, event in voided) for event in order]
        assert list(event_log.history(store.connection)) == expected
        card = [row.event for row in expected if row.event.subject == "a/back" and not row.voided]
        assert list(event_log.card_events(store.connection, "a/back")) == card


def test_a_void_may_arrive_before_its_event(tmp_path: Path) -> None:
    event = Event("a/back", 5, date(2026, 1, 1), EventSource.SRS, "m", Suspended())
    with closing(open_store(tmp_path / "srs.db")) as store, store.write() as connection:
        event_log.insert_void(connection, Void("a/back", 5))
        assert event_log.free_time(connection, "a/back", 5) == 6, "its millisecond is taken"
        event_log.insert_event(connection, event)
        assert list(event_log.history(connection)) == [LoggedEvent(event, voided=True)]
        assert list(event_log.card_events(connection, "a/back")) == []


def test_the_last_parameters_that_count_are_in_force(tmp_path: Path) -> None:
    first, second = (Parameters("FSRS-6", (float(n),) * 21) for n in (1, 2))
    with closing(open_store(tmp_path / "srs.db")) as store, store.write() as connection:
        assert in_force.stored_parameters(connection) is None
        for at, what in ((1, first), (2, second)):
            event_log.insert_event(connection, Event("", at, date(2026, 1, 1), EventSource.SRS, "m", what))
        assert in_force.stored_parameters(connection) == second
        event_log.insert_void(connection, Void("", 2))
        assert in_force.stored_parameters(connection) == first


@given(st.lists(EVENTS, max_size=700, unique_by=lambda event: (event.subject, event.at)))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_many_events_added_at_once_are_those_added_one_by_one(tmp_path: Path, events: list[Event]) -> None:
    (tmp_path / "many.db").unlink(missing_ok=True)
    with closing(open_store(tmp_path / "many.db")) as store:
        with store.write() as connection:
            insert_events(connection, events)
        kept = [row.event for row in event_log.history(store.connection)]
        assert sorted(kept, key=repr) == sorted(events, key=repr)


def test_the_events_of_some_cards(tmp_path: Path) -> None:
    day = date(2026, 3, 2)
    events = [
        Event(card, at, day, EventSource.SRS, "m", Suspended())
        for card in ("a/back", "b/back", "c/back")
        for at in (2, 1)
    ]
    with closing(open_store(tmp_path / "log.db")) as store:
        with store.write() as connection:
            insert_events(connection, events)
            event_log.insert_void(connection, Void("a/back", 1))
        found = [(row[0], row[1], voided) for row, voided in event_log.card_rows(connection, ["c/back", "a/back"])]
        assert found == [("a/back", 1, True), ("a/back", 2, False), ("c/back", 1, False), ("c/back", 2, False)]


def test_whether_a_day_has_an_answer_is_found_by_an_index(tmp_path: Path) -> None:
    """Each end of a review asks for every day of the streak."""
    statements: list[str] = []
    with closing(open_store(tmp_path / "srs.db")) as store:
        store.connection.set_trace_callback(statements.append)
        assert not event_log.has_answer(store.connection, date(2026, 3, 2))
        store.connection.set_trace_callback(None)
        plan = store.connection.execute(f"explain query plan {statements[0]}").fetchone()["detail"]
    assert "events_of_answers" in plan
