"""`srs stats`: the screen, the JSON, and what cannot be asked for."""

import re

import pexpect
import pytest

from srs.cli.output import columns
from tests.cli.conftest import Shell
from tests.conftest import DAY, NOW, Home, answer


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_screen_fits_and_has_no_colour(lived: Shell, width: int) -> None:
    done = lived("stats", COLUMNS=str(width))
    assert (done.status, done.err) == (0, "")
    assert max(map(columns, done.out.splitlines())) <= min(width, 80)
    assert "\x1b" not in done.out
    for part in (
        "Today ",
        "In a row ",
        "Cards ",
        "Recalled ",
        "한국어::",
        "(in no deck)",
        "Mon ",
        "Reviews a day",
        "Minutes a day",
        "To come: ",
        "Answers by hour",
        "Stability, median ",
        "Difficulty, median ",
        "Recall today, mean ",
    ):
        assert part in done.out
    text = " ".join(done.out.split())
    assert "Learning steps: " in text
    assert "FSRS expected " in text


@pytest.mark.parametrize("width", [1, 30])
def test_a_terminal_that_is_too_narrow_wraps_lines_of_40_columns(lived: Shell, width: int) -> None:
    done = lived("stats", COLUMNS=str(width))
    assert (done.status, done.err) == (0, "")
    assert max(map(columns, done.out.splitlines())) <= 40


def test_the_screen_and_the_json_agree(lived: Shell) -> None:
    found, text = lived("stats", "--json").json, " ".join(lived("stats", COLUMNS="80").out.split())
    young = found["retention"]["young"]
    assert f"{100 * young['recalled'] / young['reviews']:.1f} % of {young['reviews']:,}" in text
    assert f"{found['answers']:,} answers and {found['reviews']:,} reviews among them" in text
    assert f"{found['streak']} days; the longest: {found['longest_streak']}" in text
    assert f"{sum(day['reviews'] for day in found['forecast'])} in 28." in text
    memory = found["memory"]
    assert f"Stability, median {memory['stability']['median']:.0f} days" in text
    assert f"Difficulty, median {memory['difficulty']['median']:.1f}" in text
    assert f"Recall today, mean {100 * memory['recall']['mean']:.1f} %" in text
    for figure, label, lows in (
        ("stability", "7–30", {7, 14}),
        ("difficulty", "5–7", {5, 6}),
        ("recall", "90–100 %", {0.9}),
    ):
        bins = memory[figure]["bins"]
        assert sum(one["cards"] for one in bins) == memory["cards"] == 30
        count = sum(one["cards"] for one in bins if one["low"] in lows)
        assert re.search(rf" {label}\W* {count}\b", f" {text}"), label


def test_a_goal_on_the_screen_and_in_the_json(lived: Shell) -> None:
    assert lived("stats", "--json").json["goals"] == []
    assert lived("goal", "2026-03-20", "--name", "exam", "--minutes", "20").status == 0
    (goal,) = lived("stats", "--json").json["goals"]
    whole = lived("goal", "--json").json[0]
    for key in ("name", "date", "target"):
        assert goal[key] == whole[key]
    assert goal["recall"].items() <= whole["recall"].items()
    assert goal["load"] == [{key: day[key] for key in ("day", "reviews")} for day in whole["load"]]
    for width in (40, 80):
        lines = lived("stats", COLUMNS=str(width)).out.splitlines()
        text = " ".join(" ".join(lines).replace("\N{NO-BREAK SPACE}", " ").split())
        assert f"Goal exam, 2026-03-20: {100 * goal['recall']['expected']:.0f} % recall expected, 95 % wanted;" in text
        assert f"about {sum(day['reviews'] for day in goal['load']):,.0f} reviews until then" in text
        assert "Due by day; asked by goals (g)" in text
        assert max(map(columns, lines)) <= width
    assert lived("stats", "--json", "--tag", "none-such").status == 1
    assert lived("stats", "--json", "--find", "n1").json["goals"] == []


def test_the_map_has_colours_on_a_terminal_that_has_them(lived: Shell) -> None:
    def printed(**env: str) -> str:
        child: pexpect.spawn[str] = pexpect.spawn(
            lived.command[0],
            [*lived.command[1:], "stats"],
            env=lived.environment(**{"TERM": "xterm-256color"} | env),
            cwd=str(lived.path),
            dimensions=(99, 80),
            encoding="utf-8",
        )
        text: str = child.read()
        child.close()
        assert child.exitstatus == 0
        return text

    dark, light = printed(COLORFGBG="15;0"), printed(COLORFGBG="0;15")
    assert "\x1b[38;5;22m▇" in dark
    assert "\x1b[38;5;157m▇" in light
    assert "░" not in dark + light
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = printed(**env)
        assert "\x1b[3" not in plain
        assert "▇" not in plain.split("answers a day")[0]
        assert "░" in plain


