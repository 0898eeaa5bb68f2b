"""What the learner did. An event is never changed after it is written; a void cancels it."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import ClassVar

from srs.core.card_state import Memory


class Rating(IntEnum):
    """How well the card was recalled; the numbers are those of Anki and `fsrs`."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class EventSource(StrEnum):
    """Where the event was recorded."""

    SRS = "srs"
    ANKI = "anki"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Step:
    """The card is in its learning or relearning steps, due after `seconds`; `step` counts from 0."""

    relearning: bool
    step: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Days:
    """The card is a review, due at the start of the study day `days` after the answer's."""

    days: int


Next = Step | Days
"""Where an answer leads: what a button promises, and what the event records."""


@dataclass(frozen=True, slots=True)
class Sm2Memory:
    """What SM-2 knows of a card: after `stability` days recall is 90 %, and with a Good answer then the next interval would be
    longer by the factor `ease` (usually 2.5). The difficulty of FSRS follows from it under the parameters in force.
    """

    stability: float
    ease: float


GivenMemory = Memory | Sm2Memory
"""A memory that follows from answers elsewhere, which the log lacks."""


@dataclass(frozen=True, slots=True)
class Answered:
    """`given` is the memory after the answer, if the first answers of the card are missing. It counts unless one in the log led to a
    review before, since the card was new.
    """

    name: ClassVar[str] = "answered"
    rating: Rating
    duration_ms: int
    led_to: Next
    given: GivenMemory | None = None


@dataclass(frozen=True, slots=True)
class Crammed:
    """An answer that leaves the schedule unchanged."""

    name: ClassVar[str] = "crammed"
    rating: Rating
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Suspended:
    name: ClassVar[str] = "suspended"


@dataclass(frozen=True, slots=True)
class Unsuspended:
    name: ClassVar[str] = "unsuspended"


@dataclass(frozen=True, slots=True)
class Buried:
    """Hidden from the queue until the end of the event's study day."""

    name: ClassVar[str] = "buried"


@dataclass(frozen=True, slots=True)
class Forgot:
    """The card is new again; its history stays in the log."""

    name: ClassVar[str] = "forgot"


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """The due date was set to `days` after the event's study day; the memory is unchanged. A card without a memory gets the
    one that is `given`.
    """

    name: ClassVar[str] = "rescheduled"
    days: int
    given: GivenMemory | None = None


@dataclass(frozen=True, slots=True)
class Flagged:
    name: ClassVar[str] = "flagged"


@dataclass(frozen=True, slots=True)
class Unflagged:
    name: ClassVar[str] = "unflagged"


@dataclass(frozen=True, slots=True)
class Softened:
    """The note's meaning changed, so its stability is multiplied by `factor` (0 < factor ≤ 1)."""

    name: ClassVar[str] = "softened"
    factor: float


@dataclass(frozen=True, slots=True)
class Relinked:
    """The note's history moves to the note `other`."""

    name: ClassVar[str] = "relinked"
    other: str


@dataclass(frozen=True, slots=True)
class Distinct:
    """The note and the note `other` look alike but are different."""

    name: ClassVar[str] = "distinct"
    other: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """What parameters were fitted to: how many reviews, and how well a fit to the earlier ones predicted the later ones."""

    reviews: int
    log_loss: float
    rmse: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """FSRS parameters in force from now on, the name of their model, and what they were fitted to, where that is known."""

    name: ClassVar[str] = "parameters"
    model: str
    values: tuple[float, ...]
    fitted: Fitted | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a goal wants: its cards recalled on the morning of `day` with the probability `recall`, in so many `minutes` a day
    (None: as many as the learner takes anyway). The cards are those of any of the `decks`, or of all if none are named, and
    with all of the `tags`. `keep` is for those who want to know them afterwards, too.
    """

    day: date
    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    minutes: float | None = None
    recall: float = 0.95
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Goal:
    """The learner aims at a date, or no longer does (None). Replaces what the goal of this name was before."""

    name: ClassVar[str] = "goal"
    aim: Aim | None


@dataclass(frozen=True, slots=True)
class Break:
    """The learner will not study from the study day `first` to `last`."""

    name: ClassVar[str] = "break"
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A note was told aloud, in answer to a question (its id). `seconds` are those of each part by its slug, or all under
    `whole`. What is not known is None or empty: words and filler words without a transcript, each check's slug and whether
    it was passed, the company's slug.
    """

    name: ClassVar[str] = "rehearsed"
    question: str
    rating: Rating
    seconds: tuple[tuple[str, int], ...]
    words: int | None = None
    fillers: int | None = None
    checks: tuple[tuple[str, bool], ...] = ()
    company: str = ""

    @property
    def total(self) -> int:
        """Seconds."""
        return sum(seconds for _, seconds in self.seconds)


What = (
    Answered
    | Crammed
    | Suspended
    | Unsuspended
    | Buried
    | Forgot
    | Rescheduled
    | Flagged
    | Unflagged
    | Softened
    | Relinked
    | Distinct
    | Parameters
    | Goal
    | Break
    | Rehearsal
)


@dataclass(frozen=True, slots=True)
class Event:
    """`subject` and `at` (UTC milliseconds) are its key; `machine` is the id of the machine that recorded it.

    The subject is the card's key; the note's id for `Relinked`, `Distinct` and `Rehearsal` (of the note told, or if there
    is none, the question's); its name for a `Goal`; empty for `Parameters` and `Break`.
    """

    subject: str
    at: int
    day: date
    source: EventSource
    machine: str
    what: What


@dataclass(frozen=True, slots=True)
class Void:
    """Cancels the event with this key. It is never taken back, and may arrive before its event."""

    subject: str
    at: int
