"""`srs anki`: what comes home, told in words and as JSON."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.conftest import BASIC

SUMMER = "2026-06-01T09:00:00+09:00"


@pytest.fixture
def package(srs: Shell) -> str:
    """What another machine has answered, with a note that is not here, as a file for Anki."""
    (srs.path / "decks" / "a.yaml").write_text(BASIC + "- {id: three, front: c, back: d}\n", "utf-8")
    there = ("--db", "there.db")
    for card, rating in (("one/back", "easy"), ("two/back", "again"), ("three/back", "good")):
        assert srs(*there, "answer", card, rating).status == 0
    assert srs(*there, "suspend", "one/back").status == 0
    assert srs(*there, "export", "there.apkg", "--deck", "Talk").status == 0
    (srs.path / "decks" / "a.yaml").write_text(BASIC, "utf-8")
    return "there.apkg"


def test_a_pull_tells_what_came_in_what_was_known_and_what_was_not_ours(srs: Shell, package: str) -> None:
    first = srs("anki", "pull", package, SRS_NOW=SUMMER)
    assert (first.status, first.out) == (
        0,
        "Talk: 2 reviews came in, 0 known already, 1 suspended, 1 card not in your deck files\n",
    )
    second = srs("anki", "pull", package, SRS_NOW=SUMMER)
    assert second.out == "Talk: 0 reviews came in, 2 known already, 1 card not in your deck files\nNothing new.\n"
    assert [row["source"] for row in srs("log", "--json").json] == ["anki"] * 3
    assert srs("verify").status == 0


def test_a_dry_run_only_tells(srs: Shell, package: str) -> None:
    told = srs("anki", "pull", package, "--dry-run", SRS_NOW=SUMMER)
    assert told.out.splitlines() == [
        "Talk: 2 reviews came in, 0 known already, 1 suspended, 1 card not in your deck files",
        "Nothing was changed: this was a dry run.",
    ]
    assert srs("log", "--json").json == []


def test_programs_get_one_document(srs: Shell, package: str) -> None:
    assert srs("anki", "pull", package, "--json", SRS_NOW=SUMMER).json == {
        "dry_run": False,
        "events": 3,
        "decks": [
            {"deck": "Talk", "came_in": {"answered": 2, "suspended": 1}, "known_reviews": 0, "not_ours": 1},
            {"deck": "Talk::Phrases", "came_in": {}, "known_reviews": 0, "not_ours": 0},
        ],
        "in_the_future": 0,
        "senseless": 0,
        "redated": 0,
        "deck_options": {"parameters": None, "desired_retention": None, "other_presets": [], "not_usable": []},
        "texts": None,
    }


def test_what_lies_in_the_future_is_left_for_later(srs: Shell, package: str) -> None:
    early = srs("anki", "pull", package, SRS_NOW="2026-02-01T09:00:00+09:00")
    assert "Skipped (dated in the future): 2 rows of the log" in early.out
    assert "2 reviews came in" in srs("anki", "pull", package, SRS_NOW=SUMMER).out


def test_an_export_leaves_out_what_lies_ahead_and_says_so(srs: Shell) -> None:
    assert srs("answer", "one/back", "good").status == 0
    assert srs("answer", "two/back", "good", SRS_NOW=SUMMER).status == 0
    lines = srs("export", "ours.apkg").out.splitlines()
    assert lines[0].endswith("4 notes, 6 cards, 1 review")
    assert lines[1] == "Skipped: 1 review more than a day ahead of the clock, which Anki would date back."
    assert "Skipped" not in srs("export", "ours.apkg", SRS_NOW=SUMMER).out
    assert "Skipped" not in srs("export", "ours.apkg", "--fresh").out


def test_a_file_that_is_no_package_is_named_and_changes_nothing(srs: Shell, tmp_path: Path) -> None:
    srs("due")
    missing = srs("anki", "pull", "nowhere.apkg")
    assert (missing.status, missing.err) == (1, "srs: nowhere.apkg does not exist.\n")
    (srs.path / "text.apkg").write_text("text")
    wrong = srs("anki", "pull", "text.apkg")
    assert (wrong.status, "is not an Anki file" in wrong.err) == (1, True)
    assert srs("log", "--json").json == []
    assert srs("anki", "pull").status == 2
