"""Damaged and hostile files from Anki are refused with their reason, or do no harm."""

import json
import signal
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random  # noqa: TID251 - damage of a seed
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.pull import pull
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.errors import PackageError
from srs.core.event import Rating
from srs.core.settings import Settings
from tests.anki.conftest import TimedAnki
from tests.anki.packages import zipped
from tests.conftest import DAY, Home, instant

NOW = instant("2026-06-01T09:00+00:00")
VALUES: tuple[Any, ...] = (
    None, -1, 0, 1, 2, 9, 2**31, 2**62, -(2**63), 2**63 - 1, 1e308, float("inf"), -0.5, "", "x", "1", "\x1b[2J", b"\xff\xfe",
    "../../etc/passwd", NOW, NOW + 400 * DAY, NOW // 1000, -400_000_000, "[" * 50_000, '{"a":', '{"1": {"name": 5}}', "[]",
)  # fmt: skip
TABLES = {"cards": 18, "notes": 11, "revlog": 9, "col": 13}


class Victim:
    """A learner with some history, at first as `packed` has it; every file is pulled by a fresh copy."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack = ExitStack()
        self.home = Home(path, self.stack, Settings(zone="UTC"))
        notes = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(40))
        self.home.write("a.yaml", "deck: Talk\nnotes:\n" + notes)
        with self.opened() as collection:
            self.empty = self.home.database.read_bytes()
            recorder = Recorder(collection)
            for n in range(30):
                for day in range(n % 6):
                    at = NOW - (90 - 9 * day) * DAY + n * 1000
                    card = f"n{n}/back"
                    recorder.answer(recorder.preview(card, at), Rating(n % 4 + 1), 1000, at)
            export(collection, path / "ours.apkg", NOW)
        with zipfile.ZipFile(path / "ours.apkg") as archive:
            self.database = archive.read("collection.anki2")

    @contextmanager
    def opened(self) -> Iterator[Collection]:
        collection = self.home.open("2026-06-01T09:00+00:00")
        with closing(collection.store):
            collection.store.connection.execute("pragma journal_mode = delete")
            yield collection

    def harmless(self, file: Path, told: object) -> str:
        """The problem that the file is refused for, `fine` if it is not. Whatever happens, the database is whole."""
        self.home.database.write_bytes(self.empty)
        with self.opened() as collection:
            before = list(collection.store.connection.iterdump())
            try:
                with in_time():
                    pull(collection, file, NOW)
            except PackageError as error:
                assert list(collection.store.connection.iterdump()) == before, told
                return error.problem
            except BaseException as error:
                raise AssertionError(f"{told}: {type(error).__name__}: {error}") from error
            assert verify(collection, NOW).good, told
            return "fine"


@contextmanager
def in_time() -> Iterator[None]:
    """Half a minute at most for a small file."""

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(30)
    try:
        yield
    finally:
        signal.alarm(0)


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    made = Victim(tmp_path_factory.mktemp("victim"))
    with made.stack:
        yield made


def flipped(data: bytes, draw: Random) -> bytes:
    """Some bytes of the file are others, in one place or all over it; the first page more often."""
    damaged = bytearray(data)
    for _ in range(draw.choice((1, 1, 3, 20, 200))):
        place = draw.randrange(100, 4096) if draw.random() < 0.3 else draw.randrange(16, len(damaged))
        damaged[place] = draw.choice((0, 255, draw.randrange(256), damaged[place] ^ 1 << draw.randrange(8)))
    if draw.random() < 0.2:  # a page in the place of another: trees that go in circles
        size = 4096 if len(damaged) % 4096 == 0 else 512
        one, other = (draw.randrange(1, len(damaged) // size) * size for _ in range(2))
        damaged[one : one + size] = damaged[other : other + size]
    return bytes(damaged)


def mistyped(data: bytes, file: Path, draw: Random) -> None:
    """Values of other types and sizes in columns that may hold anything."""
    file.write_bytes(data)
    with closing(sqlite3.connect(file)) as connection:
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        for _ in range(draw.choice((1, 3, 30))):
            table = draw.choice(sorted(tables & {"cards", "notes", "revlog", "col", "decks", "config"}))
            columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
            column, value = draw.choice(columns), draw.choice(VALUES)
            where = draw.choice(("1", "rowid % 3 = 0", "rowid = (select min(rowid) from revlog)"))
            if table == "config":
                where = "1"
            try:
                connection.execute(f"update or ignore {table} set {column} = ? where {where}", (value,))
            except sqlite3.Error:
                continue  # not every column takes everything
        connection.commit()


def fuzz(victim: Victim, data: bytes, rounds: range) -> dict[str, int]:
    found: dict[str, int] = {}
    file = victim.path / "damaged.anki2"
    for seed in rounds:
        draw = Random(seed)
        if seed % 2:
            file.write_bytes(flipped(data, draw))
        else:
            mistyped(data, file, draw)
        problem = victim.harmless(file, seed)
        found[problem] = found.get(problem, 0) + 1
    return found


def test_a_whole_file_is_fine(victim: Victim) -> None:
    (victim.path / "whole.anki2").write_bytes(victim.database)
    assert victim.harmless(victim.path / "whole.anki2", "whole") == "fine"


@pytest.mark.check
def test_damaged_databases_are_refused_or_harmless(victim: Victim) -> None:
    found = fuzz(victim, victim.database, range(120))
    assert found["fine"] > 10
    assert found["damaged"] > 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_many_damaged_databases_are_refused_or_harmless(victim: Victim, part: int) -> None:
    print(fuzz(victim, victim.database, range(1000 * (part + 1), 1000 * (part + 1) + 2000)))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_many_damaged_databases_of_today_are_refused_or_harmless(
    victim: Victim, timed_anki: TimedAnki, tmp_path: Path, part: int
) -> None:
    timed_anki(["at", NOW], ["import", str(victim.path / "ours.apkg")], ["answer", "n1/0", 3])
    data = (tmp_path / "timed.anki2").read_bytes()
    print(fuzz(victim, data, range(10_000 * (part + 1), 10_000 * (part + 1) + 1500)))


@pytest.mark.parametrize("column", ["conf", "decks"])
@pytest.mark.parametrize("text", ["", "{", "null", "[]", "5", '{"1": null}', '{"x": {"name": "y"}}', "[" * 100_000])
def test_wrong_json_is_refused_or_harmless(victim: Victim, column: str, text: str) -> None:
    file = victim.path / "json.anki2"
    file.write_bytes(victim.database)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"update col set {column} = ?", (text,))
        connection.commit()
    assert victim.harmless(file, text) in {"damaged", "fine"}


@pytest.mark.parametrize("members", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_many_members_and_names_that_leave_the_folder_do_no_harm(victim: Victim, members: int) -> None:
    media = {str(n): f"{'../' * 9}etc/passwd{n}" for n in range(100_000)}
    held = {"collection.anki2": victim.database, "media": json.dumps(media).encode(), "../../outside": b"x"}
    file = zipped(victim.path / "many.apkg", held | {str(n): b"" for n in range(members)})
    around = sorted(victim.path.parent.iterdir())
    assert victim.harmless(file, "many") == "fine"
    assert sorted(victim.path.parent.iterdir()) == around


def test_every_cut_of_a_package_is_refused_and_changes_nothing(victim: Victim) -> None:
    data = (victim.path / "ours.apkg").read_bytes()
    file = victim.path / "cut.apkg"
    for length in range(0, len(data), max(len(data) // 25, 1)):
        file.write_bytes(data[:length])
        assert victim.harmless(file, length) in {"damaged", "not-anki"}


def test_a_view_that_computes_for_ever_is_stopped(victim: Victim) -> None:
    """Of tables that only newer collections have, one may be a view."""
    file = victim.path / "view.anki2"
    file.write_bytes(victim.database)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("update col set ver = 18")
        connection.execute("create table config (key text, val blob)")
        connection.execute(
            "create view decks as with recursive n(x) as (select 1 union all select x + 1 from n) select x as id, 5 as name from n"
        )
        connection.commit()
    assert victim.harmless(file, "view") == "damaged"
