"""A review as a person does it, key by key."""

import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest import BASIC, PHRASES
from tests.review.terminal.conftest import Terminal

Start = Callable[..., Terminal]

KINDS = """\
deck: Kinds
languages: {ko: ko-KR, en: en-US}
notes:
- {id: a, phrase: {ko: "마감이 촉박했습니다.", en: The deadline was tight.}, example: "I met a tight deadline."}
- {id: b, quiz: "Which part is the longest?", choices: [Situation, Task, Action, Result], answer: Action, because: It shows you., ko: "어느 부분이 가장 깁니까?"}
- {id: c, question: "A customer asked for the impossible?", principles: [ownership, dive-deep], because: You stayed.}
- {id: d, star: "Tell me about a failure.", situation: It broke., task: I owned it., action: I mended it., result: It held.}
- {id: e, front: "What is FSRS?", back: A scheduler., hint: F}
- {id: f, cloze: "Spend {{c1::half}} on {{c2::Action}}."}
"""


def answers(folder: Path) -> list[tuple[str, int, bool]]:
    """(card, rating, voided) as the database has them."""
    with closing(sqlite3.connect(folder / "srs.db")) as connection:
        rows = connection.execute(
            "select subject, rating, exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)"
            " from events e order by seq"
        ).fetchall()
    return [(card, rating, bool(voided)) for card, rating, voided in rows]


