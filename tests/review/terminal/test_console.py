"""The size of the terminal, whatever is said of it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.theme import Theme

from srs.review.terminal.console import BoundedConsole
from tests.conftest import BASIC
from tests.review.terminal.conftest import Terminal


def size(**environment: str) -> tuple[int, int]:
    return BoundedConsole(Theme(), {"TERM": "xterm", **environment}).size


@pytest.mark.parametrize("senseless", ["99999999", "0", "-1", "1e3", "²", "9" * 5_000, ""])
def test_a_size_that_no_screen_has_is_not_believed(monkeypatch: pytest.MonkeyPatch, senseless: str) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((90, 30)))
    assert size(COLUMNS=senseless) == size(LINES=senseless) == size(COLUMNS=senseless, LINES=senseless) == (90, 30)
    assert size(COLUMNS="60", LINES=senseless) == (60, 30)


def test_what_the_terminal_itself_says_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((65_535, 65_535)))
    assert size() == (1_000, 1_000)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert size() == (80, 25)


def test_a_review_with_a_senseless_width_is_drawn(start: Callable[..., Terminal], decks: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(COLUMNS="99999999")
    terminal.wait("one?", "space reveals")
    terminal.press("q")
    assert terminal.end() == 0
