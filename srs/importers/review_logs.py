"""Review logs of other tools → events.

Three kinds are known, by the names of their columns, each as CSV or JSON: rows of Anki's table `revlog`; the
`ReviewLog` of py-fsrs; and what fsrs-optimizer reads (times and durations in milliseconds, UTC).

What an answer led to is recorded with an event, but most of these logs do not know it. Then it is what the scheduler
would have promised with the default settings and parameters, given the answers before it in the same file. That is a
function of the file alone, so that a second import finds everything known.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from srs.core.card_state import UNSEEN
from srs.core.clock import LAST, Calendar, to_ms
from srs.core.event import Answered, Crammed, Days, Event, Forgot, Next, Rating, Rescheduled, Source, Step, What
from srs.core.event_line import Wrong
from srs.core.settings import Settings
from srs.scheduling.scheduler import Scheduler

_FIRST = 31_536_000_000  # 1971: what is earlier was counted in seconds
_DIGITS = re.compile(r"(-?\d{1,18})(?:\.0*)?")
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_UNFIT = re.compile("[^A-Za-z0-9._-]+")

Row = Mapping[str, Any]


class Answer(NamedTuple):
    """One row. `at` is UTC milliseconds; `promised` is the interval that it led to, in days or negative seconds, 0 where
    that is not known; `learning` says that a step is one of a new card.
    """

    card: str
    at: int
    what: What
    promised: int = 0
    learning: bool = True


def reader(names: Iterable[str]) -> Callable[[Row], Answer] | None:
    """What reads rows that have these columns; it raises Wrong. None if no known tool writes such rows."""
    names = frozenset(names)
    return next((read for columns, read in _READERS if columns <= names), None)


def subject(card: str) -> str:
    """The card of ours that stands for another tool's: its id with the template `back`, unless it names both.

    An id that ours could not be becomes one, different for each.
    """
    note, slash, template = card.partition("/")
    if slash and _NAME.fullmatch(note) and _NAME.fullmatch(template):
        return card
    if _NAME.fullmatch(card):
        return f"{card}/back"
    digest = blake2b(card.encode(errors="replace"), digest_size=6).hexdigest()
    return f"{'-'.join(filter(None, ('x', _UNFIT.sub('-', card)[:100].strip('-'), digest)))}/back"


def events(answers: Iterable[Answer], calendar: Calendar, machine: str) -> Iterator[Event]:
    """The events of these rows, whose `card` is one of ours by now; of two at one time, the first counts."""
    by_card = defaultdict[str, dict[int, Answer]](dict)
    for answer in answers:
        by_card[answer.card].setdefault(answer.at, answer)
    scheduler = Scheduler(Settings())
    for card, found in sorted(by_card.items()):
        state = UNSEEN
        for at, answer in sorted(found.items()):
            day, what = calendar.day(at), answer.what
            if isinstance(what, Answered):
                outcome = scheduler.preview(card, state, day).outcomes[what.rating]
                what = Answered(what.rating, what.duration_ms, _led_to(answer, outcome))
            event = Event(card, at, day, Source.IMPORT, machine, what)
            state = scheduler.apply(state, event)
            yield event


def _led_to(answer: Answer, outcome: Next) -> Next:
    if answer.promised > 0:
        return Days(answer.promised)
    if answer.promised == 0:
        return outcome
    relearning = not answer.learning
    like = isinstance(outcome, Step) and outcome.relearning == relearning
    return Step(relearning, outcome.step if like and isinstance(outcome, Step) else 0, -answer.promised)


def _revlog(row: Row) -> Answer:
    """A row of Anki's review log; see its manual, and for rows that are no answers `srs.anki`."""
    card, at = _card(row["cid"]), _time(_whole(row, "id"))
    ease, ivl, factor, kind = (_whole(row, name) for name in ("ease", "ivl", "factor", "type"))
    if ease == 0:
        if kind not in {4, 5}:
            raise Wrong("ease is 0, but this is no row that was made by hand")
        return Answer(card, at, Forgot() if kind == 4 and factor == 0 else Rescheduled(max(ivl, 0)))
    rating, duration = _rating(ease), _duration(row.get("time"))
    if kind == 3 and factor == 0:
        return Answer(card, at, Crammed(rating, duration))
    return Answer(card, at, _answered(rating, duration), ivl, learning=kind == 0)


def _py_fsrs(row: Row) -> Answer:
    try:
        moment = datetime.fromisoformat(row["review_datetime"])
    except (TypeError, ValueError) as error:
        raise Wrong("review_datetime is no time in ISO 8601") from error
    if moment.tzinfo is None:
        raise Wrong("review_datetime lacks its offset")
    answered = _answered(_rating(_whole(row, "rating")), _duration(row.get("review_duration")))
    return Answer(_card(row["card_id"]), _time(to_ms(moment)), answered)


def _optimizer(row: Row) -> Answer:
    answered = _answered(_rating(_whole(row, "review_rating")), _duration(row.get("review_duration")))
    return Answer(_card(row["card_id"]), _time(_whole(row, "review_time")), answered)


_READERS: tuple[tuple[frozenset[str], Callable[[Row], Answer]], ...] = (
    (frozenset({"id", "cid", "ease", "ivl", "factor", "type"}), _revlog),
    (frozenset({"card_id", "rating", "review_datetime"}), _py_fsrs),
    (frozenset({"card_id", "review_time", "review_rating"}), _optimizer),
)


def _answered(rating: Rating, duration_ms: int) -> Answered:
    return Answered(rating, duration_ms, Days(0))  # what it led to follows when the card's other answers are known


def _card(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Wrong("it names no card")
    return str(value).strip()


def _whole(row: Row, name: str) -> int:
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _DIGITS.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise Wrong(f"{name} is no whole number")
    return int(found[1])


def _time(at: int) -> int:
    if not _FIRST <= at <= LAST:
        raise Wrong("its time lies before 1971 or after 2199; milliseconds are wanted")
    return at


def _rating(value: int) -> Rating:
    if value not in {1, 2, 3, 4}:
        raise Wrong("the rating must be 1–4")
    return Rating(value)


def _duration(value: Any) -> int:
    if value is None or value == "":
        return 0
    found = _whole({"the duration": value}, "the duration")
    if not 0 <= found <= 10**12:
        raise Wrong("the duration is out of range")
    return found
