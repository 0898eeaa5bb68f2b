"""A note's history follows it: when its deck is renamed, when it moves, and when its id is changed on purpose."""

import json
from dataclasses import replace
from datetime import date

import pytest

from srs.backup.rebuild import rebuild
from srs.backup.verify import verify
from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.collection.lookup import chosen
from srs.collection.query import parse
from srs.collection.recorder import Recorder
from srs.collection.relink import change_meaning, mark_distinct, relink
from srs.core import event_row
from srs.core.card_state import UNSEEN, New, Review
from srs.core.errors import CannotRelink, NotAnswerable, Unknown
from srs.core.event import Answered, Distinct, Event, EventSource, Forgot, Rating, Relinked, Softened, Suspended, Void
from srs.core.event_line import to_line
from srs.database import decks
from srs.importers.log_file import json_lines
from srs.log import event_log
from srs.review.session import Session
from tests.conftest import BASIC, DAY, NOW, PHRASES, Home, answer, state_of

LATER = NOW + 30 * DAY
EASY = Rating.EASY


def new_cards(collection: Collection) -> list[str]:
    return sorted(card.card for card in collection.queue(NOW, collection.deck_names()).main)


def renamed(home: Home) -> Collection:
    """`one` has been answered twice; then its id was changed to `uno`."""
    home.write("a.yaml", BASIC)
    collection = home.open()
    answer(collection, "one/back", EASY)
    answer(collection, "one/back", Rating.GOOD, NOW + 9 * DAY)
    home.write("a.yaml", BASIC.replace("id: one", "id: uno"))
    return home.open("2026-04-01T09:00+09:00")


def test_the_history_is_the_new_ids_from_now_on_earlier_and_later_events_alike(home: Home) -> None:
    collection = renamed(home)
    before = state_of(collection, "one/back")
    moved = relink(collection, "one", "uno", LATER)
    assert (moved.cards, moved.orphaned, moved.still_in) == (("uno/back",), (), "")
    assert (state_of(collection, "uno/back"), state_of(collection, "one/back")) == (before, UNSEEN)
    event = answer(collection, "uno/back", Rating.GOOD, LATER)
    assert event.subject == "uno/back"
    assert state_of(collection, "uno/back").reps == 3
    assert [row.event.subject for row in event_log.history(collection.store.connection, "uno/back")] == ["uno/back"] * 3
    stored = [json.loads(text)["subject"] for text in json_lines(collection.store.connection)]
    assert stored == ["one/back", "one/back", "one", "uno/back"], "stored keys are never rewritten"
    assert verify(collection, LATER).good


def test_later_events_under_the_old_id_count_for_the_new_one(home: Home) -> None:
    collection = renamed(home)
    relink(collection, "one", "uno", LATER)
    recorder = Recorder(collection)
    assert recorder.preview("one/back", LATER).card == "uno/back"
    assert recorder.mark("one/back", Suspended(), LATER)
    assert state_of(collection, "uno/back").suspended
    with pytest.raises(NotAnswerable):
        recorder.preview("uno/back", LATER)
    recorder.undo()
    assert not state_of(collection, "uno/back").suspended
    assert recorder.cram("one/back", Rating.GOOD, 0, LATER).subject == "uno/back"


def test_undo_gives_the_history_back_and_the_new_note_is_new_again(home: Home) -> None:
    collection = renamed(home)
    before = state_of(collection, "one/back")
    relink(collection, "one", "uno", LATER)
    assert new_cards(collection) == ["two/back"]
    (undone,) = Recorder(collection).undo()
    assert isinstance(undone.event.what, Relinked)
    assert (state_of(collection, "one/back"), state_of(collection, "uno/back")) == (before, UNSEEN)
    assert new_cards(collection) == ["two/back", "uno/back"]
    assert verify(collection, LATER).good
    again = relink(collection, "one", "uno", LATER)
    assert again.event
    assert again.event.at > undone.event.at, "the time of what was undone stays taken"
    assert state_of(collection, "uno/back") == before


def test_undoing_an_answer_recorded_under_the_old_id_changes_the_new_ones_card(home: Home) -> None:
    collection = renamed(home)
    with collection.store.write() as connection:  # as another machine would have recorded it
        event_log.insert_event(
            connection, Event("one", LATER, date(2026, 4, 1), EventSource.SRS, "other", Relinked("uno"))
        )
    rebuild(collection, LATER)
    assert state_of(collection, "uno/back").reps == 2
    assert Recorder(collection).undo()[0].event.subject == "one/back"
    assert state_of(collection, "uno/back").reps == 1
    assert verify(collection, LATER).good


