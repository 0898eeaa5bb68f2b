"""A break, and days that went otherwise: which reviews move, recorded at one instant and taken back bit for bit."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from srs.backup.verify import verify
from srs.collection.move_reviews import advance_moves, moves_for_break, planned_breaks, postpone_moves
from srs.collection.recorder import Recorder
from srs.core.card_state import Review
from srs.core.errors import NothingToUndo
from srs.core.event import Break, Days, Event, EventSource, Rating, Rescheduled, Suspended
from srs.database import states
from srs.log.replay import replay_all
from tests.conftest import PHRASES, Home
from tests.machines import insert_events
from tests.simulated_learner import DAY_MS, live

LIFE = live(7, cards=200, days=50)
NOW = LIFE.end
TODAY = date(2026, 2, 20)
NOTES = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(200))
FIRST, LAST = TODAY + timedelta(4), TODAY + timedelta(9)


@pytest.fixture
def recorder(home: Home) -> Recorder:
    home.write("a.yaml", f"deck: Talk\nnotes:\n{NOTES}")
    collection = home.open()
    assert collection.calendar.day(NOW) == TODAY
    with collection.store.write() as connection:
        insert_events(connection, LIFE.events)
        replay_all(connection)
    return Recorder(collection)


def rows(recorder: Recorder) -> dict[str, Any]:
    return states.get_all_rows(recorder.collection.store.connection)


def load(recorder: Recorder) -> Counter[date]:
    """Of reviews that are not suspended; what is overdue counts for today."""
    found = states.get_all(recorder.collection.store.connection).values()
    return Counter(
        max(state.phase.due, TODAY) for state in found if isinstance(state.phase, Review) and not state.suspended
    )


def plan(recorder: Recorder, first: date = FIRST, last: date = LAST, now: int = NOW) -> list[Event]:
    return recorder.move_reviews(moves_for_break(recorder.collection, first, last, now).due, now, Break(first, last))


def is_sound(recorder: Recorder) -> bool:
    return verify(recorder.collection, NOW + 99 * DAY_MS).good


def test_what_falls_into_a_break_is_spread_over_the_days_around_it(recorder: Recorder) -> None:
    before = load(recorder)
    moves = moves_for_break(recorder.collection, FIRST, LAST, NOW)
    events = plan(recorder)
    after = load(recorder)
    assert len(moves.due) == sum(before[FIRST + timedelta(n)] for n in range(6)) > 20
    assert sum(after[FIRST + timedelta(n)] for n in range(6)) == 0
    assert {day for day in after if after[day] > before[day]} <= {
        *(TODAY + timedelta(n) for n in range(4)),
        *(LAST + timedelta(1 + n) for n in range(8)),
    }
    assert (moves.before, +Counter(moves.after)) == (before, after)
    assert events[0].what == Break(FIRST, LAST)
    assert len({(event.at, event.day) for event in events}) == 1
    assert is_sound(recorder)


@pytest.mark.parametrize("answered", [False, True])
def test_a_break_is_undone_with_all_that_moved_even_if_answers_came_after(recorder: Recorder, answered: bool) -> None:
    before = rows(recorder)
    moved = {event.subject for event in plan(recorder)}
    card = next(card for card in before if card not in moved)
    if answered:
        recorder.answer(recorder.preview(card, NOW + 500), Rating.GOOD, 0, NOW + 500)
        assert {row.event.subject for row in recorder.undo_last(Break)} == moved
        assert {one: row for one, row in rows(recorder).items() if one != card} == {
            one: row for one, row in before.items() if one != card
        }
    else:
        recorder.undo()
        assert rows(recorder) == before
    assert planned_breaks(recorder.collection, NOW) == ()
    with pytest.raises(NothingToUndo):
        recorder.undo_last(Break)
    assert is_sound(recorder)


def test_answers_lead_to_no_day_of_a_break_until_it_is_undone(recorder: Recorder) -> None:
    plan(recorder, last=LAST + timedelta(20))
    days = set[int]()
    for n in range(60):
        outcomes = recorder.preview(f"n{n}/back", NOW).outcomes.values()
        days |= {one.days for one in outcomes if isinstance(one, Days)}
    assert days
    assert not days & set(range(4, 30))
    recorder.undo()
    assert any(
        4 <= one.days < 30
        for n in range(60)
        for one in recorder.preview(f"n{n}/back", NOW).outcomes.values()
        if isinstance(one, Days)
    )


def test_a_break_that_has_begun_moves_what_is_overdue_and_nothing_before_today(recorder: Recorder) -> None:
    plan(recorder, first=TODAY - timedelta(2), last=TODAY + timedelta(2))
    after = load(recorder)
    assert sum(after[TODAY + timedelta(n)] for n in range(3)) == 0
    assert not recorder.collection.queue(NOW, ["Talk"]).main
    assert is_sound(recorder)


def test_breaks_that_overlap_unite(recorder: Recorder) -> None:
    plan(recorder)
    plan(recorder, first=LAST, last=LAST + timedelta(3))
    assert planned_breaks(recorder.collection, NOW) == ((FIRST, LAST + timedelta(3)),)
    assert sum(load(recorder)[FIRST + timedelta(n)] for n in range(9)) == 0
    assert planned_breaks(recorder.collection, NOW + 10 * DAY_MS) == ((FIRST, LAST + timedelta(3)),)
    assert planned_breaks(recorder.collection, NOW + 13 * DAY_MS) == ()
    recorder.undo_last(Break)
    assert planned_breaks(recorder.collection, NOW) == ((FIRST, LAST),)


def test_suspended_cards_and_cards_in_their_steps_stay(recorder: Recorder) -> None:
    due = moves_for_break(recorder.collection, FIRST, LAST, NOW).due
    suspended, lapsed, *_ = sorted(due)
    recorder.mark(suspended, Suspended(), NOW)
    recorder.answer(recorder.preview(lapsed, NOW), Rating.AGAIN, 0, NOW)
    later = moves_for_break(recorder.collection, FIRST, LAST, NOW + 1000).due
    assert later.keys() == due.keys() - {suspended, lapsed}


def test_a_card_with_an_event_dated_later_keeps_its_due_date(recorder: Recorder) -> None:
    card = min(moves_for_break(recorder.collection, FIRST, LAST, NOW).due)
    ahead = NOW + 3 * DAY_MS
    event = Event(card, ahead, TODAY + timedelta(3), EventSource.SRS, "other", Rescheduled(2))
    with recorder.collection.store.write() as connection:
        insert_events(connection, [event])
        replay_all(connection)
    assert card not in moves_for_break(recorder.collection, FIRST, LAST, NOW).due
    assert recorder.move_reviews({card: TODAY}, NOW) == []


def test_postponing_keeps_what_would_lose_most_and_fills_the_next_week_evenly(recorder: Recorder) -> None:
    before, saved = load(recorder), rows(recorder)
    moves = postpone_moves(recorder.collection, ["Talk"], 3, NOW)
    events = recorder.move_reviews(moves.due, NOW)
    after = load(recorder)
    assert after[TODAY] == 3 < before[TODAY]
    assert sum(after.values()) == sum(before.values())
    assert {day for day in after if after[day] > before[day]} <= {TODAY + timedelta(n) for n in range(1, 8)}
    kept = [
        state.phase
        for state in states.get_all(recorder.collection.store.connection).values()
        if isinstance(state.phase, Review) and state.phase.due <= TODAY
    ]
    moved = [
        state.phase
        for card, state in states.get_all(recorder.collection.store.connection).items()
        if isinstance(state.phase, Review) and card in moves.due
    ]
    assert max(phase.memory.stability for phase in kept) < min(phase.memory.stability for phase in moved) * 3
    assert len(events) == before[TODAY] - 3
    assert is_sound(recorder)
    assert len(recorder.undo()) == len(events)
    assert rows(recorder) == saved


def test_postponing_moves_only_reviews_of_the_decks_that_were_named(recorder: Recorder) -> None:
    assert postpone_moves(recorder.collection, [], 0, NOW).due == {}
    assert postpone_moves(recorder.collection, ["Talk"], 9999, NOW).due == {}


def test_advancing_brings_what_loses_least_to_today(recorder: Recorder) -> None:
    before, saved = load(recorder), rows(recorder)
    moves = advance_moves(recorder.collection, ["Talk"], 7, NOW)
    recorder.move_reviews(moves.due, NOW)
    assert set(moves.due.values()) == {TODAY}
    assert load(recorder)[TODAY] == before[TODAY] + 7
    assert len(recorder.collection.queue(NOW, ["Talk"]).main) == before[TODAY] + 7
    assert is_sound(recorder)
    recorder.undo()
    assert rows(recorder) == saved
    assert len(advance_moves(recorder.collection, ["Talk"], 9999, NOW).due) == sum(
        count for day, count in before.items() if TODAY < day <= TODAY + timedelta(30)
    )


def test_only_one_card_of_a_note_is_brought_forward_and_none_of_a_note_of_today(home: Home) -> None:
    home.write("a.yaml", PHRASES)
    collection = home.open()
    recorder = Recorder(collection)
    with collection.store.write() as connection:
        days = {"tight/en-ko": 3, "tight/ko-en": 5, "root/en-ko": 0, "root/ko-en": 2}
        insert_events(
            connection,
            [
                Event(
                    card,
                    1_000,
                    date(1970, 1, 1),
                    EventSource.SRS,
                    "m",
                    Rescheduled((TODAY - date(1970, 1, 1)).days + n),
                )
                for card, n in days.items()
            ],
        )
        replay_all(connection)
    found = advance_moves(collection, ["Talk::Phrases"], 9, NOW).due
    assert len(found) == 1
    assert min(found) in {"tight/en-ko", "tight/ko-en"}
    assert len(postpone_moves(collection, ["Talk::Phrases"], 0, NOW).due) == 1, "what has no memory moves as well"
    recorder.move_reviews(found, NOW)
    assert verify(collection, NOW + DAY_MS).good
