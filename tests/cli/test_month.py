"""A month of daily use, as a shell starts it: every count adds up."""

import re
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

pytestmark = pytest.mark.check

DECKS = Path(__file__).parents[2] / "decks"
LIMIT = 15


def test_thirty_days_add_up(srs: Shell) -> None:
    """Each morning's counts are what the sitting asks, what it says at the end is what the log has, and the evening is
    empty; what it says of tomorrow is what tomorrow brings.
    """
    shutil.rmtree(srs.path / "decks")
    shutil.copytree(DECKS, srs.path / "decks")
    srs.env["SRS_SETTINGS"] = str(srs.path / "settings.toml")
    (srs.path / "settings.toml").write_text(f'new = {LIMIT}\nzone = "Asia/Seoul"\n')
    promised, new, introduced, ratings = 0, 0, set[str](), Counter[int]()
    for n in range(30):
        day = date(2026, 3, 2) + timedelta(days=n)
        srs.env["SRS_NOW"] = f"{day}T21:30:00+09:00"
        morning = srs("due", "--json").json
        assert morning["day"] == f"{day}"
        total = morning["total"]
        assert (total["learning"], total["review"]) == (0, promised)
        assert total["new"] <= LIMIT
        # every fifth answer is Again, every eleventh Hard; more lines than any day needs
        keys = [1 if k % 5 == n % 5 else 2 if k % 11 == 0 else 3 for k in range(400)]
        done = srs("review", stdin="".join(f"\n{key}\n" for key in keys))
        log = [row for row in srs("log", "--json").json if row["day"] == f"{day}"]
        said = re.search(r"^(\d+) answers? in .*, (\d+) % recalled", done.out, re.MULTILINE)
        assert said, done.out
        assert int(said[1]) == len(log)
        assert int(said[2]) == round(100 * sum(row["rating"] > 1 for row in log) / len(log))
        again = Counter(row["rating"] for row in log)
        assert f"Again {again[1]}  Hard {again[2]}  Good {again[3]}  Easy 0" in done.out
        first = {row["card"] for row in log} - introduced
        assert len(first) == total["new"]
        assert len({row["card"] for row in log} & introduced) == total["review"]
        notes = Counter(row.rpartition("/")[0] for row in {row["card"] for row in log})
        assert set(notes.values()) == {1}, "one card of a note a day"
        introduced |= first
        new += total["new"]
        ratings += again
        evening = srs("due", "--json").json["total"]
        assert evening == {"new": 0, "learning": 0, "review": 0}
        assert n == 0 or f"{n + 1} days in a row" in done.out
        tomorrow = re.search(r"Tomorrow brings (\d+) review", done.out)
        assert tomorrow
        promised = int(tomorrow[1])
    assert len(introduced) == new > 400
    assert sum(ratings.values()) == len(srs("log", "--json").json)
    assert len(srs("find", "-is:new", "--json").json) == len({card.rpartition("/")[0] for card in introduced})
    rebuilt = srs("rebuild", "--json").json
    assert rebuilt["cards"] == len(introduced)
    assert srs("due", "--json").json["total"] == {"new": 0, "learning": 0, "review": 0}
