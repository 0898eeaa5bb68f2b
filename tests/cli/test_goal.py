"""`srs goal`, and what review, due and next make of it."""

import re
from datetime import date, datetime, timedelta

import pytest

from srs.cli.output import columns
from tests.cli.conftest import Shell
from tests.other_programs import execute, query

FIRST = date(2026, 3, 2)
NOTES = "".join(f"- {{id: n{n:02}, front: f{n}, back: b{n}}}\n" for n in range(40))
OTHERS = "".join(f"- {{id: o{n:02}, front: o{n}, back: p{n}}}\n" for n in range(30))


@pytest.fixture
def two(empty: Shell) -> Shell:
    """Forty cards for the exam and thirty others."""
    empty.write("a.yaml", f"deck: Job::Phrases\ntags: [job, job::spoken]\nnotes:\n{NOTES}")
    empty.write("b.yaml", f"deck: Other\nnotes:\n{OTHERS}")
    return empty


def day(number: int, clock: str = "09:00:00") -> str:
    return f"{FIRST + timedelta(number)}T{clock}+09:00"


def good_day(shell: Shell, number: int) -> int:
    """Answers Good to all that `next` shows on that day, the first moments of it; returns how many."""
    moment, count = datetime.fromisoformat(day(number)), 0
    while card := shell("next", "--json", SRS_NOW=moment.isoformat()).json:
        shell("answer", card["card"], "good", SRS_NOW=moment.isoformat())
        moment += timedelta(minutes=1)
        count += 1
    return count


def test_a_goal_is_set_shown_replaced_and_dropped(two: Shell) -> None:
    assert two("goal").out == "There is no goal. To set one: srs goal 2026-12-15\n"
    done = two("goal", "2026-04-01", "--deck", "Job")
    assert (done.status, done.err) == (0, "")
    text = " ".join(done.out.split())
    assert text.startswith("1 April 2026, in 30 days: 40 cards, all new, 30 minutes a day.")
    assert re.search(
        r"Recall on that morning: 9\d % expected \(9\d % to 9\d %\); 0 % if it were today, \d\d % without", text
    )
    assert re.search(r"Until then about \d+ reviews and 40 new cards; the busiest day takes \d+ minutes\.", text)
    assert "reviews (r) and new cards (n) a day" in text
    assert two("goal").out == done.out
    two("goal", "2026-04-01", "--deck", "Job", "--minutes", "45")
    assert "45 minutes a day" in " ".join(two("goal").out.split())
    assert two("goal", "--drop").out == "Dropped the goal 2026-04-01. To take it back: srs undo\n"
    assert two("goal", "--json").json == []
    assert two("undo").out == "Taken back: goal 2026-04-01\n"
    assert [goal["minutes"] for goal in two("goal", "--json").json] == [45]


def test_the_json_is_as_programs_rely_on_it(two: Shell) -> None:
    made = two(
        "goal", "2026-03-22", "--name", "exam", "--deck", "Job", "--tag", "JOB", "--recall", "0.9", "--json"
    ).json
    (goal,) = made
    assert two("goal", "--json").json == made
    assert {name: goal[name] for name in ("name", "date", "days", "decks", "tags", "target", "minutes", "cards", "new")} == {
        "name": "exam",
        "date": "2026-03-22",
        "days": 20,
        "decks": ["Job"],
        "tags": ["JOB"],
        "target": 0.9,
        "minutes": 30,
        "cards": 40,
        "new": 40,
    }  # fmt: skip
    assert set(goal["recall"]) == {"expected", "low", "high", "today", "without"}
    assert goal["recall"]["low"] <= goal["recall"]["expected"] <= goal["recall"]["high"]
    assert goal["recall"]["today"] == 0
    assert [one["day"] for one in goal["load"]] == [str(FIRST + timedelta(n)) for n in range(20)]
    assert goal["reviews"]["busiest"] == round(max(one["reviews"] for one in goal["load"]))
    assert goal["reviews"]["total"] == round(sum(one["reviews"] for one in goal["load"]), 0)
    assert (goal["reachable"], goal["instead"], goal["caveats"]) == (True, None, [])
    (event,) = two("log", "--json").json
    assert (event["card"], event["what"], event["name"], event["date"]) == (None, "goal", "exam", "2026-03-22")
    assert two("log").out.endswith("exam  goal 2026-03-22\n")
    assert two("goal", "--drop", "exam", "--json").json[0]["date"] is None


