"""One session: the question, its reveal, the answer, undo. It decides; whoever draws it only shows and asks."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srs.collection import Collection, lookup
from srs.collection.folder import resolve_folder
from srs.collection.marks import Mark
from srs.collection.recorder import Recorder
from srs.collection.sync import sync_deck_files
from srs.core.card_state import Learning, Relearning
from srs.core.clock import Clock
from srs.core.errors import NotAnswerable, Unknown
from srs.core.event import Crammed, Event, Flagged, Rating, Unflagged
from srs.core.progress import no_progress
from srs.core.settings import Settings
from srs.kinds.grading import Attempt, compare_any
from srs.kinds.note import Deck, Note
from srs.log import event_log
from srs.log.event_log import LoggedEvent
from srs.review.planner import Planner, StudyOptions
from srs.review.question import Question
from srs.review.summary import Summary, summarize
from srs.scheduling.queue import QueuedCard
from srs.scheduling.scheduler import Preview

if TYPE_CHECKING:
    from srs.collection.goals_today import GoalToday

_MAX_DURATION = 600_000  # milliseconds: who took longer was away
_MIN_ANSWERS_FOR_PACE = 5  # with fewer, nothing can be said of the time left
_ALL_DUE = StudyOptions()


class Session:
    """`question` is the card on show, None when no card is left; `revealed` counts the presses that have revealed its
    answer, `attempt` is what the learner recalled of it before.
    """

    def __init__(
        self, collection: Collection, clock: Clock, decks: Sequence[str] = (), options: StudyOptions = _ALL_DUE
    ) -> None:
        """Raises Unknown for a deck or tag that is not there, BadInput for a query that makes no sense."""
        self.options = options
        self._clock = clock
        self._started = clock()
        self._planner = Planner(collection, decks, options, self._started)
        self._recorder = Recorder(collection)
        self._answers: list[Event] = []
        self._known_decks: dict[str, Deck] = {}
        self.question: Question | None = None
        self.revealed = 0
        self.attempt = Attempt()
        self._duration_ms: int | None = None  # of an answer that could not be recorded yet
        self.leech_suspended = False  # by the last answer
        self._plan(self._started)
        self.show_next()

    def show_next(self, first: str | None = None) -> None:
        """Shows the card to ask now: `first`, if that can be asked.

        The queue is planned afresh if the study day has turned or somebody else has written to the database.
        """
        now = self._clock()
        self._recorder.refresh()
        if not self._day_start <= now < self._day_end or self._recorder.version != self._planned_version:
            self._plan(now)
        self.revealed = 0
        self.attempt = Attempt()
        self._duration_ms = None
        self.question = self._ask(first, now) if first else None
        while (
            self.question is None
            and not self.limit_reached
            and (card := self._queue.next_card(now, self.collection.settings.learn_ahead))
        ):
            self.question = self._ask(card.card, now)
            if self.question is None:  # suspended or gone since the queue was planned
                self._queue.remove(card.card)

    @property
    def collection(self) -> Collection:
        """With the settings of decks as they were when the database was last read."""
        return self._recorder.collection

    @property
    def requested(self) -> Sequence[str]:
        """The decks that the learner named."""
        return self._planner.requested

    @property
    def settings(self) -> Settings:
        """Those that hold for the card on show."""
        settings = self.collection.settings
        return settings.for_deck(self.question.note.deck) if self.question else settings

    @property
    def limit_reached(self) -> bool:
        """The session has had all its answers, or all its minutes."""
        limit, minutes = self.options.limit, self.options.minutes
        late = minutes is not None and self._clock() - self._started >= minutes * 60_000
        return late or (limit is not None and len(self._answers) >= limit)

    def reveal(self, *, all_parts: bool = False) -> None:
        """Shows the next part of the answer, or all of it."""
        if self.question:
            presses = self.question.face.presses
            self.revealed = presses if all_parts else min(self.revealed + 1, presses)

    def pick(self, option: str) -> None:
        """Picks an option of the face, or puts it back; where one alone is right, that reveals the answer."""
        assert self.question is not None
        if self.revealed:
            return
        self.attempt = replace(self.attempt, picked=self.attempt.picked ^ {option})
        if self.question.face.picks_one:
            self.reveal()

    def type(self, text: str) -> None:
        """Compares what was typed with the answer, where one may type it, and reveals it."""
        assert self.question is not None
        if self.typeable:
            face = self.question.face
            if face.chunk:
                from srs.kinds.chunk_grading import compare_by_chunk  # noqa: PLC0415 - the first card need not wait for it

                typed = compare_by_chunk(text, face.wanted, face.chunk, face.language)
            else:
                typed = compare_any(text, face.wanted)
            self.attempt = replace(self.attempt, typed=typed)
            self.reveal()

    def recall(self, recalled: bool) -> None:
        """Says of the part of a stepwise answer revealed last whether it was recalled, and goes on to the next; parts of
        which nothing was said count as not recalled.
        """
        if self.question and self.question.face.stepwise and self.revealed:
            silent = (False,) * (self.revealed - 1 - len(self.attempt.recalled))
            said = (*self.attempt.recalled, *silent)[: self.revealed - 1]
            self.attempt = replace(self.attempt, recalled=(*said, recalled))
            self.reveal()

    def recall_nothing(self) -> None:
        """Says that no part of a stepwise answer was recalled, and reveals all of it."""
        if self.question and self.question.face.stepwise:
            self.attempt = replace(self.attempt, recalled=(False,) * self.question.face.presses)
            self.reveal(all_parts=True)

    def mark(self, what: Mark) -> bool:
        """Suspends, buries or forgets the card on show and goes on; False if that changed nothing. Raises StoreError."""
        assert self.question is not None
        event = self._recorder.mark(self.question.card.key, what, self._clock())
        self._plan(self._clock())
        self.show_next()
        return event is not None

    def toggle_flag(self) -> bool:
        """Flags the card on show or takes the flag away; True if it is flagged now. Raises StoreError."""
        assert self.question is not None
        asked, flagged = self.question, self.question.preview.state.flagged
        self._recorder.mark(asked.card.key, Unflagged() if flagged else Flagged(), self._clock())
        if again := self._ask(asked.card.key, self._clock()):  # what is revealed and recalled of it stays
            self.question = replace(again, asked_at=asked.asked_at)
        return not flagged

    def skip_deck(self) -> bool:
        """Goes on with another deck; False if no card of another is left."""
        assert self.question is not None
        ahead = self.collection.settings.learn_ahead
        if not self._queue.postpone_deck(self.question.note.deck, self._clock(), ahead):
            return False
        self.show_next()
        return True

    def use_folder(self, folder: Path) -> None:
        """Goes on with a copy of the deck folder. Raises DeckFolderError, StoreError."""
        store = self.collection.store
        folder_id = sync_deck_files(store, resolve_folder(folder), self.collection.kinds, self._clock())
        self._recorder = Recorder(replace(self.collection, folder=folder, folder_id=folder_id))
        self._planned_version = self._recorder.version

    def reload(self) -> None:
        """Reads what changed in the deck folder and asks the card on show again, if it is still there. Raises DeckFolderError,
        StoreError.
        """
        assert self.question is not None
        replace(self.collection, watch=no_progress).read_decks(self._clock())  # a bar would spoil the screen
        self._plan(self._clock())
        self.show_next(first=self.question.card.key)

    @property
    def speech(self) -> tuple[str, str] | None:
        """The words of the card that may be spoken now, and the BCP 47 tag of their language."""
        speech = self.question.face.speech if self.question else None
        return (speech.text, speech.tag) if speech and (self.revealed or speech.asked) else None

    @property
    def typeable(self) -> bool:
        return self.question is not None and self.question.face.typeable and not self.revealed

    @property
    def suggestion(self) -> Rating | None:
        """What the attempt speaks for, once the answer is on show."""
        return self.question.note.suggestion(self.attempt) if self.question and self.answerable else None

    @property
    def answerable(self) -> bool:
        """All of the answer is on show."""
        return self.question is not None and self.revealed == self.question.face.presses

    def answer(self, rating: Rating) -> bool:
        """Records the answer and goes on to the next card.

        False if the card or the study day has changed since the buttons were drawn: nothing is recorded, and the card
        is asked again. Raises StoreError, after which the question is still there to be answered.
        """
        assert self.question is not None
        asked, now = self.question, self._clock()
        if self._duration_ms is None:
            self._duration_ms = min(max(now - asked.asked_at, 0), _MAX_DURATION)
        card = QueuedCard(asked.card.key, asked.note.id, asked.note.deck)
        if asked.is_crammed:
            self._answers.append(self._recorder.cram(card.card, rating, self._duration_ms, now))
            self._queue.remove(card.card)
            if rating is Rating.AGAIN:
                self._queue.main.append(card)
            self.show_next()
            return True
        recorded = self._recorder.answer(asked.preview, rating, self._duration_ms, now)
        if recorded is None:
            self._plan(now)
            self.show_next(first=card.card)
            return False
        event, state = recorded
        self._answers.append(event)
        if today := self._goal_of(asked.note):
            usual = today.plan.answer_seconds if today.plan else 0.0
            self._queue.spend(today.goal.name, self._duration_ms / 1000 or usual)
        self.leech_suspended = state.suspended
        match state.phase:
            case Learning(due=due) | Relearning(due=due) if state.is_due(self._day, self._day_end):
                self._queue.reschedule(card, due)
            case _:
                self._queue.remove(card.card)
        self.show_next()
        return True

    def undo(self) -> tuple[LoggedEvent, ...]:
        """Takes back what this machine recorded last, in this session or before, and asks that card again, or the first one
        of a command on many.

        Raises NothingToUndo, StoreError.
        """
        undone = self._recorder.undo()
        voided = {(row.event.subject, row.event.at) for row in undone}
        self._answers = [event for event in self._answers if (event.subject, event.at) not in voided]
        self._plan(self._clock())
        self.show_next(first=event_log.read_aliases(self.collection.store.connection).card(undone[0].event.subject))
        return undone

    def summary(self) -> Summary:
        planner, left = self._planner, self._queue.counts
        return summarize(
            self._recorder, planner.decks, planner.requested, self._answers, left, self._started, self._clock()
        )

    def _plan(self, now: int) -> None:
        """Takes on whatever has changed: settings and names of decks, what is due, the study day."""
        self._recorder.refresh()
        self._planned_version = self._recorder.version
        self._known_decks = {}
        self._day = self.collection.calendar.day(now)
        self._day_start, self._day_end = self.collection.calendar.start(self._day), self.collection.day_end(self._day)
        answers = ((event.subject, event.what) for event in self._answers)
        crammed = {card for card, what in answers if isinstance(what, Crammed) and what.rating > Rating.AGAIN}
        self._goals = None if self.options.cram or self.options.ahead else self.collection.goals(self._day)
        self._queue = self._planner.plan(self.collection, now, crammed, self._goals)

    def _ask(self, key: str, now: int) -> Question | None:
        try:
            note, card = lookup.card(self.collection, key, self._known_decks)
            preview = self._recorder.preview(key, now)
        except (Unknown, NotAnswerable):
            return None
        if preview.card != key:  # the note was relinked to another one
            return None
        left, done = self._queue.counts, len(self._answers)
        elapsed = max(now - self._started, 0)
        return Question(
            note,
            card,
            note.face(card, preview.state.reps),
            preview,
            left,
            done,
            asked_at=now,
            elapsed_ms=elapsed,
            left_ms=elapsed * sum(left) // done if done >= _MIN_ANSWERS_FOR_PACE else None,
            is_crammed=self.options.cram,
            is_leech=self.collection.settings.for_deck(note.deck).is_leech(preview.state.lapses),
            **self._plan_of(note, preview),
        )

    def _plan_of(self, note: Note, preview: Preview) -> dict[str, Any]:
        """What a goal says of the card."""
        today = self._goal_of(note)
        if today is None or today.plan is None:
            return {}
        from srs.review.planned_days import planned_days  # noqa: PLC0415 - only with a goal

        return {"goal": today.goal.aim.day, "planned": planned_days(self._recorder, preview, today)}

    def _goal_of(self, note: Note) -> "GoalToday | None":
        goal = self._goals.owner(note.deck, note.id) if self._goals else None
        return self._goals.today[goal.name] if self._goals and goal else None
