"""The cards of a preview are those that real Anki shows."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.preview import Preview, read_preview
from srs.anki.preview_cards import PLAY
from tests.anki.conftest import ROOT, Anki
from tests.conftest import NOW, Home

MORE = """\
deck: More
languages: {ko: ko-KR, en: en-US}
cards: [ko-en]
by_ear: [en-ko]
notes:
- id: nested
  cloze: "{{c1::outer {{c2::inner::a hint}} rest}} and {{c1,3::both}} `{{c4::x < y & \\"z\\"}}` {{c5::::only a hint}}b}}"
- id: chosen
  phrase: {ko: 마감, en: the deadline}
  hint: when?
- id: several
  front: "**one** {{c1::no cloze}} [sound:no.mp3]"
  back: "![a bar](bar.svg) and ![the word](word.mp3)"
  also: [{front: "two\\n    indented", back: zwei, card: 3}]
  image: bar.svg
  audio: word.mp3
- id: html
  html: true
  front: "<b>x</b><script>alert(1)</script><img src=x onerror=alert(1)> {{Front}} [anki:tts lang=en_US]no[/anki:tts]"
  back: "<a href='javascript:alert(1)'>y</a>"
- id: quiz
  quiz: q?
  choices: ["<img src=x onerror=alert(1)>", "</script>", c]
  answer: [c, "</script>"]
"""


def drawn_cards(preview: Preview) -> dict[str, list[list[str]]]:
    """(template, front, back) of each card, as the page's script puts them together, by the note's id."""
    data = preview.data

    def side(note: dict[str, Any], number: int) -> str:
        return "".join(data["html"][n] if n >= 0 else note["values"][-1 - n] for n in data["sides"][number])

    return {
        note["id"]: [[slug, side(note, front), side(note, back)] for slug, front, back in note["cards"]]
        for note in data["notes"]
    }


@pytest.fixture
def decks(home: Home) -> Home:
    shutil.copytree(ROOT / "decks", home.decks, ignore=shutil.ignore_patterns("README*"))
    home.write("more.yaml", MORE)
    home.write("bar.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    home.write("word.mp3", b"ID3")
    return home


@pytest.mark.check
def test_both_sides_of_every_card_are_what_anki_makes_of_them(decks: Home, tmp_path: Path, anki: Anki) -> None:
    collection = decks.open()
    export(collection, tmp_path / "a.apkg", NOW)
    found = anki(f"import:{tmp_path / 'a.apkg'}")["cards"]
    in_anki: dict[str, list[list[str]]] = {}
    for card in sorted(found, key=lambda card: card["ord"]):
        in_anki.setdefault(card["fields"]["Srs"].split()[0], []).append([card["question"], card["answer"]])
    drawn = {note: [sides for _, *sides in cards] for note, cards in drawn_cards(read_preview(collection, [])).items()}
    assert sum(map(len, drawn.values())) == len(found) > 500
    for note, cards in in_anki.items():
        shown = [[as_explained(side) for side in sides] for sides in cards]
        assert drawn[note] == shown, note


def as_explained(side: str) -> str:
    """Without what a preview leaves out: the templates' scripts, what the buttons play, and what only Anki's script reads."""
    return re.sub(
        r'<script>.*?</script>| data-cloze="[^"]*"', "", re.sub(r"\[anki:play:.:\d+\]", PLAY, side), flags=re.DOTALL
    )
