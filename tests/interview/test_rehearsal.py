"""A sitting: its clock, its questions, what it records and takes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.errors import NothingToUndo
from srs.core.event import Rating
from srs.interview.choose_question import Chooser
from srs.interview.rehearsal import TARGETS, Sitting, Timing, report
from srs.interview.self_check import PARTS
from srs.interview.story_bank import read_story_bank
from srs.log.rehearsals import read_rehearsals
from tests.conftest import Clock, Home
from tests.interview.test_choose_question import STORY, TODAY

DECK = f"""\
deck: Q
notes:
- {{id: owner, question: B?, principles: [ownership]}}
- {{id: deep, question: C?, principles: [dive-deep]}}
- {{id: one, story: One, numbers: [9 h], answers: [owner], {STORY}}}
"""


@pytest.fixture
def sitting(home: Home, clock: Clock) -> Sitting:
    home.write("q.yaml", DECK)
    collection = home.open()
    bank = read_story_bank(collection, TODAY)
    chooser = Chooser(bank, [], TODAY)
    return Sitting(collection, clock, chooser.weakest_first(), 2, chooser.stories, "amazon")


def test_the_targets_are_the_shares_of_two_and_a_half_minutes() -> None:
    assert sum(TARGETS.values()) == 150
    assert [100 * TARGETS[part] / 150 for part in PARTS] == [20, 10, 50, 20]


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=5))
def test_the_seconds_of_the_parts_are_those_of_the_whole(durations: list[float]) -> None:
    now = 1e6
    timing = Timing((now,))
    for n, duration in enumerate(durations):
        assert timing.part == (PARTS[n] if n < 4 else "")
        assert list(timing.seconds(now)) == list(PARTS[: n + 1])
        if n < 4:
            now += duration
            assert timing.advance(now).back() == timing
            timing = timing.advance(now)
    assert sum(timing.seconds(now).values()) == int(now - 1e6)
    assert all(took >= 0 for took in timing.seconds(now).values())


def test_a_sitting_records_what_was_told_and_takes_it_back(sitting: Sitting, clock: Clock) -> None:
    assert sitting.question is not None
    assert (sitting.question.id, sitting.story and sitting.story.id) == ("owner", "one")
    sitting.told("I cut it to 9 hours, because I measured. I learned a lot. I did it.", {"situation": 70})
    assert sitting.feedback is not None
    assert sitting.feedback.figures.said == ("9 h",)
    sitting.rate(Rating.HARD)
    clock.now += 1
    assert asked_now(sitting) == "deep"
    assert sitting.story is None
    sitting.told("", {"situation": 20, "task": 50})
    asked = []
    while one := sitting.unknown:
        asked.append(one.check)
        sitting.answer_check({"figures": True, "lesson": False}.get(one.check))
    assert asked == ["first-person", "figures", "reason", "lesson"]
    assert sitting.suggestion == Rating.HARD, "three of four"
    sitting.rate(Rating.GOOD)
    assert asked_now(sitting) == "", "two were wanted"
    connection = sitting.collection.store.connection
    first, second = read_rehearsals(connection)
    assert (first.note, first.rehearsal.question, first.rehearsal.company) == ("one", "owner", "amazon")
    assert (second.note, second.rehearsal.words, second.rehearsal.fillers) == ("deep", None, None)
    assert dict(second.rehearsal.checks) == {"situation": True, "figures": True, "lesson": False, "length": True}
    lines = [line.text for line in report(sitting.done)]
    assert lines[:2] == ["B?", "1:10, 14 words a minute, 4 of 6 checks, Hard"]
    assert lines[-1] == "Tell it again soon: srs rehearse --question owner"
    sitting.undo()
    assert [one.note for one in read_rehearsals(connection)] == ["one"]
    assert asked_now(sitting) == "deep"
    sitting.undo()
    with pytest.raises(NothingToUndo):
        sitting.undo()


def test_a_question_that_is_skipped_comes_last(sitting: Sitting) -> None:
    sitting.skip()
    assert asked_now(sitting) == "deep"
    sitting.skip()
    assert asked_now(sitting) == "owner"


def asked_now(sitting: Sitting) -> str:
    return sitting.question.id if sitting.question else ""
