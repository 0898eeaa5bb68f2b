"""What a learner may do to a card besides answering."""

from datetime import date
from typing import assert_never

from srs.core.card_state import CardState, New, WithoutMemory
from srs.core.event import Buried, Flagged, Forgot, Softened, Suspended, Unflagged, Unsuspended

Mark = Suspended | Unsuspended | Buried | Forgot | Flagged | Unflagged | Softened


def changes_state(what: Mark, state: CardState, day: date) -> bool:
    """Whether the mark would change anything on the study day."""
    match what:
        case Suspended():
            return not state.suspended
        case Unsuspended():
            return state.suspended
        case Flagged():
            return not state.flagged
        case Unflagged():
            return state.flagged
        case Buried():
            return not state.is_buried(day)
        case Forgot():
            return not isinstance(state.phase, New)
        case Softened():
            return not isinstance(state.phase, WithoutMemory)
        case _:
            assert_never(what)
