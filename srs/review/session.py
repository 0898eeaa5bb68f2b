"""One sitting: the question, its reveal, the answer, undo. It decides; whoever draws it only shows and asks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from srs.collection import Collection, lookup
from srs.collection.folder import resolved
from srs.collection.media import Found, MediaFolder, Trouble
from srs.collection.recorder import Mark, Recorder
from srs.collection.sync import sync
from srs.core.card_state import Learning, Relearning
from srs.core.clock import Clock
from srs.core.errors import NotAnswerable, Unknown
from srs.core.event import Answered, Crammed, Event, Flagged, Rating, Unflagged
from srs.core.markup import Span, markup_to_words
from srs.core.settings import Settings
from srs.core.unicode import nfc
from srs.database import deck_files
from srs.kinds.card_face import Face
from srs.kinds.grading import Attempt, compare
from srs.kinds.note import Card, Note
from srs.log import event_log
from srs.log.event_log import Logged
from srs.scheduling.queue import Counts, Queue, Waiting, answered, counts, in_deck, later, upcoming, without
from srs.scheduling.scheduler import Preview

_LONGEST = 600_000  # milliseconds: who took longer was away
_PACE = 5  # answers, before which there is no telling how long the rest takes


@dataclass(frozen=True, slots=True)
class Study:
    """What a sitting is about, beside the decks.

    `query` chooses cards; `limit` is how many answers, `minutes` how long; `new` how many new cards. `ahead` brings
    reviews that are due within so many days. `cram` asks all that is chosen, due or not, and leaves the schedule alone.
    """

    query: str = ""
    limit: int | None = None
    minutes: float | None = None
    new: int | None = None
    ahead: int = 0
    cram: bool = False


_EVERYTHING = Study()


@dataclass(frozen=True, slots=True)
class Question:
    """A card as it is asked. `left` counts what waits, this card included; `done` what this sitting has answered.

    `elapsed_ms` is the sitting's time so far, `left_ms` what is left at this pace, None while there is no telling.
    `crammed` says that no answer will touch the schedule, `leech` that the card lapses again and again.
    """

    note: Note
    card: Card
    face: Face
    preview: Preview
    left: Counts
    done: int
    asked_at: int
    elapsed_ms: int = 0
    left_ms: int | None = None
    crammed: bool = False
    leech: bool = False


class Leech(NamedTuple):
    """A card that lapses again and again."""

    card: str
    lapses: int
    suspended: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What this sitting was until `now`: answers that still count, by rating; time in milliseconds; when the next card
    is due, None if none will be; how many reviews tomorrow brings; study days in a row. Instants are UTC milliseconds.

    `left` is what waits in this sitting; once nothing does, `rest` is what waits today beside the cards chosen for it.
    `leeches` are cards that lapsed in this sitting and have done so too often.
    """

    now: int
    ratings: dict[Rating, int]
    elapsed_ms: int
    left: Counts
    rest: Counts
    next_due: int | None
    tomorrow: int
    streak: int
    leeches: tuple[Leech, ...]

    @property
    def answers(self) -> int:
        return sum(self.ratings.values())


