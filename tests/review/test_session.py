"""One sitting."""

import shutil

import pytest

from srs.collection import lookup
from srs.collection.recorder import Recorder
from srs.core.errors import NothingToUndo, QueryError, Unknown
from srs.core.event import Buried, Days, Rating, Step, Suspended
from srs.core.settings import Limits, Settings
from srs.log import event_log
from srs.review.planner import StudyOptions
from srs.review.session import Session
from srs.scheduling.queue import Counts
from srs.scheduling.scheduler import Preview
from tests.conftest import BASIC, DAY, MINUTE, NOW, PHRASES, Clock, Home, instant
from tests.review.sittings import asked, rate


@pytest.fixture
def session(home: Home, clock: Clock) -> Session:
    home.write("a.yaml", BASIC)
    return Session(home.open(), clock)


def preview(session: Session) -> Preview:
    assert session.question
    return session.question.preview


def test_a_day_goes_from_the_first_question_to_the_last(session: Session, clock: Clock) -> None:
    assert asked(session) == "one/back"
    assert session.question
    assert session.question.left == Counts(2, 0, 0)
    assert rate(session, Rating.GOOD)
    assert asked(session) == "two/back"
    clock.now += 10 * MINUTE
    assert rate(session, Rating.EASY)
    assert asked(session) == "one/back", "its step is due"
    assert rate(session, Rating.GOOD)
    assert asked(session) is None
    summary = session.summary()
    assert summary.ratings == {Rating.AGAIN: 0, Rating.HARD: 0, Rating.GOOD: 2, Rating.EASY: 1}
    assert (summary.answers, summary.elapsed_ms, summary.left) == (3, 10 * MINUTE, Counts(0, 0, 0))
    assert summary.next_due == instant("2026-03-04T04:00+09:00")


def test_steps_come_early_when_nothing_else_waits(session: Session) -> None:
    rate(session, Rating.GOOD)
    rate(session, Rating.EASY)
    assert asked(session) == "one/back", "ten minutes ahead is within twenty"


def test_the_time_an_answer_took_is_recorded_and_bounded(session: Session, clock: Clock) -> None:
    clock.now += 7_000
    rate(session, Rating.EASY)
    clock.now += DAY // 2
    rate(session, Rating.EASY)
    durations = [row.event.what.duration_ms for row in event_log.history(session.collection.store.connection)]  # type: ignore[union-attr]
    assert durations == [7_000, 600_000]


def test_parts_are_revealed_one_by_one_or_all_at_once(home: Home, clock: Clock) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: s, star: q?, situation: s., task: t., action: a., result: r.}\n")
    session = Session(home.open(), clock)
    for part in range(4):
        assert (session.revealed, session.answerable) == (part, False)
        session.reveal()
    assert session.answerable
    session.show_next()
    session.reveal(all_parts=True)
    assert session.answerable


def test_undo_asks_the_card_again_and_takes_its_answer_out_of_the_summary(session: Session) -> None:
    rate(session, Rating.EASY)
    rate(session, Rating.AGAIN)
    session.undo()
    assert asked(session) == "two/back"
    assert not session.answerable
    session.undo()
    assert asked(session) == "one/back"
    assert session.summary().answers == 0
    with pytest.raises(NothingToUndo):
        session.undo()


def test_undo_reaches_back_over_a_restart(session: Session, clock: Clock, home: Home) -> None:
    rate(session, Rating.EASY)
    again = Session(home.open(), clock)
    assert asked(again) == "two/back"
    again.undo()
    assert asked(again) == "one/back"


def test_a_card_answered_elsewhere_meanwhile_is_not_answered_twice(session: Session, clock: Clock, home: Home) -> None:
    session.reveal(all_parts=True)
    other = Recorder(home.open())
    other.answer(other.preview("one/back", NOW), Rating.GOOD, 0, NOW)
    assert not session.answer(Rating.EASY)
    assert asked(session) == "one/back", "drawn again, with what its buttons now promise"
    assert not session.answerable
    assert rate(session, Rating.EASY)
    assert len(list(event_log.history(session.collection.store.connection))) == 2


def test_a_card_suspended_elsewhere_is_not_asked_again(session: Session, home: Home) -> None:
    other = Recorder(home.open())
    other.mark("one/back", Suspended(), NOW)
    assert not rate(session, Rating.EASY)
    assert asked(session) == "two/back"


def test_when_the_day_turns_the_question_is_drawn_again(session: Session, clock: Clock) -> None:
    session.reveal(all_parts=True)
    clock.now += DAY
    assert not session.answer(Rating.GOOD)
    assert rate(session, Rating.GOOD)
    (row,) = event_log.history(session.collection.store.connection)
    assert row.event.day.isoformat() == "2026-03-03"


def test_only_the_decks_that_were_asked_for(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES)
    assert asked(Session(home.open(), clock, ["Talk::Phrases"])) == "tight/en-ko"
    assert asked(Session(home.open(), clock, ["Talk"])) == "one/back"
    with pytest.raises(Unknown) as caught:
        Session(home.open(), clock, ["talk::phrase"])
    assert caught.value.nearest[0] == "Talk::Phrases"


