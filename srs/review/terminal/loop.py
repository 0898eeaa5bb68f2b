"""The daily loop on a terminal: single keys, one screen per card."""

import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from srs.collection.media import told
from srs.core.card_state import WithoutMemory
from srs.core.errors import NothingToUndo, StoreError, Unknown
from srs.core.event import Buried, Forgot, Rating, Suspended
from srs.core.markup import Span, markup_to_text
from srs.core.media_types import kind as media_kind
from srs.core.safe_text import visible
from srs.review.session import Question, Session
from srs.review.terminal import pages
from srs.review.terminal.console import BoundedConsole
from srs.review.terminal.editor import edit
from srs.review.terminal.keys import Keys
from srs.review.terminal.opener import start
from srs.review.terminal.screen import Shown, draw, draw_page
from srs.review.terminal.speech import Voice
from srs.review.terminal.summary import summary_lines
from srs.review.terminal.text import CHANGED, behind, trouble
from srs.review.terminal.theme import theme

_LONGEST = 1000  # characters of a typed answer
_QUIT = {"q", "escape", "end"}
_AGAIN = 1.0  # seconds, after which what could not be recorded is tried again
_PATIENCE = 1.0  # seconds that one try waits for another program: meanwhile no key is read


def review(
    session: Session, *, gloss: bool = False, typing: bool = False, copy: Callable[[], Path | str] | None = None
) -> None:
    """Asks until nothing waits or the learner quits. Every answer is on disk before the next card is drawn.

    `gloss` shows the gloss with each question, `typing` asks to type each phrase. Where the decks are read-only,
    `copy` makes a copy to edit and returns its folder, or a sentence that says why not. Whatever ends it, the terminal is
    as it was before; errors are the caller's.
    """
    console = BoundedConsole(theme(session.collection.settings.theme, os.environ), os.environ)
    keys = Keys(sys.stdin.fileno(), console)
    voice = Voice()
    session.collection.store.patience(_PATIENCE)
    try:
        if session.question is not None:
            _Loop(session, console, keys, voice, gloss=gloss, typing=typing, copy=copy).run()
    except KeyboardInterrupt:
        pass  # as good an end as any: nothing waits to be saved
    finally:
        voice.stop()
    for line in summary_lines(session):
        console.print(line, markup=False)


