"""Events and the states that follow."""

from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.backup.rebuild import rebuild
from srs.collection.recorder import Recorder
from srs.core.card_state import UNSEEN, New, Relearning, Review
from srs.core.errors import NotAnswerable, NothingToUndo
from srs.core.event import (
    Answered,
    Buried,
    Days,
    Event,
    EventSource,
    Flagged,
    Forgot,
    Rating,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
)
from srs.log import event_log
from srs.scheduling.scheduler import Scheduler
from tests.conftest import BASIC, DAY, HOUR, NOW, SEOUL, Home, instant


@pytest.fixture
def recorder(home: Home) -> Recorder:
    home.write("a.yaml", BASIC)
    return Recorder(home.open())


def answer(recorder: Recorder, card: str, rating: Rating, now: int) -> None:
    assert recorder.answer(recorder.preview(card, now), rating, 1500, now)


def test_what_the_button_promised_is_recorded(recorder: Recorder) -> None:
    preview = recorder.preview("one/back", NOW)
    recorded = recorder.answer(preview, Rating.EASY, 1500, NOW)
    assert recorded
    event, state = recorded
    assert state == recorder.state("one/back")
    assert event.what == Answered(Rating.EASY, 1500, preview.outcomes[Rating.EASY])
    assert [row.event for row in event_log.history(recorder._store.connection)] == [event]


def test_an_answer_to_a_card_that_has_changed_is_not_taken(recorder: Recorder) -> None:
    preview = recorder.preview("one/back", NOW)
    answer(recorder, "one/back", Rating.GOOD, NOW)
    assert recorder.answer(preview, Rating.GOOD, 0, NOW + 5) is None
    assert len(list(event_log.history(recorder._store.connection))) == 1


def test_an_answer_after_the_day_turned_is_not_taken(recorder: Recorder) -> None:
    late = instant("2026-03-03T03:59:59+09:00")
    preview = recorder.preview("one/back", late)
    assert recorder.answer(preview, Rating.GOOD, 0, late + 1000) is None
    assert recorder.answer(recorder.preview("one/back", late), Rating.GOOD, 0, late + 999)


def test_a_suspended_card_takes_no_answer_until_it_is_unsuspended(recorder: Recorder) -> None:
    recorder.mark("one/back", Suspended(), NOW)
    with pytest.raises(NotAnswerable):
        recorder.preview("one/back", NOW)
    recorder.mark("one/back", Unsuspended(), NOW)
    answer(recorder, "one/back", Rating.GOOD, NOW)


def test_a_mark_that_changes_nothing_is_not_recorded(recorder: Recorder) -> None:
    assert recorder.mark("one/back", Unsuspended(), NOW) is None
    assert recorder.mark("one/back", Forgot(), NOW) is None
    assert recorder.mark("one/back", Buried(), NOW)
    assert recorder.mark("one/back", Buried(), NOW + HOUR) is None
    assert recorder.mark("one/back", Buried(), NOW + DAY)
    assert recorder.mark("one/back", Buried(), NOW) is None, "by a clock that is behind, it is buried as well"


def test_two_events_of_one_card_never_share_a_millisecond_voided_ones_included(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.GOOD, NOW)
    recorder.undo()
    answer(recorder, "one/back", Rating.HARD, NOW)
    answer(recorder, "one/back", Rating.GOOD, NOW)
    assert [row.event.at - NOW for row in event_log.history(recorder._store.connection)] == [0, 1, 2]


def test_a_clock_a_little_behind_is_taken_to_be_late(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.GOOD, NOW)
    answer(recorder, "one/back", Rating.GOOD, NOW - HOUR // 2)
    assert [row.event.at - NOW for row in event_log.history(recorder._store.connection)] == [0, 1]


def test_a_clock_far_behind_is_believed_and_the_state_is_that_of_the_replay(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.EASY, NOW)
    answer(recorder, "one/back", Rating.AGAIN, NOW - 3 * DAY)
    events = list(event_log.card_events(recorder._store.connection, "one/back"))
    assert [event.at - NOW for event in events] == [-3 * DAY, 0]
    assert recorder.state("one/back") == Scheduler(SEOUL).replay(events)


def test_undo_goes_back_one_by_one_whatever_was_recorded(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.GOOD, NOW)
    known = recorder.state("one/back")
    recorder.mark("two/back", Suspended(), NOW + 1)
    recorder.mark("one/back", Forgot(), NOW + 2)
    assert recorder.undo()[0].event.what == Forgot()
    assert recorder.state("one/back") == known
    assert recorder.undo()[0].event.subject == "two/back"
    recorder.undo()
    assert recorder.state("one/back") == UNSEEN
    with pytest.raises(NothingToUndo):
        recorder.undo()


def test_undo_leaves_what_another_machine_recorded_alone(home: Home) -> None:
    home.write("a.yaml", BASIC)
    answer(Recorder(home.open(machine="laptop")), "one/back", Rating.GOOD, NOW)
    with pytest.raises(NothingToUndo):
        Recorder(home.open(machine="desktop")).undo()


def test_a_forgotten_card_is_new_and_keeps_its_log(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.EASY, NOW)
    recorder.mark("one/back", Forgot(), NOW + 1)
    assert isinstance(recorder.state("one/back").phase, New)
    assert recorder.collection.queue(NOW + DAY, ["Talk"]).new == {"one/back", "two/back"}
    assert len(list(event_log.history(recorder._store.connection))) == 2


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["one/back", "two/back"]),
        st.one_of(
            st.sampled_from(list(Rating)),
            st.sampled_from([Suspended(), Unsuspended(), Buried(), Forgot()]),
            st.just("undo"),
        ),
        st.integers(-2 * HOUR, 9 * DAY),
    ),
    max_size=25,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS)
