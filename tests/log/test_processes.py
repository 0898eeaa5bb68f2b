"""The same work on many chunks, by several processes."""

import os
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from srs.log import processes
from srs.log.processes import map_chunks


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_processors", lambda: 2)


def with_process(offset: int, chunk: int) -> tuple[int, int]:
    return chunk + offset, os.getpid()


def die_elsewhere(parent: int, chunk: int) -> int:
    if os.getpid() != parent and chunk == 7:
        os._exit(1)
    return chunk


def fail(chunk: int) -> int:
    raise ValueError(chunk)


def test_results_come_in_the_order_of_the_chunks_and_from_other_processes() -> None:
    results = list(map_chunks(partial(with_process, 1), range(50), parallel=True))
    assert [result for result, _ in results] == list(range(1, 51))
    assert os.getpid() not in {process for _, process in results}


def test_the_work_begins_before_a_result_is_asked_for(tmp_path: Path) -> None:
    with closing(map_chunks(Path.touch, [tmp_path / "done"], parallel=True)):
        while not (tmp_path / "done").exists():
            time.sleep(0.01)


def test_little_work_is_done_here() -> None:
    assert list(map_chunks(partial(with_process, 1), range(3), parallel=False)) == [(n, os.getpid()) for n in (1, 2, 3)]


def test_a_process_that_dies_costs_no_result() -> None:
    assert list(map_chunks(partial(die_elsewhere, os.getpid()), range(50), parallel=True)) == list(range(50))


def test_an_error_in_another_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="0"):
        list(map_chunks(fail, range(3), parallel=True))


def test_who_stops_early_leaves_no_process_behind() -> None:
    results = map_chunks(partial(with_process, 0), range(1000), parallel=True)
    _, process = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
