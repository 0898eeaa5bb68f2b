"""Intervals, durations and moments in words."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from srs.core.clock import Calendar, to_utc
from srs.core.errors import StoreError, StoreProblem
from srs.core.event import Break, Days, Next, Parameters, Rating, Step
from srs.core.plural import plural

if TYPE_CHECKING:  # loading FSRS is not for those who only need words
    from srs.log.event_log import LoggedEvent
    from srs.review.question import Question
    from srs.scheduling.scheduler import Preview

NOT_RECORDED = "Not recorded: the card, its settings or the day has changed meanwhile."


def taken_back(undone: "Sequence[LoggedEvent]") -> str:
    """What an undo took back: `answered root/ko-en`, `suspended 6 cards`, `parameters, due dates of 6 cards`."""
    event, others = undone[0].event, len(undone) - 1
    if isinstance(event.what, Parameters):
        return f"parameters, due dates of {plural(others, 'card')}" if others else "parameters"
    if isinstance(event.what, Break):
        return f"break, due dates of {plural(others, 'card')}" if others else "break"
    return f"{event.what.name} {plural(len(undone), 'card') if len(undone) > 1 else event.subject}".rstrip()


def promise(question: "Question", rating: Rating) -> str:
    """What a button says: `3d`, or with a goal `~12 Dec`, the day on which its plan expects the card again."""
    if question.is_crammed:
        return ""
    if day := question.planned.get(rating):
        return f"~{day.day} {day:%b}"
    return interval(question.preview.promises[rating])


def interval(led_to: Next) -> str:
    """What a button promises, short: `1m`, `5.5m`, `3d`, `1.4mo`, `2.1y`."""
    match led_to:
        case Step(_, _, seconds):
            return f"{_short(seconds / 60)}m" if seconds < 3600 else f"{_short(seconds / 3600)}h"
        case Days(days):
            if days < 30:
                return f"{days}d"
            return f"{_short(days / 30.4375)}mo" if days < 365 else f"{_short(days / 365.25)}y"
        case _:
            assert_never(led_to)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def clock_warning(preview: "Preview", now: int, calendar: Calendar) -> str:
    """A sentence if the clock is behind the card's last event, else nothing."""
    if not preview.clock_behind:
        return ""
    last = moment(preview.state.as_of, now, calendar)
    return (
        f"Your clock is behind this card's last review ({last}). This answer is recorded before it, and the last review"
        " still decides when the card is due."
    )


def duration(ms: int) -> str:
    """A duration: `45 s`, `3 min 20 s`, `1 h 05 min`."""
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def whole_minutes(ms: int) -> str:
    """A duration in whole minutes, at least one."""
    minutes = max(round(ms / 60_000), 1)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def moment(at: int, now: int, calendar: Calendar) -> str:
    """When something is due, seen from `now` (both UTC milliseconds): `in 8 minutes`, `tomorrow`, `on 3 December`."""
    today, day = calendar.day(now), calendar.day(at)
    if at <= now:
        return "now"
    if day == today:
        minutes = -(-(at - now) // 60_000)
        if minutes < 60:
            return "in a minute" if minutes == 1 else f"in {minutes} minutes"
        return f"at {to_utc(at).astimezone(calendar.zone):%H:%M}"
    if day == today + timedelta(days=1):
        return "tomorrow"
    year = "" if day.year == today.year else f" {day.year}"
    return f"on {day.day} {day:%B}{year}"


def retry_reason(error: StoreError) -> str:
    """Why something could not be recorded, in a few words; nothing if no second try can help."""
    return _RETRY_REASONS.get(error.problem, "")


_RETRY_REASONS: Mapping[StoreProblem, str] = {
    "locked": "another program is using the database",
    "full": "the disk is full",
    "read-only": "the database cannot be written to",
    "failing": "the disk reports an error",
}
