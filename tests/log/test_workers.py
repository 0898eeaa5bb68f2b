"""Work on many pieces by several processes: the same results in the same order, whatever becomes of the processes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from srs.log.workers import MANY, Work, Workers

PIECES = [str(n).encode() for n in range(20)]
SQUARES = [n * n for n in range(20)]
HERE = os.getpid()


def done(work: Work, pieces: Iterable[bytes], size: int = MANY) -> list[bytes]:
    with Workers(work, size) as workers:
        return list(workers.do(pieces))


def squared(piece: bytes) -> bytes:
    return str(int(piece) ** 2).encode()


def squared_elsewhere(here: int, piece: bytes) -> bytes:
    return squared(piece) + b" " * (os.getpid() != here)


def squared_or_dead(here: int, piece: bytes) -> bytes:
    if piece == b"7" and os.getpid() != here:
        os._exit(3)
    return squared(piece)


def squared_or_torn(here: int, piece: bytes) -> bytes:
    """A process that is killed while it speaks."""
    if piece == b"7" and os.getpid() != here:
        os.write(1, b"s\xff\xff\x00\x00half of it")
        os._exit(3)
    return squared(piece)


def noted(file: Path, piece: bytes) -> bytes:
    file.touch()
    return piece


def divided(by: int, piece: bytes) -> bytes:
    return str(int(piece) // by).encode()


def test_results_come_in_the_order_of_the_pieces_and_few_pieces_are_taken_ahead() -> None:
    pieces = (str(n).encode() for n in range(500))
    with Workers(squared, MANY) as workers:
        results = workers.do(pieces)
        assert next(results) == b"0"
        assert int(next(pieces)) <= 8 * min(os.cpu_count() or 1, 8) + 1
        assert list(results)[-1] == b"249001"


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core does all the work itself")
def test_the_first_pieces_are_worked_on_before_anybody_asks(tmp_path: Path) -> None:
    with Workers(partial(noted, tmp_path / "done"), MANY) as workers:
        results = workers.do(PIECES)
        for _ in range(3_000):
            if (tmp_path / "done").exists():
                break
            sleep(0.01)
        assert (tmp_path / "done").exists()
        assert len(list(results)) == len(PIECES)


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core does all the work itself")
def test_other_processes_do_the_work_where_there_is_much() -> None:
    work = partial(squared_elsewhere, HERE)
    assert all(result.endswith(b" ") for result in done(work, PIECES))
    assert not any(result.endswith(b" ") for result in done(work, PIECES, MANY - 1))


@pytest.mark.parametrize("work", [squared_or_dead, squared_or_torn])
def test_a_process_that_dies_costs_nothing_but_time(work: Callable[[int, bytes], bytes]) -> None:
    assert [int(result) for result in done(partial(work, HERE), PIECES)] == SQUARES


def test_who_stops_reading_is_waited_for_by_nobody() -> None:
    with Workers(squared, MANY) as workers:
        results = workers.do(str(n).encode() for n in range(10_000))
        assert next(results) == b"0"


def test_what_goes_wrong_in_the_work_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        done(partial(divided, 0), PIECES)


def test_the_program_that_calls_is_not_run_again(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n"
        "from tests.log.test_workers import done, squared\n"
        "print('begins')\n"
        "print(*done(squared, [b'2', b'3']))\n",
        "utf-8",
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "begins\nb'4' b'9'\n", done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("spare", range(0, 12, 3))
def test_where_no_process_can_be_started_this_one_does_the_work(spare: int) -> None:
    program = (
        "import os, resource\n"
        "import concurrent.futures.thread\n"
        "from tests.log.test_workers import PIECES, done, squared\n"
        f"used = len(os.listdir('/dev/fd')) + {spare}\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (used, used))\n"
        "print(sum(int(result) for result in done(squared, PIECES)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == f"{sum(SQUARES)}\n", done.stderr
