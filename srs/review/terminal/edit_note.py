"""Edits the note on show in the learner's editor."""

from collections.abc import Callable
from pathlib import Path

from srs.collection import Collection, lookup
from srs.core.card_state import WithoutMemory
from srs.core.errors import StoreError, Unknown
from srs.review.question import Question
from srs.review.session import Session
from srs.review.terminal.editor import edit
from srs.review.terminal.text import retry_reason


class NoteEditor:
    """Where the decks are read-only, `copy` makes a copy to edit and returns its folder, or a sentence that says why not."""

    def __init__(self, session: Session, copy: Callable[[], Path | str] | None) -> None:
        self._session = session
        self._copy = copy

    @property
    def needs_copy(self) -> bool:
        return self._copy is not None

    def edit(self) -> str:
        """Waits until the editor ends and asks the card again, or the next one. Returns what to say, or nothing."""
        session, asked = self._session, self._session.question
        assert asked is not None
        try:
            notice = self._use_copy() or self._edit_and_reload(asked)
        except Unknown:  # somebody has taken it out of its file
            session.show_next()
            notice = ""
        except StoreError as error:
            if not (reason := retry_reason(error)):
                raise
            notice = f"The decks were not read again: {reason}."
        now = session.question
        if now is None or now.card != asked.card:
            return "The card is gone from its file; this is the next one."
        if not notice and _means_something_else(asked, now):
            return f"Does it mean something else now? srs changed {now.note.id} soften (or over) says so."
        return notice

    def _use_copy(self) -> str:
        """Returns why the decks could not be copied, or nothing."""
        if self._copy:
            folder = self._copy()
            if isinstance(folder, str):
                return folder
            self._session.use_folder(folder)
            self._copy = None
        return ""

    def _edit_and_reload(self, asked: Question) -> str:
        file, line = lookup.place(self._session.collection, asked.note.id)
        if problem := edit(file, line):
            return problem
        self._session.reload()
        return _first_error(self._session.collection, file)


def _first_error(collection: Collection, file: Path) -> str:
    """Of a deck file, as a sentence; nothing if it has none."""
    for broken in collection.broken_files():
        if collection.folder / broken.file == file:
            return f"{broken.file}:{broken.line}:{broken.column}: {broken.message}"
    return ""


def _means_something_else(before: Question, after: Question) -> bool:
    """Whether a card with a memory asks or answers something that is hardly like what it was."""
    from srs.collection.similar_notes import likeness  # noqa: PLC0415 - only after an edit

    texts = ((question.face.front, question.face.back) for question in (before, after))
    return not isinstance(after.preview.state.phase, WithoutMemory) and not likeness(*texts)
