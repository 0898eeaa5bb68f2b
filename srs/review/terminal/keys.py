"""A terminal of our own for a while: its screen, and single keys as names: a character, `space`, `enter`, `escape`,
`up`, `down`, `resize`, `end`, `late`.
"""

import codecs
import contextlib
import os
import re
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

_KEY = re.compile("\x1b[\\[O][0-?]*[ -/]*[@-~]|\x1b[^\x1b]|.", re.DOTALL)
_UNFINISHED = re.compile("\x1b(?:[\\[O][0-?]{0,30}[ -/]{0,2})?")
_ESCAPE = 0.1  # seconds, after which an Escape is a key of its own and not the first byte of another
_REST = 0.5  # the same for what no person types that fast: an Escape and a bracket
_SIGNALS = {"resize", "end", "late"}
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
_EDITING = {
    "\r": "enter",
    "\n": "enter",
    "\x1b": "escape",
    "\x04": "end",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x15": "clear",
    "\x17": "word",
}
# the same places on a Korean keyboard
_HANGUL = str.maketrans("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm")


class Keys:
    """Reads `terminal` (a file descriptor) while `opened` is entered; `console` draws on it."""

    def __init__(self, terminal: int, console: Console) -> None:
        self._terminal = terminal
        self._console = console
        self._before = termios.tcgetattr(terminal)
        self._waker = -1
        self._typed = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self, within: float | None = None) -> str:
        """Waits for a key, a resize, or the end of the input. Letters come small, and from a Korean layout as Latin.

        `late` if nothing came `within` so many seconds.
        """
        key = self._next(within)
        plain = key.translate(_HANGUL).lower()
        return _NAMES.get(key, plain if len(plain) == 1 or key in _SIGNALS else "unknown")

    def read_text(self) -> str:
        """As `read`, for writing: a character as it is, or `enter`, `escape`, `backspace`, `clear`, `word` and the like."""
        key = self._next()
        return _EDITING.get(key, key if key in _SIGNALS or (len(key) == 1 and key.isprintable()) else "unknown")

    def _next(self, within: float | None = None) -> str:
        """The next key as it was sent, or one of `_SIGNALS`; an arrow is no Escape with letters after it, even if a slow
        line brings it in pieces.
        """
        while not self._typed:
            ready, _, _ = select.select([self._terminal, self._waker], [], [], within)
            if not ready:
                return "late"
            if self._waker in ready:
                if signal.SIGTSTP in os.read(self._waker, 1024):
                    self._stop()
                return "resize"
            if not self._receive():
                return "end"
        while _UNFINISHED.fullmatch(self._typed):
            ready, _, _ = select.select([self._terminal], [], [], _ESCAPE if len(self._typed) == 1 else _REST)
            if not ready or not self._receive():
                break
        key = _KEY.match(self._typed)
        assert key is not None
        self._typed = self._typed[key.end() :]
        return key[0]

    def _receive(self) -> bool:
        """Takes in what was sent; False if the terminal is gone."""
        try:
            sent = os.read(self._terminal, 1024)
        except OSError:
            return False
        self._typed += self._decoder.decode(sent)
        return bool(sent)

    def forget(self) -> None:
        """Throws away what was typed before now: it was not meant for what is drawn next."""
        self._typed = ""
        self._decoder.reset()
        with contextlib.suppress(termios.error):
            termios.tcflush(self._terminal, termios.TCIFLUSH)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """A screen of its own, keys one by one and unseen; afterwards the terminal is as it was. A hang-up ends the
        program in order.
        """
        self._waker, wake = os.pipe()
        for end in (self._waker, wake):
            os.set_blocking(end, False)
        ours: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
            signal.SIGWINCH: _noted,
            signal.SIGCONT: _noted,
            signal.SIGTSTP: _noted,
            signal.SIGTERM: _ended,
            signal.SIGHUP: _ended,
        }
        before = {name: signal.getsignal(name) for name in ours}
        try:
            signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
            for name, handler in ours.items():
                signal.signal(name, handler)
            self._take()
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for name, old in before.items():
                signal.signal(name, old)
            os.close(self._waker)
            os.close(wake)
            self._give_back()

    def _take(self) -> None:
        with contextlib.suppress(termios.error):  # the terminal may be gone
            tty.setcbreak(self._terminal)
        self._console.set_alt_screen(True)
        self._console.show_cursor(False)

    def _give_back(self) -> None:
        with contextlib.suppress(OSError):
            self._console.set_alt_screen(False)
            self._console.show_cursor(True)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    def _stop(self) -> None:
        """Ctrl-Z: the shell gets its terminal until the learner is back."""
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, _noted)
        self._take()


def _noted(_signal: int, _frame: FrameType | None) -> None:
    """The waker has been written to; that is all."""


def _ended(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
