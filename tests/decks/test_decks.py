"""The starter decks teach the whole guide, rightly, in sentences that can be spoken."""

import re
from collections import Counter

import pytest

from srs.cli.kinds import KINDS
from srs.collection.check import check
from srs.interview.kinds.mapping import PrincipleMapping
from srs.interview.kinds.star import Star
from srs.kinds.basic import Basic
from srs.kinds.cloze import Cloze
from srs.kinds.note import Note
from srs.kinds.phrase import Phrase
from srs.kinds.quiz import Quiz
from tests.decks.guide import DECKS, Item, figures, items, starter_notes, texts, with_ends, written

NOTES = tuple(starter_notes())
ITEMS = {(item.section, item.number): item for item in items()}
ALL_FIGURES = frozenset[str]().union(*(item.figures for item in ITEMS.values()))
PARTS = ("situation", "task", "action", "result")

of_every_note = pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)
of_every_story = pytest.mark.parametrize("note", [n for n in NOTES if isinstance(n, Star)], ids=lambda note: note.id)


def of_kind(kind: type[Note]) -> list[Note]:
    return [note for note in NOTES if isinstance(note, kind)]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])[\"”)]*\s+", text)


def test_the_program_has_nothing_to_warn_of() -> None:
    assert check(DECKS, KINDS).problems == ()


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: f"{item.section}-{item.number}")
def test_an_item_of_the_guide_has_its_notes(item: Item) -> None:
    """A numbered item has a note of every kind that its section asks for."""
    kinds = {note.kind for note in NOTES if (note.source.section, note.source.number) == (item.section, item.number)}
    assert kinds >= set(item.kinds) - {"any"}
    assert kinds or item.number is None


def test_the_table_in_the_readme_is_that_of_the_notes() -> None:
    """`python -m tests.decks.guide` writes it anew."""
    readme = (DECKS / "README.md").read_text("utf-8")
    assert readme == written(readme)


@of_every_note
def test_a_figure_stands_in_the_guide_as_written_there(note: Note) -> None:
    """In the note's own section or item; what a quiz offers or a remark compares, anywhere in the guide.

    Scenes and examples are made up, the principles beyond the eight come from elsewhere, and a remark may name a study.
    """
    if "scene" in note.tags or not note.source.section:
        return
    item = ITEMS[note.source.section, note.source.number]
    for key, text in texts(note).items():
        if key == "example" or (key == "note" and "et al." in text):
            continue
        allowed = ALL_FIGURES if isinstance(note, Quiz) or key == "note" else item.figures
        assert figures(text) <= with_ends(allowed), key


@of_every_story
def test_a_story_tells_every_figure_of_its_question(note: Star) -> None:
    """And no other, unless it is a scene. What the guide's own example tells is in test_stories."""
    told = figures(" ".join(getattr(note, part) for part in PARTS))
    item = ITEMS[note.source.section, note.source.number]
    if note.source.number:
        assert told >= item.figures
    if "scene" not in note.tags:
        assert told <= item.figures


@of_every_story
def test_a_story_is_told_by_its_hero(note: Star) -> None:
    """The task and the action say "I", and the whole does so more often than "we"."""
    pronouns = Counter(re.findall(r"\b(I|we)\b", " ".join(getattr(note, part) for part in PARTS), re.IGNORECASE))
    assert re.search(r"\bI\b", note.task)
    assert re.search(r"\bI\b", note.action)
    assert pronouns["I"] >= 3
    assert pronouns["we"] + pronouns["We"] <= 2


@of_every_note
def test_a_sentence_can_be_spoken_in_one_breath(note: Note) -> None:
    """20 words at most."""
    for text in texts(note).values():
        for sentence in sentences(text):
            assert len(sentence.split()) <= 20, sentence


@of_every_note
def test_korean_is_spoken_as_in_an_interview(note: Note) -> None:
    """Every question that is asked in English has a gloss, and every Korean sentence ends politely."""
    korean = texts(note).get("ko", "")
    assert korean or isinstance(note, Cloze)
    for sentence in sentences(korean) if korean else ():
        assert re.search(r"(니다|니까|시오)[.?]\"?( |$)", sentence), sentence


def test_every_principle_asked_for_is_asked_for_twice() -> None:
    asked = Counter(slug for note in NOTES if isinstance(note, PrincipleMapping) for slug, _ in note.principles)
    assert min(asked.values()) >= 2
    assert all(len(note.principles) <= 3 for note in NOTES if isinstance(note, PrincipleMapping))


def test_no_right_choice_is_given_away_by_its_place_or_length() -> None:
    """Whoever always picks one place, or the longest or the shortest choice, is wrong in two cases of three."""
    quizzes = [note for note in NOTES if isinstance(note, Quiz) and len(note.answers) == 1]
    assert len(quizzes) >= 45
    guesses: Counter[str] = Counter()
    for note in quizzes:
        assert len(note.choices) == 4
        lengths = sorted(map(len, note.choices))
        right = note.answers[0]
        guesses[f"place {note.choices.index(right)}"] += 1
        guesses["longest"] += len(right) == lengths[-1]
        guesses["shortest"] += len(right) == lengths[0]
    assert max(guesses.values()) <= len(quizzes) / 3, guesses


def test_the_decks_hold_what_they_should() -> None:
    counts = Counter(note.kind for note in NOTES)
    assert (counts["phrase"], counts["mapping"], counts["star"]) == (75, 38, 31)
    names = (
        "Always asked", "Background", "Companies", "Delivery", "Follow-ups", "Mapping", "Method", "Own stories", "Phrases",
        "Principles", "Pronunciation", "Quiz", "STAR",
    )  # fmt: skip
    assert {note.deck for note in NOTES} == {f"Interview::{name}" for name in names}


@pytest.mark.parametrize("note", of_kind(Quiz), ids=lambda note: note.id)
def test_a_quiz_explains_itself(note: Note) -> None:
    assert len(sentences(note.because)) >= 2


def test_a_phrase_has_a_spoken_example_a_remark_and_its_tags() -> None:
    for note in of_kind(Phrase):
        assert note.example, note.id
        assert note.note, note.id
        if note.source.section:  # those of the guide stand in an answer, those of delivery around it
            assert {"situation", "action", "result", "lesson"} & set(note.tags), note.id
            assert any(tag.startswith("star-") for tag in note.tags), note.id


def test_a_back_is_short_enough_to_be_one_fact() -> None:
    """Or, after a follow-up question, two or three sentences to say."""
    for note in NOTES:
        if isinstance(note, Basic):
            assert len(note.sides[0].back.split()) <= (40 if "follow-up" in note.tags else 20), note.id
