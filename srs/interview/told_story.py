"""A story of the learner's own as it is told: its texts, how long it takes, and what the self-check says."""

from typing import NamedTuple

from srs.interview import self_check, spoken
from srs.interview.kinds.story import PARTS, Story
from srs.interview.story_bank import plain


class Length(NamedTuple):
    words: int
    seconds: float


def lengths(story: Story) -> dict[str, Length]:
    """Of each part, at 140 words a minute, or as Korean is spoken."""
    texts = {part: "\n".join(part_texts(story, part)) for part in PARTS}
    korean = spoken.language("\n".join(texts.values())) == "Korean"
    rate = spoken.EOJEOL_PER_MINUTE if korean else spoken.WORDS_PER_MINUTE
    counts = {part: len(spoken.words(text)) for part, text in texts.items()}
    return {part: Length(count, spoken.seconds(count, rate)) for part, count in counts.items()}


def total(found: dict[str, Length]) -> Length:
    return Length(sum(one.words for one in found.values()), sum(one.seconds for one in found.values()))


def part_texts(story: Story, part: str) -> list[str]:
    """A part, or its steps, as words."""
    return [plain(story, text) for text in getattr(story, part)]


def check_story(story: Story) -> list[self_check.Check]:
    parts = {part: "\n".join(part_texts(story, part)) for part in PARTS}
    numbers = tuple(plain(story, number) for number in story.numbers)
    return self_check.self_check(
        self_check.Story(**parts, why=plain(story, story.why), lesson=plain(story, story.lesson), numbers=numbers)
    )
