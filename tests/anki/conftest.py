"""Packages, and what real Anki makes of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

REAL = Path(__file__).with_name("real.py")

Anki = Callable[..., Any]


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
