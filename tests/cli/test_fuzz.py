"""Databases and deck files in which anything may stand: every command ends in order, and nothing is lost.

What escapes the program's entry is a traceback, and fails the test. The seeds are fixed; mutated event files are in
tests/sync/test_event_files.py.
"""

import random  # noqa: TID251 - seeded
import re
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.cli.conftest import Result, Shell
from tests.other_programs import execute

if sys.platform == "win32":
    pytest.skip("a hang is noticed by a signal that Windows does not have", allow_module_level=True)

NOW = "2026-03-09T09:00:00+09:00"
PATIENCE = 60  # seconds until a command counts as hanging
TABLES = ("events", "voids", "states", "notes", "cards", "files", "folders", "texts", "calendar", "study_days")
COMMANDS = (
    "due", "due --json", "next", "find", "find is:due", "find prop:s>1 --json", "show one", "show one/back --json",
    "show tight", "log", "log --json", "log --format jsonl", "log --format csv", "check", "settings", "undo",
    "answer one/back 3", "answer two/back again", "suspend one/back", "unsuspend two/back", "bury one/back",
    "forget one/back", "review", "review --ahead 30", "review --cram", "export {out}.apkg", "sync {out}", "merge {other}",
    "merge {other} --yes", "backup", "restore", "restore 2026-03-09", "restore --salvage", "verify", "verify --json", "rebuild", "rebuild --json",
)  # fmt: skip
TEXTS = (
    "", "\0", "x" * 5000, "\x1b[2J", "{", "[]", "{}", "null", "[[1", '{"name": 1}', '"x"', "0000-00-00", "9999-12-31",
    "2026-13-45", "0001-01-01", "2026-03-09", "a/b/c", "../..", "/", "one/back", "one", "answered", "review", "new", "parameters", "-5",
    "ÿ", "\u202e", "1e999", "relinked", "Europe/Nowhere", '[["settings", 1]]', '[{"level": "error"}]', "srs", "crammed",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 7, 10**6, 10**12, 10**15, 2**31, 2**63 - 1, -(2**63))
REALS = (0.0, -1.0, 1e-300, 1e308, float("inf"), float("-inf"), 0.5, 11.0)


class Hangs(BaseException):
    """No handler of ours may take it for a failure of its own."""


def _hangs(number: int, frame: FrameType | None) -> None:
    raise Hangs


