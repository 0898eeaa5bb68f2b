"""Packages as real Anki reads them."""

import os
import sqlite3
import time
import zipfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from srs.anki.note_row import AnkiNote, anki_note
from srs.anki.notetypes import RENDERED
from srs.anki.prepare import difficulty_under
from srs.anki.write import Package, Written, write_package
from srs.cli.kinds import KINDS
from srs.core.card_state import UNSEEN, CardState, Learning, New, Relearning, Review, Scheduled
from srs.core.clock import Calendar
from srs.core.errors import TargetError
from srs.core.event import Answered, Crammed, Event, EventSource, Flagged, Forgot, Rating, Rescheduled, Suspended, What
from srs.core.settings import Limits, Settings
from srs.kinds.note import Deck, Note
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.anki.conftest import Anki
from tests.conftest import DAY
from tests.strategies import exported_log_row, exported_state

NASTY = (
    "<b>x</b> & </script><script>alert(1)</script> \"quoted\" 'single' {{Front}} {{#Tags}} שלום 👩‍💻 \x1f\x1b[2J end"
)
LONG = "donaudampfschifffahrt" * 100
DECK = Deck("Talk::All", "All <kinds> & more", (("ko", "ko-KR"), ("en", "en-US")), ("all",))
FIELDS: dict[str, dict[str, Any]] = {
    "phrase": {"phrase": {"ko": "마감이 촉박했습니다.", "en": NASTY}, "example": NASTY, "note": LONG},
    "quiz": {"quiz": NASTY, "choices": [NASTY, "b", LONG, "d"], "answer": ["b", LONG], "because": NASTY, "ko": "질문"},
    "mapping": {"question": "Impossible?", "principles": ["ownership", "dive-deep"], "because": NASTY, "hint": "O"},
    "star": {"star": "Failure?", "situation": NASTY, "task": "t\nu", "action": LONG, "result": "r", "ko": "실패?"},
    "basic": {"front": NASTY, "back": LONG, "source": {"section": "5.1", "number": 0}, "image": "a.png"},
    "cloze": {"cloze": "Spend {{c1::half::share}} <b> of {{c3::it {{c2::all}}}} & {{c1,2::more}}", "note": NASTY},
}
NOTES = [KINDS.note(kind, DECK, fields, ["own tag".replace(" ", "-"), kind]) for kind, fields in FIELDS.items()]
SEOUL = Calendar(ZoneInfo("Asia/Seoul"))
NOW = time.time_ns() // 1_000_000  # noqa: TID251 - real Anki knows no other clock
PAST = 1_600_000_000_000


class Life(NamedTuple):
    """What happened to a card, oldest first, and its state after that."""

    state: CardState
    events: tuple[Event, ...]


def package(notes: list[AnkiNote], lives: Mapping[str, Life] | None = None, **changes: Any) -> Package:
    """`lives` are by card; one that is missing is new."""
    lives = lives or {}
    events = sorted((event for life in lives.values() for event in life.events), key=lambda event: event.at)
    values: dict[str, Any] = {
        "decks": [DECK],
        "notes": notes,
        "state": lambda card: exported_state(lives[card].state) if card in lives else None,
        "log": [row for row in map(exported_log_row, events) if row],
        "until": 10**13,
        "first_day": min((event.day for event in events), default=None),
        "difficulty": difficulty_under(DEFAULT),
        "settings": Settings(),
        "parameters": DEFAULT,
        "calendar": SEOUL,
    }
    return Package(**(values | changes))


def fresh(*notes: Note, at: int = PAST) -> list[AnkiNote]:
    return [anki_note(note, at) for note in notes]


def by_key(result: Any) -> dict[str, Any]:
    """Anki's cards by note id (which the hidden field begins with) and ordinal."""
    return {f"{card['fields']['Srs'].split()[0]}/{card['ord']}": card for card in result["cards"]}


def test_every_card_arrives_once_and_draws_without_a_problem(tmp_path: Path, anki: Anki) -> None:
    assert write_package(package(fresh(*NOTES)), tmp_path / "a.apkg") == Written(6, 9, 0)
    result = anki(f"import:{tmp_path / 'a.apkg'}")
    assert result["notes"] == 6
    expected = {f"{card.note}/{card.ordinal}" for note in NOTES for card in note.cards()}
    assert by_key(result).keys() == expected
    assert len(result["cards"]) == len(expected)
    assert (result["fine"], result["empty"]) == (True, 0)
    for card in result["cards"]:
        assert card["deck"] == "Talk::All"
        assert "all" in card["tags"]
        for side in (card["question"], card["answer"]):
            assert "has a problem" not in side
            assert "{{" not in side.replace("{{Front}}", "").replace("{{#Tags}}", "")
            assert "alert(1)</script>" not in side
            assert "\x1f" not in side
            assert "\x1b" not in side
    assert result["decks"]["Talk::All"] == "All &lt;kinds&gt; &amp; more"


