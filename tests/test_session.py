"""One sitting."""

import pytest

from srs.collection.recorder import Recorder
from srs.errors import NothingToUndo, Unknown
from srs.event import Rating, Suspended
from srs.queue import Counts
from srs.session import Session
from srs.store import log
from tests.conftest import BASIC, PHRASES, Home, instant

NOW = instant("2026-03-02T09:00+09:00")
MINUTE = 60_000
DAY = 1440 * MINUTE


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(home: Home, clock: Clock) -> Session:
    home.write("a.yaml", BASIC)
    return Session(home.open(), clock)


def asked(session: Session) -> str | None:
    return session.question.card.key if session.question else None


def rate(session: Session, rating: Rating) -> bool:
    session.reveal(all_parts=True)
    return session.answer(rating)


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
    durations = [row.event.what.duration_ms for row in log.history(session.collection.store.connection)]  # type: ignore[union-attr]
    assert durations == [7_000, 600_000]


def test_parts_are_revealed_one_by_one_or_all_at_once(home: Home, clock: Clock) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: s, star: q?, situation: s., task: t., action: a., result: r.}\n")
    session = Session(home.open(), clock)
    for part in range(4):
        assert (session.revealed, session.answerable) == (part, False)
        session.reveal()
    assert session.answerable
    session.draw()
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
    assert len(list(log.history(session.collection.store.connection))) == 2


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
    (row,) = log.history(session.collection.store.connection)
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


def test_new_cards_beyond_the_limit_come_tomorrow(home: Home, clock: Clock) -> None:
    home.write("a.yaml", PHRASES)
    session = Session(home.open(), clock)
    rate(session, Rating.EASY)
    rate(session, Rating.EASY)
    assert asked(session) is None
    assert session.summary().next_due == instant("2026-03-03T04:00+09:00"), "the siblings of today's cards"
