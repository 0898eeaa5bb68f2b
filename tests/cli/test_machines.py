"""sync, merge and the log as a file, as people and programs meet them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import Shell
from tests.machines import unknown_event_lines
from tests.other_programs import fill_disk


@pytest.fixture
def other(srs: Shell) -> Shell:
    """A second machine: the same decks, a home of its own."""
    home = srs.path / "other home"
    return Shell(
        srs.path, {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
    )


@pytest.fixture
def folder(srs: Shell) -> Path:
    made = srs.path / "shared"
    made.mkdir()
    return made


def database(shell: Shell) -> str:
    return shell.environment()["XDG_DATA_HOME"] + "/srs/srs.db"


def test_two_machines_through_a_folder(srs: Shell, other: Shell, folder: Path) -> None:
    srs("answer", "one/back", "easy")
    first = srs("sync", "shared")
    assert first.out == "0 events and 0 undos merged, 0 cards changed; 1 line written.\n"
    other("answer", "two/back", "again")
    assert other("sync", "shared", "--json").json == {
        "events": 1,
        "voids": 0,
        "replaced": 0,
        "cards": ["one/back"],
        "written": 1,
        "skipped": 0,
        "problems": [],
        "newer": [],
        "pushed": None,
    }
    srs("sync", "shared")
    assert srs("log", "--json").out == other("log", "--json").out
    assert srs("show", "one/back", "--json").out == other("show", "one/back", "--json").out
    assert srs("verify").status == 0
    assert other("undo", "--json").json[0]["card"] == "two/back"


def test_a_damaged_line_is_named_with_its_place_made_harmless_and_the_rest_comes_in(
    srs: Shell, other: Shell, folder: Path
) -> None:
    srs("answer", "one/back", "easy")
    srs("sync", "shared")
    (file,) = folder.rglob("*.jsonl")
    file.write_bytes(b"\x1b[2Jnonsense\n" + file.read_bytes())
    file.parent.rename(folder / "ma\x1b[31mchine")
    result = other("sync", "shared")
    assert result.status == 0
    assert "1 event and 0 undos merged" in result.out
    assert "shared/ma␛[31mchine/2026-03.jsonl:1: skipped: this is not an event of srs, or it is cut off" in result.err
    assert "\x1b" not in result.err + result.out


def test_a_folder_on_a_full_disk_is_named_and_what_is_missing_follows_when_there_is_room(
    srs: Shell, other: Shell, folder: Path
) -> None:
    for card in ("one/back", "two/back", "tight/en-ko"):
        srs("answer", card, "easy")
    mount = ["mount", "-t", "tmpfs", "-o", "size=12k,mode=700", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        srs("sync", "shared")
        for n in range(40):  # more than one block has room for
            srs("answer", "one/back", "easy", SRS_NOW=f"2026-04-{n % 28 + 1:02}T{9 + n // 28:02}:00:00+09:00")
        filling = folder / "filling"
        with pytest.raises(OSError, match="No space"):
            fill_disk(filling)
        full = srs("sync", "shared")
        assert (full.status, full.out) == (1, "")
        assert "No space left on device" in full.err
        assert srs("verify").status == 0
        filling.unlink()
        assert srs("sync", "shared").status == 0
        result = other("sync", "shared")
        assert (result.status, result.out.split(",")[0]) == (0, "43 events and 0 undos merged")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
    assert other("log", "--json").out == srs("log", "--json").out


def test_a_folder_that_is_not_there_is_wrong_usage(srs: Shell) -> None:
    for name in ("nowhere", "decks/a.yaml"):
        result = srs("sync", name)
        assert (result.status, result.out) == (2, "")
        assert name in result.err


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_lost(srs: Shell, folder: Path) -> None:
    srs("answer", "one/back", "easy")
    machine = (Path(srs.environment()["XDG_DATA_HOME"]) / "srs" / "machine").read_text().strip()
    (folder / machine).write_text("in the way")
    result = srs("sync", "shared")
    assert (result.status, result.out) == (1, "")
    assert f"shared/{machine}/2026-03.jsonl cannot be written" in result.err
    assert len(srs("log", "--json").json) == 1


def test_git_without_a_repository_says_what_to_do(srs: Shell, folder: Path) -> None:
    result = srs("sync", "shared", "--git", GIT_CEILING_DIRECTORIES=str(srs.path))
    assert (result.status, result.out) == (1, "")
    assert "git init" in result.err


def test_git_within_another_repository_is_refused_and_commits_nothing(srs: Shell, folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=srs.path, check=True)
    srs("answer", "one/back", "easy")
    result = srs("sync", "shared", "--git")
    assert (result.status, result.out) == (1, "")
    assert f"git init {folder}" in result.err
    assert not list((srs.path / ".git" / "objects").glob("??"))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    assert srs("sync", "shared", "--git").status == 0


def test_a_configuration_that_starts_programs_is_refused_with_the_command_that_removes_it(
    srs: Shell, folder: Path
) -> None:
    """However the key is spelled: it may hope to be pasted into a shell."""
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    key = f"filter.x; touch {srs.path}/ran; $(touch {srs.path}/ran)'.clean"
    subprocess.run(["git", "config", key, "false"], cwd=folder, check=True)
    result = srs("sync", "shared", "--git")
    assert (result.status, result.out) == (1, "")
    assert result.err.count("\n") == 1
    subprocess.run(result.err.partition("To remove it there: ")[2], shell=True, check=True)
    assert not (srs.path / "ran").exists()
    assert srs("sync", "shared", "--git").status == 0


def test_git_that_cannot_reach_the_other_side_keeps_and_commits_everything(srs: Shell, folder: Path) -> None:
    for command in (["init", "--quiet"], ["remote", "add", "origin", str(srs.path / "nowhere.git")]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    srs("answer", "one/back", "easy")
    result = srs("sync", "shared", "--git", "--json")
    assert (result.status, result.json["written"], result.json["pushed"]) == (1, 1, False)
    assert "cannot be reached" in result.err
    assert "committed" in result.err
    status = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, check=True, text=True)
    assert status.stdout == ""


def test_merge_without_a_terminal_shows_the_plan_and_never_asks(srs: Shell, other: Shell) -> None:
    other("answer", "one/back", "easy")
    dry = srs("merge", database(other), "--dry-run")
    assert dry.out.splitlines()[0].endswith("new: 1 event and 0 undos.")
    assert dry.out.splitlines()[1] == "1 card changes: one/back"
    assert srs("log", "--json").json == []
    assert srs("merge", database(other), "--json", "--dry-run").json["merged"] is False
    merged = srs("merge", database(other))
    assert (merged.status, merged.out.splitlines()[-1]) == (0, "Merged.")
    assert srs("log", "--json").out == other("log", "--json").out
    again = srs("merge", database(other), "--json").json
    assert (again["events"], again["cards"], again["merged"]) == (0, [], True)


@pytest.mark.parametrize(("answer", "status", "events"), [("n", 1, 0), ("y", 0, 1)])
def test_merge_asks_on_a_terminal(srs: Shell, other: Shell, answer: str, status: int, events: int) -> None:
    other("answer", "one/back", "easy")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "srs", "merge", database(other)],
        env={**srs.environment(), "TERM": "xterm"},
        cwd=str(srs.path),
        encoding="utf-8",
        timeout=30,
    )
    child.expect("Merge them?")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == status
    assert len(srs("log", "--json").json) == events


def test_merge_refuses_what_is_no_database_of_srs(srs: Shell) -> None:
    (srs.path / "x.db").write_text("text, and more of it than the header of a database has")
    for name, word in (("x.db", "not an srs database"), ("nowhere.db", "no such file"), ("decks", "it is a folder")):
        result = srs("merge", name)
        assert (result.status, result.out) == (1, "")
        assert name in result.err
        assert word in result.err


def test_the_log_goes_out_and_comes_back(srs: Shell, other: Shell) -> None:
    srs("answer", "one/back", "easy")
    srs("suspend", "two/back")
    srs("undo")
    for kind in ("jsonl", "csv"):
        text = srs("log", "--format", kind).out
        (srs.path / f"log.{kind}").write_text(text)
    assert [json.loads(line)["what"] for line in (srs.path / "log.jsonl").read_text().splitlines()] == [
        "answered",
        "suspended",
        "voided",
    ]
    assert (srs.path / "log.csv").read_text().startswith("at,subject,day,what,rating,")
    assert (
        other("log", "--import", "log.csv").out == "2 events and 1 undo imported, 2 cards changed; 0 already known.\n"
    )
    assert other("log", "--import", "log.jsonl", "--json").json == {
        "events": 0,
        "voids": 0,
        "replaced": 0,
        "known": 3,
        "cards": [],
        "newer": {"lines": 0, "kinds": []},
    }
    assert other("log", "--json").out == srs("log", "--json").out
    assert other("undo").status == 1, "none of it is this machine's own"


def test_a_log_of_another_tool_comes_in_with_a_map(srs: Shell) -> None:
    (srs.path / "revlog.csv").write_text("card_id,review_time,review_rating\n7,1772409600000,3\n8,1772409600000,4\n")
    (srs.path / "map.csv").write_text("7,one\n")
    assert srs("log", "--import", "revlog.csv", "--map", "map.csv", "--json").json["cards"] == ["8/back", "one/back"]
    assert srs("show", "one/back", "--json").json["cards"][0]["history"][0]["source"] == "import"


def test_bad_lines_are_all_named_and_nothing_is_recorded(srs: Shell) -> None:
    (srs.path / "revlog.csv").write_text(
        "card_id,review_time,review_rating\n7,1772409600000,3\n7,1,3\n7,1772409600001,9\n"
    )
    result = srs("log", "--import", "revlog.csv")
    assert (result.status, result.out) == (1, "")
    places = [line.partition(": ")[2].partition(": ")[0] for line in result.err.splitlines()[:2]]
    assert places == ["revlog.csv:3", "revlog.csv:4"]
    assert "these 2 lines" in result.err.splitlines()[2]
    assert srs("log", "--json").json == []


@pytest.mark.parametrize(
    "args", [["--format", "xml"], ["--format", "csv", "--json"], ["--map", "x"], ["--format", "csv", "--import", "x"]]
)
def test_options_of_log_that_do_not_go_together_are_wrong_usage(srs: Shell, args: list[str]) -> None:
    assert srs("log", *args).status == 2


def test_a_pipe_that_closes_early_is_no_traceback(srs: Shell) -> None:
    srs("answer", "one/back", "easy")
    command = f"{sys.executable} -m srs log --format jsonl | true"
    done = subprocess.run(
        command, shell=True, env=srs.environment(), cwd=srs.path, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_two_syncs_at_once_write_everything_once(srs: Shell, folder: Path) -> None:
    for card in ("one/back", "two/back", "tight/ko-en"):
        srs("answer", card, "good")
    started = [srs.start("sync", "shared") for _ in range(4)]
    assert [(process.communicate()[0] != "", process.returncode) for process in started] == [(True, 0)] * 4
    (file,) = folder.rglob("*.jsonl")
    lines = file.read_text().splitlines()
    assert len(lines) == len(set(lines)) == 3
    assert os.listdir(folder) == [file.parent.name]  # noqa: PTH208 - names are wanted


def test_what_only_a_newer_srs_knows_is_one_line_for_each_file(srs: Shell, folder: Path) -> None:
    (folder / "m").mkdir()
    (folder / "m" / "2026-03.jsonl").write_text(unknown_event_lines(1200))
    told = "skipped 1200 lines (sang) that a newer srs recorded; update this srs and try again.\n"
    synced = srs("sync", "shared")
    assert (synced.status, synced.err) == (0, f"srs: shared/m/2026-03.jsonl: {told}")
    assert srs("sync", "shared", "--json").json["newer"] == [
        {"file": "m/2026-03.jsonl", "lines": 1200, "kinds": ["sang"]}
    ]
    imported = srs("log", "--import", "shared/m/2026-03.jsonl")
    assert (imported.status, imported.err) == (0, f"srs: shared/m/2026-03.jsonl: {told}")
