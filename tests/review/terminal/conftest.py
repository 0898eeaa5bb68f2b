"""The program in a real pseudo-terminal, and what a person sees on it."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

ROOT = Path(__file__).parents[3]


class Terminal:
    """A screen of `columns` × `rows` that a program draws on; `wait` reads until it shows what is expected."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str], columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn(
            command[0], command[1:], cwd=str(cwd), env=env, dimensions=(rows, columns), timeout=20
        )
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0  # type: ignore[attr-defined] # missing in its stubs

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, *expected: str) -> str:
        """Reads until all of `expected` stands on the screen."""
        end = time.monotonic() + 60  # a program may draw for ever without showing it
        while not all(text in self.text for text in expected):
            if time.monotonic() > end:
                pytest.fail(f"{expected} did not come; the screen:\n{self.text}")
            try:
                self._feed(self.child.read_nonblocking(65536, timeout=60))
            except (pexpect.EOF, pexpect.TIMEOUT):
                pytest.fail(f"{expected} never came; the screen:\n{self.text}")
        return self.text

    def _feed(self, data: Any) -> None:
        """The emulator has one screen: what stood on the alternate one is gone when the program leaves it."""
        drawn, left, after = data.rpartition(b"\x1b[?1049l")
        self._stream.feed(drawn)
        if left:
            self.screen.reset()
        self._stream.feed(after)

    def press(self, keys: str) -> None:
        """Sends keys when the program waits for them: what comes while it draws a card, it throws away."""
        self._settle()
        self.child.send(keys)

    def _settle(self) -> None:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            waiting = self._waiting()
            try:
                self._feed(self.child.read_nonblocking(65536, timeout=0.001))
            except pexpect.TIMEOUT:
                if waiting:
                    return
            except pexpect.EOF:
                return

    def _waiting(self) -> bool:
        """Whether the program in the foreground sleeps, for want of keys."""
        try:
            status = Path(f"/proc/{os.tcgetpgrp(self.child.child_fd)}/stat").read_text()
        except OSError:  # no Linux, or no program any more
            time.sleep(0.05)
            return True
        return status.rpartition(")")[2].split()[0] == "S"

    def end(self) -> int:
        """Reads to the end and returns the exit status."""
        while True:
            try:
                self._feed(self.child.read_nonblocking(65536, timeout=60))
            except pexpect.EOF:
                self.child.wait()
                self.child.close()
                assert self.child.signalstatus is None
                return int(self.child.exitstatus or 0)

    def kill(self) -> None:
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        self.child.close()

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts `srs review`, or another command, on the decks in `decks/` of the temporary folder; or `bash` there."""
    opened: list[Terminal] = []

    def started(*args: str, command: str = "review", columns: int = 80, rows: int = 24, **env: str) -> Terminal:
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "PYTHONPATH": str(ROOT),
            "SRS_DB": str(tmp_path / "srs.db"),
            "SRS_NOW": "2026-03-02T09:00:00+09:00",
            "TZ": "Asia/Seoul",
            "PS1": "shell> ",
            **env,
        }
        program = ["bash", "--norc", "-i"] if command == "bash" else [sys.executable, "-m", "srs", command, *args]
        opened.append(Terminal(program, tmp_path, environment, columns, rows))
        return opened[-1]

    yield started
    for terminal in opened:
        terminal.kill()


@pytest.fixture
def decks(tmp_path: Path) -> Path:
    folder = tmp_path / "decks"
    folder.mkdir()
    return folder
