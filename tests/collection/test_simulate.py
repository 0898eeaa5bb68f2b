"""What a forecast starts from: the learner's cards, answers and limits."""

from datetime import date

import pytest

from srs.collection import Collection
from srs.collection.habits import AnswerCounts, habits
from srs.collection.marks import Mark
from srs.collection.recorder import Recorder
from srs.collection.simulate import read_situation, simulate_collection
from srs.core.card_state import Review
from srs.core.event import Buried, Event, EventSource, Forgot, Rating, Rescheduled, Suspended
from srs.core.settings import Limits, Settings
from srs.log import event_log
from srs.log.replay import replay_cards
from srs.scheduling.simulate import SimulatedDeck
from tests.conftest import DAY, NOW, SECOND, Home, answer, state_of

TODAY = date(2026, 3, 2)
NOTES = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(6))
NOTHING = AnswerCounts({}, {}, (), ())


@pytest.fixture
def collection(home: Home) -> Collection:
    home.write("a.yaml", f"deck: A\nnotes:\n{NOTES}")
    home.write(
        "b.yaml",
        f"deck: A::B\nsettings: {{new: 3, steps: [], maximum_interval: 50}}\nnotes:\n{NOTES.replace('id: n', 'id: m')}",
    )
    return home.open()


def mark(collection: Collection, card: str, what: Mark, now: int = NOW) -> None:
    assert Recorder(collection).mark(card, what, now)


def set_due_date(collection: Collection, card: str, days: int) -> None:
    """As Anki does; only a sync records this."""
    with collection.store.write() as connection:
        event_log.insert_event(connection, Event(card, NOW, TODAY, EventSource.ANKI, "m", Rescheduled(days)))
        replay_cards(connection, [card])


def test_cards_are_simulated_as_they_are(collection: Collection) -> None:
    answer(collection, "n0/back", Rating.EASY, NOW - 3 * DAY)
    answer(collection, "n1/back", Rating.GOOD, NOW - SECOND)  # a step of ten minutes
    mark(collection, "n2/back", Suspended())
    set_due_date(collection, "n3/back", 4)
    situation = read_situation(collection, TODAY, ["A", "A::B"], habits(NOTHING))
    easy, step, scheduled = sorted(situation.cards, key=lambda card: card.last_day if card.stability else 1)
    review = state_of(collection, "n0/back").phase
    assert isinstance(review, Review)
    assert (easy.deck, easy.last_day, easy.due) == (0, -3, (review.due - TODAY).days)
    assert (easy.stability, easy.difficulty) == (review.memory.stability, review.memory.difficulty)
    assert (step.last_day, step.due) == (0, 0)
    assert step.stability > 0
    assert (scheduled.stability, scheduled.due) == (0.0, 4)
    assert [deck.unseen for deck in situation.decks] == [2, 6]


def test_an_answer_from_a_clock_that_was_ahead_is_one_of_today(collection: Collection) -> None:
    answer(collection, "n0/back", Rating.EASY, NOW + 900 * DAY)
    (card,) = read_situation(collection, TODAY, ["A"], habits(NOTHING)).cards
    assert card.last_day == 0
    found = simulate_collection(collection, NOW, ["A"], 30, [0.9])
    assert found.known == 1
    assert 1 < found.forecasts[0].known.mean <= 6


def test_a_buried_card_comes_back_tomorrow(collection: Collection) -> None:
    answer(collection, "n0/back", Rating.EASY, NOW - 90 * DAY)
    mark(collection, "n0/back", Buried())
    mark(collection, "n1/back", Buried())
    situation = read_situation(collection, TODAY, ["A"], habits(NOTHING))
    assert [card.due for card in situation.cards] == [1]
    assert situation.decks[0].unseen == 5


def test_limits_are_those_of_the_settings_and_of_decks_less_what_is_done(home: Home, collection: Collection) -> None:
    home.settings = Settings(zone="Asia/Seoul", limits=Limits(new=20, reviews=9))
    collection = home.open()
    answer(collection, "m0/back", Rating.EASY, NOW - 90 * DAY)
    answer(collection, "m0/back", Rating.GOOD, NOW)
    answer(collection, "m1/back", Rating.EASY, NOW)
    answer(collection, "n1/back", Rating.EASY, NOW)
    situation = read_situation(collection, TODAY, ["A", "A::B"], habits(NOTHING))
    assert (situation.new_limits, situation.review_limits) == ([20, 3], [9])
    assert (situation.new_done, situation.reviews_done) == ({0: 2, 1: 1}, {0: 1})
    assert situation.decks == [
        SimulatedDeck(5, 36_500, learning_steps=True, relearning_steps=True, new_limits=(0,), review_limits=(0,)),
        SimulatedDeck(4, 50, learning_steps=False, relearning_steps=True, new_limits=(0, 1), review_limits=(0,)),
    ]


def test_a_deck_has_times_of_its_own_where_enough_of_its_answers_were_timed(collection: Collection) -> None:
    for n in range(60):
        answer(collection, "n0/back", Rating.GOOD, NOW - (90 - n) * DAY, duration_ms=3000)
    for n in range(50):
        answer(collection, "m0/back", Rating.GOOD, NOW - (90 - n) * DAY, duration_ms=60_000)

    def seconds(*names: str) -> tuple[int, float]:
        found = simulate_collection(collection, NOW, names, 1, [0.9], seeds=1)
        return found.timed, found.habits.seconds_recalled

    assert seconds("A::B") == (50, 60)
    assert seconds("A") == (60, 3)
    assert seconds("A", "A::B") == (110, 3)
    mark(collection, "m0/back", Forgot())
    answer(collection, "m1/back", Rating.GOOD, NOW, duration_ms=5000)
    assert seconds("A::B")[0] == 51


def test_a_deck_with_few_timed_answers_takes_as_long_as_the_others(collection: Collection) -> None:
    for n in range(60):
        answer(collection, "n0/back", Rating.GOOD, NOW - (90 - n) * DAY, duration_ms=3000)
    assert simulate_collection(collection, NOW, ["A::B"], 1, [0.9], seeds=1).habits.seconds_recalled == 3


def test_a_forecast_is_of_every_retention_and_repeats(collection: Collection) -> None:
    first, again = (simulate_collection(collection, NOW, ["A", "A::B"], 30, [0.8, 0.95]) for _ in range(2))
    assert first == again
    assert [forecast.retention for forecast in first.forecasts] == [0.8, 0.95]
    assert (first.cards, first.seen, first.known, first.sampled) == (12, 0, 0, 1)
    assert sum(day.new for day in first.forecasts[0].by_day) == pytest.approx(12)
    assert max(day.new for day in first.forecasts[0].by_day) == pytest.approx(9)  # six of A, three of A::B


def test_several_processes_say_what_one_says(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write("a.yaml", "deck: A\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(510)))
    collection = home.open()
    many = simulate_collection(collection, NOW, ["A"], 10, [0.8, 0.9])
    monkeypatch.setattr("srs.collection.simulate._MANY", 10_000)
    assert simulate_collection(collection, NOW, ["A"], 10, [0.8, 0.9]) == many


def test_more_cards_than_one_waits_for_are_sampled(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write("a.yaml", "deck: A\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(90)))
    collection = home.open()
    monkeypatch.setattr("srs.collection.simulate.MOST_CARDS", 30)
    found = simulate_collection(collection, NOW, ["A"], 10, [0.9])
    assert (found.sampled, found.cards) == (3, 90)
    assert 80 <= sum(day.new for day in found.forecasts[0].by_day) <= 90
