"""The study days that the database's views read."""

from tests.conftest import Home


def test_study_days_that_are_no_text_are_written_again(home: Home) -> None:
    """As a damaged file may hold them, whatever the table says of its columns."""
    home.write("a.yaml", "deck: Talk\nnotes:\n- {id: one, front: a, back: b}\n")
    first = home.open().store
    expected = [tuple(row) for row in first.connection.execute("select * from study_days order by day")]
    first.connection.execute("pragma writable_schema = on")
    first.connection.execute(
        "update sqlite_master set sql = replace(sql, 'strict, without rowid', 'without rowid') where name = 'study_days'"
    )
    first.close()
    second = home.open().store
    assert [tuple(row) for row in second.connection.execute("select * from study_days order by day")] == expected
    second.connection.execute("update study_days set day = x'ff' where day = (select max(day) from study_days)")
    second.close()
    again = home.open().store.connection.execute("select * from study_days order by day")
    assert [tuple(row) for row in again] == expected
