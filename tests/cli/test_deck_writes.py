"""Programs that write the same deck files at the same moment: nothing of anybody's is lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from tests.cli.conftest import Shell
from tests.conftest import BASIC

Running = subprocess.Popen[str]


def begin(srs: Shell, *args: str, **env: str) -> Running:
    return subprocess.Popen(
        [sys.executable, "-m", "srs", *args],
        cwd=srs.path,
        env=srs.environment(**env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running: list[Running]) -> list[str]:
    """What each has printed; all of them have done what they were asked for."""
    told = [process.communicate(timeout=120) for process in running]
    assert [(process.returncode, err) for process, (_, err) in zip(running, told, strict=True)] == [(0, "")] * len(told)
    return [out for out, _ in told]


def test_every_note_that_was_acknowledged_is_in_the_file(srs: Shell) -> None:
    file = srs.write("a.yaml", BASIC)
    srs("due")
    told = ended([begin(srs, "add", "Talk", "--front", f"{n}?", "--back", "b", "--id", f"new-{n}") for n in range(8)])
    assert all(out.startswith("Added new-") for out in told)
    found = parse(file.read_bytes(), "a.yaml", KINDS)
    assert found.problems == ()
    assert {note.id for note in found.notes} == {"one", "two", *(f"new-{n}" for n in range(8))}
    assert sorted(path.name for path in (srs.path / "decks").iterdir()) == ["a.yaml", "b.yaml"]


@pytest.mark.check
def test_ids_are_written_beside_notes_that_are_added(srs: Shell) -> None:
    bare = "".join(f"- front: bare {n}?\n  back: b\n" for n in range(50))
    file = srs.write("a.yaml", BASIC + bare)
    srs("due")
    adding = [begin(srs, "add", "Talk", "--front", f"{n}?", "--back", "b", "--id", f"new-{n}") for n in range(4)]
    ended([begin(srs, "check", "--fix"), *adding, begin(srs, "check", "--fix")])
    notes = parse(file.read_bytes(), "a.yaml", KINDS).notes
    assert {note.id for note in notes if not note.provisional} > {"one", "two", *(f"new-{n}" for n in range(4))}
    assert not [note for note in notes if note.provisional]
    assert len(notes) == 56


def test_one_of_many_notes_with_one_id_is_taken_whatever_their_files(srs: Shell) -> None:
    decks = [f"Deck {n}" for n in range(6)]
    for n, deck in enumerate(decks):
        srs.write(f"{n}.yaml", f"deck: {deck}\nnotes:\n- {{id: n{n}, front: {n}?, back: b}}\n")
    srs("due")
    running = [begin(srs, "add", deck, "--front", "f?", "--back", "b", "--id", "same") for deck in decks]
    told = [process.communicate(timeout=120)[1] for process in running]
    assert sorted(process.returncode for process in running) == [0, 1, 1, 1, 1, 1]
    assert "".join(told).count("'same' belongs to a note in") == 5
    assert srs("check").status == 0


def test_a_package_imported_twice_at_once_comes_in_once(srs: Shell) -> None:
    srs("export", "out.apkg")
    ended([begin(srs, "--decks", "mine", "import", "out.apkg") for _ in range(4)])
    assert sorted(path.name for path in (srs.path / "mine").iterdir()) == ["talk-phrases.yaml", "talk.yaml"]
    assert srs("--decks", "mine", "check", "--json").json["notes"] == 4


@pytest.mark.check
def test_copies_of_the_starter_decks_made_at_once_are_one_that_has_every_note(empty: Shell) -> None:
    note = ["add", "Interview::Method", "--copy", "--front", "f?", "--back", "b", "--id"]
    running = [begin(empty, *note, f"new-{n}") for n in range(4)]
    assert [process.communicate(timeout=120)[0].startswith("Added") for process in running] == [True] * 4
    found = (empty.path / "home" / "data" / "srs" / "decks" / "method.yaml").read_text("utf-8")
    assert all(f"id: new-{n}\n" in found for n in range(4))
    assert "new-" not in (Path(__file__).parents[2] / "decks" / "method.yaml").read_text("utf-8")


@pytest.mark.slow  # it waits as long as a learner would
def test_whoever_waits_for_a_stopped_program_is_told(srs: Shell, tmp_path: Path) -> None:
    """The other one is stopped while it writes, as by Ctrl-Z."""
    srs("export", "out.apkg")
    text = BASIC + "- front: bare?\n  back: b\n"
    file = srs.write("a.yaml", text)
    hold = (
        "import fcntl, os; folder = os.open('decks', os.O_RDONLY);"
        " fcntl.flock(folder, fcntl.LOCK_EX); print(flush=True); input()"
    )
    commands = [["add", "Talk", "--front", "f", "--back", "b"], ["check", "--fix"], ["import", "out.apkg"]]
    with subprocess.Popen(
        [sys.executable, "-c", hold], cwd=srs.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.send_signal(signal.SIGSTOP)
        running = [begin(srs, "--decks", "decks", *command) for command in commands]
        told = [process.communicate(timeout=120) for process in running]
        other.kill()
    sentence = "srs: another srs is writing to the deck folder decks; nothing was written. Try again later.\n"
    assert told == [("", sentence)] * len(commands)
    assert [process.returncode for process in running] == [1] * len(commands)
    assert file.read_text() == text
