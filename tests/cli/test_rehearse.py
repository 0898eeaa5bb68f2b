"""A rehearsal without a terminal: one attempt, recorded as an event."""

import json
from typing import Any

import pytest

from srs.cli import rehearse as command
from tests.cli.conftest import Shell

DECK = """\
deck: Talk
languages: {ko: ko-KR, en: en-US}
notes:
- id: why
  question: When did you make something faster?
  principles: [dive-deep]
- id: latency
  story: Cutting latency
  situation: s
  task: t
  action: a
  result: r
  numbers: [800 ms → 320 ms, four weeks]
  answers: [why]
"""
SAID = (
    "I was in a team of three, and the contract allowed 500 ms. My task was to keep it. I measured it first, because I wanted to"
    " know. In the end it fell from eight hundred to three hundred and twenty milliseconds, um, and I learned to measure first."
)
ATTEMPT = ("rehearse", "--question", "why", "--seconds", "150", "--rating", "3")


@pytest.fixture
def learner(srs: Shell) -> Shell:
    srs.write("talk.yaml", DECK)
    return srs


def test_one_attempt_is_recorded_and_reported(learner: Shell) -> None:
    (learner.path / "said.txt").write_text(SAID)
    found = learner(*ATTEMPT, "--story", "latency", "--transcript", "said.txt", "--company", "meta", "--json").json
    assert (found["question"], found["story"], found["rating"], found["total"]) == ("why", "latency", 3, 150)
    assert (found["timed"], list(found["seconds"])) == (False, ["situation", "task", "action", "result"])
    assert (found["words_per_minute"], found["fillers"]) == (round(found["words"] * 60 / 150, 1), {"um": 1})
    assert {one["check"]: one["passed"] for one in found["checks"]}["lesson"] is True
    assert found["figures"] == {"said": ["800 ms → 320 ms"], "missed": ["four weeks"]}
    (row,) = learner("log", "--json").json
    assert (row["what"], row["card"], row["note"], row["question"], row["rating"]) == (
        "rehearsed", None, "latency", "why", 3,
    )  # fmt: skip
    assert row["at"] == found["at"]
    assert learner("log").out == f"{row['at']}  latency  rehearsed 3 for why\n"
    line = json.loads(learner("log", "--format", "jsonl").out)
    assert (line["seconds"], line["words"], line["fillers"], line["company"]) == (
        {"whole": 150},
        found["words"],
        1,
        "meta",
    )
    assert "measured" not in json.dumps(line), "what was said is not kept"
    assert learner("undo").out == "Taken back: rehearsed latency\n"
    assert learner("verify").status == 0


def test_it_touches_no_card_and_stands_in_no_statistics(learner: Shell) -> None:
    before = learner("find", "--json").out, learner("due", "--json").out, learner("stats", "--json").out
    assert learner(*ATTEMPT, "--story", "latency", "--json").status == 0
    assert (learner("find", "--json").out, learner("due", "--json").out, learner("stats", "--json").out) == before
    assert learner("show", "latency", "--json").json["cards"][0]["history"] == []
    assert learner("rebuild").status == 0


def test_without_a_story_the_question_is_the_subject(learner: Shell) -> None:
    found = learner("rehearse", "--question", "why", "--seconds", "20,10,60,30", "--rating", "hard", "--json").json
    assert (found["story"], found["words"], found["timed"]) == (None, None, True)
    assert found["seconds"] == {"situation": 20, "task": 10, "action": 60, "result": 30}
    assert learner("log", "--json").json[0]["note"] == "why"


def test_in_words_it_says_what_shows_each_check(learner: Shell) -> None:
    told = learner(*ATTEMPT, "--story", "latency", "--transcript", "-", stdin=SAID)
    assert told.err == ""
    assert told.out.startswith("why told as latency: 2:30, ")
    for said in (
        "✓ You say why",
        "“I measured it first",
        "✗ Figures of the story that you did not say: four weeks.",
        "Task (",
    ):
        assert said in told.out
    assert max(map(len, told.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("", "Without words, only the time is known."),
        ("\n\t …\n", "Without words, only the time is known."),
        ("저는 추천 팀에서 일했습니다. 응답 시간은 800ms였습니다.", "This looks like Korean"),
        ("so i did it " * 2500, "10000 words. 4000 words a minute: fast."),
        ("[00:00.000 --> 00:04.000]  I did it, because I had to.\n", "“I did it, because I had to.”"),
        ("\x1b[31mI did it\x07", "4 words"),
        ("\udcff\udcfe I did", "words"),
    ],
)
def test_any_words_are_taken(learner: Shell, said: str, shown: str) -> None:
    told = learner(*ATTEMPT, "--transcript", "-", stdin=said)
    assert (told.status, told.err) == (0, "")
    assert shown in " ".join(told.out.split())
    assert "\x1b" not in told.out


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("--question", "why"), 2, "give --question, --seconds and --rating"),
        (("--mock", "3"), 2, "without a terminal, srs rehearse records one rehearsal"),
        (("--mock", "3", "--question", "why"), 2, "--mock chooses the questions"),
        (("--mock", "0"), 2, "0 is not in the range"),
        ((), 2, "without a terminal"),
        (("--company", "acme"), 2, "'acme' is not one of"),
        (("--question", "wyh", "--seconds", "1", "--rating", "1"), 1, "there is no question 'wyh'. Did you mean why?"),
        (("--question", "one", "--seconds", "1", "--rating", "1"), 1, "there is no question 'one'."),
        (("--question", "why", "--story", "x", "--seconds", "1", "--rating", "1"), 1, "there is no story 'x'."),
        (("--question", "why", "--seconds", "1,2", "--rating", "1"), 2, "--seconds must be a whole number up to 86400"),
        (("--question", "why", "--seconds", "-1", "--rating", "1"), 2, "--seconds must be"),
        (("--question", "why", "--seconds", "²", "--rating", "1"), 2, "--seconds must be"),
        (("--question", "why", "--seconds", "99999", "--rating", "1"), 2, "--seconds must be"),
        (("--question", "why", "--seconds", "1", "--rating", "5"), 2, "'5' is not one of"),
        (
            (*ATTEMPT[1:], "--transcript", "no.txt"),
            2,
            "a file that can be read (No such file or directory), not 'no.txt'",
        ),
        ((*ATTEMPT[1:], "--transcript", "decks"), 2, "a file that can be read (Is a directory)"),
        ((*ATTEMPT[1:], "--transcript", "latin.txt"), 2, "a text in UTF-8, not 'latin.txt'"),
        ((*ATTEMPT[1:], "--transcript", "large.txt"), 2, "at most 1 MB, not 'large.txt'"),
    ],
)
def test_what_cannot_be_recorded_is_refused(learner: Shell, args: tuple[str, ...], status: int, said: str) -> None:
    (learner.path / "latin.txt").write_bytes(b"caf\xe9 \xff")
    (learner.path / "large.txt").write_bytes(b"word " * 200_001)
    refused = learner("rehearse", *args)
    assert (refused.status, refused.out) == (status, "")
    assert said in refused.err
    assert learner("log", "--json").json == []


def test_decks_without_a_question_say_what_is_missing(srs: Shell, monkeypatch: Any) -> None:
    monkeypatch.setattr(command, "_is_terminal", lambda: True)
    refused = srs("rehearse")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("srs: these decks have no question to answer")
