"""What goes wrong for people: one clear sentence, status 1 or 2, nothing lost."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from srs.cli import main
from tests.cli.conftest import Result, Shell
from tests.conftest import BASIC
from tests.other_programs import execute, locked


def refused(result: Result, status: int, *words: str) -> None:
    assert result.status == status, result
    assert result.out == ""
    message = result.err.strip().splitlines()[-1]
    assert all(word in message for word in words), message


def test_no_deck_folder(srs: Shell) -> None:
    refused(srs("--decks", "nowhere", "due"), 1, "nowhere", "--decks")
    refused(srs("due", SRS_DECKS="nowhere"), 1, "nowhere")
    refused(srs("--decks", "decks/a.yaml", "due"), 1, "not a folder")


def test_an_empty_deck_folder(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    refused(empty("review"), 1, "no deck")


def test_without_a_deck_folder_the_starter_decks_are_used(empty: Shell) -> None:
    assert "Interview::Phrases" in empty("due").out


def test_a_broken_file_among_good_ones_is_named_and_the_others_go_on(srs: Shell) -> None:
    srs.write("c.yaml", "deck: C\nnotes:\n- front: a\n")
    for command in ("due", "next", "find", "log"):
        result = srs(command, "--json")
        assert result.status == 0
        assert result.json is not None
        assert "c.yaml:3:3" in result.err
    assert srs("check").status == 1


@pytest.mark.parametrize("command", [["due"], ["review"], ["answer", "one/back", "3"], ["rebuild"], ["undo"]])
def test_a_database_that_is_not_one(srs: Shell, command: list[str]) -> None:
    (srs.path / "other.db").write_text("just text, and more of it than a header")
    refused(srs("--db", "other.db", *command), 1, "other.db", "not an srs database")
    assert (srs.path / "other.db").read_text().startswith("just text")


def test_a_database_in_a_folder_that_is_not_there(srs: Shell) -> None:
    refused(srs("--db", "nowhere/srs.db", "due"), 1, "nowhere/srs.db", "folder")


def test_a_data_folder_that_cannot_be_made(srs: Shell) -> None:
    (srs.path / "file").write_text("")
    for place in (str(srs.path / "file" / "data"), "/proc/data"):
        refused(srs("due", XDG_DATA_HOME=place), 1, "srs.db", "folder")
    refused(
        srs("--db", "srs.db", "answer", "one/back", "3", XDG_DATA_HOME="/proc/data"), 1, "machine", "cannot be written"
    )


def test_a_newer_database(srs: Shell) -> None:
    srs("--db", "srs.db", "due")
    execute(srs.path / "srs.db", "pragma user_version = 99")
    refused(srs("--db", "srs.db", "due"), 1, "newer", "99")


def test_an_unknown_deck_suggests_the_nearest(srs: Shell) -> None:
    refused(srs("review", "Talk::Phrase"), 1, "Talk::Phrase'", "Talk::Phrases")


def test_an_unknown_card_or_note_suggests_the_nearest(srs: Shell) -> None:
    refused(srs("answer", "one/bcak", "3"), 1, "one/back")
    refused(srs("answer", "one", "3"), 1, "one/back")
    refused(srs("show", "tihgt"), 1, "tight")
    refused(srs("show", "one/nonsense"), 1, "one/back")
    refused(srs("forget", "zzzzzzzzzz"), 1, "no card")


@pytest.mark.parametrize("rating", ["0", "5", "-1", "best", ""])
def test_a_rating_out_of_range(srs: Shell, rating: str) -> None:
    refused(srs("answer", "one/back", "--", rating), 2, "again", "easy")
    assert srs("log", "--json").json == []


@pytest.mark.parametrize(
    "now",
    [
        "nonsense",
        "2026-03-02",
        "2026-03-02T09:00:00",
        "9999-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "1700-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2199-12-31T23:59:59-23:59",  # 2200 in UTC
        "1970-01-01T00:00:00+00:00",
    ],
)
def test_a_clock_that_makes_no_sense(srs: Shell, now: str) -> None:
    refused(srs("answer", "one/back", "3", SRS_NOW=now), 2, "SRS_NOW", "offset")
    assert srs("log", "--json").json == []


def test_the_last_answer_that_a_clock_allows_can_be_exchanged(srs: Shell) -> None:
    last = "2199-12-30T23:59:59-00:00"
    assert srs("answer", "one/back", "3", SRS_NOW=last).status == 0
    (srs.path / "shared").mkdir()
    assert "1 line written" in srs("sync", "shared", SRS_NOW=last).out
    assert srs("verify", SRS_NOW=last).status == 0


@pytest.mark.parametrize("year", [1969, 2200, 9999, 12_000])
def test_a_computer_whose_clock_is_wrong_records_nothing(
    tmp_path: Path, year: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(BASIC)
    monkeypatch.delenv("SRS_NOW", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    arguments = ["srs", "--decks", str(tmp_path), "--db", str(tmp_path / "srs.db"), "answer", "one/back", "3"]
    monkeypatch.setattr(sys, "argv", arguments)
    seconds = round((year - 1970) * 365.2425 * 86_400) + 86_400
    monkeypatch.setattr("time.time_ns", lambda: seconds * 10**9)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    assert f"the year {year}; srs records only times from 1970 to 2199. Set the clock" in capsys.readouterr().err
    assert not (tmp_path / "srs.db").exists()


def test_a_zone_that_makes_no_sense(srs: Shell) -> None:
    refused(srs("due", TZ="Mars/Olympus"), 2, "TZ", "Asia/Seoul")


def test_a_command_with_a_typo(srs: Shell) -> None:
    refused(srs("revew"), 2, "review")
    refused(srs("due", "--jsno"), 2, "--json")


def test_what_a_message_quotes_cannot_drive_the_terminal(srs: Shell) -> None:
    result = srs("show", "\x1b[31mred\x07")
    assert "\x1b" not in result.err
    assert "\x07" not in result.err


def test_a_locked_database_says_so_and_records_nothing(srs: Shell) -> None:
    """A write waits for up to 30 s; the other program gives way before, and the answer is recorded."""
    srs("--db", "srs.db", "due")
    with closing(sqlite3.connect(srs.path / "srs.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with srs.start("--db", "srs.db", "answer", "one/back", "3") as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(1)
            other.execute("rollback")
            waiting.communicate()
        assert waiting.returncode == 0
    assert len(srs("--db", "srs.db", "log", "--json").json) == 1


@pytest.mark.slow
def test_a_database_locked_for_longer_than_half_a_minute_is_refused(srs: Shell) -> None:
    srs("--db", "srs.db", "due")
    with locked(srs.path / "srs.db"):
        refused(srs.process("--db", "srs.db", "answer", "one/back", "3"), 1, "srs.db", "in use")
    assert srs("--db", "srs.db", "log", "--json").json == []


def test_a_closed_pipe_ends_it_quietly(srs: Shell) -> None:
    srs.write("c.yaml", "deck: C\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(5000)))
    with srs.start("find") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_ctrl_c_ends_it_quietly(srs: Shell) -> None:
    with srs.start("review") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stderr.read()
    assert process.returncode in {0, 1}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere/out.apkg", ["nowhere", "folder"]),
        ("decks", [".apkg"]),
        ("out.zip", [".apkg"]),
        ("taken.apkg", ["folder"]),
    ],
)
def test_an_export_that_cannot_be_written(srs: Shell, target: str, words: list[str]) -> None:
    (srs.path / "taken.apkg").mkdir()
    before = sorted(path.name for path in srs.path.iterdir())
    refused(srs("export", target), 1, *words)
    assert sorted({path.name for path in srs.path.iterdir()} - {"home"}) == [name for name in before if name != "home"]


def test_an_unknown_deck_or_tag_to_export(srs: Shell) -> None:
    refused(srs("export", "out.apkg", "--deck", "Tolk"), 1, "Talk")
    refused(srs("export", "out.apkg", "--tag", "situatoin"), 1, "situation")
    assert not (srs.path / "out.apkg").exists()


def test_yaml_that_would_run_code_or_eat_the_memory_is_refused(srs: Shell) -> None:
    srs.write("bad.yaml", "deck: !!python/object/apply:os.system ['touch hacked']\nnotes: []\n")
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    srs.write("bomb.yaml", bomb)
    result = srs("check")
    assert result.status == 1
    assert "bad.yaml:1:" in result.out
    assert "bomb.yaml:1:" in result.out
    assert not (srs.path / "hacked").exists()


def test_text_that_could_drive_the_terminal_is_refused_with_its_place(srs: Shell) -> None:
    srs.write("c.yaml", BASIC.replace("Talk", "C").replace("one?", '"\\e[2J"').replace("id: ", "id: c"))
    result = srs("check")
    assert result.status == 1
    assert "c.yaml:4:" in result.out
    assert "\x1b" not in result.out


def test_bytes_that_are_no_text_are_refused_wherever_they_come_from(srs: Shell) -> None:
    refused(srs("show", "\udcff"), 2, "UTF-8")
    refused(srs("due", SRS_DECKS="\udcff"), 1, "UTF-8")
    assert srs("review", stdin="\udcff\udcfe\n\nq\n").status == 0
    (srs.path / "decks" / "\udcff.yaml").write_text(BASIC)
    refused(srs("due"), 1, "UTF-8")


def test_a_terminal_that_knows_no_korean_still_gets_an_answer(srs: Shell) -> None:
    result = srs.process("show", "tight", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.status == 0
    assert "The deadline was tight." in result.out


@pytest.mark.parametrize("target", ["/proc/srs.apkg", "/sys/srs.apkg"])
def test_a_target_where_nobody_may_write(srs: Shell, target: str) -> None:
    refused(srs("export", target), 1, target, "cannot be written")
