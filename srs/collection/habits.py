"""How the learner answers: which ratings, and how long it takes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from srs.core.event import Rating
from srs.log.event_log import LogEntry
from srs.scheduling.simulate import Habits

ENOUGH_TIMED = 50  # answers, from which their times are used

_ENOUGH_AGAIN = 10  # timed answers rated Again, from which they have a time of their own
_SECONDS = 8.0  # for an answer, where the log does not say
_AGAIN_TAKES = 2  # times as long, where the log does not say
_PRIOR = 50  # answers that the usual shares count as
_FIRST = (0.24, 0.09, 0.5, 0.17)  # Again, Hard, Good, Easy of first answers: of Anki's learners, as in fsrs-rs
_RECALLED = (0.22, 0.63, 0.15)  # Hard, Good, Easy of recalled reviews, likewise


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """What the log says of answers: by rating, first ones and recalled reviews; seconds of those that were timed, for Again
    and for the others.
    """

    first: Mapping[int, int]
    recalled: Mapping[int, int]
    again: Sequence[float]
    others: Sequence[float]

    @property
    def timed(self) -> int:
        return len(self.again) + len(self.others)

    @property
    def has_times(self) -> bool:
        """Whether so many answers were timed that their times are used."""
        return self.timed >= ENOUGH_TIMED and bool(self.others)


def count_answers(entries: Iterable[LogEntry], *, from_the_start: bool = True) -> AnswerCounts:
    """The answers among entries of the log, oldest first; unless these begin with the log, the first of a card is no first
    answer for certain, and is only timed.
    """
    first, recalled = Counter[int](), Counter[int]()
    times: tuple[list[float], list[float]] = ([], [])
    state = dict[str, str]()
    for card, _, what, rating, duration_ms, led_to, _, given in entries:
        if what == "forgot":
            state.pop(card, None)
        elif what == "rescheduled":
            if card in state or given:
                state[card] = "review"
        elif what == "answered":
            before = state.get(card)
            if before is None:
                first[rating] += from_the_start and not given
            elif before == "review" and rating > Rating.AGAIN:
                recalled[rating] += 1
            state[card] = led_to
            if duration_ms > 0:  # 0 where nobody looked at a clock
                times[rating > Rating.AGAIN].append(duration_ms / 1000)
    return AnswerCounts(first, recalled, *times)


def habits(counts: AnswerCounts) -> Habits:
    """How the learner answers; where answers are few, as learners usually do."""
    again, hard, good, easy = (_share(counts.first, rating, _FIRST[rating - 1]) for rating in range(1, 5))
    recalled = (_share(counts.recalled, rating, _RECALLED[rating - 2]) for rating in range(2, 5))
    seconds = median(counts.others) if counts.has_times else _SECONDS
    own_again = counts.has_times and len(counts.again) >= _ENOUGH_AGAIN
    of_again = median(counts.again) if own_again else seconds * _AGAIN_TAKES
    return Habits((again, hard, good, easy), tuple(recalled), of_again, seconds)  # type: ignore[arg-type]


def _share(counts: Mapping[int, int], rating: int, usual: float) -> float:
    return (counts.get(rating, 0) + _PRIOR * usual) / (sum(counts.values()) + _PRIOR)