def test_due_and_next_follow_the_goal(two: Shell) -> None:
    two("goal", "2026-04-01", "--deck", "Job")
    due = {one["deck"]: one["new"] for one in two("due", "--json").json["decks"]}
    assert due == {"Job::Phrases": 3, "Other": 20}, "forty over eighteen days"
    card = two("next", "--json").json
    assert (card["card"], card["goal"]) == ("n00/back", "2026-04-01")
    assert {name: at is None for name, at in card["planned"].items()} == {
        "again": True,
        "hard": True,
        "good": True,
        "easy": False,
    }
    assert card["intervals"]["easy"] % 86_400 == 0
    assert re.search(r"4 easy ~\d+ Mar$", two("next").out.rstrip())
    lines = two("review", "Job", stdin="\nq\n").out
    assert "[Job::Phrases, for 1 April]" in lines
    assert re.search(r"4 Easy ~\d+ Mar", lines)
    assert "goal" not in two("next", "Other", "--json").json


def test_what_is_reviewed_early_counts_and_is_not_offered_again(two: Shell) -> None:
    two("goal", "2026-03-12", "--deck", "Job", "--minutes", "20")
    counts = [good_day(two, n) for n in range(10)]
    assert counts[0] > 0
    assert two("due", "--json", SRS_NOW=day(9, "23:00:00")).json["total"] == {"new": 0, "learning": 0, "review": 0}
    (goal,) = two("goal", "--json", SRS_NOW=day(9, "23:00:00")).json
    assert goal["recall"]["today"] > 0.97
    assert goal["recall"]["expected"] >= 0.97


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["2026-03-02"], 2, "srs: the date of a goal must be later than today, 2026-03-02, not '2026-03-02'.\n"),
        (["2026-02-01"], 2, "srs: the date of a goal must be later than today, 2026-03-02, not '2026-02-01'.\n"),
        (["2030-01-01"], 2, "srs: the date of a goal must be within 366 days; until then, review as ever, not '2030-01-01'.\n"),
        (["15 December"], 2, "DATE must be a date such as 2026-12-15, not '15 December'."),
        (["2026-02-30"], 2, "DATE must be a date such as 2026-12-15, not '2026-02-30'."),
        (["2026-04-01", "--recall", "1"], 2, "1.0 is not in the range 0.5<=x<=0.99."),
        (["2026-04-01", "--recall", "0"], 2, "0.0 is not in the range 0.5<=x<=0.99."),
        (["2026-04-01", "--recall", "nan"], 2, "'nan' is not in the range"),
        (["2026-04-01", "--minutes", "0"], 2, "0.0 is not in the range 1<=x<=1440."),
        (["2026-04-01", "--minutes", "nan"], 2, "'nan' is not in the range"),
        (["2026-04-01", "--deck", "Jbo"], 1, "srs: there is no deck 'Jbo'. Did you mean Job?\n"),
        (["2026-04-01", "--tag", "jbo"], 1, "srs: there is no tag 'jbo'. Did you mean job?\n"),
        (["2026-04-01", "--name", "the exam"], 2, "the name of a goal must be up to 200 letters, digits, dots, hyphens and underscores"),
        (["2026-04-01", "--deck", "Other", "--tag", "job"], 2, "the decks and tags of a goal must be such that some"),
        (["--minutes", "20"], 2, "Name the date of the goal, e.g. srs goal 2026-12-15"),
        (["--drop"], 1, "srs: there is no goal to drop.\n"),
        (["--recall", "0.6"], 2, "Name the date of the goal"),
        (["--after", "only"], 2, "Name the date of the goal"),
        (["2026-04-01", "--drop", "--minutes", "3"], 2, "--drop takes the name of a goal, and no other option."),
        (["20260401"], 2, "DATE must be a date such as 2026-12-15"),
        (["--drop", "2026-04-01"], 1, "srs: there is no goal '2026-04-01'.\n"),
    ],
)  # fmt: skip
def test_what_makes_no_goal_is_refused_and_nothing_is_recorded(
    two: Shell, args: list[str], status: int, message: str
) -> None:
    done = two("goal", *args)
    assert (done.status, done.out) == (status, "")
    assert message in done.err
    assert two("log", "--json").json == []


def test_more_than_fits_until_tomorrow_is_said_with_what_would_do(empty: Shell) -> None:
    many = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(500))
    empty.write("a.yaml", f"deck: A\nnotes:\n{many}")
    done = empty("goal", "2026-03-03")
    assert done.status == 0
    text = " ".join(done.out.split())
    assert text.startswith("3 March 2026, tomorrow: 500 cards, all new, 30 minutes a day.")
    assert re.search(r"Not all can be ready: all at \d+ %\. 95 % of all would take until \d+ March 2026\.", text)
    (goal,) = empty("goal", "--json").json
    assert not goal["reachable"]
    assert goal["instead"]["date"] > "2026-03-05"


