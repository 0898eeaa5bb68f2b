"""Backups as files."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from srs.core.errors import BackupError, StoreError
from srs.core.event import Void
from srs.database import Store, backups, open_store
from srs.database.connection import open_snapshot
from srs.database.make_backup import make_backup
from srs.log import event_log
from tests.conftest import file_names
from tests.other_programs import query

DAY = date(2026, 3, 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "srs.db")) as opened:
        yield opened


def make(store: Store, day: date = DAY, at: int = 1_772_409_600_123) -> backups.Backup:
    with closing(open_snapshot(store.path)) as snapshot:
        return make_backup(snapshot, store.path, day, at)


def voids(path: Path) -> list[str]:
    return [row[0] for row in query(path, "select subject from voids")]


def write(store: Store, subject: str) -> None:
    with store.write() as connection:
        event_log.insert_void(connection, Void(subject, 1))


def test_a_backup_is_the_database_at_the_moment_of_its_snapshot(store: Store) -> None:
    write(store, "before")
    with closing(open_snapshot(store.path)) as snapshot:
        write(store, "after")
        made = make_backup(snapshot, store.path, DAY, 0)
    with backups.unpack(made.path) as file:
        assert voids(file) == ["before"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.exists()


def test_it_is_the_learners_own_and_nothing_else_is_left_in_the_folder(store: Store) -> None:
    made = make(store)
    folder = store.path.parent / "backups"
    assert file_names(folder) == ["srs.db.0001.2026-03-02.20260302T000000123Z.0.zst"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert backups.list_backups(store.path) == [made]


def test_two_of_one_moment_do_not_meet_and_another_databases_are_left_alone(store: Store) -> None:
    first = make(store)
    others = first.path.with_name(first.path.name.replace("srs.db", "other.db"))
    others.write_bytes(b"")
    first.path.with_name("srs.db.0007.2026-02-30.20260302T000000123Z.0.zst").write_bytes(b"")
    assert make(store).at == first.at + 1
    assert [backup.at - first.at for backup in backups.list_backups(store.path)] == [0, 1]
    for n in range(1, 30):
        make(store, DAY + timedelta(days=n), first.at + n * 86_400_000)
    assert len(backups.list_backups(store.path)) == 9
    assert others.exists()


def test_a_clock_that_went_back_does_not_drop_what_was_just_made(store: Store) -> None:
    for n in range(8):
        make(store, DAY + timedelta(days=n))
    early = make(store, DAY - timedelta(days=700))
    assert early in backups.list_backups(store.path)


def test_a_damaged_backup_is_named(store: Store) -> None:
    made = make(store)
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2] ^= 1
    made.path.write_bytes(data)
    with pytest.raises(BackupError) as caught, backups.unpack(made.path):
        pass
    assert caught.value.problem == "damaged"
    made.path.write_bytes(data[:-1])
    with pytest.raises(BackupError), backups.unpack(made.path):
        pass
    assert file_names(made.path.parent) == [made.path.name]


def test_a_damaged_database_does_not_take_a_good_backups_place(store: Store) -> None:
    made = make(store)
    (root,) = store.connection.execute("select rootpage from sqlite_master where name = 'states_due'").fetchone()
    store.connection.execute("pragma wal_checkpoint(truncate)")
    with store.path.open("rb+") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(StoreError) as caught:
        make(store, DAY + timedelta(days=1))
    assert caught.value.problem == "damaged"
    assert file_names(made.path.parent) == [made.path.name]


def test_what_an_interrupted_backup_left_goes_after_a_day(store: Store) -> None:
    folder = store.path.parent / "backups"
    folder.mkdir()
    for name, age in ((".srs.db.1.1.raw", 90_000), (".srs.db.2.2.part", 10)):
        (folder / name).touch()
        now = folder.stat().st_mtime
        os.utime(folder / name, (now - age, now - age))
    make(store)
    assert {name for name in file_names(folder) if name.startswith(".")} == {".srs.db.2.2.part"}
