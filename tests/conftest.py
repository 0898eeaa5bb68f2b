"""What most tests start from: a deck folder and a database in a temporary folder, machines, and a clock that is set."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest

from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.collection.recorder import Recorder
from srs.core.card_state import CardState
from srs.core.clock import to_ms
from srs.core.event import Event, Rating
from srs.core.settings import Settings
from srs.database import states

pytest_plugins = ["tests.machines"]

# A child inherits which signals are ignored, as those of a shell's background job or of nohup are; a handler ends with
# `exec`. With one that does nothing they are as good as ignored here, and every child starts with the defaults.
for _number in signal.valid_signals():
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

# a slow machine is no failure
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive real Anki through days, or the program on a pseudo-terminal, are left to `make check`."""
    for item in items:
        if isinstance(item, pytest.Function) and {"timed_anki", "start"} & set(item.fixturenames):
            item.add_marker(pytest.mark.check)


BASIC = """\
deck: Talk
notes:
- id: one
  front: one?
  back: eins
- id: two
  front: two?
  back: zwei
"""

PHRASES = """\
deck: Talk::Phrases
languages: {ko: ko-KR, en: en-US}
tags: [phrase]
notes:
- id: tight
  phrase: {ko: "마감이 촉박했습니다.", en: "The deadline was tight."}
  tags: [situation]
- id: root
  phrase: {ko: "근본 원인을 찾았습니다.", en: "I found the root cause."}
"""


SEOUL = Settings(zone="Asia/Seoul")


def instant(text: str) -> int:
    """`2026-03-01T09:00+09:00` as UTC milliseconds."""
    return to_ms(datetime.fromisoformat(text))


NOW = instant("2026-03-02T09:00+09:00")
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass
class Clock:
    """Stands still until a test sets it."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Home:
    """A deck folder, a database and a machine's id; every collection that is opened is closed after the test."""

    path: Path
    stack: ExitStack
    settings: Settings = SEOUL
    database: Path = Path()

    def __post_init__(self) -> None:
        self.decks = self.path / "decks"
        if self.database == Path():
            self.database = self.path / "srs.db"

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.decks / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def open(self, now: str = "2026-03-02T09:00+09:00", machine: str = "machine") -> Collection:
        collection = open_collection(self.decks, self.database, self.path / machine, self.settings, KINDS, instant(now))
        self.stack.enter_context(closing(collection.store))
        return collection


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with ExitStack() as stack:
        yield Home(tmp_path, stack)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def answer(
    collection: Collection, card: str, rating: Rating = Rating.GOOD, now: int = NOW, *, duration_ms: int = 1500
) -> Event:
    """Answers the card as its button promises."""
    recorder = Recorder(collection)
    recorded = recorder.answer(recorder.preview(card, now), rating, duration_ms, now)
    assert recorded
    return recorded.event


def state_of(collection: Collection, card: str) -> CardState:
    return states.get(collection.store.connection, card)


def file_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
