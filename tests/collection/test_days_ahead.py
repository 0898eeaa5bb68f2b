"""What the buttons of a review see of the days ahead."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.collection.recorder import Recorder
from srs.core.card_state import Review
from srs.core.errors import NothingToUndo
from srs.core.event import Break, Days, Event, EventSource, Forgot, Rating, Rescheduled, Suspended, Unsuspended
from srs.core.settings import Settings
from srs.database import due_cards, states
from srs.log import event_log
from srs.log.replay import replay_cards
from srs.scheduling.even_days import EMPTY_DAYS
from srs.scheduling.fuzz import fuzz_range
from tests.conftest import DAY, NOW, PHRASES, SEOUL, Home

TODAY = date(2026, 3, 2)  # a Monday
MANY = "deck: Many\nnotes:\n" + "".join(f"- {{id: n{n}, front: '{n}?', back: b}}\n" for n in range(30))
NO_STEPS = Settings(zone="Asia/Seoul", learning_steps=(), relearning_steps=())


def due_on(home: Home, days: dict[str, int]) -> None:
    """Sets when the cards are due, by the distance from today, on another machine."""
    collection = home.open(machine="other")
    with collection.store.write() as connection:
        for card, n in days.items():
            event = Event(card, event_log.free_time(connection, card, NOW), TODAY, EventSource.SRS, "o", Rescheduled(n))
            event_log.insert_event(connection, event)
        replay_cards(connection, list(days))


def plan_break(home: Home, first: int, last: int) -> None:
    what = Break(TODAY + timedelta(first), TODAY + timedelta(last))
    event_log.insert_event(home.open().store.connection, Event("", NOW - DAY, TODAY, EventSource.SRS, "o", what))


def easy(recorder: Recorder, card: str) -> int:
    outcome = recorder.preview(card, NOW).outcomes[Rating.EASY]
    assert isinstance(outcome, Days)
    return outcome.days


def test_a_button_promises_the_lightest_day_of_its_range(home: Home) -> None:
    home.write("a.yaml", MANY)
    low, high = fuzz_range(8, 36_500)
    crowded = [n for n in range(low, high + 1) if n != 8]
    due_on(home, {f"n{n}/back": crowded[n % len(crowded)] for n in range(20)})
    recorder = Recorder(home.open())
    assert [easy(recorder, f"n{n}/back") for n in range(20, 30)] == [8] * 10


def test_what_one_answers_fills_the_days(home: Home) -> None:
    home.write("a.yaml", MANY)
    recorder = Recorder(home.open())
    for n in range(30):
        recorder.answer(recorder.preview(f"n{n}/back", NOW), Rating.EASY, 0, NOW)
    load = Counter(
        state.phase.due
        for state in states.get_all(recorder.collection.store.connection).values()
        if isinstance(state.phase, Review)
    )
    assert load == dict.fromkeys(load, 6)
    assert len(load) == 5


def test_the_load_of_a_day_is_read_once_until_somebody_else_writes(home: Home) -> None:
    home.write("a.yaml", MANY)
    recorder, statements = Recorder(home.open()), list[str]()
    recorder.collection.store.connection.set_trace_callback(statements.append)
    for n in range(9):
        recorder.answer(recorder.preview(f"n{n}/back", NOW), Rating.EASY, 0, NOW)
    assert sum("due_day in (" in statement for statement in statements) == 1
    due_on(home, {"n20/back": 8})
    recorder.preview("n9/back", NOW)
    recorder.preview("n10/back", NOW)
    assert sum("due_day in (" in statement for statement in statements) == 2


def test_cards_of_one_note_are_due_on_different_days(home: Home) -> None:
    home.write("a.yaml", PHRASES)
    recorder = Recorder(home.open())
    days = set[int]()
    for card in ("tight/en-ko", "tight/ko-en"):
        days.add(easy(recorder, card))
        recorder.answer(recorder.preview(card, NOW), Rating.EASY, 0, NOW)
    assert len(days) == 2


def test_a_break_and_easy_days_are_kept_free(home: Home) -> None:
    home.settings = replace(SEOUL, easy_days=(1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0))  # Thursday, in 10 days
    home.write("a.yaml", MANY)
    assert fuzz_range(8, 36_500) == (6, 10)
    plan_break(home, 6, 7)
    recorder = Recorder(home.open())
    assert {easy(recorder, f"n{n}/back") for n in range(30)} == {8, 9}


def test_a_break_that_is_over_is_no_part_of_a_preview(home: Home) -> None:
    home.write("a.yaml", MANY)
    plan_break(home, -9, -1)
    assert Recorder(home.open()).preview("n1/back", NOW).inputs.ahead == EMPTY_DAYS


def test_an_answer_elsewhere_makes_a_key_be_refused_only_if_it_is_due_on_a_day_in_sight(home: Home) -> None:
    home.write("a.yaml", MANY)
    recorder, other = Recorder(home.open()), Recorder(home.open(machine="other"))
    preview = recorder.preview("n1/back", NOW)
    other.answer(other.preview("n2/back", NOW), Rating.GOOD, 0, NOW)  # a step
    other.mark("n3/back", Suspended(), NOW)
    due_on(home, {"n4/back": 40})
    assert recorder.answer(preview, Rating.GOOD, 0, NOW)
    preview = recorder.preview("n5/back", NOW)
    due_on(home, {"n6/back": 8})
    assert recorder.answer(preview, Rating.GOOD, 0, NOW) is None
    assert recorder.answer(recorder.preview("n5/back", NOW), Rating.GOOD, 0, NOW)


def test_what_could_not_be_recorded_is_not_counted(home: Home) -> None:
    home.write("a.yaml", MANY)
    collection, broken = home.open(), [False]

    def fail() -> None:
        if broken[0]:
            raise RuntimeError

    recorder = Recorder(replace(collection, store=replace(collection.store, before_write=lambda: fail)))
    preview = recorder.preview("n1/back", NOW)
    broken[0] = True
    with pytest.raises(RuntimeError):
        recorder.answer(preview, Rating.EASY, 0, NOW)
    assert recorder.preview("n2/back", NOW) == Recorder(collection).preview("n2/back", NOW)
    broken[0] = False
    assert recorder.answer(preview, Rating.EASY, 0, NOW)


CARDS = ("tight/en-ko", "tight/ko-en", "root/en-ko", "root/ko-en")
deeds = st.sampled_from([*Rating, *Rating, Suspended(), Unsuspended(), Forgot(), "undo", "others"])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(CARDS), deeds, st.integers(-DAY, 9 * DAY)), max_size=25))
def test_who_has_been_here_all_along_sees_what_who_comes_in_fresh_sees(
    tmp_path_factory: pytest.TempPathFactory, done: Sequence[tuple[str, object, int]]
) -> None:
    with ExitStack() as stack:
        home = Home(tmp_path_factory.mktemp("home"), stack, NO_STEPS)
        home.write("a.yaml", PHRASES)
        collection = home.open()
        recorder, now = Recorder(collection), NOW
        for card, deed, wait in done:
            now += wait
            match deed:
                case Rating():
                    if not recorder.state(card).suspended:
                        assert recorder.answer(recorder.preview(card, now), deed, 0, now)
                case "undo":
                    with suppress(NothingToUndo):
                        recorder.undo()
                case "others":
                    due_on(home, {card: 3})
                case Suspended() | Unsuspended() | Forgot():
                    recorder.mark(card, deed, now)
            fresh = Recorder(collection)
            for each in CARDS:
                if not fresh.state(each).suspended:
                    assert recorder.preview(each, now) == fresh.preview(each, now)


def test_reviews_that_are_not_suspended_count_on_the_day_they_are_due(home: Home) -> None:
    home.write("a.yaml", PHRASES)
    due_on(home, {"tight/en-ko": 3, "tight/ko-en": 3, "root/en-ko": 4, "root/ko-en": 5})
    recorder = Recorder(home.open())
    recorder.mark("tight/ko-en", Suspended(), NOW)
    connection = recorder.collection.store.connection
    days = [TODAY + timedelta(n) for n in (3, 4, 6)]
    assert due_cards.count_due(connection, days) == {days[0]: 1, days[1]: 1}
    assert due_cards.sibling_due_days(connection, "tight/en-ko") == []
    assert due_cards.sibling_due_days(connection, "root/en-ko") == [TODAY + timedelta(5)]
