"""The words of a phrase that are to be learnt: where they stand, and how a hint shows them."""

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.kinds.chunk import chunk_hint, chunk_places
from srs.kinds.english_words import stem
from srs.kinds.note import Deck
from srs.kinds.phrase import Phrase, Side

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")), extra={"by_ear": ["en-ko"]})
HEAD = "deck: D\nlanguages: {ko: ko-KR, en: en-US}\n"


def phrase(**fields: object) -> Phrase:
    note = KINDS.note(
        "n", DECK, {"phrase": {"ko": "마감이 촉박했습니다.", "en": "The deadline was tight."}} | fields, ()
    )
    assert isinstance(note, Phrase)
    return note


def problems(note: str, head: str = HEAD) -> list[str]:
    found = parse(f"{head}notes:\n- id: n\n{note}".encode(), "d.yaml", KINDS).problems
    return [f"{one.line}:{one.column} {one.message}" for one in found]


def test_a_phrase_knows_its_chunk_and_the_templates_asked_by_ear() -> None:
    note = phrase(chunk={"ko": " 촉박했습니다 ", "en": ["deadline", "tight"]})
    assert (note.native.chunk, note.foreign.chunk) == (("촉박했습니다",), ("deadline", "tight"))
    assert note.by_ear == ("en-ko",)
    assert (phrase().foreign.chunk, phrase().foreign.marked, phrase().chunk_hint) == ((), "The deadline was tight.", "")


@pytest.mark.parametrize(
    ("text", "chunk", "marked"),
    [
        ("I took a phased approach to it.", ("a phased approach to",), "I took **a phased approach to** it."),
        ("I improved it by 30%.", ("improved", "by"), "I **improved** it **by** 30%."),
        ("마감이 촉박한 상황에서는", ("마감이 촉박한 상황에서",), "**마감이 촉박한 상황에서**는"),
        ("He was at a desk.", ("a desk",), "He was at **a desk**."),
        ("It *was* a `hot fix` then.", ("was", "hot", "then"), "It *was* a `hot fix` **then**."),
        ("![a cat](cat.png) a cat", ("cat",), "![a cat](cat.png) a cat"),
        ("2 * 3 is six", ("3 is",), "2 * **3 is** six"),
    ],
)
def test_the_chunk_is_bold_where_no_other_markup_stands(text: str, chunk: tuple[str, ...], marked: str) -> None:
    assert Side("en", "en-US", text, chunk).marked == marked


def test_pieces_are_whole_words_in_their_order() -> None:
    assert chunk_places("a phased phase", ["phase"]) == ((9, 14),)
    assert chunk_places("by and by", ["by", "by"]) == ((0, 2), (7, 9))
    assert chunk_places("first second", ["second", "first"]) is None


def test_a_chunk_that_does_not_stand_in_its_side_is_an_error_at_its_place() -> None:
    sides = "  phrase: {ko: 마감이 촉박했습니다., en: The deadline was tight.}\n"
    assert problems(sides + "  chunk: {ko: 촉박했습니다, en: [deadline, tight]}\n") == []
    assert problems(sides + "  chunk:\n    ko: 촉박했습니다\n    en: Tight\n") == [
        "8:9 'Tight' does not stand in this side; write whole words as they are in 'The deadline was tight.'"
    ]
    assert problems(sides + "  chunk:\n    ko: 촉박했습니다\n    en:\n    - tight\n    - deadline\n") == [
        "10:7 'deadline' does not stand in this side after the piece before it; write whole words as they are in"
        " 'The deadline was tight.'"
    ]
    assert problems(sides + "  chunk: {ko: 촉박, en: dead}\n") == [
        "6:23 'dead' does not stand in this side; write whole words as they are in 'The deadline was tight.'"
    ]


def test_a_chunk_is_short() -> None:
    words = "word " * 41
    assert problems(f"  phrase:\n    ko: 가\n    en: {words}end\n  chunk: {{ko: 가, en: {words}}}\n") == [
        "8:22 a chunk is a few words, at most 200 characters; shorten it"
    ]


def test_bold_beside_a_chunk_is_warned_of() -> None:
    """What is bold in Anki is the chunk when the note comes back."""
    sides = "  phrase: {ko: 마감이 촉박했습니다., en: The **deadline** was tight.}\n"
    assert problems(sides) == []
    assert problems(sides + "  chunk: {ko: 촉박했습니다, en: tight}\n") == [
        "5:33 the chunk is what is bold; delete the other `**` of this side"
    ]


def test_a_chunk_has_both_sides_and_is_for_plain_text() -> None:
    sides = "  phrase: {ko: 마감, en: deadline}\n"
    assert problems(sides + "  chunk: {en: deadline, fr: 마감}\n") == [
        "6:10 a chunk has both sides of its phrase, not en, fr; write ko, en"
    ]
    assert len(problems(sides + "  chunk: {en: deadline}\n")) == 1
    assert problems(sides + "  html: true\n  chunk: {ko: 마감, en: deadline}\n") == [
        "7:10 a phrase in HTML has no chunk; delete it"
    ]


def test_by_ear_takes_the_names_of_the_cards_of_a_phrase() -> None:
    sides = "  phrase: {ko: 마감, en: deadline}\n"
    assert problems(sides, f"{HEAD}by_ear: [en-ko]\n") == []
    assert problems(sides, f"{HEAD}by_ear: [en-ko, english]\n") == [
        "3:17 'english' is not possible here: a phrase's card is named by its languages, from and to; write e.g. en-ko"
    ]
    assert problems(sides, f"{HEAD}by_ear: [ko-en]\n") == [
        "3:10 only the card en-ko can be asked by ear; write that, or delete 'ko-en'"
    ]


@pytest.mark.parametrize(
    ("chunk", "tag", "hint"),
    [
        (["a phased approach to"], "en-US", "a ph___ a___ to"),
        (["improved", "by"], "en-US", "i___ … by"),
        (["as of"], "en-US", "a___ o___"),
        (["don't start", "I'd, we can't"], "en-US", "don't st___ … I'd, we can't"),
        (["I can"], "en-US", "I___ c___"),
        (["yield system"], "en-US", "y___ s___"),
        (["마감이 촉박한 상황에서"], "ko-KR", "마___ 촉___ 상___"),
        (["étoile de mer"], "fr-FR", "é___ d___ m___"),
        ([], "en-US", ""),
    ],
)
def test_the_hint_shows_the_first_letters(chunk: list[str], tag: str, hint: str) -> None:
    assert chunk_hint(chunk, tag) == hint


@pytest.mark.parametrize(
    "forms",
    [
        "plan plans planned planning",
        "try tries tried trying",
        "use used uses using",
        "phase phased phases phasing",
        "agree agreed agreeing",
        "process processed processes processing",
        "bias biased biases",
        "need needs needed",
        "take took taken taking",
        "embed embedded embedding",
        "focus focused focuses",
        "client client's clients",
        "speed speeds speeding",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1
