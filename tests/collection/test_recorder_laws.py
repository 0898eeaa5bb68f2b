"""Whatever two connections do to one database in turns: what is promised is recorded, and every state is its replay's."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.backup.rebuild import rebuild
from srs.backup.verify import verify
from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.collection.marks import Mark
from srs.collection.merge_events import merging_events
from srs.collection.move_reviews import advance_moves, moves_for_break, postpone_moves
from srs.collection.optimize import due_dates_under
from srs.collection.recorder import Recorder
from srs.collection.relink import relink
from srs.collection.sync import sync_deck_files
from srs.core.errors import CannotRelink, NotAnswerable, NothingToUndo
from srs.core.event import (
    Answered,
    Break,
    Buried,
    Event,
    EventSource,
    Flagged,
    Forgot,
    Parameters,
    Rating,
    Rescheduled,
    Softened,
    Suspended,
    Unsuspended,
)
from srs.database import states
from srs.log import event_log
from srs.scheduling.scheduler import DEFAULT, Preview
from tests.conftest import BASIC, DAY, MINUTE, NOW, Home

CARDS = ("one/back", "two/back")
SETTINGS = ("", "settings: {steps: [5m]}\n", "settings: {desired_retention: 0.8, relearning_steps: []}\n")

Side = Literal["review", "other"]


@dataclass(frozen=True)
class Draw:
    card: str


@dataclass(frozen=True)
class Answer:
    """To the buttons drawn last by the review; the other side draws them at that moment."""

    side: Side
    card: str
    rating: Rating


@dataclass(frozen=True)
class Put:
    """A mark of the learner's."""

    side: Side
    card: str
    mark: Mark


@dataclass(frozen=True)
class Undo:
    side: Side


@dataclass(frozen=True)
class SetParameters:
    """With the due dates that follow, or without."""

    side: Side
    parameters: Parameters
    reschedule: bool


@dataclass(frozen=True)
class UndoParameters:
    side: Side


@dataclass(frozen=True)
class PlanBreak:
    """From so many days ahead, with the reviews that move."""

    side: Side
    ahead: int
    length: int


@dataclass(frozen=True)
class UndoBreak:
    side: Side


@dataclass(frozen=True)
class MoveReviews:
    """The reviews of today to later days, or those of later days to today."""

    side: Side
    later: bool


@dataclass(frozen=True)
class Came:
    """From another machine, by the other side."""

    what: Parameters | Rescheduled
    card: str


@dataclass(frozen=True)
class Link:
    old: str
    new: str


@dataclass(frozen=True)
class Edited:
    """The deck file, which one side reads."""

    side: Side
    settings: str


Action = (
    Draw
    | Answer
    | Put
    | Undo
    | SetParameters
    | UndoParameters
    | PlanBreak
    | UndoBreak
    | MoveReviews
    | Came
    | Link
    | Edited
)

sides = st.sampled_from(["review", "other"])
cards = st.sampled_from(CARDS)
ratings = st.sampled_from(list(Rating))
parameters = st.sampled_from([1.0, 1.1, 1.3]).map(
    lambda by: Parameters(DEFAULT.model, (*(value * by for value in DEFAULT.values[:4]), *DEFAULT.values[4:]))
)
marks = st.sampled_from([Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Softened(0.5)])
actions = st.one_of(
    st.builds(Draw, cards),
    st.builds(Draw, cards),
    st.builds(Answer, sides, cards, ratings),
    st.builds(Answer, st.just("review"), cards, ratings),
    st.builds(Put, sides, cards, marks),
    st.builds(Undo, sides),
    st.builds(SetParameters, sides, parameters, st.booleans()),
    st.builds(UndoParameters, sides),
    st.builds(PlanBreak, sides, st.integers(0, 9), st.integers(0, 20)),
    st.builds(UndoBreak, sides),
    st.builds(MoveReviews, sides, st.booleans()),
    st.builds(Came, parameters | st.builds(Rescheduled, st.integers(0, 9)), cards),
    st.sampled_from([Link("one", "two"), Link("two", "one")]),
    st.builds(Edited, sides, st.sampled_from(SETTINGS)),
)
waits = st.sampled_from([0, MINUTE, DAY]) | st.integers(-3 * DAY, 30 * DAY)


