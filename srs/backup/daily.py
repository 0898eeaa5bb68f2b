"""A backup before the first thing that is recorded on each study day."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from srs.core.clock import Calendar, Clock
from srs.core.errors import SrsError

if TYPE_CHECKING:
    from threading import Thread


class Daily:
    """To be asked before every write (`Store.before`). Only the moment of the backup is taken when something is recorded,
    which costs a millisecond: it is copied and compressed beside the review, and the learner never waits for it.

    `failed` says why the last one was not made; no write is ever refused for that.
    """

    def __init__(self, database: Path, calendar: Callable[[], Calendar], clock: Clock) -> None:
        self._database = database
        self._calendar = calendar
        self._clock = clock
        self._until = 0  # an instant, before which nothing is to be done
        self._thread: Thread | None = None
        self.failed: Exception | None = None

    def __call__(self) -> Callable[[], None] | None:
        """What makes the day's backup, None once there is one."""
        return self._make_todays if self._clock() >= self._until else None

    def _make_todays(self) -> None:
        from srs.database import backups  # noqa: PLC0415 - Zstandard is not needed to show what waits

        self.finish()
        now = self._clock()
        try:
            calendar = self._calendar()
            day = calendar.day(now)
            self._until = calendar.start(day + timedelta(days=1))
            made = backups.listed(self._database)
            if not made or made[-1].day != day:  # an earlier one of this day's name is a wrong clock's
                self._begin(backups.snapshot(self._database), day, now)
        except (OSError, SrsError, sqlite3.Error) as error:
            self.failed = error

    def finish(self) -> None:
        """Waits until the backup is made, if one is being made."""
        if self._thread:
            self._thread.join()
            self._thread = None

    def _begin(self, snapshot: sqlite3.Connection, day: date, now: int) -> None:
        from threading import Thread  # noqa: PLC0415 - as above

        if not snapshot.execute("select exists (select 1 from events)").fetchone()[0]:
            snapshot.close()
            return
        self._thread = Thread(target=self._make, args=(snapshot, day, now), name="backup")
        self._thread.start()

    def _make(self, snapshot: sqlite3.Connection, day: date, now: int) -> None:
        from srs.database import backups  # noqa: PLC0415 - as above

        try:
            with closing(snapshot):
                backups.make(snapshot, self._database, day, now)
        except (OSError, SrsError, sqlite3.Error) as error:
            self.failed = error
