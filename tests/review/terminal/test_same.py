"""A note that lost its id: asked about once, with one key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.review.terminal.conftest import Terminal

pytestmark = pytest.mark.check

DECK = (
    "deck: Talk\nnotes:\n- {id: one, front: What is one?, back: eins}\n- {id: two, front: What is two?, back: zwei}\n"
)

Start = Callable[..., Terminal]


@pytest.fixture
def renamed(decks: Path) -> Path:
    """`one` was answered; then its id was changed, and its text to one with a control character in it."""
    (decks / "a.yaml").write_text(DECK)
    assert Shell(decks.parent)("--db", "srs.db", "answer", "one/back", "easy").status == 0
    (decks / "a.yaml").write_text(DECK.replace("id: one", "id: uno").replace("What is one?", "What is one ?"))
    return decks


def log(folder: Path) -> str:
    return Shell(folder.parent)("--db", "srs.db", "log").out


def test_y_relinks_before_the_first_card_and_it_is_not_asked_again(start: Start, renamed: Path) -> None:
    terminal = start()
    terminal.wait("one was removed, and uno looks like it", "- What is one?", "+ What is one ?", "Same note?")
    terminal.press("y")
    terminal.wait("What is two?")
    terminal.press("q")
    assert terminal.end() == 0
    assert "one  relinked uno" in log(renamed)
    terminal = start()
    terminal.wait("What is two?")
    assert "Same note?" not in terminal.text


def test_n_is_remembered_as_two(start: Start, renamed: Path) -> None:
    terminal = start(command="check")
    terminal.wait("Same note?")
    terminal.press("n")
    assert terminal.end() == 0
    assert "one  distinct uno" in log(renamed)
    terminal = start(command="check")
    assert terminal.end() == 0
    assert "is gone" not in terminal.text


def test_later_records_nothing_and_asks_again_next_time(start: Start, renamed: Path) -> None:
    for command, key in (("check", "l"), ("check", "\r"), ("review", "l")):
        terminal = start(command=command)
        terminal.wait("Same note?")
        terminal.press(key)
        if command == "review":
            terminal.wait("Talk")
            terminal.press("q")
        assert terminal.end() == 0
    assert log(renamed).count("\n") == 1
