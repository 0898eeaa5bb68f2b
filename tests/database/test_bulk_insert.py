"""Many rows into a table."""

import sqlite3
from contextlib import closing

import pytest

from srs.database.bulk_insert import insert_many


@pytest.mark.parametrize("count", [0, 1, 299, 300, 301, 900])
def test_every_row_arrives_once_and_in_order(count: int) -> None:
    rows = [(n, f"{n}") for n in range(count)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table t (a, b)")
        insert_many(connection, "insert into t (a, b)", rows)
        assert connection.execute("select a, b from t order by rowid").fetchall() == rows
