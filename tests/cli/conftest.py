"""The program as a shell starts it: in this process, which is fast, or as a child where the test needs one."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from srs.cli import main
from srs.core.event_row import event_to_row
from srs.log import event_log
from srs.log.replay import replay_all
from tests.conftest import BASIC, PHRASES, Home
from tests.simulated_learner import live

EVENING = "2026-03-01T22:00:00+09:00"  # of the sixtieth day
_MAKE = "import sys; from anki.collection import Collection; Collection(sys.argv[1]).close()"
NOTES = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(30))


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
    """A working folder with `decks/`, its own home folder, and a fixed clock."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=lambda: [sys.executable, "-m", "srs"])

    def __call__(self, *args: str, stdin: str = "", **env: str) -> Result:
        """Runs `srs` in this process. An exception other than SystemExit, or a file that stays open, fails the test.

        Lone surrogates in `stdin` stand for bytes that are not UTF-8.
        """
        given = TextIOWrapper(BytesIO(stdin.encode(errors="surrogateescape")), "utf-8")
        out, err = TextIOWrapper(BytesIO(), "utf-8"), TextIOWrapper(BytesIO(), "utf-8", "backslashreplace")
        status: object = 0
        in_use = open_files(self.path)  # by the test itself
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
        if status and open_files(self.path):
            gc.collect()  # an error that refers to itself holds on to what its frames have open
        assert in_use or not (left := open_files(self.path)), f"left open: {left}"
        return Result(status, read_back(out), read_back(err))

    def process(self, *args: str, stdin: str = "", **env: str) -> Result:
        """The same in a child process: for permissions, hidden packages, and what Python does before our first line."""
        with self.start(*args, **env) as child:
            out, err = child.communicate(stdin, timeout=60)
        assert "Traceback" not in err, err
        return Result(child.returncode, out, err)

    def start(self, *args: str, **env: str) -> "subprocess.Popen[str]":
        """A child process with three pipes; as a context manager it is waited for."""
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


def open_files(folder: Path) -> list[str]:
    """The files in `folder` that this process has open; none where the system is not Linux."""
    links = Path("/proc/self/fd")
    files = (os.path.realpath(link) for link in links.iterdir()) if links.is_dir() else ()
    return [file for file in files if Path(file).is_relative_to(folder)]


def read_back(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def listed_backups(srs: Callable[..., Result]) -> list[tuple[str, int]]:
    """Day and number of events of each."""
    return [(backup["day"], backup["events"]) for backup in srs("restore", "--json").json]


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def srs(empty: Shell) -> Callable[..., Result]:
    empty.write("a.yaml", BASIC)
    empty.write("b.yaml", PHRASES)
    return empty


@pytest.fixture
def lived(empty: Shell, home: Home) -> Shell:
    """Sixty days of a simulated learner; half of the answered cards are in no deck any more."""
    empty.write("a.yaml", f"deck: 한국어::문장\nnotes:\n{NOTES}")
    home.decks, home.database = empty.path / "decks", empty.path / "x.db"
    collection = home.open()
    with collection.store.write() as connection:
        events = live(3, cards=60, days=60).events
        event_log.insert_block(connection, event_log.build_block(map(event_to_row, events)))
        replay_all(connection)
    empty.env |= {"SRS_DB": "x.db", "SRS_NOW": EVENING}
    return empty


@pytest.fixture
def profile(srs: Shell) -> Path:
    """The only profile of an Anki, empty."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    srs.env["ANKI_BASE"] = str(srs.path / "Anki2")
    return made_profile(srs, "User 1")


def made_profile(srs: Shell, name: str) -> Path:
    collection = srs.path / "Anki2" / name / "collection.anki2"
    collection.parent.mkdir(parents=True)
    subprocess.run([sys.executable, "-c", _MAKE, str(collection)], check=True)
    return collection