class Bench:
    """A home whose database and decks can be put back as they were."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.path, self.decks = shell, shell.path, shell.path / "decks"
        self.database = self.path / "srs.db"
        shell.env["SRS_DB"] = str(self.database)
        for day, said in enumerate(
            ["answer one/back 3", "answer two/back 1", "answer tight/en-ko 2", "answer one/back 3"]
        ):
            assert self.run(said, f"2026-03-0{day + 2}T09:00:00+09:00").status == 0
        self.run("suspend root/ko-en")
        self.run("answer one/back 4")
        self.run("undo")
        execute(self.database, "pragma wal_checkpoint(truncate)")
        self.data = self.database.read_bytes()
        shutil.copy(self.database, self.path / "other.db")

    def reset(self, data: bytes) -> None:
        for file in self.path.glob("srs.db*"):
            if file.is_file():
                file.unlink()
        for name in ("out", "out.apkg"):
            shutil.rmtree(self.path / name, ignore_errors=True)
            (self.path / name).unlink(missing_ok=True)
        (self.path / "out").mkdir()
        self.database.write_bytes(data)

    def run(self, said: str, now: str = NOW) -> Result:
        arguments = [part.format(out=self.path / "out", other=self.path / "other.db") for part in said.split()]
        signal.signal(signal.SIGALRM, _hangs)
        signal.alarm(PATIENCE)
        try:
            return self.shell(*arguments, stdin="\n3\n\n1\nu\nq\n", SRS_NOW=now)
        finally:
            signal.alarm(0)


@pytest.fixture
def bench(srs: Shell) -> Bench:
    return Bench(srs)


def nonsense(chance: random.Random, kind: str) -> Any:
    match kind:
        case "INTEGER":
            return chance.choice([*NUMBERS, chance.randrange(-(10**14), 10**14)])
        case "REAL":
            return chance.choice(REALS)
        case "BLOB":
            return chance.choice([b"", b"\xff\xfe", b"deck: D\nnotes: []\n", b"- x\n" * 50, b"{" * 2000])
        case _:
            return chance.choice(TEXTS)


def spoil_values(database: Path, chance: random.Random) -> None:
    """Some values of some rows are others of their type, which the database itself would not have taken."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("pragma ignore_check_constraints = on")
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for _ in range(chance.choice([1, 1, 2, 5])):
            table = chance.choice(TABLES)
            columns = [(row[1], row[2]) for row in connection.execute(f"pragma table_info({table})")]
            name, kind = chance.choice(columns)
            keys = connection.execute(f"select {', '.join(column for column, _ in columns)} from {table}").fetchall()
            if not keys:
                continue
            row = chance.choice(keys)
            where = " and ".join(f"{column} is ?" for column, _ in columns)
            value = None if chance.random() < 0.1 else nonsense(chance, kind)
            how = "cast(x'ff41' as text)" if kind == "TEXT" and chance.random() < 0.04 else "?"
            with suppress(sqlite3.IntegrityError):
                if chance.random() < 0.05:
                    connection.execute(f"delete from {table} where {where}", row)
                else:
                    connection.execute(
                        f"update {table} set {name} = {how} where {where}", [*[value][: how == "?"], *row]
                    )


def spoil_bytes(database: Path, chance: random.Random) -> None:
    whole = bytearray(database.read_bytes())
    for _ in range(chance.choice([1, 1, 3, 20])):
        at, length = chance.randrange(len(whole)), chance.choice([1, 1, 8, 64, 4096])
        whole[at : at + length] = chance.choice([bytes(length), b"\xff" * length, chance.randbytes(length)])
    database.write_bytes(bytes(whole[: len(whole) if chance.random() < 0.9 else chance.randrange(len(whole))]))


def logged(database: Path) -> set[tuple[Any, ...]]:
    """The keys of the log: of two contents under one, a merge keeps the smaller."""
    with closing(sqlite3.connect(database)) as connection:
        connection.text_factory = bytes
        return {("event", *row) for row in connection.execute("select subject, at from events")} | {
            ("void", *row) for row in connection.execute("select * from voids")
        }


def recorded(said: str, done: Result) -> int:
    """How many events the command has told of: a review counts the answers it has."""
    if said.startswith("answer"):
        return int(done.status == 0)
    return max(map(int, re.findall(r"\] (\d+) done, left", done.out)), default=0)


def values(bench: Bench, count: int, seed: int) -> Counter[str]:
    """Nonsense in the tables: nothing leaves the log, but by a restore; and there is always a command that cures it."""
    chance, told = random.Random(seed), Counter[str]()
    for _ in range(count):
        bench.reset(bench.data)
        spoil_values(bench.database, chance)
        before, said = logged(bench.database), chance.choice(COMMANDS)
        done = bench.run(said)
        assert "Traceback" not in done.err
        told["refused" if done.status else "done"] += 1
        if not said.startswith("restore"):
            kept = list(bench.path.glob("srs.db.damaged-*Z"))
            assert before <= logged(kept[0] if kept else bench.database), said
        for cure in ("rebuild", "restore --salvage", "rebuild"):
            if bench.run("verify").status == 0:
                break
            bench.run(cure)
        assert bench.run("verify").status == 0, said
    return told


