"""What the three spare fields hold, and what follows from that for the digest, the time and the comparison of a note."""

from dataclasses import replace
from typing import Any

import pytest

from srs.anki.compare_texts import Difference, TheirText, Verdict, compare_texts
from srs.anki.note_row import NoteColumns, anki_note
from srs.anki.notetypes import RENDERED, fields, note_type
from srs.cli.kinds import KINDS
from srs.kinds.note import Deck, Note

AT = 1_700_000_000_123
LANGUAGES = (("ko", "ko-KR"), ("en", "en-US"))
DECK = Deck("D", languages=LANGUAGES, tags=("all",))
BEFORE: dict[str, tuple[dict[str, Any], str]] = {
    "phrase": (
        {"phrase": {"ko": "마감이 **촉박**했습니다.", "en": "deadline <b>"}, "hint": "h"},
        "deadline &lt;b&gt;\x1f마감이 <b>촉박</b>했습니다.\x1f\x1f\x1f\x1f\x1fh\x1f\x1f\x1f\x1f\x1f\x1fphrase 8b4fb7ec50ee2f4f\x1f\x1f\x1f",
    ),
    "quiz": (
        {"quiz": "q?", "choices": ["a", "<b>"], "answer": "<b>", "because": "40-50%"},
        'q?\x1fChoose one\x1f<button type="button" class="choice" data-letter="A"><span dir="auto">a</span></button>'
        '<button type="button" class="choice" data-letter="B" data-right><span dir="auto">&lt;b&gt;</span></button>'
        "\x1f&lt;b&gt;\x1f40-50%\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1fquiz a3ca4caa7575c6b8\x1f\x1f\x1f",
    ),
    "mapping": (
        {"question": "q?", "principles": ["ownership", "dive-deep"], "gloss": "질문"},
        "q?\x1fOwnership\x1fDive Deep\x1f\x1f\x1f\x1f질문\x1f\x1f\x1f\x1f\x1f\x1f\x1fmapping 2cf150771238f828\x1f\x1f\x1f",
    ),
    "star": (
        {"star": "q?", "situation": "s", "task": "t", "action": "a\nb", "result": "r"},
        "q?\x1fs\x1ft\x1fa<br>b\x1fr\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1fstar 018b52ec94c991b7\x1f\x1f\x1f",
    ),
    "basic": (
        {"front": "f", "back": "b", "also": [{"front": "g", "back": "c"}]},
        "f\x1fb\x1fg\x1fc\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1fbasic 61b419c80402e39f\x1f\x1f\x1f",
    ),
    "cloze": (
        {"cloze": "{{c1::a}} {{c2::b::2-3}}", "note": "{{c3::x}}"},
        "{{c1::a}} {{c2::b::2-3}}\x1f\x1f\x1f{<wbr>{c3::x}}\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1fcloze 31683f868837d993\x1f\x1f\x1f",
    ),
}
"""Notes without any of the newer keys, and their fields as an srs wrote them that filled no spare field."""


def made(kind: str, of: dict[str, Any], deck: Deck = DECK) -> Note:
    return KINDS.note(kind, deck, of, ["own"])


def columns(kind: str, of: dict[str, Any], deck: Deck = DECK, at: int = AT) -> NoteColumns:
    return anki_note(made(kind, of, deck), at).columns


def spare(kind: str, of: dict[str, Any], deck: Deck = DECK) -> list[str]:
    return columns(kind, of, deck).flds.split("\x1f")[-3:]


@pytest.mark.parametrize("kind", BEFORE)
def test_a_note_without_new_keys_keeps_its_bytes_and_its_time(kind: str) -> None:
    of, before = BEFORE[kind]
    deck = DECK if kind == "phrase" else replace(DECK, languages=())
    assert columns(kind, of, deck).flds == before
    assert columns(kind, of, deck).mod == AT // 1000


PHRASE = {"phrase": {"ko": "마감이 촉박했습니다.", "en": "It was a tight deadline."}}
CHUNK = PHRASE | {"chunk": {"ko": "마감이", "en": ["was", "tight deadline"]}}
MAPPING = {"question": "q?", "principles": ["ownership"]}


def test_a_phrase_fills_them_with_the_hint_of_its_chunk_the_chosen_cards_and_those_by_ear() -> None:
    deck = replace(DECK, cards=("ko-en",), extra={"by_ear": ["en-ko", "ko-en"]})
    hint = getattr(made("phrase", CHUNK), "chunk_hint", "")
    assert spare("phrase", CHUNK) == [hint, "", ""]
    assert "d___" in hint
    assert spare("phrase", PHRASE, deck) == ["", "ko-en", "en-ko"], "the learner's own language is not spoken"


def test_the_chunk_is_bold_on_both_sides() -> None:
    foreign, own, *_ = fields(made("phrase", CHUNK))
    assert foreign == "It <b>was</b> a <b>tight deadline</b>."
    assert own == "<b>마감이</b> 촉박했습니다."


def test_a_mapping_fills_them_with_wordings_what_is_also_accepted_and_speech() -> None:
    of = MAPPING | {"wordings": ["One *more*?", "<i>"], "also_accepted": ["dive-deep", "are-right-a-lot"]}
    assert spare("mapping", of) == [
        "<ul><li>One <i>more</i>?</li><li>&lt;i&gt;</li></ul>",
        "Dive Deep, Are Right, A Lot",
        "[anki:tts lang=en_US]q?[/anki:tts]",
    ]


