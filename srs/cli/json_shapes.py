"""Events, states and notes as the JSON that programs rely on."""

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
from srs.core.event import Answered, Break, Crammed, Days, Distinct, Event, Goal, Next, Rehearsal, Relinked, Step
from srs.core.relinks import NO_RELINKS, Aliases
from srs.database.decks import NoteRow
from srs.log.event_log import LoggedEvent


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
    """When the card is due, with the learner's offset; for a review, when its study day begins."""
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
    """The state of a card, as in `show` and `answer`."""
    phase = state.phase
    reviewed = None if isinstance(phase, WithoutMemory) else phase
    return {
        "state": state_name(phase),
        "stability": reviewed and reviewed.memory.stability,
        "difficulty": reviewed and reviewed.memory.difficulty,
        "due": due_text(phase, calendar),
        "last_review": reviewed and utc_text(reviewed.last_at),
        "reps": state.reps,
        "lapses": state.lapses,
        "suspended": state.suspended,
    }


def log_json(row: LoggedEvent, aliases: Aliases = NO_RELINKS) -> dict[str, Any]:
    """One row of `log`. `card`, or `note`, is the key as it was recorded; after a relink, `current` is the present one."""
    event = row.event
    of_card = "/" in event.subject
    current = aliases.card(event.subject) if of_card else event.subject
    if isinstance(event.what, Rehearsal):
        current = aliases.note(event.subject)
    return {
        "card": event.subject if of_card else None,
        **({"current": current} if current != event.subject else {}),
        **_subject_json(event),
        "at": utc_text(event.at),
        "day": event.day.isoformat(),
        "what": event.what.name,
        "rating": event_rating(event),
        "source": event.source.value,
        "voided": row.voided,
    }


def _subject_json(event: Event) -> dict[str, Any]:
    """What an event is about that is about no card."""
    match event.what:
        case Relinked(other) | Distinct(other):
            return {"note": event.subject, "other": other}
        case Goal(aim):
            return {"name": event.subject, "date": aim and aim.day.isoformat()}
        case Break(first, last):
            return {"from": first.isoformat(), "to": last.isoformat()}
        case Rehearsal(question):
            return {"note": event.subject, "question": question}
        case _:
            return {}


def event_rating(event: Event) -> int | None:
    """1 to 4; None for an event that is neither an answer nor a rehearsal."""
    return event.what.rating.value if isinstance(event.what, Answered | Crammed | Rehearsal) else None


def note_json(row: NoteRow, tags: tuple[str, ...]) -> dict[str, Any]:
    """The note, as in `find` and `show`; `tags` include the file's."""
    return {"note": row.id, "kind": row.kind, "deck": row.deck, "fields": row.fields, "tags": list(tags)}
