"""Tables, indexes, views and triggers: ours, all of them, and nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from srs.backup.rebuild import rebuild
from srs.backup.repair import repair_database
from srs.backup.restore import back_up, restore
from srs.backup.verify import diagnose_failure, verify
from srs.cli.kinds import KINDS
from srs.collection.recorder import Recorder
from srs.core.clock import Calendar
from srs.core.errors import StoreError
from srs.core.event import Rating, Void
from srs.database import connection as connections
from srs.database import objects, open_store
from srs.database.schema import migrations
from srs.log import event_log
from tests.conftest import BASIC, DAY, NOW, Home, answer
from tests.other_programs import execute, query

TRIGGER = "create trigger t after insert on events begin delete from events; end"


def of_version(file: Path, version: int) -> Path:
    """A database as a program of that version made it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        database = Database(connection)
        migrations.apply(database, stop_before=[one.name for one in migrations.pending(database)][version:])
        connection.execute(f"pragma application_id = {connections.APPLICATION_ID}")
        connection.execute(f"pragma user_version = {version}")
    return file


def refused(file: Path) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(file)
    return caught.value


def test_the_fingerprint_is_that_of_the_newest_version(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store:
        found = objects.fingerprint(store.connection)
    assert found == connections.SCHEMA_FINGERPRINT, (
        f"after a new migration, set SCHEMA in srs/database/connection.py to {found:#x}"
    )


def test_a_fingerprint_that_does_not_fit_only_makes_it_look_closely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SCHEMA_FINGERPRINT", 0)
    for _ in range(2):
        open_store(tmp_path / "srs.db").close()
    assert refused(execute(tmp_path / "srs.db", TRIGGER)).problem == "foreign"


@pytest.mark.parametrize("version", range(1, connections.SCHEMA_VERSION))
def test_an_older_database_is_brought_up_to_date_unless_something_foreign_is_in_it(
    tmp_path: Path, version: int
) -> None:
    open_store(of_version(tmp_path / "old.db", version)).close()
    with closing(open_store(tmp_path / "old.db")) as store:
        assert objects.fingerprint(store.connection) == connections.SCHEMA_FINGERPRINT
    foreign = execute(of_version(tmp_path / "foreign.db", version), TRIGGER)
    assert refused(foreign).detail == "trigger t"
    assert query(foreign, "pragma user_version")[0][0] == version


@pytest.fixture
def lived(home: Home) -> Home:
    """Three answers, and a backup of them."""
    home.write("a.yaml", BASIC)
    collection = home.open()
    for day in range(3):
        now = NOW + day * 20 * DAY
        answer(collection, "one/back", Rating.GOOD, now)
    back_up(collection.store, collection.calendar, NOW)
    collection.store.close()
    return home


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (TRIGGER, "trigger t"),
        ("create trigger events after insert on states begin select 1; end", "trigger events"),
        ("create view mine as select 1", "view mine"),
        ("create table mine (x)", "table mine"),
        ("create index mine on events (at)", "index mine"),
        ('create view "it\'s ""mine""" as select 1', 'view "it\'s ""mine"""'),
    ],
)
def test_what_is_not_ours_is_named_as_sql_drops_it(lived: Home, statement: str, named: str) -> None:
    execute(lived.database, statement)
    before = lived.database.read_bytes()
    error = refused(lived.database)
    assert (error.problem, error.detail) == ("foreign", named)
    assert lived.database.read_bytes() == before
    execute(lived.database, f"drop {named}")
    assert verify(lived.open(), NOW + 90 * DAY).good


def test_what_sqlite_keeps_for_itself_is_fine(lived: Home) -> None:
    execute(lived.database, "analyze")
    assert verify(lived.open(), NOW + 90 * DAY).good


@pytest.mark.parametrize(
    "statement",
    [
        "drop table states",
        "drop table cards",
        "drop table notes",
        "drop table sync_folders",
        "drop table calendar",
        "drop view history",
        "drop index events_own",
        "drop index states_due",
        "alter table states add column mine integer",
        "alter table cards rename column position to place",
    ],
)
def test_what_can_be_made_again_is_made_again_by_a_rebuild(lived: Home, statement: str) -> None:
    execute(lived.database, "drop view due_today", statement)
    assert refused(lived.database).problem == "outdated"
    open_store(lived.database, make_caches=True).close()
    collection = lived.open()
    rebuild(collection, NOW)
    found = verify(collection, NOW + 90 * DAY)
    assert (found.good, found.events, found.cards) == (True, 3, 1)
    assert collection.store.connection.execute("select count(*) from due_today").fetchone()


@pytest.mark.parametrize(
    "statement",
    [
        "drop table events",
        "drop table voids",
        "drop table texts",
        "alter table events add column mine integer",
        "alter table events rename to mine",
        "alter table vanished rename column at to gone_at",
    ],
)
def test_where_a_table_that_holds_the_truth_is_altered_a_salvage_saves_all(lived: Home, statement: str) -> None:
    views = ("history", "due_today", "retention_by_day")
    execute(lived.database, *(f"drop view {view}" for view in views), statement)
    error = refused(lived.database)
    assert error.problem == ("foreign" if "rename to" in statement else "altered")
    with pytest.raises(StoreError):
        open_store(lived.database, make_caches=True)
    repair_database(lived.database, NOW)
    found = verify(lived.open(), NOW + 90 * DAY)
    assert (found.good, found.events, found.cards) == (True, 3, 1)


