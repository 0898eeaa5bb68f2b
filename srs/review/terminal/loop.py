"""The daily loop on a terminal: single keys, one screen per card."""

import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from srs.core.errors import NothingToUndo, StoreError
from srs.core.event import Buried, Forgot, Rating, Suspended
from srs.core.markup import markup_to_text
from srs.core.safe_text import printable
from srs.review.question import Question
from srs.review.session import Session
from srs.review.terminal import pages
from srs.review.terminal.console import BoundedConsole
from srs.review.terminal.edit_note import NoteEditor
from srs.review.terminal.keys import Keys, edit_line
from srs.review.terminal.media import MediaOpener
from srs.review.terminal.screen import ScreenState, draw, draw_page
from srs.review.terminal.speech import Voice
from srs.review.terminal.summary import summary_lines
from srs.review.terminal.text import NOT_RECORDED, clock_warning, retry_reason, taken_back
from srs.review.terminal.theme import theme

_MAX_TYPED = 1000  # characters
_QUIT = {"q", "escape", "end"}
_RETRY_AFTER = 1.0  # seconds
_LISTEN_FOR = 0.1  # seconds between two looks at the program that speaks
_BUSY_TIMEOUT = 1.0  # seconds that one try waits for another program: meanwhile no key is read


def review(
    session: Session,
    *,
    gloss: bool = False,
    typing: bool = False,
    copy: Callable[[], Path | str] | None = None,
    news: Callable[[], str] = str,
) -> None:
    """Asks until no card is left or the learner quits. Every answer is on disk before the next card is drawn.

    `gloss` shows the gloss with each question, `typing` asks to type what can be typed; `copy` is as in `NoteEditor`.
    After each answer, `news` gives a line to show, or nothing.
    Whatever ends it, the terminal is as it was before; errors are the caller's.
    """
    console = BoundedConsole(theme(session.collection.settings.theme, os.environ), os.environ)
    keys = Keys(sys.stdin.fileno(), console)
    voice = Voice()
    session.collection.store.set_timeout(_BUSY_TIMEOUT)
    try:
        if session.question is not None:
            _Loop(session, console, keys, voice, NoteEditor(session, copy), news, gloss=gloss, typing=typing).run()
    except KeyboardInterrupt:
        pass  # as good an end as any: everything is saved
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
        editor: NoteEditor,
        news: Callable[[], str],
        *,
        gloss: bool,
        typing: bool,
    ) -> None:
        self._session = session
        self._console = console
        self._keys = keys
        self._voice = voice
        self._editor = editor
        self._news = news
        self._media = MediaOpener(session)
        self._always_gloss = gloss
        self._always_typing = typing
        self._screen = self._new_screen()
        self._offset: int | None = 0
        self._is_unseen = True  # what is drawn next was never on show: keys typed before were not meant for it
        self._retry_key = ""  # asked for something that could not be recorded
        self._wants_editor = False  # for which the terminal must be as it was before

    def run(self) -> None:
        while self._session.question is not None:
            with self._keys.full_screen():
                self._ask()
            if not self._wants_editor:
                return
            self._wants_editor = False
            self._show_card(self._editor.edit())

    def _ask(self) -> None:
        """Until the learner quits, no card is left, or the editor is wanted."""
        while (question := self._session.question) is not None and not self._wants_editor:
            if self._is_unseen:
                self._speak_unasked(question)
            if (self._always_typing or self._session.settings.typing) and self._is_unseen and self._session.typeable:
                self.type()
                continue
            self._draw(question)
            key = self._read(self._keys.read)
            if key in _QUIT:
                return
            self._handle(self._retry_key if key in {"timeout", "resize"} and self._retry_key else key, question)

    def _speak_unasked(self, question: Question) -> None:
        """A question by ear, whose text is shown if nobody hears it; with `autoplay` what has just come on show."""
        speech, revealed = question.face.speech, bool(self._session.revealed)
        by_ear = question.face.by_ear and "SSH_CONNECTION" not in os.environ  # a voice would speak where nobody sits
        if speech and speech.asked is not revealed and (by_ear or self._session.settings.autoplay):
            problem = self._voice.speak(speech.text, speech.tag)
            self._screen = replace(self._screen, by_ear=by_ear and not problem)

    def _read(self, read: Callable[[float | None], str]) -> str:
        """The next key. The text of a question by ear is shown as soon as the program that speaks it fails."""
        while self._screen.by_ear and self._voice.speaking:
            if (key := read(_LISTEN_FOR)) != "timeout":
                return key
        if self._screen.by_ear and self._voice.failed:
            self._screen = replace(self._screen, by_ear=False)
            return "resize"
        return read(_RETRY_AFTER if self._retry_key else None)

    def _handle(self, key: str, question: Question) -> None:
        """What cannot be recorded now stays on the screen, and is tried again until it can or another key comes."""
        self._retry_key = ""
        self._notice("")
        try:
            self._act(key, question)
        except StoreError as error:
            if not (reason := retry_reason(error)):
                raise
            self._retry_key = key
            self._notice(f"Not recorded: {reason}. It is tried again until it is; q quits without it.")

    def _act(self, key: str, question: Question) -> None:
        session = self._session
        picks = {} if session.revealed else _picks(question)
        if key in picks:
            session.pick(picks[key])
            if not session.revealed:  # on a small screen the list may be longer than what is seen
                self._notice(printable(f"Picked: {', '.join(_picked(question, session.attempt.picked)) or 'nothing'}"))
            self._after_reveal()
        elif key in {"space", "enter"} and not session.answerable:
            session.reveal()
            self._after_reveal()
        elif key in {"space", "enter"} and (rating := _rating_of_space(session)):
            self._answer(rating)
        elif key in {"1", "2", "3", "4"} and session.answerable:
            self._answer(Rating(int(key)))
        elif key in {"y", "n"} and question.face.stepwise and session.revealed:
            session.recall(key == "y")
            self._after_reveal()
        elif key == "0" and question.face.stepwise and not session.answerable:
            session.recall_nothing()
            self._after_reveal()
        elif key in _COMMANDS:
            _COMMANDS[key](self)
        elif key != "resize":
            first = "1 to 4 rate" if session.answerable else "Space reveals the answer first"
            self._notice(f"{first}, ? shows all keys, q quits.")

    def _answer(self, rating: Rating) -> None:
        recorded = self._session.answer(rating)
        leech = "That card was a leech and is suspended; u takes it back." if self._session.leech_suspended else ""
        self._show_card((leech or printable(self._news())) if recorded else NOT_RECORDED)

    def _draw(self, question: Question) -> None:
        session, screen = self._session, self._screen
        screen = replace(
            screen,
            presses=session.revealed,
            by_ear=screen.by_ear and not session.revealed,
            attempt=session.attempt,
            suggestion=session.suggestion,
            space=_rating_of_space(session),
            warning=clock_warning(question.preview, question.asked_at, session.collection.calendar),
            has_media=bool(self._media.on_show(gloss=screen.gloss, hints=screen.hints)),
        )
        self._offset = draw(self._console, question, screen, self._offset)
        if self._is_unseen:
            self._keys.discard_typed()
            self._is_unseen = False

    def _after_reveal(self) -> None:
        """Something may have been revealed: its end is to be seen, and the buttons are new."""
        if self._session.revealed:
            self._offset = None
            self._is_unseen = self._session.answerable

    def _show_card(self, notice: str) -> None:
        """Begins a screen for the session's card, which may be another one."""
        self._voice.stop()
        self._screen = self._new_screen(notice)
        self._media.reset()
        self._offset = 0
        self._is_unseen = True

    def _new_screen(self, notice: str = "") -> ScreenState:
        return ScreenState(gloss=self._always_gloss or self._session.settings.gloss, notice=notice)

    def _notice(self, text: str) -> None:
        self._screen = replace(self._screen, notice=text)

    def _confirm(self, question: str) -> bool:
        """Only y agrees."""
        assert self._session.question is not None
        self._notice(question)
        key = "resize"
        while key == "resize":
            self._draw(self._session.question)
            key = self._keys.read()
        self._notice("")
        return key == "y"

    def _show_page(self, page: pages.Page) -> None:
        """Stays until a key is pressed that does not scroll."""
        offset, steps = 0, {"up": -1, "k": -1, "down": 1, "j": 1, "resize": 0}
        while True:
            offset = draw_page(self._console, page, offset)
            if (key := self._keys.read()) not in steps:
                return
            offset += steps[key]

    # what single keys ask for

    def undo(self) -> None:
        try:
            undone = self._session.undo()
        except NothingToUndo:
            self._notice("There is nothing to take back.")
        else:
            self._show_card(printable(f"Taken back: {taken_back(undone)}"))

    def hint(self) -> None:
        """Shows one hint more, after the last one none; first of all the text of a question by ear."""
        assert self._session.question is not None
        if self._screen.by_ear and not self._session.revealed:
            self._screen = replace(self._screen, by_ear=False)
        elif hints := self._session.question.face.hints:
            self._screen = replace(self._screen, hints=(self._screen.hints + 1) % (len(hints) + 1))
        else:
            self._notice("This card has no hint.")

    def gloss(self) -> None:
        assert self._session.question is not None
        if self._session.question.face.gloss:
            self._screen = replace(self._screen, gloss=not self._screen.gloss)
        else:
            self._notice("This card has no gloss.")

    def scroll_up(self) -> None:
        self._offset = (self._offset or 0) - 1

    def scroll_down(self) -> None:
        self._offset = (self._offset or 0) + 1

    def type(self) -> None:
        """A line to write in: Enter compares it, Escape leaves it."""
        if not self._session.typeable:
            self._notice("Short answers can be typed, before they are shown.")
            return
        text, key = "", ""
        while key not in {"enter", "escape", "end"}:
            self._screen = replace(self._screen, typing=text)
            self._offset = None  # a long question gives way to what is written below it
            assert self._session.question is not None
            self._draw(self._session.question)
            key = self._read(self._keys.read_text)
            text = edit_line(text, key)[:_MAX_TYPED]
        self._screen = replace(self._screen, typing=None, notice="")
        self._offset = 0
        if key == "enter" and text.strip():
            self._session.type(text)
            self._after_reveal()

    def suspend(self) -> None:
        self._session.mark(Suspended())
        self._show_card("Suspended; u takes it back.")

    def bury(self) -> None:
        self._session.mark(Buried())
        self._show_card("Buried until tomorrow; u takes it back.")

    def forget(self) -> None:
        changed = self._session.mark(Forgot())
        self._show_card("The card starts again as new; u takes it back." if changed else "The card is new already.")

    def flag(self) -> None:
        self._notice("Flagged for rework." if self._session.toggle_flag() else "The flag is gone.")

    def skip_deck(self) -> None:
        if self._session.skip_deck():
            self._show_card("")
        else:
            self._notice("No card of another deck is due now.")

    def edit(self) -> None:
        copies = "These decks are read-only: y copies them to your own folder and edits there."
        self._wants_editor = not self._editor.needs_copy or self._confirm(copies)

    def speak(self) -> None:
        if speech := self._session.speech:
            problem = self._voice.speak(*speech)
            self._screen = replace(self._screen, notice=problem, by_ear=self._screen.by_ear and not problem)
        else:
            self._notice("Nothing on show is in a language to be spoken.")

    def open_media(self) -> None:
        self._notice(self._media.open_next(gloss=self._screen.gloss, hints=self._screen.hints))

    def info(self) -> None:
        self._show_page(pages.card(self._session))

    def help(self) -> None:
        self._show_page(pages.keys(space_is_good=self._session.settings.space_is_good))