@dataclass
class Both:
    """An open review, which keeps what it read, and another process."""

    home: Home
    now: int = NOW
    drawn: Preview | None = None
    collections: dict[str, Collection] = field(default_factory=dict)
    recorders: dict[str, Recorder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.write("a.yaml", BASIC)
        for side in ("review", "other"):
            self.collections[side] = self.home.open(machine=side)
            self.collections[side].store.connection.execute("pragma synchronous = off")  # nobody pulls a plug here
            self.recorders[side] = Recorder(self.collections[side])

    def do(self, action: Action) -> None:
        match action:
            case Draw(card):
                with suppress(NotAnswerable):
                    self.drawn = self.recorders["review"].preview(card, self.now)
            case Answer("review", _, rating):
                self.answer(rating)
            case Answer(side, card, rating):
                with suppress(NotAnswerable):
                    recorder = self.recorders[side]
                    assert recorder.answer(recorder.preview(card, self.now), rating, 0, self.now)
            case Put(side, card, mark):
                self.recorders[side].mark(card, mark, self.now)
            case Undo(side):
                with suppress(NothingToUndo):
                    self.recorders[side].undo()
            case SetParameters(side, parameters, reschedule):
                due = due_dates_under(self.collections[side], parameters, self.now).due if reschedule else {}
                self.recorders[side].set_parameters(parameters, due, self.now)
            case UndoParameters(side):
                with suppress(NothingToUndo):
                    self.recorders[side].undo_last(Parameters)
            case PlanBreak() | UndoBreak() | MoveReviews():
                self.move(action)
            case Came(what, card):
                self.came(what, card)
            case Link(old, new):
                with suppress(CannotRelink):
                    relink(self.collections["other"], old, new, self.now)
            case Edited(side, own):
                self.home.write("a.yaml", BASIC.replace("notes:", f"{own}notes:"))
                sync_deck_files(self.collections[side].store, self.home.decks.resolve(), KINDS, self.now)
            case _:
                assert_never(action)

    def move(self, action: PlanBreak | UndoBreak | MoveReviews) -> None:
        match action:
            case PlanBreak(side, ahead, length):
                collection, recorder = self.collections[side], self.recorders[side]
                first = collection.calendar.day(self.now) + timedelta(ahead)
                moves = moves_for_break(collection, first, first + timedelta(length), self.now)
                recorder.move_reviews(moves.due, self.now, Break(first, first + timedelta(length)))
            case UndoBreak(side):
                with suppress(NothingToUndo):
                    self.recorders[side].undo_last(Break)
            case MoveReviews(side, later):
                choose = postpone_moves if later else advance_moves
                moves = choose(self.collections[side], ["Talk"], 1, self.now)
                self.recorders[side].move_reviews(moves.due, self.now)
            case _:
                assert_never(action)

    def answer(self, rating: Rating) -> None:
        """It is taken if the same buttons would be drawn by who comes in fresh, and only then."""
        if self.drawn is None:
            return
        fresh: Preview | None = None
        with suppress(NotAnswerable):
            fresh = Recorder(self.collections["other"].with_current_settings()).preview(self.drawn.card, self.now)
        recorded = self.recorders["review"].answer(self.drawn, rating, 0, self.now)
        assert (recorded is not None) == (fresh == self.drawn)
        if recorded:
            assert recorded.event.what == Answered(rating, 0, self.drawn.outcomes[rating])

    def came(self, what: Parameters | Rescheduled, card: str) -> None:
        other = self.collections["other"]
        subject = card if isinstance(what, Rescheduled) else ""
        with merging_events(other) as merger:
            at = event_log.free_time(merger.connection, subject, self.now)
            merger.add(Event(subject, at, other.calendar.day(at), EventSource.SRS, "third", what))


@pytest.mark.check
@settings(max_examples=150)
@given(st.lists(st.tuples(actions, waits), max_size=25))
def test_what_is_promised_is_recorded_and_every_state_is_that_of_its_replay(
    tmp_path_factory: pytest.TempPathFactory, done: Sequence[tuple[Action, int]]
) -> None:
    with ExitStack() as stack:
        both = Both(Home(tmp_path_factory.mktemp("home"), stack))
        for action, wait in done:
            both.now += wait
            both.do(action)
        collection = both.collections["review"]
        assert verify(collection, both.now + 99 * DAY).good
        lived = states.get_all_rows(collection.store.connection)
        rebuild(collection, both.now)
        assert states.get_all_rows(collection.store.connection) == lived
