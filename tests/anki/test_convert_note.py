"""Notes of other people's Anki collections become notes of deck files."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from srs.anki.convert_note import CannotConvert, ConvertedNote, convert_note
from srs.anki.import_decks import import_decks
from srs.anki.notetypes import fields, note_type
from srs.anki.read_notes import ImportedNote, ImportedNoteType, ImportedTemplate
from srs.cli.kinds import KINDS
from srs.kinds.note import Deck
from tests.cli.conftest import Shell

NOTHING: Mapping[str, str] = MappingProxyType({})
BASIC = (("{{Front}}", "{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}"),)


def note(
    values: Mapping[str, str],
    templates: tuple[tuple[str, str], ...] = BASIC,
    ordinals: tuple[int, ...] = (0,),
    *,
    cloze: bool = False,
    name: str = "Kind",
) -> ImportedNote:
    made = tuple(ImportedTemplate(f"Card {n}", question, answer) for n, (question, answer) in enumerate(templates, 1))
    kind = ImportedNoteType(name, cloze, False, tuple(values), made)
    return ImportedNote("guid", kind, values, ("a",), tuple((n, "Deck::Sub") for n in ordinals))


def made(values: Mapping[str, str], *args: Any, **more: Any) -> Mapping[str, Any]:
    return convert_note(note(values, *args, **more), NOTHING, KINDS).fields


FB = {"Front": "f", "Back": "b"}


@pytest.mark.parametrize(
    ("question", "answer", "back"),
    [
        ("{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}", "b"),
        ("{{Front}}", "<div class=q>{{Front}}</div><hr id='answer'><div>{{Back}}</div>", "b"),
        ("{{Front}} {{type:Back}}", "{{Front}}<hr id=answer>{{type:Back}}", "b"),
        ("{{Front}}", "{{Front}}<br>{{Back}}", "b"),
        ("{{Front}}", "{{FrontSide}}<br>{{Back}}", "b"),
        ("{{Front}}", "{{Back}}", "b"),
        ("{{Front}}", "Said: {{text:Back}}<hr>more", "Said: b\nmore"),
        ("{{Front}}", "other<hr id=answer>{{Back}}", "other\nb"),
        (
            "{{Front}}",
            "{{Front}}: {{Back}}<hr id=answer>{{Card}} {{Type}} {{Subdeck}} {{Tags}}",
            "f: b\nCard 1 Kind",
        ),
    ],
)
def test_the_answer_comes_without_what_repeats_the_question(question: str, answer: str, back: str) -> None:
    assert made(FB, ((question, answer),)) == {"front": "f", "back": back}


def test_words_after_a_cloze_come_once_and_those_of_its_question_alone_are_counted() -> None:
    text, side = {"Text": "a {{c1::b}}", "Extra": "e"}, "{{cloze:Text}} <p>Tap</p>"
    both = convert_note(note(text, ((side, f"{side}{{{{Extra}}}}"),), cloze=True), NOTHING, KINDS)
    assert (both.fields, both.losses) == ({"cloze": "a {{c1::b}}\nTap", "note": "e"}, ())
    alone = convert_note(note(text, ((side, "{{cloze:Text}}<br>{{Extra}}"),), cloze=True), NOTHING, KINDS)
    assert alone.fields == both.fields
    assert alone.losses == ("its question has words that its answer has not, and srs shows them in both",)


def test_filters_show_what_anki_shows() -> None:
    values = {"Front": " 漢字[かんじ]", "Back": "<b>x</b>", "Hint": "h"}
    template = ("{{kanji:Front}}{{hint:Hint}}{{tts ja_JP:Front}}", "{{kana:Front}}<br>{{text:Back}}<br>{{add-on:Back}}")
    assert made(values, (template,)) == {"front": "漢字", "back": "かんじ\nx\n**x**", "hint": "h"}
    assert made(values, (("{{tts ja_JP:Back}}", "{{furigana:Front}}"),)) == {
        "front": "<b>x</b>", "back": "<ruby>漢字<rt>かんじ</rt></ruby>", "html": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "front"),
    [
        ("{{Front}} {{#Back}}x", "f x"),
        ("{{Front}}{{/Back}}{{#}}x{{/}}{{}}", "f"),
        ("{{Front}} {{#Front}}{{#Back}}x{{/Front}}y{{/Back}}", "f xy"),
        ("{{Front}}{{None}}{{text:None}}{{#None}}x{{/None}}{{! c }}", "f"),
        ("{{Front}} {{a}{{Back}}", "f {{a}b"),
        ("{{#Back}}" * 900 + "{{Front}}" + "{{/Back}}" * 900, "f"),
        ("{{Front}}" + "{{/Back}}" * 10_000, "f"),
    ],
)
def test_of_a_template_that_anki_refuses_what_can_be_shown_is_shown(question: str, front: str) -> None:
    assert made(FB, ((question, "{{Back}}"),)) == {"front": front, "back": "b"}


@pytest.mark.parametrize("question", ["x" * 1_000_001, "{{#Back}}x{{/Back}}" * 10_000, "{{Front}}" + "{{" * 250_000])
def test_of_a_template_that_is_too_long_one_sentence_says_so(question: str) -> None:
    with pytest.raises(CannotConvert, match=r"more than [0-9,]+ (?:characters|fields)"):
        made(FB, ((question, "{{Back}}"),))


def test_each_card_keeps_its_number() -> None:
    templates = tuple((f"q{n} {{{{Front}}}}", "{{Back}}") for n in range(1, 6))
    fields = made(FB, templates, (1, 2, 4))
    assert fields == {
        "front": "q2 f", "back": "b", "card": 2,
        "also": [{"front": "q3 f", "back": "b"}, {"front": "q5 f", "back": "b", "card": 5}],
    }  # fmt: skip
    assert [card.ordinal for card in KINDS.note("n", Deck("D"), fields, []).cards()] == [1, 2, 4]


def test_a_hint_of_one_card_does_not_show_on_another() -> None:
    templates = (("{{Front}}{{hint:Back}}", "x"), ("{{Back}}", "y"))
    assert made(FB, templates, (0, 1)) == {"front": "f", "back": "x\nb", "also": [{"front": "b", "back": "y"}]}


def test_what_a_click_opens_is_a_hint() -> None:
    """Of a note with several cards it could tell too much on another one."""
    closed = "<details><summary>More</summary>{{Back}}<details>x</details></details>"
    convert = {"front": "f\nMore", "back": "x", "hint": "b\nx"}
    assert made(FB, ((f"{{{{Front}}}}{closed}", "x"),)) == convert
    templates = ((f"{{{{Front}}}}{closed}", "y"), ("{{Back}}", "z"))
    back = {"front": "f\nMore", "back": "y\nb\nx", "also": [{"front": "b", "back": "z"}]}
    assert made(FB, templates, (0, 1)) == back
    values = {"Text": "a {{c1::b}} {{c2::c}}", "Extra": "e"}
    both = "{{cloze:Text}}<details><summary>s</summary>{{Extra}}</details>"
    assert made(values, ((both, both),), (0, 1), cloze=True) == {"cloze": "a {{c1::b}} {{c2::c}}\ns", "hint": "e"}
    in_it = "x<details><summary>s</summary>{{cloze:Text}}</details>"
    assert made({"Text": "a {{c1::b}}"}, ((in_it, in_it),), cloze=True) == {"cloze": "x\ns\na {{c1::b}}"}


def test_tags_and_decks_of_a_card_are_left_out_and_counted_unless_it_shows_nothing_else() -> None:
    place = "<div class='{{Tags}}'>{{Front}} <small>{{Deck}} {{text:Subdeck}} {{Tags}} {{CardFlag}}</small></div>{{#Tags}}!{{/Tags}}"
    found = convert_note(note(FB, ((place, f"{place}<hr id=answer>{{{{Tags}}}} {{{{Back}}}}"),)), NOTHING, KINDS)
    assert (found.fields, found.losses) == (
        {"front": "f\n!", "back": "b"},
        ("its cards show tags or decks, which are left out",),
    )
    within = convert_note(note(FB, (("<div class='{{Tags}}'>{{Front}}</div>", "{{Back}}"),)), NOTHING, KINDS)
    assert within.losses == ()
    assert made(FB, (("{{Subdeck}}", "{{Back}}"),)) == {"front": "Sub", "back": "b"}


def test_a_cloze_keeps_its_text_and_the_rest_is_its_note() -> None:
    values = {"Text": "a {{c1::<b>b</b>::h}} {{c3::c}}", "Extra": "e", "Title": "T"}
    both = "{{Title}}<br>{{cloze:Text}}"
    assert made(values, ((both, f"{both}<br>{{{{Extra}}}}"),), (0, 2), cloze=True) == {
        "cloze": "T\na {{c1::**b**::h}} {{c3::c}}",
        "note": "e",
    }
    typed = (("{{type:cloze:Text}}", "{{type:cloze:Text}}"),)
    assert made(values, typed, cloze=True) == {"cloze": "a {{c1::**b**::h}} {{c3::c}}"}


def test_signs_of_a_cloze_that_are_only_text_do_not_become_one() -> None:
    values = {"Text": "{{c1::a}} &#123;&#123;c2::b}}"}
    assert made(values, (("{{cloze:Text}}", "{{cloze:Text}}"),), cloze=True)["html"] is True


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (ImportedNote("g", None, {}, (), ((0, "D"),)), "no note type"),
        (note(FB, ordinals=()), "no cards"),
        (note({"Front": "<br>", "Back": "b"}), "asks nothing"),
        (note({"Front": "f", "Back": "&nbsp;"}), "answers nothing"),
        (note({"Front": "f" * 200_000, "Back": "b"}), "more than 200,000 characters of text"),
        (note({"Front": "f" * 1_000, "Back": "b"}, (("{{Front}}" * 201, "{{Back}}"),)), "more than 200,000 characters"),
        (note(FB, (("{{Front}}" * 20_000, "{{Back}}"),)), "its template has more than 2,000 fields"),
        (note(FB, (("{{Front}}", "x" * 1_000_001),)), "its template has more than 1,000,000 characters"),
        (note({"Text": "no gap"}, (("{{cloze:Text}}", ""),), cloze=True), "no cloze"),
        (note({"Text": "{{c1::image-occlusion:rect}}"}, (("{{cloze:Text}}", ""),), cloze=True), "image occlusion"),
        (ImportedNote("", note(FB).kind, FB, (), ((0, "D"),)), "guid is invalid"),
    ],
)
def test_a_note_that_cannot_be_converted_says_why(given: ImportedNote, why: str) -> None:
    with pytest.raises(CannotConvert, match=why):
        convert_note(given, NOTHING, KINDS)


OWN: dict[str, dict[str, Any]] = {
    "phrase": {"phrase": {"ko": "마감", "en": "a *tight* deadline"}, "example": "x", "gloss": "y"},
    "quiz": {"quiz": "q?", "choices": ["a & b", "**b**", "c"], "answer": "**b**", "because": "so\nit is"},
    "several": {"quiz": "q?", "choices": ["a", "b", "c"], "answer": ["a", "c"]},
    "mapping": {"question": "q?", "principles": ["are-right-a-lot", "have-backbone-disagree-and-commit", "ownership"]},
    "star": {"star": "q?", "situation": "s", "task": "t", "action": "a\nb", "result": "r", "hint": "h"},
    "basic": {"front": "f", "back": "b", "source": {"title": "T", "section": "5.1", "number": 3}},
    "also": {"front": "f", "back": "b", "card": 2, "also": [{"front": "g", "back": "c", "card": 4}]},
    "chunk": {
        "phrase": {"ko": "마감이 촉박한 상황에서", "en": "It was a tight *deadline* again"},
        "chunk": {"ko": "촉박한", "en": ["was", "tight"]},
    },
    "wordings": {
        "question": "q?",
        "principles": ["ownership"],
        "also_accepted": ["are-right-a-lot", "dive-deep"],
        "wordings": ["a **b**", "c\nd", "<li>e</li> & [sound:f]"],
    },
    "story": {
        "story": "s **b**",
        "situation": "s",
        "task": ["t", "u"],
        "action": "a",
        "result": "r\nr",
        "numbers": ["9 h → 2 h", "4 weeks"],
        "why": "w",
        "lesson": "l",
        "project": "p",
        "when": "2024",
        "role": "x",
        "category": "failure",
        "principles": ["dive-deep", "are-right-a-lot"],
        "answers": ["q1", "q2", "q3", "q4", "q5"],
    },
    "a bare story": {"story": "s", "situation": "s", "task": "t", "action": "a", "result": "r"},
    "star wordings": {"star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r", "wordings": ["w"]},
    "list": {
        "star": "<u>q?</u>",
        "situation": "s",
        "task": "t",
        "action": "a",
        "result": "r",
        "wordings": ["<ul><li>w</li><li>x</li></ul> y", "z"],
        "html": True,
    },
    "html": {"front": "<u>f</u>", "back": "b", "html": True},
    "cloze": {"cloze": "a {{c1::b::h}}", "note": "n"},
}


@pytest.mark.parametrize("name", OWN)
def test_a_note_exported_by_srs_comes_back_as_it_was(name: str) -> None:
    deck = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")))
    ours = KINDS.note(name.replace(" ", "-"), deck, OWN[name], ["t"])
    of_kind = note_type(ours)
    values = dict(zip((field for field, _ in of_kind.fields), fields(ours), strict=True))
    templates = tuple(ImportedTemplate(title, front, back) for title, _, front, back in of_kind.templates)
    kind = ImportedNoteType(of_kind.name, of_kind.cloze, False, tuple(values), templates)
    there = ImportedNote("g", kind, values, ("t",), tuple((card.ordinal, "D") for card in ours.cards()))
    back = convert_note(there, NOTHING, KINDS)
    assert (back.id, back.fields) == (name.replace(" ", "-"), OWN[name])
    assert back.languages == (deck.languages if "phrase" in OWN[name] else None)


def test_a_note_whose_fields_were_emptied_in_anki_says_so() -> None:
    with pytest.raises(CannotConvert, match="asks nothing"):
        convert_note(note({"Front": "", "Back": "b", "Srs": "one 0123456789abcdef"}, name="srs Basic"), NOTHING, KINDS)
    values = {"Question": "q", "Primary": "Kindness", "Others": "", "Srs": "one 0123456789abcdef"}
    with pytest.raises(CannotConvert, match="sixteen"):
        convert_note(note(values, name="srs Mapping"), NOTHING, KINDS)


def test_choices_with_a_bare_ampersand_come_back_as_they_were() -> None:
    choices = "<button><span>AT&T &#x</span></button><button data-right><span>b</span></button>"
    values = {"Question": "q?", "Choices": choices, "Srs": "one 0123456789abcdef"}
    found = convert_note(note(values, name="srs Quiz"), NOTHING, KINDS)
    assert found.fields == {"quiz": "q?", "choices": ["AT&T &#x", "b"], "answer": "b"}


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a collection of real Anki and its packages."""
    pytest.importorskip("anki")
    folder = tmp_path_factory.mktemp("strangers")
    script = Path(__file__).with_name("third_party_packages.py")
    subprocess.run([sys.executable, str(script), str(folder / "real.anki2"), str(folder)], check=True, timeout=120)
    return folder


