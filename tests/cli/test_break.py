"""`srs break`, `srs postpone` and `srs advance`: what they print, ask, record and refuse."""

import sys
from typing import Any

import pexpect
import pytest

from srs.core.clock import utc_text
from srs.core.event_line import to_line
from tests.cli.conftest import Shell
from tests.simulated_learner import live

LIFE = live(3, cards=120, days=40)
BREAK = "2026-02-14..2026-02-20"


@pytest.fixture
def learner(empty: Shell) -> Shell:
    """Somebody with reviews on every day, on 10 February 2026."""
    notes = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(120))
    empty.write("a.yaml", f"deck: Deck\nnotes:\n{notes}")
    empty.env["SRS_NOW"] = utc_text(LIFE.end)
    log = empty.path / "log.jsonl"
    log.write_text("".join(f"{to_line(event)}\n" for event in LIFE.events))
    assert empty("log", "--import", str(log)).status == 0
    return empty


def due(srs: Shell) -> dict[str, Any]:
    return {
        row["note"]: srs("show", row["note"], "--json").json["cards"][0]["due"] for row in srs("find", "--json").json
    }


def reviews_today(srs: Shell) -> int:
    return int(srs("due", "--json").json["total"]["review"])


def test_a_break_is_shown_planned_listed_and_taken_back(learner: Shell) -> None:
    before = due(learner)
    assert learner("break").out == "No break is planned. To plan one: srs break 2026-12-24..2027-01-02\n"
    shown = learner("break", BREAK)
    assert "Reviews a day:" in shown.out
    assert shown.out.endswith("Nothing was changed; to plan the break, add --yes.\n")
    assert learner("break", BREAK, "--dry-run", "--yes").out.endswith("Nothing was changed (--dry-run).\n")
    assert due(learner) == before
    done = learner("break", BREAK, "--yes")
    assert done.out.endswith("Planned. To take it back: srs break --undo\n")
    assert due(learner) != before
    assert learner("break").out == f"{BREAK}  7 days\n"
    assert learner("break", "--json").json == [{"from": "2026-02-14", "to": "2026-02-20"}]
    assert learner("verify").status == 0
    again = learner("break", "2026-02-15", "--yes", "--json").json
    assert (again["applied"], again["reason"]) == (False, "these days are a break already.")
    undone = learner("break", "--undo")
    assert undone.out.startswith("Taken back: break, due dates of ")
    assert due(learner) == before
    assert learner("break", "--json").json == []


def test_the_json_has_the_load_of_each_day(learner: Shell) -> None:
    done = learner("break", BREAK, "--yes", "--json").json
    assert (done["from"], done["to"], done["applied"], done["reason"]) == ("2026-02-14", "2026-02-20", True, "")
    load = {row["day"]: (row["before"], row["after"]) for row in done["load"]}
    inside = [f"2026-02-{day}" for day in range(14, 21)]
    assert [load[day][1] for day in inside] == [0] * 7
    assert sum(load[day][0] for day in inside) == done["moved"] > 0
    assert sum(before for before, _ in load.values()) == sum(after for _, after in load.values())
    moved = [row for row in learner("log", "--json").json if row["what"] in {"break", "rescheduled"}]
    assert len(moved) == done["moved"] + 1
    assert len({row["at"] for row in moved}) == 1
    assert len(learner("break", "--undo", "--json").json) == len(moved)
    assert learner("verify").status == 0


def test_a_review_on_the_days_before_leads_into_no_break(learner: Shell) -> None:
    learner("break", BREAK, "--yes")
    for day in (10, 11, 12, 13):
        learner.env["SRS_NOW"] = f"2026-02-{day}T09:00:00+09:00"
        learner("review", stdin="\n3\n" * 60)
    for n in range(7):
        learner.env["SRS_NOW"] = f"2026-02-{14 + n}T09:00:00+09:00"
        assert reviews_today(learner) == 0
    learner.env["SRS_NOW"] = "2026-02-21T09:00:00+09:00"
    assert reviews_today(learner) > 0
    assert learner("verify").status == 0


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("tomorrow", "FROM..TO must be two dates, such as 2026-12-24..2027-01-02, not 'tomorrow'."),
        ("2026-02-30..2026-03-02", "FROM..TO must be two dates"),
        ("..", "FROM..TO must be two dates"),
        ("2026-02-01..2026-02-09", "FROM..TO must be days to come; today is 2026-02-10"),
        ("2026-02-20..2026-02-14", "FROM..TO must be the earlier date first, 2026-02-14..2026-02-20"),
        ("2026-03-01..2027-03-02", "FROM..TO must be at most a year (366 days)"),
        ("9999-12-31", "not after 2199"),
    ],
)
def test_days_that_make_no_break_are_refused(learner: Shell, days: str, said: str) -> None:
    refused = learner("break", days, "--yes")
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err


