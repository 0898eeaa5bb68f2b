"""Opens the pictures and sounds on show."""

from srs.collection import lookup
from srs.collection.media import MediaFolder, problem_message
from srs.core.errors import Unknown
from srs.core.markup import Span
from srs.core.media_types import media_kind
from srs.core.safe_text import printable
from srs.review.session import Session
from srs.review.terminal.opener import start


class MediaOpener:
    """Each press opens the next file on show; after the last one the first again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._opened = set[Span]()

    def reset(self) -> None:
        """Another card is on show."""
        self._opened.clear()

    def on_show(self, *, gloss: bool, hints: int) -> list[Span]:
        """The pictures and sounds on show; `gloss` says whether that is, `hints` how many of these are."""
        session = self._session
        return session.question.face.media(session.revealed, gloss=gloss, hints=hints) if session.question else []

    def open_next(self, *, gloss: bool, hints: int) -> str:
        """Returns what to say."""
        on_show = self.on_show(gloss=gloss, hints=hints)
        if not on_show:
            return "There is no picture, sound or video here."
        if self._opened.issuperset(on_show):
            self._opened.clear()
        span = next(span for span in on_show if span not in self._opened)
        self._opened.add(span)
        try:
            message = self._open(span)
        except Unknown:  # somebody has taken the note out of its file
            return ""
        left = len(on_show) - len(self._opened.intersection(on_show))
        return printable(f"{message} o goes on to the next of {len(on_show)}." if left else message)

    def _open(self, span: Span) -> str:
        assert self._session.question is not None
        collection = self._session.collection
        row, _ = lookup.note(collection, self._session.question.note.id)
        found = MediaFolder(collection.folder).find(row.path, span.file)
        if isinstance(found, str):
            return f"{problem_message(span.file, found)}."
        kind = media_kind(span.file)
        assert kind is not None
        return start(kind, found.path)
