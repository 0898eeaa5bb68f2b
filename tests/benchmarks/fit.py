"""What `srs optimize` costs and how well it predicts, against `fsrs-rs-python` alone on the same reviews.

Two simulated learners of about 100,000 reviews each: one whose memory is as the default parameters say, one who forgets
faster. Ours is all that the command does after opening the collection: reading the histories from the log, fitting to
the earlier three quarters, scoring that and the parameters in force by the other quarter, and fitting to all. The library
builds its items from the same histories in memory and

- fits once to all of them, and nothing else;
- does the same job in its own way: fits once, and evaluates by its own time-ordered splits
  (`evaluate_with_time_series_splits`, which fits five times to growing parts).

Each runs in a process of its own and is timed without starting and imports. Ours fits on two processes at once, so other
load on the machine counts against it. The held-out log loss is that of our fit, scored by us, and that of the library's
fit to the same earlier reviews, by its own `evaluate` of the same later ones.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - seeded

import fsrs_rs_python as rust

from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.collection.optimize import fit_to_log
from srs.core.clock import Calendar
from srs.core.event import Answered, Days, Event, EventSource, Next, Rating, Step
from srs.core.event_row import event_to_row
from srs.core.settings import Settings
from srs.database import open_store
from srs.log import event_log
from srs.log.histories import read_histories
from srs.scheduling.fit import History
from srs.scheduling.fsrs6 import interval_model, memory_model, recall_model
from srs.scheduling.scheduler import DEFAULT
from tests.simulated_learner import FORGETFUL

LEARNERS = {"forgets faster": (FORGETFUL, 7_200), "as by default": (DEFAULT.values, 12_000)}
"""Memory, and how many cards make about 100,000 reviews of it."""

RUNS = 3
STUDIED = 600  # days
FIRST = date(2024, 1, 1)
NOON = 1_704_110_400_000  # of that day
DAY = 86_400_000
NOW = NOON + 2 * STUDIED * DAY


def lived(memory: Sequence[float], cards: int) -> Iterator[Event]:
    """Reviews are due as the default parameters say, up to a day late, and recalled as `memory` says."""
    draw, recall, interval = Random(cards), recall_model(memory), interval_model(DEFAULT.values, 0.9)
    (first, following), (planned_first, planned_next) = memory_model(memory), memory_model(DEFAULT.values)
    for card in range(cards):
        day, elapsed, rating = card * (STUDIED - 60) // cards, 0, draw.choices((1, 2, 3, 4), (25, 15, 50, 10))[0]
        mind, plan = first(rating), planned_first(rating)
        for answer in range(100):
            if answer:
                mind, plan = following(*mind, elapsed, rating), planned_next(*plan, elapsed, rating)
            days = interval(plan[0])
            led_to: Next = Step(False, 0, 600) if rating == 1 else Days(days)
            at = NOON + day * DAY + card * 1_000 + answer
            what = Answered(Rating(rating), 2_000, led_to)
            yield Event(f"n{card}/back", at, FIRST + timedelta(day), EventSource.SRS, "bench", what)
            elapsed = 0 if rating == 1 else days + draw.choice((0, 0, 1))
            day += elapsed
            if day >= STUDIED:
                break
            if not elapsed:
                rating = 3
            elif draw.random() > recall(mind[0], elapsed):
                rating = 1
            else:
                rating = draw.choices((2, 3, 4), (10, 80, 10))[0]


def opened(database: Path) -> Collection:
    home = database.parent
    return Collection(home, 1, open_store(database), Settings(zone="UTC"), Calendar(UTC), home / "machine", KINDS)


def build(database: Path, memory: Sequence[float], cards: int) -> None:
    collection = opened(database)
    with closing(collection.store), collection.store.write() as connection:
        event_log.insert_block(connection, event_log.build_block(map(event_to_row, lived(memory, cards))))


def histories(database: Path) -> list[History]:
    with closing(opened(database).store) as store:
        return read_histories(store.connection, NOW).cards


def items_of(found: Sequence[History]) -> list[tuple[int, rust.FSRSItem]]:
    """The library's items, oldest first, with the instant of each."""
    items = []
    for history in found:
        reviews = [rust.FSRSReview(*review) for review in zip(history.ratings, history.elapsed, strict=True)]
        ends = (n for n, days in enumerate(history.elapsed, start=1) if days)
        items += [(history.at[end - 1], rust.FSRSItem(reviews[:end])) for end in ends]
    return sorted(items, key=lambda item: item[0])


def ours(database: Path) -> list[float]:
    """Seconds, log loss of the later reviews, and how many reviews there are."""
    collection = opened(database)
    with closing(collection.store):
        start = time.perf_counter()
        found = fit_to_log(collection, NOW).found
        seconds = time.perf_counter() - start
    assert found.after
    return [seconds, found.after.log_loss, found.reviews]


def theirs(database: Path) -> list[float]:
    """Seconds of building the items, of one fit to all, and of the evaluation by time-ordered splits."""
    found = histories(database)
    start = time.perf_counter()
    items = [item for _, item in items_of(found)]
    built = time.perf_counter()
    rust.FSRS(list(DEFAULT.values)).compute_parameters(items)
    fitted = time.perf_counter()
    rust.evaluate_with_time_series_splits(items)
    return [built - start, fitted - built, time.perf_counter() - fitted]


def their_log_loss(database: Path) -> list[float]:
    """Of the later quarter, by the library's fit to the earlier reviews."""
    items = items_of(histories(database))
    times = [at for at, _ in items]
    since = bisect_left(times, times[int(len(times) * 0.75)])
    earlier, later = ([item for _, item in part] for part in (items[:since], items[since:]))
    fitted = rust.FSRS(rust.FSRS(list(DEFAULT.values)).compute_parameters(earlier))
    return [fitted.evaluate(later).log_loss]


def measured(who: str, database: Path) -> list[float]:
    command = [sys.executable, __file__, who, str(database)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    values: list[float] = json.loads(said)
    return values


def spread(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    print(f"median of {RUNS} runs; load of the machine at the start: {os.getloadavg()[0]:.1f}")
    for learner, (memory, cards) in LEARNERS.items():
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "srs.db"
            build(database, memory, cards)
            runs = [(measured("ours", database), measured("theirs", database)) for _ in range(RUNS)]
            (alone,) = measured("their_log_loss", database)
        seconds, fit, job = (
            statistics.median(column)
            for column in zip(*((us[0], them[0] + them[1], sum(them)) for us, them in runs), strict=True)
        )
        loss, reviews = runs[0][0][1:]
        print(f"{learner}: {reviews:,.0f} reviews of {cards:,} cards, ours {seconds:.2f} s")
        ratios = spread([us[0] / sum(them) for us, them in runs])
        print(f"  the library doing the same job {job:.2f} s, ratio {ratios}; at most 1.3 is wanted")
        print(f"  the library fitting once {fit:.2f} s, ratio {spread([us[0] / sum(them[:2]) for us, them in runs])}")
        print(
            f"  held-out log loss {loss:.4f}, the library's own {alone:.4f}, {loss / alone - 1:+.3%}; 0.5 % is wanted"
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case [who, place]:
            work = {"ours": ours, "theirs": theirs, "their_log_loss": their_log_loss}[who]
            print(json.dumps(work(Path(place))))
        case _:
            main()
