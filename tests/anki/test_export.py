"""The log in a package, which is made without replaying it, against the replay."""

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.anki import prepare
from srs.anki.export import export
from srs.core.card_state import UNSEEN, CardState, Relearning, Review, WithoutMemory
from srs.core.event import (
    Answered,
    Crammed,
    Days,
    Event,
    EventSource,
    Forgot,
    Parameters,
    Rating,
    Rescheduled,
    Step,
    Void,
    What,
)
from srs.core.settings import Settings
from srs.log import event_log, processes
from srs.log.replay import replay_all
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.conftest import DAY, NOW, Home
from tests.strategies import actions, simulate

DECK = "deck: D\nnotes:\n" + "".join(f"- id: {name}\n  front: {name}?\n  back: b\n" for name in "abc")
OTHER = (*DEFAULT.values[:6], 2.2, 0.3, *DEFAULT.values[8:])  # difficulty moves at another pace
FIRST = date(2026, 1, 1)
Row = tuple[int, ...]


def rows(card: str, before: CardState, event: Event, after: CardState, last: int) -> Iterator[tuple[int, str, Row]]:
    """What Anki's log holds of an event: time, card, and ease, ivl, lastIvl, factor, time, type."""
    memory = None if isinstance(after.phase, WithoutMemory) else after.phase.memory
    factor = round(((memory.difficulty - 1) / 9 + 0.1) * 1000) if memory else 2500  # of what is no forget
    kind = 1 if isinstance(before.phase, Review) else 2 if isinstance(before.phase, Relearning) else 0
    match event.what:
        case Answered(rating, duration, Days(days)):
            yield event.at, card, (rating, days, last, factor, duration, kind)
        case Answered(rating, duration, Step(seconds=seconds)):
            yield event.at, card, (rating, -seconds, last, factor, duration, kind)
        case Crammed(rating, duration):
            yield event.at, card, (rating, last, last, 0, duration, 3)
        case Forgot():
            yield event.at, card, (0, 0, last, 0, 0, 4)
        case Rescheduled(days):
            yield event.at, card, (0, days, last, factor, 0, 4)


def replayed(scheduler: Scheduler, events: list[Event]) -> list[Row]:
    """The log rows of all cards in the order of time, from the states before and after each event."""
    found = []
    for card in "abc":
        state, last = UNSEEN, 0
        for event in (event for event in events if event.subject == f"{card}/back"):
            before, state = state, scheduler.apply(state, event)
            of_event = list(rows(event.subject, before, event, state, last))
            found += of_event
            if of_event and not isinstance(event.what, Crammed):
                last = of_event[0][2][1]
    return [row for _, _, row in sorted(found)]


@given(st.tuples(actions, actions, actions), st.data(), st.booleans())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_log_written_is_the_very_log_of_the_replay(
    home: Home, tmp_path: Path, done: tuple[list[tuple[Rating | What, int]], ...], data: st.DataObject, fitted: bool
) -> None:
    home.write("a.yaml", DECK)
    collection = home.open()
    parameters = Parameters("FSRS-6", OTHER) if fitted else DEFAULT
    scheduler = Scheduler(Settings(), parameters)
    lives = [simulate(scheduler, of_card, f"{card}/back") for card, of_card in zip("abc", done, strict=True)]
    events = [event for life in lives for event, _ in life]
    voided = data.draw(st.sets(st.sampled_from(events))) if events else set()
    with closing(collection.store):
        with collection.store.write() as connection:
            connection.execute("delete from events")
            connection.execute("delete from voids")
            for event in data.draw(st.permutations(events)):
                event_log.insert_event(connection, event)
            for event in voided:
                event_log.insert_void(connection, Void(event.subject, event.at))
            if fitted:
                event_log.insert_event(connection, Event("", 1, FIRST, EventSource.SRS, "m", parameters))
        with collection.store.write() as connection:
            replay_all(connection)
        now = data.draw(st.sampled_from([event.at for event in events] or [NOW])) - data.draw(
            st.sampled_from([0, 1, DAY])
        )
        ahead = export(collection, tmp_path / "a.apkg", now).written.ahead
    counted = [event for event in events if event not in voided]
    expected = replayed(scheduler, [event for event in counted if event.at <= now + DAY])
    assert ahead == len(replayed(scheduler, counted)) - len(expected)
    with closing(sqlite3.connect(":memory:")) as written:
        written.deserialize(zipfile.ZipFile(tmp_path / "a.apkg").read("collection.anki2"))
        found = written.execute("select ease, ivl, lastIvl, factor, time, type, id from revlog order by id").fetchall()
    assert [row[:-1] for row in found] == expected


def test_equal_collections_give_equal_packages_in_one_process_or_several(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all starter decks: every kind of note."""
    monkeypatch.setattr(processes, "_processors", lambda: 2)
    monkeypatch.setattr(prepare, "_BATCH", 50)
    shutil.copytree(Path(__file__).parents[2] / "decks", home.decks, dirs_exist_ok=True)
    collection = home.open()
    written = []
    for name, many in (("a.apkg", 20_000), ("b.apkg", 0)):
        monkeypatch.setattr(prepare, "_MANY", many)
        result = export(collection, home.path / name, NOW)
        written.append((result, (home.path / name).read_bytes()))
    assert written[0] == written[1]
    assert written[0][0].written.notes > 100
