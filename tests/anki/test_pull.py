"""What was done in real Anki comes home, once."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from srs.anki import pull as pull_module
from srs.anki import read_reviews
from srs.anki.export import export
from srs.anki.pull import Pulled, pull
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.backup.rebuild import rebuild
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.card_state import Learning, New, Relearning, Review
from srs.core.event import Answered, Event, EventSource, Forgot, Rating, Suspended, Unsuspended, Void
from srs.database import states
from srs.log import event_log, processes
from srs.sync.merge import merge
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, HOUR, MINUTE, Home, answer, instant, state_of

START = instant("2026-03-02T09:00+09:00")
SEOUL = "Asia/Seoul"
NAMES = ("one", "two", "three", "four")
DECK = "deck: Talk\nnotes:\n" + "".join(f"- {{id: {name}, front: {name}?, back: eins}}\n" for name in NAMES)


@pytest.fixture
def ours(home: Home) -> Collection:
    """Four cards, of which the first was reviewed on two days."""
    home.write("a.yaml", DECK)
    collection = home.open()
    for day in (0, 1):
        now = START + day * DAY
        answer(collection, "one/back", Rating.EASY, now)
    return collection


def exported(collection: Collection, tmp_path: Path) -> list[list[Any]]:
    """The steps that bring our cards to Anki, three days after the start."""
    export(collection, tmp_path / "ours.apkg", START + 3 * DAY)
    return [["at", START + 3 * DAY], ["fsrs"], ["import", str(tmp_path / "ours.apkg")]]


def counted(collection: Collection, card: str) -> list[Event]:
    return list(event_log.card_events(collection.store.connection, card))


def came(made: Pulled) -> dict[str, int]:
    total: dict[str, int] = {}
    for deck in made.decks:
        for name, count in deck.came.items():
            total[name] = total.get(name, 0) + count
    return total


@pytest.mark.parametrize("kind", ["apkg", "apkg-old", "colpkg", "colpkg-old", "anki2"])
def test_reviews_in_anki_come_home_once_from_every_form(
    ours: Collection, tmp_path: Path, timed_anki: TimedAnki, kind: str
) -> None:
    file = tmp_path / ("timed.anki2" if kind == "anki2" else "out.pkg")
    steps = [
        *exported(ours, tmp_path),
        ["answer", "one/0", 3],
        ["answer", "two/0", 3],
        ["at", START + 3 * DAY + 20 * MINUTE],
        ["answer", "two/0", 3],
        ["at", START + 30 * DAY],
        ["answer", "one/0", 1],
    ]
    anki = timed_anki(*steps, *([] if kind == "anki2" else [["export", kind, str(file)]]), zone=SEOUL)
    now = START + 31 * DAY
    assert came(pull(ours, file, now, dry_run=True)) == {"answered": 4}
    assert len(counted(ours, "one/back")) == 2
    made = pull(ours, file, now)
    assert came(made) == {"answered": 4}
    assert [(deck.deck, deck.known, deck.others) for deck in made.decks if deck.deck == "Talk"] == [("Talk", 2, 0)]
    one, two = state_of(ours, "one/back"), state_of(ours, "two/back")
    assert isinstance(one.phase, Relearning)
    assert one.phase.due // 1000 == anki["cards"]["one/0"]["due"]
    assert isinstance(two.phase, Review)
    assert two.phase.due == ours.calendar.day(anki["now"]) + timedelta(anki["cards"]["two/0"]["in_days"])
    for card in ("one", "two"):
        memory = state_of(ours, f"{card}/back").phase
        assert isinstance(memory, Review | Relearning)
        assert memory.memory.stability == pytest.approx(anki["cards"][f"{card}/0"]["again_stability"], rel=1e-4)
        assert memory.memory.difficulty == pytest.approx(anki["cards"][f"{card}/0"]["again_difficulty"], rel=1e-4)
    assert {event.source for event in counted(ours, "two/back")} == {EventSource.ANKI}
    assert pull(ours, file, now).events == 0
    assert verify(ours, now).good


def whats(collection: Collection, card: str) -> list[type]:
    return [type(event.what) for event in counted(collection, card)]


def out(tmp_path: Path, name: str) -> Path:
    return tmp_path / f"{name}.colpkg"


def leave(tmp_path: Path, name: str) -> list[str]:
    return ["export", "colpkg", str(out(tmp_path, name))]


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_files_come_in_any_order(ours: Collection, tmp_path: Path, timed_anki: TimedAnki, order: str) -> None:
    timed_anki(
        *exported(ours, tmp_path),
        *[["answer", "one/0", 3], ["answer", "two/0", 1], leave(tmp_path, "a")],
        *[["at", START + 20 * DAY], ["answer", "one/0", 1], ["answer", "two/0", 4], leave(tmp_path, "b")],
        *[["at", START + 40 * DAY], ["answer", "one/0", 3], ["answer", "two/0", 3], leave(tmp_path, "c")],
        zone=SEOUL,
    )
    now = START + 41 * DAY
    for name in order:
        pull(ours, out(tmp_path, name), now)
    assert all(pull(ours, out(tmp_path, name), now).events == 0 for name in order)
    assert [len(counted(ours, f"{card}/back")) for card in ("one", "two")] == [5, 3]
    assert verify(ours, now).good


def test_a_review_voided_here_stays_void(ours: Collection, tmp_path: Path, timed_anki: TimedAnki) -> None:
    timed_anki(*exported(ours, tmp_path), ["answer", "two/0", 3], leave(tmp_path, "a"), zone=SEOUL)
    assert pull(ours, out(tmp_path, "a"), START + 4 * DAY).events == 1
    (event,) = counted(ours, "two/back")
    with ours.store.write() as connection:
        event_log.insert_void(connection, Void(event.subject, event.at))
    rebuild(ours, START + 4 * DAY)
    assert pull(ours, out(tmp_path, "a"), START + 4 * DAY).events == 0
    assert counted(ours, "two/back") == []


def test_a_void_that_came_before_its_review_holds_for_it(
    ours: Collection, tmp_path: Path, timed_anki: TimedAnki
) -> None:
    anki = timed_anki(*exported(ours, tmp_path), ["answer", "two/0", 3], leave(tmp_path, "a"), zone=SEOUL)
    with ours.store.write() as connection:
        event_log.insert_void(connection, Void("two/back", anki["log"][-1][0]))
    assert pull(ours, out(tmp_path, "a"), START + 4 * DAY).events == 1
    assert isinstance(state_of(ours, "two/back").phase, New)
    assert verify(ours, START + 4 * DAY).good


def test_a_step_is_counted_by_the_steps_of_its_own_deck(home: Home, tmp_path: Path, timed_anki: TimedAnki) -> None:
    for deck, settings in (("Own", "settings: {steps: [1m, 10m, 20m, 1h]}\n"), ("Usual", "")):
        name = deck.lower()
        home.write(f"{name}.yaml", f"deck: {deck}\n{settings}notes:\n- {{id: {name}, front: f, back: b}}\n")
    collection = home.open()
    steps = [["answer", f"{name}/0", 3] for name in ("own", "usual")]
    timed_anki(*exported(collection, tmp_path), *steps, leave(tmp_path, "a"), zone=SEOUL)
    assert pull(collection, out(tmp_path, "a"), START + 4 * DAY).events == 2
    phases = [state_of(collection, f"{name}/back").phase for name in ("own", "usual")]
    assert [phase.step for phase in phases if isinstance(phase, Learning)] == [1, 1]


@pytest.mark.check
def test_suspended_and_taken_back_on_either_side(ours: Collection, tmp_path: Path, timed_anki: TimedAnki) -> None:
    now = START + 60 * DAY
    timed_anki(
        *exported(ours, tmp_path), ["answer", "one/0", 3], ["suspend", "one/0"], leave(tmp_path, "a"), zone=SEOUL
    )
    assert came(pull(ours, out(tmp_path, "a"), now)) == {"answered": 1, "suspended": 1}
    assert state_of(ours, "one/back").suspended
    # unsuspended there: it shows with the first review
    timed_anki(["at", START + 5 * DAY], ["unsuspend", "one/0"], leave(tmp_path, "b"), zone=SEOUL)
    assert pull(ours, out(tmp_path, "b"), now).events == 0
    timed_anki(["at", START + 30 * DAY], ["answer", "one/0", 3], leave(tmp_path, "c"), zone=SEOUL)
    assert came(pull(ours, out(tmp_path, "c"), now)) == {"answered": 1, "unsuspended": 1}
    assert not state_of(ours, "one/back").suspended
    # suspended here after that: the same file changes nothing, a later review in Anki does
    Recorder(ours).mark("one/back", Suspended(), START + 31 * DAY)
    assert pull(ours, out(tmp_path, "c"), now).events == 0
    timed_anki(["at", START + 50 * DAY], ["answer", "one/0", 3], leave(tmp_path, "d"), zone=SEOUL)
    pull(ours, out(tmp_path, "d"), now)
    assert whats(ours, "one/back")[-4:] == [Answered, Suspended, Unsuspended, Answered]
    # suspended there, and taken back here later
    timed_anki(["at", START + 51 * DAY], ["suspend", "one/0"], leave(tmp_path, "e"), zone=SEOUL)
    Recorder(ours).mark("one/back", Suspended(), START + 52 * DAY)
    Recorder(ours).mark("one/back", Unsuspended(), START + 53 * DAY)
    assert pull(ours, out(tmp_path, "e"), now).events == 0
    assert verify(ours, now).good


@pytest.mark.check
def test_forget_due_dates_rescheduling_and_burial(ours: Collection, tmp_path: Path, timed_anki: TimedAnki) -> None:
    steps = [["answer", f"{name}/0", 4] for name in NAMES]
    anki = timed_anki(
        *exported(ours, tmp_path),
        *steps,
        *[["at", START + 5 * DAY], ["due", "one/0", "7-9!"], ["forget", "two/0"], ["bury", "four/0"]],
        leave(tmp_path, "a"),
        zone=SEOUL,
    )
    now = START + 5 * DAY + HOUR
    assert came(pull(ours, out(tmp_path, "a"), now)) == {"answered": 4, "rescheduled": 1, "forgot": 1, "buried": 1}
    one = state_of(ours, "one/back").phase
    today = ours.calendar.day(now)
    assert isinstance(one, Review)
    assert one.due == today + timedelta(anki["cards"]["one/0"]["in_days"])
    assert one.memory.stability == pytest.approx(anki["cards"]["one/0"]["again_stability"], rel=1e-4)
    assert isinstance(state_of(ours, "two/back").phase, New)
    assert state_of(ours, "four/back").buried == today
    # Anki's own rescheduling moves what is due and leaves the memory
    before = state_of(ours, "three/back").phase
    anki = timed_anki(["at", now], ["reschedule", 0.8], ["answer", "two/0", 3], leave(tmp_path, "b"), zone=SEOUL)
    assert came(pull(ours, out(tmp_path, "b"), now + HOUR))["rescheduled"] >= 1
    after = state_of(ours, "three/back").phase
    assert isinstance(before, Review)
    assert isinstance(after, Review)
    assert (after.memory, after.due) == (before.memory, today + timedelta(anki["cards"]["three/0"]["in_days"]))
    assert after.due > before.due
    two = state_of(ours, "two/back").phase
    assert isinstance(two, Learning)
    assert two.memory.stability == pytest.approx(anki["cards"]["two/0"]["again_stability"], rel=1e-4)
    assert pull(ours, out(tmp_path, "b"), now + HOUR).events == 0
    assert verify(ours, now).good


@pytest.mark.check
def test_cards_in_filtered_decks_and_cramming(ours: Collection, tmp_path: Path, timed_anki: TimedAnki) -> None:
    steps = [["answer", f"{name}/0", 4] for name in NAMES[1:]]
    anki = timed_anki(
        *exported(ours, tmp_path),
        *steps,
        *[["answer", "one/0", 3], ["at", START + 5 * DAY], ["filter", "Cram", "is:review", False]],
        *[["answer", "one/0", 1], ["at", START + 5 * DAY + HOUR], ["answer", "two/0", 3], leave(tmp_path, "a")],
        zone=SEOUL,
    )
    now = START + 6 * DAY
    made = pull(ours, out(tmp_path, "a"), now)
    assert came(made) == {"answered": 4}
    assert [deck.deck for deck in made.decks if deck.came] == ["Talk"]
    for name in NAMES:
        phase = state_of(ours, f"{name}/back").phase
        assert isinstance(phase, Review)
        assert phase.due == ours.calendar.day(anki["now"]) + timedelta(anki["cards"][f"{name}/0"]["in_days"])
    # reviewed ahead in a filtered deck that does reschedule: an answer like any other
    anki = timed_anki(
        *[["at", now], ["empty", "Cram"], ["filter", "Ahead", "is:review", True], ["answer", "two/0", 3]],
        leave(tmp_path, "b"),
        zone=SEOUL,
    )
    assert came(pull(ours, out(tmp_path, "b"), now + HOUR)) == {"answered": 1}
    two = state_of(ours, "two/back").phase
    assert isinstance(two, Review)
    assert two.due == ours.calendar.day(now) + timedelta(anki["cards"]["two/0"]["in_days"])
    assert two.memory.stability == pytest.approx(anki["cards"]["two/0"]["again_stability"], rel=1e-4)


def test_what_is_not_ours_is_counted_and_left_alone(
    ours: Collection, tmp_path: Path, timed_anki: TimedAnki, home: Home
) -> None:
    timed_anki(*exported(ours, tmp_path), ["answer", "two/0", 3], leave(tmp_path, "a"), zone=SEOUL)
    home.write("a.yaml", DECK.replace("id: two", "id: other"))
    again = home.open("2026-03-06T09:00+09:00")
    made = pull(again, out(tmp_path, "a"), START + 4 * DAY)
    assert [(deck.deck, deck.known, deck.others) for deck in made.decks if deck.deck == "Talk"] == [("Talk", 2, 1)]
    assert made.events == 0


def test_a_note_with_a_guid_of_its_own_is_known_by_it(home: Home, tmp_path: Path, timed_anki: TimedAnki) -> None:
    home.write("a.yaml", DECK.replace("id: two,", "id: two, guid: 'from-anki',"))
    collection = home.open()
    timed_anki(*exported(collection, tmp_path), ["answer", "two/0", 3], leave(tmp_path, "a"), zone=SEOUL)
    assert pull(collection, out(tmp_path, "a"), START + 4 * DAY).events == 1
    assert len(counted(collection, "two/back")) == 1


def test_a_dry_run_writes_nothing(ours: Collection, tmp_path: Path, timed_anki: TimedAnki) -> None:
    timed_anki(*exported(ours, tmp_path), ["answer", "two/0", 3], leave(tmp_path, "a"), zone=SEOUL)
    before = list(ours.store.connection.iterdump())
    assert came(pull(ours, out(tmp_path, "a"), START + 4 * DAY, dry_run=True)) == {"answered": 1}
    assert list(ours.store.connection.iterdump()) == before


def test_batches_of_any_size_in_any_process_give_the_same_events_and_states(
    ours: Collection, tmp_path: Path, timed_anki: TimedAnki, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed_anki(
        *exported(ours, tmp_path),
        *[["answer", f"{name}/0", rating] for rating, name in enumerate(NAMES, 1)],
        *[["at", START + 20 * DAY], ["answer", "one/0", 3], ["suspend", "two/0"], leave(tmp_path, "a")],
        zone=SEOUL,
    )
    now = START + 21 * DAY
    ours.store.close()
    shutil.copy(home.database, tmp_path / "alone.db")
    found = []
    monkeypatch.setattr(processes, "_processors", lambda: 2)
    for size, many in ((500, 10**9), (1, 10**9), (1, 0)):
        monkeypatch.setattr(read_reviews, "_BATCH", size)
        monkeypatch.setattr(pull_module, "_MANY", many)
        shutil.copy(tmp_path / "alone.db", home.database)
        collection = home.open()
        made = pull(collection, out(tmp_path, "a"), now)
        found.append(
            (
                made,
                states.get_all_rows(collection.store.connection),
                list(event_log.history(collection.store.connection)),
            )
        )
        assert verify(collection, now).good
        collection.store.close()
    assert found[0] == found[1] == found[2]
    assert found[0][0].events > 5


def test_our_answers_that_anki_dated_back_come_in_on_no_machine(
    home: Home, ours: Collection, tmp_path: Path, timed_anki: TimedAnki
) -> None:
    """Given half a year ahead, exported by that clock, and imported by today's. Another machine, which does not have them
    yet, takes them for news until the two meet.
    """
    recorder, ahead = Recorder(ours), START + 180 * DAY
    for n, name in enumerate(NAMES):
        recorder.answer(recorder.preview(f"{name}/back", ahead + n * MINUTE), Rating.GOOD, 0, ahead + n * MINUTE)
    recorder.mark("two/back", Forgot(), ahead + DAY)
    before = {card: counted(ours, card) for card in (f"{name}/back" for name in NAMES)}
    export(ours, tmp_path / "ours.apkg", ahead + DAY)
    steps = [["at", START + 3 * DAY], ["fsrs"], ["import", str(tmp_path / "ours.apkg")], ["answer", "three/0", 4]]
    file = tmp_path / "out.colpkg"
    timed_anki(*steps, ["export", "colpkg", str(file)], zone=SEOUL)
    for now in (START + 4 * DAY, ahead + 2 * DAY):
        made = pull(ours, file, now)
        assert made.redated == 5
    assert {card: events for card in before if (events := counted(ours, card)) != before[card]}.keys() == {"three/back"}
    assert len(counted(ours, "three/back")) == 2
    assert verify(ours, ahead + 2 * DAY).good
    home.database = tmp_path / "other.db"
    other = home.open(machine="other")
    assert came(pull(other, file, START + 4 * DAY)) == {"answered": 7, "forgot": 1}
    merge(other, ours.store.path)
    for card in before:
        assert [event.at for event in counted(other, card)] == [event.at for event in counted(ours, card)]


def test_what_many_cards_were_answered_at_one_moment_comes_in_on_none(
    home: Home, tmp_path: Path, timed_anki: TimedAnki
) -> None:
    """As by a program under `SRS_NOW`: Anki's log has room for one of them, so an export moves the others on."""
    home.write(
        "a.yaml", "deck: Talk\nnotes:\n" + "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(120))
    )
    collection = home.open()
    for n in range(120):
        answer(collection, f"n{n}/back", Rating.GOOD, START)
    file = tmp_path / "out.colpkg"
    timed_anki(*exported(collection, tmp_path), ["answer", "n119/0", 3], ["export", "colpkg", str(file)], zone=SEOUL)
    for _ in range(2):
        made = pull(collection, file, START + 4 * DAY)
        assert made.redated > 50
        assert len(counted(collection, "n119/back")) == 2
    assert sum(len(counted(collection, f"n{n}/back")) for n in range(120)) == 121
    assert sync(collection, tmp_path / "timed.anki2", START + 4 * DAY, SyncChoices(lambda _: False)).plan.reviews == 0


def test_our_own_export_holds_nothing_new(ours: Collection, tmp_path: Path) -> None:
    """Of several cards at one millisecond, too: Anki's log has room for one of them."""
    recorder = Recorder(ours)
    for day, marks in ((2, (Suspended(), Unsuspended())), (4, (Forgot(),)), (6, (Suspended(),))):
        now = START + day * DAY
        for name in NAMES:
            recorder.answer(recorder.preview(f"{name}/back", now), Rating.GOOD, 1000, now)
            recorder.cram(f"{name}/back", Rating.AGAIN, 1000, now)
            for mark in marks:
                recorder.mark(f"{name}/back", mark, now)
    export(ours, tmp_path / "ours.apkg", START + 7 * DAY)
    made = pull(ours, tmp_path / "ours.apkg", START + 7 * DAY)
    assert (made.events, sum(deck.known for deck in made.decks)) == (0, 14)
