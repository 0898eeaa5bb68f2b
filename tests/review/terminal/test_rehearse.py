"""A rehearsal in a real terminal, with stand-ins for the programs that record and write down."""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.review.terminal.conftest import Terminal

Start = Callable[..., Terminal]

DECK = """\
deck: Talk
languages: {ko: ko-KR, en: en-US}
notes:
- id: faster
  question: When did you make something faster?
  principles: [customer-obsession]
- id: owner
  question: When did you own a problem?
  principles: [ownership]
- id: latency
  story: Cutting latency
  situation: s
  task: t
  action: a
  result: r
  numbers: [800 ms → 320 ms]
  answers: [faster]
- id: amazon-tip
  front: What must each answer name?
  back: A principle.
  tags: [company]
"""
SAID = "I was in a team of three. My task was to keep it. I measured it, because I had to. It fell from 800 to 320 ms."
RECORDER = """\
import sys, time
open(sys.argv[1], "w").write("sound")
try:
    time.sleep(99)
except KeyboardInterrupt:
    pass
"""


@pytest.fixture
def settings(decks: Path, tmp_path: Path) -> Callable[..., dict[str, str]]:
    (decks / "a.yaml").write_text(DECK, "utf-8")
    record = tmp_path / "record.py"
    record.write_text(RECORDER)

    def written(transcriber: str = "", recorder: str = "") -> dict[str, str]:
        """The environment with settings that name these programs, which are Python."""
        lines = ""
        for name, code in (("record", recorder), ("transcribe", transcriber)):
            if code:
                program = tmp_path / f"{name}.py"
                program.write_text(code)
                lines += f"{name} = {json.dumps([sys.executable, str(program), '{file}'])}\n"
        file = tmp_path / "settings.toml"
        file.write_text(lines)
        return {"SRS_SETTINGS": str(file), "TMPDIR": str(tmp_path)}

    return written


def events(tmp_path: Path) -> list[dict[str, Any]]:
    rows = sqlite3.connect(tmp_path / "srs.db").execute(
        "select parameters from events where what = 'rehearsed' order by seq"
    )
    return [json.loads(text) for (text,) in rows]


def tell(terminal: Terminal, recording: Path | None = None) -> None:
    """From the question to the end of the clock; the recorder has begun to write into the folder `recording`."""
    terminal.wait("Think first")
    terminal.press(" ")
    end = time.monotonic() + 30
    while recording and not any(file.stat().st_size for file in recording.glob("srs-rehearse-*/answer.wav")):
        assert time.monotonic() < end
        time.sleep(0.05)
    for part in ("Task", "Action", "Result"):
        terminal.wait(f"goes on to {part}")
        terminal.press(" ")
    terminal.wait("ends the story")
    terminal.press(" ")


@pytest.mark.parametrize("columns", [80, 40])
def test_a_mock_round_from_start_to_report(
    start: Start, settings: Callable[..., dict[str, str]], tmp_path: Path, columns: int
) -> None:
    transcriber = f"import sys; assert open(sys.argv[1]).read() == 'sound'; print({SAID!r})"
    terminal = start(
        "--mock", "2", "--company", "amazon", command="rehearse", columns=columns, **settings(transcriber, RECORDER)
    )
    first = terminal.wait("Rehearsal · Amazon · Question 1 of 2", "Tell: Cutting latency", "Think first: 0:0")
    assert "Tip: What must each answer name? A" in first
    tell(terminal, tmp_path)
    terminal.wait("1–4 rate")
    shown = " ".join(terminal.text.split())
    assert "0 words" not in shown
    terminal.press("3")
    terminal.wait("Question 2 of 2", "When did you own a problem?", "None of your stories")
    tell(terminal, tmp_path)
    terminal.wait("1–4 rate")
    terminal.press("j")
    terminal.press("2")
    assert terminal.end() == 0
    told = " ".join(terminal.text.split())
    for said in (
        "When did you make something faster?",
        "Good",
        "Practise next:",
        "Ready? Recall",
        "Tell it again soon: srs rehearse --question owner",
    ):
        assert said in told
    first_event, second = events(tmp_path)
    assert (first_event["question"], first_event["company"], first_event["rating"]) == ("faster", "amazon", 3)
    assert first_event["words"] == len(SAID.split())
    assert list(first_event["seconds"]) == ["situation", "task", "action", "result"]
    assert second["rating"] == 2
    assert not list(tmp_path.glob("srs-rehearse-*")), "the recording is gone"


@pytest.mark.parametrize(
    ("transcriber", "why"),
    [
        ("import sys; sys.exit('no model')", "ended with status 1: no model"),
        ("while True: print('word ' * 10000)", "printed more than 1 MB"),
        ("", "wrote down nothing"),
        ("hang", "was ended before it had finished"),
        ("ctrl-c", "was ended before it had finished"),
        ("missing", "is not installed here"),
    ],
)
def test_a_transcriber_in_trouble_costs_no_time_that_was_taken(
    start: Start, settings: Callable[..., dict[str, str]], tmp_path: Path, transcriber: str, why: str
) -> None:
    hangs = transcriber in {"hang", "ctrl-c"}
    environment = settings("import time; time.sleep(999)" if hangs else transcriber or "pass", RECORDER)
    if transcriber == "missing":
        file = tmp_path / "settings.toml"
        file.write_text(file.read_text().splitlines()[0] + '\ntranscribe = "no-such-program {file}"\n')
    terminal = start(command="rehearse", columns=160, **environment)
    tell(terminal, tmp_path)
    if hangs:
        terminal.wait("is writing down what you said")
        terminal.child.send("q" if transcriber == "hang" else "\x03")
    terminal.wait(why, "The times are kept.")
    terminal.press(" ")
    while "1–4 rate" not in terminal.text:
        terminal.wait("y yes")
        terminal.press("y")
        terminal._settle()
    terminal.press("3")
    assert terminal.end() == 0
    (event,) = events(tmp_path)
    assert "words" not in event
    assert event["checks"]["lesson"] is True


