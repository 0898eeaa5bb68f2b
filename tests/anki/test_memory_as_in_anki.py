"""Histories that Anki does not read as they stand lead to the memory that real Anki computes of them."""

import json
import random  # noqa: TID251 - fixed histories
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from fsrs_rs_python import FSRS

from srs.anki.export import export
from srs.anki.pull import pull
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.backup.verify import verify
from srs.collection import Collection
from srs.core.card_state import UNSEEN, CardState, Review, WithoutMemory
from srs.core.clock import Calendar
from srs.core.event import Answered
from srs.core.settings import Settings
from srs.database import states
from srs.log import event_log
from srs.scheduling.scheduler import DEFAULT
from tests.anki.conftest import Anki, run_anki
from tests.conftest import DAY, Home

Row = tuple[int, int, int, int, int, int, int]
"""id, ease, ivl, lastIvl, factor, time and type, as in Anki's log."""

AGAIN, HARD, GOOD, EASY = range(1, 5)
NEW, REVIEWED, RELEARNT, FILTERED, BY_HAND, MOVED = range(6)
FIRST_SCHEDULER = {"schedVer": None, "sched2021": None}
Given = Callable[..., dict[str, tuple[Any, CardState]]]


def now_ms() -> int:
    return time.time_ns() // 1_000_000  # noqa: TID251 - the clock of the real Anki


def row(days_ago: float, kind: int, ease: int = GOOD, ivl: int = 10, factor: int = 2500, last: int = 5) -> Row:
    return now_ms() - round(days_ago * DAY), ease, ivl, last, factor, 1000, kind


@pytest.fixture
def given(home: Home, tmp_path: Path) -> Given:
    """Gives cards with these logs and columns to real Anki and to us: by name what Anki has, and our state."""

    def run(
        logs: dict[str, Sequence[Row]],
        *,
        conf: dict[str, Any] | None = None,
        columns: dict[str, dict[str, int]] = {},  # noqa: B006
    ) -> dict[str, tuple[Any, CardState]]:
        cards = [{"guid": name, "card": columns.get(name, {}), "log": log} for name, log in logs.items()]
        command = ["-m", "tests.anki.history_maker", str(tmp_path), json.dumps(conf or {})]
        anki = run_anki(command, tmp_path, "UTC", json.dumps(cards))
        ids = {f"n{n}": name for n, name in enumerate(logs)}
        notes = "".join(f"- {{id: {n}, guid: {json.dumps(name)}, front: f, back: b}}\n" for n, name in ids.items())
        home.write("a.yaml", f"deck: D\nnotes:\n{notes}")
        home.settings = Settings(zone="UTC")
        collection = home.open()
        pull(collection, tmp_path / "given.apkg", now_ms())
        assert pull(collection, tmp_path / "given.apkg", now_ms()).events == 0
        assert verify(collection, now_ms()).good
        ours = states_of(collection)
        return {name: (anki[name], ours.get(f"{n}/back", UNSEEN)) for n, name in ids.items()}

    return run


def states_of(collection: Collection) -> dict[str, CardState]:
    return states.get_all(collection.store.connection)


def assert_same(found: dict[str, tuple[Any, CardState]]) -> None:
    ours = {name: _memory(state) for name, (_, state) in found.items()}
    assert ours == {name: pytest.approx(anki["memory"], rel=1e-4) for name, (anki, _) in found.items()}


def _memory(state: CardState) -> list[float] | None:
    phase = state.phase
    return None if isinstance(phase, WithoutMemory) else [phase.memory.stability, phase.memory.difficulty]


LEARNT = (row(40, NEW, ivl=-600), row(39.99, NEW, ivl=4))


