"""What every command starts from: where the decks and the database are, and what time it is."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

import click

from srs.backup.daily import Daily
from srs.cli.kinds import KINDS, PACKS
from srs.cli.streams import Output
from srs.collection import Collection, open_collection
from srs.collection.folder import resolved
from srs.collection.settings_file import read
from srs.collection.zone import calendar
from srs.core.clock import Clock, recordable, to_ms
from srs.core.errors import BadInput, StoreError, WrongClock
from srs.core.files import private_folder
from srs.core.safe_text import visible
from srs.core.settings import Settings
from srs.database.connection import Before
from srs.kinds.registry import Kinds

Source = Literal["named", "here", "own", "starter"]

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = _PACKAGE / "decks"


@dataclass(frozen=True, slots=True)
class Context:
    """The options before the command; None where neither they nor the environment say anything."""

    decks: str | None
    db: str | None
    output: Output = field(default_factory=Output)

    @property
    def source(self) -> Source:
        """Which deck folder is used: the one asked for, else `./decks`, else the learner's own, else the starter decks."""
        if self.decks:
            return "named"
        if Path("decks").is_dir():
            return "here"
        return "own" if os.path.isdir(self.own_folder) else "starter"  # noqa: PTH112 - False where nobody may look

    @property
    def folder(self) -> Path:
        """The deck folder."""
        match self.source:
            case "named":
                return Path(self.decks or "")
            case "here":
                return Path("decks")
            case "own":
                return self.own_folder
            case "starter":
                return self.starter_folder

    @property
    def own_folder(self) -> Path:
        """The learner's own deck folder, which need not be there."""
        return _data_folder() / "decks"

    @property
    def starter_folder(self) -> Path:
        """The decks that ship with the program, which nobody writes; in a checkout they lie beside the package."""
        return _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "decks"

    @property
    def read_only(self) -> bool:
        """The deck folder is that of the starter decks. In a checkout it may be named, to work on them."""
        return self.source == "starter" or (_INSTALLED.is_dir() and resolved(self.folder) == _INSTALLED.resolve())

    @property
    def database(self) -> Path:
        if self.db == "":
            raise BadInput("--db", "", "the name of a file")
        if self.db:
            return Path(self.db)
        file = _data_folder() / "srs.db"
        try:
            private_folder(file.parent)
        except OSError as error:
            raise StoreError(file, "unusable", f"its folder cannot be made ({error.strerror})") from error
        return file

    @property
    def settings_file(self) -> Path:
        """`SRS_SETTINGS`, else a file in the user's folder for settings."""
        if named := os.environ.get("SRS_SETTINGS"):
            return Path(named)
        from platformdirs import user_config_path  # noqa: PLC0415 - not needed to show help

        return user_config_path("srs", appauthor=False) / "settings.toml"

    @property
    def kinds(self) -> Kinds:
        """All kinds of notes; those of packs that the settings name are shown."""
        return KINDS.showing(read(self.settings_file).settings.packs)

    def settings(self, *, records: bool = False) -> Settings:
        """What the learner chose; what of it cannot be used is named on stderr. Raises SettingsError for a command that
        `records` where that leaves open on which study day.
        """
        found = read(self.settings_file)
        if records and found.unsure:
            raise found.unsure
        for wrong in found.wrong:
            from srs.cli.sentences import passed_over  # noqa: PLC0415 - only when something went wrong

            click.echo(f"srs: {passed_over(wrong)}", err=True)
        for name in sorted({*found.settings.packs} - {*PACKS}):
            known = ", ".join(PACKS)
            click.echo(
                visible(f"srs: {self.settings_file}: packs: there is no pack {name!r}; known: {known}"), err=True
            )
        return found.settings

    def clock(self) -> Clock:
        """The one place that reads the clock; `SRS_NOW` stops it. Raises BadInput, as the clock does WrongClock."""
        text = os.environ.get("SRS_NOW")
        return partial(_instant, text) if text else _now

    def collection(self, now: int, before: Before = lambda: None, settings: Settings | None = None) -> Collection:
        """The collection, its decks synced; `before` is as in `Store`. Raises SrsError."""
        settings = settings or read(self.settings_file).settings
        machine = _data_folder() / "machine"
        kinds = KINDS.showing(settings.packs)
        return open_collection(self.folder, self.database, machine, settings, kinds, now, before, _watched)

    def whole(self, now: int, *, quiet: bool = False, records: bool = False) -> Collection:
        """The collection for a command: a damaged database is mended, and the day's backup made before anything is recorded.
        Raises SrsError.

        `quiet` leaves it to another command to take in newer starter decks, and to tell of it; `records` is as for the
        settings.
        """
        if self.source == "own" and not quiet:
            from srs.cli.deck_folder import take_newer  # noqa: PLC0415 - most learners have a folder that they name

            take_newer(self)
        settings = self.settings(records=records)
        database = self.database
        missing = not os.path.exists(database)  # noqa: PTH110 - False as well where nobody may look
        daily = Daily(database, lambda: calendar(settings), self.clock())
        opened = False

        def before() -> Callable[[], None] | None:
            if opened:
                self.done()
            return daily()

        try:
            collection = self.collection(now, before, settings)
        except StoreError as error:
            if not self.mended(error):
                raise
            collection = self.collection(now, before, settings)
        opened = True
        click.get_current_context().call_on_close(partial(_close, collection, daily))
        if missing:
            from srs.database import backups  # noqa: PLC0415 - once in a database's life

            if backups.listed(database):
                told = f"srs: {database} was not there and begins anew; srs restore lists its backups"
                click.echo(visible(told), err=True)
        return collection

    def done(self) -> None:
        """What the command was asked for is done, or so far as it cannot be asked for again: from now on it is no failure
        if nobody can be told. Whatever writes to the collection once that is open says so by itself.
        """
        self.output.done = True

    def mended(self, error: StoreError) -> bool:
        """Whether the error was a damaged database, which is whole again; what was saved is said on stderr.

        Raises StoreError if that cannot be done now.
        """
        if error.problem not in {"damaged", "not-a-database"}:
            return False
        from srs.cli.restore import mended  # noqa: PLC0415 - hardly ever needed

        return mended(self, error)

    def open(self, now: int, *, quiet: bool = False, records: bool = False) -> Collection:
        """As `whole`; files that have errors are named on stderr."""
        collection = self.whole(now, quiet=quiet, records=records)
        self.name_broken(collection)
        return collection

    def name_broken(self, collection: Collection) -> None:
        """Names the deck files that have errors on stderr."""
        for broken in collection.broken():
            if broken.file.endswith("/"):
                place, instead = broken.file, "what is known of its decks stays in use"
            else:
                place = f"{broken.file}:{broken.line}:{broken.column}"
                instead = "the file's last good version is used" if broken.in_use else "the file is left out"
            more = f" (and {broken.more} more; see srs check)" if broken.more else ""
            click.echo(visible(f"srs: {place}: {broken.message}{more}; {instead}"), err=True)


pass_context = click.make_pass_decorator(Context)


def _watched(label: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
    """Most commands never replay more than a card."""
    from srs.cli.progress import watched  # noqa: PLC0415 - as said

    return watched(label, total)


def _close(collection: Collection, daily: Daily) -> None:
    """The command is done: so is the day's backup soon."""
    collection.store.close()
    daily.finish()
    if daily.failed:
        from srs.cli.sentences import reason  # noqa: PLC0415 - only when something went wrong

        click.echo(f"srs: no backup was made today: {reason(daily.failed)}", err=True)


def _data_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed to show help

    return user_data_path("srs", appauthor=False)


def _now() -> int:
    now = time.time_ns() // 1_000_000
    if not recordable(now):
        raise WrongClock(now)
    return now


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not recordable(to_ms(moment)):
        raise BadInput("SRS_NOW", text, "a time with its offset, such as 2026-03-01T09:00:00+09:00, from 1970 to 2199")
    return to_ms(moment)