def test_imported_again_nothing_changes_and_an_edit_lands(tmp_path: Path, anki: Anki) -> None:
    write_package(package(fresh(*NOTES)), tmp_path / "a.apkg")
    anki(f"import:{tmp_path / 'a.apkg'}")
    edited = KINDS.note("basic", DECK, {"front": "edited", "back": "b"}, [])
    write_package(package(fresh(edited, at=RENDERED * 1000 - 5000)), tmp_path / "older.apkg")
    write_package(package(fresh(edited, at=RENDERED * 1000 + 5000)), tmp_path / "newer.apkg")
    again = anki(f"import:{tmp_path / 'a.apkg'}", f"import:{tmp_path / 'older.apkg'}", "answer:Talk=3")
    assert (again["notes"], len(again["cards"])) == (6, 9)
    assert "edited" not in by_key(again)["basic/0"]["question"]
    known = {
        key: [card[name] for name in ("id", "type", "queue", "due", "reps")] for key, card in by_key(again).items()
    }
    newer = by_key(anki(f"import:{tmp_path / 'newer.apkg'}"))
    assert "edited" in newer["basic/0"]["question"]
    assert {
        key: [card[name] for name in ("id", "type", "queue", "due", "reps")] for key, card in newer.items()
    } == known


def lived(card: str, zone: Calendar, *happened: tuple[What | Rating, float]) -> Life:
    """What happened to a card, each so many days before now; ratings lead where the buttons said.

    In the middle of its day, but for the last one: Anki counts days back by 24 hours, so that what lies within an hour of
    the turn of the day falls on another one before the clocks were changed.
    """
    scheduler, state, events = Scheduler(Settings()), UNSEEN, []
    for did, days in happened:
        at = NOW - round(days * DAY)
        day = zone.day(at)
        if days >= 1:
            at = zone.start(day) + (DAY + at - zone.start(day)) // 4
        promised = scheduler.preview(card, state, day).outcomes
        what = Answered(did, 2500, promised[did]) if isinstance(did, Rating) else did
        event = Event(card, at, day, EventSource.SRS, "m", what)
        state = scheduler.apply(state, event)
        events.append(event)
    return Life(state, tuple(events))


