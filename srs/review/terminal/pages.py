"""Pages beside the card: all keys; the card's memory and history."""

from collections.abc import Sequence
from typing import NamedTuple

from srs.core.card_state import Learning, New, Relearning, Review, Scheduled, WithoutMemory, state_name
from srs.core.clock import to_utc
from srs.core.event import Answered
from srs.core.plural import plural
from srs.log import event_log
from srs.review.session import Session
from srs.review.terminal.text import interval, moment


class Page(NamedTuple):
    """`rows` are of two columns."""

    title: str
    rows: Sequence[tuple[str, str]]


def keys(*, space_is_good: bool) -> Page:
    """All keys; `space_is_good` is the setting."""
    return Page(
        "Keys",
        (
            ("space, enter", f"reveal; accept the rating that is marked ▸{', else Good' if space_is_good else ''}"),
            ("1 2 3 4", "rate: Again, Hard, Good, Easy"),
            ("1 2 … a b …", "pick an answer, before the reveal"),
            ("t", "type the answer"),
            ("y n 0", "this part of the answer was recalled, was not; nothing was"),
            ("h g", "next hint, or the text of a question by ear; gloss"),
            ("v", "speak what is on show in the language to be learnt"),
            ("o", "open the picture, sound or video on show, then the next"),
            ("↑ ↓", "scroll"),
            ("", ""),
            ("u", "take back what was done last, again and again"),
            ("-", "bury the card until tomorrow"),
            ("@", "suspend the card"),
            ("*", "flag the card for rework, or unflag it"),
            ("x", "forget: the card starts again as new"),
            ("e", "edit the note in your editor"),
            ("i", "the card's memory and history"),
            (">", "go on with another deck"),
            ("q, esc", "quit; nothing is lost"),
        ),
    )


def card(session: Session) -> Page:
    """Its memory as of now, and its answers, the latest first."""
    question = session.question
    assert question is not None
    state, calendar = question.preview.state, session.collection.calendar
    rows = [
        ("note", question.note.id),
        ("state", state_name(state.phase)),
        ("answers", f"{state.reps}, {plural(state.lapses, 'lapse')}"),
    ]
    match state.phase:
        case New():
            pass
        case Scheduled(due=day) | Review(due=day):
            rows.append(("due", moment(calendar.start(day), question.asked_at, calendar)))
        case Learning(due=due) | Relearning(due=due):
            rows.append(("due", moment(due, question.asked_at, calendar)))
    if not isinstance(state.phase, WithoutMemory):
        memory = state.phase.memory
        rows.append(("memory", f"stability {memory.stability:.1f} days, difficulty {memory.difficulty:.1f} of 10"))
    rows += [("flagged", "yes")] if state.flagged else []
    rows.append(("", ""))
    history = event_log.history(session.collection.store.connection, question.card.key)
    for logged in reversed(list(history)):
        what, at = logged.event.what, to_utc(logged.event.at).astimezone(calendar.zone)
        action = (
            f"{what.rating.name.capitalize()}, then {interval(what.led_to)}"
            if isinstance(what, Answered)
            else what.name
        )
        rows.append((f"{at:%Y-%m-%d %H:%M}", f"{action}{' (taken back)' if logged.voided else ''}"))
    return Page(question.card.key, rows)
