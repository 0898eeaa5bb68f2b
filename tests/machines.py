"""Several machines of one learner: each with a database and an id of its own, without deck files to read."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from srs.cli.json_shapes import log_json
from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.clock import Calendar, utc_text
from srs.core.event import Event, Rating, Void
from srs.core.event_line import line
from srs.core.settings import Settings
from srs.database import open_store, states
from srs.database.connection import VERSION
from srs.importers.import_log import Imported, import_log
from srs.log import event_log
from srs.sync.folder import Exchanged, exchange
from srs.sync.merge import Coming, merge


def newer_lines(count: int, kind: str = "goal") -> str:
    """Lines of events of a kind that no program of today knows, each whole."""
    made = []
    for n in range(count):
        body = (
            f'{{"at":"{utc_text(START + n)}","subject":"exam","day":"2026-03-02","what":"{kind}",'
            '"parameters":{},"source":"srs","machine":"m"'
        )
        made.append(f'{body},"sum":"{crc32(body.encode()):08x}"}}\n')
    return "".join(made)


START = 1_772_409_600_000  # 2026-03-02T00:00Z
DAY = 86_400_000


def older(connection: sqlite3.Connection) -> None:
    """Makes the database one of the version that did not know yet when a note was first seen."""
    connection.execute("alter table texts drop column added_at")
    connection.execute("delete from _sqlite_migrations where name = 'notes_first_seen'")
    connection.execute(f"pragma user_version = {VERSION - 1}")
    connection.commit()


@cache
def _template() -> Path:
    path = Path(mkdtemp(prefix="srs-machines-")) / "template.db"
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
            shutil.copyfile(_template(), self.database)
        self.open()

    def open(self) -> None:
        store = open_store(self.database)
        self.stack.callback(store.close)
        store.connection.execute("pragma synchronous = off")  # these tests pull no plugs
        calendar = Calendar(ZoneInfo("Asia/Seoul"))
        self.collection = Collection(
            self.path, 1, store, Settings(zone="Asia/Seoul"), calendar, self.path / f"{self.name}.id", KINDS
        )

    @property
    def id(self) -> str:
        return self.collection.machine

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.collection)

    def answer(self, card: str, rating: Rating, now: int) -> Event:
        recorder = self.recorder
        event = recorder.answer(recorder.preview(card, now), rating, 0, now)
        assert event
        return event

    def add(self, *items: Event | Void) -> None:
        """Puts events into the log as they are, without what would follow."""
        with self.collection.store.write() as connection:
            for item in items:
                event_log.add(connection, item) if isinstance(item, Event) else event_log.void(connection, item)

    def sync(self, folder: Path, now: int = START) -> Exchanged:
        return exchange(self.collection, folder, now)

    def merge(self, other: "Machine") -> Coming:
        return merge(self.collection, other.database)

    def take(self, path: Path, renames: Path | None = None) -> Imported:
        return import_log(self.collection, path, renames)

    def log(self) -> list[dict[str, Any]]:
        return [log_json(row) for row in event_log.history(self.collection.store.connection)]

    def all(self) -> dict[str, Any]:
        """Everything that must be the same on all machines in the end."""
        connection = self.collection.store.connection
        rows = list(event_log.history(connection))
        return {
            "log": self.log(),
            "lines": sorted([line(row.event) for row in rows] + [line(void) for void in event_log.voids(connection)]),
            "states": {card: repr(state) for card, state in states.every(connection).items()},
        }


@dataclass
class Machines:
    """Made by name when they are first asked for."""

    path: Path
    stack: ExitStack
    known: dict[str, Machine] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Machine:
        if name not in self.known:
            self.known[name] = Machine(self.path, name, self.stack)
        return self.known[name]

    @property
    def folder(self) -> Path:
        made = self.path / "shared"
        made.mkdir(exist_ok=True)
        return made


def table(path: Path, rows: Sequence[Sequence[object]], names: str = "card_id,review_time,review_rating") -> Path:
    """A CSV, as fsrs-optimizer wants it unless other names are given."""
    path.write_text("\n".join([names, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path