GOLDEN = Path(__file__).with_name("golden")
LEFT_OUT = {"it answers nothing": "basic-4", "it is an image occlusion note": "image-12"}


@pytest.mark.parametrize("package", ["old.apkg", "new.apkg", "real.anki2"])
def test_every_stock_type_of_anki_becomes_the_deck_files_that_it_should(
    strangers: Path, tmp_path: Path, package: str
) -> None:
    done = import_decks(tmp_path / "mine", strangers / package, KINDS)
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "mine").glob("*.yaml")}
    assert written == {path.name: path.read_text("utf-8") for path in GOLDEN.glob("*.yaml")}
    assert {one.why: one.example for one in done.plan.left_out} == LEFT_OUT
    assert sorted(path.name for path in (tmp_path / "mine" / "media").iterdir()) == ["pic_one.png", "say.mp3"]
    assert (tmp_path / "mine" / "media" / "pic_one.png").read_bytes() == b"\x89PNG picture"
    assert (done.media.written, done.media.missing) == (2, 2)
    again = import_decks(tmp_path / "mine", strangers / package, KINDS)
    assert (again.plan.files, again.plan.already) == ((), 14)
    assert written == {path.name: path.read_text("utf-8") for path in (tmp_path / "mine").glob("*.yaml")}


MEET = """
import json, shutil, sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[1])
def seen():
    notes = map(collection.get_note, collection.find_notes(""))
    return sorted((n.guid, n.mod, n.note_type()["name"], n.fields, n.tags, [card(c) for c in n.cards()]) for n in notes)
def card(c):
    return c.id, c.ord, c.mod, collection.decks.name(c.did), c.due, c.reps
before, rows = seen(), collection.db.all("select * from revlog")
options = ImportAnkiPackageOptions(merge_notetypes=False, with_scheduling=True, with_deck_configs=True)
log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2], options=options)).log
same = before == seen() and rows == collection.db.all("select * from revlog")
print(json.dumps({"same": same, "new": len(log.new), "met": len(log.conflicting), "notes": len(before)}))
collection.close()
"""