@pytest.mark.parametrize(
    ("recorder", "why"),
    [("import sys; sys.exit('no microphone')", "no microphone"), ("missing", "is not installed here")],
)
def test_without_a_recorder_the_clock_goes_on_and_words_can_be_pasted(
    start: Start, settings: Callable[..., dict[str, str]], tmp_path: Path, recorder: str, why: str
) -> None:
    environment = settings("print('never')", recorder)
    if recorder == "missing":
        (tmp_path / "settings.toml").write_text('record = "no-such-program {file}"\n')
    terminal = start(command="rehearse", columns=120, **environment)
    terminal.wait("Think first")
    terminal.press(" ")
    terminal.wait(why, "The clock goes on.")
    for _ in range(4):
        terminal.press(" ")
    terminal.wait("What did you say?")
    terminal.press("t")
    terminal.wait("Ctrl-D")
    terminal.press(f"{SAID}\n{SAID} 한국어\n.\n")
    terminal.wait("1–4 rate")
    terminal.press("\n")
    assert terminal.end() == 0
    (event,) = events(tmp_path)
    assert event["words"] == 2 * len(SAID.split()) + 1


def test_ten_thousand_words_can_be_pasted_in_one_line_and_corrected(
    start: Start, settings: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    terminal = start(command="rehearse", **settings())
    tell(terminal)
    terminal.wait("What did you say?")
    terminal.press("t")
    terminal.wait("Ctrl-D")
    terminal.child.send("I did it. " * 3300 + "So\tx\x7f\x7f there\n")
    terminal.wait("there")
    terminal.press(".x\x7f\n")
    terminal.wait("9902 words")
    terminal.press("1")
    assert terminal.end() == 0
    assert events(tmp_path)[0]["words"] == 9902


@pytest.mark.parametrize("stage", ["thinking", "clock", "words", "feedback"])
def test_ctrl_c_leaves_the_terminal_as_it_was_and_says_what_was_timed(
    start: Start, settings: Callable[..., dict[str, str]], tmp_path: Path, stage: str
) -> None:
    settings()
    terminal = start(command="bash", columns=160)
    terminal.wait("shell>")
    terminal.press(f"{sys.executable} -m srs rehearse\n")
    terminal.wait("Think first")
    if stage != "thinking":
        terminal.press(" ")
        terminal.wait("goes on to Task")
    if stage in {"words", "feedback"}:
        terminal.press("q")
        terminal.wait("What did you say?")
    if stage == "feedback":
        terminal.press(" ")
        terminal.wait("enter skips")
    terminal.press("\x03")
    text = " ".join(terminal.wait("shell>").split())
    if stage == "thinking":
        assert "Nothing was recorded." in text
    else:
        assert "Timed, but not rated and so not recorded: 0:0" in text
        assert "srs rehearse --question faster --story latency --seconds 0,0,0,0 --rating 1-4" in text
    terminal.press("stty -a | grep -o ' echo '\n")
    terminal.wait(" echo\n")
    assert not list(tmp_path.glob("srs-rehearse-*"))
    assert events(tmp_path) == []


def test_what_was_rated_before_ctrl_c_stays_and_u_takes_back(
    start: Start, settings: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    terminal = start("--mock", "2", command="rehearse", **settings())
    for key in ("u", "\x03"):
        tell(terminal)
        terminal.wait("What did you say?")
        terminal.press(" ")
        for _ in range(6):
            if "1–4 rate" not in terminal.text:
                terminal.press("\n")
                terminal._settle()
        terminal.press("4")
        terminal.wait("Question 2 of 2")
        terminal.press(key)
        if key == "u":
            terminal.wait("Question 1 of 2")
    assert terminal.end() == 0
    connection = sqlite3.connect(tmp_path / "srs.db")
    assert connection.execute("select count(*) from events").fetchone() == (2,)
    assert connection.execute("select count(*) from voids").fetchone() == (1,)
    assert "Easy" in terminal.text


def test_the_screen_follows_a_resize_and_keys_choose_story_and_question(
    start: Start, settings: Callable[..., dict[str, str]], decks: Path
) -> None:
    settings()
    (decks / "b.yaml").write_text(
        "deck: B\nnotes:\n- {id: two, story: Two, situation: s, task: t, action: a, result: r, answers: [faster]}\n"
    )
    terminal = start(command="rehearse")
    terminal.wait("Tell: Cutting latency", "s another story")
    terminal.press("s")
    terminal.wait("Tell: Two")
    terminal.press("n")
    terminal.wait("When did you own a problem?")
    terminal.press("v")
    terminal.wait("No program is installed here that speaks")
    terminal.resize(40, 12)
    terminal.wait("None of your stories", "q quits")
    terminal.press(" ")
    terminal.wait("Situation   0:01 / 0:30")
    terminal.resize(30, 8)
    terminal.wait("▸ Situation", "Whole")
    terminal.press("b")
    terminal.press(" ")
    terminal.wait("▸ Task")
    terminal.press("b")
    terminal.wait("▸ Situation")
    terminal.press("\x04")
    terminal.wait("What did you say?")
    terminal.press("f")
    terminal.wait("Which file")
    terminal.press("no.txt\n")
    terminal.wait("no.txt should be")
    terminal.press(" ")
    terminal.wait("y yes")
    terminal.press("q")
    assert terminal.end() == 0
