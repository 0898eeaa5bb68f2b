"""Streams that are closed, full, or read by nobody any more: what was recorded is acknowledged all the same."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Result, Shell
from tests.conftest import BASIC, PHRASES
from tests.other_programs import query

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no file that is always full")

DONE = "srs: done, but the output could not be written: no space left on device.\n"
NO_ID = "deck: C\nnotes:\n- front: three?\n  back: drei\n"
RECORDS = [
    "answer one/back 3",
    "undo",
    "suspend one/back",
    "unsuspend two/back",
    "bury one/back",
    "forget one/back",
    "changed one over",
    "relink gone tight",
    "distinct one two",
    "add Talk --front four --back vier",
    "check --fix",
    "rebuild",
    "backup",
    "restore 2026-03-01",
    "export out.apkg",
    "--decks mine import theirs.apkg",
    "--db new.db merge theirs.db",
    "--db new.db sync shared",
    "--db new.db anki pull theirs.apkg",
    "--db new.db log --import theirs.jsonl",
]
READS = [
    "due",
    "due --prompt",
    "next",
    "find",
    "show one",
    "log",
    "log --json",
    "log --format csv",
    "log --format jsonl",
    "settings",
    "verify",
    "check",
    "restore",
    "review",
    "--db new.db merge theirs.db --dry-run",
    "--db new.db anki pull theirs.apkg --dry-run",
    "--help",
    "--version",
]
QUICK = {
    "answer one/back 3",
    "undo",
    "add Talk --front four --back vier",
    "check --fix",
    "backup",
    "restore 2026-03-01",
    "export out.apkg",
    "--db new.db merge theirs.db",
    "due",
    "log --format csv",
    "review",
    "--db new.db merge theirs.db --dry-run",
    "--help",
}


def some_slow(commands: list[str]) -> list[Any]:
    """All of them need a process of their own: a few show that each way of writing is noticed."""
    return [command if command in QUICK else pytest.param(command, marks=pytest.mark.slow) for command in commands]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a history of two days, and what other machines and Anki have made of it."""
    srs = Shell(tmp_path_factory.mktemp("lived"), {"SRS_NOW": "2026-03-01T09:00:00+09:00"})
    srs.write("a.yaml", BASIC)
    srs.write("b.yaml", PHRASES)
    srs("answer", "one/back", "3")
    srs("suspend", "two/back")
    srs("export", "theirs.apkg")
    (srs.path / "shared").mkdir()
    srs("sync", "shared")
    (srs.path / "theirs.jsonl").write_text(srs("log", "--format", "jsonl").out)
    shutil.copy(srs.path / "home" / "data" / "srs" / "srs.db", srs.path / "theirs.db")
    srs("backup")
    srs.write("a.yaml", BASIC + "- id: gone\n  front: gone?\n  back: weg\n")
    srs("answer", "gone/back", "3")
    srs.write("a.yaml", BASIC)
    srs.write("c.yaml", NO_ID)
    return srs.path


@pytest.fixture
def srs(lived: Path, tmp_path: Path) -> Shell:
    return Shell(shutil.copytree(lived, tmp_path / "home"))


def run(srs: Shell, command: str, streams: str) -> Result:
    """The command as a shell starts it, with these redirections."""
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m srs {command} {streams}"],
        stdin=subprocess.DEVNULL if "<" not in streams else None,
        capture_output=True,
        text=True,
        cwd=srs.path,
        env=srs.environment(),
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


