"""A card as it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from srs.core.event import Rating
from srs.kinds.card_face import Face
from srs.kinds.note import Card, Note
from srs.scheduling.queue import Counts
from srs.scheduling.scheduler import Preview


@dataclass(frozen=True, slots=True)
class Question:
    """`left` counts the cards left, this one included; `done` the session's answers so far.

    `elapsed_ms` is the session's time so far, `left_ms` what the cards left will take at this pace, None while there
    are too few answers to tell. A crammed answer leaves the schedule alone. With a goal, `goal` is its date, and `planned` by
    rating the day on which its plan expects the card again.
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
    is_crammed: bool = False
    is_leech: bool = False
    goal: date | None = None
    planned: Mapping[Rating, date] = field(default_factory=dict)
