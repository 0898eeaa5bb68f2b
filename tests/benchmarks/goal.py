"""Compares the rule of `srs goal` with other ways of getting ready for a date, with simulated learners.

Recall is the mean over all cards on the morning of the date; reviews, and the cap on a day, are answers per card, of which a
forgotten card takes two. Prints tables, with what is wanted and whether it is met. 20 seeds take about 40 minutes on two
processors.

    python -m tests.benchmarks.goal [--seeds 20] [--parts fixed rivals …] [--json FILE]
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from math import inf
from pathlib import Path
from random import Random  # noqa: TID251 - with a seed
from statistics import fmean, median
from typing import Any, NamedTuple

from srs.scheduling import fsrs6
from srs.scheduling.goal import Costs, SeenCard, reviews_today
from srs.scheduling.goal_plan import RHOS, GoalSituation, Memory, choose_rho, sample
from srs.scheduling.scheduler import DEFAULT
from tests.benchmarks.goal_curves import Curve, Point, mean
from tests.benchmarks.goal_learners import AS_FSRS_SAYS, FASTER, HABITS, LEARNERS, SKIPS, Life, Result
from tests.benchmarks.goal_policies import POLICIES, by_schedule
from tests.benchmarks.goal_tables import print_over, print_part

DAYS = (14, 30, 45, 90)
CAPPED = ((14, 0.3), (30, 0.2), (45, 0.12), (90, 0.12))


class Work(NamedTuple):
    """One life to simulate; `options` are those of the policy, `after_cap` that of the days after the date, which are
    left out without one.
    """

    learner: str
    days: int
    policy: str
    options: tuple[tuple[str, float], ...] = ()
    cap: float = inf
    retention: float = 0.9
    after_cap: float | None = None
    seed: int = 0


def simulate(work: Work) -> Result:
    life = Life(LEARNERS[work.learner], work.days, work.seed, work.retention)
    policy = partial(POLICIES[work.policy], **dict(work.options))
    if work.after_cap is None:
        return life.live(policy, work.cap)
    return life.live(policy, work.cap, by_schedule, work.after_cap)


class Lives:
    """Simulates in several processes. `over` is the most by which a day of the rule was above its cap, in shares of the
    dearest answer.
    """

    def __init__(self, seeds: int, pool: ProcessPoolExecutor) -> None:
        self.seeds, self._pool, self.over = seeds, pool, 0.0

    def results(self, works: Sequence[Work]) -> dict[Work, list[Result]]:
        """Of every seed, by the work of seed 0."""
        each = [work._replace(seed=seed) for work in works for seed in range(self.seeds)]
        found: dict[Work, list[Result]] = {work: [] for work in works}
        began = time.monotonic()
        for n, (work, result) in enumerate(
            zip(each, self._pool.map(simulate, each, chunksize=self.seeds), strict=True), start=1
        ):
            found[work._replace(seed=0)].append(result)
            if n % self.seeds == 0:
                print(f"\r{n} of {len(each)} lives, {time.monotonic() - began:.0f} s ", end="", file=sys.stderr)
            if work.policy in {"rule", "goal"} and work.cap < inf:
                over = (result.busiest - work.cap) * 300 / LEARNERS[work.learner].again
                self.over = max(self.over, over)
        print(file=sys.stderr)
        return found

    def points(self, works: Sequence[Work]) -> dict[Work, list[Point]]:
        results = self.results(works)
        return {work: [Point(one.recall, one.reviews, one.busiest) for one in of] for work, of in results.items()}


def rules(learner: str, days: int, cap: float) -> list[Work]:
    """With every rho, and with less time than the cap allows."""
    within = [(rho, cap) for rho in RHOS]
    within += [(rho, cap * share) for rho, share in ((0.5, 0.5), (0.5, 0.75)) if cap < inf]
    return [Work(learner, days, "rule", (("rho", rho),), one) for rho, one in within]


Row = dict[str, Any]


def against_fixed(lives: Lives) -> Iterator[Row]:
    """The rule, capped at the busiest day of an unlimited fixed retention, against it."""
    for retention in (0.9, 0.95):
        fixed = lives.points([Work(one, days, "fixed", retention=retention) for one, days in product(LEARNERS, DAYS)])
        capped = {work: rules(work.learner, work.days, mean(of).busiest) for work, of in fixed.items()}
        found = lives.points([rule for works in capped.values() for rule in works])
        for work, of in fixed.items():
            other, each = mean(of), [found[rule] for rule in capped[work]]
            curve = Curve([mean(one) for one in each])
            pairs = [
                curve_of.recall(one.reviews) - one.recall
                for one, curve_of in zip(of, (Curve(points) for points in zip(*each, strict=True)), strict=True)
            ]
            yield {
                "learner": work.learner, "retention": retention, "days": work.days, **other._asdict(),
                "fewer": 1 - curve.reviews(other.recall) / other.reviews,
                "gain": curve.recall(other.reviews) - other.recall,
                "pairs": fmean(max(one, -other.recall) for one in pairs),
            }  # fmt: skip


def rivals_of(days: int, cap: float, learner: str = AS_FSRS_SAYS) -> Mapping[str, list[Work]]:
    """The ways of one scenario, each with the settings that it is tuned by."""

    def works(policy: str, name: str, values: Sequence[float], retention: float = 0.9) -> list[Work]:
        return [Work(learner, days, policy, ((name, value),), cap, retention) for value in values]

    spans = [k for k in (1, 2, 3, 5, 7, 10, 14, 21) if k <= days // 2]
    fixed = (0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)
    return {
        "rule": rules(learner, days, cap),
        "fixed retention": [Work(learner, days, "fixed", (), cap, one) for one in fixed],
        "last days": [one for at in fixed[:5] for one in works("last days", "days", spans, at)],
        "due before date": [Work(learner, days, "due before date", (), cap, one) for one in fixed[:7]],
        "greedy gain": works("greedy", "least", (0.01, 0.02, 0.04, 0.08, 0.15)),
        "cram": works("cram", "days", (1, 2, 3)),
        "dynamic programme": works("programme", "price", (0.004, 0.01, 0.02, 0.04)),
    }


def rivals(lives: Lives) -> Iterator[Row]:
    """Every way at the same cap: its points, each the mean of all seeds."""
    for days, cap in ((7, 0.2), (14, 0.15), *CAPPED, (45, inf)):
        ways = rivals_of(days, cap)
        found = {work: mean(of) for work, of in lives.points([w for works in ways.values() for w in works]).items()}
        for way, works in ways.items():
            yield {"days": days, "cap": cap, "way": way, "points": [found[work] for work in works]}


def last_days(lives: Lives) -> Iterator[Row]:
    """The best-tuned 'low retention, then everything once in the last days', and the rule within its busiest day."""
    for learner, (days, cap) in product((AS_FSRS_SAYS, SKIPS), CAPPED):
        found = {work: mean(of) for work, of in lives.points(rivals_of(days, cap, learner)["last days"]).items()}
        best = Curve([*found.values()]).best
        top = best[-1].recall
        for rival in {best[-1], next(one for one in best if one.recall >= top - 0.005)}:
            rule = Curve([mean(of) for of in lives.points(rules(learner, days, rival.busiest)).values()])
            (tuned,) = {(w.retention, dict(w.options)["days"]) for w, point in found.items() if point == rival}
            yield {
                "learner": learner, "days": days, "cap": cap, "tuned": tuned, **rival._asdict(),
                "gain": rule.recall(rival.reviews) - rival.recall,
                "fewer": 1 - rule.reviews(rival.recall) / rival.reviews,
            }  # fmt: skip


def crams(lives: Lives) -> Iterator[Row]:
    """Without any limit, at equal reviews. A rho of 0 leaves all to the last day."""
    for days in DAYS:
        own = [Work(AS_FSRS_SAYS, days, "rule", (("rho", rho),)) for rho in (0.0, 0.3, *RHOS)]
        curve = Curve([mean(of) for of in lives.points(own).values()])
        others = [Work(AS_FSRS_SAYS, days, "cram", (("days", n),)) for n in (1, 2, 3)]
        for work, of in lives.points(others).items():
            other = mean(of)
            yield {
                "days": days, "last": dict(work.options)["days"], **other._asdict(),
                "gain": curve.recall(other.reviews) - other.recall,
            }  # fmt: skip


def peak(lives: Lives) -> Iterator[Row]:
    """The most recall within a busiest day: of the rule, and of fixed retentions up to the cap."""
    for days, caps in ((14, (0.16, 0.2, 0.24, 0.28)), (30, (0.1, 0.12, 0.14, 0.17)), (45, (0.08, 0.1, 0.12, 0.14))):
        for cap in caps:
            ways = {
                "rule": [Work(AS_FSRS_SAYS, days, "rule", (("rho", rho),), cap) for rho in RHOS],
                "fixed": [Work(AS_FSRS_SAYS, days, "fixed", (), cap, one) for one in (0.9, 0.93, 0.95, 0.97, 0.98)],
            }
            found = lives.points([work for works in ways.values() for work in works])
            most = {way: max(mean(found[work]).recall for work in works) for way, works in ways.items()}
            yield {"days": days, "cap": cap, **most}


def target(lives: Lives, learners: Sequence[str] = (AS_FSRS_SAYS, SKIPS, FASTER)) -> Iterator[Row]:
    """A wish of 0.95, planned anew each morning."""
    works = [
        Work(learner, days, "goal", (("wanted", 0.95),), cap) for learner, (days, cap) in product(learners, CAPPED)
    ]
    for work, results in lives.results(works).items():
        recalls = [one.recall for one in results]
        yield {
            "learner": work.learner, "days": work.days, "cap": work.cap,
            "recall": fmean(recalls), "lowest": min(recalls), "forecast": fmean(one.forecast for one in results),
            "off": fmean(abs(one.forecast - one.recall) for one in results),
            "reviews": fmean(one.reviews for one in results),
        }  # fmt: skip


def after(lives: Lives) -> Iterator[Row]:
    """The 30 days after the date on the ordinary schedule at 0.90: of a goal whose cards are kept, and of 0.90 throughout."""
    for days, cap in CAPPED[1:]:
        rhos = (0.76, 0.8, 0.86, 0.92)
        works = [Work(AS_FSRS_SAYS, days, "fixed", after_cap=inf)]
        works += [
            Work(AS_FSRS_SAYS, days, "rule", (("rho", rho),), cap, after_cap=at)
            for at, rho in product((inf, cap), rhos)
        ]
        for work, results in lives.results(works).items():
            yield {
                "days": days, "rho": dict(work.options).get("rho"), "cap": cap, "after_cap": work.after_cap,
                **{name: fmean(getattr(one, name) for one in results) for name in Result._fields},
            }  # fmt: skip


def speed(_: Lives) -> Iterator[Row]:
    """Milliseconds for 10,000 cards, in this process alone."""
    draw = Random(1)
    cards = [Memory(draw.lognormvariate(2, 1.2), draw.uniform(2, 9), draw.randint(0, 20)) for _ in range(8000)]
    recall = fsrs6.recall_model(DEFAULT.values)
    seen = [SeenCard(f"n{n}", card.stability, card.elapsed) for n, card in enumerate(cards)]
    costs = Costs(8, 20, 15)
    for days, missed in product((14, 30, 45, 90), (0.0, 0.05)):
        situation = GoalSituation(cards, 2000, days, days, 1200 * 8, costs, HABITS, DEFAULT.values, missed)
        yield {
            "days": days, "missed": missed,
            "plan": _milliseconds(partial(_plan, situation)),
            "list": _milliseconds(partial(reviews_today, seen, days, 0.8, 1200 * 8, costs, recall, missed)),
        }  # fmt: skip


def _plan(situation: GoalSituation) -> None:
    choose_rho(sample(situation)[0], 0.95, keep=True)


def _milliseconds(what: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        what()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


PARTS: Mapping[str, Callable[[Lives], Iterator[Row]]] = {
    "fixed": against_fixed,
    "rivals": rivals,
    "last-days": last_days,
    "crams": crams,
    "peak": peak,
    "after": after,
    "speed": speed,
    "target": target,
    "off": partial(target, learners=("ACT-R", "two traces")),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=[*PARTS], metavar="PART")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    found: dict[str, list[Row]] = {}
    with ProcessPoolExecutor() as pool:
        lives = Lives(arguments.seeds, pool)
        for part in arguments.parts:
            print(part, file=sys.stderr)
            found[part] = [*PARTS[part](lives)]
            print_part(part, found[part])
            if arguments.json:
                arguments.json.parent.mkdir(parents=True, exist_ok=True)
                arguments.json.write_text(json.dumps({"seeds": arguments.seeds, "parts": found}, indent=1) + "\n")
    print_over(lives.over)


if __name__ == "__main__":
    main()
