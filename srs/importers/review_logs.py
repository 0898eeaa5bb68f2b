"""Review logs of other programs → events.

Three formats are recognized by their column names, each as CSV or JSON: rows of Anki's table `revlog`; the `ReviewLog` of
py-fsrs; and what fsrs-optimizer reads. Durations are milliseconds, times milliseconds (UTC) or ISO 8601 with an offset,
ratings 1–4 or their names.

An event records what the answer led to, but most of these logs do not say that. Then it is what the scheduler would have
promised with the default settings and parameters after the earlier answers in the same file: a function of the file
alone, so that a second import adds nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from srs.core.card_state import UNSEEN
from srs.core.clock import LAST_MS, Calendar, to_ms
from srs.core.event import Answered, Crammed, Days, Event, EventSource, Forgot, Next, Rating, Rescheduled, Step, What
from srs.core.event_line import InvalidEvent
from srs.core.id_pattern import ID_CHARACTERS, ID_PATTERN
from srs.core.settings import Settings
from srs.scheduling.scheduler import Scheduler

_EARLIEST = 31_536_000_000  # 1971: an earlier time was probably given in seconds
_INTEGER = re.compile(r"(-?\d{1,18})(?:\.0*)?")
_ID = re.compile(ID_PATTERN)
_NOT_IN_ID = re.compile(f"[^{ID_CHARACTERS}]+")

Row = Mapping[str, Any]


class Answer(NamedTuple):
    """One row. `at` is UTC milliseconds; `interval` is what it led to, in days or negative seconds, 0 if unknown; `learning`
    says that a step is one of a new card, not of relearning.
    """

    card: str
    at: int
    what: What
    interval: int = 0
    learning: bool = True


def row_parser(columns: Iterable[str]) -> Callable[[Row], Answer] | None:
    """The function that parses rows with these columns and raises InvalidEvent; None if the format is unknown."""
    columns = frozenset(columns)
    return next((parse_row for required, parse_row in _PARSERS if required <= columns), None)


def to_subject(card: str) -> str:
    """Our name for another program's card: its id with the template `back`, unless it has the form NOTE/TEMPLATE.

    An id that we do not allow is made into a valid one; different ids stay different.
    """
    note, slash, template = card.partition("/")
    if slash and _ID.fullmatch(note) and _ID.fullmatch(template):
        return card
    if _ID.fullmatch(card):
        return f"{card}/back"
    digest = blake2b(card.encode(errors="replace"), digest_size=6).hexdigest()
    return f"{'-'.join(filter(None, ('x', _NOT_IN_ID.sub('-', card)[:100].strip('-'), digest)))}/back"


def to_events(answers: Iterable[Answer], calendar: Calendar, machine: str) -> Iterator[Event]:
    """The events of these rows, ordered by card, which is our name for it, and time; of two of a card at the same time the
    first is taken.
    """
    scheduler = Scheduler(Settings())
    for card, of_card in groupby(answers, key=attrgetter("card")):
        state, last = UNSEEN, None
        for answer in of_card:
            if answer.at == last:
                continue
            last = answer.at
            day, what = calendar.day(last), answer.what
            if isinstance(what, Answered):
                outcome = scheduler.preview(card, state, day).outcomes[what.rating]
                what = Answered(what.rating, what.duration_ms, _led_to(answer, outcome))
            event = Event(card, last, day, EventSource.IMPORT, machine, what)
            state = scheduler.apply(state, event)
            yield event


def _led_to(answer: Answer, outcome: Next) -> Next:
    if answer.interval > 0:
        return Days(answer.interval)
    if answer.interval == 0:
        return outcome
    relearning = not answer.learning
    step = outcome.step if isinstance(outcome, Step) and outcome.relearning == relearning else 0
    return Step(relearning, step, -answer.interval)


def _parse_revlog(row: Row) -> Answer:
    """A row of Anki's review log, see its manual; ease 0 is a manual change of the schedule, not an answer."""
    card, at = _card(row["cid"]), _time(_integer(row, "id"))
    ease, ivl, factor, kind = (_integer(row, name) for name in ("ease", "ivl", "factor", "type"))
    if ease == 0:
        if kind not in {4, 5}:
            raise InvalidEvent("ease is 0, but its type is not a manual change")
        return Answer(card, at, Forgot() if kind == 4 and factor == 0 else Rescheduled(max(ivl, 0)))
    rating, duration = _rating(ease), _duration(row.get("time"))
    if kind == 3 and factor == 0:
        return Answer(card, at, Crammed(rating, duration))
    return Answer(card, at, _answered(rating, duration), ivl, learning=kind == 0)


def _parser(rating: str, time: str) -> Callable[[Row], Answer]:
    """The parser of rows whose rating and time are in these columns."""

    def parse_row(row: Row) -> Answer:
        answered = _answered(_rating(row.get(rating)), _duration(row.get("review_duration")))
        return Answer(_card(row["card_id"]), _time(_moment(row, time)), answered)

    return parse_row


_PARSERS: tuple[tuple[frozenset[str], Callable[[Row], Answer]], ...] = (
    (frozenset({"id", "cid", "ease", "ivl", "factor", "type"}), _parse_revlog),
    (frozenset({"card_id", "rating", "review_datetime"}), _parser("rating", "review_datetime")),
    (frozenset({"card_id", "review_time", "review_rating"}), _parser("review_rating", "review_time")),
)


COLUMNS = frozenset({"time", "review_duration"}).union(*(required for required, _ in _PARSERS))
"""All that the parsers read."""


def _answered(rating: Rating, duration_ms: int) -> Answered:
    return Answered(rating, duration_ms, Days(0))  # what it led to follows when the card's other answers are known


def _card(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise InvalidEvent("it has no card id")
    return str(value).strip()


def _integer(row: Row, name: str) -> int:
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _INTEGER.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise InvalidEvent(f"{name} is not a whole number")
    return int(match[1])


def _moment(row: Row, name: str) -> int:
    """UTC milliseconds, of which a number says as many."""
    value = row.get(name)
    if not isinstance(value, str) or _INTEGER.fullmatch(value.strip()):
        return _integer(row, name)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise InvalidEvent(f"{name} is neither milliseconds nor an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise InvalidEvent(f"{name} has no offset from UTC, such as Z or +09:00")
    return to_ms(moment)


def _time(at: int) -> int:
    if not _EARLIEST <= at <= LAST_MS:
        raise InvalidEvent("its time is before 1971 or after 2199; expected milliseconds")
    return at


def _rating(value: Any) -> Rating:
    """The rating of this number or name, which some versions of Python write as `Rating.Good`."""
    if isinstance(value, str):
        word = value.strip().upper().removeprefix("RATING.")
        if word in Rating.__members__:
            return Rating[word]
    number = _integer({"the rating": value}, "the rating")
    if number not in {1, 2, 3, 4}:
        raise InvalidEvent("the rating must be 1–4")
    return Rating(number)


def _duration(value: Any) -> int:
    if value is None or value == "":
        return 0
    duration = _integer({"the duration": value}, "the duration")
    if not 0 <= duration <= 10**12:
        raise InvalidEvent("the duration is out of range")
    return duration