def test_cards_are_matched_by_template_and_the_rest_is_reported_and_stays_in_the_log(home: Home) -> None:
    home.write("b.yaml", PHRASES)
    collection = home.open()
    answer(collection, "tight/ko-en", EASY)
    answer(collection, "tight/en-ko", EASY, NOW + DAY)
    other = PHRASES.replace("ko: ko-KR", "de: de-DE").replace("ko:", "de:")
    home.write("b.yaml", other.replace("id: tight", "id: knapp"))
    collection = home.open()
    moved = relink(collection, "tight", "knapp", LATER)
    assert (moved.cards, moved.orphaned) == ((), ("knapp/en-ko", "knapp/ko-en"))
    home.write("b.yaml", PHRASES.replace("id: tight", "id: knapp"))
    collection = home.open()
    assert state_of(collection, "knapp/ko-en").reps == 1


def test_a_note_split_in_two_gives_its_history_to_the_one_that_is_chosen(home: Home) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: both, front: a and b?, back: c}\n")
    collection = home.open()
    answer(collection, "both/back", EASY)
    home.write("a.yaml", "deck: D\nnotes:\n- {id: a, front: a?, back: c}\n- {id: b, front: b?, back: c}\n")
    collection = home.open()
    relink(collection, "both", "a", LATER)
    assert new_cards(collection) == ["b/back"]
    relink(collection, "both", "b", LATER)
    assert (state_of(collection, "a/back"), state_of(collection, "b/back").reps) == (UNSEEN, 1), "the later one wins"
    assert new_cards(collection) == ["a/back"]
    Recorder(collection).undo()
    assert (state_of(collection, "a/back").reps, state_of(collection, "b/back")) == (1, UNSEEN)
    assert verify(collection, LATER).good


def test_an_old_id_that_is_still_in_a_deck_is_no_longer_asked(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    answer(collection, "one/back", EASY)
    moved = relink(collection, "one", "two", LATER)
    assert moved.still_in == "a.yaml"
    assert new_cards(collection) == []
    home.write("a.yaml", BASIC + "- {id: three, front: a, back: b}\n")
    collection = home.open()
    assert new_cards(collection) == ["three/back"], "nor after its file was read again"
    assert [card.card for card in collection.available_cards(NOW, ["Talk"])] == ["two/back", "three/back"], (
        "nor crammed"
    )
    rebuild(collection, LATER)
    assert new_cards(collection) == ["three/back"]
    Recorder(collection).undo()
    assert new_cards(collection) == ["three/back", "two/back"]


def test_a_card_on_show_that_is_relinked_meanwhile_is_asked_again(home: Home) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), lambda: NOW)
    assert session.question
    assert session.question.card.key == "one/back"
    other = home.open(machine="other")
    answer(other, "two/back", EASY, NOW - DAY)
    relink(other, "one", "two", NOW)
    session.reveal()
    assert not session.answer(Rating.GOOD), "what the button promised is no longer true"
    assert state_of(other, "two/back").reps == 1


