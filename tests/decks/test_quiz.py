"""The quizzes of the starter decks stay fair when their choices are shuffled and their questions are heard."""

import re
from collections.abc import Mapping

import pytest

from srs.kinds.quiz import Quiz
from tests.decks.guide import starter_notes, texts

QUIZZES = [note for note in starter_notes() if isinstance(note, Quiz)]
PLACES = re.compile(
    r"\b(above|below|all of these|none of these|both of these)\b"
    r"|\b(first|second|third|fourth|last) (choice|option|one|of these)\b|\b(choice|option|answer) [A-D1-4]\b",
    re.IGNORECASE,
)
HANGUL = re.compile("[\uac00-\ud7a3]")

of_every_quiz = pytest.mark.parametrize("note", QUIZZES, ids=lambda note: note.id)


def heard(note: Quiz) -> Mapping[str, str]:
    """The question, and the choices beside it."""
    return {key: text for key, text in texts(note).items() if key == "question" or key.startswith("choice")}


@of_every_quiz
def test_no_text_names_a_choice_by_its_place(note: Quiz) -> None:
    for key, text in texts(note).items():
        assert not PLACES.search(text), key


@of_every_quiz
def test_an_english_voice_can_read_the_question(note: Quiz) -> None:
    """No Korean and no blank to fill in; those stand in the gloss and the reasons."""
    assert "question" in heard(note)
    for key, text in heard(note).items():
        assert not HANGUL.search(text), key
        assert "__" not in text, key


@of_every_quiz
def test_a_right_choice_repeats_no_rare_word_of_its_question(note: Quiz) -> None:
    """A word of five letters or more that only the right choice shares with the question gives it away."""
    words = {key: set(re.findall(r"[a-z]{5,}", text.casefold())) for key, text in heard(note).items()}
    question = words.pop("question")
    right = set().union(*(words[f"choice {note.choices.index(answer)}"] for answer in note.answers))
    wrong = set().union(*(words[f"choice {n}"] for n, choice in enumerate(note.choices) if choice not in note.answers))
    assert not question & right - wrong
