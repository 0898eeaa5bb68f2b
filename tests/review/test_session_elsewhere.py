"""A sitting while another process writes to the same database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from srs.backup.verify import verify
from srs.core.event import Days, Event, EventSource, Parameters, Rating, Step
from srs.core.event_line import to_line
from srs.database import states
from srs.log import event_log
from srs.review.planner import StudyOptions
from srs.review.session import Session
from srs.scheduling.queue import Counts
from srs.scheduling.scheduler import DEFAULT
from tests.conftest import BASIC, DAY, NOW, PHRASES, Clock, Home
from tests.review.sittings import asked, rate

ROOT = Path(__file__).parents[2]
FITTED = Parameters(DEFAULT.model, (0.5, 2.0, 9.0, 20.0, *DEFAULT.values[4:]))


def elsewhere(home: Home, *arguments: str) -> None:
    """Another process does this."""
    command = [sys.executable, "-m", "srs", "--decks", str(home.decks), "--db", str(home.database), *arguments]
    env = {
        "PATH": os.environ["PATH"], "HOME": str(home.path), "PYTHONPATH": str(ROOT), "TZ": "Asia/Seoul",
        "SRS_NOW": "2026-03-02T09:00:00+09:00",
    }  # fmt: skip
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def fit(home: Home, parameters: Parameters = FITTED) -> None:
    """Parameters come in, as from another machine."""
    file = home.path / "parameters.jsonl"
    at = NOW - (5 if parameters is FITTED else 4)
    event = Event("", at, Session(home.open(), Clock()).collection.calendar.day(NOW), EventSource.SRS, "m2", parameters)
    file.write_text(f"{to_line(event)}\n")
    elsewhere(home, "log", "--import", str(file))


def promised(session: Session, rating: Rating) -> Step | Days:
    assert session.question
    return session.question.preview.promises[rating]


def sound(session: Session) -> None:
    """Every state is what a replay gives."""
    assert verify(session.collection, session._clock() + 9000 * DAY).good


def test_new_parameters_are_taken_on_before_the_next_answer(home: Home, clock: Clock) -> None:
    """The buttons are drawn again, and the state that follows is what a replay gives."""
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock)
    old = promised(session, Rating.EASY)
    fit(home)
    assert not rate(session, Rating.EASY)
    assert list(event_log.history(session.collection.store.connection, "one/back")) == []
    assert asked(session) == "one/back"
    new = promised(session, Rating.EASY)
    assert new != old
    assert rate(session, Rating.EASY)
    (row,) = event_log.history(session.collection.store.connection, "one/back")
    assert row.event.what.led_to == new  # type: ignore[union-attr]
    sound(session)


def test_an_undo_replays_under_the_new_parameters(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock)
    rate(session, Rating.EASY)
    clock.now += 9 * DAY
    session.show_next()
    assert rate(session, Rating.GOOD)
    fit(home)
    session.undo()
    sound(session)


def test_a_mark_filed_before_the_last_event_replays_under_the_new_parameters(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock)
    rate(session, Rating.EASY)
    clock.now -= 3 * DAY
    session = Session(home.open(), clock, options=StudyOptions(query="one", ahead=90))
    assert session.question
    assert session.question.preview.clock_behind
    fit(home)
    session.toggle_flag()
    sound(session)
    fit(home, DEFAULT)
    assert not rate(session, Rating.GOOD), "what comes of the card is another thing now"
    assert rate(session, Rating.GOOD)
    sound(session)


def test_settings_of_a_deck_are_taken_on_before_the_next_answer(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock)
    assert promised(session, Rating.AGAIN) == Step(relearning=False, step=0, seconds=60)
    home.write("a.yaml", BASIC.replace("notes:", "settings: {steps: [5m], new: 1, typing: true}\nnotes:"))
    elsewhere(home, "due")
    assert not rate(session, Rating.AGAIN)
    assert promised(session, Rating.AGAIN) == Step(relearning=False, step=0, seconds=300)
    assert session.question
    assert session.question.left == Counts(1, 0, 0), "the limit as well"
    assert session.settings.typing
    assert rate(session, Rating.AGAIN)
    assert asked(session) == "one/back"
    sound(session)


def test_settings_that_change_no_button_do_not_refuse_the_answer(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES)
    session = Session(home.open(), clock)
    home.write("b.yaml", PHRASES.replace("notes:", "settings: {steps: [5m]}\nnotes:"))
    elsewhere(home, "due")
    assert rate(session, Rating.EASY)
    assert session.settings.for_deck("Talk::Phrases").learning_steps == (300,)


def test_a_card_whose_note_was_relinked_is_not_answered_and_its_history_goes_on_elsewhere(
    home: Home, clock: Clock
) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock)
    assert asked(session) == "one/back"
    elsewhere(home, "relink", "one", "two")
    assert not rate(session, Rating.EASY)
    assert asked(session) == "two/back", "the card that has the history of both now"
    assert rate(session, Rating.EASY)
    sound(session)
    assert list(states.get_all(session.collection.store.connection)) == ["two/back"]
    elsewhere(home, "undo")
    session.show_next()
    sound(session)


def test_what_is_crammed_counts_for_the_note_that_the_id_stands_for(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock, options=StudyOptions(cram=True))
    elsewhere(home, "relink", "one", "two")
    assert asked(session) == "one/back"
    assert rate(session, Rating.GOOD)
    assert [row.event.subject for row in event_log.history(session.collection.store.connection, "two/back")] == [
        "two/back"
    ]
    sound(session)


@pytest.mark.parametrize("cram", [False, True])
def test_a_deck_that_is_renamed_is_gone_on_with(home: Home, clock: Clock, cram: bool) -> None:
    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES.replace("Talk::Phrases", "Other"))
    session = Session(home.open(), clock, ["Talk"], StudyOptions(cram=cram))
    home.write("a.yaml", BASIC.replace("deck: Talk", "deck: Small talk"))
    elsewhere(home, "due")
    assert rate(session, Rating.EASY)
    assert asked(session) == "two/back"
    assert session.question
    assert session.question.note.deck == "Small talk"
    assert sum(session.question.left) == 1
    assert rate(session, Rating.EASY)
    assert asked(session) is None
    assert session.summary().rest.new == (4 if cram else 2), "what waits beside this sitting"


def test_a_deck_that_appears_below_one_of_the_sitting_is_asked_as_well(home: Home, clock: Clock) -> None:
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock, ["Talk"])
    home.write("b.yaml", PHRASES)
    elsewhere(home, "due")
    session.show_next()
    assert session.question
    assert session.question.left == Counts(4, 0, 0)


def test_the_editor_may_rename_the_deck_and_set_its_steps(home: Home, clock: Clock) -> None:
    """What this very process reads from the files counts at once."""
    home.write("a.yaml", BASIC)
    session = Session(home.open(), clock, ["Talk"])
    home.write("a.yaml", BASIC.replace("deck: Talk", "deck: Small talk\nsettings: {steps: [7m]}"))
    session.reload()
    assert asked(session) == "one/back"
    assert promised(session, Rating.AGAIN) == Step(relearning=False, step=0, seconds=420)
