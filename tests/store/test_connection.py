"""Opening the database."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from srs.errors import StoreError
from srs.store import connection as connections
from srs.store import decks, open_store
from tests.machines import older


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
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("create table theirs (x)")
        connection.commit()
    before = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store(file)
    assert caught.value.problem == "unusable"
    assert file.read_bytes() == before


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        store.connection.execute(f"pragma user_version = {connections.VERSION + 1}")
    with pytest.raises(StoreError) as caught:
        open_store(file)
    assert caught.value.problem == "newer"


def test_before_a_migration_the_file_is_copied_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        store.connection.execute("insert into voids values ('x/back', 1)")
    version = connections.VERSION
    monkeypatch.setattr(connections, "VERSION", version + 1)  # as a later program would have it
    with closing(open_store(file)) as store:
        assert store.connection.execute("pragma user_version").fetchone()[0] == version + 1
    copy = tmp_path / f"srs.db.v{version}.backup"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("pragma user_version").fetchone()[0] == version
        assert connection.execute("select * from voids").fetchall() == [("x/back", 1)]


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        for table in ("sync_files", "sync_voids", "sync_folders"):
            store.connection.execute(f"drop table {table}")
        store.connection.execute("delete from _sqlite_migrations where name = 'synced_folders'")
        store.connection.execute("pragma user_version = 1")
    with closing(open_store(file)) as store:
        assert store.connection.execute("pragma user_version").fetchone()[0] == connections.VERSION
        assert store.connection.execute("select count(*) from sync_files").fetchone()[0] == 0


def test_when_a_note_was_first_seen_follows_from_what_an_older_database_knows(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file)) as store:
        older(store.connection)
        for note, changed_at in (("answered", 60), ("edited", 40), ("seen", 50)):
            store.connection.execute("insert into texts values (?, '', ?)", (note, changed_at))
        for card, at in (("answered/back", 30), ("answered/back", 20), ("edited/back", 90), ("seen0/back", 1)):
            store.connection.execute(
                "insert into events (subject, at, day, what, source, machine) values (?, ?, '', 'buried', 'srs', '')",
                (card, at),
            )
    with closing(open_store(file)) as store:
        assert decks.added(store.connection) == {"answered": 20, "edited": 40, "seen": 50}


def test_a_folder_is_no_database_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_store(tmp_path)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "nowhere" / "srs.db")
    assert "folder" in caught.value.detail


def test_many_processes_may_make_the_database_at_once(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    program = (
        "import sys; from pathlib import Path; from srs.store import open_store; open_store(Path(sys.argv[1])).close()"
    )
    started = [subprocess.Popen([sys.executable, "-c", program, str(file)]) for _ in range(6)]
    assert [process.wait() for process in started] == [0] * 6


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield


def test_a_database_that_stays_locked_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "srs.db"
    with closing(open_store(file, patience=0.1)) as store:
        with locked(file), pytest.raises(StoreError) as caught, store.write() as connection:
            connection.execute("insert into voids values ('x/back', 1)")
        assert caught.value.problem == "locked"
        assert store.connection.execute("select count(*) from voids").fetchone()[0] == 0


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError):
            open_store(tmp_path / "srs.db")
    finally:
        tmp_path.chmod(0o700)
