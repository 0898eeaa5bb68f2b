"""Stories and questions without a collection."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from srs.interview.kinds.principles import PRINCIPLES
from srs.interview.kinds.story import Story
from srs.interview.story_bank import OwnStory, Question, Recall, StoryBank


def story(
    name: str,
    principles: Sequence[str] = (),
    answers: Sequence[str] = (),
    today: float = 0.9,
    on_date: float | None = None,
    **more: Any,
) -> OwnStory:
    pairs = tuple((slug, PRINCIPLES.get(slug, slug)) for slug in principles)
    note = Story(
        id=name, deck="Mine", headline=name.title(), situation=("s",), task=("t",), action=("a",), result=("r",),
        principles=pairs, answers=tuple(answers), **more,
    )  # fmt: skip
    return OwnStory(note, Recall(today, on_date))


def bank(
    stories: Sequence[OwnStory] = (),
    questions: Sequence[Question] = (),
    principles: Sequence[str] = ("dive-deep", "ownership", "frugality"),
    goal: tuple[str, date] | None = None,
) -> StoryBank:
    return StoryBank(stories, questions, {slug: PRINCIPLES[slug] for slug in principles}, goal)
