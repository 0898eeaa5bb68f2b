"""Packages, and what real Anki makes of them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REAL = Path(__file__).with_name("real.py")
CLOCK = Path(__file__).with_name("clock.c")

Anki = Callable[..., Any]
TimedAnki = Callable[..., Any]


@pytest.fixture
def anki(tmp_path: Path) -> Anki:
    """Takes steps as `real.py` does, on one collection in the temporary folder."""

    def run(*steps: str, zone: str = "UTC") -> Any:
        return run_anki([str(REAL), str(tmp_path / "real.anki2"), *steps], tmp_path, zone)

    return run


@pytest.fixture(scope="session")
def moved_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that moves the clock of a process which preloads it."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("moving real Anki's clock needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(CLOCK)], check=True)
    return library


@pytest.fixture
def timed_anki(tmp_path: Path, moved_clock: Path) -> TimedAnki:
    """Takes steps as `real_anki_driver.py` does, at whatever time, on one collection in the temporary folder."""

    def run(*steps: list[Any], zone: str = "UTC", collection: str = "timed.anki2") -> Any:
        command = ["-m", "tests.anki.real_anki_driver", str(tmp_path / collection), str(moved_clock)]
        return run_anki(command, tmp_path, zone, json.dumps(steps), LD_PRELOAD=str(moved_clock))

    return run


def run_anki(command: list[str], home: Path, zone: str, steps: str = "", **env: str) -> Any:
    """What a child with the real Anki prints, as JSON."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    environment = {"PATH": os.environ["PATH"], "TZ": zone, "LANG": "C.UTF-8", "HOME": str(home), **env}
    result = subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, input=steps,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
