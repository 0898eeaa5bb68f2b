"""Both ways with a closed profile of real Anki."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.notetypes import VERSION
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.backup.rebuild import rebuild
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.collection.relink import relink
from srs.core.card_state import CardState, Learning, New, Relearning, Review, Scheduled
from srs.core.errors import PackageError, StoreError
from srs.core.event import Buried, Event, EventSource, Forgot, Rating, Rescheduled, Suspended, Unsuspended
from srs.database import states
from srs.log import event_log
from srs.scheduling.scheduler import DEFAULT
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, MINUTE, SEOUL, Home, answer, instant

START = instant("2026-03-02T09:00+09:00")
TODAY = START + 3 * DAY
NAMES = ("one", "two", "three", "four", "five")
DECK = "deck: Talk\ntags: [all]\nnotes:\n" + "".join(
    f"- {{id: {n}, front: {n}?, back: 'back of {n}'}}\n" for n in NAMES
)

Steps = Callable[..., Any]


@pytest.fixture
def anki(timed_anki: TimedAnki) -> Steps:
    return lambda *steps: timed_anki(["at", TODAY], *steps, zone="Asia/Seoul")


@pytest.fixture
def ours(home: Home) -> Collection:
    """Five cards, of which the first was reviewed on two days."""
    home.write("a.yaml", DECK)
    collection = home.open("2026-03-05T09:00+09:00")
    answer_note(collection, "one", Rating.EASY, START)
    answer_note(collection, "one", Rating.GOOD, START + DAY)
    return collection


def answer_note(collection: Collection, note: str, rating: Rating, now: int = TODAY) -> None:
    answer(collection, f"{note}/back", rating, now)


def both(collection: Collection, tmp_path: Path, now: int = TODAY, *, full_sync: bool = False) -> AnkiSyncResult:
    return sync(collection, tmp_path / "timed.anki2", now, SyncChoices(lambda plan: True), full_sync=full_sync)


def settled(collection: Collection, tmp_path: Path, now: int = TODAY) -> AnkiSyncPlan:
    """Nothing is left to do, and nothing is done."""
    before = (tmp_path / "timed.anki2").read_bytes()
    synced = both(collection, tmp_path, now)
    assert not synced.plan.pulled.events
    assert not synced.plan.pushes, synced.plan
    assert synced.backup is None
    assert (tmp_path / "timed.anki2").read_bytes() == before
    assert verify(collection, now).good
    return synced.plan


def state(collection: Collection, note: str) -> CardState:
    return states.get(collection.store.connection, f"{note}/back")


def same(collection: Collection, anki: Any, now: int = TODAY) -> None:
    """Due day, suspension and memory of every card are the same on both sides."""
    for note in NAMES:
        mine, theirs = state(collection, note), anki["cards"][f"{note}/0"]
        assert mine.suspended == (theirs["queue"] == -1)
        match mine.phase:
            case New():
                assert theirs["type"] == 0
            case Review(memory=memory, due=due):
                assert theirs["type"] == 2
                assert theirs["in_days"] == (due - collection.calendar.day(now)).days
                assert theirs["again_stability"] == pytest.approx(memory.stability, rel=1e-4)
                assert theirs["stability"] == pytest.approx(memory.stability, rel=1e-3)
            case Learning() | Relearning() as phase:
                assert theirs["type"] in {1, 3}
                assert theirs["due"] == pytest.approx(phase.due // 1000, abs=300)


def test_the_first_sync_brings_everything_and_the_second_finds_nothing(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    synced = both(ours, tmp_path)
    assert synced.plan.new == NAMES
    assert not synced.plan.fsrs
    assert synced.backup
    assert synced.backup.is_file()
    result = anki(["fsrs"])
    assert {card["deck"] for card in result["cards"].values()} == {"Talk"}
    assert len(result["log"]) == 2
    same(ours, result)
    settled(ours, tmp_path)


def test_answers_of_both_sides_count_on_both(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(ours, tmp_path)
    anki(["fsrs"], ["answer", "two/0", 4], ["answer", "three/0", 3])
    answer_note(ours, "four", Rating.EASY, TODAY + MINUTE)
    answer_note(ours, "one", Rating.AGAIN, TODAY + MINUTE)
    answer_note(ours, "two", Rating.GOOD, TODAY + 5 * DAY)
    now = TODAY + 5 * DAY
    plan = both(ours, tmp_path, now).plan
    assert plan.pulled.events == 2
    assert (plan.reviews, set(plan.cards)) == (3, {"one/back", "two/back", "four/back"})
    result = anki(["at", now])
    assert len(result["log"]) == 7
    same(ours, result, now)
    assert settled(ours, tmp_path, now).undone == ()


def test_answers_ahead_of_the_clock_wait_until_their_time_has_come(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    anki(["fsrs"])
    answer_note(ours, "two", Rating.EASY, TODAY + 9 * DAY)
    answer_note(ours, "one", Rating.GOOD, TODAY + DAY - MINUTE)
    plan = both(ours, tmp_path).plan
    assert (plan.ahead, plan.reviews, plan.cards) == (1, 1, ("one/back",))
    assert settled(ours, tmp_path).ahead == 1
    later = TODAY + 9 * DAY
    plan = both(ours, tmp_path, later).plan
    assert (plan.ahead, plan.reviews, plan.cards) == (0, 1, ("two/back",))
    same(ours, anki(["at", later]), later)


def test_what_anki_dated_back_is_neither_taken_in_nor_brought_again(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    for n, note in enumerate(NAMES[1:]):
        answer_note(ours, note, Rating.EASY, TODAY + 30 * DAY + n * MINUTE)
    later = TODAY + 31 * DAY
    export(ours, tmp_path / "later.apkg", later)
    anki(["fsrs"], ["import", str(tmp_path / "later.apkg")], ["answer", "one/0", 3])
    plan = both(ours, tmp_path).plan
    assert (plan.pulled.events, plan.pulled.redated) == (1, 4)
    assert (plan.reviews, plan.cards, plan.ahead) == (0, (), 4)
    for now in (TODAY, later):
        plan = settled(ours, tmp_path, now)
        assert plan.pulled.redated == 4
    assert len(anki(["at", later])["log"]) == 7


def test_a_dry_run_changes_nothing(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(ours, tmp_path)
    anki(["answer", "two/0", 4])
    answer_note(ours, "four", Rating.EASY)
    before = (tmp_path / "timed.anki2").read_bytes(), sorted(path.name for path in tmp_path.rglob("*"))
    synced = sync(ours, tmp_path / "timed.anki2", TODAY, SyncChoices(lambda plan: False))
    assert not synced.done
    assert (synced.plan.pulled.events, synced.plan.reviews) == (1, 1)
    assert ((tmp_path / "timed.anki2").read_bytes(), sorted(path.name for path in tmp_path.rglob("*"))) == before
    assert isinstance(state(ours, "two").phase, New)


@pytest.mark.check
def test_a_relink_between_the_plan_and_the_sync_stops_it(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    """Whose cards Anki's are was found out before it."""
    anki()
    both(ours, tmp_path)
    anki(["answer", "one/0", 3])
    before = (tmp_path / "timed.anki2").read_bytes()

    def agree(_: AnkiSyncPlan) -> bool:
        relink(home.open("2026-03-05T09:00+09:00"), "one", "two", TODAY)
        return True

    with pytest.raises(StoreError) as raised:
        sync(ours, tmp_path / "timed.anki2", TODAY, SyncChoices(agree))
    assert raised.value.problem == "changed"
    assert (tmp_path / "timed.anki2").read_bytes() == before
    assert verify(ours, TODAY).good
    assert both(ours, tmp_path).plan.pulled.events == 1
    assert verify(ours, TODAY).good
    assert state(ours, "two").reps == 3


