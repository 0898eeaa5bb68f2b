"""Stories as they are told, and the two examples that ship with the project."""

from pathlib import Path

import pytest
import yaml

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.interview.kinds.story import Story
from srs.interview.told_story import check_story, lengths, total
from srs.kinds.note import Deck

EXAMPLES = Path(__file__).parents[2] / "examples" / "stories"


def told(situation: str = "s", action: object = "a", **more: object) -> Story:
    fields = {"story": "x", "situation": situation, "task": "t", "action": action, "result": "r", **more}
    note = KINDS.note("x", Deck("d"), fields)
    assert isinstance(note, Story)
    return note


def example(name: str) -> Story:
    text = (EXAMPLES / name).read_bytes()
    file = parse(text, name, KINDS)
    assert not [problem for problem in file.problems if problem.level == "error"]
    (note,) = yaml.safe_load(text)["notes"]
    del note["id"]
    return told(**note)


def test_a_minute_has_140_words_in_english_and_100_in_korean() -> None:
    english, korean = told("I said it. " * 50), told("제가 말했습니다. " * 50, task="할", action="일", result="끝")
    assert lengths(english)["situation"] == pytest.approx((150, 60 * 150 / 140))
    assert lengths(korean)["situation"] == pytest.approx((100, 60))
    assert total(lengths(english)).words == 153


def test_markup_html_and_steps_are_measured_as_they_are_said() -> None:
    assert lengths(told("**I** did", ["one", "two three"])) == lengths(told("<b>I</b> did", "one two three", html=True))
    assert lengths(told("**I** did", ["one", "two three"]))["action"].words == 3


def test_the_good_example_passes_every_check() -> None:
    story = example("well-told.yaml")
    assert not [one for one in check_story(story) if not one.passed]
    assert 120 <= total(lengths(story)).seconds <= 180


def test_the_bad_example_fails_every_check_that_one_story_can_fail() -> None:
    checks = check_story(example("every-mistake.yaml"))
    assert {one.check for one in checks if one.passed} == {"detail"}  # it is too long, so it cannot be an outline
    assert sum(one.check == "share" for one in checks) == 4


def test_ten_thousand_words_are_measured() -> None:
    assert total(lengths(told("word " * 10_000))).words == 10_003