def test_when_nothing_will_ever_be_due_the_summary_says_so(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    for card in ("one/back", "two/back"):
        Recorder(collection).mark(card, Suspended(), NOW)
    assert Session(collection, clock).summary().next_due is None


def test_a_step_that_is_buried_is_next_due_when_the_day_turns(home: Home, clock: Clock) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: one, front: f, back: b}\n")
    session = Session(home.open(), clock)
    rate(session, Rating.AGAIN)
    assert session.mark(Buried())
    assert asked(session) is None
    assert session.summary().next_due == instant("2026-03-03T04:00+09:00")


def test_new_cards_beyond_the_limit_come_tomorrow(home: Home, clock: Clock) -> None:
    home.write("a.yaml", PHRASES)
    session = Session(home.open(), clock)
    rate(session, Rating.EASY)
    rate(session, Rating.EASY)
    assert asked(session) is None
    assert session.summary().next_due == instant("2026-03-03T04:00+09:00"), "the siblings of today's cards"


@pytest.fixture
def many(home: Home) -> Home:
    home.write("a.yaml", "deck: A\nnotes:\n" + "".join(f"- {{id: a{n}, front: a{n}?, back: x}}\n" for n in range(5)))
    home.write(
        "b.yaml", "deck: B\nnotes:\n- {id: b0, front: b?, back: x, tags: [hard]}\n- {id: b1, cloze: '{{c1::x}}'}\n"
    )
    return home


def test_a_query_chooses_the_cards(many: Home, clock: Clock) -> None:
    session = Session(many.open(), clock, options=StudyOptions(query="deck:B -tag:hard"))
    assert asked(session) == "b1/c1"
    assert session.question
    assert session.question.left == Counts(1, 0, 0)
    with pytest.raises(QueryError):
        Session(many.open(), clock, options=StudyOptions(query="is:nonsense"))


def test_a_sitting_stops_after_its_limit_or_its_minutes(many: Home, clock: Clock) -> None:
    session = Session(many.open(), clock, options=StudyOptions(limit=2))
    assert rate(session, Rating.EASY)
    assert rate(session, Rating.EASY)
    assert (asked(session), session.limit_reached) == (None, True)
    assert session.summary().left == Counts(5, 0, 0)
    session.undo()
    assert asked(session) is not None
    session = Session(many.open(), clock, options=StudyOptions(minutes=3))
    clock.now += 2 * MINUTE
    assert rate(session, Rating.EASY)
    clock.now += MINUTE
    assert rate(session, Rating.EASY)
    assert asked(session) is None


def test_new_cards_of_a_sitting_come_on_top_of_those_of_the_day(many: Home, clock: Clock) -> None:
    many.settings = Settings(zone="Asia/Seoul", limits=Limits(new=1))
    session = Session(many.open(), clock)
    assert rate(session, Rating.EASY)
    assert session.question is None
    session = Session(many.open(), clock, options=StudyOptions(new=2))
    assert session.question
    assert session.question.left == Counts(2, 0, 0)
    assert rate(session, Rating.EASY)
    session.show_next()
    assert session.question.left.new == 1


def test_ahead_brings_reviews_before_their_day_and_they_count(many: Home, clock: Clock) -> None:
    collection = many.open()
    assert rate(Session(collection, clock, ["B"], StudyOptions(limit=1)), Rating.EASY)
    assert Session(collection, clock, options=StudyOptions(query="deck:B tag:hard", ahead=3)).question is None
    session = Session(collection, clock, options=StudyOptions(query="deck:B tag:hard", ahead=30))
    assert asked(session) == "b0/back"
    clock.now += DAY
    assert rate(session, Rating.GOOD) is False, "the study day has turned"
    assert rate(session, Rating.GOOD)
    assert Recorder(collection).state("b0/back").reps == 2


def test_cramming_asks_all_that_is_chosen_and_leaves_the_schedule_alone(many: Home, clock: Clock) -> None:
    collection = many.open()
    assert rate(Session(collection, clock, ["A"], StudyOptions(limit=1)), Rating.EASY)
    before = {card: Recorder(collection).state(card).phase for card in ("a0/back", "a1/back")}
    session = Session(collection, clock, ["A"], StudyOptions(cram=True))
    seen: list[str] = []
    while session.question is not None and len(seen) < 20:
        clock.now += 5000
        seen.append(session.question.card.key)
        assert session.question.is_crammed
        assert rate(session, Rating.AGAIN if len(seen) == 1 else Rating.GOOD)
    assert seen == [*(f"a{n}/back" for n in range(5)), "a0/back"]
    assert {card: Recorder(collection).state(card).phase for card in before} == before
    assert {event.event.what.name for event in event_log.history(collection.store.connection, "a1/back")} == {"crammed"}
    assert session.summary().answers == 6


def test_the_time_left_is_told_once_there_is_a_pace(many: Home, clock: Clock) -> None:
    session = Session(many.open(), clock)
    for _ in range(5):
        assert session.question
        assert session.question.left_ms is None
        clock.now += MINUTE
        assert rate(session, Rating.EASY)
    assert session.question
    assert (session.question.elapsed_ms, session.question.left_ms) == (5 * MINUTE, 2 * MINUTE)


