"""Which zone the study days are counted in."""

import pytest

from srs.collection.zone import calendar
from srs.errors import BadInput
from srs.settings import Settings


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
