"""Many cards replayed from rows: always what the one definition of a replay says."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.backup.verify import verify
from srs.core.card_state import CardState, Scheduled, WithoutMemory
from srs.core.event import Answered, Days, Event, EventSource, Parameters, Rating, Step, Void
from srs.core.settings import Settings
from srs.database import open_store, states
from srs.log import event_log, processes, replay
from srs.log.replay import replay_all, replay_cards, replayed_states
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.conftest import BASIC, DAY, Home, instant
from tests.machines import START, Machine, insert_events
from tests.strategies import card_events

OTHER = Parameters(DEFAULT.model, tuple(value * 1.01 for value in DEFAULT.values[:20]) + DEFAULT.values[20:])


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path, "one", stack)


def lives(cards: int, answers: int) -> Iterator[Event]:
    for card in range(cards):
        day = date(2026, 1, 1)
        for n in range(answers):
            rating = Rating((card * 31 + n * 7) % 4 + 1)
            led_to = Step(n > 0, 0, 600) if rating == Rating.AGAIN else Days(1 + n % 5)
            at = START + n * 9 * DAY + card
            yield Event(f"n{card}/back", at, day, EventSource.SRS, "m", Answered(rating, 900, led_to))
            day += timedelta(n % 7)


def parameters_event(parameters: Parameters) -> Event:
    return Event("", 1, date(2026, 1, 1), EventSource.SRS, "m", parameters)


def expected(events: list[Event], parameters: Parameters = DEFAULT) -> dict[str, CardState]:
    scheduler = Scheduler(Settings(), parameters)
    by_card: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: event.at):
        by_card.setdefault(event.subject, []).append(event)
    return {card: scheduler.replay(of_card) for card, of_card in by_card.items()}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(card_events, max_size=30, unique_by=lambda event: event.at),
    st.sampled_from([DEFAULT, OTHER]),
)
def test_rows_amount_to_what_their_events_do_bit_for_bit(
    machine: Machine, events: list[Event], parameters: Parameters
) -> None:
    events = [replace(event, subject="a/b" if n % 3 else "c/d") for n, event in enumerate(events)]
    with machine.collection.store.write() as connection:
        connection.execute("delete from events")
        insert_events(connection, events)
        event_log.insert_event(connection, parameters_event(parameters))
        replay_all(connection)
        found = states.get_all(connection)
    assert {card: repr(state) for card, state in found.items()} == {
        card: repr(state) for card, state in expected(events, parameters).items()
    }


@pytest.mark.parametrize("many", [100_000, 0])
def test_progress_is_reported_batch_by_batch_in_one_process_or_several(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(replay, "_BATCH", 5_000)
    monkeypatch.setattr(replay, "_MANY", many)
    monkeypatch.setattr(processes, "_processors", lambda: 2)
    events = list(lives(500, 30))
    reported: list[int] = []

    @contextmanager
    def watch(_: str, total: int) -> Iterator[Callable[[int], None]]:
        assert total == 15_001
        yield reported.append

    with machine.collection.store.write() as connection:
        insert_events(connection, [*events, parameters_event(OTHER)])
        assert replay_all(connection, watch) == 500
    assert sum(reported) == 15_000
    assert len(reported) > 2
    assert states.get_all(machine.collection.store.connection) == expected(events, OTHER)


def test_only_the_cards_asked_for_are_replayed_and_one_without_events_that_count_is_forgotten(machine: Machine) -> None:
    with machine.collection.store.write() as connection:
        insert_events(connection, lives(4, 3))
        replay_all(connection)
        connection.execute("update states set reps = 99")
        for event in lives(4, 3):
            if event.subject == "n2/back":
                event_log.insert_void(connection, Void(event.subject, event.at))
        assert replay_cards(connection, ["n1/back", "n2/back", "n9/back"]) == 1
        found = {card: state.reps for card, state in states.get_all(connection).items()}
    assert found == {"n0/back": 99, "n1/back": 3, "n3/back": 99}


def test_a_database_of_version_3_is_replayed_when_it_is_opened_first(home: Home) -> None:
    """A real one. It had no bound for stabilities, and left new cards new whose due date was set."""
    with closing(sqlite3.connect(home.database)) as connection:
        connection.executescript(Path(__file__).with_name("version3.sql").read_text())
        before = dict(connection.execute("select card, stability from states"))
    home.write("a.yaml", BASIC)
    collection = home.open()
    found = states.get_all(collection.store.connection)
    phases = {card.removesuffix("/back"): state.phase for card, state in found.items()}
    assert phases["dated"] == Scheduled(5, date(2026, 3, 7))
    assert phases["dated-again-anew"] == Scheduled(9, date(2026, 3, 15))
    stable = {name: phase.memory.stability for name, phase in phases.items() if not isinstance(phase, WithoutMemory)}
    assert (before["ancient/back"], stable["ancient"]) == (pytest.approx(46_049.9, abs=0.1), 36_500)
    assert stable["ancient-lapsed"] < before["ancient-lapsed/back"], "it lapsed from the bound"
    assert {name: stable[name] for name in ("steady", "moved-to")} == {
        name: before[f"{name}/back"] for name in ("steady", "moved-to")
    }
    good, again = found["dated-good/back"], found["dated-again/back"]
    assert (good.introduced, good.reviewed, good.lapses) == (None, date(2026, 3, 10), 0)
    assert (again.introduced, again.reviewed, again.lapses) == (None, date(2026, 3, 4), 1)
    assert verify(collection, instant("2199-01-01T00:00Z")).good
    version = collection.store.data_version()
    home.open()
    assert collection.store.data_version() == version, "once is enough"


def test_a_process_that_was_killed_after_the_migration_leaves_the_replay_to_the_next(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        connection.executescript(Path(__file__).with_name("version3.sql").read_text())
    open_store(home.database).close()
    home.write("a.yaml", BASIC)
    assert verify(home.open(), instant("2199-01-01T00:00Z")).good


def test_a_batch_has_whole_cards_and_the_progress_ends_with_the_reader(machine: Machine) -> None:
    ended = []

    @contextmanager
    def watch(_: str, total: int) -> Iterator[Callable[[int], None]]:
        try:
            yield lambda _: None
        finally:
            ended.append(total)

    with machine.collection.store.write() as connection:
        insert_events(connection, lives(600, 30))
        batches = replayed_states(connection, DEFAULT, watch)
        events, rows = next(batches)
        batches.close()
    assert events == 30 * len(rows)
    assert ended == [18_000]


@pytest.mark.slow
def test_a_hundred_thousand_events_are_replayed_as_lived(machine: Machine) -> None:
    events = list(lives(2_000, 50))
    with machine.collection.store.write() as connection:
        insert_events(connection, events)
        replay_all(connection)
    assert states.get_all(machine.collection.store.connection) == expected(events)