def test_there_may_be_no_break_to_take_back_and_undo_stands_alone(learner: Shell) -> None:
    refused = learner("break", "--undo")
    assert (refused.status, refused.err) == (1, "srs: this machine has planned no break that could be undone.\n")
    assert learner("break", "--undo", BREAK).status == 2
    assert learner("break", "--undo", "--dry-run").status == 2


def test_a_break_without_reviews_is_planned_as_well(learner: Shell) -> None:
    done = learner("break", "2026-08-01", "--yes", "--json").json
    assert (done["moved"], done["load"], done["applied"]) == (0, [], True)
    assert learner("undo").out == "Taken back: break\n"


def test_postpone_keeps_as_many_as_asked_and_one_undo_takes_all_back(learner: Shell) -> None:
    before, count = due(learner), reviews_today(learner)
    assert count > 6
    shown = learner("postpone", "--keep", "4")
    assert f"Moved: {count - 4} reviews." in shown.out
    assert shown.out.endswith("Nothing was changed; to postpone them, add --yes.\n")
    done = learner("postpone", "--keep", "4", "Deck", "--yes", "--json").json
    assert (done["moved"], done["applied"], done["reason"]) == (count - 4, True, "")
    assert done["load"][0] == {"day": "2026-02-10", "before": count, "after": 4}
    assert reviews_today(learner) == 4
    assert learner("postpone", "--keep", "4", "--yes").out == "Today has no more than 4 reviews.\n"
    assert learner("verify").status == 0
    assert learner("undo").out == f"Taken back: rescheduled {count - 4} cards\n"
    assert due(learner) == before
    assert learner("postpone", "--yes").out.endswith("Moved. To take it back: srs undo\n")
    assert reviews_today(learner) == 0
    assert learner("postpone", "--yes").out == "No reviews are due today.\n"


def test_advance_brings_reviews_to_today_and_one_undo_takes_all_back(learner: Shell) -> None:
    before, count = due(learner), reviews_today(learner)
    assert learner("advance", "5", "--dry-run").out.endswith("Nothing was changed (--dry-run).\n")
    done = learner("advance", "5", "--yes", "--json").json
    assert (done["moved"], done["applied"]) == (5, True)
    assert reviews_today(learner) == count + 5
    assert learner("verify").status == 0
    learner("undo")
    assert due(learner) == before
    learner("suspend", "Deck", "--yes")
    assert learner("advance", "5").out == "No reviews are due in the next 30 days that could be asked today.\n"


@pytest.mark.parametrize("args", [["advance"], ["advance", "0"], ["advance", "many"], ["postpone", "--keep", "-1"]])
def test_a_wrong_number_is_wrong_usage(learner: Shell, args: list[str]) -> None:
    assert learner(*args).status == 2


def test_a_deck_that_is_not_there_is_named_with_the_nearest(learner: Shell) -> None:
    for args in (["postpone", "Decks"], ["advance", "3", "Decks"]):
        refused = learner(*args)
        assert (refused.status, refused.err) == (1, "srs: there is no deck 'Decks'. Did you mean Deck?\n")


@pytest.mark.check
@pytest.mark.parametrize(
    ("key", "said", "status"), [("n", "Nothing was changed.", 0), ("y", "Planned. To take it", 0), ("\x03", "", 1)]
)
def test_on_a_terminal_it_asks(learner: Shell, key: str, said: str, status: int) -> None:
    before = due(learner)
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "srs", "break", BREAK],
        cwd=str(learner.path),
        env=learner.environment(),
        encoding="utf-8",
    )
    child.expect("Plan this break of 7 days\\? \\[y/N\\]:")
    child.sendline(key) if key != "\x03" else child.send(key)
    child.expect(said)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == status
    assert (due(learner) == before) == (key != "y")
