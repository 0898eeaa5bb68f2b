"""`srs optimize`: what it prints, asks, records and refuses."""

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from math import inf, nan
from pathlib import Path
from typing import Any
from zlib import crc32

import pexpect
import pytest

from srs.core.clock import utc_text
from srs.core.event import Event, EventSource, Parameters
from srs.core.event_line import to_line
from srs.scheduling.fit import NEEDED
from srs.scheduling.scheduler import DEFAULT
from tests.cli.conftest import Shell
from tests.simulated_learner import live

LIFE = live(1, cards=150, days=60)


@pytest.fixture
def learner(empty: Shell) -> Shell:
    """Somebody who forgets faster than the default parameters say."""
    notes = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(150))
    empty.write("a.yaml", f"deck: Deck\nnotes:\n{notes}")
    empty.env["SRS_NOW"] = utc_text(LIFE.end)
    imported(empty, len(LIFE.events))
    return empty


def imported(srs: Shell, count: int) -> None:
    log = srs.path / "log.jsonl"
    log.write_text("".join(f"{to_line(event)}\n" for event in LIFE.events[:count]))
    assert srs("log", "--import", str(log)).status == 0


def states(srs: Shell) -> list[Any]:
    with closing(sqlite3.connect(database(srs))) as connection:
        return connection.execute("select * from states order by card").fetchall()


def database(srs: Shell) -> Path:
    return srs.path / "home" / "data" / "srs" / "srs.db"


def reviews_due(srs: Shell) -> int:
    return int(srs("due", "--json").json["total"]["review"])


def test_without_a_terminal_the_fit_is_shown_and_applied_only_with_yes(learner: Shell) -> None:
    before = states(learner)
    shown = learner("optimize")
    assert shown.status == 0
    assert "lower is better" in shown.out
    assert shown.out.endswith("Nothing was changed; to apply the parameters, add --yes.\n")
    assert states(learner) == before
    applied = learner("optimize", "--yes")
    assert applied.out.endswith("Applied. To take it back: srs optimize --undo\n")
    assert states(learner) != before
    assert learner("verify").status == 0
    assert learner("optimize", "--undo").out == "Taken back: parameters\n"
    assert states(learner) == before
    assert learner("verify").status == 0


def test_the_json_has_the_scores_and_the_parameters(learner: Shell) -> None:
    found = learner("optimize", "--json").json
    assert found["model"] == "FSRS-6"
    assert found["reviews"] > NEEDED
    assert found["after"]["log_loss"] < found["before"]["log_loss"]
    assert set(found["before"]) == set(found["after"]) == {"log_loss", "rmse"}
    assert len(found["parameters"]) == 21
    assert (found["applied"], found["reason"]) == (False, "nothing was changed; to apply the parameters, add --yes.")
    applied = learner("optimize", "--yes", "--json").json
    assert applied == found | {"applied": True, "reason": ""}
    again = learner("optimize", "--yes", "--json").json
    assert again["parameters"] == found["parameters"]
    assert again["applied"] is False
    assert "no better" in again["reason"]
    (event,) = (row for row in learner("log", "--json").json if row["what"] == "parameters")
    assert event["card"] is None


def test_due_dates_stay_unless_they_are_to_move(learner: Shell) -> None:
    def due() -> list[Any]:
        with closing(sqlite3.connect(database(learner))) as connection:
            return connection.execute("select card, due_at, due_day from states order by card").fetchall()

    before = due()
    learner("optimize", "--yes")
    assert due() == before
    learner("undo")
    learner("optimize", "--yes", "--reschedule")
    assert due() != before
    assert learner("verify").status == 0


def test_rescheduling_shows_the_load_and_is_undone_at_once(learner: Shell) -> None:
    before = states(learner)
    shown = learner("optimize", "--reschedule", "--dry-run")
    assert "Reviews a day:" in shown.out
    assert "to spread them, set one first: srs settings reviews 50" in shown.out
    assert shown.out.endswith("Nothing was changed (--dry-run).\n")
    assert states(learner) == before
    done = learner("optimize", "--reschedule", "--yes", "--json").json
    assert done["load"][0]["after"] == reviews_due(learner) > done["load"][0]["before"]
    undone = learner("undo")
    assert undone.out == f"Taken back: parameters, due dates of {done['rescheduled']} cards\n"
    assert states(learner) == before


def test_the_daily_limit_spreads_what_moves(learner: Shell) -> None:
    learner("settings", "reviews", "15")
    done = learner("optimize", "--reschedule", "--yes", "--json").json
    assert len(done["load"]) == 28
    moved = [day for day in done["load"] if day["after"] > day["before"]]
    assert len(moved) > 3
    assert all(day["after"] <= max(15, day["before"]) for day in done["load"])
    assert "no limit" not in learner("optimize", "--undo").out


@pytest.mark.parametrize("count", [0, 30])
def test_too_few_reviews_are_refused_with_how_many_are_needed(srs: Shell, count: int) -> None:
    srs.env["SRS_NOW"] = utc_text(LIFE.end)
    imported(srs, count)
    refused = srs("optimize")
    assert (refused.status, refused.out) == (1, "")
    assert f"a fit needs {NEEDED} reviews, each at least a day after" in refused.err
    found = srs("optimize", "--json")
    assert found.status == 1
    assert found.json["reviews"] == 0
    assert found.json["before"] == {"log_loss": None, "rmse": None}
    assert found.json["parameters"] == list(DEFAULT.values)
    assert (found.json["applied"], f"a fit needs {NEEDED} reviews" in found.json["reason"]) == (False, True)


