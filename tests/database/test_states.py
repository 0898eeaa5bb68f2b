"""States of many cards at once."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from srs.core.event import Answered, Days, Event, EventSource, Forgot, Rating, What
from srs.core.settings import Settings
from srs.database import open_store, states
from srs.scheduling.scheduler import Scheduler
from tests.conftest import BASIC, Home
from tests.strategies import incomplete_actions, simulate


@given(incomplete_actions)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_state_comes_back_as_it_was_put(tmp_path: Path, done: list[tuple[Rating | What, int]]) -> None:
    lived = simulate(Scheduler(Settings()), done)
    with closing(open_store(tmp_path / "srs.db")) as store, store.dry_run() as connection:
        for event, state in lived:
            states.put(connection, event.subject, state)
            assert states.get(connection, event.subject) == state


@pytest.mark.parametrize("count", [1, 301, 1200])
def test_many_states_are_put_as_a_few_are_and_cards_know_whether_they_are_new(home: Home, count: int) -> None:
    home.write(
        "a.yaml", "deck: Talk\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(count + 1))
    )
    collection = home.open()
    day = collection.calendar.day(1_700_000_000_000)
    scheduler = Scheduler(Settings())
    cards = [f"n{n}/back" for n in range(count)]

    def life(card: str) -> list[Event]:
        answer = Event(card, 1, day, EventSource.ANKI, "m", Answered(Rating.GOOD, 0, Days(3)))
        return [answer, Event(card, 2, day, EventSource.ANKI, "m", Forgot())]

    def new() -> int:
        found: int = collection.store.connection.execute("select count(*) from cards where new").fetchone()[0]
        return found

    for length, expected in ((1, 1), (2, count + 1), (1, 1), (0, count + 1)):
        made = {card: scheduler.replay(life(card)[:length]) for card in cards}
        with collection.store.write() as connection:
            states.put_rows(connection, sorted(states.state_to_row(card, state) for card, state in made.items()))
            states.update_new_flags(connection, cards)
        assert states.get_all(collection.store.connection) == (made if length else {})
        assert new() == expected


@pytest.mark.parametrize("rows", [1, 1_000_000])
def test_the_indexes_are_there_again_after_very_many_rows(home: Home, rows: int) -> None:
    home.write("a.yaml", BASIC)
    store = home.open().store

    def indexes() -> list[tuple[str, str]]:
        found = store.connection.execute(
            "select name, sql from sqlite_master where type = 'index' and tbl_name = 'states' order by name"
        )
        return [(row["name"], row["sql"]) for row in found]

    before = indexes()
    assert {"states_due", "states_as_of"} <= {name for name, _ in before}
    with store.write() as connection, states.without_indexes(connection, rows):
        assert bool(indexes()) is (rows == 1)
    assert indexes() == before
