"""While a goal holds, its cards are due in Anki as its plan has them; nothing of that comes back."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.planned_due import planned_due
from srs.anki.pull import pull
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncResult
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.goals_today import read_goals_today
from srs.collection.recorder import Recorder
from srs.core.card_state import Review
from srs.core.event import Aim, Answered, Days, Rating
from srs.log import event_log
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, Home, answer, instant, state_of

START = instant("2026-03-02T09:00+09:00")
FIRST = date(2026, 3, 2)
NOTES = [f"n{n:02}" for n in range(30)]
DECK = "deck: Talk\nnotes:\n" + "".join(f"- {{id: {n}, front: {n}?, back: b}}\n" for n in NOTES)
DATE = date(2026, 3, 27)

Steps = Callable[..., Any]


@pytest.fixture
def anki(timed_anki: TimedAnki) -> Steps:
    return lambda day, *steps: timed_anki(["at", at(day)], *steps, zone="Asia/Seoul")


@pytest.fixture
def ours(home: Home) -> Collection:
    """Thirty cards, each answered on two days, the first ten again today; a goal in fifteen days."""
    home.write("a.yaml", DECK)
    collection = home.open("2026-03-12T09:00+09:00")
    for n, note in enumerate(NOTES):
        for _ in range(2 + (n % 3 == 0)):  # through the steps
            answer(collection, f"{note}/back", Rating.GOOD if n % 3 else Rating.AGAIN, START + n, duration_ms=8000)
        answer(collection, f"{note}/back", Rating.GOOD, START + DAY + n, duration_ms=8000)
        answer(collection, f"{note}/back", Rating.GOOD, START + DAY + n + 1000, duration_ms=8000)
    for n, note in enumerate(NOTES[:10]):
        answer(collection, f"{note}/back", Rating.EASY, at(10) - 1000 + n, duration_ms=8000)
    Recorder(collection).set_goal("exam", Aim(DATE, minutes=5.0), at(10))
    return collection


def at(day: int) -> int:
    return START + day * DAY


def synced(collection: Collection, tmp_path: Path, day: int, later: int = 0) -> AnkiSyncResult:
    return sync(collection, tmp_path / "timed.anki2", at(day) + later, SyncChoices(lambda _: True))


def in_days(collection: Collection, day: int) -> dict[str, int]:
    """When each card is planned, or due by the ordinary schedule, counted from the day."""
    planned, today = planned_due(collection, at(day)), FIRST + timedelta(day)
    found = {}
    for note in NOTES:
        card = f"{note}/back"
        phase = state_of(collection, card).phase
        assert isinstance(phase, Review)
        found[note] = (planned.get(card, phase.due) - today).days
    return found


def theirs(result: Any) -> dict[str, int]:
    return {note: result["cards"][f"{note}/0"]["in_days"] for note in NOTES}


def ordinary(collection: Collection) -> list[int]:
    events = event_log.history(collection.store.connection)
    whats = (logged.event.what for logged in events if not logged.voided)
    return [what.led_to.days for what in whats if isinstance(what, Answered) and isinstance(what.led_to, Days)]


def test_the_plan_has_cards_for_today_for_later_days_and_for_after_the_date(ours: Collection) -> None:
    days = in_days(ours, 10)
    assert set(days.values()) & {0}, "what the rule asks today"
    asked = {card for card, _ in read_goals_today(ours, FIRST + timedelta(10)).today["exam"].plan.reviews}  # type: ignore[union-attr]
    assert {f"{note}/back" for note, n in days.items() if n == 0} == asked
    assert all(n > 0 for note, n in days.items() if note in NOTES[:10]), "answered today"


def test_a_sync_and_a_package_write_the_planned_days_and_the_next_sync_finds_nothing(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki(10)
    assert synced(ours, tmp_path, 10).plan.pushes
    result = anki(10)
    assert theirs(result) == in_days(ours, 10)
    assert theirs(result) != theirs_without(ours)
    again = synced(ours, tmp_path, 10, 5000)
    assert not again.plan.pushes
    assert not again.plan.pulled.events
    export(ours, tmp_path / "out.apkg", at(10))
    imported = anki_from_package(anki, tmp_path)
    assert theirs(imported) == in_days(ours, 10)
    assert verify(ours, at(10)).good


def theirs_without(collection: Collection) -> dict[str, int]:
    today = FIRST + timedelta(10)
    phases: Iterable[Any] = (state_of(collection, f"{note}/back").phase for note in NOTES)
    return {note: (phase.due - today).days for note, phase in zip(NOTES, phases, strict=True)}


def anki_from_package(anki: Steps, tmp_path: Path) -> Any:
    (tmp_path / "timed.anki2").unlink()
    return anki(10, ["import", str(tmp_path / "out.apkg")])


def test_no_event_and_no_row_of_the_log_arises_on_either_side(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki(10)
    before = [logged.event for logged in event_log.history(ours.store.connection)]
    for day in (10, 11, 12):
        synced(ours, tmp_path, day)
        rows = anki(day)["log"]
        assert len(rows) == sum(isinstance(event.what, Answered) for event in before)
    assert [logged.event for logged in event_log.history(ours.store.connection)] == before


def test_another_machine_that_pulls_takes_the_ordinary_intervals(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki(10)
    synced(ours, tmp_path, 10)
    with ExitStack() as stack:
        other = Home(tmp_path / "other", stack)
        other.write("a.yaml", DECK)
        collection = other.open("2026-03-12T09:00+09:00")
        pull(collection, tmp_path / "timed.anki2", at(10) + 9000)
        assert ordinary(collection) == ordinary(ours)
        for note in NOTES:
            assert state_of(collection, f"{note}/back").phase == state_of(ours, f"{note}/back").phase


def test_reviews_in_anki_count_and_later_syncs_of_that_day_leave_the_days_alone(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki(10)
    synced(ours, tmp_path, 10)
    asked = next(note for note, n in in_days(ours, 10).items() if n == 0)
    there = anki(10, ["fsrs"], ["answer", f"{asked}/0", 3])
    interval = there["cards"][f"{asked}/0"]["in_days"]
    done = synced(ours, tmp_path, 10, 60_000)
    assert done.plan.pulled.events == 1
    phase = state_of(ours, f"{asked}/back").phase
    assert isinstance(phase, Review)
    assert phase.days == interval, "as Anki promised"
    assert anki(10)["cards"][f"{asked}/0"]["in_days"] == interval
    synced(ours, tmp_path, 11)
    assert theirs(anki(11)) == in_days(ours, 11)


def test_a_dropped_goal_gives_the_ordinary_days_back(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki(10)
    synced(ours, tmp_path, 10)
    Recorder(ours).set_goal("exam", None, at(10) + 1000)
    assert planned_due(ours, at(10)) == {}
    synced(ours, tmp_path, 10, 5000)
    assert theirs(anki(10)) == theirs_without(ours)
    assert not synced(ours, tmp_path, 10, 9000).plan.pushes


def test_a_goal_that_is_set_later_on_the_day_is_written_by_the_next_sync(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki(10)
    synced(ours, tmp_path, 10)
    Recorder(ours).set_goal("exam", Aim(DATE - timedelta(6), minutes=5.0), at(10) + 1000)
    assert synced(ours, tmp_path, 10, 5000).plan.cards
    assert theirs(anki(10)) == in_days(ours, 10)
    assert not synced(ours, tmp_path, 10, 9000).plan.pushes
