"""The views that a person can query."""

import subprocess
import sys
import time
from contextlib import closing
from datetime import date

from srs.cli.kinds import KINDS
from srs.collection import open_collection
from srs.collection.recorder import Recorder
from srs.core.event import Answered, Days, Event, EventSource, Forgot, Rating, Rescheduled, Suspended, What
from srs.log import event_log
from tests.conftest import BASIC, DAY, NOW, Home, answer
from tests.other_programs import query


def test_the_history_holds_the_answers_that_count(home: Home) -> None:
    home.write("a.yaml", BASIC)
    recorder = Recorder(home.open())
    recorder.answer(recorder.preview("one/back", NOW), Rating.GOOD, 1200, NOW)
    recorder.answer(recorder.preview("two/back", NOW), Rating.EASY, 0, NOW)
    recorder.undo()
    rows = query(home.database, "select * from history")
    assert rows == [("one/back", "2026-03-02", "2026-03-02 00:00:00", 3, 1200, "learning", 600, "srs")]


def test_retention_counts_reviews_not_steps(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    for card, rating, day in [
        ("one/back", Rating.EASY, 0),
        ("two/back", Rating.GOOD, 0),
        ("two/back", Rating.GOOD, 0),
        ("one/back", Rating.GOOD, 9),
        ("two/back", Rating.AGAIN, 9),
        ("two/back", Rating.GOOD, 9),
    ]:
        now = NOW + day * DAY
        answer(collection, card, rating, now)
    rows = query(home.database, "select * from retention_by_day")
    assert rows == [("2026-03-11", 2, 1, 0.5)]


def test_retention_leaves_out_the_first_answer_whose_due_date_was_set_before(home: Home) -> None:
    """Also of a card that was forgotten; answers after that, and a review that was moved, count."""
    home.write("a.yaml", BASIC)
    store = home.open().store
    day = date(2026, 3, 2)
    lived: list[What] = [
        Rescheduled(1), Rescheduled(2), Answered(Rating.AGAIN, 0, Days(1)), Answered(Rating.GOOD, 0, Days(3)),
        Forgot(), Rescheduled(1), Answered(Rating.AGAIN, 0, Days(1)), Rescheduled(3), Answered(Rating.GOOD, 0, Days(3)),
    ]  # fmt: skip
    with store.write() as connection:
        for n, what in enumerate(lived):
            event_log.insert_event(connection, Event("one/back", NOW + n, day, EventSource.ANKI, "m", what))
    assert [tuple(row) for row in store.connection.execute("select * from retention_by_day")] == [
        ("2026-03-02", 2, 2, 1.0)
    ]


def test_due_today_follows_the_real_clock_in_the_stored_zone(home: Home) -> None:
    """Views know no `SRS_NOW`, so this test stands at the real present."""
    home.write("a.yaml", BASIC)
    now = time.time_ns() // 1_000_000  # noqa: TID251 - see above
    collection = open_collection(home.decks, home.database, home.path / "machine", home.settings, KINDS, now - 30 * DAY)
    with closing(collection.store):
        recorder = Recorder(collection)
        recorder.answer(recorder.preview("one/back", now - 30 * DAY), Rating.EASY, 0, now - 30 * DAY)
        recorder.answer(recorder.preview("two/back", now), Rating.EASY, 0, now)
        due = "select card, deck, state from due_today"
        assert [tuple(row) for row in collection.store.connection.execute(due)] == [("one/back", "Talk", "review")]
        recorder.mark("one/back", Suspended(), now)
        assert collection.store.connection.execute(due).fetchall() == []


def test_the_study_days_in_the_database_are_the_calendars(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    rows = collection.store.connection.execute("select day, starts from study_days order by day").fetchall()
    assert rows[2]["day"] == "2026-03-02"
    assert all(collection.calendar.day(row["starts"]).isoformat() == row["day"] for row in rows)
    assert tuple(collection.store.connection.execute("select * from calendar").fetchone()) == ("Asia/Seoul", 240)


def test_study_days_that_were_lost_are_written_again(home: Home) -> None:
    home.write("a.yaml", BASIC)
    with home.open().store.write() as connection:
        connection.execute("delete from study_days")
    assert home.open().store.connection.execute("select count(*) from study_days").fetchone()[0] > 700


def test_sqlite_utils_reads_the_views(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.open()
    command = [sys.executable, "-m", "sqlite_utils", "rows", str(home.database), "due_today"]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip() == "[]"
