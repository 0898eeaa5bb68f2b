"""The answers that the parameters are fitted to are those that the memory counts."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from srs.core.card_state import Memory
from srs.core.event import (
    Answered,
    Crammed,
    Days,
    Event,
    EventSource,
    Forgot,
    Rating,
    Relinked,
    Rescheduled,
    Softened,
    Step,
    Suspended,
    Void,
    What,
)
from srs.database import states
from srs.log.histories import read_histories
from srs.log.replay import replay_all
from srs.scheduling.fit import History
from srs.scheduling.fsrs6 import memory_model
from srs.scheduling.scheduler import DEFAULT
from tests.machines import START, Machine
from tests.simulated_learner import live
from tests.strategies import memory_of

LATER = START * 2
MONDAY = date(2026, 3, 2)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path, "one", stack)


def event(n: int, what: What | int, day: int, card: str = "a/back") -> Event:
    """The `n`th event, on the day so many days after Monday; a number is a rating."""
    deed = Answered(Rating(what), 900, Days(3)) if isinstance(what, int) else what
    return Event(card, START + n, MONDAY + timedelta(day), EventSource.SRS, "m", deed)


def read(machine: Machine, now: int = LATER) -> list[History]:
    return read_histories(machine.collection.store.connection, now).cards


def answers(machine: Machine) -> list[list[tuple[int, int]]]:
    return [list(zip(history.elapsed, history.ratings, strict=True)) for history in read(machine)]


def test_days_between_answers_are_study_days_and_never_negative(machine: Machine) -> None:
    """A study day earlier than the one before counts as that day, and the next is counted from there."""
    machine.add(*(event(n, 3, day) for n, day in enumerate([5, 5, 8, 6, 7, 10])))
    assert answers(machine) == [[(0, 3), (0, 3), (3, 3), (0, 3), (0, 3), (2, 3)]]


def test_undone_answers_are_left_out(machine: Machine) -> None:
    machine.add(*(event(n, 3, n) for n in range(3)), Void("a/back", START + 1))
    assert answers(machine) == [[(0, 3), (2, 3)]]


def test_a_relinked_note_is_followed(machine: Machine) -> None:
    relink = replace(event(9, Relinked("b"), 9), subject="a")
    machine.add(event(0, 3, 0), event(1, 1, 4, card="b/back"), relink)
    assert answers(machine) == [[(0, 3), (4, 1)]]


def test_a_card_begins_anew_when_it_is_forgotten(machine: Machine) -> None:
    machine.add(event(0, 3, 0), event(1, 3, 4), event(2, Forgot(), 5), event(3, 4, 6), event(4, 1, 9))
    machine.add(event(0, 3, 0, card="b/back"), event(1, Forgot(), 1, card="b/back"))
    assert answers(machine) == [[(0, 4), (3, 1)]]


def test_what_leaves_the_memory_as_it_is_is_no_answer(machine: Machine) -> None:
    others: list[What] = [Crammed(Rating.AGAIN, 900), Rescheduled(9), Suspended()]
    machine.add(event(0, 3, 0), *(event(n, what, n) for n, what in enumerate(others, start=1)), event(9, 3, 9))
    assert answers(machine) == [[(0, 3), (9, 3)]]


def test_answers_after_a_softening_are_left_out_until_the_card_is_forgotten(machine: Machine) -> None:
    machine.add(event(0, 3, 0), event(1, 3, 2), event(2, Softened(0.5), 2), event(3, 3, 5))
    assert answers(machine) == [[(0, 3), (2, 3)]]
    machine.add(event(4, Forgot(), 6), event(5, Softened(0.5), 6), event(6, 2, 7))
    assert answers(machine) == [[(0, 2)]]


def test_where_a_memory_was_given_all_answers_are_left_out_until_the_card_is_forgotten(machine: Machine) -> None:
    """The first ones are missing, and those from the given one on do not follow from the answers alone."""
    steps, begun = Step(relearning=True, step=0, seconds=600), Answered(Rating.GOOD, 0, Days(3), Memory(9.0, 5.0))
    machine.add(event(0, Answered(Rating.AGAIN, 0, steps), 0), event(1, begun, 0), event(2, 3, 9))
    machine.add(event(0, Rescheduled(9, Memory(9.0, 5.0)), 0, "b/back"), event(1, 3, 9, "b/back"))
    assert answers(machine) == []
    machine.add(event(3, Forgot(), 20), event(4, 3, 20), event(5, begun, 23))
    assert answers(machine) == [[(0, 3), (3, 3)]], "all answers are known, so nothing need be given"


def test_answers_dated_after_now_are_left_out_and_counted(machine: Machine) -> None:
    machine.add(*(event(n, 3, n) for n in range(5)), event(9, Suspended(), 9))
    found = read_histories(machine.collection.store.connection, START + 2)
    assert found.ahead == 2
    assert [len(history.at) for history in found.cards] == [3]


def test_the_memory_after_each_history_is_that_of_a_replay(machine: Machine) -> None:
    """Bit for bit."""
    machine.add(*live(6, cards=40, days=40).events)
    with machine.collection.store.write() as connection:
        replay_all(connection)
    first, following = memory_model(DEFAULT.values)
    found = {}
    for history in read(machine):
        memory = first(history.ratings[0])
        for elapsed, rating in list(zip(history.elapsed, history.ratings, strict=True))[1:]:
            memory = following(*memory, elapsed, rating)
        found[history.at[-1]] = Memory(*memory)
    stored = states.get_all(machine.collection.store.connection)
    assert found == {state.as_of: memory_of(state) for state in stored.values()}
    assert len(found) == 40
