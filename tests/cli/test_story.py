"""`srs story`: writing a story of one's own, and looking at those that there are."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from rich.cells import cell_len

from srs.core.event import Event, EventSource, Rating, Rehearsal
from srs.core.event_line import to_line
from srs.interview.kinds.story import PARTS
from tests.cli.conftest import Shell
from tests.conftest import instant
from tests.review.terminal.conftest import Terminal, decks, start
from tests.review.terminal.test_control import editor

__all__ = ["decks", "start"]  # fixtures

STORY = """\
story: Cutting the nightly report from nine hours to two
project: Billing
category: technical
situation: Four of us ran billing, and the nightly report took nine hours.
task: I had to get it below three hours.
action: [I measured each step first., I removed the slowest join.]
result: It takes two hours now.
numbers: 9 h → 2 h
principles: [dive-deep]
"""


def filled_in(path: Path, title: str = "A story") -> str:
    """An editor that writes into all that is required, as a learner does."""
    return editor(
        path, f'sed -i \'s/- story: ""/- story: "{title}"/; s/: ""$/: "x"/; s/^  - ""$/  - "I did it."/\' "$file"'
    )


def own(srs: Shell) -> Path:
    return srs.path / "home" / "data" / "srs" / "decks"


def test_a_story_from_a_pipe_goes_into_a_deck_of_its_own(srs: Shell) -> None:
    done = srs("story", "new", stdin=STORY)
    assert (done.status, done.out) == (0, "Added cutting-the-nightly-report to my-stories.yaml:3, 5 cards.\n")
    written = yaml.safe_load((srs.path / "decks" / "my-stories.yaml").read_text("utf-8"))
    assert (written["deck"], written["notes"][0]["project"]) == ("Interview::My stories", "Billing")
    again = srs("story", "new", "--json", stdin=STORY.replace("nightly", "weekly"))
    assert again.json["file"] == "my-stories.yaml"


def test_a_file_of_another_deck_that_has_its_name_is_left_alone(srs: Shell) -> None:
    file = srs.write("my-stories.yaml", "deck: Old\nnotes:\n- {id: a, front: f, back: b}\n")
    before = file.read_bytes()
    assert srs("story", "new", "--json", stdin=STORY).json["file"] == "my-stories-2.yaml"
    assert file.read_bytes() == before


def test_the_starter_decks_are_copied_first_so_that_their_questions_stay(empty: Shell) -> None:
    done = empty("story", "new", stdin=f"{STORY}answers: [latency-star]\n")
    assert done.status == 0
    assert f"copied the starter decks to {own(empty)}" in done.err
    assert {"my-stories.yaml", "star.yaml"} <= {file.name for file in own(empty).iterdir()}
    assert "which" in empty("show", "cutting-the-nightly-report", "--json").json["cards"][0]["card"]


def test_what_is_no_story_is_refused_before_anything_is_copied(empty: Shell) -> None:
    for given in ("", "front: a\nback: b\n"):
        done = empty("story", "new", stdin=given)
        assert (done.status, "stdin holds no story" in done.err) == (2, True)
    assert not own(empty).exists()


def test_a_story_without_parts_or_with_unknown_principles_is_told_with_its_line(srs: Shell) -> None:
    done = srs("story", "new", stdin="story: x\nsituation: y\nprinciples: [dive-deeep]\n")
    assert done.status == 1
    assert "stdin:3: error: the principle 'dive-deeep' is unknown; did you mean 'dive-deep'?" in done.err
    assert "stdin:1: error: " in done.err
    assert "`task`" in done.err
    assert not (srs.path / "decks" / "my-stories.yaml").exists()


def test_an_outline_filled_in_becomes_a_story(start: Callable[..., Terminal], decks: Path, tmp_path: Path) -> None:
    terminal = start("new", "--outline", "failure", command="story", EDITOR=filled_in(tmp_path))
    terminal.wait("Added a-story to my-stories.yaml:3, 3 cards.")
    assert terminal.end() == 0
    (note,) = yaml.safe_load((decks / "my-stories.yaml").read_text("utf-8"))["notes"]
    assert (note["category"], note["action"]) == ("failure", ["I did it."] * 3)


def test_a_part_left_empty_is_told_and_the_draft_is_kept(
    start: Callable[..., Terminal], decks: Path, tmp_path: Path
) -> None:
    script = editor(tmp_path, 'sed -i \'s/- story: ""/- story: "x"/\' "$file"')
    terminal = start("new", command="story", EDITOR=script, TMPDIR=str(tmp_path))
    terminal.wait("Edit it again?")
    terminal.press("\x03")
    terminal.wait("The draft is kept")
    assert terminal.end() == 1
    assert not (decks / "my-stories.yaml").exists()
    (draft,) = tmp_path.glob("srs-note-*.yaml")
    assert '- story: "x"' in draft.read_text("utf-8")


def test_the_inventory_has_the_projects_with_too_few_stories_first(srs: Shell) -> None:
    assert "You have no stories yet. To write the first: srs story new" in srs("story", "inventory").out
    for title, project in (("one", "Billing"), ("two", "  billing "), ("three", "Search"), ("four", "")):
        srs(
            "story",
            "new",
            stdin=STORY.replace("Cutting", title).replace("Billing", f'"{project}"' if project else "Solo"),
        )
    srs("story", "new", stdin=STORY.replace("project: Billing\n", "").replace("technical", "failure"))
    found = srs("story", "inventory", "--json").json
    assert [(one["project"], len(one["stories"]), one["missing"]) for one in found["projects"]] == [
        ("Search", 1, 1), ("Solo", 1, 1), ("Billing", 2, 0), (None, 1, 0),
    ]  # fmt: skip
    assert found["missing_projects"] == 7
    assert found["categories"] == {"technical": 4, "conflict": 0, "failure": 1, "leadership": 0, "customer": 0}
    told = srs("story", "inventory").out
    assert "3 projects of 10 to 15, 5 stories." in told
    assert "Missing: 7 projects." in told
    assert "srs story new --outline conflict" in told


def test_the_list_says_how_long_how_well_remembered_and_when_told(srs: Shell) -> None:
    assert srs("story", "list").out == "You have no stories yet. To write the first: srs story new\n"
    assert srs("story", "list", "--json").json == []
    srs("story", "new", stdin=f"{STORY}answers: [one]\nid: report\n")
    out = srs("story", "list").out
    assert out.startswith("Cutting the nightly report from nine hours to two (report)\n  Billing · dive-deep · ")
    assert "words, 0:1" in out
    assert " ".join(out.split()).endswith("remembered 0 % today · never told")
    for template in ("which", "task", "action", "result", "figures", "principles"):
        srs("answer", f"report/{template}", "good")
    told = Rehearsal("one", Rating.GOOD, (("whole", 120),))
    event = Event("report", instant("2026-02-24T09:00+09:00"), date(2026, 2, 24), EventSource.SRS, "m", told)
    (srs.path / "log.jsonl").write_text(f"{to_line(event)}\n")
    srs("log", "--import", "log.jsonl")
    (listed,) = srs("story", "list", "--json").json
    assert (listed["story"], listed["told"], listed["recall"]) == (
        "report",
        "2026-02-24",
        {"today": 1, "on_date": None},
    )
    assert "remembered 100 % today · told 6 days ago" in " ".join(srs("story", "list").out.split())


@pytest.mark.parametrize("width", [80, 40])
def test_show_tells_it_with_its_lengths_and_the_self_check(srs: Shell, width: int) -> None:
    srs("story", "new", stdin=f"{STORY}answers: [one, gone]\nid: report\n")
    out = srs("story", "show", "report", COLUMNS=f"{width}").out
    assert max(map(cell_len, out.splitlines())) <= width
    text = " ".join(out.split())
    for told in (
        "Situation, 0:05 (", "usually 20 %) Four of us ran billing", "- I measured each step first. - I removed",
        "Numbers: 9 h → 2 h", "Principles: Dive Deep", "Answers: gone, which is no question here", "Self-check: ",
        "an outline. Tell more",
    ):  # fmt: skip
        assert told in text
    shown = srs("story", "show", "report", "--json").json
    assert shown["parts"]["action"]["texts"] == ["I measured each step first.", "I removed the slowest join."]
    assert {"check", "passed", "part", "why", "sentence"} == shown["checks"][0].keys()


def test_a_story_that_is_not_there_or_is_none_is_told(srs: Shell) -> None:
    srs("story", "new", stdin=f"{STORY}id: report\n")
    assert "Did you mean report?" in srs("story", "show", "reprot").err
    none = srs("story", "show", "one")
    assert (none.status, none.err) == (2, "srs: STORY must be the id of a story, not 'one'.\n")


def test_a_story_in_korean_is_shown_and_its_checks_say_so(srs: Shell) -> None:
    korean = "story: 지연 시간\nid: ko\n" + "".join(f"{part}: 제가 직접 측정하고 개선했습니다.\n" for part in PARTS)
    assert srs("story", "new", stdin=korean).status == 0
    assert "This looks like Korean; only the length is checked" in " ".join(srs("story", "show", "ko").out.split())
