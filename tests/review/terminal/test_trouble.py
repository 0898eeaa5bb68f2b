"""The answer stays on the screen while it cannot be recorded: in a real terminal, with real obstacles."""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import BASIC
from tests.other_programs import fill_disk, locked, query, small_disk
from tests.review.terminal.conftest import Terminal

pytestmark = pytest.mark.check

Start = Callable[..., Terminal]


def recorded(database: Path) -> list[tuple[str, int]]:
    return query(database, "select subject, rating from events order by seq")


def revealed(start: Start, decks: Path, **env: str) -> Terminal:
    (decks / "a.yaml").write_text(BASIC, "utf-8")
    terminal = start(**env)
    terminal.wait("one?", "0 done")
    terminal.press(" ")
    terminal.wait("eins", "4 Easy")
    return terminal


def kept(terminal: Terminal, *said: str) -> None:
    """The answer was not recorded, and the card is still there."""
    assert "1 done" not in terminal.wait("Not recorded", *said)
    assert "eins" in terminal.text


def test_an_answer_waits_for_another_program_and_is_then_recorded_once(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    terminal = revealed(start, decks)
    with locked(tmp_path / "srs.db"):
        terminal.press("3")
        kept(terminal, "another program is using the database", "q quits")
    terminal.wait("two?", "1 done")
    terminal.press("q")
    assert terminal.end() == 0
    assert recorded(tmp_path / "srs.db") == [("one/back", 3)]


@pytest.mark.slow
def test_a_minute_of_waiting_loses_nothing(start: Start, decks: Path, tmp_path: Path) -> None:
    terminal = revealed(start, decks)
    with locked(tmp_path / "srs.db"):
        terminal.press("3")
        end = time.monotonic() + 60
        while time.monotonic() < end:
            kept(terminal, "another program is using the database")
            time.sleep(1)
    terminal.wait("two?", "1 done")
    assert recorded(tmp_path / "srs.db") == [("one/back", 3)]


def test_another_rating_takes_the_place_of_the_one_that_waits(start: Start, decks: Path, tmp_path: Path) -> None:
    terminal = revealed(start, decks)
    with locked(tmp_path / "srs.db"):
        terminal.press("3")
        kept(terminal)
        terminal.press("1")
        kept(terminal)
    terminal.wait("two?", "1 done")
    assert recorded(tmp_path / "srs.db") == [("one/back", 1)]


def test_who_quits_meanwhile_is_not_held_and_nothing_is_recorded(start: Start, decks: Path, tmp_path: Path) -> None:
    terminal = revealed(start, decks)
    with locked(tmp_path / "srs.db"):
        terminal.press("@")  # suspend: marks wait as answers do
        kept(terminal)
        terminal.press("q")
        assert terminal.end() == 0
    assert recorded(tmp_path / "srs.db") == []


def test_an_answer_waits_while_no_file_may_grow(start: Start, decks: Path, tmp_path: Path) -> None:
    """A limit that the system sets on files, as a quota does; nobody need be root for it."""
    terminal = revealed(start, decks)
    program = terminal.child.pid
    assert program is not None
    size = (tmp_path / "srs.db-wal").stat().st_size
    _, hard = resource.prlimit(program, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    terminal.press("3")
    kept(terminal, "the disk reports an error")
    resource.prlimit(program, resource.RLIMIT_FSIZE, (hard, hard))
    terminal.wait("two?", "1 done")
    assert recorded(tmp_path / "srs.db") == [("one/back", 3)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", "1m") as folder:
        yield folder


def test_an_answer_waits_while_the_disk_is_full(start: Start, decks: Path, disk: Path) -> None:
    database = disk / "srs.db"
    terminal = revealed(start, decks, SRS_DB=str(database))
    with pytest.raises(OSError, match="No space"):
        fill_disk(disk / "filling")
    terminal.press("3")
    kept(terminal, "the disk is full")
    (disk / "filling").unlink()
    terminal.wait("two?", "1 done")
    assert recorded(database) == [("one/back", 3)]


@pytest.fixture
def forbid() -> Iterator[Callable[..., None]]:
    """Takes the permission to change these files, from root and from whoever has them open as well."""
    taken: list[Path] = []

    def forbidden(*files: Path) -> None:
        done = subprocess.run(["chattr", "+i", *files], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("chattr +i does not work here")
        taken.extend(files)

    if os.geteuid() or not shutil.which("chattr"):
        pytest.skip("only root may take a permission back from an open file")
    yield forbidden
    if taken:
        subprocess.run(["chattr", "-i", *taken], check=True)


def test_an_answer_waits_while_the_permission_is_lost(
    start: Start, decks: Path, tmp_path: Path, forbid: Callable[..., None]
) -> None:
    terminal = revealed(start, decks)
    files = [tmp_path / "srs.db", tmp_path / "srs.db-wal"]
    forbid(*files)
    terminal.press("3")
    kept(terminal, "the disk reports an error")
    subprocess.run(["chattr", "-i", *files], check=True)
    terminal.wait("two?", "1 done")
    assert recorded(tmp_path / "srs.db") == [("one/back", 3)]


def test_a_database_that_was_moved_away_takes_no_answer(start: Start, decks: Path, tmp_path: Path) -> None:
    """What is written to a file that nobody finds any more is lost: better to say so."""
    terminal = revealed(start, decks)
    for ending in ("", "-wal"):
        (tmp_path / f"srs.db{ending}").rename(tmp_path / f"elsewhere.db{ending}")
    terminal.press("3")
    terminal.wait("moved, deleted or replaced")
    assert terminal.end() == 1
    assert recorded(tmp_path / "elsewhere.db") == []


def test_a_restore_asks_before_events_go_and_no_leaves_them(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC, "utf-8")
    for command in (["answer", "one/back", "3"], ["backup"], ["answer", "two/back", "1"]):
        assert start(*command[1:], command=command[0]).end() == 0
    for key, status, left in (("n", 1, [("one/back", 3), ("two/back", 1)]), ("y", 0, [("one/back", 3)])):
        terminal = start("2026-03-02", command="restore", columns=120)
        terminal.wait("lacks 1 event", "Restore it?")
        terminal.press(f"{key}\r")
        assert terminal.end() == status
        assert recorded(tmp_path / "srs.db") == left
