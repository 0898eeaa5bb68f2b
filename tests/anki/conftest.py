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

REAL = Path(__file__).with_name("real.py")

ROOT = Path(__file__).parents[2]
CLOCK = Path(__file__).with_name("clock.c")

Anki = Callable[..., Any]

Living = Callable[..., Any]


@pytest.fixture
def anki(tmp_path: Path) -> Anki:
    """Takes steps as `real.py` does, on one collection in the temporary folder."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")

    def done(*steps: str, zone: str = "UTC") -> Any:
        command = [sys.executable, str(REAL), str(tmp_path / "real.anki2"), *steps]
        env = {"PATH": os.environ["PATH"], "TZ": zone, "LANG": "C.UTF-8", "HOME": str(tmp_path)}
        result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return done


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
def living(tmp_path: Path, moved_clock: Path) -> Living:
    """Lives through steps as `real_anki_driver.py` does, on one collection in the temporary folder."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")

    def lived(*steps: list[Any], zone: str = "UTC", collection: str = "living.anki2") -> Any:
        command = [sys.executable, "-m", "tests.anki.real_anki_driver", str(tmp_path / collection), str(moved_clock)]
        env = {"PATH": os.environ["PATH"], "TZ": zone, "LANG": "C.UTF-8", "HOME": str(tmp_path)}
        result = subprocess.run(
            command, env=env | {"LD_PRELOAD": str(moved_clock)}, cwd=ROOT, input=json.dumps(steps),
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return lived
