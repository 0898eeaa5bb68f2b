"""A card's state: a value that replaying its events reproduces bit for bit."""

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
    """A review without a memory yet, because its due date was set while it was new. Due when the study day `due` begins;
    `days` is how far ahead that was.
    """

    days: int
    due: date


@dataclass(frozen=True, slots=True)
class _InSteps:
    """`last_at` and `due` are UTC milliseconds, `step` counts from 0, `seconds` is the promised interval."""

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
    """In the learning steps."""


@dataclass(frozen=True, slots=True)
class Relearning(_InSteps):
    """In the steps after a lapse."""


@dataclass(frozen=True, slots=True)
class Review:
    """Due when the study day `due` begins; `days` is the promised interval."""

    memory: Memory
    last_at: int
    last_day: date
    days: int
    due: date


Phase = New | Scheduled | Learning | Review | Relearning
WithoutMemory = New | Scheduled
InReview = Scheduled | Review


def state_name(phase: Phase) -> str:
    """new, learning, review or relearning, as stored and shown."""
    return "review" if isinstance(phase, Scheduled) else type(phase).__name__.lower()


@dataclass(frozen=True, slots=True)
class CardState:
    """`reps` and `lapses` count since the last forget. `introduced` is the study day of the first answer since then, None if
    that was to a review; `reviewed` that of the last answer to a review; `buried` that at whose end the card comes
    back. `as_of` is the time of the last event that counts (UTC milliseconds), 0 if there is none.
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
        """Whether the card is hidden on the study day."""
        return self.buried is not None and self.buried >= day

    def is_due(self, day: date, ends: int) -> bool:
        """Whether a review or step is due on the study day `day`, which ends at `ends` (UTC milliseconds). In SQL,
        `srs.database.due_cards` and the view `due_today` apply the same rule to many cards.
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
