"""Control without leaving the card."""

import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from srs.core.event import Event, EventSource, Rescheduled
from srs.database import open_store
from srs.log import event_log
from srs.log.replay import replay_all
from tests.cli.conftest import Shell
from tests.conftest import BASIC, PHRASES, instant
from tests.review.terminal.conftest import Terminal
from tests.review.terminal.test_loop import answers

Start = Callable[..., Terminal]


def editor(folder: Path, script: str) -> str:
    """A program that edits the file it is called with; the call's arguments end up in `called`."""
    path = folder / "editor"
    path.write_text(f'#!/bin/sh\necho "$@" >> {folder}/called\nfile=$2\n{script}\n')
    path.chmod(0o755)
    return str(path)


def test_suspend_bury_and_forget_go_on_and_can_be_taken_back(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?", "2 new")
    terminal.press("@")
    terminal.wait("two?", "Suspended", "1 new")
    terminal.press("u")
    terminal.wait("one?", "Taken back: suspended", "2 new")
    terminal.press("-")
    terminal.wait("two?", "Buried", "1 new")
    terminal.press("x")
    terminal.wait("The card is new already.")
    terminal.press("-")
    terminal.wait("Done for today")
    assert terminal.end() == 0
    assert [voided for _, _, voided in answers(tmp_path)] == [True, False, False]


def test_a_flag_keeps_the_card_as_it_is_shown_and_the_answer_counts(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("eins", "1–4 rate")
    terminal.press("*")
    terminal.wait("Flagged for rework.", "eins")
    terminal.press("i")
    terminal.wait("one/back", "flagged", "any key goes back")
    terminal.press(" ")
    terminal.wait("eins", "1 Again")
    terminal.press("3")
    terminal.wait("two?")
    terminal.press("q")
    terminal.end()
    assert [(card, rating) for card, rating, _ in answers(tmp_path)] == [("one/back", None), ("one/back", 3)]


def test_the_history_is_shown_with_what_was_taken_back(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("1")
    terminal.wait("two?")
    terminal.press("u")
    terminal.wait("one?")
    terminal.press("i")
    terminal.wait("state  new", "Again, then 1m (taken back)")


def test_a_review_without_a_memory_shows_when_it_is_due(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    moved = Event(
        "two/back", instant("2026-03-01T09:00+09:00"), date(2026, 3, 1), EventSource.ANKI, "m", Rescheduled(1)
    )
    with closing(open_store(tmp_path / "srs.db")) as store, store.write() as connection:
        event_log.insert_event(connection, moved)
        replay_all(connection)
    terminal = start("--find", "two")
    terminal.wait("two?", "0 new", "1 review")
    terminal.press("i")
    assert "memory" not in terminal.wait("state  review", "answers  0, 0 lapses", "due", "rescheduled")


def test_an_answer_to_buttons_that_no_longer_hold_is_not_recorded(start: Start, decks: Path, tmp_path: Path) -> None:
    """Another program reads a deck file that has other steps by now."""
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("1 Again 1m", "1–4 rate")
    (decks / "a.yaml").write_text(BASIC.replace("notes:", "settings: {steps: [5m]}\nnotes:"))
    assert start(command="due").end() == 0
    terminal.press("1")
    terminal.wait("Not recorded", "has changed meanwhile")
    terminal.press(" ")
    terminal.wait("1 Again 5m", "1–4 rate")
    terminal.press("1")
    terminal.wait("two?")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == [("one/back", 1, False)]


def test_all_keys_are_shown_on_request(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press("?")
    terminal.wait("Keys", "flag the card", "any key goes back")
    terminal.press("q")
    terminal.wait("one?", "space reveals")


def test_the_editor_opens_at_the_note_and_the_card_comes_back_with_its_new_text(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(EDITOR=editor(tmp_path, 'sed -i "s/two?/zwei fragt?/" "$file"'))
    terminal.wait("one?")
    terminal.press("-")
    terminal.wait("two?")
    terminal.press("e")
    terminal.wait("zwei fragt?", "space reveals")
    line, file = (tmp_path / "called").read_text().split()
    assert line == f"+{1 + BASIC[: BASIC.index('two')].count(chr(10))}"
    assert (tmp_path / file).resolve() == (decks / "a.yaml").resolve()


@pytest.mark.parametrize(("text", "said"), [("one??", "space reveals"), ("quite another", "srs changed one soften")])
def test_an_edit_that_leaves_little_of_a_text_with_a_memory_names_the_command(
    start: Start, decks: Path, tmp_path: Path, text: str, said: str
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    answered = Shell(tmp_path)("--db", "srs.db", "answer", "one/back", "again", SRS_NOW="2026-03-02T08:00:00+09:00")
    assert answered.status == 0
    terminal = start(EDITOR=editor(tmp_path, f'sed -i "s/front: one?/front: {text}/" "$file"'))
    terminal.wait("one?")
    terminal.press("e")
    terminal.wait(text, said)


def test_an_error_made_while_editing_is_shown_in_place_and_the_card_stays(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(EDITOR=editor(tmp_path, 'echo "- {nonsense: 1}" >> "$file"'))
    terminal.wait("one?")
    terminal.press("e")
    terminal.wait("one?", "a.yaml:", "of no kind")


def test_an_editor_that_fails_or_is_missing_is_named_and_nothing_is_lost(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    for command, said in [(editor(tmp_path, "exit 3"), "ended with status 3"), ("no-such-editor", "cannot be started")]:
        terminal = start(EDITOR=command)
        terminal.wait("one?")
        terminal.press("e")
        terminal.wait("one?", said)
        terminal.press("q")
        assert terminal.end() == 0


def test_a_note_deleted_in_the_editor_gives_way_to_the_next(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(EDITOR=editor(tmp_path, 'sed -i "/id: one/,/eins/d" "$file"'))
    terminal.wait("one?")
    terminal.press("e")
    terminal.wait("two?", "gone from its file")


def test_another_deck_comes_first_on_request(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    (decks / "b.yaml").write_text(
        'deck: Other\nnotes:\n- {id: x, front: "x?", back: y}\n- {id: z, front: "z?", back: y}\n'
    )
    terminal = start()
    terminal.wait("one?")
    terminal.press(">")
    terminal.wait("x?", "Other")
    terminal.press("-")
    terminal.wait("Buried")


@pytest.mark.parametrize("autoplay", [True, False])
def test_a_program_that_does_not_listen_holds_nobody_up(
    start: Start, decks: Path, tmp_path: Path, autoplay: bool
) -> None:
    """The text is longer than what a pipe takes in; the program ends with the card or the sitting."""
    (decks / "a.yaml").write_text(
        "deck: P\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n"
        + "".join(f"- {{id: {note}, phrase: {{ko: 마감, en: {note}{' deadline' * 10_000}}}}}\n" for note in "ab"),
        "utf-8",
    )
    (tmp_path / "settings.toml").write_text(f"autoplay = {str(autoplay).lower()}\n")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "espeak-ng"
    program.write_text(f'#!/bin/sh\necho $$ >> "{tmp_path}/started"\nsleep 1000\n')
    program.chmod(0o755)
    terminal = start(PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin", SRS_SETTINGS=str(tmp_path / "settings.toml"))

    def spoken(count: int) -> list[int]:
        started: list[str] = []
        for _ in range(300):
            started = (tmp_path / "started").read_text().split() if (tmp_path / "started").exists() else []
            if len(started) >= count:
                break
            time.sleep(0.1)
        return [int(number) for number in started]

    terminal.wait("deadline", "space reveals")
    if not autoplay:
        terminal.press("v")
    (first,) = spoken(1)
    terminal.press(" ")
    terminal.wait("마감", "1–4 rate")
    terminal.press("4")
    terminal.wait("1 done")
    if not autoplay:
        terminal.press("v")
    assert spoken(2)[0] == first
    assert not alive(first)
    terminal.press("q")
    assert terminal.end() == 0
    assert not any(map(alive, spoken(2)))


def alive(group: int) -> bool:
    """Whether a process of the group is, other than one that has ended and waits to be noticed."""
    listed = subprocess.run(["ps", "-o", "stat=", "-g", str(group)], capture_output=True, text=True, check=False).stdout
    return any(not state.startswith("Z") for state in listed.split())


def test_without_a_program_or_a_foreign_side_that_is_said(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(
        "deck: P\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n- {id: a, phrase: {ko: 마감, en: deadline}}\n", "utf-8"
    )
    terminal = start("P", PATH="/nowhere")
    terminal.wait("deadline")
    terminal.press("v")
    terminal.wait("No program is installed here that speaks; looked for say, espeak-ng, spd-say.")
    (decks / "a.yaml").write_text(BASIC)
    terminal.press("q")
    terminal.end()
    terminal = start(PATH="/nowhere")
    terminal.wait("one?")
    terminal.press("v")
    terminal.wait("Nothing on show is in a language to be spoken.")


def test_speech_gets_the_foreign_side(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(
        'deck: P\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n- {id: a, phrase: {ko: "마감", en: "**-deadline**"}}\n',
        "utf-8",
    )
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "espeak-ng").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/spoken\ncat >> {tmp_path}/spoken\n')
    (folder / "espeak-ng").chmod(0o755)
    terminal = start(PATH=f"{folder}:/usr/bin:/bin")
    terminal.wait("-deadline")
    terminal.press("v?")
    terminal.wait("Keys")
    for _ in range(50):
        if (tmp_path / "spoken").exists() and "-deadline" in (tmp_path / "spoken").read_text():
            break
        time.sleep(0.1)
    assert (tmp_path / "spoken").read_text() == "--stdin -v en-us\n-deadline"


def test_a_page_that_is_too_long_scrolls(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(columns=40, rows=16)
    terminal.wait("one?")
    terminal.press("?")
    terminal.wait("Keys", "↑ ↓ scroll")
    for _ in range(40):
        terminal.press("j")
    terminal.wait("quit; nothing is lost")
    terminal.press("q")
    terminal.wait("one?", "space reveals")


def test_without_hint_or_gloss_it_is_said(start: Start, decks: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    terminal.press("h")
    terminal.wait("no hint")
    terminal.press("g")
    terminal.wait("no gloss")


@pytest.mark.check
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize(("first", "shown"), [("t", "enter compares"), ("?", "Keys"), ("i", "answers")])
def test_ctrl_c_ends_it_at_every_prompt(start: Start, decks: Path, first: str, shown: str, key: str) -> None:
    (decks / "a.yaml").write_text(PHRASES, "utf-8")
    terminal = start()
    terminal.wait("Say it")
    terminal.press(first)
    terminal.wait(shown)
    terminal.press(key)
    if key == "\x04":  # the end of the input leaves the page or the line, as any other key
        terminal.wait("Say it", "space reveals")
        terminal.press(key)
    terminal.wait("Left for today")
    assert terminal.end() == 0
    assert not terminal.screen.cursor.hidden


@pytest.mark.check
def test_what_was_done_in_an_earlier_sitting_can_be_taken_back(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    for card in ("one?", "two?"):
        terminal = start()
        terminal.wait(card)
        terminal.press(" ")
        terminal.wait("1–4 rate")
        terminal.press("4")
        if card == "one?":
            terminal.wait("two?")
            terminal.press("q")
        terminal.wait("1 answer")
        terminal.end()
    (decks / "b.yaml").write_text("deck: Other\nnotes:\n- {id: x, front: 'x?', back: y}\n")
    terminal = start()
    terminal.wait("x?")
    terminal.press("u")
    terminal.wait("two?", "Taken back: answered")
    terminal.press("u")
    terminal.wait("one?", "Taken back: answered")
    terminal.press("u")
    terminal.wait("nothing to take back")
    terminal.press("q")
    terminal.end()
    assert answers(tmp_path) == [("one/back", 4, True), ("two/back", 4, True)]


@pytest.mark.check
def test_two_sittings_on_one_database_see_each_others_answers(start: Start, decks: Path, tmp_path: Path) -> None:
    (decks / "a.yaml").write_text(BASIC)
    first, second = start(), start()
    for terminal in (first, second):
        terminal.wait("one?")
        terminal.press(" ")
        terminal.wait("1–4 rate")
    first.press("4")
    first.wait("two?")
    second.press("3")
    second.wait("Not recorded", "has changed meanwhile")
    second.press(" ")
    second.wait("1–4 rate")
    second.press("3")
    second.wait("1 done")  # keys that come before the next card is drawn are not taken
    first.press("q")
    first.wait("1 answer")
    second.press("q")
    second.end()
    assert answers(tmp_path)[0] == ("one/back", 4, False)


def test_a_note_deleted_by_somebody_else_while_on_screen_still_takes_its_answer(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start()
    terminal.wait("one?")
    (decks / "a.yaml").write_text(BASIC.replace("- id: one\n  front: one?\n  back: eins\n", ""))
    terminal.press(" ")
    terminal.wait("eins", "1–4 rate")
    terminal.press("4")
    terminal.wait("two?")
    terminal.press("q")
    assert terminal.end() == 0
    assert answers(tmp_path) == [("one/back", 4, False)]


def test_far_behind_the_last_answer_the_learner_is_told_before_the_buttons(
    start: Start, decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start(SRS_NOW="2026-03-20T09:00:00+09:00")
    terminal.wait("one?")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    terminal.press("4")
    terminal.wait("two?")
    terminal.press("q")
    terminal.end()
    terminal = start("--find", "one", "--ahead", "300", SRS_NOW="2026-03-02T09:00:00+09:00")
    terminal.wait("one?", "Your clock is behind this card's last review (on", "recorded before it")
    terminal.press(" ")
    terminal.wait("1–4 rate")
    buttons = next(line for line in terminal.text.splitlines() if "1 Again" in line)
    promised = {word for word in buttons.split() if word[:-1].isdigit() and word[-1] == "d"}
    assert len(promised) == 1, buttons
    terminal.press("1")
    terminal.wait("1 answer")
    terminal.end()
    assert answers(tmp_path) == [("one/back", 4, False), ("one/back", 1, False)]
