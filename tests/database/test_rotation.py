"""Which backups stay."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from srs.database.rotation import BackupKey, backups_to_keep

DAY = date(2026, 3, 31)
DATES = st.dates(date(2024, 1, 1), date(2026, 12, 31)) | st.dates()
LIVES = st.lists(st.tuples(DATES, st.integers(0, 5)), max_size=80)


def make_keys(days: Sequence[date], events: Sequence[int] | None = None) -> list[BackupKey]:
    return [BackupKey(n, day, events[n] if events else 0) for n, day in enumerate(days)]


def keys_of(life: list[tuple[date, int]]) -> list[BackupKey]:
    return make_keys([day for day, _ in life], [events for _, events in life])


def rotate_after_each(keys: list[BackupKey]) -> list[BackupKey]:
    """What is there in the end if the rotation runs after every backup, as it does."""
    there = frozenset[BackupKey]()
    for key in keys:
        there = backups_to_keep({*there, key})
    return sorted(there)


def test_a_year_of_daily_backups_keeps_seven_days_four_weeks_and_twelve_months() -> None:
    days = [DAY - timedelta(days=n) for n in reversed(range(500))]
    stay = sorted(key.day for key in backups_to_keep(make_keys(days)))
    assert stay[-7:] == [DAY - timedelta(days=n) for n in reversed(range(7))]
    assert [date(2026, 3, 29), date(2026, 3, 22), date(2026, 3, 15)] == [
        day for day in reversed(stay) if day.isoweekday() == 7 and day.month == 3
    ]
    assert [day for day in stay if day < date(2026, 3, 1)] == [
        date(2025 + (month > 12), (month - 1) % 12 + 1, 1) - timedelta(days=1) for month in range(5, 16)
    ]


def test_days_in_the_future_push_nothing_out_and_go_when_newer_ones_come() -> None:
    """A clock that was once in 2040 for ten days, then right again."""
    wrong = [date(2040, 1, 1) + timedelta(days=n) for n in range(10)]
    right = [DAY + timedelta(days=n) for n in range(7)]
    stay = [key.day for key in rotate_after_each(make_keys(wrong + right))]
    assert set(right) <= set(stay)
    years = [DAY + timedelta(days=n) for n in range(400)]
    assert not set(wrong) & {key.day for key in rotate_after_each(make_keys(wrong + years))}


@given(LIVES)
def test_the_newest_stays_and_days_are_bounded(life: list[tuple[date, int]]) -> None:
    keys = keys_of(life)
    stay = backups_to_keep(keys)
    assert stay <= set(keys)
    if keys:
        assert keys[-1] in stay
    assert len({key.day for key in stay}) <= 7 + 4 + 12 + len({events for _, events in life})
    last = {key.day for key in sorted(keys, reverse=True)[:7]}
    assert {key for key in keys if key.day in last} <= stay, "all of the last seven days"


@given(LIVES)
def test_whatever_the_days_say_none_goes_that_holds_more_than_those_after_it(life: list[tuple[date, int]]) -> None:
    keys = keys_of(life)
    there = rotate_after_each(keys)
    for key in keys:
        assert any(later.number >= key.number and later.events >= key.events for later in there)


@given(LIVES)
def test_doing_it_twice_is_doing_it_once(life: list[tuple[date, int]]) -> None:
    assert backups_to_keep(backups_to_keep(keys_of(life))) == backups_to_keep(keys_of(life))


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=200))
def test_day_by_day_no_month_of_the_last_twelve_is_lost(days: list[date]) -> None:
    """Rotating after every backup, as it happens, keeps one for each month that rotating once at the end would keep."""
    keys = make_keys(sorted(set(days)))
    months = {(key.day.year, key.day.month) for key in backups_to_keep(keys)}
    assert {(key.day.year, key.day.month) for key in rotate_after_each(keys)} >= months