def test_the_json(lived: Shell) -> None:
    found = lived("stats", "--json").json
    assert (found["from"], found["to"]) == ("2025-03-02", "2026-03-01")
    days = found["by_day"]
    for name in ("answers", "reviews", "recalled", "new", "minutes"):
        assert sum(day[name] for day in days) == pytest.approx(found[name])
    assert found["retention"]["all"] == {"reviews": found["reviews"], "recalled": found["recalled"]}
    for age in ("young", "mature"):
        assert sum(day[age]["reviews"] for day in days) == found["retention"][age]["reviews"] > 0
    assert (found["new"], found["minutes"]) == (60, pytest.approx(found["answers"] * 0.9 / 60))
    assert sum(found["ratings"].values()) == found["reviews"]
    assert sum(hour["answers"] for hour in found["hours"]) == found["answers"]
    assert [one["deck"] for one in found["decks"]].count(None) == 1
    assert sum(one["retention"]["all"]["reviews"] for one in found["decks"]) == found["reviews"]
    assert sum(found["states"].values()) == 30
    assert (found["forecast"][0]["day"], len(found["forecast"])) == ("2026-03-02", 28)
    buckets = found["calibration"]["buckets"]
    assert all(0 <= one["recalled"] <= one["reviews"] and 0 < one["predicted"] < 1 for one in buckets)
    assert found["calibration"]["log_loss"] > 0
    assert found["calibration"]["rmse"] > 0


def test_decks_tags_and_queries(srs: Shell) -> None:
    srs("answer", "tight/ko-en", "good")
    srs("answer", "one/back", "good")
    for options, new in (((), 2), (("--deck", "Talk"), 2), (("--deck", "Talk::Phrases"), 1), (("--tag", "phrase"), 1)):
        assert srs("stats", "--json", *options).json["new"] == new, options
    assert srs("stats", "--json", "--find", "tight or root").json["new"] == 1
    assert srs("stats", "--json", "--deck", "Talk", "--find", "is:new").json["answers"] == 0
    assert srs("stats", "--json", "--deck", "Talk::Phrases").json["states"] == {
        "new": 3,
        "learning": 1,
        "young": 0,
        "mature": 0,
        "suspended": 0,
    }


def test_periods(srs: Shell, home: Home) -> None:
    home.decks, home.database = srs.path / "decks", srs.path / "x.db"
    collection = home.open()
    for days in (400, 300, 20, 6, 0):
        answer(collection, "one/back", now=NOW - days * DAY)
    for period, answers, first in (
        ("week", 2, "2026-02-24"),
        ("month", 3, "2026-02-01"),
        ("year", 4, "2025-03-03"),
        ("all", 5, "2025-01-26"),
        ("2026-02-10..2026-02-24", 2, "2026-02-10"),
        ("2026-03-02", 1, "2026-03-02"),
        ("2026-03-02..2026-12-31", 1, "2026-03-02"),
    ):
        found = srs("--db", "x.db", "stats", "--json", "--period", period).json
        assert (found["answers"], found["from"]) == (answers, first), period
    assert found["to"] == "2026-03-02"


@pytest.mark.parametrize(
    "period", ["", "fortnight", "2026-02-30", "2026-02-02..2026-01-01", "2027-01-01", "..", "1..2"]
)
def test_periods_that_are_none(srs: Shell, period: str) -> None:
    done = srs("stats", "--period", period)
    assert (done.status, done.out) == (2, "")
    assert "--period" in done.err


def test_an_unknown_deck(srs: Shell) -> None:
    done = srs("stats", "--deck", "Tolk")
    assert (done.status, done.err) == (1, "srs: there is no deck 'Tolk'. Did you mean Talk?\n")


@pytest.mark.parametrize("width", [40, 80])
def test_without_answers_the_screen_says_what_will_be_there(srs: Shell, width: int) -> None:
    done = srs("stats", COLUMNS=str(width))
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("No answers yet. ")
    assert "6 new" in done.out.replace("\N{NO-BREAK SPACE}", " ")
    assert max(map(columns, done.out.splitlines())) <= width
    found = srs("stats", "--json").json
    assert (found["by_day"], found["calibration"]["log_loss"], found["streak"]) == ([], None, 0)


def test_one_answer(srs: Shell) -> None:
    srs("answer", "one/back", "good")
    text = " ".join(srs("stats").out.split())
    assert "Today 1 answer in 0 minutes: 0 reviews, 1 new card" in text
    assert "In a row 1 day; the longest: 1" in text


def test_a_month_with_a_wrong_clock(srs: Shell) -> None:
    srs("answer", "one/back", "good", SRS_NOW="1970-01-02T09:00:00+09:00")
    srs("answer", "two/back", "good", SRS_NOW="2199-06-01T09:00:00+09:00")
    srs("answer", "tight/ko-en", "good")
    done = srs("stats", "--period", "all")
    assert (done.status, done.err) == (0, "")
    assert "1 answer on days after today" in " ".join(done.out.split())
    found = srs("stats", "--period", "all", "--json").json
    assert [day["day"] for day in found["by_day"]] == ["1970-01-02", "2026-03-02"]
    assert (found["later"], found["streak"], found["longest_streak"]) == (1, 1, 1)
    assert srs("stats", SRS_NOW="1970-01-01T12:00:00+09:00").status == 0


def test_hundreds_of_decks_leave_the_screen_as_it_is(lived: Shell) -> None:
    lines = len(lived("stats").out.splitlines())
    lived.write("a.yaml", "deck: A\nnotes: []\n")
    for n in range(300):
        lived.write(f"many/{n}.yaml", f"deck: Many::{n}\nnotes:\n- {{id: n{n}, front: f, back: b}}\n")
    assert len(lived("stats").out.splitlines()) <= lines + 5
    found = lived("stats", "--period", "all", "--json").json
    assert sum(deck["retention"]["all"]["reviews"] for deck in found["decks"]) == found["reviews"]
    assert len(found["decks"]) > 50


def test_nothing_is_recorded(lived: Shell) -> None:
    before = lived("log", "--json").out
    assert lived("stats").status == 0
    assert lived("log", "--json").out == before
