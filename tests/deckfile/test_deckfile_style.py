"""Matters of style."""

import pytest

from srs.deckfile import parse, repeated

HEAD = "deck: D\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n"


def warnings(note: str) -> list[str]:
    file = parse((HEAD + f"- {{id: n, {note}}}\n").encode(), "a.yaml")
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


def test_the_same_question_twice_in_one_kind_is_warned_of_across_files() -> None:
    one = parse(b"deck: A\nnotes:\n- {id: a, front: What  is it?, back: x}\n", "a.yaml")
    two = parse(
        b"deck: B\nnotes:\n- {id: b, front: what is it?, back: y}\n- {id: c, cloze: '{{c1::What}} is it?'}\n", "b.yaml"
    )
    (problem,) = repeated([two, one])
    assert (problem.level, problem.file, problem.line) == ("warning", "b.yaml", 3)
    assert "a.yaml:3" in problem.message
