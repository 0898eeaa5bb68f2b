"""Matters of style."""

from unicodedata import normalize

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import parse, repeated, same_in_anki

HEAD = "deck: D\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n"


def warnings(note: str) -> list[str]:
    file = parse((HEAD + f"- {{id: n, {note}}}\n").encode(), "a.yaml", KINDS)
    assert file.good, file.problems
    return [problem.message for problem in file.problems]


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("phrase: {ko: same, en: Same}", "both sides"),
        ("phrase: {ko: deadline, en: date}", "no Hangul"),
        ("phrase: {ko: 마감, en: 마감일}", "holds Hangul"),
        ("quiz: q, choices: [a, b, All of the above], answer: a", "All of the above"),
        (
            "quiz: q, choices: [a, b, c, the one that says so very much more], answer: the one that says so very much more",
            "longest",
        ),
    ],
)
def test_what_gives_an_answer_away_or_is_swapped_is_warned_of(note: str, words: str) -> None:
    assert any(words in message for message in warnings(note))


@pytest.mark.parametrize(
    "note",
    [
        "phrase: {ko: 마감, en: deadline}",
        "quiz: q, choices: [longer, long, wrong], answer: longer",
        "quiz: q, choices: [a wrong one that is also rather long, b, the one that is a little longer], answer: b",
    ],
)
def test_a_good_note_is_left_in_peace(note: str) -> None:
    assert warnings(note) == []


def test_the_same_question_is_known_however_its_letters_are_composed() -> None:
    asked = {"a": normalize("NFC", "근본 É"), "b": normalize("NFD", "근본 É")}
    files = [
        parse(f"deck: {name}\nnotes:\n- {{id: {name}, front: {front}, back: x}}\n".encode(), name, KINDS)
        for name, front in asked.items()
    ]
    assert len(repeated(files, KINDS)) == 1


@pytest.mark.parametrize(
    ("note", "level", "words"),
    [
        ("front: 'F', back: b", "warning", "10,001 characters, more than one recalls at once"),
        ("front: a, back: b, also: [{front: q, back: 'F'}]", "warning", "10,001 characters"),
        ("front: 'FFFFFFFFFFFFFFFFFFFF', back: b", "error", "200,020 characters, and 200,000 are the most"),
        ("phrase: {ko: 'e\u0301마감', en: 'M'}", "error", "accents"),
    ],
)
def test_a_text_without_measure_is_named_at_its_place(note: str, level: str, words: str) -> None:
    written = note.replace("F", "x" * 10_001).replace("M", "e" + "\u0301\u0316" * 16)
    (problem,) = parse((HEAD + f"- {{id: n, {written}}}\n").encode(), "a.yaml", KINDS).problems
    place = max(note.find("'F"), note.find("'M"))
    assert (problem.level, problem.line, problem.column) == (level, 4, len("- {id: n, ") + place + 1)
    assert words in problem.message


@pytest.mark.parametrize("text", ["x" * 10_000, "e\u0301" * 40, "─" * 100, "한국어" * 3_000, "e" + "\u0301\u0316" * 15])
def test_a_text_with_measure_is_left_in_peace(text: str) -> None:
    assert warnings(f"front: '{text}', back: b") == []


def test_the_same_question_twice_in_one_kind_is_warned_of_across_files() -> None:
    one = parse(b"deck: A\nnotes:\n- {id: a, front: What  is it?, back: x}\n", "a.yaml", KINDS)
    two = parse(
        b"deck: B\nnotes:\n- {id: b, front: what is it?, back: y}\n- {id: c, cloze: '{{c1::What}} is it?'}\n",
        "b.yaml",
        KINDS,
    )
    (problem,) = repeated([two, one], KINDS)
    assert (problem.level, problem.file, problem.line) == ("warning", "b.yaml", 3)
    assert "a.yaml:3" in problem.message


def test_many_notes_of_a_file_that_ask_the_same_are_counted_in_one_line() -> None:
    def file(count: int) -> bytes:
        return b"deck: A\nnotes:\n" + b"".join(b"- {id: n%d, front: f, back: b}\n" % n for n in range(count))

    few, many = (repeated([parse(file(count), "a.yaml", KINDS)], KINDS) for count in (11, 1328))
    assert len(few) == 10
    message = "a.yaml:3 asks the same; ask something else, or delete one of them; 1,326 notes after this one repeat a question, too"
    assert [(one.line, one.message) for one in many] == [(4, message)]


def cloze_warnings(text: str, more: str = "") -> list[str]:
    file = parse(f"deck: D\nnotes:\n- id: n\n  cloze: |-\n    {text}\n{more}".encode(), "a.yaml", KINDS)
    assert file.good, file.problems
    return [problem.message for problem in file.problems]


@pytest.mark.parametrize(
    "text",
    [
        "Use {{c1::`std::vector`}} here.",
        "Use {{c2::**a::b**}} here.",
        "Use {{c1::*a::b*::hint}} here.",
        "Use `x = {{c1::std::vector}};` here.",
        "{{c1::a {{c2::`b::c`}}}}",
        "{{c1::{{c2::a}} `b::c`}}",
    ],
)
def test_a_hint_sign_inside_code_or_markup_is_warned_of(text: str) -> None:
    (message,) = cloze_warnings(text)
    assert "`::`" in message


@pytest.mark.parametrize(
    "text",
    [
        "{{c1::half::share}} and {{c2::`code`::a `hint::here`}}",
        "**{{c1::half::share}}**",
        "`std::{{c1::vector}}` and `{{c1::std}}::{{c1::vector}}`",
        "{{c1::{{c2::a::b}} and *c*::hint}}",
    ],
)
def test_a_hint_sign_outside_of_markup_is_fine(text: str) -> None:
    assert cloze_warnings(text) == []


def test_a_hint_sign_inside_an_html_element_is_warned_of() -> None:
    (message,) = cloze_warnings("{{c1::<code>std::vector</code>}}", "  html: true\n")
    assert "`::`" in message
    assert cloze_warnings("{{c1::<b>a</b><br>b::hint}} {{c1::a<img src=a.png>::h}}", "  html: true\n") == []


def test_decks_that_differ_only_in_case_are_warned_of() -> None:
    """Anki takes them for one, and their parents too; what is the same in another normal form is as well."""
    names = ["Talk::Phrases", "talk::STAR", "Talk::phrases", "Café", "Cafe\u0301", "Other"]
    files = [parse(f"deck: {name}\nnotes: []\n".encode(), f"{n}.yaml", KINDS) for n, name in enumerate(names)]
    found = [(one.level, one.file, one.line) for one in same_in_anki(files)]
    assert found == [("warning", "1.yaml", 1), ("warning", "2.yaml", 1), ("warning", "4.yaml", 1)]
    assert "'talk' and 'Talk' (0.yaml)" in same_in_anki(files)[0].message
    assert "'Talk::phrases' and 'Talk::Phrases' (0.yaml)" in same_in_anki(files)[1].message
