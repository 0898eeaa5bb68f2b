"""What a rebuild of all states costs: 1,000,000 answers to 50,000 cards, as a ratio to `fsrs` alone for the same answers.

`fsrs` answers card by card with `review_card`, on the same study days and in one process, its times and ratings ready in
memory. Ours reads the log, replays it and writes the states (`replay`), or reads both and compares (`verify`). Each run
is a process of its own, timed without start and imports; they take turns, and medians of the ratios are printed.
"""

import gc
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsrs

from srs.backup.verify import verify
from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.core.clock import Calendar
from srs.core.event import Answered, Days, Event, EventSource, Rating, Step
from srs.core.event_row import event_to_row
from srs.core.settings import Settings
from srs.database import open_store
from srs.log import event_log
from srs.log.replay import replay_all

CARDS, ANSWERS = 50_000, 20
RUNS = 3
FIRST = date(2024, 1, 1)
NOON = 1_704_110_400_000  # of that day
DAY = 86_400_000


def life(card: int) -> Iterator[tuple[int, Rating, int]]:
    """Study day since the first one, rating and promised interval in days (0: a step) of each answer to a card."""
    day, interval = card % 90, 0
    for answer in range(ANSWERS):
        rating = Rating(((card * 31 + answer * 7 + card // 7) * 2_654_435_761 >> 8) % 4 + 1)
        if (answer and rating == Rating.AGAIN) or (not answer and rating < Rating.GOOD):
            interval = 0
        else:
            interval = min(max(interval * 2, rating), 40)
        yield day, rating, interval
        day += interval


def lived() -> Iterator[Event]:
    for card in range(CARDS):
        for answer, (day, rating, interval) in enumerate(life(card)):
            at = NOON + day * DAY + (card * ANSWERS + answer) * 20
            led_to = Days(interval) if interval else Step(answer > 0, 0, 600)
            what = Answered(rating, 2000 + card % 9000, led_to)
            yield Event(f"note-{card:05}/back", at, FIRST + timedelta(day), EventSource.SRS, "bench", what)


def opened(home: Path) -> Collection:
    store = open_store(home / "srs.db")
    return Collection(home, 1, store, Settings(zone="UTC"), Calendar(UTC), home / "machine", KINDS)


def build(home: Path) -> None:
    collection = opened(home)
    with closing(collection.store), collection.store.write() as connection:
        batch: list[Event] = []
        for event in lived():
            batch.append(event)
            if len(batch) == 50_000:
                event_log.insert_block(connection, event_log.build_block(map(event_to_row, batch)))
                batch.clear()
        event_log.insert_block(connection, event_log.build_block(map(event_to_row, batch)))


def theirs() -> float:
    begin = datetime(2024, 1, 1, 12, tzinfo=UTC)
    lives = [[(fsrs.Rating(rating), begin + timedelta(day)) for day, rating, _ in life(card)] for card in range(CARDS)]
    gc.freeze()  # what is only prepared shall cost nothing
    start = time.perf_counter()
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    for number, answers in enumerate(lives):
        card = fsrs.Card(card_id=number + 1, due=begin)
        for rating, at in answers:
            card, _ = scheduler.review_card(card, rating, at)
    return time.perf_counter() - start


def replay(home: Path) -> float:
    with closing(opened(home).store) as store:
        start = time.perf_counter()
        with store.write() as connection:
            assert replay_all(connection) == CARDS
        return time.perf_counter() - start


def proved(home: Path) -> float:
    collection = opened(home)
    with closing(collection.store):
        start = time.perf_counter()
        found = verify(collection, NOON + 99_999 * DAY)
        assert found.good
        assert found.events == CARDS * ANSWERS
        return time.perf_counter() - start


def measured(who: str, home: Path) -> tuple[float, int, int]:
    """Seconds, and the most memory in MB that the process and one of its children had."""
    said = subprocess.run([sys.executable, __file__, who, str(home)], check=True, capture_output=True, text=True).stdout
    seconds, own, child = said.split()
    return float(seconds), int(own) // 1024, int(child) // 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        build(home)
        runs = [[measured(who, home) for who in ("theirs", "replay", "verify")] for _ in range(RUNS)]
    alone = statistics.median(run[0][0] for run in runs)
    print(f"{CARDS * ANSWERS:,} answers to {CARDS:,} cards: fsrs alone {alone:.1f} s (median of {RUNS})")
    for column, who in ((1, "replay"), (2, "verify")):
        ratios = [run[column][0] / run[0][0] for run in runs]
        seconds = statistics.median(run[column][0] for run in runs)
        own, child = (max(run[column][part] for run in runs) for part in (1, 2))
        print(
            f"{who}: {seconds:.1f} s, ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f});"
            f" at most 1.3 is wanted. Memory: {own} MB, each child {child} MB"
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case [who, place]:
            took = {"theirs": lambda _: theirs(), "replay": replay, "verify": proved}[who](Path(place))
            usage = [resource.getrusage(of).ru_maxrss for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
            print(took, *usage)
        case _:
            main()
