"""Speaks a text with a program that is installed."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile

_PROGRAMS = {
    "say": ["-f", "-"],
    "espeak-ng": ["--stdin", "-v", "{tag}"],
    "spd-say": ["-e", "-l", "{code}"],
}
"""Program → its arguments. All read the text from standard input, so that it is never taken for an option."""


class Voice:
    """Speaks one text at a time."""

    def __init__(self) -> None:
        self._speaking: subprocess.Popen[bytes] | None = None

    def speak(self, text: str, tag: str) -> str:
        """Starts to speak, in place of what was spoken before, and does not wait. Returns why nothing is heard, or nothing.

        `tag` is the language's BCP 47 tag.
        """
        self.stop()
        for program, arguments in _PROGRAMS.items():
            if path := shutil.which(program):
                filled = [argument.format(tag=tag.lower(), code=tag.partition("-")[0]) for argument in arguments]
                try:
                    self._speaking = _start([path, *filled], text)
                except OSError as error:
                    return f"{program} cannot be started ({error.strerror})."
                return ""
        return f"No program is installed here that speaks; looked for {', '.join(_PROGRAMS)}."

    @property
    def speaking(self) -> bool:
        return self._speaking is not None and self._speaking.poll() is None

    @property
    def failed(self) -> bool:
        """The program has ended with an error, so that perhaps nothing was heard."""
        return self._speaking is not None and bool(self._speaking.poll())

    def stop(self) -> None:
        """Ends the program and whatever it has started, whether it listens or not."""
        if self._speaking:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them have ended
                os.killpg(self._speaking.pid, signal.SIGKILL)
            self._speaking.wait()
            self._speaking = None


def _start(command: list[str], text: str) -> "subprocess.Popen[bytes]":
    with tempfile.TemporaryFile() as file:  # a program that never reads a pipe would hold up who writes into it
        file.write(text.encode())
        file.seek(0)
        return subprocess.Popen(  # noqa: S603 - one of three programs, and no text among its arguments
            command, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
