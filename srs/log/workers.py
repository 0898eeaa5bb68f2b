"""The same work on many pieces, by all cores. Whatever happens to the other processes, the work gets done.

`multiprocessing` would run the calling program's main module again in each of them, which a program that only calls us
does not expect.
"""

import gc
import marshal
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Work = Callable[[bytes], bytes]
"""A function of a module, or a `partial` of one: other processes find it by its name."""

MANY = 100_000
"""From so much to do on, as the callers count it, starting processes takes less time than it saves."""

_BEGIN = "import marshal, sys; sys.path[:] = marshal.load(sys.stdin.buffer); from srs.log.workers import serve; serve()"
_MOST = 8  # processes: this one could not keep more of them busy
_AHEAD = 8  # pieces for each
_Process = subprocess.Popen[bytes]
_Asked = tuple[bytes, "Future[bytes | None]"]


class Workers:
    """A process for each core, of eight at most, while this is open: none for little work, on one core, or where none can
    be started.
    """

    def __init__(self, work: Work, size: int) -> None:
        """`size` is how much there will be to do."""
        self._work = work
        self._processes = _started(work) if size >= MANY else []
        self._idle = SimpleQueue[_Process | None]()
        for process in self._processes:
            self._idle.put(process)
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()  # who waits for it waits no longer
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            _end(process)

    def do(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The results in the order of the pieces, of which few are in memory at a time; the first are taken at once, so
        that they are worked on before anybody asks. Where a process has died, this one does its work.
        """
        if not self._processes:
            return map(self._work, pieces)
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - slow to load, and hardly ever needed

        # each does nothing but wait for a process
        self._threads = self._threads or ThreadPoolExecutor(len(self._processes))
        submit, ask = self._threads.submit, self._ask
        asked = ((piece, submit(ask, piece)) for piece in pieces)
        return self._results(deque(islice(asked, _AHEAD * len(self._processes))), asked)

    def _results(self, waiting: deque[_Asked], coming: Iterator[_Asked]) -> Iterator[bytes]:
        while waiting:
            piece, future = waiting.popleft()
            result = future.result()
            waiting.extend(islice(coming, 1))
            yield self._work(piece) if result is None else result

    def _ask(self, piece: bytes) -> bytes | None:
        process = self._idle.get()
        try:
            return _asked(process, piece) if process else None
        except (OSError, EOFError, ValueError, TypeError):  # it has died, perhaps in the middle of a word
            process = None
            return None
        finally:
            self._idle.put(process)


def _started(work: Work) -> list[_Process]:
    first = marshal.dumps([str(path) for path in sys.path]) + pickle.dumps(work)
    found: list[_Process] = []
    cores = min(_cores(), _MOST)
    for _ in range(cores if cores > 1 and sys.executable else 0):
        try:
            process = subprocess.Popen(  # noqa: S603 - this very Python
                [sys.executable, "-c", _BEGIN],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what goes wrong there goes wrong here again
                start_new_session=True,  # a terminal sends Ctrl-C to all of a session: it is this process's to end the others
            )
        except OSError:
            break
        try:
            _say(process, first)
        except OSError:
            _end(process)
            break
        found.append(process)
    return found


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _asked(process: _Process, piece: bytes) -> bytes:
    assert process.stdout
    _say(process, marshal.dumps(piece))
    result: bytes = marshal.load(process.stdout)  # noqa: S302 - written by `serve`
    return result


def _say(process: _Process, data: bytes) -> None:
    assert process.stdin
    process.stdin.write(data)
    process.stdin.flush()


def _end(process: _Process) -> None:
    process.kill()
    with suppress(OSError), process:  # what it was not told any more is lost
        pass


def serve() -> None:
    """What each process does, until nobody asks any more."""
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # only results may go where they go
    gc.disable()  # there are many values, and no circles among them
    work: Work = pickle.load(asked)  # noqa: S301 - written by `_started`
    while True:
        try:
            piece = marshal.load(asked)  # noqa: S302 - written by `_asked`
        except EOFError:
            return
        told.write(marshal.dumps(work(piece)))
        told.flush()