@pytest.mark.parametrize("kind", ["quiz", "mapping", "star", "basic", "cloze"])
def test_speech_needs_the_language_of_the_questions(kind: str) -> None:
    of = BEFORE[kind][0] | ({"also": []} if kind == "basic" else {})
    of.pop("also", None)
    assert spare(kind, of)[2].startswith("[anki:tts lang=en_US]")
    assert spare(kind, of, replace(DECK, languages=()))[2] == ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("**Bold**, `code` and\n\n*more*", "Bold, code and more"),
        ("a ![picture](a.png) b", "a b"),
        ("[/anki:tts] [sound:x.mp3] [anki:play:q:0]", "[<wbr>/anki:tts] [<wbr>sound:x.mp3] [<wbr>anki:play:q:0]"),
        ("<script>alert(1)</script> & \x1f\x1e\x00 end", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; end"),
    ],
)
def test_what_is_spoken_are_the_words_of_the_question(question: str, words: str) -> None:
    assert spare("basic", {"front": question, "back": "b"})[2] == f"[anki:tts lang=en_US]{words}[/anki:tts]"


def test_a_question_without_words_is_not_spoken() -> None:
    assert spare("basic", {"front": "![p](a.png)", "back": "b"}) == ["", "", ""]


def test_html_is_spoken_as_its_words() -> None:
    of = {"front": "<b>x</b><script>alert(1)</script> &amp; y", "back": "b", "html": True}
    assert spare("basic", of)[2] == "[anki:tts lang=en_US]x &amp; y[/anki:tts]"


def test_of_several_cards_none_is_spoken_for_the_field_is_one() -> None:
    assert spare("basic", BEFORE["basic"][0]) == ["", "", ""]


def test_a_cloze_speaks_with_its_gaps_and_not_with_others() -> None:
    assert spare("cloze", {"cloze": "a {{c1::**b**::hint}} {{c2::c}}"})[2] == (
        "[anki:tts lang=en_US]a {{c1::b::hint}} {{c2::c}}[/anki:tts]"
    )
    assert spare("cloze", {"cloze": "{{c1::a}} {**{c5::b}}**"})[2] == "", "without the markup it would have a gap more"


def test_a_filled_spare_field_joins_the_digest() -> None:
    digests = {
        fields(made("mapping", of))[-4]
        for of in (MAPPING, MAPPING | {"wordings": ["x"]}, MAPPING | {"wordings": ["y"]}, MAPPING | {"also_accepted": ["dive-deep"]})
    }  # fmt: skip
    assert len(digests) == 4


def test_a_note_with_a_filled_spare_field_is_at_least_as_new_as_its_rendering() -> None:
    late = (RENDERED + 5) * 1000
    for at, mod in ((AT, RENDERED), (late, RENDERED + 5)):
        assert columns("phrase", CHUNK, at=at).mod == mod
        assert columns("mapping", MAPPING, at=at).mod == mod
    assert columns("phrase", PHRASE).mod == AT // 1000


NOTE = made("mapping", MAPPING | {"wordings": ["x"]})
NAMES = tuple(name for name, _ in note_type(NOTE).fields)


def there(note: Note, *without: str, **changes: str) -> TheirText:
    """As Anki has the note after an import, with what was changed there since."""
    values = dict(zip(NAMES, fields(note), strict=True)) | changes
    kept = {name: html for name, html in values.items() if name not in without}
    return TheirText(1, note_type(note).id, tuple(kept), tuple(kept.values()), tuple(note.tags))


def test_a_spare_field_changed_here_goes_out_and_one_changed_there_stays() -> None:
    newer = KINDS.note("mapping", DECK, MAPPING | {"wordings": ["x", "y"]}, ["own"])
    assert compare_texts(NOTE, {}, there(NOTE)).changed == "same"
    assert compare_texts(newer, {}, there(NOTE)).changed == "here"
    mine = there(NOTE, Spare1="<ul><li>mine</li></ul>")
    change = Difference("Spare1", "<ul><li>x</li></ul>", "<ul><li>mine</li></ul>")
    assert compare_texts(NOTE, {}, mine) == Verdict("there", (change,))
    assert compare_texts(newer, {}, mine).changed == "both"


def test_what_an_older_srs_wrote_is_brought_up_to_date_and_an_edit_of_that_is_a_conflict() -> None:
    older = there(made("mapping", MAPPING, replace(DECK, languages=())))
    assert compare_texts(NOTE, {}, older).changed == "here"
    edited = there(made("mapping", MAPPING, replace(DECK, languages=())), Question="mine")
    assert compare_texts(NOTE, {}, edited).changed == "both"


def test_a_spare_field_that_ankis_user_filled_before_srs_did_is_not_overwritten() -> None:
    older = there(made("mapping", MAPPING, replace(DECK, languages=())), Spare1="a note of mine")
    assert compare_texts(NOTE, {}, older).changed == "both"


def test_a_deleted_spare_field_is_no_change() -> None:
    assert compare_texts(NOTE, {}, there(NOTE, "Spare1")).changed == "same"
    assert compare_texts(NOTE, {}, there(NOTE, "Spare1", "Spare2", "Spare3")).changed == "same"
    assert compare_texts(NOTE, {}, there(NOTE, "Spare1", Question="mine")).changed == "there"
    assert compare_texts(replace(NOTE, because="new"), {}, there(NOTE, "Spare1")).changed == "here"
