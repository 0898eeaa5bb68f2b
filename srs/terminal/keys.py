"""Single keys from a terminal, as names: a character, `space`, `enter`, `escape`, `up`, `down`, `resize`, `end`."""

import contextlib
import os
import re
import select
import signal
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_KEY = re.compile("\x1b[\\[O][0-?]*[ -/]*[@-~]|\x1b[^\x1b]|.", re.DOTALL)
_NAMES = {
    " ": "space",
    "\r": "enter",
    "\n": "enter",
    "\x1b": "escape",
    "\x04": "end",
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
}
_HANGUL = str.maketrans("ㅂㅕㅎㅗㅓㅏ", "qughjk")  # the same places on a Korean keyboard


class Keys:
    """Reads `terminal` (a file descriptor) while `opened` is entered."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._waker = -1
        self._typed = ""

    def read(self) -> str:
        """Waits for a key, a resize, or the end of the input."""
        if self._typed:
            return self._first()
        ready, _, _ = select.select([self._terminal, self._waker], [], [])
        if self._waker in ready:
            os.read(self._waker, 1024)
            return "resize"
        try:
            self._typed = os.read(self._terminal, 1024).decode("utf-8", "replace")
        except OSError:  # the terminal is gone
            return "end"
        return self._first() if self._typed else "end"

    def _first(self) -> str:
        """Takes the first key of what was typed; an arrow is no Escape with letters after it."""
        key = _KEY.match(self._typed)
        assert key is not None
        self._typed = self._typed[key.end() :]
        plain = key[0].translate(_HANGUL).lower()
        return _NAMES.get(key[0], plain if len(plain) == 1 else "unknown")

    def forget(self) -> None:
        """Throws away what was typed before now: it was not meant for what is drawn next."""
        self._typed = ""
        with contextlib.suppress(termios.error):
            termios.tcflush(self._terminal, termios.TCIFLUSH)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Keys one by one and unseen; afterwards the terminal is as it was. A hang-up ends the program in order."""
        before = termios.tcgetattr(self._terminal)
        self._waker, wake = os.pipe()
        for end in (self._waker, wake):
            os.set_blocking(end, False)
        handlers = {
            name: signal.getsignal(name) for name in (signal.SIGWINCH, signal.SIGCONT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            tty.setcbreak(self._terminal)
            signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
            signal.signal(signal.SIGWINCH, _noted)
            signal.signal(signal.SIGCONT, self._continued)
            signal.signal(signal.SIGTERM, _ended)
            signal.signal(signal.SIGHUP, _ended)
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for name, handler in handlers.items():
                signal.signal(name, handler)
            os.close(self._waker)
            os.close(wake)
            with contextlib.suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)

    def _continued(self, _signal: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(termios.error):
            tty.setcbreak(self._terminal)


def _noted(_signal: int, _frame: FrameType | None) -> None:
    """The waker has been written to; that is all."""


def _ended(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
