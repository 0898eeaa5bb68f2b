"""Sessions toward a date."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random  # noqa: TID251 - a learner of a seed

import pytest

from srs.collection import Collection
from srs.collection.goal_forecast import forecast_goal
from srs.collection.goals_today import GoalsToday, read_goals_today
from srs.collection.move_reviews import advance_moves, postpone_moves
from srs.collection.recorder import Recorder
from srs.collection.relink import relink
from srs.core.card_state import InReview, New, Review
from srs.core.event import Aim, Break, Buried, Event, EventSource, Forgot, Rating, Suspended
from srs.database import states
from srs.log import event_log
from srs.review.planner import StudyOptions
from srs.review.session import Session
from srs.scheduling.fsrs6 import recall_model
from srs.scheduling.scheduler import DEFAULT
from tests.conftest import NOW, Clock, Home, answer, state_of

FIRST = date(2026, 3, 2)
DAY_MS = 86_400_000
DATE = date(2026, 4, 1)
NOTES = "".join(f"- {{id: n{n:02}, front: f{n}, back: b{n}}}\n" for n in range(60))
OTHERS = "".join(f"- {{id: o{n:02}, front: o{n}, back: p{n}}}\n" for n in range(60))
RECALL = recall_model(DEFAULT.values)


@pytest.fixture
def two(home: Home) -> Home:
    """Sixty cards for the interview and sixty others."""
    home.write("a.yaml", f"deck: Job::Phrases\ntags: [job]\nnotes:\n{NOTES}")
    home.write("b.yaml", f"deck: Other\nnotes:\n{OTHERS}")
    return home


def at(day: date) -> int:
    return NOW + (day - FIRST).days * DAY_MS


def aim(collection: Collection, day: date = FIRST, name: str = "job", **wanted: object) -> None:
    made = replace(Aim(DATE, ("Job",), minutes=10.0), **wanted)  # type: ignore[arg-type]
    Recorder(collection).set_goal(name, made, at(day))


def study(collection: Collection, clock: Clock, day: date, draw: Random, seconds: int = 8) -> list[Event]:
    """Answers all that a session shows, by the memory that FSRS says."""
    clock.now = at(day)
    session = Session(collection, clock)
    while question := session.question:
        phase = question.preview.state.phase
        known = RECALL(phase.memory.stability, (day - phase.last_day).days) if isinstance(phase, Review) else 0.8
        session.reveal(all_parts=True)
        clock.now += seconds * 1000
        assert session.answer(Rating.GOOD if draw.random() < known else Rating.AGAIN)
    return session._answers


def goals_on(collection: Collection, day: date) -> GoalsToday:
    return read_goals_today(collection, day)


def recall_of(collection: Collection, day: date, prefix: str) -> float:
    """Mean recall of all cards of notes that begin so."""
    found = states.get_all(collection.store.connection)
    phases = [found[card].phase if card in found else New() for card in (f"{prefix}{n:02}/back" for n in range(60))]
    return sum(RECALL(p.memory.stability, (day - p.last_day).days) for p in phases if isinstance(p, Review)) / 60


def test_a_month_toward_a_date_reaches_it_although_a_week_of_it_is_missed(two: Home, clock: Clock) -> None:
    collection, draw = two.open(), Random(7)
    aim(collection)
    missed = {FIRST + timedelta(n) for n in range(12, 19)}
    begun = Counter[date]()
    for n in range((DATE - FIRST).days):
        day = FIRST + timedelta(n)
        if day in missed:
            continue
        of_goal = [event for event in study(collection, clock, day, draw) if event.subject.startswith("n")]
        state = states.get_all(collection.store.connection)
        begun[day] = sum(state[card].introduced == day for card in {event.subject for event in of_goal})
        assert len(of_goal) * 8 <= 10 * 60 + 8 + 3 * 8 * begun[day], "steps may go on past the time, reviews not"
    assert recall_of(collection, DATE, "n") >= 0.94
    assert sum(begun.values()) == 60
    assert max(day for day, count in begun.items() if count) <= DATE - timedelta(4), (
        "none is new on the last three days"
    )
    assert collection.due_counts(at(DATE)).total.review > 0, "afterwards cards are due as ever"


def test_the_first_days_bring_new_cards_evenly_and_others_keep_their_limit(two: Home) -> None:
    collection = two.open()
    before = dict(collection.due_counts(NOW).decks)
    assert (before["Job::Phrases"].new, before["Other"].new) == (20, 20)
    aim(collection)
    counts = collection.due_counts(NOW)
    assert dict(counts.decks)["Job::Phrases"].new == 4, "sixty over eighteen days"
    assert (dict(counts.decks)["Other"].new, counts.total.new) == (20, 24)


def test_a_card_that_the_rule_leaves_alone_is_not_offered_though_it_is_due(two: Home, clock: Clock) -> None:
    """A card that will be recalled on the date: of three days to go and a stability of months."""
    collection = two.open()
    recorder = Recorder(collection)
    day = DATE - timedelta(60)
    for n in range(6):
        now = at(day)
        preview = recorder.preview("n00/back", now)
        recorded = recorder.answer(preview, Rating.EASY if n == 0 else Rating.GOOD, 8000, now)
        assert recorded
        phase = recorded.state.phase
        day = phase.due if isinstance(phase, Review) else day
        if day > DATE:
            break
    clock.now = at(day + timedelta(5))
    due = collection.due_counts(clock.now).total.review
    assert due == 1
    set_on = collection.calendar.day(clock.now)
    Recorder(collection).set_goal("soon", Aim(set_on + timedelta(1), ("Job",), minutes=10.0), clock.now)
    state = states.get(collection.store.connection, "n00/back")
    assert isinstance(state.phase, Review)
    assert RECALL(state.phase.memory.stability, (set_on - state.phase.last_day).days + 1) < 0.97, "else it says nothing"
    assert collection.due_counts(clock.now).total.review == 1, "on the last day it has its last review"


def test_a_question_says_for_which_date_and_when_the_plan_expects_it_again(two: Home, clock: Clock) -> None:
    collection = two.open()
    aim(collection)
    question = Session(collection, clock).question
    assert question is not None
    assert question.goal == DATE
    assert set(question.planned) == {Rating.EASY}, "the others lead to a step"
    assert FIRST < question.planned[Rating.EASY] < DATE


def test_the_events_record_ordinary_intervals(two: Home, clock: Clock) -> None:
    collection = two.open()
    promised = Recorder(collection).preview("n00/back", NOW).outcomes
    aim(collection)
    session = Session(collection, clock)
    assert session.question is not None
    assert session.question.card.key == "n00/back"
    assert session.question.preview.outcomes == promised


def test_time_that_is_used_up_ends_the_goals_cards_but_no_others(two: Home, clock: Clock) -> None:
    collection = two.open()
    aim(collection, minutes=1.0)
    session = Session(collection, clock)
    seen = []
    while question := session.question:
        seen.append(question.card.key)
        session.reveal(all_parts=True)
        clock.now += 100_000
        session.answer(Rating.EASY)
    assert [card for card in seen if card.startswith("n")] == ["n00/back"]
    assert sum(card.startswith("o") for card in seen) == 20


def test_due_counts_what_fits_into_the_rest_of_the_days_time(two: Home, clock: Clock) -> None:
    collection, draw = two.open(), Random(1)
    aim(collection, minutes=3.0)
    for n in range(14):
        study(collection, clock, FIRST + timedelta(n), draw)
    day = FIRST + timedelta(14)
    clock.now = at(day)
    today = goals_on(collection, day).today["job"]
    assert today.plan
    first = dict(collection.due_counts(clock.now).decks)["Job::Phrases"]
    assert first.review * 8 <= 3 * 60 + 16
    count, session = 0, Session(collection, clock)
    while question := session.question:
        if question.note.deck == "Other":
            break
        session.reveal(all_parts=True)
        clock.now += 8000
        session.answer(Rating.GOOD)
        count += 1
        again = dict(collection.due_counts(clock.now).decks)["Job::Phrases"]
        session_left = Session(collection, clock)._queue.counts
        assert again.review <= first.review
        assert session_left.review + session_left.new >= again.review
    assert count >= first.review


def test_a_new_session_on_the_same_day_goes_on_with_the_same_plan(two: Home, clock: Clock) -> None:
    collection, draw = two.open(), Random(2)
    aim(collection)
    for n in range(10):
        study(collection, clock, FIRST + timedelta(n), draw)
    day = FIRST + timedelta(10)
    plan = goals_on(collection, day).today["job"].plan
    assert plan
    study(collection, clock, day, draw)
    assert goals_on(collection, day).today["job"].plan == plan
    assert collection.due_counts(clock.now).total == (0, 0, 0)
    collection.store.connection.execute("delete from goal_plans")
    assert goals_on(collection, day).today["job"].plan != plan, "made anew from the cards as they are"


def test_suspended_buried_and_crammed_cards_are_treated_as_ever(two: Home, clock: Clock) -> None:
    collection = two.open()
    recorder = Recorder(collection)
    aim(collection)
    recorder.mark("n00/back", Suspended(), NOW)
    recorder.mark("n01/back", Buried(), NOW)
    session = Session(collection, clock)
    assert session.question
    assert session.question.card.key == "n02/back"
    crammed = Session(collection, clock, ["Job"], StudyOptions(cram=True))
    assert crammed.question
    assert (crammed.question.goal, crammed.question.planned) == (None, {})


def test_a_card_follows_the_nearest_of_several_goals(two: Home) -> None:
    collection = two.open()
    aim(collection, name="late", day=FIRST, decks=())
    aim(collection, name="soon")
    Recorder(collection).set_goal("early", Aim(FIRST + timedelta(10), (), ("job",)), NOW)
    goals = goals_on(collection, FIRST)
    assert [goal.name for goal in goals.every] == ["early", "late", "soon"]
    owners = [goals.owner(deck, note) for deck, note in (("Job::Phrases", "n00"), ("Other", "o00"))]
    assert [owner.name for owner in owners if owner] == ["early", "late"]


def test_setting_a_goal_again_replaces_it_dropping_ends_it_and_undo_brings_it_back(two: Home) -> None:
    collection = two.open()
    recorder = Recorder(collection)
    aim(collection)
    aim(collection, recall=0.9)
    assert [goal.aim.recall for goal in goals_on(collection, FIRST).every] == [0.9]
    recorder.undo()
    assert [goal.aim.recall for goal in goals_on(collection, FIRST).every] == [0.95]
    recorder.set_goal("job", None, NOW)
    assert collection.goals(FIRST) is None
    recorder.undo()
    assert len(goals_on(collection, FIRST).every) == 1


def test_a_goal_ends_when_its_date_begins_and_holds_again_if_the_clock_goes_back(two: Home) -> None:
    collection = two.open()
    aim(collection)
    last = goals_on(collection, DATE - timedelta(1)).today["job"]
    assert last.plan
    assert goals_on(collection, DATE).today["job"].plan is None
    assert goals_on(collection, DATE - timedelta(1)).today["job"].plan == last.plan


def test_after_the_date_the_backlog_takes_no_more_than_the_goals_minutes_lowest_recall_first(
    two: Home, clock: Clock
) -> None:
    collection, draw = two.open(), Random(3)
    aim(collection, minutes=2.0)
    for n in range(30):
        study(collection, clock, FIRST + timedelta(n), draw, seconds=2)
    day = DATE + timedelta(25)
    clock.now = at(day)
    session = Session(collection, clock, ["Job"])
    seen = list[float]()
    while question := session.question:
        phase = question.preview.state.phase
        if isinstance(phase, InReview):
            assert isinstance(phase, Review)
            seen.append(RECALL(phase.memory.stability, (day - phase.last_day).days))
        session.reveal(all_parts=True)
        clock.now += 20_000
        session.answer(Rating.GOOD)
    assert len(seen) == 6
    assert seen == sorted(seen)


def test_days_of_a_break_count_as_missed(two: Home, clock: Clock) -> None:
    collection = two.open()
    aim(collection)
    usual = forecast_goal(goals_on(collection, FIRST), goals_on(collection, FIRST).every[0])
    with collection.store.write() as connection:
        away = Break(FIRST + timedelta(10), FIRST + timedelta(19))
        event_log.insert_event(connection, Event("", NOW, FIRST, EventSource.SRS, "machine", away))
    goals = goals_on(collection, FIRST)
    forecast = forecast_goal(goals, goals.every[0])
    assert [day.reviews + day.new for day in forecast.load[10:20]] == [0] * 10
    assert all(day.reviews + day.new for day in usual.load[10:20])


def test_a_plan_that_cannot_be_kept_is_made_again(two: Home) -> None:
    collection, other = two.open(), two.open()
    aim(collection)
    with other.store.write():
        assert collection.due_counts(NOW).total.new == 24
    assert collection.store.connection.execute("select count(*) from goal_plans").fetchone()[0] == 0
    for damaged in ("{", "[1]", "null"):
        collection.due_counts(NOW)
        collection.store.connection.execute("update goal_plans set plan = ?", (damaged,))
        assert collection.due_counts(NOW).total.new == 24


def test_the_end_of_a_review_says_what_the_plan_expects_of_tomorrow(two: Home, clock: Clock) -> None:
    collection, draw = two.open(), Random(5)
    aim(collection, decks=())
    for n in range(8):
        study(collection, clock, FIRST + timedelta(n), draw)
    session = Session(collection, clock)
    assert session.question is None
    plan = goals_on(collection, FIRST + timedelta(7)).today["job"].plan
    assert plan
    summary = session.summary()
    assert summary.tomorrow == round(plan.tomorrow) > 0
    assert summary.next_due == collection.calendar.start(FIRST + timedelta(8))


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "x"), (0, None), (1, 5), (2, [["n00/back", "x"]]), (2, [[["n00"], 3]]), (2, 7), (3, "x"), (4, None), (6, "x"),
     (6, float("nan")), (7, float("inf")), (7, 10**400)],
)  # fmt: skip
def test_a_plan_that_is_none_is_made_anew(two: Home, clock: Clock, place: int, value: object) -> None:
    collection = two.open()
    aim(collection)
    expected = goals_on(collection, FIRST).today["job"].plan
    (text,) = collection.store.connection.execute("select plan from goal_plans").fetchone()
    plan = json.loads(text)
    plan[place] = value
    collection.store.connection.execute("update goal_plans set plan = ?", (json.dumps(plan),))
    assert goals_on(collection, FIRST).today["job"].plan == expected
    assert collection.due_counts(NOW).total.new == 24


def test_decks_of_a_goal_take_turns_also_if_each_card_is_asked_by_a_program_of_its_own(two: Home, clock: Clock) -> None:
    two.write("c.yaml", f"deck: Job::More\nnotes:\n{NOTES.replace('id: n', 'id: m')}")
    collection = two.open()
    aim(collection)
    asked = []
    for _ in range(4):
        question = Session(collection, clock, ["Job"]).question
        assert question
        asked.append(question.note.id)
        clock.now += 8000
        answer(collection, question.card.key, Rating.EASY, clock.now)
    assert asked == ["n00", "m00", "n01", "m01"]


def test_time_counts_also_for_cards_that_were_forgotten_or_relinked_since(two: Home) -> None:
    collection = two.open()
    aim(collection)
    for n, card in enumerate(("n00/back", "n01/back", "n02/back")):
        answer(collection, card, Rating.EASY, NOW + n, duration_ms=60_000)
    Recorder(collection).mark("n01/back", Forgot(), NOW + 1000)
    two.write("a.yaml", f"deck: Job::Phrases\nnotes:\n{NOTES.replace('n02', 'x02')}")
    collection.read_decks(NOW + 2000)
    relink(collection, "n02", "x02", NOW + 3000)
    assert goals_on(collection, FIRST).today["job"].seconds_left == 10 * 60 - 180


def test_new_cards_of_a_goal_do_not_count_as_those_of_other_decks(two: Home, clock: Clock) -> None:
    collection = two.open()
    aim(collection)
    for n in range(4):
        answer(collection, f"n{n:02}/back", Rating.EASY, NOW + n)
    clock.now = NOW + 5000
    assert Session(collection, clock, ["Other"], StudyOptions(new=0))._queue.counts.new == 0
    assert collection.beyond_limit(clock.now, ["Job::Phrases", "Other"], planned=20) == 40


def test_tomorrow_has_the_reviews_of_decks_without_a_goal_and_of_goals_whose_date_has_passed(
    two: Home, clock: Clock
) -> None:
    collection = two.open()
    for n in range(6):
        for note in (f"n{n:02}", f"o{n:02}"):
            answer(collection, f"{note}/back", Rating.EASY, NOW)
    due = [state_of(collection, f"o{n:02}/back").phase for n in range(6)]
    day = min(phase.due for phase in due if isinstance(phase, Review))
    tomorrow = sum(phase.due == day for phase in due if isinstance(phase, Review))
    now = at(day - timedelta(1))
    Recorder(collection).set_goal("job", Aim(day + timedelta(9), ("Job",), minutes=10.0), now)
    assert collection.reviews_tomorrow(now, ["Other"]) == tomorrow
    assert collection.next_due(now, ["Other"]) == collection.calendar.start(day)
    both = collection.reviews_tomorrow(now + 20 * DAY_MS, ["Job::Phrases", "Other"])
    assert both == 12, "all are due, twenty days later, and the goal has ended"


def test_postpone_and_advance_leave_the_cards_of_goals(two: Home) -> None:
    collection = two.open()
    for n in range(6):
        for note in (f"n{n:02}", f"o{n:02}"):
            answer(collection, f"{note}/back", Rating.EASY, NOW)
    now = at(FIRST + timedelta(30))
    Recorder(collection).set_goal("job", Aim(FIRST + timedelta(60), ("Job",), minutes=10.0), now)
    moved = postpone_moves(collection, collection.deck_names(), 0, now).due
    assert {card[0] for card in moved} == {"o"}
    earlier = at(FIRST + timedelta(1))
    Recorder(collection).set_goal("also", Aim(FIRST + timedelta(60), ("Job",)), earlier)
    assert {card[0] for card in advance_moves(collection, collection.deck_names(), 9, earlier).due} == {"o"}
