"""What was acknowledged is on disk, whenever the program is killed or the power goes."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - with a seed
from threading import Timer

import pytest

from srs.backup.verify import verify
from srs.database import backups
from srs.log import event_log
from tests.cli.conftest import Shell
from tests.conftest import Home, instant

pytestmark = pytest.mark.check

CARDS = 3000  # more than a learner as quick as this one gets through
LATER = instant("2100-01-01T00:00+00:00")

Row = tuple[str, int | None, bool]
"""Card, rating, taken back."""


@dataclass
class Sitting:
    """What a learner saw of a review without a terminal: `log` is what was acknowledged, `asked` the card on show."""

    log: list[Row]
    asked: str = ""
    sent: str = ""
    answers: int = 0

    def see(self, line: str) -> bool:
        """Takes note of a line of output; whether it is the question."""
        if line.startswith("[") and self.sent:
            self._acknowledge()
        if question := re.fullmatch(r"question (\d+)", line):
            self.asked = f"n{question[1]}/back"
            return True
        return False

    def _acknowledge(self) -> None:
        self.log = self.next()
        self.answers += 1
        self.sent = ""

    def next(self) -> list[Row]:
        """The log if what was sent is recorded as well."""
        if self.sent == "u":
            n = max((n for n, row in enumerate(self.log) if not row[2]), default=None)
            return self.log if n is None else [*self.log[:n], (*self.log[n][:2], True), *self.log[n + 1 :]]
        return [*self.log, (self.asked, int(self.sent), False)] if self.sent else self.log

    def may_be(self) -> list[list[Row]]:
        return [self.log, self.next()]


@pytest.fixture
def srs(empty: Shell) -> Shell:
    write_deck(empty, CARDS)
    (empty.path / "settings.toml").write_text("new = 10000\n")
    empty.env = {"SRS_DB": str(empty.path / "srs.db"), "SRS_SETTINGS": str(empty.path / "settings.toml")}
    return empty


def write_deck(srs: Shell, cards: int) -> None:
    notes = "".join(f"- {{id: n{n}, front: question {n}, back: b}}\n" for n in range(cards))
    srs.write("a.yaml", f"deck: D\nnotes:\n{notes}")


def rows(srs: Shell, database: Path) -> list[Row]:
    """The log in the order of recording, and proof that the database is whole."""
    with ExitStack() as stack:
        home = Home(srs.path, stack, database=database)
        collection = home.open("2026-03-02T09:00+09:00")
        found = verify(collection, LATER)
        assert found.good, found
        order = {
            tuple(row): n
            for n, row in enumerate(collection.store.connection.execute("select subject, at from events order by seq"))
        }
        logged = sorted(
            event_log.history(collection.store.connection), key=lambda row: order[row.event.subject, row.event.at]
        )
        return [(row.event.subject, getattr(row.event.what, "rating", None), row.voided) for row in logged]


def killed(srs: Shell, sitting: Sitting, now: str, choice: Random) -> bool:
    """Answers until SIGKILL comes, mostly within half a second of the first question, else while the program starts;
    whether it came after the first question.
    """
    with srs.start("review", SRS_NOW=now) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        timer = Timer(choice.random() / 2, process.kill)
        if at_start := choice.random() < 0.2:
            timer.start()
        with suppress(BrokenPipeError):
            for line in process.stdout:
                if sitting.see(line.strip()) and process.poll() is None:
                    if not (at_start or timer.ident):
                        timer.start()
                    undoable = any(not voided for *_, voided in sitting.log)
                    sitting.sent = choice.choice("13444444u") if undoable else "4"
                    process.stdin.write(f"{'' if sitting.sent == 'u' else chr(10)}{sitting.sent}\n")
                    process.stdin.flush()
        timer.join()
        with suppress(BrokenPipeError):
            process.stdin.close()
        assert process.wait() == -9
        assert process.stderr.read() == ""
    return bool(sitting.asked)


def kill(srs: Shell, times: int, seed: int) -> None:
    """Kills a sitting on one day after the other: each begins with a backup, which may be hit as well."""
    choice, database = Random(seed), srs.path / "srs.db"
    srs("due")
    known: list[Row] = []
    answers, under_way, in_flight, day = 0, 0, 0, datetime.fromisoformat("2026-03-02T09:00:00+09:00")
    for n in range(times):
        if n % 25 == 0 and n:  # a short log is verified quickly
            whole_backups(srs)
            shutil.rmtree(srs.path / "backups", ignore_errors=True)
            database.unlink()
            srs("due")
            known = []
        sitting = Sitting(known)
        under_way += killed(srs, sitting, (day + timedelta(days=n)).isoformat(), choice)
        found = rows(srs, database)
        assert found in sitting.may_be(), (n, found[-3:], sitting.log[-3:], sitting.sent)
        in_flight += bool(sitting.sent) and found != sitting.log
        answers += sitting.answers
        known = found
    whole_backups(srs)
    print(
        f"\nkilled {times} times, {under_way} of them while answering; {answers} acknowledged, none missing,"
        f" none doubled; {in_flight} recorded that the program had no time to acknowledge; verify clean {times} times"
    )


def whole_backups(srs: Shell) -> None:
    for backup in backups.list_backups(srs.path / "srs.db"):
        with backups.unpack(backup.path) as file:
            rows(srs, file)


def test_a_killed_sitting_loses_and_doubles_nothing(srs: Shell) -> None:
    kill(srs, 6, 1)


@pytest.mark.slow
def test_five_hundred_killed_sittings_lose_and_double_nothing(srs: Shell) -> None:
    kill(srs, 500, 2)


@dataclass
class Disk:
    """Files as they are on disk for certain, and what was written since: of that, any part may be there or not."""

    sure: dict[str, bytes]
    open: list[tuple[str, Callable[[bytes], bytes]]] = field(default_factory=list)

    def take(self, call: str, file: str, data: bytes, where: int) -> None:
        match call:
            case "pwrite64":
                self.open += [(file, written(part, start)) for part, start in sectors(data, where)]
            case "ftruncate":
                self.open.append((file, cut(where)))
            case "unlink":
                self.open.append((file, cut(0)))
            case _:
                self.sync(file)

    def sync(self, name: str) -> None:
        for where, change in self.open:
            if where == name:
                self.sure[name] = change(self.sure.get(name, b""))
        self.open = [(where, change) for where, change in self.open if where != name]

    def after(self, kept: Callable[[], bool]) -> dict[str, bytes]:
        """What may be found when the power goes now."""
        files = dict(self.sure)
        for name, change in self.open:
            if kept():
                files[name] = change(files.get(name, b""))
        return files


_CALL = re.compile(
    r'(?:\d+ +)?(\w+)\((?:\d+<([^>]*)>)?(?:, )?(?:"((?:\\x[0-9a-f]{2})*)")?(?:, (\d+))?(?:, (\d+))?\)? += (\d+)'
)


def calls(trace: Path) -> Iterator[tuple[str, str, bytes, int]]:
    """(system call, file, bytes, where) as strace saw them."""
    for line in trace.read_text().splitlines():
        if match := _CALL.match(line):
            name, file, data, first, second, _ = match.groups()
            content = plain(data or "")
            path = plain(file).decode() if file else content.decode(errors="replace")
            yield name, Path(path).name, content, int(second or first or 0)


def plain(text: str) -> bytes:
    """What strace prints, of a file's name in some of its versions too, in hexadecimal digits."""
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def written(data: bytes, where: int) -> Callable[[bytes], bytes]:
    return lambda file: file[:where].ljust(where, b"\0") + data + file[where + len(data) :]


