"""Fits FSRS to the logs of many learners at once: DuckDB reads the event files as they are, fsrs-rs fits, on all processors.

Usage: many_learners.py FOLDER [--simulate 1000] [--most 200000]

FOLDER holds the folder of each learner, as `srs sync` fills it: LEARNER/MACHINE/YYYY-MM.jsonl. With --simulate, so many
learners are invented first, whose memory is not FSRS's default. A tenth of the learners only tests what the others taught.
Needs `pip install duckdb`.
"""

import argparse
import random  # noqa: TID251 - each learner has a seed
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import duckdb
import fsrs_rs_python as fsrs

from srs.core.event import Answered, Days, Event, EventSource, Rating
from srs.core.event_line import to_line
from srs.scheduling.fsrs6 import interval_model, memory_model, recall_model

START = date(2026, 1, 5)
CARDS, REVIEWS = 40, 6  # of each invented learner
BATCH = 10_000  # histories that are fetched at a time

Result = TypeVar("Result")

HISTORIES = """
with lines as (
    select split_part(filename, '/', ?) as learner, subject, what, rating, cast("at" as timestamptz) as moment,
        cast("day" as date) as study_day
    from read_json(?, format = 'newline_delimited', filename = true, columns = {
        subject: 'varchar', "at": 'varchar', "day": 'varchar', what: 'varchar', rating: 'integer'})
    where what in ('answered', 'voided')
), answers as (
    select * from lines -- without what was undone
    qualify what = 'answered' and not bool_or(what = 'voided') over (partition by learner, subject, moment)
), elapsed as (
    select *, coalesce(date_diff('day', lag(study_day) over card, study_day), 0) as days
    from answers window card as (partition by learner, subject order by moment)
)
select hash(learner) % 10 = 0 as held_back, list(rating order by moment), list(days order by moment)
from elapsed
group by learner, subject
having count(*) > 1
order by hash(learner, subject) -- so that the first ones are a fair sample
limit ?
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description="Fit FSRS to the logs of many learners.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--simulate", type=int, metavar="N", help="invent N learners first")
    arguments.add_argument("--most", type=int, default=200_000, help="cards to learn from, which bounds the memory")
    given = arguments.parse_args()
    if given.simulate:
        timed("invented", lambda: simulate(given.folder, given.simulate))
    fitted, tested = timed("read", lambda: read(given.folder, given.most))
    parameters = timed("fitted", lambda: fsrs.FSRS(list(fsrs.DEFAULT_PARAMETERS)).compute_parameters(fitted))
    print(f"{len(fitted):,} items to fit, {len(tested):,} of other learners to test")
    print("parameters:", ", ".join(f"{value:.4f}" for value in parameters))
    for name, values in (("default", list(fsrs.DEFAULT_PARAMETERS)), ("fitted", parameters)):
        found = fsrs.FSRS(values).evaluate(tested)
        print(f"{name:8} log loss {found.log_loss:.4f}, RMSE {found.rmse_bins:.4f}")


def read(folder: Path, most: int) -> tuple[list[fsrs.FSRSItem], list[fsrs.FSRSItem]]:
    """What the learners' answers say, an item for each answer after a card's first; and that of the held-back learners."""
    pattern = str(folder.resolve() / "*" / "*" / "*.jsonl")
    found = duckdb.execute(HISTORIES, [pattern.count("/") - 1, pattern, most])
    fitted, tested = list[fsrs.FSRSItem](), list[fsrs.FSRSItem]()
    while batch := found.fetchmany(BATCH):
        for held_back, ratings, days in batch:
            reviews = list(map(fsrs.FSRSReview, ratings, days))
            items = (fsrs.FSRSItem(reviews[:end]) for end in range(2, len(reviews) + 1) if days[end - 1])
            (tested if held_back else fitted).extend(items)
    return fitted, tested


def simulate(folder: Path, learners: int) -> None:
    """Writes the event files of learners who forget faster at first than FSRS supposes, each in a way of their own."""
    for number in range(learners):
        chance = random.Random(number)
        own = list(fsrs.DEFAULT_PARAMETERS)
        own[:4] = [value * 0.5 * chance.lognormvariate(0, 0.3) for value in own[:4]]
        own[8] *= chance.lognormvariate(0, 0.1)
        machine = folder / f"learner-{number:05}" / f"{number:016x}"
        machine.mkdir(parents=True, exist_ok=True)
        months = defaultdict[str, list[str]](list)
        for event in sorted(answers(own, machine.name, chance), key=lambda event: event.at):
            months[f"{event.day:%Y-%m}"].append(f"{to_line(event)}\n")
        for month, lines in months.items():
            (machine / f"{month}.jsonl").write_text("".join(lines), "utf-8")


def answers(own: list[float], machine: str, chance: random.Random) -> Iterator[Event]:
    """The answers to all cards of a learner with these parameters, asked when FSRS's default says."""
    (first, following), recall = memory_model(own), recall_model(own)
    (supposed_first, supposed_following), interval = (
        memory_model(fsrs.DEFAULT_PARAMETERS),
        interval_model(fsrs.DEFAULT_PARAMETERS, 0.9),
    )
    for card in range(CARDS):
        day = START + timedelta(card % 20)
        rating = Rating(chance.choices((1, 3, 4), (3, 6, 1))[0])
        memory, supposed = first(rating), supposed_first(rating)
        for review in range(REVIEWS):
            days = interval(supposed[0])
            at = int(datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp() * 1000) + 20_000 * card
            yield Event(f"card-{card}/back", at, day, EventSource.SRS, machine, Answered(rating, 4000, Days(days)))
            if review < REVIEWS - 1:
                day += timedelta(days)
                rating = Rating.GOOD if chance.random() < recall(memory[0], days) else Rating.AGAIN
                memory, supposed = following(*memory, days, rating), supposed_following(*supposed, days, rating)


def timed(what: str, do: Callable[[], Result]) -> Result:
    start = perf_counter()
    result = do()
    print(f"{what} in {perf_counter() - start:.1f} s")
    return result


if __name__ == "__main__":
    main()
