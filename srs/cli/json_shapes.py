"""Events, states and notes in the JSON shapes that programs rely on."""

from typing import Any, assert_never

from srs.core.card_state import (
    CardState,
    Learning,
    New,
    Phase,
    Relearning,
    Review,
    Scheduled,
    WithoutMemory,
    state_name,
)
from srs.core.clock import Calendar, utc_text
from srs.core.event import Answered, Crammed, Days, Distinct, Event, Next, Relinked, Step
from srs.core.relinks import NONE, Aliases
from srs.database.decks import NoteRow
from srs.log.event_log import Logged


def seconds(led_to: Next) -> int:
    """A promised interval in seconds; a day is 86,400."""
    match led_to:
        case Step(_, _, length):
            return length
        case Days(days):
            return days * 86_400
        case _:
            assert_never(led_to)


def due_text(phase: Phase, calendar: Calendar) -> str | None:
    """When the card is due, with the learner's offset; a review when its study day begins."""
    match phase:
        case New():
            return None
        case Learning() | Relearning():
            return calendar.local_text(phase.due)
        case Scheduled() | Review():
            return calendar.local_text(calendar.start(phase.due))
        case _:
            assert_never(phase)


def state_json(state: CardState, calendar: Calendar) -> dict[str, Any]:
    """The part of a card's JSON that its state fills."""
    phase = state.phase
    seen = None if isinstance(phase, WithoutMemory) else phase
    return {
        "state": state_name(phase),
        "stability": seen and seen.memory.stability,
        "difficulty": seen and seen.memory.difficulty,
        "due": due_text(phase, calendar),
        "last_review": seen and utc_text(seen.last_at),
        "reps": state.reps,
        "lapses": state.lapses,
        "suspended": state.suspended,
    }


def log_json(row: Logged, aliases: Aliases = NONE) -> dict[str, Any]:
    """One row of `log`. `card` is the key as it is stored; `current` is there where it is another one by now."""
    event = row.event
    current = aliases.card(event.subject)
    about = {"note": event.subject, "other": event.what.other} if isinstance(event.what, Relinked | Distinct) else {}
    return {
        "card": None if about or not event.subject else event.subject,
        **({"current": current} if current != event.subject else {}),
        **about,
        "at": utc_text(event.at),
        "day": event.day.isoformat(),
        "what": event.what.name,
        "rating": rating(event),
        "source": event.source.value,
        "voided": row.voided,
    }


def rating(event: Event) -> int | None:
    """1 to 4, None for what is no answer."""
    return event.what.rating.value if isinstance(event.what, Answered | Crammed) else None


def note_json(row: NoteRow, tags: tuple[str, ...]) -> dict[str, Any]:
    """What `find` and `show` say of a note; `tags` with the file's."""
    return {"note": row.id, "kind": row.kind, "deck": row.deck, "fields": row.fields, "tags": list(tags)}