AGAIN, HARD, GOOD, EASY = Rating
LIVES: dict[str, tuple[tuple[What | Rating, float], ...]] = {
    "new": (),
    "learning": ((GOOD, 0.001),),
    "graduated": ((GOOD, 30), (GOOD, 29.99)),
    "review": ((EASY, 60), (GOOD, 50.2), (HARD, 20), (GOOD, 3)),
    "lapsed": ((EASY, 60), (AGAIN, 30), (GOOD, 29.99), (GOOD, 10)),
    "relearning": ((EASY, 40), (GOOD, 10), (AGAIN, 0.001)),
    "learning-old": ((GOOD, 5),),
    "suspended": ((EASY, 10), (Suspended(), 9)),
    "flagged": ((EASY, 10), (Flagged(), 9)),
    "forgotten": ((EASY, 30), (GOOD, 20), (Forgot(), 10)),
    "relearnt": ((EASY, 30), (Forgot(), 20), (GOOD, 10), (GOOD, 9.99), (EASY, 3)),
    "crammed": ((EASY, 20), (Crammed(GOOD, 900), 10), (GOOD, 5)),
    "moved": ((EASY, 20), (Rescheduled(30), 10)),
    "dated": ((Rescheduled(5), 3),),
    "dated-answered": ((Rescheduled(5), 40), (GOOD, 30), (GOOD, 5)),
    "dated-lapsed": ((Rescheduled(0), 40), (AGAIN, 30), (GOOD, 29.99), (GOOD, 5)),
    "dated-anew": ((EASY, 60), (Forgot(), 50), (Rescheduled(9), 40), (HARD, 30)),
    "many": tuple((rating, 400 - 20 * n) for n, rating in enumerate([GOOD, HARD, AGAIN, GOOD, EASY] * 3)),
}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/Los_Angeles", "Pacific/Auckland"])
def test_progress_exported_is_the_progress_shown(tmp_path: Path, anki: Anki, zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone))
    progress = {name: lived(f"{name}/back", calendar, *life) for name, life in LIVES.items()}
    notes = fresh(*(KINDS.note(name, DECK, {"front": name, "back": "b"}, []) for name in progress))
    lives = {f"{name}/back": life for name, life in progress.items()}
    written = write_package(package(notes, lives, calendar=calendar), tmp_path / "a.apkg")
    result = anki(f"import:{tmp_path / 'a.apkg'}", "fsrs", zone=zone)
    shown, today = by_key(result), calendar.day(NOW)
    if today != calendar.day(time.time_ns() // 1_000_000):  # noqa: TID251 - as above
        pytest.skip("the study day turned while Anki was at work")
    for name, of_card in progress.items():
        card, state = shown[f"{name}/0"], of_card.state
        assert (card["reps"], card["lapses"], card["flags"]) == (state.reps, state.lapses, int(state.flagged)), name
        assert (card["queue"] == -1) is state.suspended
        match state.phase:
            case New():
                assert card["type"] == 0, name
                continue
            case Scheduled(due=due):
                assert (card["type"], card["in_days"]) == (2, (due - today).days), name
                assert card["stability"] is None, name
                continue
            case Review(due=due, days=days):
                assert (card["type"], card["in_days"], card["ivl"]) == (2, (due - today).days, days), name
            case Learning() | Relearning():
                assert (card["type"], card["left"]) == (1 if isinstance(state.phase, Learning) else 3, 1), name
                later = (calendar.day(state.phase.due) - calendar.day(state.phase.last_at)).days
                assert (card["queue"], card["in_days"] if later else card["due"]) == (
                    (3, (calendar.day(state.phase.due) - today).days) if later else (1, state.phase.due // 1000)
                ), name
        memory = state.phase.memory
        assert card["stability"] == pytest.approx(memory.stability, rel=1e-4, abs=1e-4), name
        assert card["difficulty"] == pytest.approx(memory.difficulty, abs=1e-3), name
        assert card["again_stability"] == pytest.approx(memory.stability, rel=1e-4), f"{name}: Anki's own replay"
        assert card["again_difficulty"] == pytest.approx(memory.difficulty, rel=1e-4), name
    happened = (event.what for of_card in progress.values() for event in of_card.events)
    assert Counter(row[2] for row in result["log"] if row[2] and row[7] != 3) == Counter(
        what.rating.value for what in happened if isinstance(what, Answered)
    )
    assert len(result["log"]) == written.reviews
    assert [row[0] for row in result["log"]] == sorted({row[0] for row in result["log"]})


def test_after_the_deck_was_deleted_its_log_finds_its_cards_again(tmp_path: Path, anki: Anki) -> None:
    progress = {"basic/back": lived("basic/back", SEOUL, (EASY, 20), (GOOD, 5))}
    write_package(package(fresh(NOTES[4]), progress), tmp_path / "a.apkg")
    first = anki(f"import:{tmp_path / 'a.apkg'}")
    again = anki("delete-deck:Talk::All", f"import:{tmp_path / 'a.apkg'}")
    assert [card["id"] for card in again["cards"]] == [card["id"] for card in first["cards"]]
    assert {row[1] for row in again["log"]} == {card["id"] for card in again["cards"]}


def test_the_preset_brings_parameters_steps_and_limits(tmp_path: Path, anki: Anki) -> None:
    settings = Settings(
        learning_steps=(90, 600, 86_400), relearning_steps=(), limits=Limits(7, None), desired_retention=0.87
    )
    write_package(package(fresh(*NOTES), settings=settings), tmp_path / "a.apkg")
    result = anki(f"import:{tmp_path / 'a.apkg'}")
    preset = result["presets"]["srs"]
    assert preset["fsrsParams6"] == pytest.approx(DEFAULT.values, abs=1e-6)
    assert preset["desiredRetention"] == pytest.approx(0.87)
    assert (preset["new"]["delays"], preset["lapse"]["delays"]) == ([1.5, 10, 1440], [])
    assert (preset["new"]["perDay"], preset["rev"]["perDay"]) == (7, 9999)
    assert result["preset_of"]["Talk::All"] == "srs"


def test_a_deck_with_settings_of_its_own_has_its_own_preset(tmp_path: Path, anki: Anki) -> None:
    own = Settings(limits=Limits(reviews=50), desired_retention=0.8, learning_steps=(300,))
    settings = Settings(limits=Limits(7, 90), decks={DECK.name: own})
    write_package(package(fresh(*NOTES), settings=settings), tmp_path / "a.apkg")
    result = anki(f"import:{tmp_path / 'a.apkg'}")
    assert result["preset_of"][DECK.name] == f"srs {DECK.name}"
    preset = result["presets"][f"srs {DECK.name}"]
    assert preset["desiredRetention"] == pytest.approx(0.8)
    assert preset["new"]["delays"] == [5]
    assert (preset["new"]["perDay"], preset["rev"]["perDay"]) == (7, 50)


def test_two_cards_answered_in_the_same_millisecond_both_keep_their_row(tmp_path: Path, anki: Anki) -> None:
    notes = [KINDS.note(name, DECK, {"front": name, "back": "b"}, []) for name in "abc"]
    progress = {f"{note.id}/back": lived(f"{note.id}/back", SEOUL, (EASY, 3)) for note in notes}
    write_package(package(fresh(*notes), progress), tmp_path / "a.apkg")
    assert len(anki(f"import:{tmp_path / 'a.apkg'}")["log"]) == 3


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    progress = {"basic/back": lived("basic/back", SEOUL, (EASY, 20), (GOOD, 5))}
    for name in ("a.apkg", "b.apkg"):
        write_package(package(fresh(*NOTES[:5]), progress), tmp_path / name)
    assert (tmp_path / "a.apkg").read_bytes() == (tmp_path / "b.apkg").read_bytes()


def test_ids_depend_on_the_notes_id_alone(tmp_path: Path, anki: Anki) -> None:
    """Golden values: were they to change, every learner's Anki would get second notes."""
    write_package(package(fresh(NOTES[4])), tmp_path / "a.apkg")
    (card,) = anki(f"import:{tmp_path / 'a.apkg'}")["cards"]
    assert (card["guid"], card["id"]) == ("D8wxPvdkwkA", 1522112259520)
    adopted = KINDS.note("mine", DECK, {"front": "a", "back": "b", "guid": "q8#F<x"}, [])
    write_package(package(fresh(adopted)), tmp_path / "b.apkg")
    assert "q8#F<x" in {card["guid"] for card in anki(f"import:{tmp_path / 'b.apkg'}")["cards"]}


@pytest.mark.parametrize(
    ("name", "problem"),
    [("a.zip", "wrong-ending"), ("folder.apkg", "is-a-folder"), ("nowhere/a.apkg", "no-folder")],
)
def test_a_target_that_cannot_be_is_named(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "folder.apkg").mkdir()
    with pytest.raises(TargetError) as caught:
        write_package(package(fresh(*NOTES)), tmp_path / name)
    assert caught.value.problem == problem
    assert [path.name for path in tmp_path.iterdir()] == ["folder.apkg"]


def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.apkg"
    target.write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TargetError) as caught:
        write_package(package(fresh(*NOTES)), target)
    assert caught.value.problem == "full"
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.apkg"]


def test_the_package_holds_a_collection_and_the_list_of_media(tmp_path: Path) -> None:
    write_package(package(fresh(*NOTES)), tmp_path / "a.apkg")
    with zipfile.ZipFile(tmp_path / "a.apkg") as file:
        assert file.namelist() == ["collection.anki2", "media"]
        assert file.read("media") == b"{}"


def test_the_log_of_a_card_is_found_without_reading_the_whole_log(tmp_path: Path) -> None:
    """Older Anki and AnkiDroid ask for it card by card; nothing else in a package needs an index."""
    write_package(package(fresh(*NOTES)), tmp_path / "a.apkg")
    with zipfile.ZipFile(tmp_path / "a.apkg") as file:
        file.extract("collection.anki2", tmp_path)
    with closing(sqlite3.connect(tmp_path / "collection.anki2")) as connection:
        plan = connection.execute("explain query plan select * from revlog where cid = 1").fetchone()[3]
        indexes = connection.execute(
            "select name from sqlite_master where type = 'index' and sql is not null"
        ).fetchall()
    assert plan.startswith("SEARCH revlog USING INDEX")
    assert indexes == [("ix_revlog_cid",)]
