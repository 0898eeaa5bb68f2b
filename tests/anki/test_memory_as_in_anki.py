"""Histories that Anki does not read as they stand lead to the memory that real Anki computes of them."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from srs.anki.pull import pull
from srs.backup.verify import verify
from srs.collection import Collection
from srs.core.card_state import CardState, WithoutMemory
from srs.core.settings import Settings
from srs.database import states
from tests.anki.conftest import run_anki
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
        return {name: (anki[name], ours[f"{n}/back"]) for n, name in ids.items()}

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
