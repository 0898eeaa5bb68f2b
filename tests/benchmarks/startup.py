"""How long a person waits: `srs due`, and the first card of `srs review`, as ratios to Python with click and sqlite3.

Prints medians of runs taken in turn, so that a machine whose speed drifts does not favour one of them.
"""

import contextlib
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 25
ROOT = Path(__file__).parents[2]
SRS = Path(sys.executable).with_name("srs")


def peer() -> float:
    return _timed([sys.executable, "-c", "import click, sqlite3"])


def due() -> float:
    return _timed([str(SRS), "due"])


def first_card() -> float:
    """Until the first question stands on a real pseudo-terminal."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(SRS, [str(SRS), "review"])
    seen = b""
    while b"? help" not in seen:  # at the foot of any card
        seen += os.read(terminal, 4096)
    elapsed = time.perf_counter() - start
    while not os.waitpid(pid, os.WNOHANG)[0]:  # a key that comes before the card is drawn is not taken
        with contextlib.suppress(OSError):
            os.write(terminal, b"q")
        if select.select([terminal], [], [], 0.05)[0]:
            _read(terminal)
    os.close(terminal)
    return elapsed


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"XDG_DATA_HOME": home, "SRS_DECKS": str(ROOT / "decks")}
        os.environ.pop("SRS_DB", None)
        measured: dict[Callable[[], float], list[float]] = {peer: [], due: [], first_card: []}
        for run in range(RUNS + 1):
            for measure, times in measured.items():
                elapsed = measure()
                if run:  # the first one warms up
                    times.append(elapsed)
    base = statistics.median(measured[peer])
    print(f"python -c 'import click, sqlite3': {base * 1000:.0f} ms (median of {RUNS})")
    for measure, bound in ((due, 2), (first_card, 4)):
        ratios = [a / b for a, b in zip(measured[measure], measured[peer], strict=True)]
        median = statistics.median(measured[measure])
        print(
            f"{measure.__name__}: {median * 1000:.0f} ms, ratio {statistics.median(ratios):.2f}"
            f" ({min(ratios):.2f} to {max(ratios):.2f}); at most {bound} is wanted"
        )


if __name__ == "__main__":
    main()
