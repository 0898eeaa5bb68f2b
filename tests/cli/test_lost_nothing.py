"""What was acknowledged is there, whatever clocks, other programs and file names do."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Shell, listed_backups
from tests.other_programs import execute

MARCH = [f"2026-03-{day:02}T09:00:00+09:00" for day in range(1, 32)]
AHEAD = "2040-01-15T08:00:00+09:00"


@pytest.fixture
def mine(srs: Shell) -> Shell:
    srs.env["SRS_DB"] = "my.db"
    return srs


def answered(srs: Shell, *days: str, card: str = "one/back") -> None:
    for day in days:
        assert srs("answer", card, "3", SRS_NOW=day).status == 0


def events(srs: Shell, now: str = AHEAD) -> int:
    return len(srs("log", "--json", SRS_NOW=now).json)


def spoilt(srs: Shell) -> None:
    """Nothing that was ever in the database can be read."""
    (srs.path / "my.db").write_bytes(os.urandom(20_000))


def test_a_look_ahead_neither_makes_a_backup_nor_keeps_one_from_helping(mine: Shell) -> None:
    answered(mine, *MARCH[:2])
    assert mine("due", SRS_NOW=AHEAD).status == 0
    answered(mine, *MARCH[2:6])
    assert [day for day, _ in listed_backups(mine)] == [
        "2026-03-02",
        "2026-03-03",
        "2026-03-04",
        "2026-03-05",
        "2026-03-06",
    ]
    spoilt(mine)
    assert "0 events read from it, 5 more from its backups" in mine("due", SRS_NOW=MARCH[6]).err
    assert events(mine) == 5


def test_a_clock_that_was_once_wrong_costs_no_event(mine: Shell) -> None:
    """It was in 2040 for ten sittings, and in 1990 for one."""
    answered(mine, *MARCH[:2])
    answered(mine, *(f"2040-01-{day:02}T09:00:00+09:00" for day in range(10, 20)), card="two/back")
    answered(mine, "1990-03-01T09:00:00+09:00", *MARCH[2:6])
    assert {day for day, _ in listed_backups(mine)} >= {day[:10] for day in MARCH[2:6]}
    before = events(mine)
    spoilt(mine)
    mine("due", SRS_NOW=MARCH[6])
    assert events(mine) == before - 1, "but for what came after the last backup"


def test_reading_makes_no_backup_even_where_decks_or_study_days_are_written(mine: Shell) -> None:
    answered(mine, MARCH[0])
    mine.write("more.yaml", "deck: More\nnotes:\n- {id: more, front: f, back: b}\n")
    reads = [["due"], ["next"], ["find"], ["show", "one"], ["log"], ["check"], ["verify"], ["settings"], ["rebuild"]]
    for n, command in enumerate([*reads, ["review"], ["export", "out.apkg"]], start=1):
        result = mine(*command, SRS_NOW=MARCH[n], TZ="UTC")
        assert result.status == 0, result
        mine.write("more.yaml", f"deck: More\nnotes:\n- {{id: more, front: f{n}, back: b}}\n")
    assert listed_backups(mine) == []


def test_an_exchange_makes_a_backup_only_if_it_brings_something(mine: Shell) -> None:
    (mine.path / "shared").mkdir()
    answered(mine, MARCH[0])
    mine("sync", "shared", SRS_NOW=MARCH[1])
    mine("sync", "shared", SRS_NOW=MARCH[2])
    mine("merge", "my.db", SRS_NOW=MARCH[3])
    mine("log", "--import", "log.csv", SRS_NOW=MARCH[4])
    assert listed_backups(mine) == []
    mine.env["SRS_DB"] = "other.db"
    answered(mine, MARCH[5])
    mine("sync", "shared", SRS_NOW=MARCH[5])
    mine.env["SRS_DB"] = "my.db"
    mine("sync", "shared", SRS_NOW=MARCH[6])
    assert listed_backups(mine) == [("2026-03-07", 1)]
    mine("undo", SRS_NOW=MARCH[7])
    assert listed_backups(mine) == [("2026-03-07", 1), ("2026-03-08", 2)]


def test_what_a_restore_replaced_stays_away_but_is_named_and_can_be_merged(mine: Shell) -> None:
    answered(mine, *MARCH[:4])
    assert mine("restore", "2026-03-02", SRS_NOW=MARCH[3]).status == 0
    answered(mine, MARCH[4], card="two/back")
    spoilt(mine)
    told = mine("due", SRS_NOW=MARCH[5]).err
    assert "0 events read from it, 1 more from its backups" in told
    assert "has 3 events that a restore replaced" in told
    assert events(mine) == 1
    command = told.partition("to merge them: srs ")[2].split()
    assert command[0] == "merge"
    assert mine(*command).status == 0
    assert events(mine) == 4
    assert "no errors" in mine("verify", SRS_NOW=MARCH[6]).out


def test_a_backup_that_cannot_be_read_is_named_and_passed_over(mine: Shell) -> None:
    answered(mine, *MARCH[:4])
    newest = max((mine.path / "backups").iterdir())
    newest.write_bytes(b"torn")
    spoilt(mine)
    told = mine("due", SRS_NOW=MARCH[5]).err
    assert f"skipped the backup {newest.relative_to(mine.path)}, which cannot be read" in told
    assert events(mine) == 2


def test_a_salvage_takes_all_backups_as_well(mine: Shell) -> None:
    answered(mine, *MARCH[:3])
    (mine.path / "my.db").unlink()
    answered(mine, *MARCH[3:5], card="two/back")
    spoilt(mine)
    assert "0 events read from it, 3 more" in mine("restore", "--salvage", SRS_NOW=MARCH[5]).err
    assert events(mine) == 3


def killed_in_an_open_review(srs: Shell, during: Callable[[Path], object]) -> None:
    """An answer is given, something happens to the database, and the review is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "srs", "review"],
        cwd=srs.path,
        env=srs.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as review:
        assert review.stdin
        before = recorded(srs.path / "my.db")
        review.stdin.write("\n3\n")
        review.stdin.flush()
        for _ in range(1000):
            if recorded(srs.path / "my.db") > before:
                break
            time.sleep(0.02)
        during(srs.path / "my.db")
        review.kill()
    assert (srs.path / "my.db-wal").stat().st_size


