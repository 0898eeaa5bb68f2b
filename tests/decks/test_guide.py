"""With the guide at hand: what is said of it is true, and the notes do not repeat its sentences."""

import re
from collections import Counter

import pytest

from srs.kinds.note import Note
from tests.decks.guide import TEXT, figures, items, starter_notes, texts

pytestmark = pytest.mark.skipif(not TEXT.exists(), reason="the guide is not at hand; SRS_GUIDE names its file")

LONGEST_RUN = 7
"""Words in a row that a note may share with the guide."""


@pytest.fixture(scope="module")
def guide() -> str:
    return TEXT.read_text("utf-8")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def longest_run(text: str, starts: dict[str, list[int]], guide: list[str]) -> int:
    """The most words in a row that both hold."""
    ours = words(text)
    best = 0
    for at, word in enumerate(ours):
        for start in starts.get(word, ()):
            run = 0
            while at + run < len(ours) and start + run < len(guide) and ours[at + run] == guide[start + run]:
                run += 1
            best = max(best, run)
    return best


def test_the_sentences_are_our_own(guide: str) -> None:
    guide_words = words(guide)
    starts: dict[str, list[int]] = {}
    for at, word in enumerate(guide_words):
        starts.setdefault(word, []).append(at)
    runs: Counter[str] = Counter()
    notes: list[Note] = list(starter_notes())
    for note in notes:
        for key, text in texts(note).items():
            runs[f"{note.id} ({key})"] = longest_run(text, starts, guide_words)
    shared = {name: run for name, run in runs.items() if run > LONGEST_RUN}
    print(f"longest shared runs of words: {runs.most_common(5)}")
    assert shared == {}


def questions(guide: str) -> list[str]:
    """The texts of the thirty questions with their answers."""
    section = guide[guide.index("\n4. 30 ") : guide.index("\n5. 50 ")]
    return re.split(r"\nQ\d+\. ", section)[1:]


def test_every_figure_of_a_question_is_known_and_no_other(guide: str) -> None:
    known = [item.figures for item in items() if item.section == "4" and item.number]
    assert [figures(re.sub(r"\nCategory .*", "", text, flags=re.DOTALL)) for text in questions(guide)] == known


def test_every_figure_stands_in_the_guide(guide: str) -> None:
    standing = figures(guide)
    assert all(item.figures <= standing for item in items())


def test_the_numbered_items_are_as_many_as_in_the_guide(guide: str) -> None:
    counts = Counter(item.section for item in items() if item.number)
    assert counts["4"] == len(questions(guide)) == 30
    assert counts["3"] == len(re.findall(r"^LP \d:", guide, re.MULTILINE))
    assert counts["3 steps"] == len(re.findall(r"^Step \d:", guide, re.MULTILINE))
    assert (
        sum(counts[f"5.{n}"] for n in (1, 2, 3)) == len(re.findall(r"^\d+[A-Z]", guide, re.MULTILINE)) - counts["6.1"]
    )
    assert counts["6.2"] == guide.count("[ ]")
    assert counts["7"] == len(re.findall(r"^Template \d:", guide, re.MULTILINE))
    assert counts["9"] == len(re.findall(r"^Quiz \d\.", guide, re.MULTILINE))
