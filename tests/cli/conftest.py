"""The program as a process of its own, as a shell starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BASIC, PHRASES


@dataclass
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """A working folder with `decks/`, a home of its own, and a clock that stands still."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=lambda: [sys.executable, "-m", "srs"])

    def __call__(self, *args: str, stdin: str = "", **env: str) -> Result:
        done = subprocess.run(
            [*self.command, *args],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.path,
            env=self.environment(**env),
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    def environment(self, **more: str) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
        root = str(Path(__file__).parents[2])
        return {
            **keep,
            "HOME": str(self.path / "home"),
            "XDG_DATA_HOME": str(self.path / "home" / "data"),
            "XDG_CONFIG_HOME": str(self.path / "home" / "config"),
            "PYTHONPATH": root,
            "SRS_NOW": "2026-03-02T09:00:00+09:00",
            "TZ": "Asia/Seoul",
            **self.env,
            **more,
        }

    def write(self, name: str, text: str) -> Path:
        file = self.path / "decks" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def srs(empty: Shell) -> Callable[..., Result]:
    empty.write("a.yaml", BASIC)
    empty.write("b.yaml", PHRASES)
    return empty
