"""Typed text where a phrase names the words to be learnt."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.event import Rating
from srs.kinds.chunk_grading import compare_by_chunk
from srs.kinds.grading import Typed, compare

AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD
PHASED = "To limit the risk, I suggested a phased approach to the migration."


def typed(text: str, wanted: str, *chunk: str, tag: str = "en-US") -> Typed:
    return compare_by_chunk(text, wanted, chunk, tag)


@pytest.mark.parametrize(
    ("text", "wanted", "chunk"),
    [
        (
            "I finished the migration a week ahead of schedule.",
            "I completed the migration one week ahead of schedule.",
            ["ahead of schedule"],
        ),
        (
            "To reduce the risk, I proposed a phased approach to the migration.",
            PHASED,
            ["a phased approach to"],
        ),
        (
            "At the time, I was on a product team of five.",
            "Back then, I was on a product team of five.",
            ["on a product team of"],
        ),
        (
            "As a result, I improved model performance by 30%.",
            "As a result, I improved the model's performance by 30%.",
            ["As a result", "performance by"],
        ),
    ],
)
def test_sound_english_is_good_and_the_difference_is_still_shown(text: str, wanted: str, chunk: Sequence[str]) -> None:
    found = typed(text, wanted, *chunk)
    assert found.suggestion == GOOD
    assert found.words == compare(text, wanted).words
    assert found.share < 1


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("a phased approach", GOOD),
        ("phasing the approach", GOOD),
        ("an approach that was phased", HARD),  # the order counts
        ("a phased and careful approach", GOOD),
        ("a step-by-step approach", HARD),
        ("a gradual migration", AGAIN),
        ("", AGAIN),
        ("A PHASED, APPROACH!", GOOD),
        ("a phased aproach", HARD),
    ],
)
def test_content_words_in_their_order_count(text: str, rating: Rating) -> None:
    assert typed(text, PHASED, "a phased approach to").suggestion == rating


@pytest.mark.parametrize(
    ("text", "wanted", "chunk", "rating"),
    [
        ("I planned it", "I plan it.", "plan", GOOD),
        ("it applies everywhere", "It applied there.", "applied", GOOD),
        ("it took two weeks", "It will take two weeks.", "take two weeks", GOOD),
        ("the client's need", "The clients' needs came first.", "clients' needs", GOOD),
        ("we'd never seen it", "We had never seen it.", "had never seen", GOOD),
        ("we have seen it", "We had never seen it.", "had never seen", HARD),
        ("rolled it in", "We rolled it out.", "rolled it out", HARD),  # a particle makes another verb
        ("a clear tradeoff", "There was a trade-off.", "a trade-off", GOOD),
        ("I got buy in", "I got buy-in from them.", "buy-in from", GOOD),
        ("I got it", "I got buy-in from them.", "buy-in from", AGAIN),
        ("one on one", "We met one-on-one.", "one-on-one", GOOD),
        ("datadriven decisions", "I made a data-driven decision.", "a data-driven decision", GOOD),
        ("thirty people", "It took 30 people.", "30 people", HARD),
    ],
)
def test_endings_and_small_words_of_english_do_not_count(text: str, wanted: str, chunk: str, rating: Rating) -> None:
    assert typed(text, wanted, chunk).suggestion == rating


@pytest.mark.parametrize(
    ("text", "rating"), [("as of today", GOOD), ("as today", HARD), ("of today", HARD), ("today", AGAIN)]
)
def test_a_chunk_of_function_words_counts_whole(text: str, rating: Rating) -> None:
    assert typed(text, "As of today, it holds.", "As of").suggestion == rating


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("We could not wait for perfect data, so I took a phased approach.", GOOD),
        ("We couldn't wait for the data, so I took a phased approach.", GOOD),
        ("We could not just wait, and so I took a phased approach.", GOOD),
        ("We could wait for perfect data, so I took a phased approach.", HARD),
        ("I took a phased approach.", GOOD),  # who says less denies nothing
        ("a phased approach", GOOD),
        ("not a phased approach", HARD),
        ("a phased approach never", HARD),
        ("We could wait for perfect data, so I took not a phased approach.", HARD),
        ("We could not wait for perfect data, so I did not take a phased approach.", HARD),
        ("no", AGAIN),
    ],
)
def test_a_negation_added_or_left_out_is_at_most_hard(text: str, rating: Rating) -> None:
    wanted = "We could not wait for perfect data, so I took a phased approach."
    assert typed(text, wanted, "a phased approach").suggestion == rating


def test_the_chunk_alone_is_good_though_the_sentence_denies_it() -> None:
    wanted = "We did not take a phased approach."
    assert typed("take a phased approach", wanted, "take a phased approach").suggestion == GOOD
    assert typed("we took a phased approach", wanted, "take a phased approach").suggestion == HARD


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("마감이 촉박한 상황에서", GOOD),
        ("마감이촉박한 상황 에서 핵심 기능을 마쳤습니다", GOOD),
        ("마감이 아주 촉박한 상황에서", GOOD),
        ("마감이 촉박했던 상황에서", HARD),
        ("일정이 촉박했던 상황에서", AGAIN),
        ("그 마감이 촉박한 상황에서는", HARD),  # the particle counts
    ],
)
def test_of_other_languages_only_case_punctuation_and_spacing_are_forgiven(text: str, rating: Rating) -> None:
    wanted = "마감이 촉박한 상황에서 핵심 기능을 먼저 완성했습니다."
    assert typed(text, wanted, "마감이 촉박한 상황에서", tag="ko-KR").suggestion == rating


def test_the_languages_other_than_english_have_no_function_words() -> None:
    assert typed("an die Arbeit", "Wir gehen an die Arbeit.", "an die Arbeit", tag="de-DE").suggestion == GOOD
    assert typed("in Arbeit", "Wir gehen an die Arbeit.", "an die Arbeit", tag="de-DE").suggestion == AGAIN


VOCABULARY = "a phased approach plans to the weekly review cost I led by 30% team's trade-off up we'd"
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=12)
PLACES = st.lists(st.integers(0, 12), min_size=2, max_size=4, unique=True).map(sorted)


def pieces(sentence: Sequence[str], places: Sequence[int]) -> list[str]:
    """One or two pieces of the sentence."""
    cut = [sentence[a:b] for a, b in zip(places[::2], places[1::2], strict=False)]
    return [" ".join(piece) for piece in cut if piece] or [" ".join(sentence)]


@given(SENTENCES, PLACES, st.sampled_from(["en-US", "ko-KR"]))
def test_the_whole_sentence_and_the_chunk_alone_are_good(sentence: list[str], places: list[int], tag: str) -> None:
    wanted, chunk = " ".join(sentence), pieces(sentence, places)
    assert typed(wanted, wanted, *chunk, tag=tag).suggestion == GOOD
    assert typed(f"Well, {wanted}", wanted, *chunk, tag=tag).suggestion == GOOD
    assert typed(" ".join(chunk), wanted, *chunk, tag=tag).suggestion == GOOD


@given(SENTENCES, PLACES, st.data(), st.sampled_from(["en-US", "ko-KR"]))
def test_words_left_out_never_raise_the_rating(
    sentence: list[str], places: list[int], data: st.DataObject, tag: str
) -> None:
    wanted, chunk = " ".join(sentence), pieces(sentence, places)
    more = [word for word in sentence if data.draw(st.booleans())]
    less = [word for word in more if data.draw(st.booleans())]
    ratings = [typed(" ".join(words), wanted, *chunk, tag=tag).suggestion for words in (less, more)]
    assert ratings[0] <= ratings[1]


@given(SENTENCES, PLACES, st.data(), st.sampled_from(["not", "never", "no"]))
def test_a_negation_added_is_never_good(
    sentence: list[str], places: list[int], data: st.DataObject, negation: str
) -> None:
    wanted, chunk = " ".join(sentence), pieces(sentence, places)
    for text in (wanted, " ".join(chunk)):
        words = text.split()
        at = data.draw(st.integers(0, len(words)))
        added = " ".join([*words[:at], negation, *words[at:]])
        assert typed(added, wanted, *chunk).suggestion < GOOD


@given(st.text(), st.text(min_size=1), st.sampled_from(["en-US", "ko-KR"]))
def test_any_text_is_compared(text: str, wanted: str, tag: str) -> None:
    assert typed(text, wanted, wanted, tag=tag).suggestion in {AGAIN, HARD, GOOD}
    assert typed(wanted, wanted, wanted, tag=tag).suggestion == GOOD


@pytest.mark.parametrize("text", ["a " * 5_000, "a aa " * 5_000, "not " * 5_000, "ab" * 5_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    started = time.process_time()
    typed(text, "aa a not " * 5_000, "aa a not " * 5_000)
    assert time.process_time() - started < 10
