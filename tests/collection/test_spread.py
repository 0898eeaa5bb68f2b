"""Work on many pieces by several processes: the same results in the same order, whatever becomes of the processes."""

import os
import subprocess
import sys
import threading
from functools import partial
from multiprocessing import parent_process

import pytest

from srs.collection.spread import spread


def squared(number: int) -> int:
    return number * number


def squared_or_dead(number: int) -> int:
    if number == 7 and parent_process():
        os._exit(3)
    return number * number


def divided(by: int, number: int) -> int:
    return number // by


def test_results_come_in_the_order_of_the_pieces_and_few_pieces_are_taken_ahead() -> None:
    pieces = iter(range(50))
    results = spread(squared, pieces)
    assert next(results) == 0
    assert next(pieces) <= 2 * (os.cpu_count() or 1) + 2
    assert list(results)[-1] == 49 * 49


def test_a_process_that_dies_costs_nothing_but_time() -> None:
    assert list(spread(squared_or_dead, range(20))) == [n * n for n in range(20)]


def test_what_goes_wrong_in_the_work_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(partial(divided, 0), range(3)))


def test_threads_of_this_process_do_not_matter() -> None:
    """A lock that another thread holds would hang a process that was forked."""
    stop, lock = threading.Event(), threading.Lock()

    def hold() -> None:
        with lock:
            stop.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert list(spread(squared, range(5))) == [0, 1, 4, 9, 16]
    finally:
        stop.set()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("spare", range(0, 12, 3))
def test_where_no_process_can_be_started_this_one_does_the_work(spare: int) -> None:
    program = (
        "import os, resource\n"
        "from srs.collection.spread import spread\n"
        "from tests.collection.test_spread import squared\n"
        f"used = len(os.listdir('/dev/fd')) + {spare}\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (used, used))\n"
        "print(sum(spread(squared, range(10))))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "285\n", done.stderr