def test_every_kind_is_asked_revealed_and_answered(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(KINDS, "utf-8")
    terminal = start()
    terminal.wait("Say it in Korean", "The deadline was tight.", "0 done · 6 new")
    assert "마감이" not in terminal.text
    terminal.press(" ")
    terminal.wait("마감이 촉박했습니다.", "Example", "1 Again 1m", "4 Easy")
    terminal.press("4")
    terminal.wait("Choose one", "Situation", "Result", "1 done")
    assert "✓" not in terminal.text
    terminal.press("g")
    terminal.wait("어느 부분이")
    terminal.press("\r")
    terminal.wait("✓ C Action", "It shows you.")
    terminal.press("4")
    terminal.wait("Name the principles", "impossible")
    terminal.press(" ")
    terminal.wait("Primary", "Ownership", "Also", "Dive Deep")
    terminal.press("4")
    terminal.wait("Tell it as a STAR story", "space reveals 1 of 4")
    for part, (text, following) in enumerate(
        [("It broke.", "2 of 4"), ("I owned it.", "3 of 4"), ("I mended it.", "4 of 4"), ("It held.", "1 Again")]
    ):
        terminal.press(" ")
        terminal.wait(text, following)
        assert ("It held." in terminal.text) is (part == 3)
    terminal.press("4")
    terminal.wait("What is FSRS?", "h hint")
    terminal.press("h")
    terminal.wait("Hint: F")
    terminal.press(" ")
    terminal.wait("A scheduler.")
    terminal.press("4")
    terminal.wait("Spend […] on Action.")
    terminal.press(" ")
    terminal.wait("Spend [half] on Action.")
    terminal.press("4")
    terminal.wait("6 answers", "100 % recalled", "Done for today. The next card is due tomorrow.")
    assert terminal.end() == 0
    keys = ["a/en-ko", "b/choose", "c/principles", "d/answer", "e/back", "f/c1"]
    assert answers(tmp_path) == [(key, 4, False) for key in keys]


def test_a_rating_before_the_answer_and_an_unknown_key_are_only_hinted_at(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press("3")
    terminal.wait("Space reveals the answer first")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("7")
    terminal.wait("1 to 4 rate")
    terminal.press("\x1b[C")  # an arrow is no Escape
    terminal.press("q")
    terminal.wait("Left for today: 2 new")
    assert terminal.end() == 0
    assert answers(tmp_path) == []


def test_undo_takes_back_and_asks_again(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press("u")
    terminal.wait("nothing to take back")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("1")
    terminal.wait("two?", "1 done")
    terminal.press("u")
    terminal.wait("one?", "Taken back", "0 done")
    terminal.press(" ")
    terminal.wait("eins")
    terminal.press("4")
    terminal.wait("two?")
    terminal.press("\x04")
    assert terminal.end() == 0
    assert answers(tmp_path) == [("one/back", 1, True), ("one/back", 4, False)]


def test_keys_typed_ahead_never_answer_a_card_unseen(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press(" 44 4 4")
    terminal.wait("1–4 rate")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == []


@pytest.mark.check
@pytest.mark.parametrize(
    "key", ["\x03", "\x04", "\x1b", "q", "ㅂ"], ids=["Ctrl-C", "Ctrl-D", "Esc", "q", "q in Hangul"]
)
@pytest.mark.parametrize("revealed", [False, True])
def test_quitting_at_any_time_restores_the_terminal_and_loses_nothing(
    start: Start, decks: Path, tmp_path: Path, key: str, revealed: bool
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    before = terminal.child.getecho()
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("3")
    terminal.wait("two?")
    if revealed:
        terminal.press(" ")
        terminal.wait("1–4 rate")
    terminal.press(key)
    terminal.wait("1 answer", "Left for today")
    assert terminal.child.getecho() == before
    assert terminal.end() == 0
    assert not terminal.screen.cursor.hidden
    assert answers(tmp_path) == [("one/back", 3, False)]


def test_a_hang_up_ends_it_with_every_answer_kept(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("3")
    terminal.wait("two?")
    terminal.child.kill(signal.SIGHUP)
    assert terminal.end() == 128 + signal.SIGHUP
    assert answers(tmp_path) == [("one/back", 3, False)]


def test_stopped_and_continued_it_goes_on(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.child.kill(signal.SIGSTOP)
    terminal.child.kill(signal.SIGCONT)
    terminal.press(" ")
    terminal.wait("eins")
    terminal.press("q")
    assert terminal.end() == 0


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_the_card_back(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(command="bash")
    terminal.wait("shell>")
    terminal.press(f"{sys.executable} -m srs review\n")
    terminal.wait("one?", "space reveals")
    terminal.press("\x1a")
    terminal.wait("Stopped", "shell>")
    assert not terminal.screen.cursor.hidden
    terminal.press("echo it is $((6 * 7))\n")
    terminal.wait("it is 42")
    terminal.press("fg\n")
    terminal.wait("one?", "space reveals")
    terminal.press(" ")
    terminal.wait("eins", "1–4 rate")
    terminal.press("3")
    terminal.wait("two?")
    terminal.press("q")
    terminal.wait("1 answer", "shell>")
    assert answers(tmp_path) == [("one/back", 3, False)]


def test_no_line_is_wider_than_the_screen_however_it_is_resized(start: Start, decks: Path) -> None:
    korean = "저는 촉박한 마감 속에서도 우선순위를 다시 정해 핵심 기능을 먼저 완성했습니다. " * 3
    (decks / "a.yaml").write_text(
        f'deck: D\nnotes:\n- {{id: a, front: "{korean}", back: "{korean}", note: "{"x" * 300} 👩‍💻 ok"}}\n', "utf-8"
    )
    terminal = start(columns=100)
    terminal.wait("저는 촉박한", "space reveals")
    for columns in (40, 100, 61):
        terminal.resize(columns, 30)
        terminal.screen.reset()
        terminal.press(" " if columns == 40 else "k")
        terminal.wait("Again", "─" * columns)
        assert all(cell_len(line.rstrip()) <= columns for line in terminal.text.splitlines())


@pytest.mark.check
def test_what_does_not_fit_can_be_scrolled_and_the_buttons_stay(start: Start, decks: Path) -> None:
    lines = "\\n".join(f"line {n}" for n in range(60))
    (decks / "a.yaml").write_text(f'deck: D\nnotes:\n- {{id: a, front: Long?, back: "{lines}"}}\n')
    terminal = start()
    terminal.wait("Long?")
    terminal.press(" ")
    terminal.wait("line 59", "↑ more", "1 Again")
    for _ in range(60):
        terminal.press("k")
    terminal.wait("Long?", "↓ more", "1 Again")


@pytest.mark.check
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "vt100"}])
def test_without_colours_it_is_the_same(start: Start, decks: Path, env: dict[str, str]) -> None:
    (decks / "a.yaml").write_text(PHRASES, "utf-8")
    terminal = start(**env)
    terminal.wait("Say it in Korean", "The deadline was tight.")
    terminal.press("\r")
    terminal.wait("마감이 촉박했습니다.", "Again 1m")
    terminal.press("q\r" if env.get("TERM") == "dumb" else "q")
    assert terminal.end() == 0


def test_the_gloss_may_stand_with_every_question(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text('deck: D\nnotes:\n- {id: a, front: "What?", back: x, ko: "무엇?"}\n', "utf-8")
    terminal = start("--gloss")
    terminal.wait("What?", "무엇?")
    terminal.press("g")
    terminal.wait("space reveals")
    terminal.press("q")
    assert terminal.end() == 0


def test_markup_in_a_deck_is_text(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text('deck: "[bold]D"\nnotes:\n- {id: a, front: "[red]x[/red] [link=y]", back: "[/]"}\n')
    terminal = start()
    terminal.wait("[bold]D", "[red]x[/red] [link=y]")
    terminal.press(" ")
    terminal.wait("[/]")
    terminal.press("q")
    assert terminal.end() == 0


def test_lines_that_are_indented_stand_below_each_other(start: Start, decks: Path) -> None:
    deck = "deck: Code\nnotes:\n- id: a\n  front: |\n    Printed?\n    for i in x:\n        print(i)\n  back: |\n    {\n      `1`\n    }\n"
    (decks / "a.yaml").write_text(deck, "utf-8")
    for columns in (30, 80):
        terminal = start(columns=columns)
        terminal.wait("print(i)")
        terminal.press(" ")
        lines = terminal.wait("4 Easy", "}").splitlines()
        at = {line.strip(): len(line) - len(line.lstrip()) for line in lines}
        assert at["Printed?"] == at["for i in x:"] == at["print(i)"] - 4 == (columns - 12) // 2
        assert at["{"] == at["}"] == at["1"] - 2
        terminal.press("q")
        assert terminal.end() == 0


def test_a_database_that_fails_under_way_is_told_after_the_screen_is_restored(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    with closing(sqlite3.connect(tmp_path / "srs.db", isolation_level=None)) as other:
        other.execute("create trigger full before insert on events begin select raise(abort, 'no'); end")
        other.execute("drop trigger full")
        other.execute("alter table states rename to lost")
    terminal.press("3")
    terminal.wait("srs:")
    assert terminal.end() == 1
    assert "(table lost)" in "".join(terminal.screen.display)  # wherever the line was broken
