"""What `srs optimize` costs and how well it predicts, against `fsrs-rs-python` alone on the same reviews.

Two simulated learners of about 100,000 reviews each: one whose memory is as the default parameters say, one who forgets
faster. Ours is all that the command does after opening the collection: reading the histories from the log, fitting to
the earlier three quarters, scoring that and the parameters in force by the other quarter, and fitting to all. The library
starts from the same histories in memory, builds its items, and does

- one fit to all and its own time-ordered evaluation (`evaluate_with_time_series_splits`, which fits to growing parts):
  the library's way to the same answer, and the peer of the ratio that is wanted;
- our steps, one after another: fits to the earlier reviews, evaluates that and the default parameters by the later ones,
  fits to all;
- one fit to all and nothing else, so without knowing whether it is any better.

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
from itertools import pairwise
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
    """Seconds of one fit with the library's time-ordered evaluation, of our steps, and of one fit; the log loss of the later
    reviews.
    """
    found = histories(database)
    moments = [time.perf_counter()]
    timed = items_of(found)
    items, times = [item for _, item in timed], [at for at, _ in timed]
    moments.append(time.perf_counter())
    default = rust.FSRS(list(DEFAULT.values))
    default.compute_parameters(items)
    moments.append(time.perf_counter())
    since = bisect_left(times, times[int(len(times) * 0.75)])
    fitted = rust.FSRS(default.compute_parameters(items[:since]))
    default.evaluate(items[since:])
    log_loss = fitted.evaluate(items[since:]).log_loss
    moments.append(time.perf_counter())
    rust.evaluate_with_time_series_splits(items)
    moments.append(time.perf_counter())
    built, once, earlier, splits = (end - start for start, end in pairwise(moments))
    return [built + once + splits, built + once + earlier, built + once, log_loss]


def measured(who: str, database: Path) -> list[float]:
    command = [sys.executable, __file__, who, str(database)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    values: list[float] = json.loads(said)
    return values


def main() -> None:
    print(f"median of {RUNS} runs; load of the machine at the start: {os.getloadavg()[0]:.1f}")
    for learner, (memory, cards) in LEARNERS.items():
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "srs.db"
            build(database, memory, cards)
            runs = [(measured("ours", database), measured("theirs", database)) for _ in range(RUNS)]
        (_, loss, reviews), (*_, their_loss) = runs[0]
        seconds = statistics.median(us[0] for us, _ in runs)
        print(f"{learner}: {reviews:,.0f} reviews of {cards:,} cards, ours {seconds:.2f} s")
        for column, job in enumerate(("one fit and its own evaluation", "our steps", "one fit and nothing else")):
            took = statistics.median(them[column] for _, them in runs)
            ratios = [us[0] / them[column] for us, them in runs]
            wanted = "" if column else "; at most 1.3 is wanted"
            print(
                f"  the library, {job}: {took:.2f} s, ratio {statistics.median(ratios):.2f}"
                f" ({min(ratios):.2f} to {max(ratios):.2f}){wanted}"
            )
        off = loss / their_loss - 1
        print(f"  held-out log loss {loss:.4f}, the library's own {their_loss:.4f}: {off:+.3%}; within 0.5 % is wanted")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [who, place]:
            work = {"ours": ours, "theirs": theirs}[who]
            print(json.dumps(work(Path(place))))
        case _:
            main()
