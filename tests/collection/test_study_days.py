"""The study days that the database's views read."""

import sqlite3
from contextlib import closing

import pytest

from tests.conftest import BASIC, Home
from tests.other_programs import query


def days(home: Home) -> list[str]:
    return [row[0] for row in query(home.database, "select day from study_days order by starts")]


@pytest.mark.parametrize("lost", ["2026-03-02", "2026-08-01"])
def test_damaged_study_days_stop_nothing_and_are_restored_when_they_are_needed(home: Home, lost: str) -> None:
    """As a damaged file may hold them, whatever the table says of its columns."""
    home.write("a.yaml", BASIC)
    home.open().store.close()
    with closing(sqlite3.connect(home.database, isolation_level=None)) as connection:
        connection.execute("pragma writable_schema = on")
        names = "'strict, without rowid'", "'without rowid'"
        change = "update sqlite_master set sql = replace(sql, {}, {}) where name = 'study_days'"
        connection.execute(change.format(*names))
    with closing(sqlite3.connect(home.database, isolation_level=None)) as connection:
        connection.execute("update study_days set day = x'ff' where day = ?", (lost,))
        connection.execute("pragma writable_schema = on")
        connection.execute(change.format(*reversed(names)))
    assert lost not in days(home)
    home.open(f"{lost}T09:00+09:00").store.close()
    assert lost in days(home)


def test_a_look_ahead_removes_no_study_days_of_today(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.open().store.close()
    today = days(home)
    home.open("2040-01-15T08:00+09:00").store.close()
    assert set(today) < set(days(home))
    assert "2040-01-15" in days(home)
    size = len(days(home))
    for now in ("2026-03-02T09:00+09:00", "2040-01-15T08:00+09:00"):
        home.open(now).store.close()
    assert len(days(home)) == size, "and nothing is written again"
