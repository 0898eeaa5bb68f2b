"""What was done in real Anki comes home, once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from srs.collection import Collection
from srs.collection.export import export
from srs.collection.pull import Plan, pull
from srs.collection.recorder import Recorder
from srs.collection.verify import verify
from srs.event import Event, Rating, Source
from srs.memory import CardState, Relearning, Review
from srs.store import log, states
from tests.anki.conftest import Living
from tests.conftest import Home, instant

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
START = instant("2026-03-02T09:00+09:00")
SEOUL = "Asia/Seoul"
NAMES = ("one", "two", "three", "four")
DECK = "deck: Talk\nnotes:\n" + "".join(f"- {{id: {name}, front: {name}?, back: eins}}\n" for name in NAMES)


@pytest.fixture
def ours(home: Home) -> Collection:
    """Four cards, of which the first was reviewed on two days."""
    home.write("a.yaml", DECK)
    collection = home.open()
    recorder = Recorder(collection)
    for day in (0, 1):
        now = START + day * DAY
        recorder.answer(recorder.preview("one/back", now), Rating.EASY, 1500, now)
    return collection


def exported(collection: Collection, tmp_path: Path) -> list[list[Any]]:
    """The steps that bring our cards to Anki, three days after the start."""
    export(collection, tmp_path / "ours.apkg")
    return [["at", START + 3 * DAY], ["fsrs"], ["import", str(tmp_path / "ours.apkg")]]


def counted(collection: Collection, card: str) -> list[Event]:
    return list(log.of_card(collection.store.connection, card))


def state(collection: Collection, card: str) -> CardState:
    return states.get(collection.store.connection, card)


def came(plan: Plan) -> dict[str, int]:
    total: dict[str, int] = {}
    for deck in plan.decks:
        for name, count in deck.came.items():
            total[name] = total.get(name, 0) + count
    return total


@pytest.mark.parametrize("kind", ["apkg", "apkg-old", "colpkg", "colpkg-old", "anki2"])
def test_reviews_in_anki_come_home_once_from_every_form(
    ours: Collection, tmp_path: Path, living: Living, kind: str
) -> None:
    file = tmp_path / ("living.anki2" if kind == "anki2" else "out.pkg")
    steps = [
        *exported(ours, tmp_path),
        ["answer", "one/0", 3],
        ["answer", "two/0", 3],
        ["at", START + 3 * DAY + 20 * MINUTE],
        ["answer", "two/0", 3],
        ["at", START + 30 * DAY],
        ["answer", "one/0", 1],
    ]
    anki = living(*steps, *([] if kind == "anki2" else [["export", kind, str(file)]]), zone=SEOUL)
    now = START + 31 * DAY
    assert came(pull(ours, file, now, dry_run=True)) == {"answered": 4}
    assert len(counted(ours, "one/back")) == 2
    made = pull(ours, file, now)
    assert came(made) == {"answered": 4}
    assert [(deck.deck, deck.known, deck.others) for deck in made.decks if deck.deck == "Talk"] == [("Talk", 2, 0)]
    one, two = state(ours, "one/back"), state(ours, "two/back")
    assert isinstance(one.phase, Relearning)
    assert one.phase.due // 1000 == anki["cards"]["one/0"]["due"]
    assert isinstance(two.phase, Review)
    assert two.phase.due == ours.calendar.day(anki["now"]) + timedelta(anki["cards"]["two/0"]["in_days"])
    for card in ("one", "two"):
        memory = state(ours, f"{card}/back").phase
        assert isinstance(memory, Review | Relearning)
        assert memory.memory.stability == pytest.approx(anki["cards"][f"{card}/0"]["again_stability"], rel=1e-4)
        assert memory.memory.difficulty == pytest.approx(anki["cards"][f"{card}/0"]["again_difficulty"], rel=1e-4)
    assert {event.source for event in counted(ours, "two/back")} == {Source.ANKI}
    assert pull(ours, file, now).events == ()
    assert verify(ours, now).good
