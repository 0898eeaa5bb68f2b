"""Lives with wrong clocks, damage and restores: what was acknowledged is there in the end."""

import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from srs.backup.daily import DailyBackup
from srs.backup.repair import repair_database
from srs.backup.restore import back_up, restore
from srs.backup.verify import verify
from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.collection.recorder import Recorder
from srs.core.clock import FIRST_MS, LAST_MS, Calendar
from srs.core.errors import NothingToUndo
from srs.core.event import Event, Rating, Void
from srs.database import backups
from srs.log import event_log
from tests.conftest import DAY, NOW, Home

Item = Event | Void

jumps = st.sampled_from([0, 60_000, DAY, DAY, DAY, 40 * DAY, -DAY, -400 * DAY, 5000 * DAY, -5000 * DAY, 60_000 * DAY])
deeds = st.lists(
    st.tuples(
        st.sampled_from(["answer"] * 6 + ["undo", "back up", "restore", "tear", "spoil"]), jumps, st.integers(0, 9)
    ),
    max_size=16,
)


@dataclass
class Life:
    """`held` is what the database has, `safe` what any backup since the last restore has had, kept or not."""

    home: Home
    now: int = NOW
    held: set[Item] = field(default_factory=set)
    safe: set[Item] = field(default_factory=set)
    made: int = 0

    def __post_init__(self) -> None:
        self.home.write(
            "a.yaml", "deck: D\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(10))
        )
        self.collection = self.open()

    def open(self) -> Collection:
        self.daily = DailyBackup(self.home.database, lambda: self.calendar, lambda: self.now)
        machine = self.home.path / "machine"
        made = open_collection(
            self.home.decks, self.home.database, machine, self.home.settings, KINDS, self.now, before=self.daily
        )
        self.home.stack.callback(made.store.close)
        self.calendar: Calendar = made.calendar
        return made

    def live(self, deed: str, jump: int, choice: int) -> None:
        self.now = min(max(self.now + jump, FIRST_MS + 9 * DAY), LAST_MS - 9 * DAY)
        getattr(self, deed.replace(" ", "_"))(choice)

    def answer(self, choice: int) -> None:
        recorder = Recorder(self.collection)
        recorded = recorder.answer(recorder.preview(f"n{choice}/back", self.now), Rating(choice % 4 + 1), 0, self.now)
        assert recorded
        self.was_backed_up()
        self.held.add(recorded.event)

    def undo(self, _: int) -> None:
        with suppress(NothingToUndo):
            undone = Recorder(self.collection).undo()[0].event
            self.was_backed_up()
            self.held.add(Void(undone.subject, undone.at))

    def was_backed_up(self) -> None:
        """The day's backup, if one was made, holds what was there before."""
        self.daily.wait()
        assert self.daily.error is None
        made = backups.list_backups(self.home.database)
        if made and made[-1].number > self.made:
            self.made = made[-1].number
            self.safe |= self.held

    def back_up(self, _: int) -> None:
        self.made = back_up(self.collection.store, self.calendar, self.now).number
        self.safe |= self.held

    def restore(self, choice: int) -> None:
        found = backups.list_backups(self.home.database)
        if not found:
            return
        self.collection.store.close()
        assert restore(self.home.database, found[choice % len(found)], self.calendar, self.now, lambda _: True)
        self.collection = self.open()
        self.safe, self.held = self.items(), self.items()
        self.made = backups.list_backups(self.home.database)[-1].number

    def tear(self, _: int) -> None:
        """All of it can still be read, though not by SQLite."""
        self.collection.store.close()
        with self.home.database.open("rb+") as file:
            file.write(bytes(68))
        self.mended(self.held | self.safe)

    def spoil(self, _: int) -> None:
        """None of it can be read."""
        self.collection.store.close()
        self.home.database.write_bytes(b"\xff" * 9000)
        if self.made:
            self.mended(set(self.safe))
        else:
            self.home.database.unlink()
            self.held = set()
            self.collection = self.open()

    def mended(self, expected: set[Item]) -> None:
        repair_database(self.home.database, self.now)
        self.collection = self.open()
        assert self.items() == expected
        self.held = expected

    def items(self) -> set[Item]:
        connection = self.collection.store.connection
        return {*(row.event for row in event_log.history(connection)), *event_log.all_voids(connection)}


def lived(done: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        life = Life(Home(Path(place), stack))
        for deed in done:
            life.live(*deed)
        assert life.items() == life.held
        assert verify(life.collection, LAST_MS).good


AHEAD = [("answer", 0, 0), ("answer", 5000 * DAY, 1), ("answer", -4999 * DAY, 2), ("answer", DAY, 3)]
"""The clock was in another decade for one answer."""


@pytest.mark.check
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(deeds)
@example([*AHEAD, ("spoil", 0, 0)])
@example([*AHEAD, ("restore", 0, 1), *AHEAD, ("tear", 0, 0), ("undo", DAY, 0), ("back up", DAY, 0), ("spoil", 0, 0)])
@example(
    [*([("answer", 5000 * DAY, 1)] * 3), *([("answer", DAY, 4)] * 9), *([("answer", -DAY, 2)] * 30), ("spoil", 0, 0)]
)
def test_no_clock_and_no_damage_loses_what_was_in_the_database_or_in_a_backup(done: list[tuple[str, int, int]]) -> None:
    lived(done)


@pytest.mark.slow
@settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
@given(deeds)
def test_the_same_over_a_thousand_lives(done: list[tuple[str, int, int]]) -> None:
    lived(done)
