"""The progress bar."""

import json
import os
import pty
import subprocess
import sys
from contextlib import redirect_stderr
from fcntl import ioctl
from select import select
from struct import pack
from termios import TIOCSWINSZ

import pytest

from srs.cli import output
from srs.cli.output import columns, progress_bar
from tests.cli.conftest import Shell

IMPATIENT = "from srs.cli import main, output; output._PATIENCE = -1.0; main()"
LONG = [
    "check",
    "check --json",
    "preview --to p.html",
    "export out.apkg",
    "--decks mine import theirs.apkg",
    "log --json",
    "backup",
    "sync shared",
    "--db new.db sync shared",
    "--db new.db merge --dry-run theirs.db",
    "--db new.db log --import theirs.jsonl",
    "--db new.db log --import theirs.csv",
]


@pytest.mark.parametrize("width", [36, 40, 80])
def test_the_bar_fits_into_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr(output, "_PATIENCE", -1.0)
    monkeypatch.setenv("COLUMNS", str(width))
    reader, writer = pty.openpty()
    ioctl(writer, TIOCSWINSZ, pack("HHHH", 24, width, 0, 0))
    with os.fdopen(writer, "w", encoding="utf-8") as terminal, redirect_stderr(terminal):
        with progress_bar("Simulating", 4) as done:
            for _ in range(4):
                done(1)
        terminal.flush()
        drawn = ""
        while select([reader], [], [], 1.0)[0]:  # it comes in pieces
            drawn += os.read(reader, 65_536).decode()
    os.close(reader)
    assert "100%" in drawn
    assert max(columns(line.partition("\x1b[K")[0]) for line in drawn.split("\r")) <= width


@pytest.mark.parametrize("command", ["check --json", "--db new.db due --json"])
def test_in_a_terminal_a_bar_shows_how_far_it_is_and_stdout_has_the_result_alone(srs: Shell, command: str) -> None:
    reader, writer = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, *command.split()],
        stdout=subprocess.PIPE,
        stderr=writer,
        cwd=srs.path,
        env=srs.environment(COLUMNS="80"),
    ) as child:
        os.close(writer)
        out, _ = child.communicate(timeout=60)
    drawn = os.read(reader, 65_536).decode()
    os.close(reader)
    assert json.loads(out)
    assert "the deck files  [" in drawn
    assert "100%" in drawn


def test_without_a_terminal_no_bar_is_written(srs: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    srs("answer", "one/back", "3")
    (srs.path / "shared").mkdir()
    (srs.path / "theirs.jsonl").write_text(srs("log", "--format", "jsonl").out)
    (srs.path / "theirs.csv").write_text("card_id,review_time,review_rating\none/back,1700000000000,3\n")
    srs("export", "theirs.apkg")
    srs("--db", "theirs.db", "answer", "two/back", "3")
    monkeypatch.setattr(output, "_PATIENCE", -1.0)
    for command in LONG:
        done = srs(*command.split())
        assert (done.status, done.err) == (0, ""), command
