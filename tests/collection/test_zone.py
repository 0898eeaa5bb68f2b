"""Which zone the study days are counted in."""

import os
import pickle
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.collection.zone import calendar
from srs.core.clock import Calendar, to_ms
from srs.core.errors import BadInput
from srs.core.settings import Settings

RULES = [
    "UTC0",
    "KST-9",
    "EST5EDT",
    "EST5EDT,M3.2.0,M11.1.0",
    "XST5XDT",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "<+0330>-3:30",
    "<-03>3<-02>,J60/0,J300/0",
    "IST-2IDT,M3.4.4/26,M10.5.0",
    "UTC+23:59:59",
    "Asia/Seoul",
    "",
    ":",
    ":Europe/Berlin",
    ":KST-9",
    ":/usr/share/zoneinfo/Europe/Berlin",
]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The C library's own zone may be set by `TZ`, and is afterwards what it was."""
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def test_the_settings_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert str(calendar(Settings(zone="Asia/Seoul")).zone) == "Asia/Seoul"
    assert str(calendar(Settings()).zone) == "Europe/Berlin"
    monkeypatch.setenv("TZ", ":America/Los_Angeles")
    assert str(calendar(Settings()).zone) == "America/Los_Angeles"


def test_without_either_the_system_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    assert str(calendar(Settings()).zone)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "a\0b"])
def test_a_zone_that_is_none_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput):
        calendar(Settings(zone=name))
    if "\0" not in name:
        monkeypatch.setenv("TZ", name)
        with pytest.raises(BadInput):
            calendar(Settings())


@pytest.mark.parametrize("name", RULES)
def test_the_environment_means_what_it_means_to_the_c_library(name: str, system: pytest.MonkeyPatch) -> None:
    system.setenv("TZ", name)
    time.tzset()
    zone = calendar(Settings()).zone
    assert calendar(Settings()) == calendar(Settings())
    for day in range(0, 3 * 365, 5):
        at = datetime(2025, 1, 1, 0, 30, tzinfo=UTC) + timedelta(days=day, hours=day % 24)
        assert at.astimezone(zone).utcoffset() == timedelta(seconds=time.localtime(at.timestamp()).tm_gmtoff)


@pytest.mark.parametrize(
    "name",
    [
        "KST",
        "Asia/Seol1",
        "KST-24",
        "KST-23KDT-24",
        "KST-9KDT,M13.1.0,M1.1.0",
        "K-9",
        "KST-9\n",
        "KST-9" + "x" * 9999,
        "KST-",
        "9",
    ],
)
def test_what_is_no_rule_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", name)
    with pytest.raises(BadInput):
        calendar(Settings())


def test_a_file_that_holds_no_zone_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    for name in ("large", "endless"):
        monkeypatch.setenv("TZ", str(tmp_path / name))
        with pytest.raises(BadInput):
            calendar(Settings())


@pytest.mark.parametrize("name", ["KST-9", ":/etc/localtime", "{}/mine"])
def test_a_zone_without_a_name_goes_to_other_processes(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Large imports work out their study days there."""
    shutil.copy("/usr/share/zoneinfo/Europe/Berlin", tmp_path / "mine")
    monkeypatch.setenv("TZ", name.format(tmp_path))
    here = calendar(Settings())
    there = pickle.loads(pickle.dumps(here))
    assert str(there.zone) == str(here.zone)
    assert [there.start(date(2026, month, 1)) for month in (1, 7)] == [here.start(date(2026, m, 1)) for m in (1, 7)]


@given(
    st.sampled_from([rule for rule in RULES if "," in rule or "-" in rule]),
    st.integers(0, 1439),
    st.integers(to_ms(datetime(1971, 1, 1, tzinfo=UTC)), to_ms(datetime(2199, 1, 1, tzinfo=UTC))),
)
def test_study_days_by_a_rule_begin_and_end_as_in_any_zone(rule: str, rollover: int, at: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", rule)
        learner = Calendar(calendar(Settings()).zone, rollover)
    day = learner.day(at)
    assert learner.start(day) <= at < learner.start(day + timedelta(days=1))
