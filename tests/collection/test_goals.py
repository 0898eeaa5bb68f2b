"""The goals in force, whose cards they are, and the pace that their plans follow from."""

from datetime import date, timedelta

import pytest

from srs.collection import Collection
from srs.collection.goal_plans import read_pace
from srs.collection.goals import Goals, goals_in_force
from srs.collection.recorder import Recorder
from srs.core.event import Aim, Break, Event, EventSource, Rating
from srs.log import event_log
from tests.conftest import DAY, NOW, Home, answer

TODAY = date(2026, 3, 2)


@pytest.fixture
def collection(home: Home) -> Collection:
    home.write("a.yaml", "deck: Job::Talk\ntags: [Job]\nnotes:\n- {id: a, front: f, back: b, tags: [said]}\n")
    home.write("b.yaml", "deck: Jobs\nnotes:\n- {id: b, front: f, back: b, tags: ['job::late', said]}\n")
    return home.open()


def owners(collection: Collection, aim: Aim) -> set[str]:
    """The notes whose cards belong to the goal."""
    Recorder(collection).set_goal("g", aim, NOW)
    goals = Goals(collection, TODAY, goals_in_force(collection, TODAY))
    return {note for note, deck in (("a", "Job::Talk"), ("b", "Jobs")) if goals.owner(deck, note)}


@pytest.mark.parametrize(
    ("decks", "tags", "notes"),
    [
        ((), (), {"a", "b"}),
        (("Job",), (), {"a"}),
        (("Job", "Jobs"), (), {"a", "b"}),
        ((), ("job",), {"a", "b"}),
        ((), ("JOB", "said"), {"a", "b"}),
        (("Jobs",), ("job", "said"), {"b"}),
        (("Job",), ("job::late",), set()),
        (("Gone",), (), set()),
    ],
)
def test_decks_have_their_subdecks_and_all_tags_must_match(
    collection: Collection, decks: tuple[str, ...], tags: tuple[str, ...], notes: set[str]
) -> None:
    assert owners(collection, Aim(TODAY + timedelta(9), decks, tags)) == notes


def test_days_of_breaks_from_today_on_are_away(collection: Collection) -> None:
    with collection.store.write() as connection:
        for n, (first, last) in enumerate([(-9, -3), (-1, 1), (4, 5)]):
            what = Break(TODAY + timedelta(first), TODAY + timedelta(last))
            event_log.insert_event(connection, Event("", NOW + n, TODAY, EventSource.SRS, "machine", what))
    away = Goals(collection, TODAY, []).away
    assert away == {TODAY, TODAY + timedelta(1), TODAY + timedelta(4), TODAY + timedelta(5)}


def test_without_answers_the_pace_is_the_usual_one(collection: Collection) -> None:
    pace = read_pace(collection, TODAY)
    assert (pace.minutes, pace.costs.recalled, pace.costs.again) == (30, 8, 16)
    assert pace.budget(Aim(TODAY)) == 1800
    assert pace.budget(Aim(TODAY, minutes=7.0)) == 420


@pytest.mark.parametrize(("seconds", "minutes"), [(60, 25), (6, 15)])
def test_minutes_are_the_mean_of_the_last_days_with_timed_answers_at_least_fifteen(
    collection: Collection, seconds: int, minutes: float
) -> None:
    for day in range(-20, 1):
        for n in range(25):
            timed = 0 if day % 2 else seconds * 1000
            answer(collection, "a/back", Rating.GOOD, NOW + day * DAY + n * 60_000, duration_ms=timed)
    assert read_pace(collection, TODAY).minutes == minutes


def test_missed_days_are_counted_since_the_first_answer_of_the_last_four_weeks(collection: Collection) -> None:
    for day in (-6, -5, -2):
        answer(collection, "a/back", Rating.GOOD, NOW + day * DAY)
    few = read_pace(collection, TODAY).missed
    assert few == pytest.approx((3 + 0.5) / (6 + 10), abs=0.03)
    answer(collection, "b/back", Rating.GOOD, NOW - 200 * DAY)
    assert read_pace(collection, TODAY).missed > 0.6


def test_days_of_a_break_that_is_over_were_not_missed(collection: Collection) -> None:
    for day in (-9, -8, -2, -1):
        answer(collection, "a/back", Rating.GOOD, NOW + day * DAY)
    without = read_pace(collection, TODAY).missed
    with collection.store.write() as connection:
        what = Break(TODAY - timedelta(7), TODAY - timedelta(3))
        event_log.insert_event(connection, Event("", NOW, TODAY, EventSource.SRS, "machine", what))
    found = read_pace(collection, TODAY).missed
    assert found == pytest.approx(0.5 / 14)
    assert found < without