def test_histories_that_meet_are_one_in_the_order_of_time(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    answer(collection, "one/back", EASY)
    answer(collection, "two/back", EASY, NOW + DAY)
    answer(collection, "one/back", Rating.AGAIN, NOW + 20 * DAY)
    relink(collection, "one", "two", LATER)
    events = list(event_log.card_events(collection.store.connection, "two/back"))
    assert [(event.subject, event.at - NOW) for event in events] == [
        ("two/back", 0), ("two/back", DAY), ("two/back", 20 * DAY),
    ]  # fmt: skip
    assert (state_of(collection, "two/back").reps, state_of(collection, "two/back").lapses) == (3, 1)
    assert verify(collection, LATER).good


def test_events_that_meet_on_one_card_and_millisecond_count_once(home: Home) -> None:
    """The canonically smaller line counts, in whatever way the log is read; one that was voided gives way."""
    home.write("a.yaml", BASIC)
    collection = home.open()
    first, second = answer(collection, "one/back", EASY), answer(collection, "two/back", Rating.AGAIN)
    assert first.at == second.at
    relink(collection, "one", "two", LATER)
    kept = replace(min(first, second, key=to_line), subject="two/back")
    connection = collection.store.connection
    assert list(event_log.card_events(connection, "two/back")) == [kept]
    assert [row[:2] for row in event_log.replay_rows(connection)] == [(kept.subject, kept.at)]
    assert [row.event for row in event_log.history(connection, "two/back")] == [kept]
    assert [event_row.event_from_row(row) for row, _ in event_log.card_rows(connection, ["two/back"])] == [kept]
    assert [entry[:2] for entry in event_log.log_entries(connection)] == [("two/back", NOW)]
    assert isinstance(kept.what, Answered)
    failed = event_log.cards_failed_on(connection, date(2026, 3, 2))
    assert failed == (frozenset({"two/back"}) if kept.what.rating is Rating.AGAIN else frozenset())
    assert chosen(collection, parse("is:failed", KINDS), NOW) == failed
    with collection.store.write():
        event_log.insert_void(connection, Void(min(first, second, key=to_line).subject, NOW))
    other = replace(max(first, second, key=to_line), subject="two/back")
    assert list(event_log.card_events(connection, "two/back")) == [other]
    assert [entry[:2] for entry in event_log.log_entries(connection)] == [("two/back", NOW)]


def test_a_millisecond_is_free_only_if_no_id_of_the_card_uses_it(home: Home) -> None:
    collection = renamed(home)
    relink(collection, "one", "uno", LATER)
    connection = collection.store.connection
    assert event_log.free_time(connection, "uno/back", NOW) == NOW + 1
    with collection.store.write():
        event_log.insert_void(connection, Void("one/back", NOW + 1))
    assert event_log.free_time(connection, "uno/back", NOW) == NOW + 2
    assert event_log.free_time(connection, "two/back", NOW) == NOW


def test_a_relink_that_would_close_a_circle_is_refused(home: Home) -> None:
    home.write("a.yaml", BASIC + "- {id: three, front: a, back: b}\n")
    collection = home.open()
    answer(collection, "one/back", EASY)
    answer(collection, "three/back", EASY)
    relink(collection, "one", "two", NOW)
    relink(collection, "two", "three", NOW)
    before = list(json_lines(collection.store.connection))
    for old, new in [("three", "one"), ("three", "two")]:
        with pytest.raises(CannotRelink) as refused:
            relink(collection, old, new, LATER)
        assert refused.value.problem == "circle"
    with pytest.raises(CannotRelink):
        relink(collection, "one", "one", LATER)
    assert list(json_lines(collection.store.connection)) == before
    assert relink(collection, "one", "three", LATER).event is None, "it is so already"


def test_a_relink_later_than_the_clock_is_still_followed_by_the_next(home: Home) -> None:
    home.write("a.yaml", BASIC + "- {id: three, front: a, back: b}\n")
    collection = home.open()
    answer(collection, "one/back", EASY)
    relink(collection, "one", "two", NOW + 400 * DAY)
    relink(collection, "one", "three", NOW)
    assert state_of(collection, "three/back").reps == 1
    assert len(list(json_lines(collection.store.connection))) == 3


def test_unknown_ids_are_refused(home: Home) -> None:
    collection = renamed(home)
    with pytest.raises(Unknown) as unknown:
        relink(collection, "onne", "uno", LATER)
    assert "one" in unknown.value.nearest
    with pytest.raises(Unknown):
        relink(collection, "one", "gone", LATER)
    with pytest.raises(Unknown):
        mark_distinct(collection, "nobody", "uno", LATER)


def test_distinct_notes_are_recorded_once_in_either_order(home: Home) -> None:
    collection = renamed(home)
    event = mark_distinct(collection, "uno", "one", LATER)
    assert event
    assert (event.subject, event.what) == ("one", Distinct("uno"))
    assert mark_distinct(collection, "one", "uno", LATER) is None
    before = state_of(collection, "one/back")
    assert Recorder(collection).undo()[0].event == event
    assert state_of(collection, "one/back") == before


def test_a_change_of_meaning_keeps_softens_or_starts_over(home: Home) -> None:
    home.write("b.yaml", PHRASES)
    collection = home.open()
    answer(collection, "tight/ko-en", EASY)
    before = state_of(collection, "tight/ko-en").phase
    assert isinstance(before, Review)
    assert change_meaning(collection, "tight", "keep", 0.5, LATER) == []
    (softened,) = change_meaning(collection, "tight", "soften", 0.25, LATER)
    assert (softened.subject, softened.what) == ("tight/ko-en", Softened(0.25))
    after = state_of(collection, "tight/ko-en").phase
    assert isinstance(after, Review)
    assert after.memory.stability == before.memory.stability * 0.25
    assert after.due == before.due
    (forgot,) = change_meaning(collection, "tight", "over", 0.5, LATER)
    assert forgot.what == Forgot()
    assert isinstance(state_of(collection, "tight/ko-en").phase, New)
    assert change_meaning(collection, "tight", "over", 0.5, LATER) == []
    Recorder(collection).undo()
    Recorder(collection).undo()
    assert state_of(collection, "tight/ko-en").phase == before
    assert verify(collection, LATER).good


def test_a_renamed_deck_and_a_moved_note_keep_their_history_without_any_event(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    answer(collection, "one/back", EASY)
    before = (state_of(collection, "one/back"), list(json_lines(collection.store.connection)))
    home.write("a.yaml", "deck: Renamed\nnotes:\n- {id: two, front: two?, back: zwei}\n")
    home.write("sub/c.yaml", "deck: Other\nnotes:\n- {id: one, front: one?, back: eins}\n")
    collection = home.open()
    assert (state_of(collection, "one/back"), list(json_lines(collection.store.connection))) == before
    assert decks.deck_of_card(collection.store.connection, collection.folder_id, "one/back") == "Other"
    assert new_cards(collection) == ["two/back"]
