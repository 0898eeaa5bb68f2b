"""The same work on many chunks, by several processes where that saves time."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from typing import Any, TypeVar, cast

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_MAX_PROCESSES = 8  # this one could not keep more of them busy
_AHEAD = 4  # chunks for each process, so that few are in memory at a time


def map_chunks(
    work: Callable[[Chunk], Result], chunks: Iterable[Chunk], *, parallel: bool
) -> Generator[Result, None, None]:
    """The result of each chunk, in order; several processes do the work if `parallel`, and begin at once. One that dies costs only
    time.

    Processes are forked, so that the caller's main module is not run again; that is safe only without other threads.
    """
    processes = min(_processors(), _MAX_PROCESSES)
    if not parallel or processes < 2 or "fork" not in get_all_start_methods() or threading.active_count() > 1:
        return (work(chunk) for chunk in chunks)
    pool = ProcessPoolExecutor(processes, get_context("fork"), initializer=_begin, initargs=(work,))
    results = _results(pool, work, iter(chunks), _AHEAD * processes)
    next(results)
    return results


def _results(
    pool: ProcessPoolExecutor, work: Callable[[Chunk], Result], chunks: Iterator[Chunk], ahead: int
) -> Generator[Result, None, None]:
    """First yields nothing of use, when the first chunks are submitted."""
    try:
        pending = deque((chunk, _submit(pool, chunk)) for chunk in islice(chunks, ahead))
        yield cast("Result", None)
        for chunk in chunks:
            pending.append((chunk, _submit(pool, chunk)))
            yield _result(work, *pending.popleft())
        while pending:
            yield _result(work, *pending.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


class _Worker:
    """What a forked process does: it has the work from its parent, so that only chunks and results are copied."""

    work: Callable[[Any], Any]


def _begin(work: Callable[[Any], Any]) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches all processes of a terminal; the parent stops the others
    _Worker.work = staticmethod(work)


def _do(chunk: Any) -> Any:
    return _Worker.work(chunk)


def _submit(pool: ProcessPoolExecutor, chunk: Any) -> Future[Any] | None:
    """None if a process has died, which closes the pool."""
    try:
        return pool.submit(_do, chunk)
    except BrokenProcessPool:
        return None


def _result(work: Callable[[Chunk], Result], chunk: Chunk, future: Future[Result] | None) -> Result:
    try:
        return future.result() if future else work(chunk)
    except BrokenProcessPool:
        return work(chunk)


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
