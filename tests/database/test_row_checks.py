"""What SQLite takes to be a plain answer is one by the rules of a line as well."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.core.event import Answered, Days, Event, EventSource, Rating, Void
from srs.database import open_store
from srs.database.row_checks import _VALID_ANSWER, _problem, delete_invalid_rows, invalid_rows
from srs.log import event_log
from tests.strategies import any_events

AT = 1_772_409_600_000
GOOD = Event("a/b", AT, date(2026, 3, 2), EventSource.SRS, "m", Answered(Rating.GOOD, 0, Days(3)))

names = st.text("aZ0._-/ é\0\n", max_size=6) | st.sampled_from(
    ["a/b", "a/_b", "a/.b", "/b", "a/", "a/b/c", "a/b\0c", "m\0", "a" * 201 + "/b", "m"]
)
numbers = st.integers(-(2**63), 2**63 - 1) | st.sampled_from(
    [0, 1, 4, 5, 1000, 1001, 100_000, 100_001, 10**12 + 1, AT, AT + 3 * 86_400_000]
)
values = st.fixed_dictionaries(
    {},
    optional={
        "subject": names,
        "machine": names,
        "at": numbers,
        "day": st.sampled_from(["2026-03-02", "2026-03-05", "2026-3-2", "2026-02-30", "now", "", "20260302", "2026-03-02 "]),
        "source": st.sampled_from(["", "anki"]),
        "rating": st.none() | st.integers(1, 4),
        "duration_ms": st.none() | numbers,
        "state": st.none() | st.sampled_from(["learning", "review", "relearning"]),
        "step": st.none() | numbers,
        "interval": st.none() | numbers,
    },
)  # fmt: skip


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values)
def test_no_bad_answer_passes_for_a_plain_one(tmp_path: Path, changed: dict[str, object]) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store, store.dry_run() as connection:
        event_log.insert_event(connection, GOOD)
        connection.execute("pragma ignore_check_constraints = on")
        for name, value in changed.items():
            connection.execute(f"update events set {name} = ?", (value,))
        row = connection.execute("select * from events").fetchone()
        plain = connection.execute(f"select ({_VALID_ANSWER}) is true from events").fetchone()[0]
        assert not (plain and _problem(row)), (dict(row), _problem(row))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_events)
def test_whatever_a_line_may_hold_makes_sense(tmp_path: Path, event: Event) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store, store.dry_run() as connection:
        event_log.insert_event(connection, event)
        assert list(invalid_rows(connection)) == []


def test_what_makes_no_sense_is_dropped_and_nothing_else(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store, store.write() as connection:
        event_log.insert_event(connection, GOOD)
        event_log.insert_void(connection, Void("a/b", AT))
        connection.execute("insert into events select 9, subject, at + 1, 'never', what, source, machine, rating,"
                           " duration_ms, state, step, interval, factor, other, parameters from events")  # fmt: skip
        connection.execute("insert into voids values ('a/b', -1)")
        connection.execute("insert into texts values ('a', '', -1, 1), ('b', '', 1, 1), ('c', '', 1, 0)")
        assert len(list(invalid_rows(connection))) == 4
        delete_invalid_rows(connection)
        left = [
            connection.execute(f"select count(*) from {name}").fetchone()[0] for name in ("events", "voids", "texts")
        ]
    assert left == [1, 1, 1]


def test_a_plain_answer_is_not_looked_at_closely(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store, store.dry_run() as connection:
        event_log.insert_event(connection, GOOD)
        found: sqlite3.Row = connection.execute(f"select ({_VALID_ANSWER}) is true from events").fetchone()
    assert found[0]