def recorded(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("select count(*) from events").fetchone()[0])


def test_a_log_without_its_database_is_left_alone_and_both_can_be_brought_together(mine: Shell) -> None:
    mine("due")
    killed_in_an_open_review(mine, lambda file: file.rename(mine.path / "moved.db"))
    for command in (["due"], ["answer", "two/back", "3"], ["backup"], ["restore"], ["rebuild"]):
        refused = mine(*command)
        if command != ["restore"]:
            assert (refused.status, "my.db-wal holds its latest changes" in refused.err) == (1, True), refused
    assert not (mine.path / "my.db").exists()
    (mine.path / "moved.db").rename(mine.path / "my.db")
    assert events(mine) == 1


def test_where_the_database_is_lost_a_salvage_reads_its_log(mine: Shell) -> None:
    answered(mine, *MARCH[:2])
    killed_in_an_open_review(mine, Path.unlink)
    assert mine("due").status == 1
    result = mine("restore", "--salvage")
    assert result.status == 0
    assert events(mine) >= 1


def test_a_name_that_sqlite_treats_in_its_own_way_is_a_file(mine: Shell) -> None:
    for name in (":memory:", "file:x?mode=memory"):
        assert mine("--db", name, "answer", "one/back", "3").status == 0
        assert len(mine("--db", name, "log", "--json").json) == 1
    refused = mine("--db", "", "answer", "one/back", "3")
    assert (refused.status, "--db must be" in refused.err) == (2, True)


def test_a_foreign_trigger_is_refused_with_the_command_that_removes_it(mine: Shell) -> None:
    answered(mine, MARCH[0])
    execute(mine.path / "my.db", "create trigger t after insert on events begin delete from events; end")
    for command in (["due"], ["answer", "two/back", "3"], ["backup"], ["sync", "."], ["rebuild"]):
        refused = mine(*command, SRS_NOW=MARCH[1])
        assert refused.status == 1
        assert "that srs did not make (trigger t)" in refused.err
    assert "sqlite3 my.db 'drop trigger t'" in refused.err
    execute(mine.path / "my.db", "drop trigger t")
    answered(mine, MARCH[1])
    assert events(mine) == 2


def test_a_trigger_of_another_database_never_fires(mine: Shell) -> None:
    answered(mine, MARCH[0])
    (mine.path / "my.db").rename(mine.path / "theirs.db")
    answered(mine, MARCH[1])
    execute(mine.path / "theirs.db", "create trigger t after insert on events begin delete from events; end")
    assert mine("merge", "theirs.db").status == 0
    assert events(mine) == 2


def test_a_dropped_table_that_can_be_made_again_says_so_and_is(mine: Shell) -> None:
    answered(mine, MARCH[0])
    execute(mine.path / "my.db", "drop view due_today", "drop table states")
    refused = mine("due")
    assert refused.status == 1
    assert "the table states is missing" in refused.err
    assert "srs rebuild" in refused.err
    assert mine("rebuild").status == 0
    assert "no errors" in mine("verify").out


def test_a_dropped_table_of_events_says_what_saves_them(mine: Shell) -> None:
    answered(mine, *MARCH[:2])
    mine("backup")
    execute(
        mine.path / "my.db",
        "drop view due_today",
        "drop view history",
        "drop view retention_by_day",
        "drop table events",
    )
    refused = mine("due", SRS_NOW=MARCH[2])
    assert refused.status == 1
    assert "the table events is missing" in refused.err
    assert "srs restore --salvage" in refused.err
    assert mine("restore", "--salvage", SRS_NOW=MARCH[2]).status == 0
    assert events(mine) == 2
    assert "no errors" in mine("verify", SRS_NOW=MARCH[2]).out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_all_that_holds_what_the_learner_did_is_private_whatever_the_umask(mine: Shell) -> None:
    mine.command = ["sh", "-c", 'umask 0; exec "$@"', "sh", *mine.command]
    shutil.rmtree(mine.path / "home", ignore_errors=True)
    (mine.path / "shared").mkdir()
    answered(mine, *MARCH[:3])
    for command in (["sync", "shared"], ["backup"], ["restore", "2026-03-02"]):
        assert mine(*command, SRS_NOW=MARCH[3]).status == 0
    fresh = mine("due", SRS_DB="")
    assert fresh.status == 0
    spoilt(mine)
    assert mine("due").status == 0
    skipped = {mine.path / "decks", mine.path / "shared"}
    found = {path for path in mine.path.rglob("*") if not skipped & {path, *(path.parents)}} | {
        *(mine.path / "shared").glob("*/*")
    }
    modes = {str(path.relative_to(mine.path)): stat.S_IMODE(path.stat().st_mode) for path in found}
    assert len(modes) > 8
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