class Session:
    """`question` is the card on show, None when nothing waits; `revealed` counts the presses that have revealed its answer,
    `attempt` is what the learner recalled of it before.
    """

    def __init__(
        self, collection: Collection, clock: Clock, decks: Sequence[str] = (), study: Study = _EVERYTHING
    ) -> None:
        """Raises Unknown for a deck or tag that is not there, BadInput for a query that makes no sense."""
        self.study = study
        self._query = lookup.query(collection, study.query) if study.query else None
        self._clock = clock
        collection.deck_names(decks)
        self._wanted = decks
        self._files = set[str]()
        self._recorder = Recorder(collection)
        self._answers: list[Event] = []
        self._started = clock()
        self._new = None if study.new is None else study.new + collection.introduced(self._started)
        self.question: Question | None = None
        self.revealed = 0
        self.attempt = Attempt()
        self._taken: int | None = None  # how long the answer took that could not be recorded yet
        self.leech_suspended = False  # by the last answer
        self._queue = self._plan(self._started)
        self.draw()

    def draw(self, first: str | None = None) -> None:
        """Looks again at what waits and shows the card to ask now: `first`, if that can be asked.

        The queue is planned afresh if the study day has turned or somebody else has written to the database.
        """
        now = self._clock()
        store = self.collection.store
        if now >= self._day_end or self.collection.calendar.day(now) != self._day or store.version() != self._version:
            self._queue = self._plan(now)
        self.revealed = 0
        self.attempt = Attempt()
        self._taken = None
        self.question = self._ask(first, now) if first else None
        while (
            self.question is None
            and not self.stopped
            and (card := upcoming(self._queue, now, self.collection.settings.learn_ahead))
        ):
            self.question = self._ask(card.card, now)
            if self.question is None:  # suspended or gone since the queue was planned
                self._queue = without(self._queue, card.card)

    @property
    def collection(self) -> Collection:
        """With the settings of decks as they were when the database was last read."""
        return self._recorder.collection

    @property
    def stopped(self) -> bool:
        """The sitting has reached the limit or the minutes that were set for it."""
        study = self.study
        late = study.minutes is not None and self._clock() - self._started >= study.minutes * 60_000
        return late or (study.limit is not None and len(self._answers) >= study.limit)

    def reveal(self, *, all_parts: bool = False) -> None:
        """Shows the next part of the answer, or all of it."""
        if self.question:
            self.revealed = (
                self.question.face.presses if all_parts else min(self.revealed + 1, self.question.face.presses)
            )

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
            self.attempt = replace(
                self.attempt, typed=compare(text, markup_to_words(self.question.face.answer[0].text))
            )
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

    def mark(self, what: Mark) -> bool:
        """Suspends, buries or forgets the card on show and goes on; False if that changed nothing. Raises StoreError."""
        assert self.question is not None
        event = self._recorder.mark(self.question.card.key, what, self._clock())
        self._queue = self._plan(self._clock())
        self.draw()
        return event is not None

    def flag(self) -> bool:
        """Flags the card on show or takes the flag away; True if it is flagged now. Raises StoreError."""
        assert self.question is not None
        flagged = self.question.preview.state.flagged
        self._recorder.mark(self.question.card.key, Unflagged() if flagged else Flagged(), self._clock())
        self._again()
        return not flagged

    def other_deck(self) -> bool:
        """Puts off the deck of the card on show; False if only this one waits."""
        assert self.question is not None
        deck = self.question.note.deck
        queue = later(self._queue, deck)
        card = upcoming(queue, self._clock(), self.collection.settings.learn_ahead)
        if card is None or card.deck == deck:
            return False
        self._queue = queue
        self.draw()
        return True

    def place(self) -> tuple[Path, int]:
        """The file of the note on show, and its line there."""
        assert self.question is not None
        return lookup.place(self.collection, self.question.note.id)

    def move(self, folder: Path) -> None:
        """Goes on with a copy of the deck folder. Raises NoDecks, StoreError."""
        store = self.collection.store
        number = sync(store, resolved(folder), self.collection.kinds, self._clock())
        self._recorder = Recorder(replace(self.collection, folder=folder, number=number))
        self._version = store.version()

    def reload(self) -> str:
        """Reads what changed in the deck folder and asks the card on show again, if it is still there. Returns the first
        error of the card's file, as a sentence, or nothing. Raises NoDecks, StoreError.
        """
        assert self.question is not None
        file, key = self.place()[0], self.question.card.key
        self.collection.read_decks(self._clock())
        self._queue = self._plan(self._clock())
        self.draw(first=key)
        for broken in self.collection.broken():
            if self.collection.folder / broken.file == file:
                return f"{broken.file}:{broken.line}:{broken.column}: {broken.message}"
        return ""

    def media(self, *, gloss: bool, hint: bool) -> list[Span]:
        """The pictures and sounds on show; `gloss` and `hint` say whether these are."""
        return self.question.face.media(self.revealed, gloss=gloss, hint=hint) if self.question else []

    def media_file(self, span: Span) -> Found | Trouble:
        """The file of a picture or sound of the note on show. Raises Unknown."""
        assert self.question is not None
        row, _ = lookup.note(self.collection, self.question.note.id)
        return MediaFolder(self.collection.folder).find(row.path, span.file)

    def history(self) -> list[Logged]:
        """All that was recorded of the card on show, oldest first."""
        assert self.question is not None
        return list(event_log.history(self.collection.store.connection, self.question.card.key))

    @property
    def settings(self) -> Settings:
        """Those that hold for the card on show."""
        settings = self.collection.settings
        return settings.of(self.question.note.deck) if self.question else settings

    @property
    def foreign(self) -> tuple[str, str] | None:
        """The words of the foreign side of a phrase and its language's BCP 47 tag, once it is on show."""
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
        is asked again. Raises StoreError, after which the question still stands, to be answered again.
        """
        assert self.question is not None
        asked, now = self.question, self._clock()
        if self._taken is None:
            self._taken = min(max(now - asked.asked_at, 0), _LONGEST)
        taken = self._taken
        if asked.crammed:
            self._crammed(asked, rating, taken, now)
            return True
        event = self._recorder.answer(asked.preview, rating, taken, now)
        if event is None:
            self._queue = self._plan(now)
            self.draw(first=asked.card.key)
            return False
        self._answers.append(event)
        waiting = Waiting(asked.card.key, asked.note.id, asked.note.deck)
        state = self._recorder.state(asked.card.key)
        self.leech_suspended = state.suspended
        again = None
        match state.phase:
            case Learning(due=due) | Relearning(due=due) if state.is_due(self._day, self._day_end):
                again = due
        self._queue = answered(self._queue, waiting, again)
        self.draw()
        return True

    def _crammed(self, asked: Question, rating: Rating, taken: int, now: int) -> None:
        """What was not known comes back at the end of the sitting."""
        self._answers.append(self._recorder.cram(asked.card.key, rating, taken, now))
        again = [Waiting(asked.card.key, asked.note.id, asked.note.deck)] if rating is Rating.AGAIN else []
        rest = without(self._queue, asked.card.key)
        self._queue = rest._replace(main=(*rest.main, *again))
        self.draw()

    def undo(self) -> Logged:
        """Takes back what this machine recorded last, in this sitting or before, and asks that card again.

        Raises NothingToUndo, StoreError.
        """
        undone = self._recorder.undo()
        self._answers = [event for event in self._answers if event != undone.event]
        self._queue = self._plan(self._clock())
        self.draw(first=event_log.aliases(self.collection.store.connection).card(undone.event.subject))
        return undone

    def summary(self) -> Summary:
        now = self._clock()
        ratings = Counter(event.what.rating for event in self._answers if isinstance(event.what, Answered | Crammed))
        by_rating = {rating: ratings[rating] for rating in Rating}
        due = self.collection.next_due(now, self._decks)
        tomorrow = self.collection.reviews_tomorrow(now, self._decks)
        elapsed = max(now - self._started, 0)
        streak = self.collection.streak(now)
        left, rest = counts(self._queue), Counts(0, 0, 0)
        if not any(left):
            rest = counts(self.collection.queue(now, self.collection.deck_names()))
        return Summary(now, by_rating, elapsed, left, rest, due, tomorrow, streak, self._leeches())

    def _leeches(self) -> tuple[Leech, ...]:
        failed = {
            event.subject for event in self._answers if isinstance(event.what, Answered) and event.what.rating == 1
        }
        states = {card: self._recorder.state(card) for card in sorted(failed)}
        return tuple(
            Leech(card, state.lapses, state.suspended)
            for card, state in states.items()
            if self.collection.settings_of(card).leech(state.lapses)
        )

    def _again(self) -> None:
        """The card on show as it is now, with what is revealed and recalled of it."""
        assert self.question is not None
        asked = self.question
        if now := self._ask(asked.card.key, self._clock()):
            self.question = replace(now, asked_at=asked.asked_at)

    def _plan(self, now: int) -> Queue:
        """Takes on whatever has changed: settings and names of decks, what is due, the study day."""
        self._version = self.collection.store.version()
        self._recorder.refresh()
        self._decks = self._named()
        self._day = self.collection.calendar.day(now)
        self._day_end = self.collection.day_end(self._day)
        only = lookup.chosen(self.collection, self._query, now) if self._query else None
        if self.study.cram:
            done = {
                event.subject for event in self._answers if isinstance(event.what, Crammed) and event.what.rating > 1
            }
            cards = self.collection.all_cards(now, self._decks)
            chosen = (card for card in cards if (only is None or card.card in only) and card.card not in done)
            return Queue((), tuple(chosen), frozenset())
        return self.collection.queue(now, self._decks, ahead=self.study.ahead, new=self._new, only=only)

    def _named(self) -> list[str]:
        """The decks of this sitting as they are called now: those asked for, and those of files that held one of them."""
        names = self.collection.deck_names()
        if not self._wanted:
            return names
        of_files = deck_files.names_of_files(self.collection.store.connection, self.collection.number)
        for file, name in of_files.items():
            if any(in_deck(nfc(name), nfc(wanted)) for wanted in self._wanted):
                self._files.add(file)
        chosen = {name for file, name in of_files.items() if file in self._files}
        return [name for name in names if name in chosen]

    def _ask(self, key: str, now: int) -> Question | None:
        try:
            note, card = lookup.card(self.collection, key)
            preview = self._recorder.preview(key, now)
        except (Unknown, NotAnswerable):
            return None
        if preview.card != key:  # the note stands for another one by now
            return None
        left, done = counts(self._queue), len(self._answers)
        elapsed = max(now - self._started, 0)
        pace = elapsed / done if done >= _PACE else None
        return Question(
            note,
            card,
            note.face(card, preview.state.reps),
            preview,
            left,
            done,
            now,
            elapsed,
            None if pace is None else int(pace * sum(left)),
            self.study.cram,
            self.collection.settings.of(note.deck).leech(preview.state.lapses),
        )