@pytest.mark.parametrize(
    "conf", [FIRST_SCHEDULER, {"schedVer": 1}, {"schedVer": 3}, {"schedVer": "2"}, {"schedVer": 2}]
)
def test_in_the_steps_the_first_scheduler_had_no_hard(given: Given, conf: dict[str, Any]) -> None:
    found = given(
        {
            "good": [row(9, NEW, HARD)],
            "easy": [row(9, NEW, GOOD)],
            "again": [row(9, NEW, AGAIN, -60), row(8, NEW, HARD, 1)],
            "hard in review": [*LEARNT, row(30, REVIEWED, HARD)],
            "relearnt": [*LEARNT, row(30, REVIEWED, AGAIN, -600), row(29.99, RELEARNT, HARD), row(9, REVIEWED)],
        },
        conf=conf,
    )
    assert_same(found)


@pytest.mark.parametrize("version", [None, 1, 2])
def test_a_collection_with_tables_says_which_scheduler_it_has(
    given: Given, home: Home, tmp_path: Path, version: int | None
) -> None:
    given({"good": [row(9, NEW, HARD)]})
    with closing(sqlite3.connect(tmp_path / "fresh.anki2")) as connection:
        connection.execute("delete from config where key = 'schedVer'")
        if version:
            connection.execute("insert into config values ('schedVer', 0, 0, ?)", (str(version).encode(),))
        connection.commit()
    home.database = tmp_path / "other.db"
    collection = home.open()
    pull(collection, tmp_path / "fresh.anki2", now_ms())
    (event,) = event_log.card_events(collection.store.connection, "n0/back")
    assert isinstance(event.what, Answered)
    assert event.what.rating == (HARD if version == 2 else GOOD)


def test_learning_after_a_review_is_a_card_that_was_forgotten(given: Given) -> None:
    again = row(20, NEW, ivl=-600)
    found = given(
        {
            "forgotten": [*LEARNT, row(30, REVIEWED, ivl=90), again, row(19.99, NEW, ivl=3), row(16, REVIEWED)],
            "twice": [*LEARNT, row(30, REVIEWED), again, row(19.9, NEW, ivl=3), row(16, REVIEWED), row(9, NEW, EASY)],
            "after a lapse": [*LEARNT, row(30, REVIEWED, AGAIN, -600), again],
            "after relearning": [*LEARNT, row(30, REVIEWED, AGAIN, -600), row(29.99, RELEARNT), again],
            "after a filtered deck": [*LEARNT, row(30, FILTERED), again],
            "after a due date": [*LEARNT, row(30, BY_HAND, 0, 20, 2300), again],
            "after Anki's own due date": [*LEARNT, row(30, MOVED, 0, 20, 2300), again],
            "after cramming alone": [*LEARNT, row(30, FILTERED, factor=0), again],
            "after a real forget": [*LEARNT, row(30, BY_HAND, 0, 0, 0), again],
            "within a millisecond": [*LEARNT, (again[0] - 1, *row(0, REVIEWED)[1:]), again],
        }
    )
    assert_same(found)


def test_a_history_without_its_beginning_begins_with_interval_and_factor(given: Given) -> None:
    lapse = row(30, REVIEWED, AGAIN, -600)
    found = given(
        {
            "one review": [row(30, REVIEWED)],
            "reviews": [row(30, REVIEWED, ivl=250), row(9, REVIEWED, HARD, 300)],
            "a lapse": [lapse, row(29.99, RELEARNT, ivl=7, factor=1900), row(20, REVIEWED, ivl=15)],
            "a lapse to a review": [row(30, REVIEWED, AGAIN, 1), row(20, REVIEWED, ivl=15)],
            "a long step": [row(30, RELEARNT, ivl=-86_400 * 3), row(20, REVIEWED, ivl=15)],
            "days of a step": [row(30, RELEARNT, ivl=3), row(27, RELEARNT, ivl=8), row(20, REVIEWED, ivl=15)],
            "a filtered deck": [row(30, FILTERED), row(20, REVIEWED)],
            "cramming": [row(30, FILTERED, ivl=99, factor=0), row(20, REVIEWED)],
            "a due date": [row(30, BY_HAND, 0, 40, 1800, last=9), row(20, REVIEWED)],
            "Anki's own due date": [row(30, MOVED, 0, 40, 1800), row(20, REVIEWED)],
            "a due date after it": [row(30, REVIEWED), row(25, BY_HAND, 0, 40, 1800), row(20, REVIEWED)],
            "after a forget": [*LEARNT, row(33, BY_HAND, 0, 0, 0), row(30, REVIEWED, ivl=22)],
            "and forgotten": [row(33, REVIEWED), row(30, NEW), row(20, REVIEWED)],
            "FSRS": [row(30, REVIEWED, factor=555), row(20, REVIEWED, factor=550)],
            "hardest": [row(30, REVIEWED, factor=1100)],
            "no factor": [row(30, REVIEWED, factor=0)],
            "low ease": [row(30, REVIEWED, factor=1300), row(20, REVIEWED, factor=1300)],
            "high ease": [row(30, REVIEWED, factor=9000)],
            "other columns of the card": [row(30, REVIEWED)],
        },
        columns={"other columns of the card": {"ivl": 99, "factor": 1300}},
    )
    assert_same(found)


