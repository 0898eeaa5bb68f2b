"""Every command that the documents show works."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from srs.cli import _COMMANDS, cli
from srs.cli.kinds import KINDS
from srs.deckfile import parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = ("README.md", "docs/anki.md", "docs/programs.md", "docs/machines.md", "docs/backups.md")  # in this order
BIN = Path(sys.executable).parent


def commands() -> list[str]:
    blocks = [
        block
        for name in DOCUMENTS
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    ]
    return [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "decks", tmp_path / "decks")
    return tmp_path


@pytest.mark.check
def test_the_commands_shown_work_in_the_order_shown(folder: Path) -> None:
    env = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder),
        "TZ": "Asia/Seoul",
    }
    shown = [command for command in commands() if not command.startswith("make ")]
    assert shown
    for command in shown:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=env,
            input="\n3\nq\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        assert done.stdout, command
        if "--json" in command:
            json.loads(done.stdout)


def test_every_link_between_the_documents_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+\.(?:md|py))(?:#[^)]*)?\)", document.read_text("utf-8")):
            assert (document.parent / target).is_file(), (document, target)


def test_the_make_commands_shown_are_run_on_every_clean_checkout() -> None:
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    shown = [command for command in commands() if command.startswith("make ")]
    assert shown
    assert all(re.search(rf"\b{command}\b", run) for command in shown)


def test_the_deck_shown_is_a_good_one_with_every_kind() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    file = parse(text.encode(), "readme.yaml", KINDS)
    assert file.problems == ()
    assert len(file.notes) == 6


def test_each_command_is_told_in_one_whole_line() -> None:
    for group in ([], ["anki"]):
        shown = subprocess.run([BIN / "srs", *group, "--help"], capture_output=True, text=True, check=True).stdout
        lines = shown.partition("Commands:\n")[2].splitlines()
        assert lines
        assert all(re.fullmatch(r"  [a-z]+ +[A-Z].*[^.]\.", line) for line in lines)


def test_the_help_tells_of_each_command_what_its_own_help_begins_with() -> None:
    """They stand in one table, so that no command is imported to list them all."""
    context = click.Context(cli)
    for name, (_, told) in _COMMANDS.items():
        command = cli.get_command(context, name)
        assert command
        assert command.get_short_help_str(limit=80) == told


def test_every_command_is_in_the_help() -> None:
    env = {"PATH": os.environ["PATH"]}
    help_text = subprocess.run([BIN / "srs", "--help"], env=env, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  ([a-z]+) ", help_text.partition("Commands:")[2], re.MULTILINE))
    for command in re.findall(r"^srs (?:--\S+ \S+ )?([a-z]+)", "\n".join(commands()), re.MULTILINE):
        assert command in listed


def test_every_package_and_every_file_named_is_in_the_map() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = {path.name for path in (ROOT / "srs").iterdir() if (path / "__init__.py").is_file()}
    assert {name for name in packages if f"| `{name}` |" in text} == packages
    for named in re.findall(r"`([a-z]+(?:/[a-z_0-9]+)+)`", text):
        path = ROOT / "srs" / named
        assert path.is_dir() or path.with_suffix(".py").is_file(), named


@pytest.mark.check
def test_the_example_program_asks_and_answers(folder: Path) -> None:
    env = {"PATH": f"{BIN}:{os.environ['PATH']}", "XDG_DATA_HOME": str(folder / "ask")}
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "ask.py"],
        cwd=folder,
        env=env,
        input="good\n4\n\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("-> due") == 2
