"""Single keys of a terminal by name: a character, `space`, `enter`, `escape`, `up`, `down`, `resize`, `end`, `timeout`."""

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
_ESCAPE_TIMEOUT = 0.1  # seconds, after which an Escape is a key of its own and not the first byte of another
_SEQUENCE_TIMEOUT = 0.5  # the same for what no person types that fast: an Escape and a bracket
_SIGNALS = {"resize", "end", "timeout"}
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
    """Reads `terminal` (a file descriptor) while it is in `full_screen`; `console` draws on it."""

    def __init__(self, terminal: int, console: Console) -> None:
        self._terminal = terminal
        self._console = console
        self._before = termios.tcgetattr(terminal)
        self._wakeup = -1
        self._typed = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self, timeout: float | None = None) -> str:
        """Waits for a key, a resize, or the end of the input. Letters come small, and from a Korean layout as Latin.

        `timeout` if none came for so many seconds.
        """
        key = self._next(timeout)
        plain = key.translate(_HANGUL).lower()
        return _NAMES.get(key, plain if len(plain) == 1 or key in _SIGNALS else "unknown")

    def read_text(self, timeout: float | None = None) -> str:
        """As `read`, for writing: a character as it is, or `enter`, `escape`, `backspace`, `clear`, `word` and the like."""
        key = self._next(timeout)
        return _EDITING.get(key, key if key in _SIGNALS or (len(key) == 1 and key.isprintable()) else "unknown")

    def _next(self, timeout: float | None = None) -> str:
        """The next key as it was sent, or one of `_SIGNALS`; an arrow is no Escape with letters after it, even if a slow
        line brings it in pieces.
        """
        while not self._typed:
            ready, _, _ = select.select([self._terminal, self._wakeup], [], [], timeout)
            if not ready:
                return "timeout"
            if self._wakeup in ready:
                if signal.SIGTSTP in os.read(self._wakeup, 1024):
                    self._stop()
                return "resize"
            if not self._receive():
                return "end"
        while _UNFINISHED.fullmatch(self._typed):
            ready, _, _ = select.select(
                [self._terminal], [], [], _ESCAPE_TIMEOUT if len(self._typed) == 1 else _SEQUENCE_TIMEOUT
            )
            if not ready or not self._receive():
                break
        key = _KEY.match(self._typed)
        assert key is not None
        self._typed = self._typed[key.end() :]
        return key[0]

    def _receive(self) -> bool:
        """Reads what was sent; False if the terminal is gone."""
        try:
            sent = os.read(self._terminal, 1024)
        except OSError:
            return False
        self._typed += self._decoder.decode(sent)
        return bool(sent)

    def discard_typed(self) -> None:
        """Discards what was typed before now: it was not meant for what is drawn next."""
        self._typed = ""
        self._decoder.reset()
        with contextlib.suppress(termios.error):
            termios.tcflush(self._terminal, termios.TCIFLUSH)

    @contextmanager
    def full_screen(self) -> Iterator[None]:
        """A screen of its own, keys one by one and unseen; afterwards the terminal is as it was. A hang-up ends the
        program in order.
        """
        self._wakeup, wake = os.pipe()
        for end in (self._wakeup, wake):
            os.set_blocking(end, False)
        ours: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
            signal.SIGWINCH: _do_nothing,
            signal.SIGCONT: _do_nothing,
            signal.SIGTSTP: _do_nothing,
            signal.SIGTERM: _exit,
            signal.SIGHUP: _exit,
        }
        before = {name: signal.getsignal(name) for name in ours}
        try:
            signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
            for name, handler in ours.items():
                signal.signal(name, handler)
            self._enter()
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for name, old in before.items():
                signal.signal(name, old)
            os.close(self._wakeup)
            os.close(wake)
            self._leave()

    def _enter(self) -> None:
        with contextlib.suppress(termios.error):  # the terminal may be gone
            tty.setcbreak(self._terminal)
        self._console.set_alt_screen(True)
        self._console.show_cursor(False)

    def _leave(self) -> None:
        with contextlib.suppress(OSError):
            self._console.set_alt_screen(False)
            self._console.show_cursor(True)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    def _stop(self) -> None:
        """Ctrl-Z: the shell gets its terminal until the learner is back."""
        self._leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, _do_nothing)
        self._enter()


def _do_nothing(_signal: int, _frame: FrameType | None) -> None:
    """The signal is read from the wake-up pipe."""


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def edit_line(text: str, key: str) -> str:
    """The line after a key of `read_text`."""
    match key:
        case "backspace":
            return text[:-1]
        case "clear":
            return ""
        case "word":
            return text.rstrip().rpartition(" ")[0]
        case _:
            return text + key if len(key) == 1 else text