def test_rows_with_a_column_more_are_saved_too(lived: Home) -> None:
    """Without the help of a backup."""
    for file in (lived.path / "backups").iterdir():
        file.unlink()
    row = "subject, at + 1, day, what, source, machine, rating, duration_ms, state, step, interval, null, null, null, 5"
    execute(
        lived.database,
        "alter table events add column mine integer",
        f"insert into events select seq + 3, {row} from events",
    )
    repair_database(lived.database, NOW)
    assert len(list(event_log.history(lived.open().store.connection))) == 6


def test_a_view_in_the_place_of_a_table_is_not_read_by_a_salvage(lived: Home) -> None:
    endless = (
        "with recursive n (x) as (select 1 union all select x + 1 from n) select 'a' as note, x as digest, x from n"
    )
    execute(lived.database, "drop table texts", f"create view texts as {endless}")
    assert refused(lived.database).detail == "view texts"
    repair_database(lived.database, NOW)
    assert verify(lived.open(), NOW + 90 * DAY).good


def test_nothing_is_recorded_where_a_trigger_came_while_it_was_open(lived: Home) -> None:
    """It would be acknowledged, and gone."""
    with closing(open_store(lived.database)) as store:
        execute(lived.database, TRIGGER)
        with pytest.raises(StoreError) as caught, store.write() as connection:
            event_log.insert_void(connection, Void("one/back", 1))
        assert (caught.value.problem, caught.value.detail) == ("foreign", "trigger t")
        execute(lived.database, "drop trigger t", "analyze")
        with store.write() as connection:
            event_log.insert_void(connection, Void("one/back", 1))


@pytest.mark.parametrize("statement", [TRIGGER, "create view mine as select 1"])
def test_what_comes_between_two_answers_is_refused_before_the_second(lived: Home, statement: str) -> None:
    recorder, now = Recorder(lived.open()), NOW + 90 * DAY
    connection = recorder.collection.store.connection
    assert recorder.answer(recorder.preview("one/back", now), Rating.GOOD, 0, now)
    before = event_log.count_events(connection)
    execute(lived.database, statement)
    with pytest.raises(StoreError) as caught:
        recorder.answer(recorder.preview("two/back", now), Rating.GOOD, 0, now)
    assert caught.value.problem == "foreign"
    assert event_log.count_events(connection) == before
    execute(lived.database, "drop view mine" if "view" in statement else "drop trigger t")
    assert recorder.answer(recorder.preview("two/back", now), Rating.GOOD, 0, now)


def test_a_trigger_that_hides_behind_the_old_schema_version_does_not_fire(lived: Home) -> None:
    recorder, now = Recorder(lived.open()), NOW + 90 * DAY
    connection = recorder.collection.store.connection
    assert recorder.answer(recorder.preview("one/back", now), Rating.GOOD, 0, now)
    before, version = event_log.count_events(connection), connection.execute("pragma schema_version").fetchone()[0]
    execute(lived.database, TRIGGER, f"pragma schema_version = {version}")
    assert recorder.answer(recorder.preview("two/back", now), Rating.GOOD, 0, now)
    assert event_log.count_events(connection) == before + 1
    assert refused(lived.database).problem == "foreign"


def test_nothing_is_recorded_where_a_newer_program_has_migrated_while_it_was_open(lived: Home) -> None:
    with closing(open_store(lived.database)) as store:
        execute(lived.database, "create table newer (x)", f"pragma user_version = {connections.SCHEMA_VERSION + 1}")
        with pytest.raises(StoreError) as caught, store.write():
            pass
        assert caught.value.problem == "newer"


def test_a_failure_is_put_down_to_a_trigger_that_came_while_it_was_open(lived: Home) -> None:
    assert diagnose_failure(lived.database, KINDS) is None
    execute(lived.database, "create trigger t after insert on events begin select raise(abort, 'no'); end")
    blame = diagnose_failure(lived.database, KINDS)
    assert blame
    assert (blame.problem, blame.detail) == ("foreign", "trigger t")


def test_no_trigger_of_a_backup_ever_fires(lived: Home) -> None:
    """It came into the database, and the backup was made, while a review was open."""
    calendar = Calendar(ZoneInfo("Asia/Seoul"))
    with closing(open_store(lived.database)) as store:
        store.connection.execute("create trigger t after insert on voids begin delete from events; end")
        backup = back_up(store, calendar, NOW + DAY)
        store.connection.execute("drop trigger t")
    assert restore(lived.database, backup, calendar, NOW + 2 * DAY, lambda _: True)
    assert verify(lived.open(), NOW + 90 * DAY).good
    lived.stack.close()
    lived.database.write_bytes(b"")
    assert repair_database(lived.database, NOW).counts.from_backups == 3
