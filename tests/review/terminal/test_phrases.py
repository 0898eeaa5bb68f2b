"""Phrases with a chunk: hints one by one, the chunk in bold, typing graded by it, questions asked by ear."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.review.terminal.conftest import Terminal

Start = Callable[..., Terminal]
HEAD = "deck: P\nlanguages: {ko: ko-KR, en: en-US}\nby_ear: [en-ko]\nnotes:\n"
KOREAN, ENGLISH = "단계적으로 이전하는 방안을 제안했습니다.", "I suggested a phased approach to the migration."
PHRASE = (
    f'- {{id: a, phrase: {{ko: "{KOREAN}", en: "{ENGLISH}"}}, hint: Not a phase approach,'
    " chunk: {ko: 단계적으로 이전하는, en: a phased approach to}}\n"
)
PRODUCE = HEAD.replace("by_ear: [en-ko]", "cards: [ko-en]") + PHRASE


@pytest.fixture
def speaker(tmp_path: Path) -> Callable[[str], str]:
    """Makes a program that speaks by a script, and returns the search path with it."""

    def made(script: str) -> str:
        (tmp_path / "bin").mkdir(exist_ok=True)
        program = tmp_path / "bin" / "espeak-ng"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return f"{tmp_path / 'bin'}:/usr/bin:/bin"

    return made


def bold(terminal: Terminal, line: str) -> str:
    """What is bold of the line that contains this text."""
    row = next(n for n, shown in enumerate(terminal.screen.display) if line in shown)
    cells = terminal.screen.buffer[row]
    return "".join(cells[x].data for x in range(terminal.screen.columns) if cells[x].bold).strip()


def spoken(file: Path, count: int = 1) -> list[str]:
    """The texts that were spoken, as soon as there are so many."""
    for _ in range(100):
        if file.exists() and len(lines := file.read_text("utf-8").splitlines()) >= count:
            return lines
        time.sleep(0.1)
    pytest.fail(f"{file} holds less than {count} texts")


def test_each_press_shows_one_hint_more_and_the_last_hides_them(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(PRODUCE, "utf-8")
    terminal = start(PATH="/nowhere")
    assert "Hint" not in terminal.wait("Say it in English", KOREAN, "h hint")
    terminal.press("h")
    assert "Not a phase" not in terminal.wait("Hint: a ph___ a___ to", "h next hint")
    terminal.press("h")
    terminal.wait("Hint: a ph___ a___ to", "Hint: Not a phase approach", "h hint")
    terminal.press("h")
    terminal.press("?")
    terminal.wait("Keys")
    terminal.press("z")
    assert "Hint" not in terminal.wait("space reveals")


def test_the_chunk_alone_is_bold_on_both_sides(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(PRODUCE, "utf-8")
    terminal = start(PATH="/nowhere")
    terminal.wait(KOREAN, "space reveals")
    assert bold(terminal, "단계적으로").replace(" ", "") == "단계적으로이전하는"
    terminal.press(" ")
    terminal.wait(ENGLISH, "1–4 rate")
    assert bold(terminal, "I suggested") == "a phased approach to"


@pytest.mark.parametrize(
    ("typed", "suggested", "chunk_is_right"),
    [
        ("We should take a phased approach.", "▸ 3 Good", True),
        ("a new approach", "▸ 2 Hard", False),
        ("We will not take a phased approach.", "▸ 2 Hard", False),
        ("step by step", "▸ 1 Again", False),
    ],
)
def test_typing_is_graded_by_the_chunk_and_the_difference_is_shown(
    start: Start, decks: Path, typed: str, suggested: str, chunk_is_right: bool
) -> None:
    (decks / "a.yaml").write_text(PRODUCE, "utf-8")
    terminal = start("--typing", PATH="/nowhere")
    terminal.wait("enter compares")
    terminal.press(f"{typed}\r")
    terminal.wait(suggested, "[migration.]")
    assert ("The words in bold are right" in terminal.text) is chunk_is_right


@pytest.mark.parametrize("columns", [80, 40])
def test_a_question_by_ear_is_spoken_and_its_text_waits_for_a_key(
    start: Start, decks: Path, tmp_path: Path, speaker: Callable[[str], str], columns: int
) -> None:
    (decks / "a.yaml").write_text(HEAD + PHRASE, "utf-8")
    path = speaker(f'cat >> "{tmp_path}/spoken"; echo >> "{tmp_path}/spoken"')
    terminal = start(PATH=path, columns=columns)
    assert "phased" not in terminal.wait("Say it in Korean", "♪ Listen", "space reveals · h shows it · v repeats")
    terminal.press("v")
    assert spoken(tmp_path / "spoken", 2) == [ENGLISH, ENGLISH]
    assert "phased" not in terminal.wait("♪ Listen")
    terminal.press("h")
    assert "Listen" not in terminal.wait("a phased approach to")
    terminal.press(" ")
    terminal.wait("이전하는", "1 Again")


def test_the_answer_shows_the_question_that_was_heard(
    start: Start, decks: Path, tmp_path: Path, speaker: Callable[[str], str]
) -> None:
    (decks / "a.yaml").write_text(HEAD + PHRASE, "utf-8")
    terminal = start("--typing", PATH=speaker(f'cat >> "{tmp_path}/spoken"; sleep 60'))
    terminal.wait("♪ Listen", "enter compares")
    terminal.press("단계적으로 이전하는\r")
    terminal.wait("a phased approach to", KOREAN, "▸ 3 Good")
    terminal.press("\r")
    terminal.wait("Good 1")


@pytest.mark.parametrize("options", [[], ["--typing"]])
@pytest.mark.parametrize("script", ["exit 1", "sleep 0.3; exit 1", None])
def test_the_text_is_shown_where_nothing_speaks(
    start: Start, decks: Path, speaker: Callable[[str], str], script: str | None, options: list[str]
) -> None:
    (decks / "a.yaml").write_text(HEAD + PHRASE, "utf-8")
    terminal = start(*options, PATH=speaker(script) if script else "/nowhere")
    terminal.wait("Say it in Korean", ENGLISH)
    assert "Listen" not in terminal.text


def test_over_ssh_the_text_is_shown(start: Start, decks: Path, speaker: Callable[[str], str]) -> None:
    (decks / "a.yaml").write_text(HEAD + PHRASE, "utf-8")
    terminal = start(PATH=speaker("sleep 60"), SSH_CONNECTION="::1 50000 ::1 22")
    terminal.wait("Say it in Korean", ENGLISH)
    assert "Listen" not in terminal.text


def test_a_program_that_fails_later_shows_the_text_as_well(
    start: Start, decks: Path, tmp_path: Path, speaker: Callable[[str], str]
) -> None:
    (decks / "a.yaml").write_text(HEAD + PHRASE, "utf-8")
    terminal = start(PATH=speaker("true"))
    terminal.wait("♪ Listen")
    (tmp_path / "bin" / "espeak-ng").unlink()
    terminal.press("v")
    terminal.wait(ENGLISH, "No program is installed here that speaks")


def test_questions_of_other_kinds_are_spoken_too(
    start: Start, decks: Path, tmp_path: Path, speaker: Callable[[str], str]
) -> None:
    deck = HEAD.replace("by_ear: [en-ko]\n", "") + '- {id: a, quiz: "Which *part*?", choices: [x, y], answer: x}\n'
    (decks / "a.yaml").write_text(deck, "utf-8")
    terminal = start(PATH=speaker(f'cat >> "{tmp_path}/spoken"'))
    terminal.wait("Which part?")
    terminal.press("v")
    assert spoken(tmp_path / "spoken") == ["Which part?"]


def test_with_autoplay_each_question_and_each_foreign_side_is_spoken_once(
    start: Start, decks: Path, tmp_path: Path, speaker: Callable[[str], str]
) -> None:
    (decks / "a.yaml").write_text(PRODUCE + "- {id: b, front: Who?, back: we}\n", "utf-8")
    (tmp_path / "settings.toml").write_text("autoplay = true\n")
    path = speaker(f'cat >> "{tmp_path}/spoken"; echo >> "{tmp_path}/spoken"')
    terminal = start(PATH=path, SRS_SETTINGS=str(tmp_path / "settings.toml"))
    for question, answer in ((KOREAN, ENGLISH), ("Who?", "we")):
        terminal.wait(question, "space reveals")
        terminal.press(" ")
        terminal.wait(answer, "4 Easy")
        assert spoken(tmp_path / "spoken", 1 if question == KOREAN else 2)
        terminal.press("4")
    terminal.wait("2 answers")
    assert terminal.end() == 0
    assert spoken(tmp_path / "spoken") == [ENGLISH, "Who?"]
