"""The terminal, a phone and a desktop have one memory, whatever is done at which door and in whatever order they sync."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.anki.conftest import ROOT

ROUNDS = 10


def play(folder: Path, clock: Path, seeds: range) -> dict[str, int]:
    """Lives through the stories of these seeds; how often what was done in them."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    shared = folder / "clock"
    shared.write_bytes(bytes(8))
    environment = {
        "PATH": os.environ["PATH"], "TZ": "Asia/Seoul", "LANG": "C.UTF-8", "HOME": str(folder),
        "LD_PRELOAD": str(clock), "SHARED_CLOCK": str(shared),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.anki.three_doors", str(folder), str(ROUNDS), *map(str, seeds)]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    done: dict[str, int] = json.loads(result.stdout)
    return done


@pytest.mark.check
def test_three_doors_have_one_memory(tmp_path: Path, moved_clock: Path) -> None:
    done = play(tmp_path, moved_clock, range(1, 2))
    assert done["answer"] >= 15
    assert done["memories"] >= 20


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 120, 4))
def test_two_hundred_rounds_of_three_doors(tmp_path: Path, moved_clock: Path, first: int) -> None:
    print(play(tmp_path, moved_clock, range(first, first + 4)))
