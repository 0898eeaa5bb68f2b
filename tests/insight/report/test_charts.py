"""The tables beside the charts hold what is drawn."""

from datetime import date, timedelta

from srs.insight.memory_today import Bin, GoalAhead, MemoryToday, Spread
from srs.insight.report.charts import CHARTS
from tests.insight.report.made_stats import TODAY, made_stats

DUE = {TODAY + timedelta(n + 1): n % 3 for n in range(28)}


def test_memory_is_told_by_lower_bounds() -> None:
    spreads = (
        Spread(40.25, [Bin(0, 2), Bin(30, 0), Bin(365, 1_234)], 38.4),
        Spread(5.5, [Bin(1, 3), Bin(9, 4)], 5.25),
        Spread(0.875, [Bin(0.0, 0), Bin(0.9, 7)], 0.9),
    )
    stats = made_stats(memory=MemoryToday(7, *spreads))
    stability, difficulty, recall = (CHARTS[name](stats, TODAY) for name in ("stability", "difficulty", "recall"))
    assert stability.title == "Stability, median 38 days"
    assert stability.rows == [("0 days", "2"), ("30 days", "0"), ("365 days", "1,234")]
    assert (difficulty.title, difficulty.rows) == ("Difficulty, median 5.2", [("1", "3"), ("9", "4")])
    assert (recall.title, recall.rows) == ("Recall today, mean 87.5 %", [("0 %", "0"), ("90 %", "7")])
    assert recall.drawing
    assert "from 90 %: 7 cards" in recall.drawing.body


def test_the_days_to_come_stand_beside_what_goals_ask() -> None:
    alone = CHARTS["forecast"](made_stats(forecast=DUE), TODAY)
    assert alone.head == ("day", "due")
    assert [int(reviews) for _, reviews in alone.rows] == [*DUE.values()]
    day = TODAY + timedelta(2)
    goals = [GoalAhead(name, date(2026, 4, 1), 0.9, 0.88, 0.8, 0.9, {TODAY: 9.0, day: 7.4}) for name in "ab"]
    both = CHARTS["forecast"](made_stats(forecast=DUE, goals=goals), TODAY)
    assert both.head == ("day", "due", "asked by goals")
    assert both.rows[:3] == [("2026-03-03", "0", "0"), ("2026-03-04", "1", "15"), ("2026-03-05", "2", "0")]
    assert both.drawing
    assert "Wed 2026-03-04: 1 due, 15 asked by goals" in both.drawing.body
    assert CHARTS["forecast"](made_stats(forecast=dict.fromkeys(DUE, 0)), TODAY).drawing is None
