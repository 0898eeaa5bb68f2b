"""A damaged database, and what is saved of it."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.backup.repair import repair_database
from srs.backup.restore import back_up
from srs.backup.verify import verify
from srs.collection.recorder import Recorder
from srs.core.errors import BackupError, StoreError
from srs.core.event import Rating
from srs.database import decks, translate_sqlite_errors
from srs.log import event_log
from srs.log.event_log import LoggedEvent
from tests.conftest import DAY, NOW, Home, answer, file_names, instant
from tests.machines import downgrade
from tests.other_programs import execute, query

PAGE = 4096


def lived(home: Home, answers: int, backup_after: int | None = None) -> list[LoggedEvent]:
    """So many answers, every tenth taken back; a backup after some of them."""
    home.write("a.yaml", "deck: D\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(50)))
    collection = home.open()
    recorder = Recorder(collection)
    for n in range(answers):
        if n == backup_after:
            back_up(collection.store, collection.calendar, NOW)
        now = NOW + n * DAY
        recorder.answer(recorder.preview(f"n{n % 50}/back", now), Rating(n % 4 + 1), 0, now)
        if n % 10 == 9:
            recorder.undo()
    rows = list(event_log.history(collection.store.connection))
    collection.store.close()
    return rows


def pages_of(database: Path, *names: str) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        listed = ", ".join("?" * len(names))
        try:
            rows = connection.execute(f"select pageno from dbstat where name in ({listed})", names).fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not say where its pages are")
    return [row[0] for row in rows]


def overwrite(database: Path, page: int, content: bytes = b"\xff" * PAGE) -> int:
    with database.open("rb+") as file:
        file.seek((page - 1) * PAGE)
        return file.write(content)


def whole(home: Home, expected: list[LoggedEvent]) -> None:
    collection = home.open()
    assert list(event_log.history(collection.store.connection)) == expected
    assert verify(collection, NOW + 10_000 * DAY).good
    assert len(collection.available_cards(NOW, ["D"])) == 50


@pytest.mark.parametrize("backup_after", [None, 100])
@pytest.mark.parametrize(
    "damage",
    [
        lambda file: overwrite(file, 1, bytes(100)),  # the header alone
        lambda file: overwrite(file, 1),  # and what says which tables there are
        lambda file: [overwrite(file, page) for page in pages_of(file, "notes", "cards", "states", "states_due")],
        lambda file: overwrite(file, min(pages_of(file, "events"))),  # the page above all events
    ],
)
def test_events_survive_all_damage_that_is_not_on_their_own_pages(
    home: Home, damage: Callable[[Path], object], backup_after: int | None
) -> None:
    before = lived(home, 200, backup_after)
    damage(home.database)
    broken = home.database.read_bytes()
    if backup_after is None and broken[:4] != b"SQLi":
        with pytest.raises(BackupError):  # nothing says that it is ours
            repair_database(home.database, NOW)
        assert home.database.read_bytes() == broken
        return
    done = repair_database(home.database, NOW)
    assert (done.counts.events, done.counts.from_backups, done.counts.lost) == (200, 0, 0)
    assert done.damaged_copy.read_bytes() == broken
    assert (done.damaged_copy.stat().st_mode & 0o777, home.database.stat().st_mode & 0o777) == (0o600, 0o600)
    whole(home, before)


def test_what_the_damage_took_comes_from_a_backup_and_the_rest_is_counted(home: Home) -> None:
    before = lived(home, 500, backup_after=200)
    leaves = sorted(pages_of(home.database, "events"))
    root = query(home.database, "select rootpage from sqlite_master where name = 'events'")[0][0]
    leaves.remove(root)
    overwrite(home.database, leaves[0])  # the first events, which the backup has
    overwrite(home.database, leaves[-1])  # the last ones, which it has not
    done = repair_database(home.database, NOW)
    assert [backup.events for backup in done.used] == [200]
    assert done.counts.from_backups > 0
    after = list(event_log.history(home.open().store.connection))
    assert done.counts.events + done.counts.from_backups == len(after)
    # of the very last page nobody can tell how many events were on it
    assert len(after) < len(before)
    assert [row.event for row in after] == [row.event for row in before][: len(after)]
    assert verify(home.open(), NOW + 10_000 * DAY).good


def test_a_backup_that_is_damaged_itself_is_named_and_the_others_are_used(home: Home) -> None:
    before = lived(home, 30, backup_after=20)
    collection = home.open()
    newest = back_up(collection.store, collection.calendar, NOW + DAY)
    collection.store.close()
    newest.path.write_bytes(b"torn")
    home.database.write_bytes(bytes(5000))
    done = repair_database(home.database, NOW)
    assert (done.counts.events, done.counts.from_backups) == (0, 20)
    assert ([backup.events for backup in done.used], [backup.number for backup in done.unreadable]) == ([20], [2])
    assert len(before) == 30


def test_text_that_is_not_utf8_costs_its_row_alone_in_the_file_and_in_its_backups(home: Home) -> None:
    before = lived(home, 30)
    collection = home.open()
    execute(home.database, "insert into voids values (cast(x'ff41' as text), 1772409600000)")
    execute(home.database, "insert into folders (path) values (cast(x'2fff' as text))")
    for note in ("n3", "n7"):
        execute(home.database, f"update texts set digest = cast(x'ff41' as text) where note = '{note}'")
    execute(home.database, "update events set machine = cast(x'ff41' as text) where seq = 5")
    back_up(collection.store, collection.calendar, NOW)
    collection.store.close()
    done = repair_database(home.database, NOW)
    assert (done.counts.events, len(done.used), done.unreadable) == (29, 1, ())
    collection = home.open()
    assert [row.event for row in event_log.history(collection.store.connection)] == [
        row.event for number, row in enumerate(before, 1) if number != 5
    ]
    texts = collection.store.connection.execute("select note from texts").fetchall()
    assert {f"n{n}" for n in range(50)} - {row["note"] for row in texts} <= {"n3", "n7"}
    assert verify(collection, NOW + 10_000 * DAY).good


def test_a_page_over_which_sqlite_runs_out_of_memory_is_damage(home: Home) -> None:
    before = lived(home, 3)
    whole = home.database.read_bytes()

    def read() -> None:
        query(home.database, "select min(day), max(day) from study_days")[0]

    def fails() -> bool:
        with suppress(sqlite3.Error):
            try:
                read()
            except MemoryError:
                return True
        return False

    places = [(page, at) for page in pages_of(home.database, "study_days") for at in range(1000, 4000, 61)]
    for page, at in places:
        start = (page - 1) * PAGE + at
        home.database.write_bytes(whole[:start] + b"\xff" * 64 + whole[start + 64 :])
        if fails():
            break
    else:
        pytest.skip("this SQLite names the damage")
    with pytest.raises(StoreError) as failed, translate_sqlite_errors(home.database):
        read()
    assert failed.value.problem == "damaged"
    assert repair_database(home.database, NOW).counts.events == 3
    assert list(event_log.history(home.open().store.connection)) == before


def test_a_gap_in_the_middle_is_known_to_be_lost(home: Home) -> None:
    before = lived(home, 500)
    leaves = sorted(pages_of(home.database, "events"))
    overwrite(home.database, leaves[len(leaves) // 2])
    done = repair_database(home.database, NOW)
    assert done.used == ()
    assert done.counts.lost == 500 - done.counts.events > 0
    after = {row.event for row in event_log.history(home.open().store.connection)}
    assert after < {row.event for row in before}


def test_what_waited_in_the_write_ahead_log_is_saved_too(home: Home, tmp_path: Path) -> None:
    lived(home, 20)
    collection = home.open("2027-03-02T09:00+09:00")
    now = instant("2027-03-02T09:00+09:00")
    answer(collection, "n0/back", Rating.GOOD, now)
    expected = list(event_log.history(collection.store.connection))
    away = tmp_path / "away"  # as it is on disk when the power goes
    away.mkdir()
    for ending in ("", "-wal"):
        (away / f"srs.db{ending}").write_bytes((tmp_path / f"srs.db{ending}").read_bytes())
    overwrite(away / "srs.db", 3)
    overwrite(away / "srs.db", 5)
    done = repair_database(away / "srs.db", NOW)
    assert done.counts.events == 21
    home.database = away / "srs.db"
    whole(home, expected)


def test_when_each_text_changed_and_the_last_good_version_of_a_file_survive(home: Home) -> None:
    lived(home, 20)
    good = home.decks / "a.yaml"
    good.write_text("deck: [", "utf-8")  # from now on only the database has it
    collection = home.open()
    facts = "select note, changed_at, added_at from texts order by note", "select path, good from files"
    expected = [[tuple(row) for row in collection.store.connection.execute(fact)] for fact in facts]
    collection.store.close()
    for page in pages_of(home.database, "states", "cards"):
        overwrite(home.database, page)
    repair_database(home.database, NOW + 1000 * DAY)
    after = home.open("2028-03-02T09:00+09:00")
    assert [[tuple(row) for row in after.store.connection.execute(fact)] for fact in facts] == expected
    assert len(after.available_cards(NOW, ["D"])) == 50


def test_damage_that_makes_a_column_vanish_stops_no_repair(home: Home) -> None:
    before = lived(home, 20)
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("pragma writable_schema = on")
        connection.execute("update sqlite_schema set sql = replace(sql, 'good blob,', '') where name = 'files'")
        connection.commit()
    assert repair_database(home.database, NOW).counts.events == 20
    whole(home, before)


def test_a_damaged_database_of_an_older_version_is_mended(home: Home) -> None:
    lived(home, 20)
    with closing(home.open().store) as store:
        expected = decks.added_times(store.connection)
        downgrade(store.connection)
    with pytest.raises(BackupError):
        repair_database(home.database, NOW)
    for page in pages_of(home.database, "states", "cards"):
        overwrite(home.database, page)
    repair_database(home.database, NOW)
    assert decks.added_times(home.open().store.connection) == expected


def test_of_the_facts_beside_the_log_the_latest_of_all_backups_stays(home: Home) -> None:
    """Though folders have other numbers in a database that was begun anew, and the newer backup knows of fewer."""
    lived(home, 20, backup_after=20)
    other = Home(home.path / "other", home.stack, database=home.database)
    other.write("b.yaml", "deck: E\nnotes:\n- {id: b, front: f, back: b}\n")
    collection = other.open()
    back_up(collection.store, collection.calendar, NOW)
    collection.store.close()
    home.database.unlink()
    good = home.decks / "a.yaml"
    good.write_text("deck: D\nnotes:\n- {id: n0, front: new, back: b}\n", "utf-8")
    collection = home.open("2026-03-09T09:00+09:00")
    facts = "select changed_at from texts where note = 'n0'", "select good from files where path = 'a.yaml'"
    expected = [collection.store.connection.execute(fact).fetchone()[0] for fact in facts]
    answer(collection, "n0/back", Rating.GOOD, NOW + 99 * DAY)
    back_up(collection.store, collection.calendar, NOW)
    collection.store.close()
    home.database.write_bytes(bytes(5000))
    good.write_text("deck: [", "utf-8")
    assert repair_database(home.database, NOW).counts.from_backups == 21
    after = home.open("2026-03-10T09:00+09:00")
    assert [after.store.connection.execute(fact).fetchone()[0] for fact in facts] == expected
    assert [card.card for card in after.available_cards(NOW + 100 * DAY, ["D"])] == ["n0/back"]
    kept = after.store.connection.execute("select path from folders order by id").fetchall()
    assert [row["path"] for row in kept] == [str(home.decks), str(other.decks)]
    assert verify(after, NOW + 10_000 * DAY).good


@pytest.mark.parametrize("content", [None, b"", b"just text, and more of it than a header needs" * 10])
def test_what_is_not_ours_is_left_alone(home: Home, content: bytes | None) -> None:
    if content is not None:
        home.database.write_bytes(content)
    with pytest.raises(BackupError):
        repair_database(home.database, NOW)
    assert not home.database.exists() if content is None else home.database.read_bytes() == content
    assert [name for name in file_names(home.path) if "damaged" in name or "mending" in name] == []


def test_what_is_whole_or_newer_is_left_alone(home: Home) -> None:
    lived(home, 5)
    before = home.database.read_bytes()
    with pytest.raises(BackupError):
        repair_database(home.database, NOW)
    assert home.database.read_bytes() == before
    execute(home.database, "pragma user_version = 99")
    overwrite(home.database, pages_of(home.database, "states")[0])
    with pytest.raises(StoreError) as caught:
        repair_database(home.database, NOW)
    assert caught.value.problem == "newer"
    assert sorted(name for name in file_names(home.path) if name.startswith("srs.db")) in (
        ["srs.db"],
        ["srs.db", "srs.db-shm"],
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows replaces no open file")
def test_what_another_program_has_open_is_left_alone(home: Home) -> None:
    lived(home, 5)
    program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select * from events').fetchone(); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, home.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        overwrite(home.database, 1, bytes(68) + (0x73727331).to_bytes(4, "big"))
        back = home.database.read_bytes()
        with pytest.raises(StoreError) as caught:
            repair_database(home.database, NOW)
        assert caught.value.problem == "locked"
        assert home.database.read_bytes() == back
        other.communicate(b"\n")
    repair_database(home.database, NOW)


class Sample:
    """A database as bytes, and what its log says."""

    def __init__(self, home: Home) -> None:
        self.rows = lived(home, 120)
        self.data = home.database.read_bytes()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    with ExitStack() as stack:
        return Sample(Home(tmp_path_factory.mktemp("mend"), stack))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.integers(2, 37), min_size=1, max_size=6), st.integers(0, PAGE - 40), st.binary(min_size=30, max_size=40)
)
def test_random_damage_never_makes_up_an_event(
    home: Home, sample: Sample, pages: set[int], place: int, junk: bytes
) -> None:
    """What is saved is no more than there was, and the result is whole."""
    home.database.write_bytes(sample.data)
    for page in pages:
        with home.database.open("rb+") as file:
            file.seek((page - 1) * PAGE + place)
            file.write(junk)
    try:
        repair_database(home.database, NOW)
    except BackupError:
        return  # SQLite found nothing wrong
    home.write("a.yaml", "deck: D\nnotes:\n- {id: n, front: f, back: b}\n")
    collection = home.open()
    assert verify(collection, NOW + 10_000 * DAY).good
    assert len(list(event_log.history(collection.store.connection))) <= len(sample.rows)
    collection.store.close()
