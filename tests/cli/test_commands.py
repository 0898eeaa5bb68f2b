"""The commands for programs, in the JSON shapes that they rely on."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from srs.core.event import Event, EventSource, Rescheduled
from srs.core.event_line import to_line
from tests.cli.conftest import Shell
from tests.conftest import BASIC, PHRASES, instant

DAY = 86_400


def test_due_counts_per_deck_and_in_all(srs: Shell) -> None:
    assert srs("due", "--json").json == {
        "now": "2026-03-02T09:00:00+09:00",
        "day": "2026-03-02",
        "total": {"new": 4, "learning": 0, "review": 0},
        "decks": [
            {"deck": "Talk", "new": 2, "learning": 0, "review": 0},
            {"deck": "Talk::Phrases", "new": 2, "learning": 0, "review": 0},
        ],
    }
    assert srs("due").out.splitlines()[-1].split() == ["together", "4", "0", "0"]


def test_the_columns_of_due_stand_under_each_other_in_any_script(srs: Shell) -> None:
    (srs.path / "decks" / "k.yaml").write_text("deck: 면접 준비 😀\nnotes:\n- {id: k, front: f, back: b}\n", "utf-8")
    assert len({cell_len(line) for line in srs("due").out.splitlines()}) == 1


def test_next_shows_the_card_and_what_each_button_promises(srs: Shell) -> None:
    shown = srs("next", "--json").json
    assert shown == {
        "card": "one/back",
        "note": "one",
        "deck": "Talk",
        "kind": "basic",
        "tags": [],
        "state": "new",
        "task": "Recall the answer",
        "front": "one?",
        "back": "eins",
        "hint": "",
        "gloss": "",
        "choices": [],
        "media": [],
        "behind": False,
        "intervals": {"again": 60, "hard": 330, "good": 600, "easy": shown["intervals"]["easy"]},
    }
    assert shown["intervals"]["easy"] % DAY == 0


def test_a_new_card_whose_due_date_was_set_is_a_review_that_has_no_memory_yet(srs: Shell) -> None:
    moved = Event(
        "one/back", instant("2026-03-01T09:00+09:00"), date(2026, 3, 1), EventSource.ANKI, "m", Rescheduled(1)
    )
    (srs.path / "log.jsonl").write_text(f"{to_line(moved)}\n")
    assert srs("log", "--import", "log.jsonl").status == 0
    (card,) = srs("show", "one", "--json").json["cards"]
    nothing = {"stability": None, "difficulty": None, "last_review": None, "reps": 0, "lapses": 0}
    assert card == {
        "card": "one/back", "asked": True, "state": "review", "due": "2026-03-02T04:00:00+09:00", "suspended": False,
        "history": [],
    } | nothing  # fmt: skip
    assert "due 2026-03-02 04:00; no memory state yet; 0 answers, 0 lapses" in srs("show", "one").out
    assert srs("due", "--json").json["decks"][0] == {"deck": "Talk", "new": 1, "learning": 0, "review": 1}
    for query in ("is:due", "is:review", "-is:new prop:due=0 prop:interval=1 -prop:stability>0 -prop:difficulty>0"):
        assert [row["note"] for row in srs("find", f"one {query}", "--json").json] == ["one"], query
    shown = srs("next", "--json", SRS_SETTINGS=str(no_new_cards(srs))).json
    assert (shown["card"], shown["state"]) == ("one/back", "review")
    assert (shown["intervals"]["again"], shown["intervals"]["good"]) == (600, 2 * DAY)
    answered = srs("answer", "one/back", "again", "--json").json
    assert (answered["state"], answered["interval"], round(answered["stability"], 4)) == ("relearning", 600, 0.212)
    assert srs("show", "one", "--json").json["cards"][0]["lapses"] == 1
    srs("undo")
    (back,) = srs("show", "one", "--json").json["cards"]
    assert back | {"history": []} == card
    assert srs("verify").status == 0


def no_new_cards(srs: Shell) -> Path:
    file = srs.path / "settings.toml"
    file.write_text("new = 0\n")
    return file


def test_next_is_null_when_nothing_waits(srs: Shell) -> None:
    for card in ("one/back", "two/back", "tight/en-ko", "root/en-ko"):
        srs("answer", card, "easy")
    assert srs("next", "--json").out.strip() == "null"
    assert srs("next").out == "No card is due.\n"


def test_answer_keeps_what_next_promised(srs: Shell) -> None:
    promised = srs("next", "--json").json["intervals"]["easy"]
    answered = srs("answer", "one/back", "EASY", "--json").json
    assert answered == {
        "card": "one/back",
        "rating": 4,
        "at": "2026-03-02T00:00:00.000+00:00",
        "state": "review",
        "stability": 8.2956,
        "difficulty": answered["difficulty"],
        "due": f"2026-03-{2 + promised // DAY:02}T04:00:00+09:00",
        "interval": promised,
    }


def test_an_interval_is_not_the_distance_to_due(srs: Shell) -> None:
    answered = srs("answer", "one/back", "4", "--json", SRS_NOW="2026-03-03T01:30:00+09:00").json
    assert answered["interval"] % DAY == 0
    assert answered["due"] == f"2026-03-{2 + answered['interval'] // DAY:02}T04:00:00+09:00", (
        "still the second of March"
    )


def test_show_prints_the_whole_note(srs: Shell) -> None:
    srs("answer", "tight/ko-en", "3")
    srs("answer", "tight/ko-en", "3")
    srs("undo")
    shown = srs("show", "tight/ko-en", "--json").json
    assert shown == srs("show", "tight", "--json").json
    cards: list[dict[str, Any]] = shown.pop("cards")
    assert shown == {
        "note": "tight",
        "kind": "phrase",
        "deck": "Talk::Phrases",
        "fields": {"phrase": {"ko": "마감이 촉박했습니다.", "en": "The deadline was tight."}},
        "tags": ["phrase", "situation"],
    }
    assert cards[0] == {
        "card": "tight/en-ko",
        "asked": True,
        "state": "new",
        "stability": None,
        "difficulty": None,
        "due": None,
        "last_review": None,
        "reps": 0,
        "lapses": 0,
        "suspended": False,
        "history": [],
    }
    at = "2026-03-02T00:00:00.000+00:00"
    assert cards[1] == cards[1] | {
        "state": "learning",
        "due": "2026-03-02T09:10:00+09:00",
        "last_review": at,
        "reps": 1,
    }
    assert cards[1]["history"] == [
        {"at": at, "rating": 3, "duration_ms": 0, "source": "srs", "voided": False},
        {"at": at.replace(".000", ".001"), "rating": 3, "duration_ms": 0, "source": "srs", "voided": True},
    ]


def test_find_searches_ids_tags_and_text_and_lists_all_without_a_query(srs: Shell) -> None:
    def found(*query: str) -> list[str]:
        return [note["note"] for note in srs("find", *query, "--json").json]

    assert found() == ["one", "two", "tight", "root"]
    assert found("DEADLINE") == ["tight"]
    assert found("situation") == ["tight"]
    assert found("근본", "cause") == ["root"]
    assert found("phrases") == ["tight", "root"]
    assert found("nothing at all") == []
    assert srs("find", "root", "--json").json[0]["cards"] == ["root/en-ko", "root/ko-en"]
    assert srs("find", "eins").out == "one  one?\n"


def test_the_log_lists_every_event_and_undo_only_voids(srs: Shell) -> None:
    srs("answer", "one/back", "3")
    srs("suspend", "two/back")
    undone = srs("undo", "--json").json
    rows = srs("log", "--json").json
    assert [(row["card"], row["what"], row["rating"], row["voided"]) for row in rows] == [
        ("one/back", "answered", 3, False),
        ("two/back", "suspended", None, True),
    ]
    assert undone == rows[1:]
    assert rows[0] == rows[0] | {"at": "2026-03-02T00:00:00.000+00:00", "day": "2026-03-02", "source": "srs"}


def test_marks_print_the_rows_they_recorded(srs: Shell) -> None:
    rows = srs("suspend", "one/back", "two/back", "one/back", "--json").json
    assert [(row["card"], row["what"]) for row in rows] == [("one/back", "suspended"), ("two/back", "suspended")]
    assert srs("suspend", "one/back", "--json").json == []
    assert srs("due", "--json").json["total"]["new"] == 2
    srs("unsuspend", "one/back")
    srs("bury", "tight/en-ko", "tight/ko-en")
    assert srs("due", "--json").json["total"]["new"] == 2
    assert srs("due", "--json", SRS_NOW="2026-03-03T04:00:00+09:00").json["total"]["new"] == 3
    srs("answer", "one/back", "4")
    assert srs("forget", "one/back", "--json").json[0]["what"] == "forgot"
    assert srs("show", "one", "--json").json["cards"][0]["state"] == "new"


def test_of_several_cards_none_is_touched_if_one_is_unknown(srs: Shell) -> None:
    result = srs("suspend", "one/back", "nonsense/back")
    assert result.status == 1
    assert srs("log", "--json").json == []


def test_answer_takes_a_card_that_is_not_due_but_none_that_is_suspended(srs: Shell) -> None:
    assert srs("answer", "one/back", "easy").status == 0
    assert srs("answer", "one/back", "good").status == 0
    srs("suspend", "one/back")
    result = srs("answer", "one/back", "good")
    assert (result.status, result.out) == (1, "")
    assert "unsuspend" in result.err


def test_check_reports_places_and_its_status(srs: Shell) -> None:
    good = srs("check", "--json")
    assert (good.status, good.json) == (0, {"files": 2, "notes": 4, "cards": 6, "problems": []})
    srs.write("c.yaml", "deck: C\nnotes:\n- front: a\n  back: no\n")
    bad = srs("check", "--json")
    assert bad.status == 1
    (problem,) = (p for p in bad.json["problems"] if p["level"] == "error")
    assert problem == problem | {"file": "c.yaml", "line": 4, "column": 9}
    assert "c.yaml:4:9: " in srs("check").out


def test_check_needs_no_usable_database(srs: Shell) -> None:
    (srs.path / "srs.db").write_text("not one")
    assert srs("--db", "srs.db", "check").status == 0


def test_fix_writes_ids_and_says_so(srs: Shell) -> None:
    srs.write("c.yaml", "deck: C\nnotes:\n- front: a?\n  back: b\n")
    assert "warning" in srs("check").out
    assert "c.yaml: 1 id written" in srs("check", "--fix").out
    assert srs("check", "--json").json["problems"] == []


def test_rebuild_changes_nothing_that_can_be_seen(srs: Shell) -> None:
    srs("answer", "one/back", "3")
    before = [srs(*command, "--json").out for command in (("due",), ("show", "one"), ("log",))]
    assert srs("rebuild", "--json").json == {"files": 2, "notes": 4, "cards": 1}
    assert [srs(*command, "--json").out for command in (("due",), ("show", "one"), ("log",))] == before


def test_the_clock_that_stands_still_says_nothing_about_the_zone(srs: Shell) -> None:
    shown = srs("due", "--json", SRS_NOW="2026-03-02T00:00:00Z", TZ="America/Los_Angeles").json
    assert (shown["now"], shown["day"]) == ("2026-03-01T16:00:00-08:00", "2026-03-01")


@pytest.mark.parametrize("command", ["due", "next", "find", "log", "check", "rebuild"])
def test_json_is_one_document_and_nothing_else(srs: Shell, command: str) -> None:
    result = srs(command, "--json")
    assert (result.status, result.err) == (0, "")
    assert result.json is not False


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        (
            "due",
            {
                "fsrs",
                "genanki",
                "pydantic",
                "rich",
                "sqlite_utils",
                "yaml",
                "tzlocal",
                "difflib",
                "srs.kinds.note",
                "srs.core.event",
            },
        ),
        (
            "review",
            {"genanki", "multiprocessing", "pydantic", "rich", "sqlite_utils", "srs.kinds.english_words", "yaml"},
        ),
        ("next", {"genanki", "multiprocessing", "pydantic", "rich", "sqlite_utils", "yaml"}),
        ("log", {"fsrs", "genanki", "pydantic", "rich", "yaml"}),
    ],
)
def test_a_command_loads_only_what_it_needs(srs: Shell, command: str, heavy: set[str]) -> None:
    """Once the decks are read: nobody who asks what is due waits for what exports or checks."""
    srs("due")
    program = (
        f"import sys; from srs.cli import cli; cli.main([{command!r}], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=srs.path,
        env=srs.environment(),
        input="",
        capture_output=True,
        text=True,
        check=True,
    )
    assert heavy & set(done.stdout.split()) == set()


def test_verify_tells_what_differs_and_what_lies_in_the_future(srs: Shell) -> None:
    srs("answer", "one/back", "good")
    assert srs("verify").out == "1 event of 1 card replayed: no errors.\n"
    early = srs("verify", SRS_NOW="2026-03-01T09:00:00+09:00")
    assert early.status == 0
    assert "1 event dated in the future, the last at 2026-03-02T09:00:00+09:00: a clock is or was wrong.\n" in early.out
    assert "no errors" in early.out
    with closing(sqlite3.connect(srs.path / "home/data/srs/srs.db")) as connection, connection:
        connection.execute("update states set reps = 7")
    wrong = srs("verify", "--json")
    assert (wrong.status, wrong.json["differ"]) == (1, ["one/back"])
    srs("rebuild")
    assert srs("verify").status == 0


def test_a_card_that_the_deck_does_not_choose_is_shown_with_its_history_alone(srs: Shell) -> None:
    assert srs("answer", "tight/en-ko", "good").status == 0
    srs.write("b.yaml", PHRASES.replace("tags: [phrase]", "tags: [phrase]\ncards: [ko-en]"))
    refused = srs("answer", "tight/en-ko", "good")
    assert refused.status == 1
    assert "the card tight/en-ko is not asked: its deck file chooses others." in refused.err
    assert srs("suspend", "tight/en-ko").status == 1
    shown = srs("show", "tight/en-ko", "--json").json["cards"]
    assert [(card["card"], card["asked"], len(card["history"])) for card in shown] == [
        ("tight/en-ko", False, 1),
        ("tight/ko-en", True, 0),
    ]
    assert "tight/en-ko: not asked, learning" in srs("show", "tight").out
    assert [card["card"] for card in srs("show", "root", "--json").json["cards"]] == ["root/ko-en"]
    assert [note["cards"] for note in srs("find", "root", "--json").json] == [["root/ko-en"]]


def test_due_marks_the_decks_whose_new_cards_wait_and_next_takes_the_name_of_one(srs: Shell) -> None:
    srs.write("b.yaml", PHRASES.replace("tags: [phrase]", "tags: [phrase]\nafter: [Talk]"))
    assert srs("check").out.splitlines()[-1].endswith("1 problem"), "Talk includes Talk::Phrases"
    srs.write("b.yaml", PHRASES.replace("tags: [phrase]", "after: [Basics]").replace("Talk::", ""))
    srs.write("a.yaml", BASIC.replace("deck: Talk", "deck: Basics"))
    assert srs("due", "--json").json["decks"] == [
        {"deck": "Basics", "new": 2, "learning": 0, "review": 0},
        {"deck": "Phrases", "new": 0, "learning": 0, "review": 0, "waiting": True},
    ]
    assert srs("due").out.splitlines()[-2].endswith("new cards wait")
    assert srs("next", "--json").json["note"] == "one"
    assert srs("next", "Phrases", "--json").json["note"] == "tight"
    assert srs("next", "Phrase").status == 1
