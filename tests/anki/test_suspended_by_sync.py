"""A sync suspends the cards in Anki that their deck does not ask: once, and so that they come back when it asks them again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from srs.anki.pull import pull
from srs.anki.suspension_mark import is_marked, with_mark, without_mark
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan
from srs.backup.verify import verify
from srs.collection import Collection
from srs.core.event import Rating, Suspended
from srs.log import event_log
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, MINUTE, PHRASES, Home, answer, instant, state_of

START = instant("2026-03-02T09:00+09:00")
Steps = Callable[..., Any]


@pytest.fixture
def anki(timed_anki: TimedAnki) -> Steps:
    return lambda *steps: timed_anki(["at", START + 10 * MINUTE], *steps, zone="Asia/Seoul")


def deck(home: Home, head: str = "") -> Collection:
    home.write("a.yaml", PHRASES.replace("tags: [phrase]", f"tags: [phrase]\n{head}"))
    return home.open("2026-03-02T09:00+09:00")


def both(collection: Collection, tmp_path: Path, now: int = START) -> AnkiSyncPlan:
    return sync(collection, tmp_path / "timed.anki2", now, SyncChoices(lambda plan: True)).plan


def queues(result: Any) -> list[int]:
    """Of the two cards of the note `tight`."""
    return [result["cards"][f"tight/{ordinal}"]["queue"] for ordinal in (0, 1)]


@pytest.fixture
def synced(home: Home, tmp_path: Path, anki: Steps) -> None:
    anki()
    both(deck(home), tmp_path)


def test_once_and_not_against_the_learners_will(home: Home, tmp_path: Path, anki: Steps, synced: None) -> None:
    chosen = deck(home, "cards: [ko-en]")
    before = (tmp_path / "timed.anki2").read_bytes()
    shown = sync(chosen, tmp_path / "timed.anki2", START, SyncChoices(lambda plan: False)).plan
    assert shown.unasked
    assert set(shown.unasked) == {key for key in shown.unasked if key.endswith("/en-ko")}
    assert (tmp_path / "timed.anki2").read_bytes() == before
    assert both(chosen, tmp_path).unasked == shown.unasked
    assert queues(anki()) == [-1, 0]
    again = both(chosen, tmp_path)
    assert (again.pushes, again.pulled.events) == (False, 0)
    anki(["unsuspend", "tight/0"])
    assert not both(chosen, tmp_path).pushes
    assert queues(anki()) == [0, 0]
    assert verify(chosen, START).good


def test_what_sync_suspended_comes_back_when_the_deck_asks_it_again(
    home: Home, tmp_path: Path, anki: Steps, synced: None
) -> None:
    collection = deck(home)
    answer(collection, "tight/en-ko", Rating.EASY, START)
    both(collection, tmp_path)
    both(deck(home, "cards: [ko-en]"), tmp_path)
    every = deck(home)
    plan = both(every, tmp_path)
    assert plan.pulled.events == 0, "the suspension was no act of the learner"
    result = anki()
    assert queues(result) == [2, 0]
    assert [result["cards"][key]["type"] for key in ("tight/0", "root/0")] == [2, 0]
    assert result["cards"]["root/0"]["queue"] == 0
    assert not state_of(every, "tight/en-ko").suspended
    assert not both(every, tmp_path).pushes
    assert both(deck(home, "cards: [ko-en]"), tmp_path).unasked, "and is suspended again when it is asked no more"
    assert queues(anki()) == [-1, 0]


def test_what_the_learner_suspended_stays_suspended(home: Home, tmp_path: Path, anki: Steps, synced: None) -> None:
    anki(["suspend", "tight/0"])
    chosen = deck(home, "cards: [ko-en]")
    plan = both(chosen, tmp_path)
    assert "tight/en-ko" not in plan.unasked
    every = deck(home)
    both(every, tmp_path)
    assert queues(anki()) == [-1, 0]
    assert state_of(every, "tight/en-ko").suspended


def test_a_pull_takes_the_reviews_of_cards_that_are_not_asked_and_not_their_suspension(
    home: Home, tmp_path: Path, anki: Steps, synced: None
) -> None:
    chosen = deck(home, "cards: [ko-en]")
    both(chosen, tmp_path)
    file = str(tmp_path / "theirs.apkg")
    anki(["answer", "tight/0", 3], ["suspend", "tight/0"], ["export", "apkg", file])
    pulled = pull(chosen, Path(file), START + DAY)
    assert [dict(deck.came) for deck in pulled.decks if deck.came] == [{"answered": 1}]
    assert state_of(chosen, "tight/en-ko").reps == 1
    events = event_log.history(chosen.store.connection)
    assert not any(isinstance(row.event.what, Suspended) for row in events)


def test_a_new_note_comes_with_its_chosen_cards_alone(home: Home, tmp_path: Path, anki: Steps) -> None:
    anki()
    chosen = deck(home, "cards: [ko-en]")
    assert both(chosen, tmp_path).unasked == ()
    assert {key.rpartition("/")[2] for key in anki()["cards"]} == {"1"}
    assert not both(chosen, tmp_path).pushes
    assert "tight/0" in anki(["tag", "tight/1", "edited"])["cards"], "Anki adds what was left out"
    assert both(chosen, tmp_path).unasked == ("tight/en-ko",)


def test_a_card_in_a_filtered_deck_waits(home: Home, tmp_path: Path, anki: Steps, synced: None) -> None:
    anki(["filter", "Cram", "deck:*", True])
    chosen = deck(home, "cards: [ko-en]")
    assert both(chosen, tmp_path).unasked == ()
    anki(["empty", "Cram"])
    assert "tight/en-ko" in both(chosen, tmp_path).unasked


def test_a_changed_spare_field_arrives_and_ankis_own_is_shown(
    home: Home, tmp_path: Path, anki: Steps, synced: None
) -> None:
    """It follows from the deck file, which nobody can write in Anki: when that changes, it counts."""
    heard = deck(home, "by_ear: [en-ko]")
    assert "tight" in both(heard, tmp_path).changed
    assert anki()["cards"]["tight/1"]["fields"]["Spare3"] == "en-ko"
    anki(["edit", "tight/0", "Spare3", "mine"])
    plan = both(heard, tmp_path)
    assert plan.theirs["tight"][0] == ("Spare3", "en-ko", "mine")
    assert "tight" in both(deck(home), tmp_path).changed
    assert anki()["cards"]["tight/1"]["fields"]["Spare3"] == ""


def test_no_card_is_there_twice_after_a_front_changed(home: Home, tmp_path: Path, anki: Steps) -> None:
    """Anki makes cards again where its database was optimised and most cards are ours."""
    older = Path(__file__).with_name("older")
    first = anki(["import", str(older / "older.apkg")], ["fronts", "srs Phrase (ko-KR, en-US)", 10**9], ["optimize"])
    for name in ("phrases.yaml", "questions.yaml"):
        home.write(name, (older / name).read_text("utf-8"))
    assert both(home.open(), tmp_path).looks
    result = anki()
    assert result["card_count"] == first["card_count"] == len(first["cards"])
    ids = {key: card["id"] for key, card in first["cards"].items()}
    assert {key: card["id"] for key, card in result["cards"].items()} == ids


def test_the_mark_leaves_the_data_of_others() -> None:
    data = json.dumps({"cd": with_mark('{"x":1}')})
    assert is_marked(data)
    assert json.loads(without_mark(with_mark('{"x":1}'))) == {"x": 1}
    assert without_mark(with_mark("")) == ""
    assert without_mark("") == ""
    full = json.dumps({"others": "y" * 80})
    assert with_mark(full) == full
    assert not is_marked("")
    assert (with_mark("junk"), without_mark("junk"), with_mark("[1]")) == ("junk", "junk", "[1]")


STORY = """\
deck: Mine
notes:
- {id: q, star: Deep?, situation: s, task: t, action: a, result: r}
- {id: own, story: Mine, situation: s, task: t, action: a, result: r, answers: [q], numbers: [9 h, 2 h]}
"""


def test_a_card_of_a_story_that_was_emptied_is_suspended_and_comes_back(
    home: Home, tmp_path: Path, anki: Steps
) -> None:
    def story(text: str) -> Collection:
        home.write("a.yaml", text)
        return home.open("2026-03-02T09:00+09:00")

    anki()
    both(story(STORY), tmp_path)
    figures = "own/4"
    assert anki()["cards"][figures]["queue"] == 0
    emptied = story(STORY.replace(", numbers: [9 h, 2 h]", ""))
    assert both(emptied, tmp_path).unasked == ("own/figures",)
    assert anki()["cards"][figures]["queue"] == -1
    assert not both(emptied, tmp_path).pushes
    both(story(STORY), tmp_path)
    assert anki()["cards"][figures]["queue"] == 0


def test_a_story_has_the_question_as_its_note_asks_it_now(home: Home, tmp_path: Path, anki: Steps) -> None:
    def synced(text: str, hour: int) -> str:
        home.write("a.yaml", text)
        now = START + hour * 60 * MINUTE
        both(home.open(f"2026-03-02T{9 + hour:02}:00+09:00"), tmp_path, now)
        return str(anki()["cards"]["own/0"]["fields"]["Question"])

    anki()
    assert synced(STORY, 0) == "Deep?"
    assert synced(STORY.replace("Deep?", "How deep?"), 1) == "How deep?"
