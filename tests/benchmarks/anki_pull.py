"""What a pull costs: 200,000 reviews that real Anki has exported, against Anki's own import of the same package.

Both start without any of them: ours has the deck files synced, Anki's collection is empty. Each runs in a process of its
own and is timed from the call to the last write; starting and importing modules are left out, and modules are compiled
beforehand, as where they are installed. Two shapes: many notes with two reviews each, and few with many. Needs the
`anki` extra.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - seeded
from typing import Any

from srs.anki.export import export
from srs.anki.pull import pull
from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.core.card_state import UNSEEN
from srs.core.event import Answered, Days, Event, EventSource, Rating
from srs.core.event_row import event_to_row
from srs.core.settings import Settings
from srs.log import event_log
from srs.log.replay import replay_all
from srs.scheduling.scheduler import Scheduler

SHAPES = ((100_000, 2), (10_000, 20))
RUNS = 3
IN_A_FILE = 5_000
FIRST, LAST = date(2022, 1, 1), date(2026, 9, 8)
NOW = 1_788_868_800_000  # the last day's noon
DAY = 86_400_000


def opened(home: Path, database: str) -> Collection:
    return open_collection(home / "decks", home / database, home / "machine", Settings(zone="UTC"), KINDS, NOW)


def build(home: Path, notes: int, answers: int) -> None:
    """`fresh.db` has the deck files synced and no events; `anki.apkg` is what Anki exports of them and the reviews."""
    (home / "decks").mkdir()
    for first in range(0, notes, IN_A_FILE):
        text = "".join(
            f"- {{id: n{n}, front: What is {n}?, back: It is {n}.}}\n" for n in range(first, first + IN_A_FILE)
        )
        (home / "decks" / f"{first}.yaml").write_text(f"deck: Bench::{first}\nnotes:\n{text}", "utf-8")
    opened(home, "fresh.db").store.close()
    shutil.copy(home / "fresh.db", home / "full.db")
    collection = opened(home, "full.db")
    scheduler = Scheduler(collection.settings)
    with collection.store.write() as connection:
        event_log.insert_block(connection, event_log.build_block(map(event_to_row, lived(scheduler, notes, answers))))
        replay_all(connection)
    export(collection, home / "ours.apkg", NOW)
    collection.store.close()
    subprocess.run([sys.executable, __file__, "--through-anki", str(home)], check=True)


def lived(scheduler: Scheduler, notes: int, answers: int) -> Iterator[Event]:
    """Cards are answered when they are due, or a day or two later; most answers are Good."""
    chance = Random(notes)
    for n in range(notes):
        card, state, day = f"n{n}/back", UNSEEN, FIRST + timedelta(chance.randrange(1000))
        for answer in range(answers):
            rating = chance.choices(tuple(Rating), (10, 10, 70, 10))[0]
            led_to = scheduler.preview(card, state, day).outcomes[rating]
            at = NOW + (day - LAST).days * DAY + n * answers + answer
            event = Event(
                card, at, day, EventSource.SRS, "bench", Answered(rating, chance.randrange(1000, 30_000), led_to)
            )
            state = scheduler.apply(state, event)
            yield event
            if isinstance(led_to, Days):
                wait = led_to.days + chance.choice((0, 0, 0, 1, 2))
                day = min(day + timedelta(wait), LAST)


def through_anki(home: Path) -> None:
    from anki.collection import ExportAnkiPackageOptions  # noqa: PLC0415 - optional

    collection = _imported(home / "through.anki2", home / "ours.apkg")[0]
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True)
    collection.export_anki_package(out_path=str(home / "anki.apkg"), options=options, limit=None)
    collection.close()


def theirs(home: Path) -> float:
    target = home / "theirs.anki2"
    target.unlink(missing_ok=True)
    collection, seconds = _imported(target, home / "anki.apkg")
    collection.close()
    return seconds


def _imported(target: Path, package: Path) -> tuple[Any, float]:
    from anki import collection as anki  # noqa: PLC0415 - optional

    collection: Any = anki.Collection(str(target))
    options = anki.ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    start = time.perf_counter()
    collection.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(package), options=options))
    return collection, time.perf_counter() - start


def ours(home: Path) -> float:
    shutil.copy(home / "fresh.db", home / "ours.db")
    collection = opened(home, "ours.db")
    start = time.perf_counter()
    made = pull(collection, home / "anki.apkg", NOW)
    seconds = time.perf_counter() - start
    assert made.events == 200_000
    collection.store.close()
    return seconds


def measured(who: str, home: Path) -> float:
    command = [sys.executable, __file__, who, str(home)]
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(home / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=compiled).stdout)


def main() -> None:
    for notes, answers in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            build(home, notes, answers)
            times = [(measured("--ours", home), measured("--theirs", home)) for _ in range(RUNS + 1)][1:]
        us, them = (statistics.median(column) for column in zip(*times, strict=True))
        ratios = [a / b for a, b in times]
        print(
            f"{notes * answers} reviews of {notes} notes: pulled in {us:.2f} s, Anki imports them in {them:.2f} s, ",
            end="",
        )
        print(f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); at most 1.5 is wanted")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--ours", home]:
            print(ours(Path(home)))
        case ["--theirs", home]:
            print(theirs(Path(home)))
        case ["--through-anki", home]:
            through_anki(Path(home))
        case _:
            main()
