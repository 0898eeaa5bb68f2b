"""Stories, questions and principles of a collection, and how well the stories are remembered."""

from datetime import date

import pytest

from srs.collection.recorder import Recorder
from srs.core.event import Aim
from srs.interview.story_bank import read_story_bank
from tests.conftest import Home, answer, instant

DAY = date(2026, 3, 12)
NOW = instant("2026-03-02T09:00+09:00")
PARTS = "  situation: s\n  task: t\n  action: a\n  result: r\n"
STORIES = f"""\
deck: Mine
notes:
- id: a
  story: The **first**
{PARTS}  principles: [dive-deep]
- id: b
  story: The second
{PARTS}- {{id: q, question: Why **you**?, principles: [ownership, dive-deep], also_accepted: [think-big]}}
- {{id: s, star: Tell me, situation: s, task: t, action: a, result: r}}
- {{id: other, front: f, back: b}}
"""
OWN_WORDS = "deck: Kind\nprinciples: {be-kind: Be Kind}\nnotes:\n- {id: k, question: How?, principles: [be-kind]}\n"


def test_stories_and_questions_are_read_as_they_are_said(home: Home) -> None:
    home.write("a.yaml", STORIES)
    bank = read_story_bank(home.open(), DAY)
    assert [(one.id, one.title, one.principles) for one in bank.stories] == [
        ("a", "The first", ("dive-deep",)), ("b", "The second", ()),
    ]  # fmt: skip
    assert bank.questions == [("q", "Why you?", ("ownership", "dive-deep")), ("s", "Tell me", ())]
    assert bank.goal is None


@pytest.mark.parametrize(("texts", "count"), [((STORIES, OWN_WORDS), 17), ((OWN_WORDS,), 1), ((), 16)])
def test_the_principles_are_those_of_the_files_that_have_any(home: Home, texts: tuple[str, ...], count: int) -> None:
    home.write("z.yaml", "deck: Z\nnotes:\n- {id: z, front: f, back: b}\n")
    for n, text in enumerate(texts):
        home.write(f"{n}.yaml", text)
    assert len(read_story_bank(home.open(), DAY).principles) == count


def test_recall_falls_until_the_date_and_new_cards_count_as_nothing(home: Home) -> None:
    home.write("a.yaml", STORIES)
    collection = home.open()
    for template in ("task", "action", "result"):
        answer(collection, f"a/{template}", now=NOW)
    Recorder(collection).set_goal("far", Aim(date(2026, 4, 1), ("Mine",), (), None, 0.9, True), NOW)
    Recorder(collection).set_goal("near", Aim(date(2026, 3, 20), (), ("no-such-tag",), None, 0.9, True), NOW)
    bank = read_story_bank(collection, DAY)
    assert bank.goal == ("far", date(2026, 4, 1))
    first, second = (one.recall for one in bank.stories)
    assert first.on_date is not None
    assert 0 < first.on_date < first.today < 0.75  # one of its four cards is new
    assert second == (0.0, 0.0)
    answer(collection, "a/principles", now=NOW)
    assert 0.75 < read_story_bank(collection, date(2026, 3, 3)).stories[0].recall.today < 1


def test_without_stories_the_nearest_goal_counts(home: Home) -> None:
    home.write("a.yaml", "deck: Z\nnotes:\n- {id: z, front: f, back: b}\n")
    collection = home.open()
    Recorder(collection).set_goal("near", Aim(date(2026, 3, 20), ("Z",), (), None, 0.9, True), NOW)
    bank = read_story_bank(collection, DAY)
    assert bank.goal == ("near", date(2026, 3, 20))
    assert read_story_bank(collection, date(2026, 3, 20)).goal is None
