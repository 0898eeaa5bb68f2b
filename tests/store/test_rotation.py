"""Which backups stay."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from srs.store.rotation import Key, kept

DAY = date(2026, 3, 31)
KEYS = st.lists(st.tuples(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 5)), max_size=80)


def test_a_year_of_daily_backups_keeps_seven_days_four_weeks_and_twelve_months() -> None:
    days = [DAY - timedelta(days=n) for n in range(500)]
    stay = sorted(day for day, _ in kept((day, 0) for day in days))
    assert stay[-7:] == [DAY - timedelta(days=n) for n in reversed(range(7))]
    assert [date(2026, 3, 29), date(2026, 3, 22), date(2026, 3, 15)] == [
        day for day in reversed(stay) if day.isoweekday() == 7 and day.month == 3
    ]
    assert [day for day in stay if day < date(2026, 3, 1)] == [
        date(2025 + (month > 12), (month - 1) % 12 + 1, 1) - timedelta(days=1) for month in range(5, 16)
    ]


@given(KEYS)
def test_the_newest_stays_and_days_are_bounded(keys: list[Key]) -> None:
    stay = kept(keys)
    assert stay <= set(keys)
    if keys:
        assert max(keys) in stay
    assert len({day for day, _ in stay}) <= 7 + 4 + 12
    last = sorted({day for day, _ in keys})[-7:]
    assert {key for key in keys if key[0] in last} <= stay, "all of the last seven days"


@given(KEYS)
def test_doing_it_twice_is_doing_it_once(keys: list[Key]) -> None:
    assert kept(kept(keys)) == kept(keys)


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=200))
def test_day_by_day_no_month_of_the_last_twelve_is_lost(days: list[date]) -> None:
    """Rotating after every backup, as it happens, keeps one for each month that rotating once at the end would keep."""
    lived: frozenset[Key] = frozenset()
    for day in sorted(set(days)):
        lived = kept({*lived, (day, 0)})
    months = {(day.year, day.month) for day, _ in kept((day, 0) for day in days)}
    assert {(day.year, day.month) for day, _ in lived} >= months
