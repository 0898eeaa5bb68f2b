"""Which deck folder is used, and that nobody writes to the starter decks."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Shell
from tests.cli.test_import import package
from tests.conftest import BASIC
from tests.review.terminal.conftest import Terminal, start
from tests.review.terminal.test_control import editor

__all__ = ["start"]  # a fixture

ROOT = Path(__file__).parents[2]
NOTE = ["--front", "f?", "--back", "b", "--id", "mine"]


def own(srs: Shell) -> Path:
    return srs.path / "home" / "data" / "srs" / "decks"


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def decks(srs: Shell, *options: str, **env: str) -> set[str]:
    return {row["deck"] for row in srs(*options, "due", "--json", **env).json["decks"]}


def test_the_folder_is_the_one_named_else_that_here_else_the_learners_own_else_the_starter_decks(empty: Shell) -> None:
    assert "Interview::Phrases" in decks(empty)
    write(own(empty), "a.yaml", BASIC.replace("Talk", "Own"))
    assert decks(empty) == {"Own"}
    empty.write("a.yaml", BASIC.replace("Talk", "Here"))
    assert decks(empty) == {"Here"}
    write(empty.path / "named", "a.yaml", BASIC.replace("Talk", "Named"))
    assert decks(empty, "--decks", "named") == decks(empty, SRS_DECKS="named") == {"Named"}


def test_people_are_told_which_folder_is_used_where_nobody_named_it_and_programs_are_not(empty: Shell) -> None:
    commands = [["check"], ["due"], ["find", "deadline"], ["export", "x.apkg"], ["add", "X", *NOTE]]
    silent = [["due", "--prompt"], ["due", "--json"], ["check", "--json"], ["next", "--json"]]
    for command in commands:
        told = empty(*command).err.splitlines()[0]
        assert told == f"srs: using the starter decks; to use your own: srs --decks DIR {command[0]}"
    assert [empty(*command).err for command in silent] == [""] * len(silent)
    write(own(empty), "a.yaml", BASIC)
    for command in commands:
        assert empty(*command).err.splitlines()[0] == f"srs: using your decks in {own(empty)}"
    assert [empty(*command).err for command in silent] == [""] * len(silent)
    empty.write("a.yaml", BASIC)
    for options in ([], ["--decks", str(own(empty))]):
        assert empty(*options, "check").err == empty(*options, "due").err == ""


@pytest.mark.parametrize("command", ["show", "answer", "suspend", "relink"])
def test_a_note_that_is_not_there_is_looked_for_in_a_folder_that_is_named(empty: Shell, command: str) -> None:
    more = {"answer": ["good"], "relink": ["other"]}.get(command, [])
    write(empty.path, "spanish.yaml", "deck: Spanish\nnotes:\n- {id: hola, front: f, back: b}\n")
    for using in ("the starter decks", f"your decks in {own(empty)}"):
        done = empty(command, "hola", *more)
        assert (done.status, done.out) == (1, "")
        assert done.err.splitlines()[:-1] == [
            f"srs: using {using}; to use spanish.yaml in this folder: srs --decks . {command}"
        ]
        assert "using" not in empty(command, "hola", *more, "--json").err
        write(own(empty), "a.yaml", BASIC)
    assert "using" not in empty("--decks", ".", command, "holla", *more).err


def test_deck_files_that_lie_here_but_are_not_used_are_named(empty: Shell) -> None:
    write(empty.path, "spanish.yaml", "# mine\ndeck: Spanish\nnotes:\n- {id: a, front: f, back: b}\n")
    write(empty.path, "compose.yaml", "services:\n  decks: {}\n")
    (empty.path / "binary.yml").write_bytes(bytes(range(256)))
    (empty.path / "folder.yaml").mkdir()
    assert "no deck 'Spanish'" in empty("add", "Spanish", *NOTE).err
    for _learner in ("without decks", "with decks"):
        for command in ("check", "review"):
            told = empty(command).err
            assert f"to use spanish.yaml in this folder: srs --decks . {command}" in told
            assert told.count("\n") == 1
        write(own(empty), "a.yaml", BASIC)
    named = empty("--decks", ".", "check")
    assert "binary.yml" in named.out
    assert "using" not in named.err


def test_who_stands_in_their_own_folder_is_told_of_nothing_else(empty: Shell) -> None:
    write(own(empty), "a.yaml", BASIC)
    inside = Shell(own(empty), {"XDG_DATA_HOME": str(empty.path / "home" / "data")})
    assert inside("check").err == f"srs: using your decks in {own(empty)}\n"
    assert inside("review", stdin="q\n").err == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["check", "spanish.yaml"], "'spanish.yaml' does not exist"),
        (["check", "my decks/\x1b[2J"], "does not exist"),
        (["check", "x" * 5000], "does not exist"),
        (["check", "--fix", "home"], "--fix writes into all deck files"),
        (["check", "--copy"], "--copy needs --fix"),
    ],
)
def test_what_stands_in_the_wrong_place_is_said_with_what_to_type(empty: Shell, args: list[str], said: str) -> None:
    (empty.path / "home").mkdir(exist_ok=True)
    done = empty(*args)
    assert (done.status, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]


def test_without_copy_nothing_is_written_and_both_ways_are_named(empty: Shell) -> None:
    package(empty.path / "a.apkg", [("g", "f", "b")])
    for command in (["add", "Interview::Method", *NOTE], ["import", "a.apkg"]):
        done = empty(*command)
        assert (done.status, done.out) == (1, "")
        said = done.err.splitlines()[-1]
        assert all(word in said for word in ("--copy", f"srs --decks DIR {command[0]}", str(own(empty))))
        assert not own(empty).exists()


def test_with_copy_the_note_goes_into_a_copy_and_progress_goes_on(empty: Shell) -> None:
    card = empty("next", "--json").json["card"]
    assert empty("answer", card, "good").status == 0
    assert "no deck 'Spanish'" in empty("add", "Spanish", *NOTE, "--copy").err
    assert not own(empty).exists()
    done = empty("add", "Interview::Method", *NOTE, "--copy")
    assert done.out == f"Added mine to method.yaml:{done.out.split(':')[1].split(',')[0]}, 1 card.\n"
    assert f"copied the starter decks to {own(empty)}" in done.err
    assert "mine" in (own(empty) / "method.yaml").read_text("utf-8")
    assert "mine" not in (ROOT / "decks" / "method.yaml").read_text("utf-8")
    for name in ("star.yaml", "README.md"):
        assert (own(empty) / name).read_bytes() == (ROOT / "decks" / name).read_bytes()
    (shown,) = [one for one in empty("show", card, "--json").json["cards"] if one["card"] == card]
    assert shown["reps"] == 1
    assert empty("show", "mine").status == 0
    again = empty("add", "Interview::Method", "--front", "g?", "--back", "b", "--copy")
    assert again.status == 0
    assert "copied" not in again.err


def test_an_import_goes_into_the_copy_and_decks_that_need_no_id_need_no_copy(empty: Shell) -> None:
    done = empty("check", "--fix")
    assert (done.status, done.err.count("\n")) == (0, 1)
    assert not own(empty).exists()
    package(empty.path / "a.apkg", [("g", "f", "b")])
    assert empty("import", "a.apkg", "--copy").status == 0
    assert {path.name for path in own(empty).iterdir()} >= {"talk-new.yaml", "star.yaml"}


class Installed:
    """The program as pip puts it, in a folder that nobody may write to."""

    def __init__(self, srs: Shell, site: Path, version: str, notes: str) -> None:
        self._srs, self.site = srs, site
        shutil.copytree(ROOT / "srs", site / "srs", ignore=shutil.ignore_patterns("__pycache__"))
        (site / "srs" / "__init__.py").write_text(f'__version__ = "{version}"\n')
        write(site / "srs" / "decks", "a.yaml", BASIC + notes)
        (site / "srs" / "decks" / "media").mkdir()
        (site / "srs" / "decks" / "media" / "p.png").write_bytes(b"p")
        for path in (site, *site.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        self._before = self._state()

    def __call__(self, *args: str, cwd: Path | None = None) -> Result:
        env = self._srs.environment(PYTHONPATH=str(self.site), PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(
            [sys.executable, "-m", "srs", *args],
            cwd=cwd or self._srs.path,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert self._state() == self._before
        return Result(done.returncode, done.stdout, done.stderr)

    def _state(self) -> dict[str, str]:
        return {str(path): sha256(path.read_bytes()).hexdigest() for path in self.site.rglob("*") if path.is_file()}


@pytest.fixture
def install(empty: Shell, tmp_path: Path) -> Iterator[Callable[[str, str], Installed]]:
    yield lambda version, notes: Installed(empty, tmp_path / f"site-{version}", version, notes)
    for path in tmp_path.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)


@pytest.mark.check
def test_an_installed_program_never_changes_and_a_reinstall_loses_no_note(
    empty: Shell, install: Callable[[str, str], Installed]
) -> None:
    bare = "- front: bare?\n  back: b\n"
    old = install("1.0", bare)
    assert old("add", "Talk", *NOTE).status == 1
    assert old("check", "--fix").status == 1
    named = old("check", "--fix", cwd=old.site / "srs")  # where they are ./decks
    assert "read-only" in named.err
    fixed = old("check", "--fix", "--copy")
    assert "a.yaml: 1 id written\n" in fixed.out
    assert (own(empty) / "media" / "p.png").read_bytes() == b"p"
    mine = (own(empty) / "a.yaml").read_text()
    assert old("due").err == f"srs: using your decks in {own(empty)}\n"
    new = install("2.0", bare + "- {id: three, front: three?, back: drei}\n")
    assert new("due", "--prompt").err == ""  # told where there is somebody to read it
    told = new("due", "--json").err
    assert "did not update these starter decks: you changed: a.yaml" in told
    assert new("due", "--json").err == ""
    assert (own(empty) / "a.yaml").read_text() == mine


@pytest.mark.check
def test_a_newer_release_reaches_the_copy(empty: Shell, install: Callable[[str, str], Installed]) -> None:
    old = install("1.0", "")
    old("add", "Talk", *NOTE, "--copy")
    (own(empty) / "a.yaml").write_text(BASIC)  # as it was shipped
    new = install("1.1", "- {id: three, front: three?, back: drei}\n")
    told = new("check")
    assert "updated 1 file of the starter decks" in told.err
    assert "1 file, 3 notes" in told.out
    assert "three" in new("find").out
    record = own(empty) / ".starter-decks.json"
    assert json.loads(record.read_text())["version"] == "1.1"
    record.write_text('{"version": "1.0", "files": {"../../srs.db": "' + "0" * 64 + '"}}')
    odd = new("due")
    assert odd.status == 0
    assert str(record) in odd.err
    assert "delete it" in odd.err


def test_on_a_terminal_one_question_leads_to_the_copy(start: Callable[..., Terminal], tmp_path: Path) -> None:
    folder = tmp_path / "data" / "srs" / "decks"
    terminal = start("Interview::Method", *NOTE, command="add", columns=200)
    terminal.wait(f"Copy them to {folder} and write there?")
    terminal.press("n\n")
    terminal.wait("and write there, add --copy")
    assert terminal.end() == 1
    assert not folder.exists()
    terminal = start("Interview::Method", *NOTE, command="add", columns=200)
    terminal.wait("write there? [Y/n]")
    terminal.press("\n")
    terminal.wait(f"copied the starter decks to {folder}", "Added mine to method.yaml")
    assert terminal.end() == 0


def test_ctrl_c_at_a_question_ends_its_line_and_does_nothing(start: Callable[..., Terminal], tmp_path: Path) -> None:
    terminal = start("Interview::Method", *NOTE, command="add", columns=200)
    terminal.wait("write there? [Y/n]")
    terminal.press("\x03")
    assert terminal.end() == 1
    assert terminal.screen.cursor.x == 0
    assert not (tmp_path / "data" / "srs" / "decks").exists()


def test_e_in_a_review_asks_and_goes_on_in_the_copy(start: Callable[..., Terminal], tmp_path: Path) -> None:
    file = tmp_path / "data" / "srs" / "decks" / "method.yaml"
    before = (ROOT / "decks" / "method.yaml").read_bytes()
    script = 'sed -i "s/MINE/YOURS/; s/STAR stands for/MINE stands for/" "$file"'
    terminal = start("Interview::Method", EDITOR=editor(tmp_path, script))
    terminal.wait("space reveals")
    terminal.press("e")
    terminal.wait("y copies them to your own folder")
    terminal.press("n")
    terminal.wait("space reveals")
    assert not file.exists()
    terminal.press("e")
    terminal.wait("y copies them to your own folder")
    terminal.press("y")
    terminal.wait("MINE", "space reveals")
    assert "MINE" in file.read_text("utf-8")
    terminal.press("e")  # it is not asked again
    terminal.wait("YOURS", "space reveals")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("3")
    terminal.wait("1 done")
    terminal.press("q")
    terminal.wait("1 answer")
    assert terminal.end() == 0
    assert (ROOT / "decks" / "method.yaml").read_bytes() == before
    assert (tmp_path / "called").read_text().count(str(file)) == 2


def test_a_copy_that_cannot_be_made_is_said_in_the_review(start: Callable[..., Terminal], tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    terminal = start("Interview::Method", columns=200, EDITOR=editor(tmp_path, ""))
    terminal.wait("space reveals")
    terminal.press("e")
    terminal.wait("y copies them to your own folder")
    terminal.press("y")
    terminal.wait("cannot be written: Not a directory")
    terminal.press("q")
    assert terminal.end() == 0
    assert not (tmp_path / "called").exists()
