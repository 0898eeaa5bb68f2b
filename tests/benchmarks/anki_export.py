"""What an export with progress costs: 100,000 notes with 200,000 log rows, against Anki's own export of the same.

Anki gets the notes by importing our package, and both export in turn, each in a process of its own that is timed from
the call to the finished file: starting, importing modules and opening the collection are left out, and modules are
compiled beforehand, as where they are installed. Anki can write two forms: the one that every Anki reads, which is ours
as well, and its newer, smaller one. Needs the `anki` extra.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from srs.anki.export import export
from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.core.card_state import UNSEEN
from srs.core.event import Answered, Event, EventSource, Rating
from srs.core.settings import Settings
from srs.log import event_log
from srs.log.replay import replay_all
from srs.scheduling.scheduler import Scheduler

FILES, NOTES = 20, 5_000  # in each
ANSWERS = (1, 1, 1, 1, 1, 2, 2, 3, 3, 5)  # of each ten notes: 2 on average
ROWS = FILES * NOTES * sum(ANSWERS) // len(ANSWERS)
RUNS = 3
NOON = 1_788_868_800_000  # 8 September 2026
DAY = 86_400_000


def opened(home: Path) -> Collection:
    return open_collection(home / "decks", home / "srs.db", home / "machine", Settings(zone="UTC"), KINDS, NOON)


def build(home: Path) -> None:
    """A collection of basic notes, each with one to five answers some days apart."""
    (home / "decks").mkdir()
    for file in range(FILES):
        notes = (
            f'- id: n{n}\n  front: "What did the interviewer ask in round {n}, and why?"\n'
            f'  back: "Tell me about time number {n * 7919 % 99_991} when a deadline was tight and scope had to be cut."\n'
            for n in range(file * NOTES, (file + 1) * NOTES)
        )
        (home / "decks" / f"{file:02}.yaml").write_text(f"deck: Bench::{file:02}\nnotes:\n{''.join(notes)}", "utf-8")
    collection = opened(home)
    scheduler = Scheduler(collection.settings)
    with collection.store.write() as connection:
        for event in answers(scheduler):
            event_log.insert_event(connection, event)
        replay_all(connection)
    collection.store.close()


def answers(scheduler: Scheduler) -> Iterator[Event]:
    for n in range(FILES * NOTES):
        card, state, day = f"n{n}/back", UNSEEN, date(2026, 1, 1) + timedelta(n % 50)
        for answer in range(ANSWERS[n % len(ANSWERS)]):
            rating = Rating((n * 31 // 7 + answer * (n % 13)) % 4 + 1)
            led_to = scheduler.preview(card, state, day).outcomes[rating]
            at = NOON + (day - date(2026, 9, 8)).days * DAY + n * 100 + answer
            event = Event(card, at, day, EventSource.SRS, "bench", Answered(rating, 2000 + n % 9000, led_to))
            state = scheduler.apply(state, event)
            yield event
            day += timedelta(days=n % 17)


def ours(home: Path) -> float:
    collection = opened(home)
    start = time.perf_counter()
    export(collection, home / "ours.apkg", NOON)
    seconds = time.perf_counter() - start
    collection.store.close()
    return seconds


def theirs(home: Path, *, newer: bool) -> float:
    """Imports our package first, if that was not done yet."""
    from anki import collection as anki  # noqa: PLC0415 - optional

    collection: Any = anki.Collection(str(home / "anki.anki2"))
    if not collection.note_count():
        options = anki.ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
        package = str(home / "ours.apkg")
        collection.import_anki_package(anki.ImportAnkiPackageRequest(package_path=package, options=options))
    rows = collection.db.scalar("select count() from revlog")
    assert (collection.note_count(), rows) == (FILES * NOTES, ROWS)
    asked = anki.ExportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=True, with_media=True, legacy=not newer
    )
    start = time.perf_counter()
    collection.export_anki_package(
        out_path=str(home / f"{'newer' if newer else 'theirs'}.apkg"), options=asked, limit=None
    )
    seconds = time.perf_counter() - start
    collection.close()
    return seconds


def measured(who: str, home: Path) -> float:
    command = [sys.executable, __file__, "--time", who, str(home)]
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(home / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    seconds: float = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True, env=compiled).stdout
    )
    return seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        build(home)
        times = [[measured(who, home) for who in WAYS] for _ in range(RUNS + 1)][1:]
        us, same, newer = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{FILES * NOTES} notes, {ROWS} log rows: ours {us:.2f} s")
        for name, of_anki, place in (("the same form", same, 1), ("its newer form", newer, 2)):
            ratios = [row[0] / row[place] for row in times]
            print(f"Anki, {name}: {of_anki:.2f} s, ratio {statistics.median(ratios):.2f}", end=" ")
            print(f"({min(ratios):.2f} to {max(ratios):.2f}); at most 1.0 is wanted")
        sizes = [(home / f"{who}.apkg").stat().st_size for who in WAYS]
        print("size: {:,} bytes against {:,} and {:,}".format(*sizes))


WAYS: dict[str, Callable[[Path], float]] = {
    "ours": ours,
    "theirs": partial(theirs, newer=False),
    "newer": partial(theirs, newer=True),
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--time", nargs=2, metavar=("WHO", "HOME"))
    if asked := parser.parse_args().time:
        print(json.dumps(WAYS[asked[0]](Path(asked[1]))))
    else:
        main()
