"""Stories of the learner's own."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from srs.cli.kinds import KINDS
from srs.core.event import Rating
from srs.deckfile import parse
from srs.interview.kinds.story import Story
from srs.kinds.card_face import Face
from srs.kinds.grading import Attempt
from srs.kinds.note import Deck
from tests.cli.conftest import Shell

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")))
BARE: dict[str, Any] = {
    "story": "Two hours",
    "situation": "Once. Then.",
    "task": "t",
    "action": ["a", "b"],
    "result": "r",
}
WHOLE = BARE | {
    "numbers": ["9 h → 2 h", "4 weeks"],
    "principles": ["dive-deep", "ownership"],
    "answers": ["q1", "gone", "q2"],
}


def story(fields: dict[str, Any]) -> Story:
    note = KINDS.note("n", DECK, fields, [])
    assert isinstance(note, Story)
    return note


def faces(note: Story) -> dict[str, Face]:
    return {card.template: note.face(card) for card in note.cards()}


def test_each_part_is_asked_from_the_one_before() -> None:
    asked = {slug: (face.task, face.front, face.back) for slug, face in faces(story(WHOLE)).items()}
    assert asked["task"] == ("Say the Task that follows this Situation", "Once. Then.", "Task: t")
    assert asked["action"] == ("Say the Action that follows this Task", "t", "Action: • a\n• b")
    assert asked["result"] == ("Say the Result that follows this Action", "• a\n• b", "Result: r")
    assert asked["figures"] == ("Say all of its figures", "Two hours", "• 9 h → 2 h\n• 4 weeks")
    assert asked["principles"] == (
        "Name the principles, the primary one first",
        "Two hours",
        "Dive Deep, Ownership",
    )


def test_ordinals_are_fixed_and_what_is_empty_is_not_asked() -> None:
    every = [("which", 0), ("task", 1), ("action", 2), ("result", 3), ("figures", 4), ("principles", 5)]
    assert [(card.template, card.ordinal) for card in story(WHOLE).cards()] == every
    assert [(card.template, card.ordinal) for card in story(BARE).cards()] == every[1:4]
    assert [card.template for card in story(BARE).unasked_cards()] == ["which", "figures", "principles"]
    assert story(WHOLE).unasked_cards() == ()


def test_a_file_that_chooses_its_cards_asks_no_empty_one_either() -> None:
    note = KINDS.note("n", Deck("D", cards=("figures", "action")), BARE, [])
    assert [card.template for card in note.cards()] == ["action"]


def test_which_asks_one_of_the_questions_that_are_known_never_the_same_twice_in_a_row() -> None:
    note = story(WHOLE).with_questions({"q1": "Deep?", "q2": "Deeper?", "other": "No"})
    which = note.cards()[0]
    assert note.face(which).back == "Story: Two hours\nBegins: Once."
    asked = [note.face(which, repetition).question for repetition in range(6)]
    assert set(asked) == {"Deep?", "Deeper?"}
    assert all(one != other for one, other in pairwise(asked))
    assert story(WHOLE).face(which).question == "q1", "without any, the id is better than nothing"


@pytest.mark.parametrize(
    ("situation", "opening"),
    [
        ("In v2.0 of it, four of us had to ship. Then", "In v2.0 of it, four of us had to ship."),
        ("P99 was 0.8 s! And then.", "P99 was 0.8 s!"),
        ("without an end", "without an end"),
        ("네 명이 했다. 그리고", "네 명이 했다."),
    ],
)
def test_a_story_is_known_again_by_its_title_and_first_sentence(situation: str, opening: str) -> None:
    assert f"Begins: {opening}" in faces(story(WHOLE | {"situation": situation}))["which"].back


def test_picked_principles_suggest_a_rating() -> None:
    note = story(WHOLE)
    assert note.suggestion(Attempt(picked=frozenset({"Dive Deep", "Ownership"}))) is Rating.GOOD
    assert note.suggestion(Attempt(picked=frozenset({"Ownership"}))) is Rating.AGAIN
    assert note.suggestion(Attempt()) is None


def problems(keys: str) -> list[str]:
    text = f"deck: D\nnotes:\n- id: n\n  story: s\n  situation: s\n  task: t\n  action: a\n  result: r\n  {keys}\n"
    return [
        f"{one.line}:{one.column} {one.message}" for one in parse(text.encode(), "a.yaml", KINDS, lint=False).problems
    ]


@pytest.mark.parametrize(
    ("keys", "place", "words"),
    [
        ("principles: [dive-deap]", "9:16", "did you mean 'dive-deep'?"),
        ("principles: [ownership, ownership]", "9:27", "listed twice"),
        ("category: sad", "9:13", "technical"),
        ("when: 2024", "9:9", "quotes"),
        ("numbers: []", "9:12", "numbers"),
        ("answers: q1", "9:12", "list"),
        ("answers: ['a b']", "9:13", "a b"),
        ("wordings: [x]", "9:3", "wordings"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(keys: str, place: str, words: str) -> None:
    (said,) = problems(keys)
    assert said.startswith(f"{place} ")
    assert words in said


def test_a_story_without_a_part_is_an_error_and_an_empty_part_too() -> None:
    text = "deck: D\nnotes:\n- id: n\n  story: s\n  situation: s\n  task: ''\n  action: [a]\n"
    said = [one.message for one in parse(text.encode(), "a.yaml", KINDS.showing(["interview"]), lint=False).problems]
    assert len(said) == 2
    assert any("result" in one for one in said)


TWO = """\
deck: D
notes:
- {id: q1, star: Deep?, situation: s, task: t, action: a, result: r}
- {id: q2, question: Deeper?, principles: [dive-deep]}
- {id: n, story: Mine, situation: Once., task: t, action: a, result: r, answers: [q1, q3, q2], numbers: 3 h}
"""


@pytest.fixture
def two(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, {"SRS_NOW": "2026-03-02T09:00+09:00", "TZ": "Asia/Seoul"})
    write(shell, TWO)
    return shell


def write(shell: Shell, text: str) -> None:
    (shell.path / "decks").mkdir(exist_ok=True)
    (shell.path / "decks" / "a.yaml").write_text(text, "utf-8")


def test_a_question_that_no_note_asks_is_a_warning_at_its_place(two: Shell) -> None:
    done = two("check")
    assert done.status == 0
    assert "a.yaml:5:87: warning: there is no note 'q3' in this folder; write the id of one, or delete it" in done.out


def test_the_question_is_that_of_the_note_as_it_is_now(two: Shell) -> None:
    def asked() -> str:
        return two("review", "--find", "n", "--cram", stdin="\n3\nq\n").out

    assert "Deep?" in asked() or "Deeper?" in asked()
    write(two, TWO.replace("Deep?", "Bottom?").replace("Deeper?", "Bottom?"))
    assert "Bottom?" in asked()


def test_a_card_that_was_emptied_says_so_and_keeps_its_progress(two: Shell) -> None:
    assert two("answer", "n/figures", "3").status == 0
    write(two, TWO.replace(", numbers: 3 h", ""))
    done = two("answer", "n/figures", "3")
    assert done.status == 1
    assert "n/figures" in done.err
    assert "has progress" not in two("check").out
    cards = {card["card"]: card for card in two("show", "n", "--json").json["cards"]}
    assert cards["n/figures"]["reps"] == 1
    write(two, TWO)
    assert two("answer", "n/figures", "3").status == 0


def test_the_self_check_is_told_at_the_text_that_shows_it(two: Shell) -> None:
    write(
        two,
        """\
deck: D
notes:
- id: n
  story: Faster
  situation: In 2023 four of us ran the search of a web shop, and the yearly sale was six weeks away.
  task: I had to halve its response time.
  action:
  - I measured each step, because nobody knew where the time went.
  - In such a case I would usually ask the database team first.
  - I added an index, and I compared it with a cache.
  result: It fell from 900 to 300 ms, and I learned to measure first.
""",
    )
    done = two("check")
    assert done.status == 0
    assert "a.yaml:9:5: warning: This says what you would do." in done.out
    assert "a.yaml:4:10: warning: It takes about" in done.out
    assert two("due").err == "", "it is a matter of style"


def test_a_story_in_korean_is_checked_for_its_length_only(two: Shell) -> None:
    korean = "situation: 네 명이 검색을 맡았다, task: 절반으로 줄이기, action: 측정했다, result: 줄었다, answers"
    write(two, TWO.replace("situation: Once., task: t, action: a, result: r, answers", korean))
    assert "This looks like Korean; only the length is checked" in two("check").out
