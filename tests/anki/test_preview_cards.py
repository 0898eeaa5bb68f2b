"""The cards of a preview are those that real Anki shows."""

import re
import shutil
from pathlib import Path

import pytest

from srs.anki.export import export
from srs.anki.preview_cards import PLAY, card_html
from srs.anki.prepare import MediaReader, build_notes, prepare_rows
from srs.cli.kinds import KINDS
from srs.database import deck_files
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
# what is explained: the templates' scripts are left out, buttons play nothing, and nobody asks for a gap's text
SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


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
    in_anki = {(card["fields"]["Srs"].split()[0], card["ord"]): (card["question"], card["answer"]) for card in found}
    connection, drawn = collection.store.connection, {}
    headers = dict(deck_files.deck_headers(connection, collection.folder_id))
    for prepared in build_notes(KINDS, headers, list(prepare_rows(collection, connection, MediaReader(collection)))):
        row = prepared.to_anki()
        values = dict(zip((name for name, _ in row.note_type.fields), row.columns.flds.split("\x1f"), strict=True))
        for card in prepared.note.cards():
            sides = card_html(row.note_type, values, card.ordinal)
            drawn[card.note, card.ordinal] = tuple("".join(piece.html for piece in side) for side in sides)
    assert len(drawn) > 500
    assert drawn.keys() == in_anki.keys()
    for key, sides in in_anki.items():
        for ours, theirs in zip(drawn[key], sides, strict=True):
            shown = SCRIPT.sub("", re.sub(r"\[anki:play:.:\d+\]", PLAY, str(theirs)))
            assert ours == re.sub(' data-cloze="[^"]*"', "", shown), key
