"""Paths that lead nowhere: one sentence that names the path and says what is wrong."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Result, Shell
from tests.conftest import BASIC

LONG = "x" * 300
COMMANDS = [
    ["--decks", "{}", "due"],
    ["--decks", "{}", "check"],
    ["--decks", "{}", "add", "Talk", "--front", "a", "--back", "b"],
    ["--decks", "{}", "import", "theirs.apkg"],
    ["--db", "{}", "due"],
    ["--db", "{}", "check"],
    ["--db", "{}", "backup"],
    ["--db", "{}", "restore"],
    ["merge", "{}"],
    ["log", "--import", "{}"],
    ["log", "--import", "log.csv", "--map", "{}"],
    ["import", "{}"],
    ["anki", "pull", "{}"],
    ["anki", "sync", "{}"],
    ["export", "{}/out.apkg"],
    ["sync", "{}"],
]


@pytest.fixture
def closed(srs: Shell) -> Shell:
    """`closed/` may not be searched, not even by root."""
    if not shutil.which("setpriv"):
        pytest.skip("root may search every folder, and there is no setpriv to make it less than root")
    srs.write("closed/c.yaml", BASIC.replace("Talk", "C").replace("id: ", "id: c-"))
    srs.write("closed/deeper/d.yaml", BASIC.replace("Talk", "D").replace("id: ", "id: d-"))
    (srs.path / "closed").symlink_to("decks/closed")
    assert srs("answer", "c-one/back", "3").status == 0
    srs.command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *srs.command]
    return srs


def given(srs: Shell) -> None:
    """The files that the commands take beside the path."""
    (srs.path / "log.csv").write_text("at,subject,day,what,source,machine\n")
    assert srs("export", "theirs.apkg").status == 0


def one_sentence(result: Result, path: str) -> None:
    """The last line, which a note on usage may come before."""
    assert result.status in {1, 2}, result
    *before, last = result.err.splitlines()
    assert not before or before[0].startswith("Usage: ")
    assert path[:50] in last
    assert len(last) < 600


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_name_that_is_too_long_for_any_file(srs: Shell, command: list[str]) -> None:
    given(srs)
    result = srs(*(word.format(LONG) for word in command))
    one_sentence(result, LONG)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_link_that_leads_to_itself(srs: Shell, command: list[str]) -> None:
    given(srs)
    (srs.path / "loop").symlink_to("loop")
    result = srs(*(word.format("loop/x") for word in command))
    if command == ["--db", "{}", "check"]:
        assert result.status == 0  # the decks can be checked without a database
    else:
        one_sentence(result, "loop")


@pytest.mark.parametrize("command", COMMANDS[::3], ids=" ".join)
def test_a_folder_that_may_not_be_searched(closed: Shell, command: list[str]) -> None:
    given(closed)
    (closed.path / "decks" / "closed").chmod(0)
    result = closed.process(*(word.format("closed/x") for word in command))
    result.err = result.err.replace("srs: closed/: this folder cannot be read; check its permissions; ", "Usage: ")
    one_sentence(result, "closed")


@pytest.mark.parametrize(
    "command",
    [["merge", "{}"], ["log", "--import", "{}"], ["import", "{}"], ["anki", "pull", "{}"], ["export", "{}"]],
    ids=" ".join,
)
def test_a_folder_where_a_file_is_meant(srs: Shell, command: list[str]) -> None:
    (srs.path / "folder.apkg").mkdir()
    result = srs(*(word.format("folder.apkg") for word in command))
    one_sentence(result, "folder.apkg")
    assert "folder" in result.err.replace("folder.apkg", "") or "not a regular file" in result.err


@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "SRS_DECKS", "SRS_DB"])
@pytest.mark.parametrize("name", [LONG, "loop/x", "a/" * 1500, "a/" * 3000])
def test_a_place_in_the_environment_that_cannot_be(srs: Shell, variable: str, name: str) -> None:
    (srs.path / "loop").symlink_to("loop")
    place = str(srs.path / name)
    one_sentence(srs("answer", "one/back", "3", **{variable: place}), place)
    subprocess.run(["rm", "-rf", srs.path / "a"], check=True)  # what is that deep, pytest could not clear away


def test_a_machines_id_that_cannot_be_read_is_named(srs: Shell) -> None:
    (srs.path / "home" / "data" / "srs" / "machine").mkdir(parents=True)
    refused = srs("answer", "one/back", "3")
    assert refused.status == 1
    assert refused.err.endswith("machine: is a directory.\n")


def test_a_folder_that_cannot_be_read_is_named_and_its_decks_stay_in_use(closed: Shell) -> None:
    (closed.path / "decks" / "closed").chmod(0)
    told = "srs: closed/: this folder cannot be read; check its permissions; its decks stay in use as last read\n"
    for command in ("due", "next"):
        result = closed.process(command)
        assert (result.status, result.err) == (0, told)
    assert {row["deck"] for row in closed.process("find", "--json").json} == {"Talk", "Talk::Phrases", "C", "D"}
    assert closed.process("answer", "d-one/back", "3").status == 0
    checked = closed.process("check", "--json").json
    assert checked["files"] == 2
    assert [(one["level"], one["file"]) for one in checked["problems"]] == [("error", "closed/")]
    assert closed.process("verify").status == 0
    (closed.path / "decks" / "closed").chmod(0o700)
    assert closed.process("check").status == 0
    assert closed.process("show", "c-one", "--json").json["cards"][0]["reps"] == 1


def test_a_folder_that_could_never_be_read_is_named_and_left_out(closed: Shell) -> None:
    """As `lost+found` where a disk of its own holds the decks."""
    (closed.path / "decks" / "lost+found").mkdir(mode=0)
    result = closed.process("due", "--json")
    assert "srs: lost+found/: this folder cannot be read" in result.err
    assert [row["deck"] for row in result.json["decks"]] == ["Talk", "Talk::Phrases", "C", "D"]
    assert closed.process("rebuild").status == 0
    assert closed.process("verify").status == 0
    (closed.path / "decks" / "lost+found").rmdir()
    assert closed.process("due").err == ""


def test_a_folder_that_may_be_listed_but_not_searched_keeps_its_decks(closed: Shell) -> None:
    (closed.path / "decks" / "closed").chmod(0o400)
    result = closed.process("find", "deck:C")
    assert (result.status, result.out) == (0, "c-one  one?\nc-two  two?\n")
    assert "closed/c.yaml:1:1: the file cannot be read" in result.err


def test_what_is_no_file_is_not_read(srs: Shell) -> None:
    decks = srs.path / "decks"
    os.mkfifo(decks / "pipe.yaml")
    (decks / "device.yaml").symlink_to("/dev/zero")
    (decks / "nothing.yaml").symlink_to("nowhere")
    (decks / "folder").symlink_to(".")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(decks / "socket.yaml"))  # the path of a socket may not be long
    for command in ("due", "check"):
        assert (srs(command).status, srs(command).err) == (0, "")


def test_a_deck_file_that_is_a_link_to_itself_is_named_and_the_others_are_used(srs: Shell) -> None:
    (srs.path / "decks" / "loop.yaml").symlink_to("loop.yaml")
    result = srs("find")
    assert result.status == 0
    assert "one  one?" in result.out
    assert "loop.yaml:1:1: the file cannot be read; check its permissions; the file is left out" in result.err


@pytest.fixture
def deep(srs: Shell) -> Iterator[Shell]:
    """Folders in folders, deeper than Python goes and a path can be, with a deck far down. They lie outside of pytest's own
    folder, which pytest clears by going down, also after a run that was killed.
    """
    top = tempfile.mkdtemp(prefix="srs-deep-")
    srs.env["SRS_DECKS"] = top
    here = os.open(top, os.O_RDONLY)
    for n in range(1500):
        if n == 1250:
            file = os.open("deep.yaml", os.O_WRONLY | os.O_CREAT, dir_fd=here)
            os.write(file, BASIC.replace("Talk", "Deep").replace("id: ", "id: deep-").encode())
            os.close(file)
        os.mkdir("dd", dir_fd=here)
        below = os.open("dd", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    yield srs
    subprocess.run(["rm", "-rf", top], check=True)


def test_folders_that_are_nested_without_end(deep: Shell) -> None:
    result = deep("find", "deck:Deep")
    assert (result.status, result.out) == (0, "deep-one  one?\ndeep-two  two?\n")
    assert "this folder cannot be read" in result.err
    assert deep("check").status == 1


def test_a_completion_that_cannot_be_offers_nothing(srs: Shell) -> None:
    asked = {"_SRS_COMPLETE": "bash_complete", "COMP_WORDS": "srs review ", "COMP_CWORD": "2"}
    result = srs(SRS_DECKS=LONG, **asked)
    assert (result.out.strip(), result.err) == ("", "")