def test_rebuilding_gives_what_was_lived_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, actions: Sequence[tuple[str, object, int]]
) -> None:
    with ExitStack() as stack:
        home = Home(tmp_path_factory.mktemp("home"), stack)
        home.write("a.yaml", BASIC)
        recorder = Recorder(home.open())
        now = NOW
        for card, action, wait in actions:
            now += wait
            if isinstance(action, Rating):
                if not recorder.state(card).suspended:
                    recorder.answer(recorder.preview(card, now), action, 0, now)
            elif isinstance(action, Suspended | Unsuspended | Buried | Forgot):
                recorder.mark(card, action, now)
            else:
                try:
                    recorder.undo()
                except NothingToUndo:
                    assert all(row.voided for row in event_log.history(recorder._store.connection))
        lived = dump(recorder)
        rebuild(recorder.collection, now)
        assert dump(recorder) == lived


TABLES = ("states", "notes", "cards", "files", "texts", "events", "voids", "calendar")


def dump(recorder: Recorder) -> list[tuple[object, ...]]:
    connection = recorder._store.connection
    return [tuple(row) for table in TABLES for row in connection.execute(f"select * from {table}").fetchall()]


def test_rebuilding_brings_back_what_was_lost(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.EASY, NOW)
    before = dump(recorder)
    with recorder._store.write() as connection:
        for table in ("states", "notes", "cards", "study_days", "calendar"):
            connection.execute(f"delete from {table}")
    rebuilt = rebuild(recorder.collection, NOW)
    assert (rebuilt.files, rebuilt.notes, rebuilt.cards) == (1, 2, 1)
    assert dump(recorder) == before


def test_rebuilding_without_the_folder_uses_the_last_good_versions(recorder: Recorder, home: Home) -> None:
    notes = recorder._store.connection.execute("select * from notes").fetchall()
    (home.decks / "a.yaml").unlink()
    home.decks.rmdir()
    rebuild(recorder.collection, NOW)
    assert recorder._store.connection.execute("select * from notes").fetchall() == notes


def test_an_interval_is_counted_from_the_study_day_of_the_answer(recorder: Recorder) -> None:
    night = instant("2026-03-03T02:00+09:00")  # still the second of March
    preview = recorder.preview("one/back", night)
    outcome = preview.outcomes[Rating.EASY]
    assert isinstance(outcome, Days)
    recorder.answer(preview, Rating.EASY, 0, night)
    phase = recorder.state("one/back").phase
    assert isinstance(phase, Review)
    assert phase.last_day.isoformat() == "2026-03-02"
    due = recorder.collection.calendar.start(phase.last_day.replace(day=2 + outcome.days))
    assert recorder.collection.queue(due - 1, ["Talk"]).main[0].card != "one/back"
    assert "one/back" in [card.card for card in recorder.collection.queue(due, ["Talk"]).main]


@pytest.mark.parametrize("rating", list(Rating))
@pytest.mark.parametrize("last", [Rating.AGAIN, Rating.EASY])
def test_far_behind_the_buttons_show_what_the_replay_will_give(
    recorder: Recorder, rating: Rating, last: Rating
) -> None:
    answer(recorder, "one/back", Rating.EASY, NOW)
    answer(recorder, "one/back", last, NOW + 20 * DAY)
    back = NOW + 10 * DAY
    preview = recorder.preview("one/back", back)
    assert preview.clock_behind
    assert len(set(preview.promises.values())) == 1, "the later answer keeps deciding"
    assert recorder.answer(preview, rating, 0, back)
    phase = recorder.state("one/back").phase
    match preview.promises[rating]:
        case Days(days):
            assert isinstance(phase, Review)
            assert (phase.due - preview.inputs.day).days == days
        case Step(seconds=seconds):
            assert isinstance(phase, Relearning)
            assert (phase.due - back) // 1000 == seconds


def test_an_answer_is_not_taken_once_the_clock_is_right_again(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.EASY, NOW)
    preview = recorder.preview("one/back", NOW - 3 * HOUR)
    assert preview.clock_behind
    assert recorder.answer(preview, Rating.GOOD, 0, NOW + 1000) is None
    assert recorder.answer(preview, Rating.GOOD, 0, NOW - 2 * HOUR), "the same day, and still behind"


def test_before_all_that_was_recorded_the_card_is_new_to_the_answer(recorder: Recorder) -> None:
    answer(recorder, "one/back", Rating.EASY, NOW)
    preview = recorder.preview("one/back", NOW - 30 * DAY)
    other = recorder.preview("two/back", NOW - 30 * DAY).outcomes
    for rating in (Rating.AGAIN, Rating.HARD, Rating.GOOD):  # Easy has each card's own fuzz
        assert preview.outcomes[rating] == other[rating]


def test_an_instant_that_is_free_for_all_cards_is_found_past_many_that_are_not(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    recorder = Recorder(collection)
    for n in range(40):  # by turns, so that each free time of one card is used by the other
        card = ("one/back", "two/back")[n % 2]
        event = Event(
            card, NOW + n, collection.calendar.day(NOW), EventSource.ANKI, "m", (Flagged(), Unflagged())[n // 2 % 2]
        )
        event_log.insert_event(collection.store.connection, event)
    marked = [event for event in recorder.mark_all(["one/back", "two/back"], Suspended(), NOW) if event]
    assert {event.at for event in marked} == {NOW + 40}