def test_back_in_the_collection_they_come_from_they_meet_their_own_notes(strangers: Path, tmp_path: Path) -> None:
    """Anki's own default leaves "Merge note types" off: then it keeps its notes, whose note types are others."""
    srs = Shell(tmp_path, {"SRS_DECKS": "mine"})
    assert srs("import", str(strangers / "new.apkg")).status == 0
    assert srs("export", "back.apkg").status == 0
    copy = tmp_path / "real.anki2"
    copy.write_bytes((strangers / "real.anki2").read_bytes())
    command = [sys.executable, "-c", MEET, str(copy), str(tmp_path / "back.apkg")]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert result == {"same": True, "new": 0, "met": 14, "notes": 16}


def test_in_another_collection_they_are_new_notes_that_do_no_harm(strangers: Path, tmp_path: Path, anki: Any) -> None:
    srs = Shell(tmp_path, {"SRS_DECKS": "mine"})
    assert srs("import", str(strangers / "new.apkg")).status == 0
    assert srs("export", "out.apkg").status == 0
    result = anki(f"import:{tmp_path / 'out.apkg'}")
    assert (result["notes"], len(result["cards"]), result["fine"], result["empty"]) == (14, 18, True, 0)
    assert {card["guid"] for card in result["cards"]} >= {"basic-0", "vocab-15", "cloze-10"}
    only = [card for card in result["cards"] if card["guid"] == "vocab-15"]
    assert [card["ord"] for card in only] == [1]
    for card in result["cards"]:
        for side in (card["question"], card["answer"]):
            assert "has a problem" not in side
            assert "<script>alert" not in side
            assert "onerror" not in side
    assert srs("import", "--json", "real.anki2").json["already"] == 14


def test_a_converted_note_has_its_deck_and_its_question() -> None:
    found = convert_note(note({"Front": "What <b>is</b> it?", "Back": "<u>b</u>"}), NOTHING, KINDS)
    assert found == ConvertedNote(
        "guid",
        "Deck::Sub",
        {"front": "What <b>is</b> it?", "back": "<u>b</u>", "html": True},
        ("a",),
        "What is it?",
    )