def test_without_enough_time_a_part_of_the_cards_can_be_ready(two: Shell) -> None:
    two("goal", "2026-03-16", "--minutes", "1")
    (goal,) = two("goal", "--json").json
    assert (goal["cards"], goal["reachable"]) == (70, False)
    assert 0 < goal["instead"]["cards"] < 70
    assert goal["instead"]["minutes"] > 1
    assert goal["instead"]["date"] > "2026-03-16"
    text = " ".join(two("goal").out.split())
    assert f"or {goal['instead']['cards']} of them at 95 %" in text


@pytest.mark.parametrize("width", [40, 80])
def test_nothing_is_wider_than_the_terminal(two: Shell, width: int) -> None:
    out = two("goal", "2026-03-16", "--minutes", "1", COLUMNS=str(width)).out
    assert max(map(columns, out.splitlines())) <= width


def test_a_goal_that_is_dated_ahead_of_the_clock_is_not_replaced_in_vain(two: Shell) -> None:
    two("goal", "2026-06-01", SRS_NOW=day(40))
    done = two("goal", "2026-06-01", "--minutes", "5")
    assert (done.status, done.out) == (2, "")
    assert "later than that of the goal 2026-06-01, 2026-04-11T00:00:00.000+00:00" in done.err
    assert [goal["minutes"] for goal in two("goal", "--json").json] == [30]


def test_goals_of_two_machines_both_stay_and_of_equal_names_the_later_one(two: Shell) -> None:
    two("goal", "2026-04-01", "--name", "exam")
    one = query(two.path / "home" / "data" / "srs" / "srs.db", "select count(*) from events")[0][0]
    assert one == 1
    two("--db", "other.db", "goal", "2026-05-01", "--name", "exam", SRS_NOW=day(0, "10:00:00"))
    two("--db", "other.db", "goal", "2026-06-01", "--name", "other", SRS_NOW=day(0, "10:00:00"))
    assert two("merge", "other.db", SRS_NOW=day(0, "11:00:00")).status == 0
    goals = two("goal", "--json", SRS_NOW=day(0, "11:00:00")).json
    assert [(goal["name"], goal["date"]) for goal in goals] == [("exam", "2026-05-01"), ("other", "2026-06-01")]


def test_a_goal_whose_decks_are_gone_asks_nothing_and_stops_nothing(two: Shell) -> None:
    two("goal", "2026-04-01", "--deck", "Job", "--tag", "job")
    two.write("a.yaml", f"deck: Renamed\nnotes:\n{NOTES}")
    assert two("due", "--json").json["total"]["new"] == 20
    (goal,) = two("goal", "--json").json
    assert (goal["cards"], goal["recall"]["expected"]) == (0, 0)
    assert "no cards now. Its decks or tags are gone" in " ".join(two("goal").out.split())


def test_goals_that_srs_never_wrote_are_named_and_not_used(two: Shell) -> None:
    two("goal", "2026-04-01")
    database = two.path / "home" / "data" / "srs" / "srs.db"
    execute(database, """update events set parameters = '{"date": "soon"}'""")
    done = two("due")
    assert done.status == 1
    assert "Traceback" not in done.err
    assert two("verify").status == 1


@pytest.mark.check
def test_a_month_toward_a_date_through_the_command_line_with_a_week_of_it_missed(two: Shell) -> None:
    """One answer in nine is Again. A look every evening: what is expected stays what comes about."""
    two("goal", "2026-04-01", "--deck", "Job", "--minutes", "10")
    expected, reviews = [], []
    for n in (n for n in range(30) if not 12 <= n < 19):
        answers = "".join("\n1\n" if one % 9 == 4 else "\n3\n" for one in range(200))
        done = two("review", "Job", stdin=f"{answers}q\n", SRS_NOW=day(n))
        assert (done.status, done.err.replace("u undoes", "")) == (0, "")
        reviews.append(done.out.count("\n1 Again"))
        (goal,) = two("goal", "--json", SRS_NOW=day(n, "22:00:00")).json
        expected.append(goal["recall"]["expected"])
        assert goal["days"] == 30 - n
        assert goal["load"][0]["minutes"] <= 10 + 1
    assert goal["new"] == 0
    assert min(expected) > 0.9
    assert expected[-1] >= 0.95
    assert abs(expected[0] - expected[-1]) < 0.04
    assert sum(reviews) < 40 * 12
    assert two("due", "--json", SRS_NOW=day(30)).json["decks"][0]["review"] <= 20
    text = " ".join(two("goal", SRS_NOW=day(30)).out.split())
    assert "its date has passed. Until 30 April 2026 its reviews take at most 10 minutes a day." in text
    assert text.endswith("There is no goal. To set one: srs goal 2026-12-15")
    assert two("verify", SRS_NOW=day(30)).status == 0
    assert two("rebuild", SRS_NOW=day(30)).status == 0
