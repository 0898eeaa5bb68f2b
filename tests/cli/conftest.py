"""The program as a shell starts it: in this process, which is quick, or as a child where that is what is tested."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from srs.cli import main
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
        """Runs `srs` in this process. What it raises but SystemExit, a traceback in a shell, fails the test; so does a
        file that it leaves open.

        Lone surrogates in `stdin` stand for bytes that are not UTF-8.
        """
        given = TextIOWrapper(BytesIO(stdin.encode(errors="surrogateescape")), "utf-8")
        out, err = TextIOWrapper(BytesIO(), "utf-8"), TextIOWrapper(BytesIO(), "utf-8", "backslashreplace")
        status: object = 0
        in_use = open_below(self.path)  # by the test itself
        with (
            chdir(self.path),
            patch.dict(os.environ, self.environment(**env), clear=True),
            patch.multiple(sys, argv=["srs", *args], stdin=given),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as stop:
                status = stop.code or 0
        assert isinstance(status, int)
        if status and open_below(self.path):
            gc.collect()  # an error that refers to itself holds on to what its frames have open
        assert in_use or not (left := open_below(self.path)), f"left open: {left}"
        return Result(status, written(out), written(err))

    def process(self, *args: str, stdin: str = "", **env: str) -> Result:
        """The same as a child: for permissions, hidden packages, and what Python does before our first line."""
        with self.start(*args, **env) as child:
            out, err = child.communicate(stdin, timeout=60)
        assert "Traceback" not in err, err
        return Result(child.returncode, out, err)

    def start(self, *args: str, **env: str) -> "subprocess.Popen[str]":
        """A child with three pipes that the test talks to, or ends; as a context it is waited for."""
        return subprocess.Popen(
            [*self.command, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            cwd=self.path,
            env=self.environment(**env),
        )

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


def open_below(folder: Path) -> list[str]:
    """Files in `folder` that this process has open, on Linux."""
    links = Path("/proc/self/fd")
    files = (os.path.realpath(link) for link in links.iterdir()) if links.is_dir() else ()
    return [file for file in files if Path(file).is_relative_to(folder)]


def written(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def srs(empty: Shell) -> Callable[..., Result]:
    empty.write("a.yaml", BASIC)
    empty.write("b.yaml", PHRASES)
    return empty
