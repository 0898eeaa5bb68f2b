"""What a card asks and answers."""

from collections.abc import Mapping

import pytest

from srs.cli.kinds import KINDS
from srs.kinds.card_face import Face, Part, Speech, letter
from srs.kinds.languages import language_name
from srs.kinds.note import Deck

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")))


def faces(fields: Mapping[str, object]) -> list[Face]:
    note = KINDS.note("n", DECK, fields, [])
    return [note.face(card) for card in note.cards()]


def test_a_phrase_asks_each_side_from_the_other() -> None:
    understand, produce = faces({"phrase": {"ko": "마감", "en": "deadline"}, "example": "x"})
    assert (understand.task, understand.front) == ("Say it in Korean", "deadline")
    assert understand.back == "마감\nExample: x"
    assert (produce.task, produce.question, produce.answer) == ("Say it in English", "마감", (Part("", "deadline"),))


def test_front_and_back_are_plain_text() -> None:
    (shown,) = faces({"front": "a **bold** `word`", "back": "*so*", "note": "**it** is"})
    assert (shown.front, shown.back) == ("a bold word", "so\nNote: it is")
    (quiz,) = faces({"quiz": "q?", "choices": ["*a*", "b"], "answer": "*a*"})
    assert (quiz.front, quiz.back) == ("q?\nA) a\nB) b", "A) a")


def test_a_quiz_lists_its_choices_and_names_the_right_ones() -> None:
    fields = {"quiz": "q?", "choices": ["a", "b", "c"], "answer": ["c", "a"], "because": "so", "ko": "질문"}
    (shown,) = faces(fields)
    assert shown.task == "Choose 2"
    assert shown.front == "q?\nA) a\nB) b\nC) c"
    assert shown.back == "A) a\nC) c\nBecause: so"
    assert [choice.right for choice in shown.choices] == [True, False, True]
    assert shown.gloss == "질문"
    assert "질문" not in shown.front + shown.back


@pytest.mark.parametrize(
    ("text", "fronts", "backs"),
    [
        (
            "Spend {{c1::half::share}} on {{c2::Action}}.",
            ["Spend [share] on Action.", "Spend half on […]."],
            ["Spend [half] on Action.", "Spend half on [Action]."],
        ),
        ("{{c1::a}} {{c1::b}}", ["[…] […]"], ["[a] [b]"]),
        ("{{c1::a {{c2::b}} c}}", ["[…]", "a […] c"], ["[a b c]", "a [b] c"]),
        ("{{c1,2::a}} x", ["[…] x", "[…] x"], ["[a] x", "[a] x"]),
    ],
)
def test_a_cloze_hides_only_its_own_number(text: str, fronts: list[str], backs: list[str]) -> None:
    shown = faces({"cloze": text})
    assert [one.front for one in shown] == fronts
    assert [one.back for one in shown] == backs


def test_what_explains_comes_with_the_answer_and_the_hint_waits() -> None:
    (shown,) = faces({"front": "f", "back": "b", "because": "1", "example": "2", "note": "3", "hint": "h"})
    assert shown.back == "b\nBecause: 1\nExample: 2\nNote: 3"
    assert shown.hints == ("h",)
    assert "h" not in shown.front


def test_a_gap_inside_one_of_the_same_number_is_shown_without_marks_of_its_own() -> None:
    note = KINDS.note("n", DECK, {"cloze": "{{c1::a {{c1::b}}}} {{c2::c}}"}, [])
    first = note.face(note.cards()[0])
    assert (first.front, first.back) == ("[…] c", "[a b] c")


def test_choices_beyond_z_have_numbers() -> None:
    assert [letter(n) for n in (0, 5, 25, 26, 27)] == ["A", "F", "Z", "27", "28"]


def test_a_language_without_a_common_name_is_called_by_its_tag() -> None:
    assert (language_name("ko", "ko-KR"), language_name("fi", "fi-FI")) == ("Korean", "fi-FI")


def test_one_right_answer_asks_to_choose_one() -> None:
    note = KINDS.note("n", DECK, {"quiz": "q", "choices": ["a", "b"], "answer": "a"}, [])
    assert note.face(note.cards()[0]).task == "Choose one"


def test_codes_with_a_common_beginning_are_told_apart() -> None:
    deck = Deck("D", languages=(("en", "en-US"), ("enm", "enm")))
    note = KINDS.note("n", deck, {"phrase": {"en": "own", "enm": "foreign"}}, [])
    assert [note.face(card).question for card in note.cards()] == ["own", "foreign"]


def test_pictures_and_sounds_come_with_what_they_stand_in_and_those_of_the_note_with_the_answer() -> None:
    (shown,) = faces(
        {
            "front": "![a star](star.png)?",
            "back": "yes ![](yes.mp3) ![](star.png)",
            "hint": "![](hint.png)",
            "ko": "![](ko.png)",
            "image": "the-end.png",
            "audio": "end.mp3",
        }
    )

    def files(presses: int, *, gloss: bool = False, hints: int = 0) -> list[str]:
        return [span.file for span in shown.media(presses, gloss=gloss, hints=hints)]

    assert files(0) == ["star.png"]
    assert files(0, gloss=True, hints=1) == ["star.png", "ko.png", "hint.png"]
    assert files(1) == ["star.png", "yes.mp3", "the-end.png", "end.mp3"]
    assert shown.front == "[picture: a star]?"
    assert shown.back == "yes [sound] [picture]\n[picture: the end]\n[sound: end]"


