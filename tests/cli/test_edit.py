"""`srs edit` opens a note at its line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def editor(srs: Shell) -> Path:
    """A script whose body a test writes; it gets `+LINE FILE`."""
    script = srs.path / "editor"
    srs.env["EDITOR"] = str(script)
    return script


def say(script: Path, body: str) -> None:
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)


def test_a_note_is_opened_at_its_line_and_read_again(srs: Shell, editor: Path) -> None:
    say(editor, 'echo "$1" > "$(dirname "$0")/line"; sed -i s/eins/uno/ "$2"')
    done = srs("edit", "two/back")
    assert (done.status, done.err) == (0, "")
    assert (srs.path / "line").read_text() == "+6\n"
    assert srs("show", "one", "--json").json["fields"]["back"] == "uno"


def test_a_note_that_was_left_alone_is_not_called_changed(srs: Shell, editor: Path) -> None:
    say(editor, "true")
    assert srs("edit", "one").out == "Nothing was changed.\n"


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("one", "exit 3", "The editor ended with status 3."),
        ("one", 'echo "wrong: [" >> "$2"', "the file's last good version is used"),
        ("onr", "true", "there is no note 'onr'. Did you mean one?"),
        ("one/bak", "true", "there is no card 'one/bak'. Did you mean one/back?"),
    ],
)
def test_what_went_wrong_is_said(srs: Shell, editor: Path, name: str, body: str, said: str) -> None:
    say(editor, body)
    done = srs("edit", name)
    assert (done.status, done.out, said in done.err) == (1, "", True)


def test_an_editor_that_is_not_there_is_named(srs: Shell) -> None:
    done = srs("edit", "one", EDITOR="no-such-editor")
    assert (done.status, "no-such-editor cannot be started" in done.err) == (1, True)


def test_a_note_is_named_by_a_card_that_its_deck_does_not_ask(srs: Shell, editor: Path) -> None:
    say(editor, "true")
    text = (srs.path / "decks" / "b.yaml").read_text("utf-8")
    srs.write("b.yaml", text.replace("notes:", "cards: [ko-en]\nnotes:"))
    assert (srs("edit", "tight/en-ko").out, srs("edit", "tight/ko-en").status) == ("Nothing was changed.\n", 0)


@pytest.mark.parametrize("command", ["edit nope", "suspend --find capital nope"])
def test_the_folder_in_use_is_named_once(empty: Shell, command: str) -> None:
    done = empty(*command.split())
    assert (done.status, done.err.count("using the starter decks")) == (1, 1)
