"""What every command starts from: the deck folder, the database, the settings, and the clock."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from srs.backup.daily import DailyBackup
from srs.cli.deck_folder import update_copy
from srs.cli.kinds import KINDS, PACKS
from srs.cli.output import progress_bar, warn
from srs.cli.paths import DeckFolder, data_folder, database_path, settings_path
from srs.cli.streams import Output
from srs.collection import Collection, open_collection
from srs.collection.settings_file import read_settings_file
from srs.collection.zone import calendar
from srs.core.clock import YEARS, Clock, is_recordable, to_ms
from srs.core.errors import BadInput, StoreError, WrongClock
from srs.core.settings import Settings
from srs.database.connection import BeforeWrite
from srs.kinds.registry import Kinds


@dataclass(frozen=True, slots=True)
class Context:
    """The options before the command: `db` is None if neither it nor the environment names a database."""

    deck_folder: DeckFolder
    db: str | None
    output: Output = field(default_factory=Output)

    @property
    def database(self) -> Path:
        """Raises BadInput, StoreError."""
        return database_path(self.db)

    @property
    def settings_file(self) -> Path:
        return settings_path()

    @property
    def kinds(self) -> Kinds:
        """All kinds of notes; those of packs that the settings name are shown."""
        return KINDS.showing(read_settings_file(self.settings_file).settings.packs)

    def read_settings(self, *, records: bool = False) -> Settings:
        """The learner's settings; those that cannot be used are reported on stderr, and have their default.

        Raises SettingsError if the command `records` something and the study day is therefore uncertain.
        """
        found = read_settings_file(self.settings_file)
        if records and found.day_error:
            raise found.day_error
        for error in found.errors:
            from srs.cli.sentences import skipped_setting  # noqa: PLC0415 - only when something went wrong

            warn(skipped_setting(error))
        for name in sorted({*found.settings.packs} - {*PACKS}):
            warn(f"{self.settings_file}: packs: there is no pack {name!r}; known: {', '.join(PACKS)}")
        return found.settings

    def clock(self) -> Clock:
        """The one place that reads the clock; `SRS_NOW` stops it. Raises BadInput; the clock itself raises WrongClock."""
        text = os.environ.get("SRS_NOW")
        return partial(_instant, text) if text else _now

    def open_silently(
        self,
        now: int,
        before: BeforeWrite = lambda: None,
        settings: Settings | None = None,
        *,
        needs_decks: bool = True,
    ) -> Collection:
        """The collection, its decks synced; `before` is as in `Store`. Raises SrsError."""
        settings = settings or read_settings_file(self.settings_file).settings
        return open_collection(
            self.deck_folder.path,
            self.database,
            data_folder() / "machine",
            settings,
            KINDS.showing(settings.packs),
            now,
            before,
            progress_bar,
            needs_decks=needs_decks,
        )

    def open_for_command(
        self, now: int, *, quiet: bool = False, records: bool = False, needs_decks: bool = True
    ) -> Collection:
        """The collection for a command: a damaged database is repaired, and the day's backup is made before the first
        write. Raises SrsError.

        `quiet` leaves a newer release's starter decks to another command; `records` is as for `read_settings`,
        `needs_decks` as for `open_collection`.
        """
        if not quiet:
            update_copy(self.deck_folder)
        settings = self.read_settings(records=records)
        database = self.database
        missing = not os.path.exists(database)  # noqa: PTH110 - False as well where nobody may look
        daily = DailyBackup(database, lambda: calendar(settings), self.clock())
        opened = False

        def before() -> Callable[[], None] | None:
            if opened:
                self.mark_done()
            return daily()

        try:
            collection = self.open_silently(now, before, settings, needs_decks=needs_decks)
        except StoreError as error:
            if not self.repair(error):
                raise
            collection = self.open_silently(now, before, settings, needs_decks=needs_decks)
        opened = True
        click.get_current_context().call_on_close(partial(_close, collection, daily))
        if missing:
            from srs.database import backups  # noqa: PLC0415 - once in a database's life

            if backups.list_backups(database):
                warn(f"{database} was missing, so a new database was made; to list the old one's backups: srs restore")
        return collection

    def open(self, now: int, *, quiet: bool = False, records: bool = False, needs_decks: bool = True) -> Collection:
        """As `open_for_command`; deck files with errors are reported on stderr."""
        collection = self.open_for_command(now, quiet=quiet, records=records, needs_decks=needs_decks)
        report_broken_files(collection)
        return collection

    def mark_done(self) -> None:
        """From now on it is no failure if the output cannot be written: the command has done what it was asked for, or so
        much that it must not be repeated. A write to an open collection calls this by itself.
        """
        self.output.done = True

    def repair(self, error: StoreError) -> bool:
        """Whether the error was a damaged database, and it was repaired; what was saved is reported on stderr.

        Raises StoreError if that cannot be done now.
        """
        if error.problem not in {"damaged", "not-a-database"}:
            return False
        from srs.cli.repair import repair  # noqa: PLC0415 - hardly ever needed

        return repair(self.database, error, self.clock()())


pass_context = click.make_pass_decorator(Context)


def report_broken_files(collection: Collection) -> None:
    """Reports the deck files that have errors on stderr."""
    for broken in collection.broken_files():
        if broken.file.endswith("/"):
            place, instead = broken.file, "its decks stay in use as last read"
        else:
            place = f"{broken.file}:{broken.line}:{broken.column}"
            instead = "the file's last good version is used" if broken.in_use else "the file is left out"
        more = f" (and {broken.more} more; see srs check)" if broken.more else ""
        warn(f"{place}: {broken.message}{more}; {instead}")


def _close(collection: Collection, daily: DailyBackup) -> None:
    """The command is done: so is the day's backup soon."""
    collection.store.close()
    daily.wait()
    if daily.error:
        from srs.cli.sentences import sentence  # noqa: PLC0415 - only when something went wrong

        warn(f"no backup was made today: {sentence(daily.error) or f'{daily.error}.'}")


def _now() -> int:
    now = time.time_ns() // 1_000_000
    if not is_recordable(now):
        raise WrongClock(now)
    return now


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not is_recordable(to_ms(moment)):
        raise BadInput("SRS_NOW", text, f"a time with its offset, such as 2026-03-01T09:00:00+09:00, {YEARS}")
    return to_ms(moment)
