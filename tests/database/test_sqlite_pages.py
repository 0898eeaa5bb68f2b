"""Rows straight from pages."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.database.sqlite_pages import Value, recover_rows

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, -1, 127, 128, 2**23, 2**47]),
        st.floats(allow_nan=False),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
        st.binary(max_size=40) | st.integers(0, 20_000).map(bytes),  # the long ones go on, on pages of their own
    ),
    max_size=30,
)


def create_table(path: Path, content: list[tuple[Value, ...]], page_size: int) -> set[tuple[Value, ...]]:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma page_size = {page_size}")
        connection.execute("create table t (a, b, c, d)")
        connection.execute("create table u (a, b, c, d, n integer, primary key (n)) without rowid")
        connection.executemany("insert into t values (?, ?, ?, ?)", content)
        connection.executemany("insert into u values (?, ?, ?, ?, ?)", [(*row, n) for n, row in enumerate(content)])
        connection.commit()
        return {*connection.execute("select a, b, c, d from t"), *connection.execute("select n, a, b, c, d from u")}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from([512, 1024, 4096, 65536]))
def test_they_are_what_sqlite_reads(tmp_path: Path, content: list[tuple[Value, ...]], page_size: int) -> None:
    expected = create_table(tmp_path / "x.db", content, page_size)
    assert {values for _, values in recover_rows(tmp_path / "x.db", {4}) if len(values) == 4} | {
        values for _, values in recover_rows(tmp_path / "x.db", {5}) if values[0] != "table"
    } == expected


def test_what_waits_in_the_write_ahead_log_counts_once_it_is_committed(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma cache_size = 5")  # so that an open transaction is written as well
        connection.execute("create table t (a, b, c)")
        connection.execute("insert into t values (1, 2, 3)")
        connection.execute("begin")
        connection.executemany("insert into t values (?, 0, zeroblob(3000))", [(n,) for n in range(100)])
        assert (tmp_path / "x.db-wal").stat().st_size > 200_000
        assert [values for _, values in recover_rows(file, {3})] == [(1, 2, 3)]
        connection.execute("commit")
        assert len(list(recover_rows(file, {3}))) == 101


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("pages") / "x.db"
    create_table(file, [(n, n / 3, str(n), bytes(n * 20)) for n in range(60)], 512)
    return file.read_bytes()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2**20), st.binary(min_size=1, max_size=300)), min_size=1, max_size=10))
def test_any_damage_is_passed_over(tmp_path: Path, whole: bytes, damage: list[tuple[int, bytes]]) -> None:
    """Whatever the bytes say, reading them comes to an end and raises nothing."""
    data = bytearray(whole)
    for place, junk in damage:
        start = place % len(data)
        data[start : start + len(junk)] = junk
    (tmp_path / "x.db").write_bytes(data)
    assert all(len(values) in {4, 5} for _, values in recover_rows(tmp_path / "x.db", {4, 5}))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", bytes(5000), b"\xff" * 9000])
def test_what_is_no_database_has_no_rows(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    assert list(recover_rows(tmp_path / "x.db", {1, 2, 3, 4, 5})) == []