@pytest.mark.check
def test_suspending_forgetting_and_burying_go_both_ways(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    for note in NAMES[1:]:
        answer_note(ours, note, Rating.EASY, START + MINUTE)
    anki()
    both(ours, tmp_path)
    recorder = Recorder(ours)
    recorder.mark("one/back", Suspended(), TODAY)
    recorder.mark("two/back", Forgot(), TODAY)
    recorder.mark("three/back", Buried(), TODAY)
    anki(["suspend", "four/0"], ["forget", "five/0"])
    both(ours, tmp_path, TODAY + MINUTE)
    result = anki()
    queues = {note: result["cards"][f"{note}/0"]["queue"] for note in NAMES}
    assert queues == {"one": -1, "two": 0, "three": -3, "four": -1, "five": 0}
    same(ours, result)
    settled(ours, tmp_path, TODAY + MINUTE)
    recorder.mark("four/back", Unsuspended(), TODAY + 5 * MINUTE)
    anki(["at", TODAY + 5 * MINUTE], ["unsuspend", "one/0"], ["answer", "one/0", 3])
    both(ours, tmp_path, TODAY + 9 * MINUTE)
    assert not state(ours, "one").suspended
    assert not state(ours, "four").suspended
    same(ours, anki())
    settled(ours, tmp_path, TODAY + 9 * MINUTE)


def test_a_due_date_set_on_a_new_card_goes_both_ways_and_its_first_answer_means_the_same_on_both(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    anki(["fsrs"], ["due", "two/0", "3"], ["due", "three/0", "3"], ["due", "four/0", "3"])
    plan = both(ours, tmp_path, TODAY + MINUTE).plan
    assert [dict(deck.came) for deck in plan.pulled.decks if deck.came] == [{"rescheduled": 3}]
    due = ours.calendar.day(TODAY) + timedelta(days=3)
    assert [state(ours, note).phase for note in ("two", "three", "four")] == [Scheduled(3, due)] * 3
    settled(ours, tmp_path, TODAY + MINUTE)
    now = TODAY + 3 * DAY
    anki(["at", now], ["answer", "two/0", 3], ["answer", "three/0", 1])
    answer_note(ours, "four", Rating.HARD, now)
    both(ours, tmp_path, now + MINUTE)
    cards = anki(["at", now + MINUTE])["cards"]
    for note, kind in (("two", Review), ("three", Relearning), ("four", Review)):
        mine, theirs = state(ours, note), cards[f"{note}/0"]
        assert isinstance(mine.phase, kind)
        assert isinstance(mine.phase, Review | Relearning)
        assert theirs["stability"] == pytest.approx(mine.phase.memory.stability, rel=1e-3)
        assert mine.reps == 1
    assert state(ours, "three").lapses == 1
    settled(ours, tmp_path, now + MINUTE)


def test_a_due_date_set_here_reaches_anki_and_makes_no_memory_there(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    """FSRS is switched on only after the sync: Anki then makes memories of intervals, where it finds any."""
    anki()
    both(ours, tmp_path)
    for note in ("two", "three"):
        with ours.store.write() as connection:
            when = (TODAY, ours.calendar.day(TODAY), EventSource.ANKI, "m")
            event_log.insert_event(connection, Event(f"{note}/back", *when, Rescheduled(40)))
    rebuild(ours, TODAY)
    both(ours, tmp_path, TODAY + MINUTE)
    result = anki(["at", TODAY + MINUTE], ["fsrs"], ["answer", "two/0", 3])
    two, three = result["cards"]["two/0"], result["cards"]["three/0"]
    assert (three["type"], three["in_days"], three["stability"]) == (2, 40, None)
    assert two["stability"] == pytest.approx(DEFAULT.values[2], rel=1e-3), "that of a first answer"
    assert both(ours, tmp_path, TODAY + 2 * MINUTE).plan.pulled.events == 1
    settled(ours, tmp_path, TODAY + 2 * MINUTE)


def rewritten(home: Home, old: str, new: str) -> Collection:
    home.write("a.yaml", (home.decks / "a.yaml").read_text().replace(old, new))
    return home.open("2026-03-05T10:00+09:00")


def test_an_edit_here_lands_and_one_there_stays(home: Home, ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(ours, tmp_path)
    anki(["edit", "one/0", "Back", "<b>theirs</b>"], ["tag", "two/0", "leech"])
    edited = rewritten(home, "back of two", "ours *now*")
    plan = both(edited, tmp_path).plan
    assert plan.changed == ("two",)
    assert plan.theirs["one"][0] == ("Back", "back of one", "<b>theirs</b>")
    result = anki()["cards"]
    assert result["one/0"]["fields"]["Back"] == "<b>theirs</b>"
    assert result["two/0"]["fields"]["Back"] == "ours <i>now</i>"
    assert sorted(result["two/0"]["tags"]) == ["all", "leech"]
    assert settled(edited, tmp_path).theirs.keys() == {"one"}


def test_an_edit_on_both_sides_is_shown_and_overwrites_neither(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    anki(["edit", "one/0", "Back", "theirs"])
    edited = rewritten(home, "back of one", "ours")
    plan = both(edited, tmp_path).plan
    assert plan.conflicts["one"][0] == ("Back", "ours", "theirs")
    assert anki()["cards"]["one/0"]["fields"]["Back"] == "theirs"
    settled(edited, tmp_path)
    agreed = rewritten(home, "back: 'ours'", "back: 'theirs'")
    assert both(agreed, tmp_path).plan.conflicts == {}
    plan = settled(agreed, tmp_path)
    assert (plan.conflicts, plan.theirs) == ({}, {})


def test_new_cards_of_an_edited_note_come_with_it(home: Home, tmp_path: Path, anki: Steps) -> None:
    home.write("a.yaml", "deck: Talk\nnotes:\n- {id: c, cloze: 'a {{c1::b}} c'}\n")
    anki()
    both(home.open(), tmp_path)
    home.write("a.yaml", "deck: Talk\nnotes:\n- {id: c, cloze: 'a {{c1::b}} {{c2::c}}'}\n")
    edited = home.open()
    assert both(edited, tmp_path).plan.changed == ("c",)
    assert anki()["cards"].keys() == {"c/0", "c/1"}
    settled(edited, tmp_path)


def test_answers_taken_back_here_that_anki_still_counts_are_told(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(ours, tmp_path)
    (undone,) = Recorder(ours).undo()
    plan = both(ours, tmp_path).plan
    assert plan.undone == ((undone.event.subject, undone.event.at),)
    assert plan.cards == ("one/back",)
    assert plan.pulled.events == 0
    assert settled(ours, tmp_path).undone == plan.undone


@pytest.mark.check
def test_presets_get_our_parameters_and_keep_the_rest(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    anki(["preset", "srs", 0.8])
    assert both(ours, tmp_path).plan.presets == ("srs",)
    assert anki()["presets"]["srs"] == pytest.approx(0.9)
    settled(ours, tmp_path)
    home.settings = replace(SEOUL, desired_retention=0.95)
    other = home.open()
    assert both(other, tmp_path).plan.presets == ("srs",)
    assert anki()["presets"]["srs"] == pytest.approx(0.95)


@pytest.mark.check
def test_a_newer_look_lands_and_the_learners_own_stays(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(ours, tmp_path)
    ours_look = anki()["looks"]["srs Basic"]
    anki(["look", "srs Basic", "/* older */", 1_000_000_000])
    assert both(ours, tmp_path).plan.looks == ("srs Basic",)
    assert anki()["looks"]["srs Basic"] == ours_look
    settled(ours, tmp_path)
    anki(["look", "srs Basic", "/* mine */", 2_000_000_000])
    settled(ours, tmp_path)
    assert anki()["looks"]["srs Basic"] == "/* mine */"


def test_an_edit_does_not_stand_in_the_way_of_the_next_look(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    both(rewritten(home, "back of one", "ours"), tmp_path)
    assert anki()["looked"]["srs Basic"] == VERSION


@pytest.mark.check
def test_a_field_of_the_learners_own_stays_and_keeps_no_edit_out(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    anki(["add_field", "srs Basic", "Mine"], ["edit", "one/0", "Mine", "my own"])
    edited = rewritten(home, "back of one", "ours")
    assert not both(edited, tmp_path).plan.full_sync
    fields = anki()["cards"]["one/0"]["fields"]
    assert (fields["Back"], fields["Mine"]) == ("ours", "my own")
    settled(edited, tmp_path)
    home.write("star.png", b"\x89PNG star")
    pictured = rewritten(home, "'ours'}", "'ours', image: star.png}\n- {id: six, front: six?, back: sechs}")
    assert both(pictured, tmp_path).plan.new == ("six",)
    result = anki()["cards"]
    assert result["one/0"]["fields"]["Mine"] == "my own"
    (picture,) = (tmp_path / "timed.media").glob("srs-*-star.png")
    assert picture.name in result["one/0"]["fields"]["Image"]
    settled(pictured, tmp_path)


@pytest.mark.check
def test_what_would_force_a_full_sync_is_done_only_when_allowed(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    both(ours, tmp_path)
    anki(["remove_field", "srs Basic", "Spare3"])
    edited = rewritten(home, "back of one", "ours")
    assert not both(edited, tmp_path).plan.full_sync  # what is there is changed in place
    settled(edited, tmp_path)
    more = rewritten(home, "notes:\n", "notes:\n- {id: six, front: six?, back: sechs}\n")
    before = (tmp_path / "timed.anki2").read_bytes()
    with pytest.raises(PackageError) as caught:
        both(more, tmp_path)
    assert caught.value.problem == "full-sync"
    assert (tmp_path / "timed.anki2").read_bytes() == before
    assert both(more, tmp_path, full_sync=True).plan.full_sync
    assert anki()["cards"]["six/0"]["fields"]["Back"] == "sechs"
    settled(more, tmp_path)


@pytest.mark.check
def test_cards_in_a_filtered_deck_wait_until_they_have_left_it(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(ours, tmp_path)
    anki(["filter", "Cram", "deck:Talk", True])
    answer_note(ours, "one", Rating.GOOD)
    plan = both(ours, tmp_path).plan
    assert plan.filtered == ("one/back",)
    assert not plan.pushes
    anki(["empty", "Cram"])
    assert both(ours, tmp_path).plan.cards == ("one/back",)
    same(ours, anki())
    settled(ours, tmp_path)


def test_notes_of_another_note_type_share_their_progress_but_not_their_text(
    home: Home, tmp_path: Path, anki: Steps
) -> None:
    anki(["add", "Talk", "one?", "guid-of-anki"])
    home.write("a.yaml", "deck: Talk\nnotes:\n- {id: one, guid: guid-of-anki, front: mine?, back: b}\n")
    collection = home.open()
    answer_note(collection, "one", Rating.EASY)
    plan = both(collection, tmp_path).plan
    assert (plan.foreign, plan.new, plan.reviews, plan.cards) == (("one",), (), 1, ("one/back",))
    assert settled(collection, tmp_path).foreign == ("one",)


def test_pictures_come_along(home: Home, tmp_path: Path, anki: Steps) -> None:
    home.write("star.png", b"\x89PNG star")
    home.write("a.yaml", "deck: Talk\nnotes:\n- {id: one, front: one?, back: b, image: star.png}\n")
    anki()
    collection = home.open()
    both(collection, tmp_path)
    (picture,) = (tmp_path / "timed.media").glob("srs-*-star.png")
    assert picture.read_bytes() == b"\x89PNG star"
    assert picture.name in anki()["cards"]["one/0"]["fields"]["Image"]
    settled(collection, tmp_path)
