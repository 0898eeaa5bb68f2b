"""A backup before the first write of each study day."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from srs.core.clock import Calendar, Clock
from srs.core.errors import SrsError
from srs.database.connection import open_snapshot

if TYPE_CHECKING:
    from threading import Thread


class DailyBackup:
    """Called before every write (`Store.before`). Taking the snapshot takes a millisecond; a thread copies and compresses
    it, so the learner never waits.

    `error` is why the last backup failed; a write never fails with it.
    """

    def __init__(self, database: Path, calendar: Callable[[], Calendar], clock: Clock) -> None:
        self._database = database
        self._calendar = calendar
        self._clock = clock
        self._next_check = 0  # UTC milliseconds
        self._thread: Thread | None = None
        self.error: Exception | None = None

    def __call__(self) -> Callable[[], None] | None:
        """The function that makes today's backup; None if there is one."""
        return self._start if self._clock() >= self._next_check else None

    def wait(self) -> None:
        """Waits until a running backup is complete."""
        if self._thread:
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        from threading import Thread  # noqa: PLC0415 - as below

        from srs.database.backups import list_backups  # noqa: PLC0415 - not needed to show which cards are due

        self.wait()
        now = self._clock()
        try:
            calendar = self._calendar()
            day = calendar.day(now)
            self._next_check = calendar.start(day + timedelta(days=1))
            earlier = list_backups(self._database)
            if earlier and earlier[-1].day == day:  # an older one with this day was made while the clock was wrong
                return
            snapshot = open_snapshot(self._database)
            if not snapshot.execute("select exists (select 1 from events)").fetchone()[0]:
                snapshot.close()
                return
            self._thread = Thread(target=self._compress, args=(snapshot, day, now), name="backup")
            self._thread.start()
        except (OSError, SrsError, sqlite3.Error) as error:
            self.error = error

    def _compress(self, snapshot: sqlite3.Connection, day: date, now: int) -> None:
        from srs.database.make_backup import make_backup  # noqa: PLC0415 - as above

        try:
            with closing(snapshot):
                make_backup(snapshot, self._database, day, now)
        except (OSError, SrsError, sqlite3.Error) as error:
            self.error = error
