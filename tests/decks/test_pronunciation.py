"""A note on pronunciation has a sentence to read aloud, a respelling, and what Korean makes of the word."""

import re

import pytest

from srs.kinds.basic import Basic
from tests.decks.guide import starter_notes

NOTES = tuple(note for note in starter_notes() if note.deck == "Interview::Pronunciation" and isinstance(note, Basic))

of_every_note = pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)


def test_there_are_about_25_notes_of_three_groups() -> None:
    assert 20 <= len(NOTES) <= 30
    assert {note.tags[1:] for note in NOTES} == {("word",), ("sound",), ("figure",)}


@of_every_note
def test_the_front_is_a_sentence_that_uses_the_word(note: Basic) -> None:
    """It is what the voice says, so it stands without the answer; what to listen for is bold."""
    assert re.fullmatch(r'Read aloud: "(?=.*\*\*[^*]+\*\*).{20,}[.]"', note.sides[0].front)
    assert note.speech_tag == "en-US"


@of_every_note
def test_the_back_shows_how_to_say_it(note: Basic) -> None:
    """Stress in capitals if there is a choice; figures as words."""
    back = note.sides[0].back
    assert re.search(r"\b[A-Z]{2,}\b|: one syllable", back) or "figure" in note.tags
    assert not re.search(r"\d", re.sub(r"F1|P99|Q3", "", back))


@of_every_note
def test_the_remark_names_the_korean_habit(note: Basic) -> None:
    assert re.search(r"[가-힣]", note.note), note.note
