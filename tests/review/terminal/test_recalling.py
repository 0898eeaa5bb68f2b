"""Recall made honest: what is picked, typed or marked before the answer suggests a rating, and one key accepts it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.review.terminal.conftest import Terminal
from tests.review.terminal.test_loop import answers

Start = Callable[..., Terminal]
PHRASE = 'deck: P\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n- {id: a, phrase: {ko: "마감이 *촉박*했습니다.", en: The deadline was tight.}}\n'
QUIZ = "deck: Q\nnotes:\n- {id: a, quiz: Longest?, choices: [Situation, Task, Action, Result], answer: Action, because: It shows you.}\n"
TWO = "deck: Q\nnotes:\n- {id: a, quiz: Which two?, choices: [uno, dos, tres], answer: [uno, tres]}\n"
MAPPING = "deck: M\nnotes:\n- {id: a, question: Impossible?, principles: [ownership, dive-deep]}\n"
STAR = "deck: S\nnotes:\n- {id: a, star: Failure?, situation: It broke., task: I owned it., action: I mended it., result: It held.}\n"


def letter_of(terminal: Terminal, choice: str) -> str:
    line = next(line for line in terminal.text.splitlines() if line.rstrip().endswith(choice))
    return line.split()[-2].lower()


@pytest.mark.parametrize(("choice", "suggested", "rating"), [("Action", "▸ 3 Good", 3), ("Task", "▸ 1 Again", 1)])
def test_a_choice_reveals_at_once_and_suggests(
    start: Start, decks: Path, tmp_path: Path, choice: str, suggested: str, rating: int
) -> None:
    (decks / "a.yaml").write_text(QUIZ)
    terminal = start()
    terminal.wait("Longest?", "Situation", "Result")
    terminal.press(letter_of(terminal, choice))
    terminal.wait("✓", suggested, "It shows you.", "enter accepts")
    assert ("✗" in terminal.text) is (rating == 1)
    terminal.press("\r")
    terminal.wait("1 done")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == [("a/choose", rating, False)]


def test_choices_stand_in_another_order_at_the_next_repetition(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(QUIZ.replace("Result]", "Result, Lesson, Number]"))
    terminal = start()
    terminal.wait("Longest?", "Number")
    first = [letter_of(terminal, choice) for choice in ("Situation", "Task", "Action", "Result", "Lesson", "Number")]
    terminal.press(letter_of(terminal, "Task"))
    terminal.wait("▸ 1 Again")
    terminal.press("\r")
    terminal.wait("1 done", "Number", "space reveals")
    second = [letter_of(terminal, choice) for choice in ("Situation", "Task", "Action", "Result", "Lesson", "Number")]
    assert sorted(first) == sorted(second)
    assert first != second


def test_of_several_right_choices_all_are_picked_before_the_reveal(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(TWO)
    terminal = start()
    terminal.wait("Choose 2", "tres")
    for choice in ("uno", "dos", "dos", "tres"):  # the second press puts it back
        terminal.press(letter_of(terminal, choice))
        terminal.wait("Choose 2")
    terminal.wait("● ")
    terminal.press(" ")
    terminal.wait("▸ 3 Good")
    assert "missed" not in terminal.text


def test_a_right_choice_that_was_missed_is_told_from_one_that_was_picked(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(TWO)
    terminal = start()
    terminal.wait("Choose 2", "tres")
    terminal.press(letter_of(terminal, "uno"))
    terminal.wait("●")
    terminal.press(" ")
    text = terminal.wait("tres (missed)", "▸ 1 Again")
    assert text.count("missed") == 1


@pytest.mark.parametrize(
    ("keys", "suggested"), [("2c", "▸ 3 Good"), ("2", "▸ 2 Hard"), ("2c1", "▸ 2 Hard"), ("c", "▸ 1 Again")]
)
def test_principles_are_picked_from_the_list_and_space_reveals(
    start: Start, decks: Path, keys: str, suggested: str
) -> None:
    (decks / "a.yaml").write_text(MAPPING)
    terminal = start()
    terminal.wait("2 Ownership", "c Dive Deep", "k Success and Scale Bring Broad")
    for key in keys:
        terminal.press(key)
        terminal.wait(f"● {key}")
    terminal.press(" ")
    terminal.wait("Primary", "Dive Deep", suggested)
    assert ("✗ Customer Obsession" in terminal.text) is ("1" in keys)
    assert ("✓ Ownership" in terminal.text) is ("2" in keys)
    assert ("✓ Dive Deep" in terminal.text) is ("c" in keys)


def test_a_principle_that_is_also_accepted_is_no_mistake(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(MAPPING.replace("]}", "], also_accepted: [frugality]}"))
    terminal = start()
    terminal.wait("2 Ownership", "a Frugality")
    for key in "2ca":
        terminal.press(key)
        terminal.wait(f"● {key}")
    terminal.press(" ")
    terminal.wait("Also accepted", "▸ 3 Good", "✓ Frugality")


@pytest.mark.parametrize(
    ("typed", "shown", "suggested"),
    [
        ("마감이 촉박했습니다", "마감이 촉박했습니다. ✓", "▸ 3 Good"),
        ("마감이 촉벅했습니다", "(촉벅했습니다) [촉박했습니다.]", "▸ 2 Hard"),
        ("몰라요", "(몰라요)", "▸ 1 Again"),
    ],
)
def test_a_typed_answer_is_compared_word_by_word(
    start: Start, decks: Path, typed: str, shown: str, suggested: str
) -> None:
    (decks / "a.yaml").write_text(PHRASE, "utf-8")
    terminal = start()
    terminal.wait("The deadline was tight.")
    terminal.press("t")
    terminal.wait("enter compares")
    terminal.press(typed + "xy\x7f\x7f")
    terminal.wait("> ")
    terminal.press("\r")
    terminal.wait(shown, suggested)


def test_with_type_each_phrase_asks_to_be_typed_and_escape_leaves_it(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(PHRASE, "utf-8")
    terminal = start("--typing")
    terminal.wait("The deadline was tight.", "enter compares")
    terminal.press("q1 \x1b")
    terminal.wait("space reveals")
    terminal.press(" ")
    terminal.wait("마감이 촉박했습니다.", "1–4 rate")
    assert "▸" not in terminal.text


def test_while_typing_no_key_is_offered_that_would_be_written(start: Start, decks: Path) -> None:
    deck = PHRASE.replace("{ko: ko-KR, en: en-US}", "{en: en-US, ko: ko-KR}")
    (decks / "a.yaml").write_text(deck.replace("{id: a,", "{id: a, hint: time, ko: 뜻,"), "utf-8")
    terminal = start()
    terminal.wait("h hint", "g English")
    terminal.press("t")
    assert "h hint" not in terminal.wait("enter compares")


def test_what_is_typed_is_seen_below_a_long_question(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(PHRASE.replace("The deadline", "The deadline " * 60), "utf-8")
    terminal = start(columns=40)
    terminal.wait("space reveals")
    terminal.press("t")
    terminal.wait("enter compares")
    terminal.press("마감")
    terminal.wait("> 마감")
    terminal.press("\x1b")
    terminal.wait("Say it in Korean", "space reveals")


@pytest.mark.parametrize(("keys", "suggested"), [("yyyy", "▸ 3 Good"), ("ynyn", "▸ 2 Hard"), ("nnyn", "▸ 1 Again")])
def test_the_parts_of_a_story_are_marked_one_by_one(start: Start, decks: Path, keys: str, suggested: str) -> None:
    (decks / "a.yaml").write_text(STAR)
    terminal = start()
    terminal.wait("Failure?")
    terminal.press(" ")
    for n, key in enumerate(keys):
        terminal.wait(["It broke.", "I owned it.", "I mended it.", "It held."][n])
        terminal.press(key)
    terminal.wait(suggested, "Situation " + ("✓" if keys[0] == "y" else "✗"))


def test_how_to_mark_a_part_is_told_on_a_narrow_screen_too(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(STAR.replace("{id: a,", "{id: a, ko: 뜻, hint: x,"), "utf-8")
    terminal = start(columns=40)
    terminal.wait("Failure?")
    terminal.press(" ")
    terminal.wait("space reveals 2 of 4 · y / n recalled")


@pytest.mark.parametrize("key", [" ", "\r"])
def test_space_is_good_where_nothing_is_suggested(start: Start, decks: Path, tmp_path: Path, key: str) -> None:
    (decks / "a.yaml").write_text(QUIZ)
    terminal = start()
    terminal.wait("Longest?")
    terminal.press(" ")
    terminal.wait("✓", "space is good", "1–4 rate")
    terminal.press(key)
    terminal.wait("1 done")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == [("a/choose", 3, False)]


def test_a_setting_keeps_space_from_rating(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(QUIZ)
    (tmp_path / "settings.toml").write_text("space_is_good = false\n")
    terminal = start(SRS_SETTINGS=str(tmp_path / "settings.toml"))
    terminal.wait("Longest?")
    terminal.press(" ")
    terminal.wait("✓", "1–4 rate")
    assert "space is good" not in terminal.text
    terminal.press(" ")
    terminal.wait("1 to 4 rate")
    terminal.press("?")
    terminal.wait("accept the rating that is marked")
    assert "else Good" not in terminal.text
    terminal.press("x")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == []


def test_one_key_says_that_nothing_of_a_story_was_recalled(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(STAR)
    terminal = start()
    terminal.wait("Failure?", "0 nothing")
    terminal.press("0")
    terminal.wait("It held.", "▸ 1 Again", "enter accepts")
    terminal.press("\r")
    terminal.wait("1 done")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == [("a/answer", 1, False)]


@pytest.mark.parametrize(
    ("note", "typed", "suggested"),
    [
        ("front: water, back: el agua (f.)", "el agua", "▸ 3 Good"),
        ("front: water, back: el agua (f.)", "agua", "▸ 1 Again"),
        ("front: paint, back: colour / color", "Color", "▸ 3 Good"),
        ('cloze: "Water boils at {{c1::100 °C::how hot?}}."', "100 °c", "▸ 3 Good"),
        ('cloze: "{{c1::Half}} of the answer is {{c1::Action}}."', "half action", "▸ 3 Good"),
    ],
)
def test_short_answers_of_other_kinds_are_typed_as_well(
    start: Start, decks: Path, note: str, typed: str, suggested: str
) -> None:
    (decks / "a.yaml").write_text(f"deck: D\nnotes:\n- {{id: a, {note}}}\n")
    terminal = start()
    terminal.wait("t types")
    terminal.press("t")
    terminal.wait("enter compares")
    terminal.press(f"{typed}\r")
    terminal.wait(suggested)


def test_an_answer_that_nobody_would_type_is_not_offered_to_be_typed(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(f"deck: D\nnotes:\n- {{id: a, front: f, back: {'word ' * 20}}}\n")
    terminal = start()
    terminal.wait("space reveals")
    assert "t types" not in terminal.text
    terminal.press("t")
    terminal.wait("Short answers can be typed")


def test_the_time_gives_way_to_the_deck_in_a_header_of_80_columns(start: Start, decks: Path) -> None:
    notes = "".join(f"- {{id: n{n}, front: f{n}, back: b{n}}}\n" for n in range(12))
    (decks / "a.yaml").write_text(f"deck: 'A::Deck with a rather long name'\nnotes:\n{notes}")
    terminal = start()
    for n in range(6):
        terminal.wait(f"f{n}", f"{n} done")
        terminal.press(" ")
        terminal.wait("1–4 rate")
        terminal.press("4")
    terminal.wait("f6", "6 done")
    head = terminal.text.splitlines()[0]
    assert "A::Deck with a rather long name" in head
    assert "…" not in head
    assert "0 review" in head
