"""Instants → study days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.clock import FIRST_MS, LAST_MS, Calendar, cached_day, is_instant, to_ms, to_utc, utc_text
from tests.conftest import DAY, instant
from tests.strategies import ZONES, calendars, instants

ONE = timedelta(days=1)


@given(calendars, instants)
def test_an_instant_lies_within_its_study_day(calendar: Calendar, at: int) -> None:
    day = calendar.day(at)
    assert calendar.start(day) <= at < calendar.start(day + ONE)


@given(calendars, instants, st.integers(0, 3 * DAY))
def test_study_days_never_go_back(calendar: Calendar, at: int, later: int) -> None:
    assert calendar.day(at) <= calendar.day(at + later)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rollover", [0, 90, 120, 150, 240, 1439])
def test_every_day_begins_on_itself_unless_the_zone_skips_it(zone: str, rollover: int) -> None:
    calendar = Calendar(ZoneInfo(zone), rollover)
    day = date(2011, 1, 1)
    while day < date(2013, 1, 1):
        start, following = calendar.start(day), calendar.start(day + ONE)
        assert start <= following
        assert calendar.day(start) == day or start == following
        day += ONE


def test_apia_had_no_thirtieth_of_december_in_2011() -> None:
    apia = Calendar(ZoneInfo("Pacific/Apia"))
    assert apia.start(date(2011, 12, 30)) == apia.start(date(2011, 12, 31))
    assert apia.day(apia.start(date(2011, 12, 31)) - 1) == date(2011, 12, 29)


@pytest.mark.parametrize(
    ("rollover", "at", "day"),
    [
        (240, "2026-03-02T03:59:59.999+09:00", "2026-03-01"),
        (240, "2026-03-02T04:00+09:00", "2026-03-02"),
        (0, "2026-03-02T00:00+09:00", "2026-03-02"),
    ],
)
def test_the_day_turns_at_the_rollover(rollover: int, at: str, day: str) -> None:
    assert str(Calendar(ZoneInfo("Asia/Seoul"), rollover).day(instant(at))) == day


def test_a_rollover_that_the_clocks_skip_is_that_moment() -> None:
    """In Berlin 02:00 became 03:00 on 29 March 2026."""
    berlin = Calendar(ZoneInfo("Europe/Berlin"), 150)
    assert utc_text(berlin.start(date(2026, 3, 29))) == "2026-03-29T01:30:00.000+00:00"
    assert berlin.day(instant("2026-03-29T03:29+02:00")) == date(2026, 3, 28)
    assert berlin.day(instant("2026-03-29T03:30+02:00")) == date(2026, 3, 29)


def test_a_rollover_that_comes_twice_counts_the_first_time() -> None:
    """In Berlin 03:00 became 02:00 on 25 October 2026, so 02:30 came twice."""
    berlin = Calendar(ZoneInfo("Europe/Berlin"), 150)
    assert berlin.day(instant("2026-10-25T02:29:59+02:00")) == date(2026, 10, 24)
    assert berlin.day(instant("2026-10-25T02:30+02:00")) == date(2026, 10, 25)
    assert berlin.day(instant("2026-10-25T02:10+01:00")) == date(2026, 10, 25), "the clock shows less, the day stays"


@given(st.integers(0, 4_000_000_000_000))
def test_instants_keep_their_milliseconds(at: int) -> None:
    assert to_ms(to_utc(at)) == at
    assert to_ms(datetime.fromisoformat(utc_text(at))) == at


def test_texts_show_the_offset_and_no_needless_milliseconds() -> None:
    seoul = Calendar(ZoneInfo("Asia/Seoul"))
    at = to_ms(datetime(2026, 3, 2, tzinfo=UTC))
    assert utc_text(at) == "2026-03-02T00:00:00.000+00:00"
    assert seoul.local_text(at) == "2026-03-02T09:00:00+09:00"
    assert seoul.local_text(at + 7) == "2026-03-02T09:00:00.007+09:00"


@given(calendars, st.dates(date(2000, 1, 1), date(2039, 1, 1)))
def test_days_begin_one_after_the_other_each_on_itself(calendar: Calendar, day: date) -> None:
    start, following = calendar.start(day), calendar.start(day + ONE)
    assert start <= following
    assert calendar.day(start) == day or start == following


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rollover", range(0, 1440, 97))
def test_only_apia_ever_skipped_a_day(zone: str, rollover: int) -> None:
    calendar = Calendar(ZoneInfo(zone), rollover)
    empty = []
    for n in range(365):
        day = date(2011, 6, 1) + timedelta(days=n)
        if calendar.start(day) == calendar.start(day + ONE):
            empty.append(str(day))
    assert empty == (["2011-12-30"] if zone == "Pacific/Apia" else [])


@given(calendars, instants)
def test_days_worked_out_for_many_instants_are_those_of_the_calendar(calendar: Calendar, at: int) -> None:
    day, turn = cached_day(calendar), calendar.start(calendar.day(at))
    for instant_then in (at, turn - 1, turn, at + DAY // 2):
        assert day(instant_then) == calendar.day(instant_then)


@pytest.mark.parametrize("value", [FIRST_MS, LAST_MS])
def test_the_log_holds_its_first_and_last_instant(value: int) -> None:
    assert is_instant(value)


@pytest.mark.parametrize("value", [0, -1, LAST_MS + 1, 1.5, "1", None])
def test_other_values_are_no_instants_of_the_log(value: object) -> None:
    assert not is_instant(value)
