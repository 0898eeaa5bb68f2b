"""Runs a program that the settings name, such as a recorder or a transcriber: as a list of arguments, never through a shell."""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

MAX_OUTPUT = 1_000_000
"""Bytes. Ten thousand words take less than a tenth of it."""

_MAX_ERRORS = 4096  # bytes of what it says on stderr: the last ones
_CHUNK = 65_536
_LAST_CHUNKS = 2 * MAX_OUTPUT // _CHUNK
_GRACE = 3.0  # seconds in which a recorder that is asked to stop has to write its file


class ProgramFailed(Exception):
    """Its text is a sentence without its full stop."""


class Program:
    """One run, in the folder of `file`, for which `{file}` in an argument stands. As a context manager it is killed at the end, with all
    that it has started.

    Raises ProgramFailed if it cannot be started.
    """

    def __init__(self, command: Sequence[str], file: Path) -> None:
        self.name = command[0]
        self.output = b""
        self._errors = b""
        self._killed = False
        path = shutil.which(self.name)
        if path is None:
            raise ProgramFailed(f"{self.name} is not installed here")
        arguments = [argument.replace("{file}", str(file)) for argument in command[1:]]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the settings name it, and no shell reads it
                [os.path.abspath(path), *arguments],  # noqa: PTH100 - as which has found it, links and all
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=file.parent,
                start_new_session=True,
            )
        except OSError as error:
            raise ProgramFailed(f"{self.name} cannot be started ({error.strerror})") from error
        except ValueError as error:  # a NUL in an argument
            raise ProgramFailed(f"{self.name} cannot be started ({error})") from error
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._pipes = selectors.DefaultSelector()
        for pipe in (self._process.stdout, self._process.stderr):
            self._pipes.register(pipe, selectors.EVENT_READ)

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def wait(self, seconds: float) -> bool:
        """Reads what it prints for so many seconds, or until it has ended; whether it has. Raises ProgramFailed if it prints
        more than `MAX_OUTPUT`.
        """
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if self._pipes.get_map():
                self._read(max(left, 0.0))
            elif self._process.poll() is None and left > 0:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(left)
            if self._process.poll() is not None:
                for _ in range(_LAST_CHUNKS):  # what it has started may go on printing
                    if not self._read(0.0):
                        break
                return True
            if left <= 0:
                return False

    def _read(self, timeout: float) -> bool:
        """Whether there was anything to read."""
        ready = self._pipes.select(timeout) if self._pipes.get_map() else []
        for key, _ in ready:
            read = os.read(key.fd, _CHUNK)
            if not read:
                self._pipes.unregister(key.fileobj)
            elif key.fileobj is self._process.stdout:
                self.output += read
            else:
                self._errors = (self._errors + read)[-_MAX_ERRORS:]
            if len(self.output) > MAX_OUTPUT:
                self.kill()
                raise ProgramFailed(f"{self.name} printed more than 1 MB and was ended")
        return bool(ready)

    @property
    def failure(self) -> str:
        """Why it has ended with an error, as a sentence without its full stop; else nothing."""
        status = self._process.poll()
        if not status:
            return ""
        said = self._errors.decode(errors="replace").strip().splitlines()
        how = f"status {status}" if status > 0 else f"signal {-status}"
        return f"{self.name} ended with {how}{f': {said[-1][:200]}' if said else ''}"

    def stop(self) -> None:
        """Asks a recorder to end, as Ctrl-C does, so that its file is complete."""
        if self._process.poll() is None:
            self._signal(signal.SIGINT)
            if not self.wait(_GRACE):
                self._signal(signal.SIGTERM)
                self.wait(_GRACE)
        self.kill()

    def kill(self) -> None:
        if self._killed:
            return
        self._killed = True
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._pipes.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them have ended
            os.killpg(self._process.pid, number)
