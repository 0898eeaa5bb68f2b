"""A question about a principle is asked as interviewers ask it, and does not name the principle."""

import re

import pytest

from srs.interview.kinds.mapping import PrincipleMapping
from srs.interview.kinds.principles import PRINCIPLES
from tests.decks.guide import starter_notes

NOTES = tuple(note for note in starter_notes() if isinstance(note, PrincipleMapping))

FUNCTION_WORDS = frozenset({"a", "and", "are", "be", "for", "have", "on", "the", "to"})

SUBJECTS = frozenset({"customer"})
"""What a question is about: interviewers say these words, and to avoid them would be unnatural."""

SYNONYMS = {
    "hire-and-develop-the-best": {"grow"},
    "insist-on-the-highest-standards": {"bar"},
}
"""Words of a principle's description that name it as plainly as its own."""

ENDING = re.compile(r"(?<=..)(ification|ibility|osity|ship|able|ible|ity|ify|ing|ous|est|ied|ed|er|ly|al|s|y|e)$")

of_every_mapping = pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)


def stem(word: str) -> str:
    """The word without its endings: simplification and simpler are both "simpl"."""
    while (shorter := ENDING.sub("", word)) != word:
        word = shorter
    return word


def stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[a-z]+", text.casefold())}


def stems_of_the_name(slug: str, name: str) -> set[str]:
    words = set(re.findall(r"[a-z]+", name.casefold())) | SYNONYMS.get(slug, set())
    return {stem(word) for word in words - FUNCTION_WORDS - SUBJECTS}


@pytest.mark.parametrize(
    "words",
    [
        ("simplify", "simplification", "simpler", "simple"),
        ("deep", "deeper", "deepest", "deeply"),
        ("highest", "higher", "high"),
        ("standards", "standard"),
        ("learn", "learned", "learning"),
        ("ownership", "own", "owner", "owned"),
        ("deliver", "delivered", "delivers"),
        ("responsibility", "responsible"),
        ("curious", "curiosity"),
        ("frugality", "frugal"),
        ("trust", "trusted"),
        ("right", "rightly"),
    ],
    ids=lambda words: str(words[0]),
)
def test_forms_of_a_word_have_one_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@of_every_mapping
def test_a_question_can_be_asked_in_three_or_four_ways(note: PrincipleMapping) -> None:
    ways = [note.question, *note.wordings]
    assert 3 <= len({way.casefold() for way in ways}) == len(ways) <= 4


@of_every_mapping
def test_one_wording_begins_as_interviewers_do(note: PrincipleMapping) -> None:
    assert any(wording.startswith("Tell me about a time") for wording in note.wordings)


@of_every_mapping
def test_no_wording_gives_its_principles_away(note: PrincipleMapping) -> None:
    named = set[str]().union(*(stems_of_the_name(*principle) for principle in note.principles))
    for way in (note.question, *note.wordings):
        assert not stems(way) & named, way


@of_every_mapping
def test_what_is_also_accepted_is_known_and_none_of_the_right_ones(note: PrincipleMapping) -> None:
    right, accepted = dict(note.principles), dict(note.also_accepted)
    assert len(accepted) == len(note.also_accepted) <= 2
    assert accepted.keys() <= PRINCIPLES.keys()
    assert not accepted.keys() & right.keys()
