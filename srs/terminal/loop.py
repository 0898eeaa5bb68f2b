"""The daily loop on a terminal: single keys, one screen per card."""

import sys
from dataclasses import replace

from rich.console import Console

from srs.errors import NothingToUndo
from srs.event import Rating
from srs.session import Session
from srs.terminal.keys import Keys
from srs.terminal.screen import Shown, draw
from srs.terminal.summary import summary_lines

_QUIT = {"q", "escape", "end"}


def review(session: Session, *, gloss: bool = False, console: Console | None = None) -> None:
    """Asks until nothing waits or the learner quits. Every answer is on disk before the next card is drawn.

    `gloss` shows the Korean gloss with each question. Whatever ends it, the terminal is as it was before; errors are the caller's.
    """
    console = console or Console(highlight=False)
    keys = Keys(sys.stdin.fileno())
    try:
        if session.question is not None:
            with keys.opened(), console.screen(hide_cursor=True):
                _Loop(session, console, keys, gloss=gloss).run()
    except KeyboardInterrupt:
        pass  # as good an end as any: nothing waits to be saved
    for line in summary_lines(session):
        console.print(line, markup=False)


class _Loop:
    def __init__(self, session: Session, console: Console, keys: Keys, *, gloss: bool) -> None:
        self._session = session
        self._console = console
        self._keys = keys
        self._gloss = gloss
        self._shown = Shown(gloss=gloss)
        self._offset: int | None = 0
        self._unseen = True  # what is drawn next was never on show: keys typed before were not meant for it

    def run(self) -> None:
        while (question := self._session.question) is not None:
            shown = replace(self._shown, presses=self._session.revealed)
            self._offset = draw(self._console, question, shown, self._offset)
            if self._unseen:
                self._keys.forget()
                self._unseen = False
            key = self._keys.read()
            if key in _QUIT:
                return
            self._shown = replace(self._shown, notice="")
            self._obey(key)

    def _obey(self, key: str) -> None:
        session = self._session
        assert session.question is not None
        match key:
            case "space" | "enter" if not session.answerable:
                self._reveal()
            case "1" | "2" | "3" | "4" if session.answerable:
                taken = session.answer(Rating(int(key)))
                self._next("" if taken else "The card had changed; here it is again.")
            case "u":
                try:
                    session.undo()
                    self._next("Taken back.")
                except NothingToUndo:
                    self._notice("There is nothing to take back.")
            case "h" if session.question.face.hint:
                self._shown = replace(self._shown, hint=not self._shown.hint)
            case "g" if session.question.face.gloss:
                self._shown = replace(self._shown, gloss=not self._shown.gloss)
            case "up" | "k":
                self._offset = (self._offset or 0) - 1
            case "down" | "j":
                self._offset = (self._offset or 0) + 1
            case "resize":
                pass
            case _:
                waits = "1 to 4 rate" if session.answerable else "Space reveals the answer first"
                self._notice(f"{waits}, u undoes, q quits.")

    def _reveal(self) -> None:
        self._session.reveal()
        self._offset = None
        self._unseen = self._session.answerable

    def _next(self, notice: str) -> None:
        self._shown = Shown(gloss=self._gloss, notice=notice)
        self._offset = 0
        self._unseen = True

    def _notice(self, text: str) -> None:
        self._shown = replace(self._shown, notice=text)
