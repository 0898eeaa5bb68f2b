"""FSRS parameters and a retention that were changed in Anki: what `anki pull` and `anki sync` say, ask and take."""

import json
import random  # noqa: TID251 - moments to kill at, of a seed
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pexpect
import pytest

from srs.scheduling.scheduler import DEFAULT
from tests.cli.conftest import Shell

OTHER = [*(round(value * 1.05, 4) for value in DEFAULT.values[:20]), 0.2]
KILLS = 8

OPTIMIZE = """
import json, sys
from anki.collection import Collection
collection = Collection(sys.argv[1])
for preset in collection.decks.all_config():
    if preset["name"] == "srs":
        collection.decks.update_config(preset | json.loads(sys.argv[2]))
collection.close()
"""


@pytest.fixture
def file(srs: Shell) -> str:
    """Our own export as a collection, with another retention and other parameters."""
    srs("answer", "one/back", "good")
    assert srs("export", "ours.apkg").status == 0
    with zipfile.ZipFile(srs.path / "ours.apkg") as package:
        package.extract("collection.anki2", srs.path)
    with closing(sqlite3.connect(srs.path / "collection.anki2")) as connection, connection:
        presets = json.loads(connection.execute("select dconf from col").fetchone()[0])
        for preset in presets.values():
            if preset["name"] == "srs":
                preset |= {"fsrsParams6": OTHER, "desiredRetention": 0.87}
        connection.execute("update col set dconf = ?", (json.dumps(presets),))
    return "collection.anki2"


