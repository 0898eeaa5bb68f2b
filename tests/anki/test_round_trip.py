"""Random learners: reviews here, then in real Anki by its own scheduler, then home. Both sides know the same."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - learners of a seed

import pytest

from srs.anki.export import export
from srs.anki.pull import pull
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.card_state import New, Review, WithoutMemory
from srs.core.event import Answered, Forgot, Rating, Suspended, Unsuspended
from srs.core.settings import Settings
from srs.database import states
from srs.log import event_log
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, HOUR, MINUTE, Home, instant

START = instant("2026-01-05T12:17+00:00")
"""At no turn of a day: Anki counts what was answered in the first second of a day to the day before."""

ZONES = ("UTC", "Asia/Seoul", "Asia/Kolkata", "Etc/GMT+8")  # no clock is put forward in any of them


@dataclass
class Compared:
    """`memory` is the worst relative difference of stability or difficulty to what Anki works out of its log.
    What it keeps with the card is rounded after each answer, and strays from that by up to 0.2 %.
    """

    learners: int = 0
    before: int = 0
    in_anki: int = 0
    memory: float = 0.0
    reviews: int = 0

    def __str__(self) -> str:
        return (
            f"{self.learners} histories, {self.before} answers here, {self.in_anki} in Anki, all back; {self.reviews} due"
            f" dates equal; worst relative difference of a memory {self.memory:.1e}"
        )


def live(collection: Collection, card: str, draw: Random, until: int) -> None:
    """A life of one card: answers when it is due or so, the same day after a lapse, now and then a mark."""
    recorder, now = Recorder(collection), START + draw.randrange(150 * DAY)
    while now < until:
        state = recorder.state(card)
        if state.suspended:
            recorder.mark(card, Unsuspended(), now)
        elif draw.random() < 0.04:
            recorder.mark(card, draw.choice((Forgot(), Suspended())), now)
        else:
            rating = draw.choices(tuple(Rating), (2, 1, 5, 1))[0]
            assert recorder.answer(recorder.preview(card, now), rating, draw.randrange(20_000), now)
        phase = recorder.state(card).phase
        if isinstance(phase, Review):
            wait = max(phase.days, 1) * DAY * draw.uniform(0.7, 1.4)
        else:
            wait = draw.choice((MINUTE, 11 * MINUTE, 5 * HOUR, DAY))
        now += round(wait) + draw.randrange(HOUR)


def round_trip(home: Home, timed_anki: TimedAnki, zone: str, learners: int, sittings: int, seed: int) -> Compared:
    draw = Random(seed)
    home.settings = Settings(zone=zone)
    home.write(
        "a.yaml", "deck: Talk\nnotes:\n" + "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(learners))
    )
    collection = home.open("2026-01-05T12:00+00:00")
    for n in range(learners):
        live(collection, f"n{n}/back", draw, START + 120 * DAY)
    held = list(event_log.history(collection.store.connection))
    export(collection, home.path / "ours.apkg", START + 120 * DAY)
    steps: list[list[object]] = [["at", START + 120 * DAY], ["fsrs"], ["import", str(home.path / "ours.apkg")]]
    now = START + 120 * DAY
    for _ in range(sittings):
        now += round(DAY * draw.choice((0.3, 0.8, 1, 2, 5, 12)))
        steps += [["at", now], ["study", "Talk", draw.randrange(10, 40), draw.randrange(1 << 30)]]
    file = home.path / "back.colpkg"
    anki = timed_anki(*steps, ["export", "colpkg", str(file)], zone=zone, collection=f"{seed}.anki2")
    made = pull(collection, file, anki["now"] + HOUR)
    before = sum(isinstance(row.event.what, Answered) for row in held)
    result = Compared(learners, before, in_anki=sum(row[2] > 0 for row in anki["log"]) - before)
    assert sum(deck.came.get("answered", 0) for deck in made.decks) == result.in_anki
    assert pull(collection, file, anki["now"] + HOUR).events == 0
    assert verify(collection, anki["now"] + HOUR).good
    today = collection.calendar.day(anki["now"])
    for name, card in anki["cards"].items():
        state = states.get(collection.store.connection, f"{name.removesuffix('/0')}/back")
        phase = state.phase
        assert state.suspended == (card["queue"] == -1), name
        assert isinstance(phase, New) == (card["type"] == 0), name
        if isinstance(phase, WithoutMemory):
            continue
        for ours, theirs in (
            (phase.memory.stability, card["again_stability"]),
            (phase.memory.difficulty, card["again_difficulty"]),
        ):
            result.memory = max(result.memory, abs(ours - theirs) / theirs)
        if isinstance(phase, Review):
            assert phase.due == today + timedelta(card["in_days"]), name
            result.reviews += 1
        elif card["due"] > 10**9:
            assert phase.due // 1000 == card["due"], name
        else:
            assert collection.calendar.day(phase.due) == today + timedelta(card["in_days"]), name
    return result


@pytest.mark.check
def test_some_learners_come_home(home: Home, timed_anki: TimedAnki) -> None:
    result = round_trip(home, timed_anki, "Asia/Kolkata", learners=15, sittings=40, seed=1)
    print(result)
    assert result.in_anki > 50
    assert result.memory < 1e-4


@pytest.mark.check
def test_what_anki_dated_back_comes_home_once(home: Home, timed_anki: TimedAnki) -> None:
    """Half of the lives lie ahead of Anki's clock, by up to two months; then the cards are studied there, and here again."""
    draw = Random(3)
    home.settings = Settings(zone="UTC")
    home.write("a.yaml", "deck: Talk\nnotes:\n" + "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(12)))
    collection = home.open("2026-01-05T12:00+00:00")
    end, now = START + 120 * DAY, START + 60 * DAY
    for n in range(12):
        live(collection, f"n{n}/back", draw, end)
    before = list(event_log.history(collection.store.connection))
    export(collection, home.path / "ours.apkg", end)
    steps: list[list[object]] = [["at", now], ["fsrs"], ["import", str(home.path / "ours.apkg")]]
    for days in (1, 5, 20, 90):
        steps += [["at", now + days * DAY], ["study", "Talk", 15, days]]
    file = home.path / "back.colpkg"
    rows = timed_anki(*steps, ["export", "colpkg", str(file)], collection="back.anki2")["log"]
    there = sum(row[2] > 0 for row in rows) - sum(isinstance(row.event.what, Answered) for row in before)
    assert sum(row.event.at > now + DAY for row in before) > 20
    assert there > 20
    made = pull(collection, file, now + 100 * DAY)
    assert sum(deck.came.get("answered", 0) for deck in made.decks) == there
    assert made.redated > 20
    assert verify(collection, now + 100 * DAY).good
    for n in range(12):
        live(collection, f"n{n}/back", draw, now + 200 * DAY)
    again = pull(collection, file, now + 200 * DAY)
    assert (again.events, again.redated) == (0, made.redated)
    held = {(row.event.subject, row.event.at) for row in event_log.history(collection.store.connection)}
    assert held >= {(row.event.subject, row.event.at) for row in before}


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_two_hundred_learners_come_home(tmp_path: Path, timed_anki: TimedAnki, zone: str) -> None:
    """Fifty in each zone; what was measured is printed."""
    with ExitStack() as stack:
        result = round_trip(Home(tmp_path, stack), timed_anki, zone, learners=50, sittings=80, seed=len(zone))
    print(zone, result)
    assert result.in_anki > 300
    assert result.memory < 1e-4
