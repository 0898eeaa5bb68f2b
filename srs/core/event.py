"""What the learner did. An event is never changed after it is written; a void takes it out of the count."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import ClassVar


class Rating(IntEnum):
    """How well the answer came; the numbers are Anki's and `fsrs`'."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Source(StrEnum):
    """Through which door the event came."""

    SRS = "srs"
    ANKI = "anki"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Step:
    """The card stays in its learning or relearning steps and comes back after `seconds`; `step` counts from 0."""

    relearning: bool
    step: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Days:
    """The card is a review, due when the study day begins that lies `days` after the answer's."""

    days: int


Next = Step | Days
"""Where an answer leads: what a button promises, and what the event records."""


@dataclass(frozen=True, slots=True)
class Answered:
    name: ClassVar[str] = "answered"
    rating: Rating
    duration_ms: int
    led_to: Next


@dataclass(frozen=True, slots=True)
class Crammed:
    """An answer outside the schedule, which it never touches."""

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
    """Out of the queue until the event's study day is over."""

    name: ClassVar[str] = "buried"


@dataclass(frozen=True, slots=True)
class Forgot:
    """The card starts again as new; what came before stays in the log."""

    name: ClassVar[str] = "forgot"


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A due date was set, `days` after the event's study day; the memory stays as it was."""

    name: ClassVar[str] = "rescheduled"
    days: int


@dataclass(frozen=True, slots=True)
class Flagged:
    name: ClassVar[str] = "flagged"


@dataclass(frozen=True, slots=True)
class Unflagged:
    name: ClassVar[str] = "unflagged"


@dataclass(frozen=True, slots=True)
class Softened:
    """The note's meaning changed: the stability is multiplied by `factor` (0 < factor ≤ 1)."""

    name: ClassVar[str] = "softened"
    factor: float


@dataclass(frozen=True, slots=True)
class Relinked:
    """The subject's history belongs to the note `other` from now on."""

    name: ClassVar[str] = "relinked"
    other: str


@dataclass(frozen=True, slots=True)
class Distinct:
    """The subject and the note `other` look alike, and are two."""

    name: ClassVar[str] = "distinct"
    other: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters that replays use from now on, with the name of the model they belong to."""

    name: ClassVar[str] = "parameters"
    model: str
    values: tuple[float, ...]


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
)


@dataclass(frozen=True, slots=True)
class Event:
    """`subject` and `at` (UTC milliseconds) are its key.

    The subject is the card's key; the note's id for `Relinked` and `Distinct`; empty for `Parameters`. `day` is the
    study day on which it happened, `machine` the id of the one that recorded it.
    """

    subject: str
    at: int
    day: date
    source: Source
    machine: str
    what: What


@dataclass(frozen=True, slots=True)
class Void:
    """Takes the event with this key out of the count; never taken back, and may arrive before its event."""

    subject: str
    at: int
