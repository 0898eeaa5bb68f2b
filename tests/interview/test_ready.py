"""The three figures, and rehearsals by week."""

from datetime import date, timedelta

import pytest

from srs.core.event import Rating, Rehearsal
from srs.interview.coverage import find_coverage
from srs.interview.ready import LATELY, Ready, by_week, how_ready
from srs.interview.story_bank import Question
from srs.log.rehearsals import LoggedRehearsal
from tests.interview.bank import bank, story

DAY = date(2026, 3, 4)  # a Wednesday
QUESTIONS = [Question("why", "Why?", ("ownership",)), Question("how", "How?", ())]


def told(note: str, question: str, days_ago: int = 0, rating: Rating = Rating.GOOD, **more: object) -> LoggedRehearsal:
    day = DAY - timedelta(days_ago)
    done = Rehearsal(question, rating, more.pop("seconds", ()), **more)  # type: ignore[arg-type] # keys of a rehearsal
    return LoggedRehearsal(note, 0, day, done)


def ready(rehearsals: list[LoggedRehearsal]) -> Ready:
    own = bank([story("a", ["dive-deep"], ["how"], 0.5, 0.25), story("b", ["dive-deep"], (), 1.0, 0.75)], QUESTIONS)
    return how_ready(own, find_coverage(own, {}), rehearsals, DAY)


def test_recall_and_coverage_are_told_apart() -> None:
    found = ready([])
    assert (found.recall, found.recall_on_date) == (0.75, 0.5)
    assert (found.principles, found.questions) == ((1, 3), (1, 2))
    nothing = bank()
    assert how_ready(nothing, find_coverage(nothing, {}), [], DAY) == (None, None, (0, 3), (0, 0), (0, 3), (0, 0))


@pytest.mark.parametrize(
    ("rehearsal", "principles", "questions"),
    [
        (told("a", "how"), 1, 1),
        (told("b", "why"), 2, 1),  # what the story shows, and what the question asks for
        (told("why", "why"), 1, 1),  # without a story
        (told("a", "how", rating=Rating.HARD), 0, 0),
        (told("a", "how", days_ago=LATELY - 1), 1, 1),
        (told("a", "how", days_ago=LATELY), 0, 0),
        (told("gone", "gone"), 0, 0),
    ],
)
def test_a_good_rehearsal_counts_for_four_weeks(rehearsal: LoggedRehearsal, principles: int, questions: int) -> None:
    found = ready([rehearsal])
    assert (found.told_principles.have, found.told_questions.have) == (principles, questions)


def test_weeks_begin_on_monday_and_unknown_figures_are_left_out() -> None:
    weeks = by_week(
        [
            told("a", "how", days_ago=3, rating=Rating.AGAIN),
            told(
                "a",
                "how",
                days_ago=2,
                seconds=(("whole", 120),),
                words=280,
                checks=(("length", True), ("lesson", False)),
            ),
            told("a", "how", rating=Rating.EASY, seconds=(("whole", 60),)),
        ]
    )
    assert weeks == [
        (date(2026, 2, 23), 1, 1, None, None, None),
        (date(2026, 3, 2), 2, 3.5, 1.5, 140, 0.5),
    ]
