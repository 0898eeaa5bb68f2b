"""The stories keep the rules that the decks teach: time, shares, "I", figures, why this way, a lesson."""

import re
from collections import Counter

import pytest

from srs.interview.kinds.star import Star
from srs.kinds.basic import Basic
from tests.decks.guide import figures, items, starter_notes

PARTS = ("situation", "task", "action", "result")
STORIES = tuple(note for note in starter_notes() if isinstance(note, Star))
LONG = tuple(note for note in STORIES if "two-minutes" in note.tags)
HEADLINES = tuple(note for note in STORIES if "headline" in note.tags)
FOLLOW_UPS = tuple(note for note in starter_notes() if isinstance(note, Basic) and "follow-up" in note.tags)

OF_THE_GUIDE = {(item.section, item.number): item.figures for item in items()}

WORDS_A_MINUTE = 140
SHARES = {"situation": (0.15, 0.25), "task": (0.07, 0.15), "action": (0.45, 0.58), "result": (0.15, 0.25)}
THE_GUIDES_EXAMPLE = frozenset({"Q3", "2024", "800ms", "P99", "500ms", "3", "4", "70%", "2", "320ms", "60%", "0%"})

NAME = re.compile(r"[A-Za-z]\d+|1\.x|20\d\d")
"""F1, P99, v2 and a year name things and measure nothing."""

LESSON = re.compile(
    r"\bI(?:'ve)? learned (?!a lot)|\btaught me\b|\blesson\b|\bNow I\b|\bNext time, I'd\b|\bSince then, I've\b"
)
OTHER_WAY = re.compile(r"\b(?:could|might|would|wouldn't)(?:'ve| have)\b|\bI could\b|\bthought about\b|\boptions\b")
STIFF = re.compile(
    r"\b(?:do|does|did|is|are|was|were|would|could|should|has|have|had|will) not\b|\bcannot\b", re.IGNORECASE
)

QUESTIONS = frozenset({"your-part", "measured", "who-disagreed", "what-change", "why-not", "what-if"})
NUMBERS = {
    word: str(n)
    for n, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
    )
}

of_every_story = pytest.mark.parametrize("note", STORIES, ids=lambda note: note.id)
of_every_long_story = pytest.mark.parametrize("note", LONG, ids=lambda note: note.id)
of_every_headline = pytest.mark.parametrize("note", HEADLINES, ids=lambda note: note.id)
of_every_follow_up = pytest.mark.parametrize("note", FOLLOW_UPS, ids=lambda note: note.id)


def told(note: Star) -> str:
    return " ".join(getattr(note, part) for part in PARTS)


def words(text: str) -> int:
    return len(text.split())


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])[\"”)]*\s+", text)


def measures(text: str) -> set[str]:
    return {figure for figure in figures(text) if not NAME.fullmatch(figure)}


def numbers(text: str) -> set[str]:
    """Figures, small numbers in words, and both with their unit of time; "one" is often no number."""
    in_figures = re.sub(r"[a-z]+", lambda word: NUMBERS.get(word[0], word[0]), text.casefold())
    times = re.findall(r"\b\d+[ -](?:minute|hour|day|week|month|year)", in_figures)
    return figures(text) | figures(in_figures) | {time.replace("-", " ") for time in times}


def names(text: str) -> set[str]:
    """Figures and longer words."""
    return figures(text) | set(re.findall(r"[a-z]{5,}", text.casefold()))


def ends_with_a_lesson(result: str, among: int) -> bool:
    """One of the last sentences says what the teller learned or does now."""
    return any(LESSON.search(sentence) for sentence in sentences(result)[-among:])


def test_eight_stories_take_two_minutes_and_all_others_are_headlines() -> None:
    assert len(LONG) == 8
    assert len(LONG) + len(HEADLINES) == len(STORIES)
    assert not set(LONG) & set(HEADLINES)


def test_the_learner_reads_how_long_a_story_takes() -> None:
    """In the hint, before telling it, and in the note, afterward."""
    for notes, hint, remark in (
        (LONG, "Two minutes: ", "A two-minute story. "),
        (HEADLINES, "Forty seconds: ", "A forty-second headline. "),
    ):
        assert all(note.hint.startswith(hint) and note.note.startswith(remark) for note in notes)


def test_the_first_story_takes_two_minutes_and_the_others_are_spread() -> None:
    """Whoever learns in the order of the file meets one among every five."""
    places = [place for place, note in enumerate(STORIES) if note in LONG]
    assert places[0] == 0
    assert all(later - earlier <= 5 for earlier, later in zip(places, [*places[1:], len(STORIES)], strict=True))


def test_the_long_stories_are_of_every_sort() -> None:
    assert {"technical", "customer", "leadership"} <= {tag for note in LONG for tag in note.tags}


@of_every_long_story
def test_a_long_story_takes_two_minutes(note: Star) -> None:
    """2:00 to 2:25 at 140 words a minute."""
    assert 280 <= words(told(note)) <= 330
    assert 120 <= words(told(note)) * 60 / WORDS_A_MINUTE <= 145


@of_every_long_story
def test_a_long_story_divides_its_time_as_the_decks_teach(note: Star) -> None:
    """Action about half; and the Situation is over within 30 seconds."""
    for part, (least, most) in SHARES.items():
        share = words(getattr(note, part)) / words(told(note))
        assert least <= share <= most, f"{part}: {share:.1%}"
    assert words(note.situation) * 60 / WORDS_A_MINUTE <= 30


@of_every_headline
def test_a_headline_takes_about_forty_seconds_and_most_of_them_for_the_action(note: Star) -> None:
    assert 35 <= words(told(note)) * 60 / WORDS_A_MINUTE <= 50
    assert words(note.action) == max(words(getattr(note, part)) for part in PARTS)


@of_every_story
def test_a_story_has_two_figures(note: Star) -> None:
    assert len(measures(told(note))) >= 2


def test_the_first_story_tells_all_of_the_guides_example() -> None:
    assert STORIES[0].id == "latency-star"
    assert figures(told(STORIES[0])) >= THE_GUIDES_EXAMPLE


@of_every_long_story
def test_a_long_story_is_about_what_i_did(note: Star) -> None:
    """At least half of the Action's sentences say "I", and "we" is rare."""
    action = sentences(note.action)
    assert sum(bool(re.search(r"\bI\b", sentence)) for sentence in action) >= len(action) / 2
    pronouns = Counter(re.findall(r"\b(i|we)\b", told(note).casefold()))
    assert pronouns["i"] >= 10
    assert pronouns["we"] <= 2
    assert "scene" in note.tags


@of_every_long_story
def test_a_long_story_says_why_this_way_and_not_another(note: Star) -> None:
    assert re.search(r"\b(?:because|since)\b", note.action)
    assert OTHER_WAY.search(note.action)


@of_every_long_story
def test_a_long_story_can_be_said_without_stumbling(note: Star) -> None:
    """Short sentences of varied length, contracted as in speech, and no semicolon."""
    lengths = [words(sentence) for part in PARTS for sentence in sentences(getattr(note, part))]
    assert max(lengths) <= 18
    assert 8 <= sum(lengths) / len(lengths) <= 14
    assert not STIFF.search(told(note))
    assert ";" not in told(note)
    assert len(re.findall(r"\w'(?:d|ve|t|m|re|ll)\b", told(note))) >= 5


@of_every_story
def test_a_story_ends_with_a_lesson(note: Star) -> None:
    """A headline with its last sentence, a longer story with one of its last two."""
    assert ends_with_a_lesson(note.result, among=2 if note in LONG else 1)


@pytest.mark.parametrize(
    "ending",
    [
        "I brought negative feedback down from 30% to 8%, and monthly active users grew by 25%.",
        "I completed all 3 projects. Not one customer complained.",
        "My team now adopts new technology faster. 2 of the innovation day projects went into production.",
        "It was a great experience, and I learned a lot.",
    ],
)
def test_an_ending_that_only_succeeds_is_no_lesson(ending: str) -> None:
    assert not ends_with_a_lesson(ending, among=2)


def test_the_lessons_differ() -> None:
    """No two stories end with the same five words, and no wording of the lesson serves all."""
    ends = [sentences(note.result)[-1].split() for note in STORIES]
    assert len({" ".join(end[:5]) for end in ends}) >= len(ends) - 2
    assert len({" ".join(end[-4:]) for end in ends}) == len(ends)


@of_every_headline
def test_a_headline_is_a_scene_exactly_if_it_has_a_figure_of_ours(note: Star) -> None:
    """Those without are held to the figures of the guide by test_decks."""
    if "scene" in note.tags:
        assert figures(told(note)) > OF_THE_GUIDE[note.source.section, note.source.number]


@of_every_story
def test_a_story_is_asked_for_as_interviewers_do(note: Star) -> None:
    """Two wordings beside the question of a long story; somewhere it is "Tell me about a time when"."""
    assert len(note.wordings) >= (2 if note in LONG else 1)
    assert len({note.question, *note.wordings}) == 1 + len(note.wordings)
    if note in LONG:
        assert any(wording.startswith("Tell me about a time when ") for wording in note.wordings)


def story_of(note: Basic) -> Star:
    (story,) = [story for story in LONG if story.id in note.tags]
    return story


def test_every_long_story_has_two_or_three_follow_ups_of_more_than_one_sort() -> None:
    for story in LONG:
        asked = [note for note in FOLLOW_UPS if story_of(note) is story]
        assert 2 <= len(asked) <= 3, story.id
        assert len({tag for note in asked for tag in note.tags if tag in QUESTIONS}) >= 2, story.id
    assert {tag for note in FOLLOW_UPS for tag in note.tags} >= QUESTIONS


@of_every_follow_up
def test_a_follow_up_is_answered_in_a_few_short_sentences(note: Basic) -> None:
    side = note.sides[0]
    assert words(side.back) <= 40
    assert len(sentences(side.back)) <= 3
    assert side.front.endswith("?")
    assert "scene" in note.tags


@of_every_follow_up
def test_a_follow_up_agrees_with_its_story(note: Basic) -> None:
    """Its figures and small numbers stand there, and its question names what the story is about."""
    story = told(story_of(note))
    side = note.sides[0]
    assert numbers(f"{side.front} {side.back}") <= numbers(story)
    assert len(names(side.front) & names(story)) >= 2
