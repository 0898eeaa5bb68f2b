"""New due dates after a memory has changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from srs.core.card_state import UNSEEN, CardState, Learning, Memory, New, Review
from srs.core.settings import Settings
from srs.scheduling.reschedule import NewDueDates, new_due_dates
from srs.scheduling.scheduler import DEFAULT, DeckOptions, Scheduler
from tests.simulated_learner import FIRST_DAY, live
from tests.strategies import memory_of

TODAY = date(2026, 3, 2)
OPTIONS = DeckOptions.from_settings(Settings())


def review(stability: float, last: int, due: int, *, suspended: bool = False) -> CardState:
    """A review, with the days from today to its last answer and to when it is due."""
    day = TODAY + timedelta(last)
    phase = Review(Memory(stability, 5.0), 1, day, due - last, TODAY + timedelta(due))
    return CardState(phase, reps=3, suspended=suspended, as_of=1)


def moved(states: dict[str, CardState], limit: int | None = None) -> NewDueDates:
    return new_due_dates(states.items(), lambda card: OPTIONS, DEFAULT.values, TODAY, limit)


def days(found: NewDueDates) -> dict[str, int]:
    return {card: (day - TODAY).days for card, day in found.due.items()}


def test_a_review_is_due_when_its_new_memory_says() -> None:
    found = moved({"a/back": review(2.0, -1, 30), "b/back": review(100.0, -1, 3)})
    assert days(found)["a/back"] == 1
    assert 90 < days(found)["b/back"] < 110


def test_what_the_memory_has_overdue_is_due_today() -> None:
    assert days(moved({"a/back": review(1.0, -20, 30)})) == {"a/back": 0}


def test_a_review_that_was_overdue_and_still_is_stays() -> None:
    assert days(moved({"a/back": review(1.0, -20, -5)})) == {}


@pytest.mark.parametrize("phase", [New(), Learning(Memory(1.0, 5.0), 1, TODAY, 0, 600)])
def test_cards_in_their_steps_and_new_cards_stay(phase: New | Learning) -> None:
    found = moved({"a/back": CardState(phase, as_of=1)})
    assert (found.due, found.before, found.after) == ({}, {}, {})


def test_no_day_gets_more_than_the_limit_and_what_is_forgotten_soonest_comes_first() -> None:
    states = {f"n{n}/back": review(1.0 + n / 100, -30, 40) for n in range(7)}
    found = moved({"stays/back": review(1.0, -20, -5)} | states, limit=3)
    assert days(found) == {f"n{n}/back": (n + 1) // 3 for n in range(7)}
    assert [found.after[TODAY + timedelta(n)] for n in range(4)] == [3, 3, 2, 0]
    assert found.before == {TODAY: 1, TODAY + timedelta(40): 7}


def test_reviews_that_are_done_today_count_towards_the_limit() -> None:
    done = {f"d{n}/back": replace(review(50.0, 0, 50), reviewed=TODAY) for n in range(2)}
    found = moved({f"n{n}/back": review(1.0, -30, 40) for n in range(3)} | done, limit=3)
    assert sorted(day for card, day in days(found).items() if card.startswith("n")) == [0, 1, 1]


def test_a_review_that_the_limit_puts_back_on_its_own_day_has_not_moved() -> None:
    found = moved({"a/back": review(1.0, -30, 40), "b/back": review(1.1, -30, 1)}, limit=1)
    assert days(found) == {"a/back": 0}
    assert found.after == {TODAY: 1, TODAY + timedelta(1): 1}


def test_a_limit_of_no_reviews_is_no_loop() -> None:
    assert days(moved({"a/back": review(1.0, -30, 40), "b/back": review(1.0, -30, 40)}, limit=0)) == {
        "a/back": 0,
        "b/back": 1,
    }


def test_suspended_cards_move_and_count_for_no_day() -> None:
    found = moved({"a/back": review(1.0, -30, 40, suspended=True), "b/back": review(1.0, -30, 40)}, limit=1)
    assert days(found) == {"a/back": 0, "b/back": 0}
    assert (sum(found.before.values()), sum(found.after.values())) == (1, 1)


def test_under_the_same_parameters_nothing_moves() -> None:
    """The interval that follows from a memory is the one that its answer promised, fuzz included."""
    states: dict[str, CardState] = {}
    scheduler = Scheduler(Settings())
    for event in live(5, cards=60, days=60).events:
        states[event.subject] = scheduler.apply(states.get(event.subject, UNSEEN), event)
    today = FIRST_DAY + timedelta(60)
    found = new_due_dates(states.items(), lambda card: OPTIONS, DEFAULT.values, today, None)
    assert len(states) == 60
    assert memory_of(states["n0/back"]).stability > 1
    assert found.due == {}
