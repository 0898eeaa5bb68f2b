"""Notes and their cards."""

import pytest

from srs.cli.kinds import KINDS
from srs.interview.kinds.mapping import PrincipleMapping
from srs.interview.kinds.star import Star
from srs.kinds.basic import Basic
from srs.kinds.cloze import Cloze
from srs.kinds.cloze_text import Gap, cloze_numbers, cloze_parts
from srs.kinds.note import Deck, Source
from srs.kinds.phrase import Phrase
from srs.kinds.quiz import Quiz

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")), tags=("all",), source=Source("Guide", "5"))
STAR = {"star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r"}


@pytest.mark.parametrize(
    ("fields", "kind", "slugs"),
    [
        ({"phrase": {"ko": "a", "en": "b"}}, Phrase, ["en-ko", "ko-en"]),
        ({"quiz": "q", "choices": ["a", "b"], "answer": "b"}, Quiz, ["choose"]),
        ({"question": "q", "principles": ["ownership"]}, PrincipleMapping, ["principles"]),
        (STAR, Star, ["answer"]),
        ({"front": "f", "back": "b"}, Basic, ["back"]),
        ({"cloze": "{{c3::x}} {{c1::y}} {{c3::z}}"}, Cloze, ["c1", "c3"]),
    ],
)
def test_every_kind_has_its_cards_by_fixed_slugs(fields: dict[str, object], kind: type, slugs: list[str]) -> None:
    note = KINDS.note("n", DECK, fields, [])
    assert isinstance(note, kind)
    assert [card.template for card in note.cards()] == slugs
    assert [card.key for card in note.cards()] == [f"n/{slug}" for slug in slugs]
    ordinals = [int(slug[1:]) - 1 for slug in slugs] if kind is Cloze else list(range(len(slugs)))
    assert [card.ordinal for card in note.cards()] == ordinals


@pytest.mark.parametrize("languages", [(("ko", "ko-KR"), ("en", "en-US")), (("en", "en-GB"), ("ko", "ko-KR"))])
def test_a_phrases_ordinals_do_not_depend_on_whose_language_is_first(languages: tuple[tuple[str, str], ...]) -> None:
    note = KINDS.note("n", Deck("D", languages=languages), {"phrase": {"ko": "가", "en": "a"}}, [])
    assert isinstance(note, Phrase)
    assert [(card.template, card.ordinal) for card in note.cards()] == [("en-ko", 0), ("ko-en", 1)]
    assert (note.native.code, note.native.tag) == languages[0]


def test_tags_and_source_of_the_file_are_the_notes_too() -> None:
    note = KINDS.note("n", DECK, {"front": "f", "back": "b", "source": {"section": "5.1", "number": 7}}, ["own", "all"])
    assert note.tags == ("all", "own")
    assert note.source == Source("Guide", "5.1", 7)
    assert KINDS.note("n", DECK, {"front": "f", "back": "b"}, []).source == Source("Guide", "5")


def test_blanks_around_a_text_are_not_part_of_it() -> None:
    note = KINDS.note("n", DECK, {"front": "f\n", "back": " b ", "hint": "  "}, [])
    assert isinstance(note, Basic)
    assert (note.sides[0].front, note.sides[0].back, note.hint) == ("f", "b", "")


def test_right_answers_keep_the_order_of_the_choices() -> None:
    note = KINDS.note("n", DECK, {"quiz": "q", "choices": ["a", "b", "c"], "answer": ["c", "a"]}, [])
    assert isinstance(note, Quiz)
    assert note.answers == ("a", "c")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain }} text", ("plain ", "}}", " text")),
        ("{{c1::a}}", (Gap((1,), ("a",), ""),)),
        ("x {{c2::a::why}} y", ("x ", Gap((2,), ("a",), "why"), " y")),
        ("{{c1,3::a}}", (Gap((1, 3), ("a",), ""),)),
        ("{{c1::a {{c2::b}} c}}", (Gap((1,), ("a ", Gap((2,), ("b",), ""), " c"), ""),)),
        ("{{c1::a {{c2::b}}::hint}}", (Gap((1,), ("a ", Gap((2,), ("b",), "")), "hint"),)),
        ("{{c1::std::vector::a hint}}", (Gap((1,), ("std",), "vector::a hint"),)),
        ("{{x::a", ("{{x::a",)),
    ],
)
def test_a_cloze_is_cut_at_its_gaps(text: str, parts: tuple[object, ...]) -> None:
    assert cloze_parts(text) == parts


@pytest.mark.parametrize("text", ["{{c1::a", "{{c1::a {{c2::b}}", "{{c0::a}}"])
def test_a_gap_that_is_not_closed_or_has_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"c1|number 0"):
        cloze_parts(text)


def test_numbers_of_nested_gaps_count() -> None:
    assert cloze_numbers("{{c5::a {{c2::b}}}} {{c1,5::c}}") == (1, 2, 5)


def test_the_older_name_of_the_gloss_goes_on_working_and_the_deck_names_its_language() -> None:
    for key in ("gloss", "ko"):
        note = KINDS.note("n", DECK, {"front": "f", "back": "b", key: " x "})
        assert (note.gloss, note.gloss_label) == ("x", "Korean")
    assert KINDS.note("n", Deck("D"), {"front": "f", "back": "b", "gloss": "x"}).gloss_label == ""


TAGGED = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")), tags=("z", "a"), source=Source("Guide", "5"))


def test_tags_keep_the_order_in_which_they_are_written() -> None:
    assert KINDS.note("n", TAGGED, {"front": "f", "back": "b"}, ["own", "a", "Own"]).tags == ("z", "a", "own", "Own")


def test_blanks_inside_lists_and_mappings_are_stripped_too() -> None:
    note = KINDS.note("n", TAGGED, {"quiz": "q", "choices": [" a ", "b\n"], "answer": ["b "]}, [])
    assert isinstance(note, Quiz)
    assert (note.choices, note.answers) == (("a", "b"), ("b",))
    assert KINDS.note("n", TAGGED, {"front": "f", "back": "b", "source": {"section": " 6 "}}, []).source == Source(
        "Guide", "6"
    )


@pytest.mark.parametrize("field", ["note", "because", "gloss", "hint", "example", "image", "audio", "guid"])
def test_every_remark_reaches_the_note(field: str) -> None:
    assert getattr(KINDS.note("n", TAGGED, {"front": "f", "back": "b", field: " x "}, []), field) == "x"


def test_numbers_of_a_gap_count_once_and_ascending() -> None:
    assert cloze_parts("{{c2,1,2::a}}") == (Gap((1, 2), ("a",), ""),)
    assert cloze_numbers("{{c120::a}} {{c7::b}}") == (7, 120)
    assert cloze_numbers("{{C1::a}} {{c1, 2::b}}") == (), "neither is a gap for Anki"
