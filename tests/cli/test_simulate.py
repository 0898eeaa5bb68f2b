"""`srs simulate`: the table, the charts, the JSON, and what cannot be simulated."""

import sys
from itertools import pairwise

import pytest

from srs.cli.output import columns
from tests.cli.conftest import Shell
from tests.conftest import DAY, NOW, Home, answer

NOTES = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(40))


@pytest.fixture
def forty(empty: Shell) -> Shell:
    """Forty new cards, and the learner's wish to recall 87 % of them."""
    empty.write("a.yaml", f"deck: A\nnotes:\n{NOTES}")
    settings = empty.path / "settings.toml"
    settings.write_text("desired_retention = 0.87\nnew = 5\n")
    empty.env["SRS_SETTINGS"] = str(settings)
    return empty


def test_the_table_has_a_row_for_each_retention_and_marks_ones_own(forty: Shell) -> None:
    done = forty("simulate", "--days", "60", COLUMNS="80")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "60 days until 2026-04-30: 40 cards, 0 of them seen."
    rows = [line for line in lines if line.lstrip()[:2].isdigit() and "(" in line]
    assert [row.split()[0] for row in rows[:6]] == ["80", "85", "87", "90", "93", "95"]
    assert [row.split()[0] for row in rows if "*" in row] == ["87"]
    text = " ".join(done.out.split())
    assert "Known: how many cards you would recall on that day, expected; today 0 of 40." in text
    assert "Most knowledge per minute: 80 %" in text
    assert "Time: 8 s an answer, 16 s for Again (assumed, as too few answers were timed)." in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_nothing_is_wider_than_the_terminal_and_nothing_is_coloured(forty: Shell, width: int) -> None:
    done = forty("simulate", "--days", "60", COLUMNS=str(width))
    assert max(map(columns, done.out.splitlines())) <= min(width, 80)
    assert "\x1b" not in done.out
    assert "Minutes a day" in done.out
    assert "Known cards" in done.out


def test_at_forty_columns_the_ranges_stand_below_their_means(forty: Shell) -> None:
    lines = forty("simulate", "--days", "60", COLUMNS="40").out.splitlines()
    row = next(n for n, line in enumerate(lines) if line.startswith(" 80 %"))
    means = [float(mean) for mean in lines[row].split()[2:]]
    ranges = [[float(end) for end in span.split("–")] for span in lines[row + 1].split()]
    assert all(low <= mean <= high for mean, (low, high) in zip(means, ranges, strict=True))


def test_one_day_has_no_chart(forty: Shell) -> None:
    done = forty("simulate", "--days", "1")
    assert done.out.startswith("1 day until 2026-03-02: 40 cards")
    assert "┤" not in done.out


def test_the_json_has_every_day(forty: Shell) -> None:
    found = forty("simulate", "--days", "40", "--json").json
    assert (found["days"], found["seeds"], found["best"], found["caveats"]) == (40, 10, 0.8, [])
    assert [one["retention"] for one in found["retentions"]] == [0.8, 0.85, 0.87, 0.9, 0.93, 0.95]
    assert found["basis"] == {
        "day": "2026-03-02",
        "cards": 40,
        "seen": 0,
        "known": 0,
        "desired_retention": 0.87,
        "timed_answers": 0,
        "seconds": {"again": 16, "recalled": 8},
        "first_ratings": [0.24, 0.09, 0.5, 0.17],
        "recalled_ratings": pytest.approx([0.22, 0.63, 0.15]),
        "sampled": 1,
    }
    for one in found["retentions"]:
        days = one["by_day"]
        assert (len(days), days[0]["day"], days[-1]["day"]) == (40, "2026-03-02", "2026-04-10")
        assert [day["new"] for day in days[:9]] == pytest.approx([5] * 8 + [0])
        assert sum(day["reviews"] for day in days) / 40 == pytest.approx(one["reviews"])
        assert sum(day["minutes"] for day in days) / 40 == pytest.approx(one["minutes"])
        assert days[-1]["known"] == pytest.approx(one["known"])
        assert one["known_per_minute"] == pytest.approx(one["known"] / one["minutes"] / 40)
        for name in ("reviews", "minutes", "known"):
            low, high = one["spread"][name]
            assert low <= one[name] <= high
    for less, more in pairwise(found["retentions"]):
        assert more["reviews"] > less["reviews"]


def test_the_same_day_says_the_same_and_nothing_is_recorded(forty: Shell) -> None:
    assert forty("simulate").out == forty("simulate").out
    assert forty("log", "--json").json == []


def test_a_deck_is_simulated_alone(srs: Shell) -> None:
    assert srs("simulate", "--json", "--days", "2").json["basis"]["cards"] == 6
    assert srs("simulate", "Talk::Phrases", "--json", "--days", "2").json["basis"]["cards"] == 4


def test_own_times_are_used_and_named(forty: Shell, home: Home) -> None:
    home.decks, home.database = forty.path / "decks", forty.path / "x.db"
    collection = home.open()
    for n in range(50):
        answer(collection, "n0/back", now=NOW - (60 - n) * DAY, duration_ms=3000)
    done = forty("--db", "x.db", "simulate", "--days", "2")
    assert "Time: 3 s an answer, 6 s for Again (the medians of your 50 timed answers)." in " ".join(done.out.split())


@pytest.mark.parametrize("days", ["0", "-1", "100000", "many", "1.5"])
def test_days_that_cannot_be_simulated(srs: Shell, days: str) -> None:
    done = srs("simulate", "--days", days)
    assert (done.status, done.out) == (2, "")
    assert "--days" in done.err


def test_an_unknown_deck(srs: Shell) -> None:
    done = srs("simulate", "Tolk")
    assert (done.status, done.err) == (1, "srs: there is no deck 'Tolk'. Did you mean Talk?\n")


def test_no_deck_files(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    done = empty("simulate")
    assert done.status == 1
    assert done.err


def test_no_cards_but_suspended_ones(forty: Shell) -> None:
    assert forty("suspend", "A", "--yes").status == 0
    done = forty("simulate")
    assert (done.status, done.out) == (0, "There are no cards to simulate: all are suspended.\n")
    found = forty("simulate", "--json").json
    assert (found["best"], found["basis"]["cards"]) == (None, 0)
    assert {one["known"] for one in found["retentions"]} == {0}


def test_no_new_cards_and_nothing_due(forty: Shell) -> None:
    """Nothing is to be answered, so no retention is best."""
    assert forty("settings", "new", "0").status == 0
    done = forty("simulate", "--days", "30")
    assert done.status == 0
    assert "per minute:" not in done.out
    assert forty("simulate", "--days", "30", "--json").json["best"] is None


def test_charts_are_loaded_only_where_they_are_drawn(forty: Shell) -> None:
    for command in (["due"], ["simulate", "--json"]):
        code = f"import sys; from srs.cli import main; sys.argv = ['srs', *{command}]; main(); assert 'plotext' not in sys.modules"
        shell = Shell(forty.path, forty.env, [sys.executable, "-c", code])
        assert shell.process().status == 0
