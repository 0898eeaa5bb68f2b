"""Note types and the fields of notes."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from srs.anki.notetypes import fields, note_type
from srs.cli.kinds import KINDS
from srs.kinds.note import Deck, Note

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")), tags=("all",))
FIELDS: dict[str, dict[str, Any]] = {
    "phrase": {"phrase": {"ko": "마감", "en": "deadline"}},
    "quiz": {"quiz": "q?", "choices": ["a", "<b>", "</script>c"], "answer": ["<b>", "</script>c"]},
    "mapping": {"question": "q?", "principles": ["ownership"]},
    "star": {"star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r"},
    "story": {
        "story": "s",
        "situation": "s",
        "task": "t",
        "action": ["a", "b"],
        "result": "r",
        "numbers": ["9 h"],
        "principles": ["dive-deep"],
        "answers": ["q1"],
    },
    "basic": {"front": "f", "back": "b"},
    "cloze": {"cloze": "{{c1::a}} {{c2::b}}"},
}
NOTES = {kind: KINDS.note(kind, DECK, of_kind, []) for kind, of_kind in FIELDS.items()}
IDS = {
    "phrase": 1510399101650,
    "quiz": 1257843177495,
    "mapping": 1199627462745,
    "star": 1308721395340,
    "story": 1134990617479,
    "basic": 1467019639262,
    "cloze": 1351080570588,
}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_note_fills_the_fields_of_its_type(kind: str) -> None:
    note, of_kind = NOTES[kind], note_type(NOTES[kind])
    values = fields(note)
    names = [name for name, _ in of_kind.fields]
    assert len(values) == len(names)
    assert values[0]
    assert names[-4:] == ["Srs", "Spare1", "Spare2", "Spare3"]
    assert values[-4].startswith(f"{kind} ")
    assert values[-3:] == ["", "", "" if kind == "phrase" else values[-1]]
    assert not any("Srs" in side for _, _, *sides in of_kind.templates for side in sides)


def test_ids_are_what_they_were() -> None:
    """Golden values: were one to change, Anki would take a renamed field or template for a new one."""
    assert {kind: note_type(note).id for kind, note in NOTES.items()} == IDS
    assert [number for _, number in note_type(NOTES["basic"]).fields[:3]] == [
        1498441130805,
        1222325521519,
        1264458330545,
    ]
    every = [number for note in NOTES.values() for _, number in note_type(note).fields]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    "languages",
    [(("ko", "ko-KR"), ("en", "en-US")), (("en", "en-US"), ("ko", "ko-KR")), (("de", "de-DE"), ("ja", "ja-JP"))],
)
def test_a_phrases_templates_are_in_the_order_of_its_cards(languages: tuple[tuple[str, str], ...]) -> None:
    (own, _), (foreign, tag) = languages
    note = KINDS.note("n", Deck("D", languages=languages), {"phrase": {own: "eigen", foreign: "fremd"}}, [])
    templates = note_type(note).templates
    assert [name for name, *_ in templates] == [card.template for card in note.cards()]
    for slug, _, front, back in templates:
        asked = "Own" if slug.startswith(f"{own}-") else "Foreign"
        assert f"{{{{{asked}}}}}" in front
        assert ("{{Own}}" in front) != ("{{Foreign}}" in front)
        assert "{{Own}}" in back
        assert "{{Foreign}}" in back
        assert (front + back).count("{{tts ") == 1, "the learner's own language is not spoken"
        assert f"{{{{tts {tag.replace('-', '_')}:Foreign}}}}" in (front if asked == "Foreign" else back)
        assert ("{{Hint}}" in front, "{{Spare1}}" in front) == (asked == "Own", asked == "Own")


def test_each_pair_of_languages_has_a_note_type_of_its_own() -> None:
    other = KINDS.note("n", Deck("D", languages=(("ko", "ko-KR"), ("en", "en-GB"))), FIELDS["phrase"], [])
    assert note_type(other).id != note_type(NOTES["phrase"]).id
    assert note_type(other) is note_type(other)


def test_the_digest_follows_text_and_tags_but_not_the_deck() -> None:
    def digest(note: Note) -> str:
        return fields(note)[-4].split()[1]

    of = FIELDS["basic"]
    same = KINDS.note("basic", replace(DECK, name="Elsewhere"), of, [])
    assert digest(same) == digest(NOTES["basic"])
    assert digest(KINDS.note("basic", DECK, of, ["more"])) != digest(same)
    assert digest(KINDS.note("basic", DECK, of | {"hint": "h"}, [])) != digest(same)


@pytest.mark.check
def test_a_tap_on_a_choice_marks_right_and_wrong(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    note = NOTES["quiz"]
    values = dict(zip((name for name, _ in note_type(note).fields), fields(note), strict=True))
    ((_, _, front, _),) = note_type(note).templates
    page = front.replace("{{Choices}}", values["Choices"])
    taps = "document.querySelectorAll('.choice').forEach(choice => choice.click())"
    file = tmp_path / "card.html"
    file.write_text(f"<body class=card>{page}<script>{taps}</script></body>", "utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", file.as_uri()]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found = dict(re.findall(r'class="(choice [a-z]+)" data-letter="."[^>]*><span dir="auto">(.*?)</span>', drawn))
    assert found["choice wrong"] == "a"
    assert drawn.count('class="choice right"') == 2
    assert "&lt;/script&gt;c" in drawn


def test_without_a_script_the_back_of_a_quiz_shows_what_was_right() -> None:
    css, ((_, _, _, back),) = note_type(NOTES["quiz"]).css, note_type(NOTES["quiz"]).templates
    assert 'class="choices shown"' in back
    assert ".shown .choice[data-right]" in css


def test_a_basic_note_with_several_cards_has_a_type_for_their_number() -> None:
    also = [{"front": "g", "back": "c"}, {"front": "h", "back": "d", "card": 4}]
    note = KINDS.note("n", DECK, FIELDS["basic"] | {"also": also}, [])
    of_kind = note_type(note)
    assert (of_kind.name, of_kind.id) == ("srs Basic (4 cards)", 1000798894907)
    values = dict(zip((name for name, _ in of_kind.fields), fields(note), strict=True))
    assert [values[f"{side}{n}"] for n in ("", "2", "3", "4") for side in ("Front", "Back")] == [
        "f", "b", "g", "c", "", "", "h", "d",
    ]  # fmt: skip
    assert [name for name, *_ in of_kind.templates] == ["Card 1", "Card 2", "Card 3", "Card 4"]
    for n, (_, _, front, back) in zip(("", "2", "3", "4"), of_kind.templates, strict=True):
        assert front.startswith(f"{{{{#Front{n}}}}}<div")
        assert f"{{{{Back{n}}}}}" in back
    assert len({number for _, number in of_kind.fields} | {number for _, number, *_ in of_kind.templates}) == 26


def test_a_note_of_html_is_made_harmless_and_stays_html() -> None:
    evil = "<b>x</b><img src=a onerror=alert(1)><script>alert(1)</script>"
    note = KINDS.note("n", DECK, {"front": evil, "back": "<u>b</u>", "note": evil, "html": True}, [])
    assert fields(note)[:5] == ['<b>x</b><img src="a">', "<u>b</u>", "", "", '<b>x</b><img src="a">']