def test_days_in_a_row_and_tomorrows_reviews_are_told(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    assert collection.streak(clock.now) == 0
    for day in range(3):
        session = Session(collection, clock)
        assert rate(session, Rating.HARD if day else Rating.AGAIN)
        assert session.summary().streak == day + 1
        clock.now += DAY
    assert collection.streak(clock.now) == 3, "today may still come"
    clock.now += DAY
    assert collection.streak(clock.now) == 0
    session = Session(collection, clock)
    session.undo()
    assert collection.streak(clock.now - 2 * DAY) == 2


def test_tomorrow_brings_what_is_due_then(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock)
    assert rate(session, Rating.EASY)
    assert rate(session, Rating.EASY)
    clock.now = session.summary().next_due or 0
    assert session.summary().tomorrow == 2
    clock.now -= 2 * DAY
    assert session.summary().tomorrow == 0


def test_a_card_that_lapses_too_often_is_called_a_leech(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    home.settings = Settings(zone="Asia/Seoul", leech_lapses=2)
    collection = home.open()
    session = Session(collection, clock)
    assert rate(session, Rating.EASY)
    for lapses in range(3):
        assert session.summary().leeches == ((("one/back", lapses, False),) if lapses >= 2 else ())
        assert session.question is None or session.question.is_leech == (lapses >= 2)
        clock.now += 60 * DAY
        session = Session(collection, clock, options=StudyOptions(query="one", ahead=300))
        assert rate(session, Rating.AGAIN)
        found = session.summary().leeches
        clock.now += 20 * MINUTE
        session.show_next()
        assert rate(session, Rating.GOOD)
        assert found == session.summary().leeches


def test_a_leech_is_suspended_if_so_set_and_an_undo_brings_it_back(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC.replace("notes:", "settings: {leech_lapses: 3, suspend_leeches: true}\nnotes:"))
    collection = home.open()
    session = Session(collection, clock, options=StudyOptions(query="one", ahead=300))
    assert rate(session, Rating.EASY)
    for lapse in range(1, 4):
        clock.now += 60 * DAY
        session.show_next()
        session = Session(collection, clock, options=StudyOptions(query="one", ahead=300))
        assert rate(session, Rating.AGAIN)
        assert session.leech_suspended == (lapse == 3)
        clock.now += 20 * MINUTE
        session.show_next()
        if lapse < 3:
            assert rate(session, Rating.GOOD)
    assert asked(session) is None
    assert session.summary().leeches == (("one/back", 3, True),)
    assert session.undo()[0].event.what == Suspended()
    assert asked(session) == "one/back"
    assert rate(session, Rating.GOOD)
    assert not session.leech_suspended, "only a lapse makes a leech"


def test_a_leech_that_came_back_is_suspended_again_after_half_as_many_lapses() -> None:
    settings = Settings(leech_lapses=8)
    assert [lapses for lapses in range(20) if settings.hits_leech_threshold(lapses)] == [8, 12, 16]
    assert [lapses for lapses in range(8) if Settings(leech_lapses=3).hits_leech_threshold(lapses)] == [3, 5, 7]


def test_a_deck_has_settings_of_its_own(home: Home, clock: Clock) -> None:
    own = "settings:\n  new: 1\n  steps: [5m]\n  desired_retention: 0.8\n  typing: true\n"
    home.write("a.yaml", PHRASES.replace("notes:", f"{own}notes:"))
    home.write("b.yaml", BASIC)
    collection = home.open()
    session = Session(collection, clock)
    assert session.question
    assert session.question.left == Counts(new=3, learning=0, review=0), "one phrase and two others"
    mine = preview(session).outcomes
    assert mine[Rating.AGAIN] == Step(relearning=False, step=0, seconds=300)
    assert session.settings.typing
    assert session.skip_deck()
    other = preview(session).outcomes
    assert other[Rating.AGAIN] == Step(relearning=False, step=0, seconds=60)
    assert session.settings == collection.settings
    easy, easier = other[Rating.EASY], mine[Rating.EASY]
    assert isinstance(easy, Days)
    assert isinstance(easier, Days)
    assert easier.days > easy.days, "less is to be retained"


def test_a_sitting_goes_on_in_a_copy_of_its_folder(session: Session, home: Home, clock: Clock) -> None:
    rate(session, Rating.GOOD)
    copied = home.path / "copy"
    shutil.copytree(home.decks, copied)
    session.use_folder(copied)
    assert asked(session) == "two/back"
    assert lookup.place(session.collection, "two") == (copied / "a.yaml", 6)
    (copied / "a.yaml").write_text(BASIC.replace("two?", "zwei fragt?"))
    session.reload()
    assert session.question
    assert session.question.face.front == "zwei fragt?"
    assert (session.question.done, session.question.left) == (1, Counts(1, 1, 0))
    assert rate(session, Rating.EASY)
    assert asked(session) == "one/back", "what was answered before the move comes back"
    session.undo()
    assert asked(session) == "two/back"
