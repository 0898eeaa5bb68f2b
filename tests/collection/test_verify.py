"""Proof that the caches are what the log amounts to."""

import pytest

from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.collection.verify import verify
from srs.event import Rating, Suspended
from tests.conftest import BASIC, Home, instant

NOW = instant("2026-03-02T09:00+09:00")
DAY = 86_400_000


@pytest.fixture
def lived(home: Home) -> Collection:
    home.write("a.yaml", BASIC)
    collection = home.open()
    recorder = Recorder(collection)
    for day in range(3):
        now = NOW + day * 20 * DAY
        recorder.answer(recorder.preview("one/back", now), Rating.GOOD, 0, now)
    recorder.mark("two/back", Suspended(), NOW)
    recorder.undo()
    return collection


def test_what_was_lived_is_what_is_replayed(lived: Collection) -> None:
    found = verify(lived, NOW + 90 * DAY)
    assert found.good
    assert (found.events, found.cards, found.future) == (3, 1, ())


@pytest.mark.parametrize(
    ("damage", "card"),
    [
        ("update states set stability = stability * (1 + 1e-15) where card = 'one/back'", "one/back"),
        ("update states set reps = reps + 1", "one/back"),
        ("delete from states", "one/back"),
        ("insert into voids select subject, at from events where what = 'answered' order by at limit 1", "one/back"),
    ],
)
def test_a_state_that_differs_in_the_last_bit_is_named(lived: Collection, damage: str, card: str) -> None:
    lived.store.connection.execute(damage)
    assert verify(lived, NOW + 90 * DAY).differ == (card,)


def test_a_state_without_an_event_is_named(lived: Collection) -> None:
    lived.store.connection.execute("delete from events where subject = 'one/back'")
    assert verify(lived, NOW + 90 * DAY).differ == ("one/back",)


def test_events_in_the_future_are_listed_and_are_no_damage(lived: Collection) -> None:
    found = verify(lived, NOW + DAY)
    assert found.good
    assert [event.at - NOW for event in found.future] == [20 * DAY, 40 * DAY]


def test_rows_that_refer_to_nothing_are_named(lived: Collection) -> None:
    lived.store.connection.execute("pragma foreign_keys = off")
    lived.store.connection.execute("delete from files")
    assert "refers to a row of files" in verify(lived, NOW + 90 * DAY).damage[0]
