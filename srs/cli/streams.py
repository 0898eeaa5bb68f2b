"""The standard streams, even if they are closed, on a full disk, or a pipe that nobody reads."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from typing import Any


class OutputLost(OSError):
    """Nothing more can be printed. It has no errno, so that nobody handles it as that error."""


class Output(RawIOBase):
    """A stream that drops everything after its first error, so that no buffer fails again when the program ends.

    `lost` is that error, which is raised once as OutputLost, unless the stream is `quiet`; `unwritten` is what was lost.
    `done` says that the command's work is on disk: only the report can still fail.
    """

    def __init__(self, raw: Any = None, *, quiet: bool = False) -> None:
        super().__init__()
        self._raw = raw
        self._quiet = quiet
        self.lost: OSError | None = None
        self.unwritten = b""
        self.done = False

    def write(self, data: Any) -> int:
        if self.lost is None:
            try:
                return self._write_blocking(data)
            except OSError as error:
                self.lost, self.unwritten = error, bytes(data)
                if not self._quiet:
                    raise OutputLost(str(error)) from error
        return len(data)

    def _write_blocking(self, data: Any) -> int:
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
    """Makes `sys.stdin`, `sys.stdout` and `sys.stderr` safe to use; yields what stdout writes to.

    Characters that cannot be encoded or decoded are replaced; what stderr cannot take is dropped.
    """
    _fill_descriptors()
    before = sys.stdin, sys.stdout, sys.stderr
    output = Output(_raw_file(sys.stdout, 1))
    sys.stdin = _text_reader(sys.stdin)
    sys.stdout = _text_writer(sys.stdout, output)
    sys.stderr = _text_writer(sys.stderr, Output(_raw_file(sys.stderr, 2), quiet=True))
    try:
        yield output
    finally:
        with suppress(OutputLost):  # another error is on its way
            sys.stdout.flush()
        sys.stderr.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _fill_descriptors() -> None:
    """Opens `/dev/null` for closed standard streams: else the next file, perhaps a database, would get their number.

    A closed stdin is empty, output to a closed stderr is dropped, and writing to a closed stdout fails.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, flags), True)  # so that git or an editor has them as well


def _raw_file(stream: Any, number: int) -> Any:
    """The unbuffered file of a stream. Python has no stream for a closed descriptor."""
    if stream is None:
        return FileIO(number, "w", closefd=False)
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)


def _text_writer(stream: Any, output: Output) -> Any:
    if stream is not None and not isinstance(stream, TextIOWrapper):
        return stream  # a program that calls srs collects its output
    encoding, lines = ("utf-8", True) if stream is None else (stream.encoding, stream.line_buffering)
    return TextIOWrapper(BufferedWriter(output), encoding, "replace", line_buffering=lines)


def _text_reader(stream: Any) -> Any:
    if stream is None:
        return open(0, encoding="utf-8", errors="replace", closefd=False)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream
