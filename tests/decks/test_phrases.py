"""Every phrase names the few words that are to be learnt, typing asks for no others, and the groups come in turns."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from srs.core.event import Rating
from srs.kinds.chunk_grading import compare_by_chunk
from srs.kinds.english_words import FUNCTION_WORDS
from srs.kinds.phrase import Phrase, Side
from tests.decks.guide import starter_notes

PHRASES = tuple(note for note in starter_notes() if isinstance(note, Phrase))
GUIDED = tuple(note for note in PHRASES if note.deck == "Interview::Phrases")
DELIVERY = tuple(note for note in PHRASES if note.deck == "Interview::Delivery")
GROUPS = ("situation", "action", "result or lesson")
DELIVERY_GROUPS = ("buying-time", "clarifying", "asking-to-repeat", "signposting", "repairing", "closing")

SAID_OTHERWISE: dict[str, str] = yaml.safe_load(Path(__file__).with_name("said_otherwise.yaml").read_text("utf-8"))
SLIPS = {
    "tight-deadline": "I had to ship the first version under an urgent deadline.",
    "urgent-request": "An emergency client request came in late on Friday, and I took it on right away.",
    "prioritize-limited-resources": "With limited resources, I had to put priority to reliability over new features.",
    "never-encountered-before": "I had to fix a type of failure I'd encountered before.",
    "root-cause": "Before changing any code, I first identified the root reason of the outage.",
    "play-to-strengths": "I redistributed the work so that everyone could use their strong points.",
    "opposing-view": "Before making my case, I listened actively to every opposite opinion.",
    "structured-documentation": "Through structured documentation, I made the whole team look at the same direction.",
    "biggest-lesson": "The biggest lesson I got was to test with real data earlier.",
    "reduce-costs-by-50": "By rescheduling our training jobs, I could reduce cloud costs by 50%.",
    "ahead-of-schedule": "I completed the migration one week earlier than schedule.",
    "productivity-doubled": "Once I automated our tests, team productivity increased two times within six months.",
    "led-me-to": "With that outage as an opportunity, I set up a monitoring system for every model.",
    "valuable-assets": "The lessons I take from failure are my most precious assets.",
    "catch-the-last-part": "Sorry, I couldn't listen to the last part.",
    "walk-you-through": "Let me explain you what I did, step by step.",
    "what-i-meant-was": "My mean was that I disagreed with the plan, not with the person.",
}
"""What Korean speakers say instead of the chunk, the rest as in the deck."""

of_every_phrase = pytest.mark.parametrize("note", PHRASES, ids=lambda note: note.id)


def words(side: Side) -> list[str]:
    return " ".join(side.chunk).split()


def in_order(notes: tuple[Phrase, ...]) -> list[Phrase]:
    """As they are learnt: every note says its place, and no two share one."""
    places = {note.order: note for note in notes}
    assert sorted(place or 0 for place in places) == list(range(1, len(notes) + 1))
    return [places[place] for place in range(1, len(notes) + 1)]


def group(note: Phrase) -> str:
    [found] = [name for name in GROUPS if set(name.split(" or ")) & set(note.tags)]
    return found


@of_every_phrase
def test_a_chunk_is_short_and_shorter_than_its_sentence(note: Phrase) -> None:
    for side in (note.native, note.foreign):
        assert 1 <= len(words(side)) <= 7, side.chunk
        assert side.chunk != (side.text,)


@of_every_phrase
def test_an_english_chunk_has_content_and_no_figure(note: Phrase) -> None:
    assert any(word not in FUNCTION_WORDS for word in words(note.foreign))
    assert not re.search(r"\d", " ".join(note.foreign.chunk + note.native.chunk))


@of_every_phrase
def test_a_korean_chunk_ends_where_a_word_ends(note: Phrase) -> None:
    """Typing compares whole words, so a particle that follows belongs to the chunk."""
    for piece in note.native.chunk:
        assert re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", note.native.text), piece


@of_every_phrase
def test_a_second_hint_tells_neither_the_chunk_nor_the_question(note: Phrase) -> None:
    assert not any(piece.casefold() in note.hint.casefold() for piece in note.foreign.chunk)
    assert "___" not in note.hint
    assert note.native.text not in note.hint


def suggested(note: Phrase, typed: str) -> Rating:
    side = note.foreign
    return compare_by_chunk(typed, side.text, side.chunk, side.tag).suggestion


@of_every_phrase
def test_a_sound_sentence_with_the_chunk_is_good(note: Phrase) -> None:
    """The chunk alone is, and so is a sentence that says the rest in other words."""
    assert suggested(note, " … ".join(note.foreign.chunk)) is Rating.GOOD
    assert suggested(note, SAID_OTHERWISE[note.id]) is Rating.GOOD


@pytest.mark.parametrize("note", [note for note in PHRASES if note.id in SLIPS], ids=lambda note: note.id)
def test_a_slip_in_the_chunk_is_not_good(note: Phrase) -> None:
    assert suggested(note, SLIPS[note.id]) < Rating.GOOD


@of_every_phrase
def test_understanding_a_phrase_is_asked_by_ear(note: Phrase) -> None:
    assert note.by_ear == ("en-ko",)


def test_phrases_of_every_group_come_from_the_first_week() -> None:
    """Each five have one for the situation, two for the action, two for the result."""
    order = [group(note) for note in in_order(GUIDED)]
    assert len(order) == 50
    for start in range(0, 50, 5):
        assert Counter(order[start : start + 5]) == dict(zip(GROUPS, (1, 2, 2), strict=True))


def test_delivery_phrases_of_every_group_come_in_turns() -> None:
    """Each six have one of every group, as long as there are any."""
    order = [set(note.tags) - {"delivery"} for note in in_order(DELIVERY)]
    assert all(len(tags) == 1 for tags in order)
    for start in range(0, 24, len(DELIVERY_GROUPS)):
        assert set[str]().union(*order[start : start + len(DELIVERY_GROUPS)]) == set(DELIVERY_GROUPS)