def test_no_part_of_a_story_and_no_gap_shows_its_picture_early() -> None:
    parts = {part: f"![]({part}.png)" for part in ("situation", "task", "action", "result")}
    (star,) = faces({"star": "q?", "image": "all.png", **parts})
    shown = [[span.file for span in star.media(n, gloss=False, hints=0)] for n in (0, 2, 4)]
    assert shown == [
        [],
        ["situation.png", "task.png"],
        ["situation.png", "task.png", "action.png", "result.png", "all.png"],
    ]
    (cloze,) = faces({"cloze": "It is {{c1::![it](it.png)}}."})
    assert (cloze.front, cloze.back) == ("It is […].", "It is [[picture: it]].")
    assert [cloze.media(n, gloss=True, hints=1) != [] for n in (0, 1)] == [False, True]


def test_further_cards_of_a_basic_note_ask_their_own_questions() -> None:
    fields = {"front": "f", "back": "b", "also": [{"front": "g", "back": "c"}, {"front": "h", "back": "d", "card": 5}]}
    assert [card.template for card in KINDS.note("n", DECK, fields, []).cards()] == ["back", "back-2", "back-5"]
    assert [card.ordinal for card in KINDS.note("n", DECK, fields, []).cards()] == [0, 1, 4]
    assert [(one.front, one.back) for one in faces(fields)] == [("f", "b"), ("g", "c"), ("h", "d")]
    assert [card.key for card in KINDS.note("n", DECK, {"front": "f", "back": "b", "card": 2}, []).cards()] == [
        "n/back-2"
    ]


def test_of_html_the_words_are_shown() -> None:
    fields = {"front": "<div>a &amp; <b>b</b></div>c<script>x</script>", "back": "<ul><li>1<li>2</ul>", "html": True}
    (shown,) = faces(fields | {"note": "<i>n</i>", "hint": "<u>h</u>"})
    assert (shown.front, shown.back, shown.hints) == ("a & b\nc", "• 1\n• 2\nNote: n", ("h",))
    cloze = {"cloze": "<b>x {{c1::<i>y</i>::<u>h</u>}}</b> {{c2::&#123;&#123;c3}}", "html": True}
    assert [one.front for one in faces(cloze)] == ["x [h] {{c3", "x y […]"]


def test_hints_of_a_phrase_belong_to_the_card_that_produces_it() -> None:
    sides = {"ko": "단계적으로 이전", "en": "a phased approach"}
    chunk = {"ko": "단계적으로", "en": "a phased approach"}
    understand, produce = faces({"phrase": sides, "chunk": chunk, "hint": "h"})
    assert (understand.hints, produce.hints) == ((), ("a ph___ a___", "h"))
    assert (understand.question, produce.question) == ("**a phased approach**", "**단계적으로** 이전")
    assert (understand.front, understand.back) == ("a phased approach", "단계적으로 이전")
    assert (understand.chunk, understand.language) == (("단계적으로",), "ko-KR")
    assert (produce.chunk, produce.language) == (("a phased approach",), "en-US")


@pytest.mark.parametrize(
    ("hint", "hints"),
    [
        ("the team", ()),
        ("Team: who?", ()),
        ("**who** leads", ("**who** leads",)),
        ("![who](team.png)", ("![who](team.png)",)),
        ("…", ("…",)),
    ],
)
def test_a_hint_that_repeats_the_question_is_none(hint: str, hints: tuple[str, ...]) -> None:
    (shown,) = faces({"front": "Who led *the* team?", "back": "b", "hint": hint})
    assert shown.hints == hints


def test_the_question_of_any_kind_is_spoken_in_the_language_to_be_learnt() -> None:
    for fields in (
        {"front": "What *is* it?", "back": "b"},
        {"quiz": "What *is* it?", "choices": ["a", "b"], "answer": "a"},
        {"front": "<p>What <i>is</i> it?</p>", "back": "b", "html": True},
    ):
        (shown,) = faces(fields)
        assert shown.speech == Speech("What is it?", "en-US", asked=True)
    (cloze,) = faces({"cloze": "It is {{c1::late}}."})
    assert cloze.speech == Speech("It is ….", "en-US", asked=True)
    understand, produce = faces({"phrase": {"ko": "마감", "en": "deadline"}})
    assert understand.speech == Speech("deadline", "en-US", asked=True)
    assert produce.speech == Speech("deadline", "en-US", asked=False)
    nameless = KINDS.note("n", Deck("D"), {"front": "f", "back": "b"}, [])
    assert nameless.face(nameless.cards()[0]).speech is None
    (silent,) = faces({"front": "![](a.png)", "back": "b"})
    assert silent.speech is None