def cut(size: int) -> Callable[[bytes], bytes]:
    return lambda file: file[:size].ljust(size, b"\0")


def sectors(data: bytes, where: int) -> Iterator[tuple[bytes, int]]:
    """A disk writes so many bytes whole, and no more."""
    for start in range(0, len(data), 512):
        yield data[start : start + 512], where + start


def traced(srs: Shell, script: str, trace: Path) -> None:
    """A sitting, and every write and sync of it in the order in which they happened."""
    names = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"
    strace = f"strace -f -y -xx -s 1000000 -e trace={names} -o".split()
    command = [*strace, str(trace), sys.executable, "-m", "srs", "review"]
    done = subprocess.run(
        command, cwd=srs.path, env=srs.environment(), input=script, capture_output=True, text=True, check=False
    )
    if "ptrace" in done.stderr:
        pytest.skip("no process may be traced here")
    assert done.returncode == 0, done


def power_cuts(srs: Shell, tmp_path: Path, script: str, each: int) -> tuple[int, int]:
    """Cuts the power after every single write and every sync of a sitting, and looks at what is left: all that was
    written, only what was synced, and `each` random parts of the rest. Returns the numbers of writes and of cuts.
    """
    database, trace = srs.path / "srs.db", tmp_path / "trace"
    write_deck(srs, 30)  # all of it is verified after every cut
    srs("answer", "n29/back", "3")
    srs("backup")
    before = rows(srs, database)
    disk = Disk({"srs.db": database.read_bytes()})
    traced(srs, script, trace)
    sitting, keys = Sitting(before), iter([key for key in script.split() if key in "1234u"])
    image, choice, writes, cuts = tmp_path / "image", Random(3), 0, 0
    image.mkdir()
    said = ""
    for name, file, data, where in calls(trace):
        ours = file in {"srs.db", "srs.db-wal"}
        if name == "write" and file.startswith("pipe:"):
            said += data.decode()
            *lines, said = said.split("\n")
            for line in lines:
                if sitting.see(line.strip()):
                    sitting.sent = next(keys, "")
            continue
        if not ours:
            continue
        disk.take(name, file, data, where)
        writes += 1
        for kept in (lambda: True, lambda: False, *[lambda: choice.random() < 0.5] * each):
            for old in image.iterdir():
                old.unlink()
            for left, content in disk.after(kept).items():
                (image / left).write_bytes(content)
            assert rows(srs, image / "srs.db") in sitting.may_be(), (writes, sitting.sent)
            cuts += 1
    assert sitting.answers == len([key for key in script.split() if key in "1234u"])
    assert rows(srs, database) == sitting.log
    return writes, cuts


needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


@needs_strace
def test_a_power_cut_at_any_write_loses_nothing_that_was_acknowledged(srs: Shell, tmp_path: Path) -> None:
    writes, _ = power_cuts(srs, tmp_path, "\n4\nu\nq\n", each=1)
    assert writes > 15


@needs_strace
@pytest.mark.slow
def test_many_power_cuts_lose_nothing_that_was_acknowledged(srs: Shell, tmp_path: Path) -> None:
    script = "\n4\n\n1\nu\n\n3\n\n4\nu\nu\n" * 3
    writes, cuts = power_cuts(srs, tmp_path, f"{script}q\n", each=10)
    print(f"\n{cuts} power cuts after each of {writes} writes and syncs: nothing acknowledged is missing, none doubled")
