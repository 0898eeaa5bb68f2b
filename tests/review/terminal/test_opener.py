"""Pictures and sounds in a review on a real terminal; the programs that show them are stand-ins that note their arguments."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.review.terminal.conftest import Terminal

Start = Callable[..., Terminal]

DECK = """\
deck: Talk
notes:
- id: one
  front: "![a star](pictures/star.png)?"
  back: eins
  audio: one.mp3
- id: two
  front: two?
  back: zwei ![](evil.svg)
- id: three
  front: three? ![](gone.png)
  back: drei
"""


@pytest.fixture
def opened(tmp_path: Path, decks: Path) -> Callable[[int], list[str]]:
    """The arguments of each program that was started, one a line, once there are so many."""
    programs = tmp_path / "programs"
    programs.mkdir()
    log = tmp_path / "opened"
    for name in ("xdg-open", "mpv"):
        file = programs / name
        file.write_text(f'#!/bin/sh\necho "{name} $#: $*" >> "{log}"\n')
        file.chmod(0o755)
    (decks / "a.yaml").write_text(DECK)
    (decks / "pictures").mkdir()
    (decks / "pictures" / "star.png").write_bytes(b"png")
    (decks / "one.mp3").write_bytes(b"mp3")
    (decks / "evil.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    def lines(count: int) -> list[str]:
        found: list[str] = []
        for _ in range(500):
            found = log.read_text().splitlines() if log.exists() else []
            if len(found) >= count:
                break
            time.sleep(0.01)
        return found

    return lines


def test_o_opens_what_is_on_show_and_nothing_of_the_answer(
    start: Start, tmp_path: Path, decks: Path, opened: Callable[[int], list[str]]
) -> None:
    terminal = start(PATH=f"{tmp_path / 'programs'}:{os.environ['PATH']}")
    terminal.wait("[picture: a star]?", "o opens")
    terminal.press("o")
    terminal.wait("xdg-open: star.png")
    terminal.press("o")
    terminal.wait("xdg-open: star.png")
    star = decks.resolve() / "pictures" / "star.png"
    assert opened(2) == [f"xdg-open 1: {star}"] * 2
    terminal.press(" ")
    terminal.wait("[sound: one]", "1 Again")
    terminal.press("o")
    terminal.wait("mpv: one.mp3")
    assert opened(3)[2] == f"mpv 3: --no-video --really-quiet {decks.resolve() / 'one.mp3'}"
    terminal.press("3")
    terminal.wait("two?")
    assert "o opens" not in terminal.text
    terminal.press("o")
    terminal.wait("There is no picture, sound or video here.")
    terminal.press(" ")
    terminal.wait("zwei [picture]", "1 Again")
    terminal.press("o")
    terminal.wait("evil.svg' is more than a drawing")
    terminal.press("3")
    terminal.wait("three? [picture]")
    terminal.press("o")
    terminal.wait("there is no file 'gone.png'")
    assert len(opened(3)) == 3


def test_without_a_program_that_is_said(start: Start, tmp_path: Path, opened: Callable[[int], list[str]]) -> None:
    terminal = start(PATH=str(tmp_path / "empty"))
    terminal.wait("[picture: a star]?")
    terminal.press("o")
    terminal.wait("No program is installed here that shows pictures")
    terminal.press("?")
    terminal.wait("open the picture, sound or video on show")
