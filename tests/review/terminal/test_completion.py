"""Completion in a real bash, whose readline ends a word at every colon."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.review.terminal.conftest import Terminal

pytestmark = pytest.mark.check

BECOMES = {
    "srs review Ta": "srs review Talk",
    "srs review Talk::P": "srs review Talk::Phrases ",
    "srs review Talk::면": "srs review Talk::면접\\ 준비 ",
    "srs review Talk::면접\\ ": "srs review Talk::면접\\ 준비 ",
    'srs review "Talk::면': 'srs review "Talk::면접 준비" ',
    "srs --decks decks review --tag fi": "srs --decks decks review --tag fine ",
    "srs show ze": "srs show zed ",
    "srs suspend zed/": "srs suspend zed/back ",
}


def test_bash_completes_decks_tags_notes_and_cards(start: Callable[..., Terminal], decks: Path) -> None:
    (decks / "a.yaml").write_text("deck: Talk::Phrases\nnotes:\n- {id: one, front: f, back: b}\n")
    (decks / "b.yaml").write_text(
        "deck: Talk::면접 준비\ntags: [fine]\nnotes:\n- {id: zed, front: f, back: b}\n", "utf-8"
    )
    terminal = start(command="bash", PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    terminal.wait("shell>")
    terminal.press('eval "$(_SRS_COMPLETE=bash_source srs)"; clear; echo ready\n')
    terminal.wait("ready")
    for typed, line in BECOMES.items():
        terminal.press(f"{typed}\t|")
        terminal.wait(f"shell> {line}|")
        terminal.press("\x15")  # the line is cleared