def test_answers_dated_after_now_are_left_out_and_said(learner: Shell) -> None:
    now = LIFE.events[-40].at
    left = sum(event.at > now for event in LIFE.events)
    shown = learner("optimize", SRS_NOW=utc_text(now))
    assert shown.status == 0
    assert f"left out: {left} answers dated after this computer's time." in shown.err
    assert learner("optimize", "--json", SRS_NOW=utc_text(now)).json["left_out"] == left


def test_there_may_be_nothing_to_go_back_to(srs: Shell) -> None:
    refused = srs("optimize", "--undo")
    assert (refused.status, refused.err) == (1, "srs: this machine has applied no parameters that could be undone.\n")


def test_undo_takes_no_other_options(srs: Shell) -> None:
    assert srs("optimize", "--undo", "--reschedule").status == 2
    assert srs("optimize", "--undo", "--dry-run").status == 2


def test_a_review_takes_parameters_back_as_its_last_step(learner: Shell) -> None:
    before = states(learner)
    learner("optimize", "--yes", "--reschedule")
    done = learner("review", stdin="u\nq\n")
    assert done.status == 0
    assert states(learner) == before


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ("NaN", "there are 1 parameters; FSRS-6 has 21"),
        (", ".join(["NaN"] * 21), "w[0] is nan, not 0.001 to 100.0; w[1]"),
    ],
)
def test_stored_parameters_that_srs_never_wrote_are_named(learner: Shell, values: str, named: str) -> None:
    learner("optimize", "--yes")
    with closing(sqlite3.connect(database(learner))) as connection, connection:
        stored = f'{{"model": "FSRS-6", "values": [{values}]}}'
        connection.execute("update events set parameters = ? where what = 'parameters'", (stored,))
    refused = learner("optimize")
    assert refused.status == 1
    assert f"contains values that srs never wrote ({named}" in refused.err


BAD_VALUES = pytest.mark.parametrize(
    ("values", "named"),
    [
        ((0.0, *DEFAULT.values[1:20], 7.0), "w[0] is 0.0, not 0.001 to 100.0; w[20] is 7.0, not 0.1 to 0.8"),
        (DEFAULT.values[:17], "there are 17 parameters; FSRS-6 has 21"),
        (DEFAULT.values[:19], "there are 19 parameters; FSRS-6 has 21"),
        ((*DEFAULT.values, *DEFAULT.values[:13]), "there are 34 parameters; FSRS-6 has 21"),
        ((nan, *DEFAULT.values[1:]), "out of range"),
        ((inf, *DEFAULT.values[1:]), "out of range"),
    ],
    ids=["bounds", "FSRS-4.5", "FSRS-5", "FSRS-7", "NaN", "infinite"],
)


@BAD_VALUES
def test_parameters_that_cannot_be_used_are_named_when_a_log_brings_them(
    srs: Shell, values: tuple[float, ...], named: str
) -> None:
    event = Event("", LIFE.end, LIFE.events[-1].day, EventSource.SRS, "m", Parameters("FSRS-6", DEFAULT.values))
    body = to_line(event).rpartition(',"sum"')[0].replace(json_list(DEFAULT.values), json_list(values))
    (srs.path / "bad.jsonl").write_text(f'{body},"sum":"{crc32(body.encode()):08x}"}}\n')
    refused = srs("log", "--import", "bad.jsonl")
    assert refused.status == 1
    assert named in refused.err
    assert srs("log").out == ""
    assert srs("verify").status == 0


@BAD_VALUES
def test_parameters_that_cannot_be_used_are_named_when_a_database_brings_them(
    srs: Shell, values: tuple[float, ...], named: str
) -> None:
    srs("answer", "one/back", "good")
    shutil.copy(database(srs), srs.path / "other.db")
    with closing(sqlite3.connect(srs.path / "other.db")) as connection, connection:
        connection.execute(
            "insert into events (subject, at, day, what, source, machine, parameters)"
            " values ('', ?, '2026-03-02', 'parameters', 'srs', 'm', ?)",
            (LIFE.end, f'{{"model": "FSRS-6", "values": {json_list(values)}}}'),
        )
    merged = srs("merge", "other.db")
    assert "skipped a row" in merged.err
    assert named in merged.err
    assert "parameters" not in srs("log").out
    assert srs("verify").status == 0


def json_list(values: tuple[float, ...]) -> str:
    return json.dumps(values, separators=(",", ":"))


@pytest.mark.check
@pytest.mark.parametrize(
    ("key", "said", "records"), [("n", "Nothing was changed.", False), ("y", "Applied. To take it back", True)]
)
def test_on_a_terminal_it_asks_after_it_has_shown_the_load(learner: Shell, key: str, said: str, records: bool) -> None:
    before = states(learner)
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "srs", "optimize", "--reschedule"],
        cwd=str(learner.path),
        env=learner.environment(),
        encoding="utf-8",
        timeout=60,
    )
    child.expect("Reviews a day:")
    child.expect(r"Apply these parameters and move \d+ reviews\? \[y/N\]")
    child.sendline(key)
    child.expect(said)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (states(learner) != before) is records


def test_a_forecast_says_that_the_model_is_off_until_it_is_fitted(learner: Shell) -> None:
    (before,) = learner("simulate", "--days", "5", "--json").json["caveats"]
    assert "these forecasts are too hopeful. To fit FSRS to you: srs optimize" in before
    assert learner("optimize", "--yes").status == 0
    assert learner("simulate", "--days", "5", "--json").json["caveats"] == []