@pytest.mark.parametrize("conf", [FIRST_SCHEDULER, {}])
def test_all_of_it_at_once(given: Given, conf: dict[str, Any]) -> None:
    found = given(
        {
            "forgotten": [*LEARNT, row(30, REVIEWED, ivl=90), row(20, NEW, HARD, -600), row(19.99, NEW, GOOD, 4)],
            "incomplete": [row(30, RELEARNT, HARD, 7, 1900), row(20, REVIEWED, HARD, 15), row(9, NEW, HARD)],
        },
        conf=conf,
    )
    assert_same(found)


def test_a_due_date_that_was_set_while_the_card_was_new_leaves_its_first_answer_the_first(given: Given) -> None:
    """As while it is answered in Anki, though Anki computes another memory later."""
    by_hand = row(30, BY_HAND, 0, 0, 2500, last=0)
    found = given(
        {
            "once": [by_hand, row(20, REVIEWED)],
            "twice": [by_hand, row(25, BY_HAND, 0, 7, 2500, last=3), row(20, REVIEWED)],
            "from its first answer on": [row(20, NEW, ivl=2)],
        }
    )
    once, twice, learnt = (_memory(state) for _, state in found.values())
    assert once == twice == learnt == pytest.approx(found["from its first answer on"][0]["memory"], rel=1e-4)


def test_a_review_without_a_log_has_the_memory_of_its_interval_and_ease_and_keeps_its_due_date(given: Given) -> None:
    columns: dict[str, dict[str, int]] = {
        "usual": {},
        "hard": {"ivl": 30, "factor": 1300},
        "suspended": {"queue": -1},
        "crammed": {"ivl": 250, "factor": 2650},
        "date set": {},
        "no ease": {"factor": 0},
    }
    logs: dict[str, list[Row]] = {name: [] for name in columns}
    logs |= {"crammed": [row(9, FILTERED, factor=0)], "date set": [row(9, BY_HAND, 0, 12, 2500)]}
    model, found = FSRS(list(DEFAULT.values)), given(logs, columns=columns)
    for name, (anki, state) in found.items():
        assert anki["memory"] is None
        ease, days = columns[name].get("factor") or 2500, anki["ivl"]
        expected = model.memory_state_from_sm2(ease / 1000, days, 0.9)
        assert _memory(state) == pytest.approx([expected.stability, expected.difficulty], rel=1e-4)
        assert isinstance(state.phase, Review)
        today = Calendar(UTC).day(now_ms())
        assert state.phase.due == today + timedelta(anki["in_days"])
        assert (state.phase.last_day, state.suspended) == (state.phase.due - timedelta(days), name == "suspended")


