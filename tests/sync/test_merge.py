"""Taking in another database, which may come from anybody."""

import os
import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.backup.verify import verify
from srs.core.errors import StoreError
from srs.core.event import Break, Event, EventSource, Parameters, Rating, Suspended
from srs.database import decks, states
from srs.database.connection import SCHEMA_VERSION
from srs.scheduling.scheduler import DEFAULT
from srs.sync.merge import MergeResult, merge, preview_merge
from tests.conftest import DAY
from tests.machines import START, Machine, Machines, downgrade
from tests.other_programs import execute

EASY = Rating.EASY


def closed(machine: Machine) -> Path:
    """The machine's database with everything in its one file."""
    machine.collection.store.close()
    return machine.database


def test_the_plan_says_what_comes_in_and_changes_nothing(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    one.answer("a/back", EASY, START)
    two.answer("a/back", EASY, START + DAY)
    two.answer("b/back", EASY, START)
    two.recorder.undo()
    before = one.snapshot()
    preview = preview_merge(one.collection, two.database)
    assert (preview.counts.events, preview.counts.voids, preview.counts.cards) == (2, 1, ["a/back", "b/back"])
    assert one.snapshot() == before
    done = merge(one.collection, two.database)
    assert done.counts == preview.counts
    assert preview_merge(one.collection, two.database).changes_nothing
    assert two.merge(one).counts.events == 1
    assert one.snapshot() == two.snapshot()


def test_parameters_that_come_in_change_every_memory(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    one.answer("a/back", EASY, START)
    before = states.get(one.collection.store.connection, "a/back")
    what = Parameters(DEFAULT.model, (*DEFAULT.values[:3], 20.0, *DEFAULT.values[4:]))
    two.add(Event("", START, two.collection.calendar.day(START), EventSource.SRS, two.id, what))
    one.merge(two)
    assert states.get(one.collection.store.connection, "a/back") != before
    assert verify(one.collection, START + DAY).good


def test_a_break_that_takes_the_place_of_parameters_ends_what_followed_from_them(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    one.answer("a/back", EASY, START)
    before, day = states.get(one.collection.store.connection, "a/back"), one.collection.calendar.day(START)
    what = Parameters(DEFAULT.model, (*DEFAULT.values[:3], 20.0, *DEFAULT.values[4:]))
    one.recorder.set_parameters(what, {}, START + 5)
    (at,) = one.collection.store.connection.execute("select at from events where what = 'parameters'").fetchone()
    two.add(Event("", at, day, EventSource.SRS, two.id, Break(day, day)))
    done = one.merge(two)
    assert (done.counts.replaced, done.counts.parameters) == (1, True)
    assert states.get(one.collection.store.connection, "a/back") == before
    assert verify(one.collection, START + DAY).good


def test_a_break_that_comes_in_changes_no_memory(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    day = one.collection.calendar.day(START)
    two.add(Event("", START, day, EventSource.SRS, two.id, Break(day, day)))
    done = one.merge(two)
    assert (done.counts.events, done.counts.parameters, done.counts.cards) == (1, False, [])


def test_a_notes_text_changed_when_the_later_of_both_says_and_was_first_seen_when_the_earlier_does(
    machines: Machines,
) -> None:
    one, two = machines["one"], machines["two"]
    for machine, rows in (
        (one, [("a", "1" * 64, 10, 10), ("b", "2" * 64, 20, 9)]),
        (two, [("b", "3" * 64, 30, 8), ("c", "4" * 64, 40, 7)]),
    ):
        machine.collection.store.connection.executemany("insert into texts values (?, ?, ?, ?)", rows)
    one.merge(two)
    connection = one.collection.store.connection
    assert decks.changed_times(connection) == {"a": 10, "b": 30, "c": 40}
    assert decks.added_times(connection) == {"a": 10, "b": 8, "c": 7}
    assert connection.execute("select digest from texts where note = 'b'").fetchone()[0] == "2" * 64


def test_of_an_older_database_the_last_change_tells_when_a_note_was_first_seen(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    one.collection.store.connection.execute("insert into texts values ('a', ?, 50, 40)", ("1" * 64,))
    downgrade(two.collection.store.connection)
    two.collection.store.connection.executemany(
        "insert into texts values (?, ?, ?)", [("a", "1" * 64, 45), ("b", "2" * 64, 30)]
    )
    merge(one.collection, closed(two))
    assert decks.added_times(one.collection.store.connection) == {"a": 40, "b": 30}


def test_a_database_that_somebody_has_open_is_read_with_its_newest_part(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    two.answer("a/back", EASY, START)
    assert two.database.with_name("two.db-wal").stat().st_size > 0
    assert one.merge(two).counts.events == 1


def test_the_other_database_and_its_folder_stay_as_they_are(machines: Machines, tmp_path: Path) -> None:
    one, two = machines["one"], machines["two"]
    two.answer("a/back", EASY, START)
    away = tmp_path / "away"
    away.mkdir()
    other = Path(shutil.copy(closed(two), away / "other.db"))
    before = other.read_bytes()
    other.chmod(0o400)
    away.chmod(0o500)
    merge(one.collection, other)
    assert other.read_bytes() == before
    assert os.listdir(away) == ["other.db"]  # noqa: PTH208 - names are wanted
    away.chmod(0o700)


def test_merging_a_database_into_itself_is_nothing(machines: Machines) -> None:
    one = machines["one"]
    one.answer("a/back", EASY, START)
    assert one.merge(one).changes_nothing


def refused(one: Machine, path: Path) -> StoreError:
    before = one.snapshot()
    with pytest.raises(StoreError) as caught:
        preview_merge(one.collection, path)
    with pytest.raises(StoreError):
        merge(one.collection, path)
    assert one.snapshot() == before
    return caught.value


@pytest.mark.parametrize(
    ("statements", "problem", "detail"),
    [
        (["pragma application_id = 1"], "unusable", "another program"),
        ([f"pragma user_version = {SCHEMA_VERSION + 1}"], "newer", str(SCHEMA_VERSION + 1)),
        (["drop table voids"], "unusable", "voids"),
        (["alter table voids rename to v", "create view voids as select * from v"], "unusable", "voids"),
        (
            ["drop table voids", "create view voids (subject, at) as with recursive c(n) as (select 1 union all select n + 1 from c) select n, n from c"],
            "unusable",
            "voids",
        ),
        (["drop table voids", "create virtual table voids using fts5(subject, at)"], "unusable", "voids"),
        (["alter table events add column more text as (hex(zeroblob(1000000)))"], "unusable", "events"),
        (["drop table texts", "create table texts (note, digest, changed_at as (note))"], "unusable", "texts"),
    ],
)  # fmt: skip
def test_a_database_that_is_not_what_srs_makes_is_refused(
    machines: Machines, statements: list[str], problem: str, detail: str
) -> None:
    one, path = machines["one"], closed(machines["two"])
    with closing(sqlite3.connect(path)) as connection:  # the program's own views would be in the way
        for view in ("history", "due_today", "retention_by_day"):
            connection.execute(f"drop view {view}")
    error = refused(one, execute(path, *statements))
    assert error.problem == problem
    assert detail in error.detail


def test_what_is_no_database_is_refused(machines: Machines, tmp_path: Path) -> None:
    one = machines["one"]
    text, empty = tmp_path / "text", tmp_path / "empty"
    text.write_text("just text, and more of it than a header")
    empty.write_bytes(b"")
    assert refused(one, text).problem == "not-a-database"
    assert refused(one, empty).problem == "unusable"
    assert refused(one, tmp_path).problem == "unusable"
    assert refused(one, tmp_path / "nowhere").detail == "there is no such file"


@pytest.mark.parametrize(
    "damage",
    [
        "update events set at = at + 100000000000000",
        "update events set day = '2031-01-01'",
        "update events set day = 'soon'",
        "update events set subject = 'a\x1b[2Jb/back'",
        "update events set subject = '../../x/back'",
        "update events set machine = ''",
        "update events set rating = null",
        "update events set interval = 4000000000000",
        "update events set interval = -1",
        "update events set state = null",
        "update events set what = 'softened', factor = 9e999",
        "update events set what = 'parameters', subject = '', parameters = '{'",
        "update events set what = 'parameters', subject = '', parameters = '{\"model\": \"FSRS-6\", \"values\": [1.0]}'",
        "update events set what = 'parameters', subject = '', parameters = (select group_concat('[', '') from events, sqlite_master a, sqlite_master b, sqlite_master c)",
        "update events set what = 'relinked', other = '/'",
    ],
)  # fmt: skip
def test_a_row_that_srs_could_not_have_written_is_skipped_and_counted(machines: Machines, damage: str) -> None:
    one, two = machines["one"], machines["two"]
    two.answer("a/back", EASY, START)
    path = execute(closed(two), damage, "insert into voids values ('a b', 3), ('a/back', -1)")
    before = one.snapshot()
    preview = merge(one.collection, path)
    assert (preview.changes_nothing, preview.skipped) == (True, 3)
    assert all(reason.isprintable() for reason in preview.reasons)
    assert one.snapshot() == before


def test_types_that_a_foreign_table_would_allow_are_checked(machines: Machines) -> None:
    """Ours is strict, but nobody has to make the table as we do."""
    two = machines["two"]
    two.answer("a/back", EASY, START)
    names = "seq subject at day what source machine rating duration_ms state step interval factor other parameters"
    columns = ", ".join(names.split())
    path = closed(two)
    with closing(sqlite3.connect(path)) as connection:
        for view in ("history", "due_today", "retention_by_day"):
            connection.execute(f"drop view {view}")
        connection.execute("alter table events rename to strict_ones")
        connection.execute(f"create table events ({columns})")
        for name, value in [
            ("at", "'x'"),
            ("at", "1.5"),
            ("subject", "x'00'"),
            ("day", "7"),
            ("rating", "'3'"),
            ("rating", "3.5"),
            ("interval", "2.5"),
            ("duration_ms", "'long'"),
            ("machine", "null"),
        ]:
            chosen = columns.replace(f" {name},", f" {value},") if name != "seq" else columns
            connection.execute(f"insert into events select {chosen} from strict_ones")
        connection.commit()
    assert merge(machines["one"].collection, path).skipped == 9


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    """Some bytes of it changed, or its end cut off."""
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 12))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    return bytes(spoilt[: data.draw(st.sampled_from([len(spoilt)] * 3 + [len(spoilt) // 2, 100]))])


def fuzzed(count: int, place: Path) -> int:
    """Merges damaged databases; how many were refused as a whole."""
    refusals = 0
    with ExitStack() as stack:
        machines = Machines(place, stack)
        one, two = machines["one"], machines["two"]
        for n in range(40):
            two.answer(f"n{n}/back", EASY, START + n)
        whole = closed(two).read_bytes()

        @settings(max_examples=count, database=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.data())
        def check(data: st.DataObject) -> None:
            nonlocal refusals
            two.database.write_bytes(damaged(data, whole))
            try:
                found: MergeResult = merge(one.collection, two.database)
            except StoreError:
                refusals += 1
            else:
                assert found.skipped >= 0

        check()
        assert verify(one.collection, START + 99 * DAY).good
    return refusals


def test_damaged_databases_bring_no_traceback_and_no_wrong_state(tmp_path: Path) -> None:
    fuzzed(40, tmp_path)


@pytest.mark.slow
def test_the_same_over_thousands_of_damaged_databases(tmp_path: Path) -> None:
    print(f"\ndamaged databases: 6000 merged, {fuzzed(6000, tmp_path)} of them refused, no traceback")


def test_an_event_of_ours_is_replaced_only_by_a_smaller_content(machines: Machines) -> None:
    one, two = machines["one"], machines["two"]
    day = one.collection.calendar.day(START)
    one.add(Event("a/back", START, day, EventSource.SRS, "b", Suspended()))
    two.add(Event("a/back", START, day, EventSource.SRS, "a", Suspended()))
    assert one.merge(two).counts.replaced == 1
    assert two.merge(one).changes_nothing
    assert one.snapshot()["lines"] == two.snapshot()["lines"]