class _Loop:
    def __init__(
        self,
        session: Session,
        console: Console,
        keys: Keys,
        voice: Voice,
        *,
        gloss: bool,
        typing: bool,
        copy: Callable[[], Path | str] | None,
    ) -> None:
        self._session = session
        self._copy = copy
        self._console = console
        self._keys = keys
        self._voice = voice
        self._always_gloss = gloss
        self._typing = typing
        self._shown = self._fresh()
        self._offset: int | None = 0
        self._opened: set[Span] = set()  # of what is on show, so that each press goes one further
        self._unseen = True  # what is drawn next was never on show: keys typed before were not meant for it
        self._pending = ""  # a key that asked for something that could not be recorded
        self._errand: Callable[[], None] | None = None  # for which the terminal must be as it was before
        self._commands: Mapping[str, Callable[[], None]] = {
            "u": self._undo,
            "h": self._hint,
            "g": self._gloss,
            "t": self._type,
            "v": self._speak,
            "o": self._open,
            "e": self._edit,
            "i": self._info,
            "?": self._help,
            "@": self._suspend,
            "-": self._bury,
            "*": self._flag,
            "x": self._forget,
            ">": self._other_deck,
            "up": self._up,
            "k": self._up,
            "down": self._down,
            "j": self._down,
        }

    def run(self) -> None:
        while self._session.question is not None:
            with self._keys.opened():
                self._ask()
            if self._errand is None:
                return
            self._errand()
            self._errand = None

    def _ask(self) -> None:
        """Until the learner quits, nothing waits, or there is an errand to run."""
        while (question := self._session.question) is not None and self._errand is None:
            if (self._typing or self._session.settings.typing) and self._unseen and self._session.typeable:
                self._type()
                continue
            new = self._unseen
            self._draw(question)
            if new and self._session.settings.autoplay and (foreign := self._session.foreign):
                self._voice.speak(*foreign)
            key = self._keys.read(_AGAIN if self._pending else None)
            if key in _QUIT:
                return
            self._try(self._pending if key in {"late", "resize"} and self._pending else key, question)

    def _try(self, key: str, question: Question) -> None:
        """What cannot be recorded now stays on the screen, and is tried again until it can or another key comes."""
        self._pending = ""
        self._shown = replace(self._shown, notice="")
        try:
            self._obey(key, question)
        except StoreError as error:
            if not (said := trouble(error)):
                raise
            self._pending = key
            self._notice(f"Not recorded: {said}. It is tried again until it is; q quits without it.")

    def _draw(self, question: Question) -> None:
        session = self._session
        warning = behind(question.preview, question.asked_at, session.collection.calendar)
        shown = replace(
            self._shown,
            presses=session.revealed,
            attempt=session.attempt,
            suggestion=session.suggestion,
            warning=warning,
            media=bool(self._media()),
        )
        self._offset = draw(self._console, question, shown, self._offset)
        if self._unseen:
            self._keys.forget()
            self._unseen = False

    def _obey(self, key: str, question: Question) -> None:
        session = self._session
        picks = {} if session.revealed else _picks(question)
        if key in picks:
            session.pick(picks[key])
            if not session.revealed:  # on a small screen the list may be longer than what is seen
                self._notice(visible(f"Picked: {', '.join(_picked(question, session.attempt.picked)) or 'nothing'}"))
            self._turned()
        elif key in {"space", "enter"} and not session.answerable:
            session.reveal()
            self._turned()
        elif key in {"space", "enter"} and session.suggestion:
            self._answer(session.suggestion)
        elif key in {"1", "2", "3", "4"} and session.answerable:
            self._answer(Rating(int(key)))
        elif key in {"y", "n"} and question.face.stepwise and session.revealed:
            session.recall(key == "y")
            self._turned()
        elif key in self._commands:
            self._commands[key]()
        elif key != "resize":
            waits = "1 to 4 rate" if session.answerable else "Space reveals the answer first"
            self._notice(f"{waits}, ? shows all keys, q quits.")

    def _answer(self, rating: Rating) -> None:
        taken = self._session.answer(rating)
        leech = "That card was a leech and is suspended; u takes it back." if self._session.leech_suspended else ""
        self._next(leech if taken else CHANGED)

    def _turned(self) -> None:
        """Something may have been revealed: its end is to be seen, and the buttons are new."""
        if self._session.revealed:
            self._offset = None
            self._unseen = self._session.answerable

    def _next(self, notice: str) -> None:
        self._shown = self._fresh(notice)
        self._opened.clear()
        self._offset = 0
        self._unseen = True

    def _fresh(self, notice: str = "") -> Shown:
        return Shown(gloss=self._always_gloss or self._session.settings.gloss, notice=notice)

    def _notice(self, text: str) -> None:
        self._shown = replace(self._shown, notice=text)

    def _undo(self) -> None:
        try:
            undone = self._session.undo()
        except NothingToUndo:
            self._notice("There is nothing to take back.")
        else:
            self._next(f"Taken back: {undone.event.what.name}.")

    def _hint(self) -> None:
        question = self._session.question
        assert question is not None
        if question.face.hint:
            self._shown = replace(self._shown, hint=not self._shown.hint)
        else:
            self._notice("This card has no hint.")

    def _gloss(self) -> None:
        question = self._session.question
        assert question is not None
        if question.face.gloss:
            self._shown = replace(self._shown, gloss=not self._shown.gloss)
        else:
            self._notice("This card has no gloss.")

    def _up(self) -> None:
        self._offset = (self._offset or 0) - 1

    def _down(self) -> None:
        self._offset = (self._offset or 0) + 1

    def _type(self) -> None:
        """A line to write in: Enter compares it, Escape leaves it."""
        if not self._session.typeable:
            self._notice("Only a phrase can be typed, before its answer is shown.")
            return
        text, key = "", ""
        while key not in {"enter", "escape", "end"}:
            self._shown = replace(self._shown, typing=text)
            self._offset = None  # a long question gives way to what is written below it
            assert self._session.question is not None
            self._draw(self._session.question)
            key = self._keys.read_text()
            text = _edited(text, key)[:_LONGEST]
        self._shown = replace(self._shown, typing=None, notice="")
        self._offset = 0
        if key == "enter" and text.strip():
            self._session.type(text)
            self._turned()

    def _suspend(self) -> None:
        self._session.mark(Suspended())
        self._next("Suspended; u takes it back.")

    def _bury(self) -> None:
        self._session.mark(Buried())
        self._next("Buried until tomorrow; u takes it back.")

    def _forget(self) -> None:
        changed = self._session.mark(Forgot())
        self._next("The card starts again as new; u takes it back." if changed else "The card is new already.")

    def _flag(self) -> None:
        self._notice("Flagged for rework." if self._session.flag() else "The flag is gone.")

    def _other_deck(self) -> None:
        if self._session.other_deck():
            self._next("")
        else:
            self._notice("No other deck waits now.")

    def _edit(self) -> None:
        asked = self._session.question
        if self._copy and not self._agreed(
            "These decks are read-only: y copies them to your own folder and edits there."
        ):
            return

        def errand() -> None:
            try:
                notice = self._moved() or edit(*self._session.place()) or self._session.reload()
            except Unknown:  # somebody has taken it out of its file
                self._session.draw()
                notice = ""
            except StoreError as error:
                if not (said := trouble(error)):
                    raise
                notice = f"The decks were not read again: {said}."
            now = self._session.question
            gone = asked is not None and (now is None or now.card != asked.card)
            if not notice and not gone and asked and now and _means_else(asked, now):
                notice = f"Does it mean something else now? srs changed {now.note.id} soften (or over) says so."
            self._next("The card is gone from its file; this is the next one." if gone else notice)

        self._errand = errand

    def _agreed(self, question: str) -> bool:
        """Only y agrees."""
        assert self._session.question is not None
        self._notice(question)
        key = "resize"
        while key == "resize":
            self._draw(self._session.question)
            key = self._keys.read()
        self._notice("")
        return key == "y"

    def _moved(self) -> str:
        """The sitting goes on in a copy of the decks where they are read-only; a sentence if that cannot be."""
        if self._copy:
            folder = self._copy()
            if isinstance(folder, str):
                return folder
            self._session.move(folder)
            self._copy = None
        return ""

    def _speak(self) -> None:
        foreign = self._session.foreign
        self._notice(
            self._voice.speak(*foreign)
            if foreign
            else "Only the foreign side of a phrase is spoken, once it is on show."
        )

    def _open(self) -> None:
        """Shows or plays the next of what is on show; after the last one the first again."""
        on_show = self._media()
        if not on_show:
            self._notice("There is no picture or sound here.")
            return
        if self._opened.issuperset(on_show):
            self._opened.clear()
        span = next(span for span in on_show if span not in self._opened)
        self._opened.add(span)
        try:
            found = self._session.media_file(span)
        except Unknown:  # somebody has taken the note out of its file
            return
        if isinstance(found, str):
            said = f"{told(span.file, found)}."
        else:
            kind = media_kind(span.file)
            assert kind is not None
            said = start(kind, found.path)
        left = len(on_show) - len(self._opened.intersection(on_show))
        self._notice(visible(f"{said} o goes on to the next of {len(on_show)}." if left else said))

    def _media(self) -> list[Span]:
        shown = self._shown
        return self._session.media(gloss=shown.gloss, hint=shown.hint)

    def _info(self) -> None:
        self._page(pages.card(self._session))

    def _help(self) -> None:
        self._page(pages.keys())

    def _page(self, page: pages.Page) -> None:
        """Stays until a key is pressed that does not scroll."""
        offset, steps = 0, {"up": -1, "k": -1, "down": 1, "j": 1, "resize": 0}
        while True:
            offset = draw_page(self._console, page, offset)
            if (key := self._keys.read()) not in steps:
                return
            offset += steps[key]


def _picks(question: Question) -> dict[str, str]:
    """What may be picked, by key: a choice by its letter or number, a principle by its sign."""
    numbers = {str(n): choice.text for n, choice in enumerate(question.face.choices[:9], 1)}
    return numbers | {option.letter.lower(): option.text for option in question.face.options}


def _picked(question: Question, picked: Collection[str]) -> list[str]:
    """In the order in which they stand on the screen."""
    options = question.face.choices or question.face.options
    return [markup_to_text(option.text) for option in options if option.text in picked]


def _edited(text: str, key: str) -> str:
    match key:
        case "backspace":
            return text[:-1]
        case "clear":
            return ""
        case "word":
            return text.rstrip().rpartition(" ")[0]
        case _:
            return text + key if len(key) == 1 else text


def _means_else(before: Question, after: Question) -> bool:
    """Whether a card with a memory asks or answers something that is hardly like what it was."""
    from srs.collection.similar_notes import likeness  # noqa: PLC0415 - only after an edit

    texts = ((question.face.front, question.face.back) for question in (before, after))
    return not isinstance(after.preview.state.phase, WithoutMemory) and not likeness(*texts)
