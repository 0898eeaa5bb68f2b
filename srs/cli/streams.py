"""The standard streams, whatever was made of them: closed, on a full disk, or a pipe that nobody reads any more."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from typing import Any


class OutputLost(OSError):
    """Nothing more can be printed. It has no number of its own, by which others would know what to do about it."""


class Output(RawIOBase):
    """Passes on what is written, until that fails: then `lost` is the error and `unsaid` what was to be written. That is
    raised once, as OutputLost, and all that follows is dropped, so that no buffer complains again when the program ends.
    A `quiet` one raises nothing: there is nobody to tell.

    `done` says that what the command was asked for is on disk: only the report can still fail.
    """

    def __init__(self, raw: Any = None, *, quiet: bool = False) -> None:
        super().__init__()
        self._raw = raw
        self._quiet = quiet
        self.lost: OSError | None = None
        self.unsaid = b""
        self.done = False

    def write(self, data: Any) -> int:
        if self.lost is None:
            try:
                return self._passed_on(data)
            except OSError as error:
                self.lost, self.unsaid = error, bytes(data)
                if not self._quiet:
                    raise OutputLost(str(error)) from error
        return len(data)

    def _passed_on(self, data: Any) -> int:
        while (count := self._raw.write(data)) is None:  # another program has made the pipe non-blocking
            from select import select  # noqa: PLC0415 - hardly ever needed

            select([], [self._raw], [])
        return int(count)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())


@contextmanager
def standard_streams() -> Iterator[Output]:
    """Makes `sys.stdin`, `sys.stdout` and `sys.stderr` safe to use, and gives what stdout writes to.

    What they cannot encode or decode is replaced; what stderr cannot take is dropped.
    """
    _fill_descriptors()
    before = sys.stdin, sys.stdout, sys.stderr
    output = Output(_raw(sys.stdout, 1))
    sys.stdin = _reader(sys.stdin)
    sys.stdout = _writer(sys.stdout, output)
    sys.stderr = _writer(sys.stderr, Output(_raw(sys.stderr, 2), quiet=True))
    try:
        yield output
    finally:
        with suppress(OutputLost):  # another error is on its way
            sys.stdout.flush()
        sys.stderr.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _fill_descriptors() -> None:
    """The next file to be opened gets the lowest free number, and what is printed must not end up in a database.

    A closed input has ended, what goes to a closed stderr is dropped, and writing to a closed stdout fails.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, flags), True)  # so that git or an editor has them as well


def _raw(stream: Any, number: int) -> Any:
    """What a stream's bytes go to. Python has no stream where the descriptor was closed."""
    if stream is None:
        return FileIO(number, "w", closefd=False)
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)


def _writer(stream: Any, output: Output) -> Any:
    if stream is not None and not isinstance(stream, TextIOWrapper):
        return stream  # a program that calls us collects what we say
    encoding, lines = ("utf-8", True) if stream is None else (stream.encoding, stream.line_buffering)
    return TextIOWrapper(BufferedWriter(output), encoding, "replace", line_buffering=lines)


def _reader(stream: Any) -> Any:
    if stream is None:
        return open(0, encoding="utf-8", errors="replace", closefd=False)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream
