"""The same work on many pieces, by all cores. Whatever happens to the other processes, the work gets done."""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import TypeVar

_Piece = TypeVar("_Piece")
_Result = TypeVar("_Result")


def spread(work: Callable[[_Piece], _Result], pieces: Iterable[_Piece]) -> Generator[_Result, None, None]:
    """The results in the order of the pieces, of which few are in memory at a time.

    `work` is a function of a module, or a `partial` of one. Each process starts afresh, so it does not matter what
    threads and locks this one has. Where none can be started, or one of them dies, the work goes on in this process.
    """
    cores = _cores()
    pool = _pool(cores) if cores > 1 else None
    if pool is None:
        yield from map(work, pieces)
        return
    waiting: deque[tuple[_Piece, Future[_Result] | None]] = deque()
    try:
        for piece in pieces:
            waiting.append((piece, _submitted(pool, work, piece)))
            if len(waiting) > 2 * cores:
                yield _result(work, *waiting.popleft())
        while waiting:
            yield _result(work, *waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(cores: int) -> ProcessPoolExecutor | None:
    try:
        return ProcessPoolExecutor(cores, get_context("spawn"), _begin)
    except (OSError, ImportError, NotImplementedError):  # too many open files, or a system without semaphores
        return None


def _submitted(pool: ProcessPoolExecutor, work: Callable[[_Piece], _Result], piece: _Piece) -> Future[_Result] | None:
    try:
        with _uninterrupted():
            return pool.submit(work, piece)
    except (OSError, RuntimeError):  # no process can be started, or one has died: BrokenProcessPool is a RuntimeError
        return None


def _result(work: Callable[[_Piece], _Result], piece: _Piece, future: Future[_Result] | None) -> _Result:
    if future:
        try:
            return future.result()
        except BrokenProcessPool:
            pass
    return work(piece)


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that starts meanwhile never sees Ctrl-C, which a terminal sends to all: it is this one's to end them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What each process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed tells nobody."""
    parent = parent_process()
    assert parent
    connection.wait([parent.sentinel])
    os._exit(1)