def test_without_a_log_what_is_no_review_is_left_alone(given: Given) -> None:
    columns = {
        "learning": {"type": 1, "queue": 1, "ivl": 0, "due": 1_800_000_000},
        "relearning": {"type": 3, "queue": 1, "due": 1_800_000_000},
        "without an interval": {"ivl": 0},
        "due on no day": {"due": 10**9},
    }
    found = given({name: [] for name in columns}, columns=columns)
    assert {state for _, state in found.values()} == {UNSEEN}


INCOMPLETE: dict[str, Sequence[Row]] = {
    "learnt": [*LEARNT, row(30, REVIEWED)],
    "forgotten": [*LEARNT, row(30, REVIEWED), row(20, NEW, ivl=3)],
    "incomplete": [row(30, REVIEWED, ivl=33, factor=1900), row(20, REVIEWED)],
    "a lapse": [row(30, REVIEWED, AGAIN, -600), row(29.9, RELEARNT, ivl=7), row(20, REVIEWED, AGAIN, 1)],
    "a due date between": [row(30, REVIEWED, AGAIN, -600), row(29, BY_HAND, 0, 7, 2300), row(20, REVIEWED)],
    "FSRS": [row(30, REVIEWED, factor=555), row(20, BY_HAND, 0, 0, 0), row(9, REVIEWED, factor=550)],
    "without": [],
}


def test_exported_again_they_lead_to_the_same_memory(given: Given, anki: Anki, home: Home, tmp_path: Path) -> None:
    found = given(INCOMPLETE)
    export(home.open(), tmp_path / "again.apkg", now_ms())
    back = anki("fsrs", f"import:{tmp_path / 'again.apkg'}")
    for card in back["cards"]:
        memory, live = _memory(found[card["guid"]][1]), [card["stability"], card["difficulty"]]
        assert live == pytest.approx(memory, rel=1e-3)  # of so many decimals
        if card["guid"] != "without":
            assert [card["again_stability"], card["again_difficulty"]] == pytest.approx(memory, rel=1e-4)


def test_a_sync_writes_nothing_of_them_into_anki(given: Given, home: Home, tmp_path: Path) -> None:
    today = 6000  # the number of it in that collection
    ends = {name: log[-1] for name, log in INCOMPLETE.items() if log}
    due = {name: {"due": today - (now_ms() - at) // DAY + ivl, "ivl": ivl} for name, (at, _, ivl, *_) in ends.items()}
    given(INCOMPLETE, columns=due)
    plan = sync(home.open(), tmp_path / "fresh.anki2", now_ms(), SyncChoices(lambda _: False)).plan
    assert (plan.reviews, plan.cards, plan.pulled.events) == (0, (), 0)


@pytest.mark.check
def test_a_thousand_random_incomplete_histories(given: Given) -> None:
    draw = random.Random(7)
    found = given({str(number): _history(draw) for number in range(1300)})
    remembered = {name: pair for name, pair in found.items() if pair[0]["memory"]}
    assert len(remembered) > 1000
    assert_same(remembered)


def _history(draw: random.Random) -> list[Row]:
    """Rows of any types on any days; some follow within a minute."""
    rows: list[Row] = []
    days_ago, learnt = draw.uniform(800, 3000), False
    for _ in range(draw.randint(1, 12)):
        days_ago -= draw.choice((0.001, 0.3, 1, 4, 20, 60))
        kind = draw.choice((NEW,) * learnt + (REVIEWED,) * 6 + (RELEARNT, FILTERED, BY_HAND, MOVED))
        learnt = learnt or draw.random() < 0.1
        factor = draw.choice((draw.randint(1300, 4000), draw.randint(100, 1100), 0 if kind == FILTERED else 2500))
        ivl = draw.choice((draw.randint(1, 900), -draw.randint(60, 3600), -draw.randint(80_000, 200_000)))
        if kind in {BY_HAND, MOVED}:
            forgets = kind == BY_HAND and draw.random() < 0.2
            rows.append(row(days_ago, kind, 0, *((0, 0) if forgets else (abs(ivl) // 100, factor))))
        else:
            rows.append(row(days_ago, kind, draw.randint(1, 4), ivl, factor))
    return rows
