"""Decks of real people: every card asks and answers what it does in Anki, and hardly a note stays HTML."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

import pytest

from srs.anki.import_decks import import_decks
from srs.anki.markup_to_html import markup_to_html
from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.kinds.card_face import Face
from tests.anki.real_shapes import SHAPES
from tests.anki.test_convert_note import MEET
from tests.anki.test_stranger_cards import drawn, without
from tests.chromium import Chromium, chromium
from tests.cli.conftest import Shell

pytestmark = pytest.mark.check


class Shape(NamedTuple):
    """`wrong` are the sides that differ, as Anki shows them and as they came in."""

    cards: int
    wrong_questions: list[tuple[str, str]]
    wrong_answers: list[tuple[str, str]]
    notes: int
    html: int
    left_out: tuple[str, ...]


def innermost(page: Chromium, html: str, css: str = "") -> str:
    """The words that a browser shows, without the signs of gaps, readings and items."""
    whole = f"<style>{css}</style><body class=card><div id=qa>{html}</div>"
    page.run(f"document.open(); document.write({json.dumps(whole)}); document.close()")
    shown = normalize("NFKC", page.run("document.getElementById('qa').innerText"))
    shown = re.sub(r"\[sound[^]]*\]|\[picture[^]]*\]", "", shown.replace("...", "…"))
    return " ".join(re.sub(r"[][()]|^- |^• |^\d+\. ", "", shown, flags=re.MULTILINE).split())


def as_html(text: str, *, html: bool) -> str:
    return text if html else markup_to_html(text)


def compared(page: Chromium, folder: Path, notes: list[dict[str, Any]]) -> Shape:
    folder.mkdir()
    in_anki = drawn(folder, {str(n): note for n, note in enumerate(notes)})
    done = import_decks(folder / "mine", folder / "a.apkg", KINDS)
    cards, questions, answers, html, imported = 0, [], [], 0, 0
    for path in (folder / "mine").glob("*.yaml"):
        file = parse(path.read_bytes(), path.name, KINDS)
        assert file.deck
        for found in file.notes:
            number = int(str(found.fields["guid"]).removeprefix("guid-"))
            note = KINDS.note(found.id, file.deck, found.fields)
            imported, html = imported + 1, html + note.html
            cards += len(note.cards())
            for card, (asked, answered) in zip(note.cards(), in_anki[str(number)], strict=True):
                css = notes[number].get("css", "")
                there = innermost(page, asked, css)
                there_back = without(there, innermost(page, answered, css))
                face: Face = note.asks(card, None)
                here = innermost(page, as_html(face.question, html=note.html))
                back = "<br>".join(as_html(part.text, html=note.html) for part in face.answer)
                here_back = innermost(page, f"{back}<br>{as_html(note.note, html=note.html)}")
                questions += [(there, here)] if there != here else []
                answers += [(there_back, here_back)] if there_back != here_back else []
    left_out = (f"{one.notes} × {one.why}" for one in (*done.plan.left_out, *done.plan.changed))
    return Shape(cards, questions, answers, imported, html, tuple(left_out))


def test_cards_of_real_shapes_come_in_word_for_word(tmp_path: Path) -> None:
    with chromium() as page:
        shapes = {name: compared(page, tmp_path / name, notes) for name, notes in SHAPES.items()}
    print("\n| shape | cards | equal questions | equal answers | notes | as HTML | left out or otherwise |")
    print("|---|--:|--:|--:|--:|--:|---|")
    for name, one in shapes.items():
        equal = (one.cards - len(one.wrong_questions), one.cards - len(one.wrong_answers))
        print(
            f"| {name} | {one.cards} | {equal[0]} | {equal[1]} | {one.notes} | {one.html} | {'; '.join(one.left_out)} |"
        )
    assert {name: (one.wrong_questions, one.wrong_answers) for name, one in shapes.items()} == {
        name: ([], []) for name in SHAPES
    }
    assert {name: one.notes for name, one in shapes.items()} == {name: len(notes) for name, notes in SHAPES.items()}
    html = {name: one.html for name, one in shapes.items() if one.html}
    assert html == {"mined sentences": 4, "an old collection": 2}, (
        "readings over words; <center>, emphasis within a word"
    )


@pytest.mark.parametrize("name", SHAPES)
def test_back_in_their_collection_they_are_none_that_are_new(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    drawn(folder, {str(n): note for n, note in enumerate(SHAPES[name])})
    import_decks(folder / "mine", folder / "a.apkg", KINDS)
    srs = Shell(tmp_path, {"SRS_DECKS": str(folder / "mine")})
    assert srs("export", "back.apkg").status == 0
    command = [sys.executable, "-c", MEET, str(folder / "a.anki2"), str(tmp_path / "back.apkg")]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    count = len(SHAPES[name])
    assert result == {"same": True, "new": 0, "met": count, "notes": count}