_COMMANDS: Mapping[str, Callable[[_Loop], None]] = {
    "u": _Loop.undo,
    "h": _Loop.hint,
    "g": _Loop.gloss,
    "t": _Loop.type,
    "v": _Loop.speak,
    "o": _Loop.open_media,
    "e": _Loop.edit,
    "i": _Loop.info,
    "?": _Loop.help,
    "@": _Loop.suspend,
    "-": _Loop.bury,
    "*": _Loop.flag,
    "x": _Loop.forget,
    ">": _Loop.skip_deck,
    "up": _Loop.scroll_up,
    "k": _Loop.scroll_up,
    "down": _Loop.scroll_down,
    "j": _Loop.scroll_down,
}


def _rating_of_space(session: Session) -> Rating | None:
    """The rating that Space gives to what is on show: the suggested one, else Good, as in Anki."""
    if session.suggestion or not session.answerable:
        return session.suggestion
    return Rating.GOOD if session.settings.space_is_good else None


def _picks(question: Question) -> dict[str, str]:
    """What may be picked, by key: a choice by its letter or number, any other option by its own key."""
    numbers = {str(n): choice.text for n, choice in enumerate(question.face.choices[:9], 1)}
    return numbers | {option.letter.lower(): option.text for option in question.face.options}


def _picked(question: Question, picked: Collection[str]) -> list[str]:
    """In the order in which they stand on the screen."""
    options = question.face.choices or question.face.options
    return [markup_to_text(option.text) for option in options if option.text in picked]
