"""What is known of a card after its events: a value that replaying the events gives again, bit for bit."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Memory:
    """FSRS: stability in days until recall falls to 90 %, difficulty from 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class New:
    """Never answered, or forgotten since."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A due date was set while the card was new: a review of which nothing is remembered yet. Its first answer begins the
    memory. Due when the study day `due` begins; `days` is how far ahead that was.
    """

    days: int
    due: date


@dataclass(frozen=True, slots=True)
class _InSteps:
    """`last_at` and `due` are UTC milliseconds, `step` counts from 0, `seconds` is what the last answer promised."""

    memory: Memory
    last_at: int
    last_day: date
    step: int
    seconds: int

    @property
    def due(self) -> int:
        return self.last_at + self.seconds * 1000


@dataclass(frozen=True, slots=True)
class Learning(_InSteps):
    """In the first steps."""


@dataclass(frozen=True, slots=True)
class Relearning(_InSteps):
    """In the steps that follow a lapse."""


@dataclass(frozen=True, slots=True)
class Review:
    """Due when the study day `due` begins; `days` is the interval that was promised."""

    memory: Memory
    last_at: int
    last_day: date
    days: int
    due: date


Phase = New | Scheduled | Learning | Review | Relearning
WithoutMemory = New | Scheduled
InReview = Scheduled | Review


def state_name(phase: Phase) -> str:
    """As it is stored and shown: new, learning, review or relearning."""
    return "review" if isinstance(phase, Scheduled) else type(phase).__name__.lower()


@dataclass(frozen=True, slots=True)
class CardState:
    """All that a card's events amount to.

    `reps` and `lapses` count since the last forget; `introduced` is the study day of the first answer since then, None
    where that was to a review; `reviewed` is the study day of the last answer to a review; `buried` is the study day until whose end the card stays away;
    `as_of` is the time of the last event that counted, 0 before the first.
    """

    phase: Phase = New()
    reps: int = 0
    lapses: int = 0
    introduced: date | None = None
    reviewed: date | None = None
    suspended: bool = False
    flagged: bool = False
    buried: date | None = None
    as_of: int = 0

    def is_buried(self, day: date) -> bool:
        """Whether the card stays away on the study day."""
        return self.buried is not None and self.buried >= day

    def is_due(self, day: date, ends: int) -> bool:
        """Whether the study day `day`, which ends at the instant `ends` (UTC milliseconds), brings the card for a review or
        a step. `srs.database.due_cards` and the view `due_today` ask the same of many cards in SQL.
        """
        if self.suspended or self.is_buried(day):
            return False
        match self.phase:
            case New():
                return False
            case Scheduled(due=due_day) | Review(due=due_day):
                return due_day <= day
            case Learning(due=due) | Relearning(due=due):
                return due < ends
            case _:
                assert_never(self.phase)


UNSEEN = CardState()