@pytest.fixture
def profile(srs: Shell) -> Path:
    """A profile of Anki that was synced, and whose preset was changed since."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    srs.env["ANKI_BASE"] = str(srs.path / "Anki2")
    collection = srs.path / "Anki2" / "User 1" / "collection.anki2"
    collection.parent.mkdir(parents=True)
    change(collection)
    srs("answer", "one/back", "good")
    assert srs("anki", "sync").status == 0
    change(collection)
    return collection


def change(collection: Path) -> None:
    values = json.dumps({"fsrsParams6": OTHER, "desiredRetention": 0.87})
    subprocess.run([sys.executable, "-c", OPTIMIZE, str(collection), values], check=True)


def whats(srs: Shell) -> list[str]:
    return [row["what"] for row in srs("log", "--json").json if not row["voided"]]


def retention(srs: Shell) -> float:
    (row,) = srs("settings", "desired_retention", "--json").json["settings"]
    value: float = row["value"]
    return value


SHOWN = """\
Anki's preset "srs" (6 cards) has other FSRS parameters than you have here.
You have fewer than 200 reviews, too few to say which ones predict you better.
Anki's preset "srs" has another desired retention: 0.87; here it is 0.9.
"""
TAKEN = "Taken: the FSRS parameters (to take them back: srs optimize --undo), the desired retention 0.87\n"


def test_without_a_terminal_they_are_shown_and_not_taken(srs: Shell, file: str) -> None:
    shown = srs("anki", "pull", file)
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.endswith(f"{SHOWN}Not taken. To take what Anki's presets have, add --take-parameters.\n"), (
        shown.out
    )
    assert whats(srs) == ["answered"]
    assert retention(srs) == 0.9


def test_a_flag_takes_them_and_a_second_pull_finds_nothing(srs: Shell, file: str) -> None:
    assert srs("anki", "pull", file, "--take-parameters").out.endswith(SHOWN + TAKEN)
    assert whats(srs) == ["answered", "parameters"]
    assert retention(srs) == 0.87
    assert srs("verify").status == 0
    assert (
        srs("anki", "pull", file, "--take-parameters").out == "Talk: 0 reviews came in, 1 known already\nNothing new.\n"
    )
    assert srs("undo").out == "Taken back: parameters\n"
    assert "FSRS" not in srs("anki", "pull", file).out


def test_a_dry_run_takes_nothing(srs: Shell, file: str) -> None:
    shown = srs("anki", "pull", file, "--take-parameters", "--dry-run").out
    assert shown.endswith(f"{SHOWN}{TAKEN}Nothing was changed: this was a dry run.\n")
    assert whats(srs) == ["answered"]
    assert retention(srs) == 0.9


def test_programs_get_the_values_and_what_was_taken(srs: Shell, file: str) -> None:
    expected = {
        "parameters": {
            "preset": "srs",
            "cards": 6,
            "values": OTHER,
            "measured": 0,
            "ours": None,
            "theirs": None,
            "taken": False,
        },
        "desired_retention": {"preset": "srs", "ours": 0.9, "theirs": 0.87, "taken": False},
        "other_presets": [],
        "not_usable": [],
    }
    assert srs("anki", "pull", file, "--json").json["deck_options"] == expected
    taken = srs("anki", "pull", file, "--json", "--take-parameters").json["deck_options"]
    assert taken["parameters"] == {**expected["parameters"], "taken": True}  # type: ignore[dict-item] # it is a dict
    assert taken["desired_retention"]["taken"] is True


def test_sync_takes_them_with_the_flag_and_else_writes_ours(srs: Shell, profile: Path) -> None:
    dry = srs("anki", "sync", "--dry-run")
    assert "Not taken. To take what Anki's presets have, add --take-parameters." in dry.out
    assert "deck options srs" in dry.out
    taken = srs("anki", "sync", "--take-parameters", "--json").json
    assert taken["deck_options"]["parameters"]["taken"] is True
    assert whats(srs) == ["answered", "parameters"]
    assert retention(srs) == 0.87
    assert "Both sides know the same." in srs("anki", "sync", "--take-parameters").out
    assert srs("verify").status == 0
    srs("optimize", "--undo")
    assert "deck options srs" in srs("anki", "sync").out
    assert "Both sides know the same." in srs("anki", "sync").out


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder where nobody can make another")
def test_where_the_settings_cannot_be_written_nothing_is_taken_on_either_side(srs: Shell, profile: Path) -> None:
    before = profile.read_bytes()
    refused = srs("anki", "sync", "--take-parameters", SRS_SETTINGS="/proc/none/settings.toml")
    assert refused.status == 1
    assert "settings.toml" in refused.err
    assert whats(srs) == ["answered"]
    assert profile.read_bytes() == before


@pytest.mark.check
@pytest.mark.parametrize(
    ("answers", "events", "kept"),
    [("yyy", ["answered", "parameters"], 0.87), ("nyy", ["answered"], 0.87), ("nny", ["answered"], 0.9), ("yyn", ["answered"], 0.9)],
)  # fmt: skip
def test_on_a_terminal_sync_asks_for_each_and_then_whether_to_go_on(
    srs: Shell, profile: Path, answers: str, events: list[str], kept: float
) -> None:
    child = pexpect.spawn(
        sys.executable, ["-m", "srs", "anki", "sync"], cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60
    )
    for question, answer in zip(
        (
            r'Take the FSRS parameters of Anki\'s preset "srs"\? \[y/N\]: ',
            r'Take the desired retention 0.87 of Anki\'s preset "srs"\? \[Y/n\]: ',
            r"Go on\? \[Y/n\]: ",
        ),
        answers,
        strict=True,
    ):
        child.expect(question)
        child.sendline(answer)
    child.expect(pexpect.EOF)
    assert whats(srs) == events
    assert retention(srs) == kept
    if answers[2] == "y":
        assert "Both sides know the same." in srs("anki", "sync", "--take-parameters").out


@pytest.mark.check
def test_on_a_terminal_pull_asks_and_an_interrupt_takes_nothing(srs: Shell, file: str) -> None:
    for stop in (True, False):
        child = pexpect.spawn(
            sys.executable, ["-m", "srs", "anki", "pull", file], cwd=srs.path, env=srs.environment(), encoding="utf-8"
        )
        child.expect(r"Take the FSRS parameters")
        if stop:
            child.sendintr()
        else:
            child.sendline("y")
            child.expect(r"Take the desired retention")
            child.sendline("n")
            child.expect("Taken: the FSRS parameters")
        child.expect(pexpect.EOF)
        assert whats(srs) == ["answered"] if stop else ["answered", "parameters"]
        assert retention(srs) == 0.9


@pytest.mark.check
def test_killed_while_it_takes_them_nothing_is_lost(srs: Shell, profile: Path) -> None:
    """After the next sync that takes them, both sides have Anki's, whenever the first one was killed."""
    states = [srs.path / "Anki2", srs.path / "home"]
    for folder in states:
        shutil.copytree(folder, srs.path / "clean" / folder.name)
    start = time.monotonic()
    srs.process("anki", "sync", "--take-parameters")
    length = time.monotonic() - start
    draw = random.Random(4)
    for _ in range(KILLS):
        for folder in states:
            shutil.rmtree(folder)
            shutil.copytree(srs.path / "clean" / folder.name, folder)
        with srs.start("anki", "sync", "--take-parameters") as child:
            time.sleep(draw.uniform(length / 3, length))
            child.kill()
        assert srs("verify").status == 0
        assert srs("anki", "sync", "--take-parameters").status == 0
        assert whats(srs) == ["answered", "parameters"]
        assert retention(srs) == 0.87
        assert "Both sides know the same." in srs("anki", "sync").out
