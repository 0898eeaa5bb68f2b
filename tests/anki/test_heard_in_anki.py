"""What real Anki reads aloud of a card, and when."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from srs.anki.write import write_package
from srs.cli.kinds import KINDS
from srs.kinds.note import Deck
from tests.anki.conftest import Anki
from tests.anki.test_write import DECK, by_key, fresh, package

pytestmark = pytest.mark.check

EVIL = "a [/anki:tts] [sound:x.mp3] [anki:tts lang=ko_KR]b[/anki:tts] <b>c</b> & d {{Back}} [latex]e[/latex]"
WORDS = " ".join(EVIL.split())
STAR = {"situation": "s", "task": "t", "action": "a", "result": "r"}


@pytest.fixture
def cards(tmp_path: Path, anki: Anki) -> Any:
    def run(kind: str, of: dict[str, Any], deck: Deck = DECK) -> dict[str, Any]:
        write_package(package(fresh(KINDS.note(kind, deck, of, []))), tmp_path / "a.apkg")
        return by_key(anki(f"import:{tmp_path / 'a.apkg'}"))

    return run


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("quiz", {"quiz": EVIL, "choices": ["a", "b"], "answer": "a"}),
        ("mapping", {"question": EVIL, "principles": ["ownership"]}),
        ("star", {"star": EVIL, **STAR}),
        ("basic", {"front": EVIL, "back": "b"}),
    ],
)
def test_a_question_is_read_on_its_own_side_and_cannot_command_anything(
    cards: Any, kind: str, of: dict[str, Any]
) -> None:
    card = cards(kind, of)[f"{kind}/0"]
    assert card["heard"] == {"question": [["en_US", WORDS]], "answer": []}
    for side in (card["question"], card["answer"]):
        assert "anki:tts lang=en_US" not in side
        assert "[<wbr>sound:x.mp3]" in side, "in the question it is text"
        assert "<b>c</b>" not in side


def test_with_wordings_the_question_is_read_as_it_is_written(cards: Any) -> None:
    of = {"question": "q?", "principles": ["ownership"], "wordings": [EVIL]}
    assert cards("mapping", of)["mapping/0"]["heard"] == {"question": [["en_US", "q?"]], "answer": []}


def test_a_cloze_is_read_without_its_hidden_words(cards: Any) -> None:
    found = cards("cloze", {"cloze": "Spend **{{c1::half::share}}** of it on {{c2::[/anki:tts]}} [sound:x.mp3]."})
    assert found["cloze/0"]["heard"] == {
        "question": [["en_US", "Spend [share] of it on [/anki:tts] [sound:x.mp3]."]],
        "answer": [],
    }
    assert found["cloze/1"]["heard"]["question"] == [["en_US", "Spend half of it on blank [sound:x.mp3]."]]
    assert found.keys() == {"cloze/0", "cloze/1"}


@pytest.mark.parametrize("html", ["<i>x</i> [sound:a.mp3] y", "x [sound:a.mp3] <script>y</script> y"])
def test_of_html_the_words_are_read(cards: Any, html: str) -> None:
    heard = cards("basic", {"front": html, "back": "b", "html": True})["basic/0"]["heard"]
    assert heard["question"][-1][0] == "en_US"
    assert "<" not in heard["question"][-1][1]


def test_of_a_phrase_the_foreign_side_alone_is_read_without_signs_of_the_chunk(cards: Any) -> None:
    of = {"phrase": {"ko": "마감이 촉박했습니다.", "en": "It was a tight deadline."}}
    chunk = {"chunk": {"ko": "마감이", "en": "tight deadline"}}
    found = cards("phrase", of | chunk, replace(DECK, extra={"by_ear": ["en-ko"]}))
    spoken = [["en_US", "It was a tight deadline."]]
    assert found["phrase/0"]["heard"] == {"question": spoken, "answer": []}
    assert found["phrase/1"]["heard"] == {"question": [], "answer": spoken}


def test_without_languages_nothing_is_read(cards: Any) -> None:
    found = cards("basic", {"front": "f", "back": "b"}, replace(DECK, languages=()))
    assert found["basic/0"]["heard"] == {"question": [], "answer": []}
