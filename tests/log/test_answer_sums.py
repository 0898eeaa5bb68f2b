"""Two logs with the same answers of a card have the same sums, and others have not."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from srs.collection.recorder import Recorder
from srs.core.event import Flagged, Rating
from srs.log.answer_sums import ANSWER_SUMS, AnswerSums, answer_sums
from tests.conftest import BASIC, DAY, NOW, Home, answer

LOGS = st.lists(
    st.tuples(st.integers(1_600_000_000_000, 1_900_000_000_000), st.integers(1, 4)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)


def sums(rows: list[tuple[int, int]]) -> AnswerSums:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table log (at integer, rating integer)")
    connection.executemany("insert into log values (?, ?)", rows)
    return AnswerSums(*connection.execute(f"select {ANSWER_SUMS.format(at='at', rating='rating')} from log").fetchone())


@given(LOGS, st.data())
def test_an_answer_more_another_rating_or_another_time_changes_the_sums(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    found = sums(rows)
    assert sums(rows[::-1]) == found
    assert sums([*rows, (rows[0][0] + 1, 3)]) != found
    n = data.draw(st.integers(0, len(rows) - 1))
    at, rating = rows[n]
    moved = [*rows[:n], (at + data.draw(st.integers(1, 10**6)), rating), *rows[n + 1 :]]
    assert sums(moved) != found
    if at & 65535:
        rated = [*rows[:n], (at, rating % 4 + 1), *rows[n + 1 :]]
        assert sums(rated) != found


def test_cards_with_anything_but_answers_that_count_have_none(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    answer(collection, "one/back", Rating.GOOD)
    answer(collection, "one/back", Rating.EASY, NOW + DAY)
    answer(collection, "two/back", Rating.EASY)
    connection = collection.store.connection
    found = answer_sums(connection)
    assert found.keys() == {"one/back", "two/back"}
    assert (found["one/back"].number, found["one/back"].latest) == (2, NOW + DAY)
    recorder = Recorder(collection)
    recorder.mark("two/back", Flagged(), NOW + DAY)
    assert answer_sums(connection).keys() == {"one/back"}
    for _ in range(3):  # the flag, and an answer of each card
        recorder.undo()
    assert answer_sums(connection).keys() == set()
