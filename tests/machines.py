"""Several machines of one learner: each with a database and an id of its own, without deck files to read."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from srs.cli.json_shapes import log_json
from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core import event_row
from srs.core.clock import Calendar, utc_text
from srs.core.event import Event, Rating, Void
from srs.core.event_line import to_line
from srs.database import open_store, states
from srs.database.schema import migrations
from srs.importers.import_log import LogImportResult, import_log
from srs.log import event_log
from srs.sync.folder import FolderSyncResult, sync_folder
from srs.sync.merge import MergeResult, merge
from tests.conftest import NOW, SEOUL, answer

START = NOW


def unknown_event_lines(count: int, kind: str = "sang") -> str:
    """Valid lines of events of a kind that only a newer program knows."""
    lines = []
    for n in range(count):
        body = (
            f'{{"at":"{utc_text(START + n)}","subject":"exam","day":"2026-03-02","what":"{kind}",'
            '"parameters":{},"source":"srs","machine":"m"'
        )
        lines.append(f'{body},"sum":"{crc32(body.encode()):08x}"}}\n')
    return "".join(lines)


def insert_events(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Inserts many events; their keys must be free."""
    event_log.insert_block(connection, event_log.build_block(map(event_row.event_to_row, events)))


def downgrade(connection: sqlite3.Connection) -> None:
    """Makes the database one of version 4, which knows neither goals and breaks nor when a note was first seen."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as older:
        database = Database(older)
        migrations.apply(database, stop_before=[one.name for one in migrations.pending(database)][4:])
        (table,) = older.execute("select sql from sqlite_schema where name = 'events'").fetchone()
    connection.execute("pragma legacy_alter_table = on")
    for statement in (
        "alter table events rename to newer_events",
        table,
        "insert into events select * from newer_events",
        "drop table newer_events",
        "create index events_own on events (machine, seq) where source = 'srs'",
        "create index events_of_notes on events (at) where what in ('relinked', 'distinct')",
        "drop table goal_plans",
        "drop table anki_notes",
        "drop index states_due",
        "create index states_due on states (state, due_day)",
        "alter table texts drop column added_at",
        "alter table notes drop column words",
        "delete from _sqlite_migrations where name in"
        " ('notes_first_seen', 'goals_and_breaks', 'words_of_notes', 'notes_in_anki')",
        "pragma user_version = 4",
        "pragma legacy_alter_table = off",
    ):
        connection.execute(statement)
    connection.commit()


@cache
def empty_database() -> Path:
    """To be copied, which is faster than making one."""
    path = Path(mkdtemp(prefix="srs-machines-")) / "empty.db"
    open_store(path).close()
    return path


@dataclass
class Machine:
    path: Path
    name: str
    stack: ExitStack
    collection: Collection = field(init=False)

    def __post_init__(self) -> None:
        self.database = self.path / f"{self.name}.db"
        (self.path / f"{self.name}.id").write_text(self.name.encode().hex().rjust(16, "0"))
        if not self.database.exists():
            shutil.copyfile(empty_database(), self.database)
        self.open()

    def open(self) -> None:
        store = open_store(self.database)
        self.stack.callback(store.close)
        store.connection.execute("pragma synchronous = off")  # these tests pull no plugs
        calendar = Calendar(ZoneInfo("Asia/Seoul"))
        self.collection = Collection(self.path, 1, store, SEOUL, calendar, self.path / f"{self.name}.id", KINDS)

    @property
    def id(self) -> str:
        return self.collection.machine

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.collection)

    def answer(self, card: str, rating: Rating, now: int) -> Event:
        return answer(self.collection, card, rating, now, duration_ms=0)

    def add(self, *items: Event | Void) -> None:
        """Puts events into the log as they are, without what would follow."""
        with self.collection.store.write() as connection:
            for item in items:
                event_log.insert_event(connection, item) if isinstance(item, Event) else event_log.insert_void(
                    connection, item
                )

    def sync(self, folder: Path, now: int = START) -> FolderSyncResult:
        return sync_folder(self.collection, folder, now)

    def merge(self, other: "Machine") -> MergeResult:
        return merge(self.collection, other.database)

    def import_log(self, path: Path, renames: Path | None = None) -> LogImportResult:
        return import_log(self.collection, path, renames)

    def log(self) -> list[dict[str, Any]]:
        return [log_json(row) for row in event_log.history(self.collection.store.connection)]

    def snapshot(self) -> dict[str, Any]:
        """Whatever must be the same on all machines in the end."""
        connection = self.collection.store.connection
        rows = list(event_log.history(connection))
        return {
            "log": self.log(),
            "lines": sorted(
                [to_line(row.event) for row in rows] + [to_line(void) for void in event_log.all_voids(connection)]
            ),
            "states": {card: repr(state) for card, state in states.get_all(connection).items()},
        }


@dataclass
class Machines:
    """Made when they are first asked for by name."""

    path: Path
    stack: ExitStack
    known: dict[str, Machine] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Machine:
        if name not in self.known:
            self.known[name] = Machine(self.path, name, self.stack)
        return self.known[name]

    @property
    def folder(self) -> Path:
        folder = self.path / "shared"
        folder.mkdir(exist_ok=True)
        return folder


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with ExitStack() as stack:
        yield Machines(tmp_path, stack)


def csv_file(path: Path, rows: Sequence[Sequence[object]], names: str = "card_id,review_time,review_rating") -> Path:
    """A CSV, as fsrs-optimizer wants it unless other names are given."""
    path.write_text("\n".join([names, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path
