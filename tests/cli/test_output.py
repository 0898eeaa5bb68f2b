"""The progress bar."""

import os
import pty
from contextlib import redirect_stderr
from fcntl import ioctl
from select import select
from struct import pack
from termios import TIOCSWINSZ

import pytest

from srs.cli import output
from srs.cli.output import columns, progress_bar


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
