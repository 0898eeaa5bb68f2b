"""Backups and damage, as a learner meets them."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Shell, listed_backups
from tests.other_programs import small_disk

MONDAY, TUESDAY = "2026-03-02T09:00:00+09:00", "2026-03-03T09:00:00+09:00"


@pytest.fixture
def lived(srs: Shell) -> Shell:
    """An answer on each of three days."""
    srs.env |= {"SRS_DB": str(srs.path / "srs.db")}
    for day in ("2026-03-01", "2026-03-02", "2026-03-03"):
        assert srs("answer", "one/back", "3", SRS_NOW=f"{day}T09:00:00+09:00").status == 0
    return srs


def ratings(srs: Shell) -> list[int]:
    return [row["rating"] for row in srs("log", "--json").json]


def test_before_the_first_answer_of_each_day_there_is_a_backup_and_only_then(lived: Shell) -> None:
    assert listed_backups(lived) == [("2026-03-02", 1), ("2026-03-03", 2)]
    lived("answer", "two/back", "3", SRS_NOW=TUESDAY)
    lived("undo", SRS_NOW=TUESDAY)
    lived("due", SRS_NOW="2026-03-09T09:00:00+09:00")  # nothing is written by looking
    assert listed_backups(lived) == [("2026-03-02", 1), ("2026-03-03", 2)]
    lived("undo", SRS_NOW="2026-03-04T03:00:00+09:00")  # the study day has not turned yet
    assert listed_backups(lived) == [("2026-03-02", 1), ("2026-03-03", 2)]
    lived("undo", SRS_NOW="2026-03-04T04:00:00+09:00")
    assert listed_backups(lived)[-1] == ("2026-03-04", 4)


def test_a_long_sitting_makes_the_next_days_backup_when_the_day_turns(lived: Shell, tmp_path: Path) -> None:
    from srs.backup.daily import DailyBackup  # noqa: PLC0415
    from srs.collection.zone import calendar  # noqa: PLC0415
    from srs.database import backups  # noqa: PLC0415
    from tests.conftest import SEOUL, instant  # noqa: PLC0415

    now = [instant("2026-03-04T03:59+09:00")]
    daily = DailyBackup(lived.path / "srs.db", lambda: calendar(SEOUL), lambda: now[0])
    for _ in range(2):
        if make := daily():
            make()
            daily.wait()
    assert str(backups.list_backups(lived.path / "srs.db")[-1].day) == "2026-03-03"
    assert daily() is None
    now[0] += 60_000
    make = daily()
    assert make
    make()
    daily.wait()
    assert str(backups.list_backups(lived.path / "srs.db")[-1].day) == "2026-03-04"


def test_all_of_it_is_the_learners_own(lived: Shell) -> None:
    lived("backup")
    files = [lived.path / "srs.db", *(lived.path / "backups").iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((lived.path / "backups").stat().st_mode) == 0o700
    fresh = Shell(lived.path)
    fresh("due")
    assert stat.S_IMODE((lived.path / "home" / "data" / "srs").stat().st_mode) == 0o700


def test_while_it_is_used_the_files_beside_the_database_are_private_too(lived: Shell) -> None:
    with lived.start("review") as process:
        assert process.stdout
        process.stdout.readline()
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in lived.path.glob("srs.db*")}
        process.communicate()
    assert modes == {"srs.db": 0o600, "srs.db-wal": 0o600, "srs.db-shm": 0o600}


def test_backup_says_where_it_is(lived: Shell) -> None:
    made = lived("backup")
    assert "3 events" in made.out
    assert Path(made.out.partition(": ")[0]).exists()
    assert lived("backup", "--json").json["events"] == 3


def test_restore_lists_and_brings_back_and_can_be_taken_back(lived: Shell) -> None:
    lived("answer", "two/back", "1", SRS_NOW=TUESDAY)
    assert "2026-03-02" in (shown := lived("restore")).out
    assert "1 event, " in shown.out
    done = lived("restore", "2026-03-02", SRS_NOW=TUESDAY)
    assert "The restored backup lacks 3 events of it" in done.out
    assert ratings(lived) == [3]
    assert "no errors" in lived("verify").out
    back = done.out.partition("srs restore ")[2].split()[0]
    assert lived("restore", back, SRS_NOW=TUESDAY).status == 0
    assert ratings(lived) == [3, 3, 3, 1]
    assert "no errors" in lived("verify", SRS_NOW="2026-04-01T09:00:00+09:00").out


def test_a_database_that_was_deleted_comes_back(lived: Shell) -> None:
    (lived.path / "srs.db").unlink()
    assert "was missing, so a new database was made; to list the old one's backups: srs restore" in lived("due").err
    assert lived("due").err == ""
    assert lived("restore", "2026-03-03", "--json").json["replaced"] is None
    assert ratings(lived) == [3, 3]


def test_what_cannot_be_restored_is_named(lived: Shell) -> None:
    for wanted in ("2020-01-01", "yesterday", ""):
        assert lived("restore", wanted or "x").status == 1
    assert "'yesterday'" in lived("restore", "yesterday").err
    for file in (lived.path / "backups").iterdir():
        file.write_bytes(b"no backup")
    assert "cannot be read" in lived("restore", "2026-03-02").err
    assert ratings(lived) == [3, 3, 3]
    shutil.rmtree(lived.path / "backups")
    assert "no backup" in lived("restore").err
    assert lived("restore", "--json").json == []
    assert lived("restore", "--salvage").status == 1


def test_a_backup_that_fails_is_a_warning_and_the_answer_counts(lived: Shell) -> None:
    shutil.rmtree(lived.path / "backups")
    (lived.path / "backups").write_text("in the way")
    result = lived("answer", "two/back", "3", SRS_NOW="2026-03-04T09:00:00+09:00")
    assert result.status == 0
    assert "no backup was made today" in result.err
    assert len(ratings(lived)) == 4
    assert lived("backup").status == 1
    assert "cannot be written" in lived("backup").err


def overwrite(file: Path, start: int, content: bytes) -> None:
    with file.open("rb+") as opened:
        opened.seek(start)
        opened.write(content)


def assert_repaired(result: Result, events: int) -> None:
    assert result.status == 0
    assert f"was repaired: {events} event" in result.err
    assert "kept as" in result.err


def test_a_damaged_database_is_mended_when_it_is_opened(lived: Shell) -> None:
    overwrite(lived.path / "srs.db", 0, bytes(200))
    assert_repaired(lived("due", "--json"), 3)
    assert lived("due").err == ""
    assert ratings(lived) == [3, 3, 3]
    assert "no errors" in lived("verify", SRS_NOW=TUESDAY).out


def test_an_emptied_database_comes_from_its_backups(lived: Shell) -> None:
    (lived.path / "srs.db").write_bytes(b"")
    result = lived("due")
    assert "0 events read from it, 2 more from its backups" in result.err
    assert ratings(lived) == [3, 3]


def test_mending_does_not_bring_back_what_a_restore_threw_away(lived: Shell) -> None:
    lived("restore", "2026-03-02", SRS_NOW=TUESDAY)
    overwrite(lived.path / "srs.db", 0, bytes(200))
    assert_repaired(lived("due"), 1)
    assert ratings(lived) == [3]


def root(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        page: int = connection.execute("select rootpage from sqlite_master where name = ?", (table,)).fetchone()[0]
    return page


def test_damage_that_shows_later_is_mended_and_the_command_is_to_be_run_again(lived: Shell) -> None:
    page = root(lived.path / "srs.db", "states")
    overwrite(lived.path / "srs.db", (page - 1) * 4096, b"\xff" * 4096)
    result = lived("answer", "two/back", "3")
    assert result.status == 1
    assert "3 events read from it" in result.err
    assert result.err.endswith("run the command again.\n")
    assert ratings(lived) == [3, 3, 3]
    assert lived("answer", "two/back", "3").status == 0
    assert len(list(lived.path.glob("srs.db.damaged-*"))) == 1


def test_damage_that_only_verify_sees_is_mended_on_request(lived: Shell) -> None:
    page = root(lived.path / "srs.db", "states_due")
    with (lived.path / "srs.db").open("rb") as file:
        file.seek((page - 1) * 4096)
        index = file.read(4096)
    overwrite(
        lived.path / "srs.db", (page - 1) * 4096, index.replace(b"review", b"reviev").replace(b"learning", b"learninh")
    )
    found = lived("verify")
    assert found.status == 1
    assert "srs restore --salvage" in found.out
    assert_repaired(lived("restore", "--salvage"), 3)
    assert "no errors" in lived("verify", SRS_NOW=TUESDAY).out


def test_a_text_that_is_none_any_more_is_damage(lived: Shell) -> None:
    file = lived.path / "srs.db"
    file.write_bytes(file.read_bytes().replace(b"two?", b"\xff\xfeo?"))
    assert "was repaired" in lived("find").err
    assert "two?" in lived("find").out


def test_no_room_for_a_backup_is_a_warning_and_leaves_nothing_half_made(lived: Shell) -> None:
    shutil.rmtree(lived.path / "backups")
    with small_disk(lived.path / "backups", "12k"):
        result = lived("answer", "two/back", "3", SRS_NOW="2026-03-04T09:00:00+09:00")
        assert result.status == 0
        assert "no backup was made today" in result.err
        assert list((lived.path / "backups").iterdir()) == []
    assert len(ratings(lived)) == 4


@pytest.fixture
def plain(lived: Shell) -> Shell:
    """Permissions bind root as well, where they can be made to."""
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may do anything")
        lived.command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *lived.command]
    return lived


@pytest.mark.parametrize(("name", "mode"), [("srs.db", 0o000), ("srs.db", 0o400), (".", 0o500)])
def test_a_lost_permission_is_named_and_all_is_well_when_it_is_back(plain: Shell, name: str, mode: int) -> None:
    plain.process("due")
    place = plain.path / name
    before = stat.S_IMODE(place.stat().st_mode)
    place.chmod(mode)
    try:
        refused = plain.process("answer", "two/back", "3")
        lines = plain.process("review", stdin="\n3\nq\n")
    finally:
        place.chmod(before)
    assert (refused.status, lines.status) == (1, 1)
    assert "cannot be written; nothing was recorded" in refused.err
    assert ratings(plain) == [3, 3, 3]
    assert plain.process("answer", "two/back", "3").status == 0


def test_a_backup_folder_that_may_not_be_read_stops_no_answer(plain: Shell) -> None:
    folder = plain.path / "backups"
    folder.chmod(0)
    try:
        result = plain.process("answer", "two/back", "3", SRS_NOW="2026-03-04T09:00:00+09:00")
        listing = plain.process("restore")
    finally:
        folder.chmod(0o700)
    assert result.status == 0
    assert "no backup was made today" in result.err
    assert listing.status == 1
    assert "cannot be read" in listing.err
