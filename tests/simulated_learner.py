"""Learners whose memory is FSRS-6 under parameters of their own, for tests of what is fitted to them."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random  # noqa: TID251 - learners of a seed
from typing import NamedTuple

from srs.core.card_state import UNSEEN, CardState, InReview, Learning, Relearning, WithoutMemory
from srs.core.event import Answered, Event, EventSource, Parameters, Rating
from srs.core.settings import Settings
from srs.scheduling.even_days import EMPTY_DAYS, DaysAhead, StudyTime
from srs.scheduling.fit import History
from srs.scheduling.fsrs6 import recall_model
from srs.scheduling.scheduler import DEFAULT, Scheduler

FIRST_DAY = date(2026, 1, 1)
DAY_MS = 86_400_000
NOON = 1_767_236_400_000  # of the first day in Seoul
FORGETFUL = (0.1, 0.4, 0.9, 3.0, *DEFAULT.values[4:8], 1.2, *DEFAULT.values[9:])
"""Parameters of a learner who forgets about three times as fast as the default one."""


class Life(NamedTuple):
    """A learner's answers to all cards, oldest first, and when the last day is over (UTC milliseconds)."""

    events: list[Event]
    end: int


def live(
    seed: int,
    *,
    cards: int,
    days: int,
    memory: tuple[float, ...] = FORGETFUL,
    new: int = 10,
    time: StudyTime | None = None,
) -> Life:
    """Studies every day what the default parameters have due, `new` cards a day, and recalls as `memory` says. With a `time`
    to study, the days are kept even, and there are none in breaks.
    """
    draw, scheduler, mind = (
        Random(seed),
        Scheduler(Settings()),
        Scheduler(Settings(), Parameters(DEFAULT.model, memory)),
    )
    recall = recall_model(memory)
    states = dict.fromkeys(cards_of(cards), UNSEEN)
    truths = dict.fromkeys(states, UNSEEN)
    events, load = list[Event](), Counter[date]()
    for n in range(days):
        day, at = FIRST_DAY + timedelta(n), NOON + n * DAY_MS
        if time and time.break_on(day):
            continue
        unseen = [card for card, state in states.items() if state is UNSEEN][:new]
        due = [card for card, state in states.items() if state.is_due(day, at + DAY_MS // 2)]
        for card in [*unseen, *due]:
            while True:
                at += 1000
                rating = _rating(draw, truths[card], recall, day)
                ahead = _ahead(scheduler, states[card], day, load, time) if time else EMPTY_DAYS
                led_to = scheduler.preview(card, states[card], day, ahead).outcomes[rating]
                event = Event(card, at, day, EventSource.SRS, "m", Answered(rating, 900, led_to))
                states[card], truths[card] = scheduler.apply(states[card], event), mind.apply(truths[card], event)
                events.append(event)
                if isinstance(phase := states[card].phase, InReview):
                    load[phase.due] += 1
                    break
    return Life(events, NOON + days * DAY_MS)


def _ahead(scheduler: Scheduler, state: CardState, day: date, load: Counter[date], time: StudyTime) -> DaysAhead:
    return DaysAhead(time, {n: load[day + timedelta(n)] for n in scheduler.days_in_reach(state, day, time)})


def cards_of(count: int) -> list[str]:
    return [f"n{n}/back" for n in range(count)]


def _rating(draw: Random, truth: CardState, recall: Callable[[float, int], float], day: date) -> Rating:
    phase = truth.phase
    if isinstance(phase, WithoutMemory):
        return draw.choices(list(Rating), (25, 15, 50, 10))[0]
    if isinstance(phase, Learning | Relearning):
        return draw.choices(list(Rating), (5, 5, 85, 5))[0]
    if draw.random() > recall(phase.memory.stability, max((day - phase.last_day).days, 0)):
        return Rating.AGAIN
    return draw.choices([Rating.HARD, Rating.GOOD, Rating.EASY], (10, 80, 10))[0]


def histories_of(events: list[Event]) -> list[History]:
    """The histories of answers alone, as the log would give them."""
    by_card: dict[str, list[Event]] = {}
    for event in events:
        by_card.setdefault(event.subject, []).append(event)
    return [History(*zip(*_answers(of_card), strict=True)) for of_card in by_card.values()]


def _answers(events: list[Event]) -> Iterator[tuple[int, int, int]]:
    last = events[0].day
    for event in events:
        assert isinstance(event.what, Answered)
        yield event.at, (event.day - last).days, event.what.rating.value
        last = event.day
