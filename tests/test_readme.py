"""The documents: every command, deck file, setting and link that they show works."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import yaml

from srs.cli import _COMMANDS, cli
from srs.cli.kinds import KINDS
from srs.collection.settings_file import read_settings_file
from srs.deckfile import parse

ROOT = Path(__file__).parents[1]
DOCUMENTS = (  # commands are run in this order
    "README.md",
    "docs/goal.md",
    "docs/review.md",
    "docs/stats.md",
    "docs/decks.md",
    "docs/stories.md",
    "docs/anki.md",
    "docs/programs.md",
    "docs/machines.md",
    "docs/backups.md",
)
INSTALLATION = ("make ", "pipx ", "uv ")  # these need the network
BIN = Path(sys.executable).parent


def blocks(language: str, *names: str) -> list[str]:
    """The code blocks of the documents in one language, in order."""
    texts = [(ROOT / name).read_text("utf-8") for name in names or DOCUMENTS]
    found = (re.findall(rf"^(```+){language}\n(.*?)^\1$", text, re.DOTALL | re.MULTILINE) for text in texts)
    return [block for fences in found for _, block in fences]


def commands() -> list[str]:
    return [line.partition(" #")[0].strip() for block in blocks("sh") for line in block.splitlines() if line.strip()]


def anchors(document: Path) -> set[str]:
    """The links to its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new folder as the README has it made, with the deck that it shows, and the starter decks."""
    subprocess.run([BIN / "srs", "init"], cwd=tmp_path, check=True, capture_output=True)
    (deck,) = blocks("yaml", "README.md")
    (tmp_path / "decks" / "my-deck.yaml").write_text(deck, "utf-8")
    shutil.copytree(ROOT / "decks", tmp_path / "decks", dirs_exist_ok=True)
    return tmp_path


@pytest.mark.check
def test_the_commands_shown_work_in_the_order_shown(folder: Path) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the date of a goal is to come
    env = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder),
        "TZ": "UTC" if now.hour == 18 else "Asia/Seoul",  # where no study day is about to turn
        "EDITOR": "true",
    }
    shown = [command for command in commands() if not command.startswith(INSTALLATION) and command != "srs init"]
    assert shown
    for shown_command in shown:
        command = shown_command.replace("2026-12-15", f"{now.date() + timedelta(18)}")
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
        text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text("utf-8"), flags=re.DOTALL)
        for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text):
            file = document.parent / target if target else document
            assert file.is_file(), (document, target)
            assert not anchor or anchor in anchors(file), (document, target, anchor)


def test_the_make_commands_shown_are_run_on_every_clean_checkout() -> None:
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    shown = [command for command in commands() if command.startswith("make ")]
    assert shown
    assert all(re.search(rf"\b{command}\b", run) for command in shown)


def test_the_decks_shown_are_without_errors_and_show_every_kind() -> None:
    kinds = set[str]()
    for text in blocks("yaml"):
        file = parse(text.encode(), "shown.yaml", KINDS, lint=False)  # a shown story is an outline
        assert file.problems == ()
        kinds |= {next(key for key in note if key != "id") for note in yaml.safe_load(text)["notes"]}
    assert kinds == {"phrase", "quiz", "front", "cloze", "question", "star", "story"}


def test_every_key_of_a_deck_file_is_described() -> None:
    text = (ROOT / "docs" / "decks.md").read_text("utf-8")
    schema = json.loads((ROOT / "srs" / "interview" / "deck.schema.json").read_text("utf-8"))
    keys = {key for shape in (schema, *schema["$defs"].values()) for key in shape.get("properties", {})}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == set()


def test_the_settings_shown_are_valid(tmp_path: Path) -> None:
    text = "".join(blocks("toml"))
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    found = read_settings_file(tmp_path / "settings.toml")
    assert found.errors == ()
    assert len(found.lines) == len(text.splitlines())


def test_each_command_is_told_in_one_whole_line() -> None:
    for group in ([], ["anki"]):
        shown = subprocess.run([BIN / "srs", *group, "--help"], capture_output=True, text=True, check=True).stdout
        commands = shown.partition("Options:\n")[2].partition("\n\n")[2]
        lines = [line for line in commands.splitlines() if line.startswith("  ")]
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
    listed = set(re.findall(r"^  ([a-z]+) ", help_text.partition("Every day:")[2], re.MULTILINE))
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
