"""What `srs stats` says of memory today, recomputed card by card from the states; and of goals, from their forecast."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from statistics import fmean, median

import pytest

from srs.collection import Collection
from srs.collection.goal_forecast import forecast_goal
from srs.collection.goals_today import read_goals_today
from srs.collection.recorder import Recorder
from srs.core.card_state import Learning, Relearning, Review
from srs.core.event import Aim, Event, EventSource, Suspended
from srs.database import states
from srs.insight.memory_today import Spread
from srs.insight.stats import Period, Stats, read_stats
from srs.scheduling.fsrs6 import recall_model
from srs.scheduling.scheduler import DEFAULT
from tests.conftest import DAY, Home
from tests.insight.test_stats import DECKS, write
from tests.simulated_learner import FIRST_DAY, NOON, live

DAYS = 60
NOW = NOON + (DAYS + 9) * DAY
TODAY = FIRST_DAY + timedelta(DAYS + 9)


@pytest.fixture
def collection(home: Home) -> Collection:
    """Of the sixty cards that were studied, ten are in no deck, and one that is in a deck is suspended."""
    for name, text in DECKS.items():
        home.write(name, text)
    collection = home.open()
    write(
        collection,
        [*live(3, cards=60, days=DAYS).events, Event("n3/back", NOW - DAY, TODAY, EventSource.SRS, "m", Suspended())],
    )
    return collection


def stats_of(collection: Collection, only: frozenset[str] | None = None) -> Stats:
    return read_stats(collection, Period(None, date.max), NOW, only)


def values(spread: Spread) -> dict[float, int]:
    return {one.low: one.cards for one in spread.bins if one.cards}


@pytest.mark.parametrize("only", [None, frozenset(f"n{n}/back" for n in range(20))])
def test_stability_difficulty_and_recall_of_all_cards_with_a_memory(
    collection: Collection, only: frozenset[str] | None
) -> None:
    kept = states.get_all(collection.store.connection)
    phases = [kept[card].phase for card in kept if int(card[1:-5]) < 50 and (only is None or card in only)]
    known = [phase for phase in phases if isinstance(phase, Review | Learning | Relearning)]
    recalls = [recall_model(DEFAULT.values)(one.memory.stability, (TODAY - one.last_day).days) for one in known]
    found = stats_of(collection, only).memory
    assert found.cards == len(known) == (20 if only else 50)
    assert found.stability.mean == fmean(one.memory.stability for one in known)
    assert found.difficulty.mean == fmean(one.memory.difficulty for one in known)
    assert (found.recall.mean, found.recall.median) == (fmean(recalls), median(recalls))
    lows = [one.low for one in found.stability.bins]
    assert values(found.stability) == Counter(max(low for low in lows if low <= one.memory.stability) for one in known)
    assert values(found.difficulty) == Counter(min(int(one.memory.difficulty), 9) for one in known)
    assert {round(10 * low): cards for low, cards in values(found.recall).items()} == Counter(
        min(int(10 * one), 9) for one in recalls
    )


def test_a_goal_is_set_against_the_forecast(collection: Collection) -> None:
    assert stats_of(collection).goals == []
    aim = Aim(TODAY + timedelta(20), ("A::B",), (), 30.0, 0.95, keep=True)
    Recorder(collection).set_goal("exam", aim, NOW)
    Recorder(collection).set_goal("nothing", replace(aim, decks=("C",)), NOW)
    (found,) = stats_of(collection).goals
    goals = read_goals_today(collection, TODAY)
    whole = forecast_goal(goals, goals.every[0])
    assert (found.name, found.day, found.wanted) == ("exam", aim.day, 0.95)
    assert (found.expected, found.low, found.high) == whole.recall[:3]
    assert found.reviews == {one.day: one.reviews for one in whole.load}
    assert list(found.reviews) == [TODAY + timedelta(n) for n in range(20)]
    assert sum(found.reviews.values()) > 10
    assert stats_of(collection, frozenset({"n1/back"})).goals == []


def test_without_answers_there_is_no_memory(home: Home) -> None:
    home.write("a.yaml", DECKS["a.yaml"])
    found = stats_of(home.open()).memory
    assert found.cards == 0
    for spread in (found.stability, found.difficulty, found.recall):
        assert (spread.mean, spread.median, values(spread)) == (None, None, {})
