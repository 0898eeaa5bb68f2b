"""A note whose id was changed stays the same note in real Anki, both ways."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.ids import guid_and_nid
from srs.anki.package import opened
from srs.anki.pull import pull
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncResult
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.relink import relink
from srs.core.event import EventSource, Rating
from srs.database import states
from srs.log import event_log
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, MINUTE, Home, answer, instant

START = instant("2026-03-02T09:00+09:00")
TODAY = START + 3 * DAY
DECK = "deck: Talk\nnotes:\n- {id: one, front: one?, back: eins}\n- {id: two, front: two?, back: zwei}\n"

Steps = Callable[..., Any]


@pytest.fixture
def anki(timed_anki: TimedAnki) -> Steps:
    return lambda *steps: timed_anki(["at", TODAY], *steps, zone="Asia/Seoul")


def relinked(home: Home, *ids: str) -> Collection:
    """`one` under its last id, after each change of it."""
    old = "one"
    for n, new in enumerate(ids):
        home.write("a.yaml", DECK.replace("id: one", f"id: {new}"))
        relink(home.open(), old, new, TODAY + n * 1000)
        old = new
    return home.open()


def from_anki(collection: Collection) -> list[str]:
    rows = event_log.history(collection.store.connection)
    return [row.event.subject for row in rows if row.event.source == EventSource.ANKI]


def both(collection: Collection, tmp_path: Path, now: int = TODAY) -> AnkiSyncResult:
    return sync(collection, tmp_path / "timed.anki2", now, SyncChoices(lambda plan: True))


def test_after_a_relink_the_next_export_brings_no_second_note_and_reviews_come_home(
    home: Home, tmp_path: Path, anki: Steps
) -> None:
    home.write("a.yaml", DECK)
    collection = home.open()
    answer(collection, "one/back", Rating.EASY, START)
    export(collection, tmp_path / "before.apkg", TODAY)
    before = anki(["fsrs"], ["import", str(tmp_path / "before.apkg")])
    collection = relinked(home, "uno", "eins")
    answer(collection, "eins/back", Rating.EASY, TODAY - MINUTE)
    export(collection, tmp_path / "after.apkg", TODAY)
    steps = [
        ["import", str(tmp_path / "after.apkg")],
        ["answer", "eins/0", 3],
        ["export", "apkg", str(tmp_path / "home.apkg")],
    ]
    after = anki(*steps)
    assert set(after["cards"]) == {"eins/0", "two/0"}, "the hidden field names the current id"
    assert after["cards"]["eins/0"]["id"] == before["cards"]["one/0"]["id"]
    assert len(after["log"]) == 2, "what was answered here since the first export stays here, as with every note"
    assert pull(collection, tmp_path / "home.apkg", TODAY + DAY).events == 1
    assert from_anki(collection) == ["eins/back"]
    assert states.get(collection.store.connection, "eins/back").reps == 3
    assert not pull(collection, tmp_path / "home.apkg", TODAY + DAY).events
    assert verify(collection, TODAY + DAY).good


@pytest.mark.check
def test_a_sync_after_a_relink_names_the_new_id_in_the_same_note_and_then_finds_nothing(
    home: Home, tmp_path: Path, anki: Steps
) -> None:
    anki(["fsrs"])
    home.write("a.yaml", DECK)
    collection = home.open()
    answer(collection, "one/back", Rating.EASY, START)
    both(collection, tmp_path)
    before = anki(["answer", "one/0", 3])
    collection = relinked(home, "uno")
    synced = both(collection, tmp_path, TODAY + MINUTE)
    assert (synced.plan.new, synced.plan.changed) == ((), ("uno",))
    assert (synced.plan.pulled.events, from_anki(collection)) == (1, ["uno/back"])
    after = anki()
    assert set(after["cards"]) == {"uno/0", "two/0"}
    assert after["cards"]["uno/0"]["id"] == before["cards"]["one/0"]["id"]
    assert len(after["log"]) == 2
    again = both(collection, tmp_path, TODAY + MINUTE)
    assert not again.plan.pushes
    assert not again.plan.pulled.events
    assert verify(collection, TODAY + DAY).good


def test_the_package_has_the_first_ids_guid_and_numbers_and_one_note_where_two_became_one(
    home: Home, tmp_path: Path
) -> None:
    """`two` stays in its deck though its history is `one`'s by now: in Anki they are one note."""
    home.write("a.yaml", DECK)
    collection = home.open()
    answer(collection, "one/back", Rating.EASY, START)
    answer(collection, "two/back", Rating.EASY, START)
    relink(collection, "two", "one", TODAY)
    written = export(collection, tmp_path / "a.apkg", TODAY).written
    assert (written.notes, written.cards, written.reviews) == (1, 1, 1), "of two answers at one moment one counts"
    assert event_log.read_aliases(collection.store.connection).first_id("one") == "two"
    with opened(tmp_path / "a.apkg") as found:
        assert [tuple(row) for row in found.connection.execute("select guid, id from notes")] == [guid_and_nid("two")]
