"""Opening the database."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from srs.backup.restore import count_missing
from srs.core.errors import StoreError
from srs.core.event import Void
from srs.database import backups, decks, open_store
from srs.database import connection as connections
from srs.database.connection import open_snapshot
from srs.database.make_backup import make_backup
from srs.log import event_log
from tests.machines import downgrade
from tests.other_programs import execute, locked, query


def test_a_new_database_is_the_learners_own_and_safe(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        pragmas = {
            name: store.connection.execute(f"pragma {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_all_tables_are_strict(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store:
        tables = store.connection.execute(
            "select name, strict from pragma_table_list where schema = 'main' and type = 'table'"
        )
        loose = {name for name, strict in tables if not strict}
    assert loose <= {"sqlite_schema", "_sqlite_migrations"}, "only what is not ours"


@pytest.mark.parametrize("content", [b"hello, this is no database at all", b"SQLite format 3\0" + b"\xff" * 200])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "srs.db"
    file.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        open_store(file)
    assert caught.value.problem == "not-a-database"
    assert file.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    execute(file, "create table theirs (x)")
    before = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store(file)
    assert caught.value.problem == "unusable"
    assert file.read_bytes() == before


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        store.connection.execute(f"pragma user_version = {connections.SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError) as caught:
        open_store(file)
    assert caught.value.problem == "newer"


def test_before_a_migration_the_file_is_copied_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        store.connection.execute("insert into voids values ('x/back', 1)")
    version = connections.SCHEMA_VERSION
    monkeypatch.setattr(connections, "SCHEMA_VERSION", version + 1)  # as a later program would have it
    with closing(open_store(file)) as store:
        assert store.connection.execute("pragma user_version").fetchone()[0] == version + 1
    copy = tmp_path / f"srs.db.v{version}.backup"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("pragma user_version").fetchone()[0] == version
        assert connection.execute("select * from voids").fetchall() == [("x/back", 1)]


def test_when_a_note_was_first_seen_follows_from_what_an_older_database_knows(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        downgrade(store.connection)
        for note, changed_at in (("answered", 60), ("edited", 40), ("seen", 50)):
            store.connection.execute("insert into texts values (?, '', ?)", (note, changed_at))
        for card, at in (("answered/back", 30), ("answered/back", 20), ("edited/back", 90), ("seen0/back", 1)):
            store.connection.execute(
                "insert into events (subject, at, day, what, source, machine) values (?, ?, '', 'buried', 'srs', '')",
                (card, at),
            )
    with closing(open_store(file)) as store:
        assert decks.added_times(store.connection) == {"answered": 20, "edited": 40, "seen": 50}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no devices among its files")
def test_a_device_or_a_pipe_is_no_database(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for file in (Path(os.devnull), tmp_path / "pipe"):
        with pytest.raises(StoreError) as caught:
            open_store(file)
        assert caught.value.problem == "not-a-database"


def test_a_folder_is_no_database_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_store(tmp_path)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "nowhere" / "srs.db")
    assert "folder" in caught.value.detail


def test_many_processes_may_make_the_database_at_once(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    program = "import sys; from pathlib import Path; from srs.database import open_store; open_store(Path(sys.argv[1])).close()"
    started = [subprocess.Popen([sys.executable, "-c", program, str(file)]) for _ in range(6)]
    assert [process.wait() for process in started] == [0] * 6


def test_a_database_that_stays_locked_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        store.set_timeout(0.1)
        with locked(file), pytest.raises(StoreError) as caught, store.write() as connection:
            connection.execute("insert into voids values ('x/back', 1)")
        assert caught.value.problem == "locked"
        assert store.connection.execute("select count(*) from voids").fetchone()[0] == 0


def test_a_cache_is_not_waited_for_and_has_no_backup_made(tmp_path: Path) -> None:
    asked = list[int]()
    with closing(open_store(tmp_path / "srs.db", lambda: asked.append(1))) as store:
        store.set_timeout(7)
        with locked(tmp_path / "srs.db"), pytest.raises(StoreError) as caught, store.write_cache():
            pass
        assert caught.value.problem == "locked"
        with store.write_cache() as connection:
            connection.execute("insert into goal_plans values (1, 'g', '', '', '')")
        assert store.connection.execute("select count(*) from goal_plans").fetchone()[0] == 1
        assert store.connection.execute("pragma busy_timeout").fetchone()[0] == 7000
        assert asked == []


def test_an_error_takes_the_whole_transaction_back(tmp_path: Path) -> None:
    def write_half() -> None:
        with store.write() as connection:
            connection.execute("insert into voids values ('x/back', 1)")
            connection.execute("insert into voids values (?, ?)", ("too few",))

    with closing(open_store(tmp_path / "srs.db")) as store:
        with pytest.raises(sqlite3.ProgrammingError):
            write_half()
        assert not store.connection.in_transaction
        assert store.connection.execute("select count(*) from voids").fetchone()[0] == 0


def test_a_full_disk_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "srs.db")) as store:
        pages = store.connection.execute("pragma page_count").fetchone()[0]
        store.connection.execute(f"pragma max_page_count = {pages}")  # SQLite then says what it says on a full disk
        with pytest.raises(StoreError) as caught, store.write() as connection:
            connection.executemany("insert into voids values (?, 1)", [("x" * 500 + str(n),) for n in range(100)])
        assert caught.value.problem == "full"
        assert store.connection.execute("select count(*) from voids").fetchone()[0] == 0


def test_a_database_that_may_only_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        store.connection.execute("pragma query_only = on")  # root may write to any file, so SQLite is told
        with pytest.raises(StoreError) as caught, store.write() as connection:
            connection.execute("insert into voids values ('x/back', 1)")
        assert caught.value.problem == "read-only"


@pytest.mark.parametrize("name", [":memory:", "file:x.db", "file:x.db?mode=memory", "a?b#c%41.db", "-x.db", " "])
def test_a_name_that_means_something_else_to_sqlite_is_a_file(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with closing(open_store(Path(name))) as store, store.write() as connection:
            event_log.insert_void(connection, Void("x/back", 1))
        with closing(open_store(Path(name))) as store, closing(open_snapshot(Path(name))) as snapshot:
            assert snapshot.execute("select count(*) from voids").fetchone()[0] == 1
            made = make_backup(snapshot, Path(name), date(2026, 3, 2), 1_772_409_600_000)
            with backups.unpack(made.path) as file:
                assert count_missing(store, file) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "backups"])


def left_alone(path: Path, problem: str = "orphaned") -> dict[str, bytes]:
    with pytest.raises(StoreError) as caught:
        open_store(path)
    assert caught.value.problem == problem
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


@pytest.mark.parametrize("empty", [False, True])
def test_a_log_whose_database_was_moved_is_left_alone(tmp_path: Path, empty: bool) -> None:
    """As when a process was killed after somebody had renamed the database."""
    file, moved = tmp_path / "srs.db", tmp_path / "moved.db"
    with closing(open_store(file)) as store:
        store.connection.execute("insert into voids values ('x/back', 1)")
        written = {name: (tmp_path / name).read_bytes() for name in ("srs.db", "srs.db-wal")}
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    file.rename(moved)
    if empty:
        file.touch()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert left_alone(file) == before
    link = tmp_path / "folder" / "link.db"
    link.parent.mkdir()
    link.symlink_to(file)
    with pytest.raises(StoreError):
        open_store(link)
    moved.replace(file)
    with closing(open_store(file)) as store:
        assert store.connection.execute("select * from voids").fetchone()["subject"] == "x/back"


def test_a_log_whose_database_was_moved_and_linked_to_is_left_alone(tmp_path: Path) -> None:
    """SQLite would look for the log beside the file, and begin without it."""
    file, moved = tmp_path / "srs.db", tmp_path / "elsewhere" / "moved.db"
    moved.parent.mkdir()
    open_store(moved).close()
    (tmp_path / "srs.db-wal").write_bytes(b"what was recorded last")
    file.symlink_to(moved)
    with pytest.raises(StoreError) as caught:
        open_store(file)
    assert caught.value.problem == "orphaned"


def test_a_rollback_journal_whose_database_was_moved_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "srs.db-journal").write_bytes(b"what was there before")
    assert left_alone(tmp_path / "srs.db", "journal") == {"srs.db-journal": b"what was there before"}


def test_an_empty_log_and_an_index_of_a_log_keep_nobody_from_beginning(tmp_path: Path) -> None:
    (tmp_path / "srs.db-wal").touch()
    (tmp_path / "srs.db-shm").write_bytes(b"\0" * 32768)
    open_store(tmp_path / "srs.db").close()


def test_a_database_that_is_gone_is_never_made_by_those_who_read_it(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        file.rename(tmp_path / "moved.db")
        with pytest.raises(StoreError):
            open_snapshot(file)
        with pytest.raises(StoreError), store.write():
            pass
    assert not file.exists()


def test_only_what_is_recorded_is_announced(tmp_path: Path) -> None:
    announced = []
    with closing(open_store(tmp_path / "srs.db", before_write=lambda: lambda: announced.append(seen()))) as store:

        def seen() -> int:
            return int(query(tmp_path / "srs.db", "select count(*) from voids")[0][0])

        with store.write() as connection:
            connection.execute("insert into folders (path) values ('x')")
        assert announced == []
        for _ in range(2):
            with store.write() as connection:
                event_log.insert_void(connection, Void("x/back", 1))
        assert announced == [0], "before it is there for others to see, and not for what is known already"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError):
            open_store(tmp_path / "srs.db")
    finally:
        tmp_path.chmod(0o700)