def unread(srs: Shell, command: str) -> Result:
    """The command with its output into a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "srs", *command.split()],
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=srs.path,
        env=srs.environment(),
        timeout=60,
        check=False,
    )
    os.close(writer)
    return Result(done.returncode, "", done.stderr)


def contents(srs: Shell) -> dict[str, bytes]:
    """Every file but what SQLite keeps beside a database; of a database what a dump says."""
    found = {}
    for path in srs.path.rglob("*"):
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                found[str(path)] = "\n".join(connection.iterdump()).encode()
        elif path.is_file() and not path.name.endswith(("-wal", "-shm")):
            found[str(path)] = path.read_bytes()
    return found


def recorded(srs: Shell, file: str = "home/data/srs/srs.db") -> int:
    row = query(srs.path / file, "select (select count(*) from events) + (select count(*) from voids)")[0]
    return int(row[0])


@pytest.mark.parametrize("command", some_slow(RECORDS))
def test_what_was_done_is_acknowledged_though_the_disk_of_the_output_is_full(srs: Shell, command: str) -> None:
    before = contents(srs)
    result = run(srs, command, ">/dev/full")
    assert result.status == 0, result
    assert DONE in result.err
    assert contents(srs) != before


@pytest.mark.parametrize("command", some_slow(READS))
def test_what_could_not_be_shown_is_a_failure_in_one_sentence(srs: Shell, command: str) -> None:
    result = run(srs, command, ">/dev/full")
    assert result.status == 1, result
    assert result.err.endswith("srs: the output could not be written: no space left on device.\n")


def test_a_program_that_tries_again_on_failure_counts_no_answer_twice(srs: Shell) -> None:
    before = recorded(srs)
    for streams in (">/dev/full", ">&-", ">&- 2>&-", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"):
        assert run(srs, "answer one/back 3", streams).status == 0
    assert recorded(srs) == before + 5
    assert srs("verify").status == 0


@pytest.mark.parametrize("command", ["find", "log --format csv", "check", "answer one/back 3", "review", "--help"])
def test_nobody_reads_any_more(srs: Shell, command: str) -> None:
    """As before `head -1` that has seen enough, or a pager that was left."""
    result = unread(srs, command)
    assert (result.status, result.err) == (0, "")


def test_what_a_program_could_not_be_told_stands_on_stderr(srs: Shell) -> None:
    complaint, _, told = run(srs, "answer one/back 3 --json", ">/dev/full").err.partition("\n")
    assert complaint + "\n" == DONE
    assert json.loads(told)["card"] == "one/back"


def test_what_could_not_be_pushed_is_a_failure_whether_it_can_be_told_or_not(srs: Shell) -> None:
    shared = srs.path / "shared"
    for command in (["init", "-q"], ["remote", "add", "origin", str(srs.path / "nowhere")]):
        subprocess.run(["git", *command], cwd=shared, check=True)
    result = run(srs, "sync shared --git", ">/dev/full")
    assert result.status == 1
    assert "cannot be reached" in result.err
    assert unread(srs, "sync shared --git").status == 1


def test_a_closed_output_is_said_to_be_closed(srs: Shell) -> None:
    assert run(srs, "due", ">&-").err == "srs: the output could not be written: it is closed.\n"
    told = run(srs, "answer one/back 3", ">&-").err
    assert told.startswith("srs: done, but the output could not be written: it is closed.\none/back: good, next in ")


def test_a_closed_input_has_ended(srs: Shell) -> None:
    result = run(srs, "review", "<&-")
    assert (result.status, result.err) == (0, "")
    assert "Recall the answer" in result.out
    refused = run(srs, "add Talk", "<&-")
    assert refused.status == 1
    assert "stdin:1" in refused.err


def test_what_cannot_be_complained_of_stops_nothing(srs: Shell) -> None:
    """A broken deck is named on stderr first, which cannot be written."""
    srs.write("broken.yaml", "deck: [")
    before = recorded(srs)
    for number, streams in enumerate(("2>/dev/full", "2>&-"), 1):
        result = run(srs, "answer one/back 3", streams)
        assert (result.status, result.err) == (0, "")
        assert "next in" in result.out
        assert recorded(srs) == before + number


def test_no_file_gets_the_number_of_a_stream_that_is_closed(tmp_path: Path) -> None:
    """What is printed, by us or by a program that we start, would go into it."""
    code = (
        "import os, subprocess, sys\n"
        "os.closerange(0, 3)\n"
        "from srs.cli.streams import standard_streams\n"
        "with standard_streams(), open('file', 'w') as file:\n"
        "    print('for stderr', file=sys.stderr)\n"
        "    subprocess.run(['sh', '-c', 'cat; echo for stdout; echo for stderr >&2'])\n"
        "    sys.exit(file.fileno())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=Shell(tmp_path).environment(), check=False)
    assert done.returncode > 2
    assert (tmp_path / "file").read_bytes() == b""


def test_a_review_ends_where_nobody_sees_the_next_question(srs: Shell) -> None:
    """The first answer is recorded; the second card is not seen, and so not answered."""
    before = recorded(srs)
    with subprocess.Popen(
        [sys.executable, "-m", "srs", "review"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=srs.path,
        env=srs.environment(),
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("\n")
        process.stdin.flush()
        while "4 Easy" not in process.stdout.readline():
            pass
        process.stdout.close()
        process.stdin.write("3\n\n3\n\n3\n")
        process.stdin.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert recorded(srs) == before + 1


@pytest.mark.slow
@pytest.mark.parametrize("command", [*RECORDS, *READS])
@pytest.mark.parametrize("streams", [">&-", "<&-", "2>&-", "2>/dev/full", "<&- >&- 2>&-", "unread"])
def test_every_command_with_every_stream(srs: Shell, command: str, streams: str) -> None:
    result = unread(srs, command) if streams == "unread" else run(srs, command, streams)
    silent = streams in {">&-", "<&- >&- 2>&-"} and command in READS
    assert result.status == int(silent), result