def damage(bench: Bench, count: int, seed: int) -> Counter[str]:
    """Bytes changed anywhere in the file: it is used, mended or refused. Where it was mended, the file is kept as it was
    found, and what the command had recorded before it met the damage is in the new one.
    """
    chance, told = random.Random(seed), Counter[str]()
    bench.reset(bench.data)
    before = logged(bench.database)
    for _ in range(count):
        bench.reset(bench.data)
        spoil_bytes(bench.database, chance)
        spoilt = bench.database.read_bytes()
        said = chance.choice(COMMANDS)
        done = bench.run(said)
        assert "Traceback" not in done.err
        kept = list(bench.path.glob("srs.db.damaged-*Z"))
        told["mended" if kept else "refused" if done.status else "done"] += 1
        if acknowledged := recorded(said, done):
            bench.run("restore --salvage")
            assert len(logged(bench.database) - before) >= acknowledged, said
        else:
            assert all(file.read_bytes() == spoilt for file in kept), said
    return told


def spoil_deck(text: bytes, chance: random.Random) -> bytes:
    whole = bytearray(text)
    for _ in range(chance.choice([1, 1, 2, 6])):
        at, to = sorted(chance.randrange(len(whole) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0:
                whole[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del whole[at : min(to, at + 40)]
            case 2:
                whole[at:at] = whole[at : min(to, at + 60)]
            case 3:
                whole[at:at] = chance.choice(
                    [b"&a ", b"*a", b"!!python/object:os.system ", b"{" * 40, b"[", b"\t", b"\n", b": ", b"- ", b"'",
                     b"\xff", b"\x00", b"\xe2\x80\xae", b"<<: ", b"|\n", b"? ", b"#", b"%", b"no", b"1e999", b"settings: {new: -1}\n"]
                )  # fmt: skip
            case _:
                whole[at:at] = chance.randbytes(4)
    return bytes(whole)


def decks(bench: Bench, count: int, seed: int) -> Counter[str]:
    """Deck files with anything in them: used or named with their place, never changed; and the log stays."""
    chance, told = random.Random(seed), Counter[str]()
    files = {name: (bench.decks / name).read_bytes() for name in ("a.yaml", "b.yaml")}
    guide = (Path(__file__).parents[1] / "decks" / "guide.yaml").read_bytes()
    bench.reset(bench.data)
    before = logged(bench.database)
    for n in range(count):
        spoilt = {name: spoil_deck(text, chance) for name, text in {**files, "c.yaml": guide}.items()}
        for name, text in spoilt.items():
            (bench.decks / name).write_bytes(text)
        said = chance.choice(["due", "check", "check --json", "find", "next", "show one", "export {out}.apkg --fresh"])
        done = bench.run(said)
        assert "Traceback" not in done.err
        told["refused" if done.status else "done"] += 1
        assert {name: (bench.decks / name).read_bytes() for name in spoilt} == spoilt
        assert logged(bench.database) == before
        if n % 50 == 0:
            assert bench.run("verify").status == 0
    return told


@pytest.mark.check
def test_databases_with_nonsense_in_them_are_used_refused_or_cured(bench: Bench) -> None:
    values(bench, 40, 1)


@pytest.mark.check
def test_damaged_databases_are_used_mended_or_refused(bench: Bench) -> None:
    damage(bench, 40, 2)


@pytest.mark.check
def test_damaged_deck_files_are_used_or_named(bench: Bench) -> None:
    decks(bench, 60, 3)


@pytest.mark.slow
def test_thousands_of_databases_with_nonsense_in_them(bench: Bench) -> None:
    print(f"\nmutated databases: 3000 with nonsense, {dict(values(bench, 3000, 11))}; no traceback, no hang, no loss")


@pytest.mark.slow
def test_thousands_of_damaged_databases(bench: Bench) -> None:
    print(f"\nmutated databases: 3000 damaged, {dict(damage(bench, 3000, 12))}; no traceback, no hang, no loss")


@pytest.mark.slow
def test_thousands_of_damaged_deck_files(bench: Bench) -> None:
    print(f"\nmutated deck files: 7002, {dict(decks(bench, 2334, 13))}; no traceback, no hang, no loss")
