"""The tables of `goal.py`, in Markdown, and what is wanted of the figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from statistics import fmean
from typing import Any

from tests.benchmarks.goal_curves import Curve, Point
from tests.benchmarks.goal_learners import AS_FSRS_SAYS, AWAY, FASTER, LEARNERS, SKIPS

Row = Mapping[str, Any]

DAYS = (14, 30, 45, 90)
NEAR = (
    "forgets 30 % faster",
    "forgets 30 % slower",
    "other parameters 1",
    "other parameters 2",
    "other parameters 3",
    SKIPS,
)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")


def wanted(what: str, found: Sequence[float], least: Sequence[float], show: Callable[[float], str]) -> None:
    """Prints whether each figure is at least what is wanted."""
    met = all(one >= low for one, low in zip(found, least, strict=True))
    figures = ", ".join(show(one) for one in found)
    print(f"{'met' if met else 'MISSED'}: {what}: {figures}; wanted at least {', '.join(map(show, least))}")


def percent(share: float) -> str:
    return "not reached" if share == -inf else f"{round(share * 100)} %"


def points(share: float) -> str:
    """Of recall, with their sign."""
    return "none" if share == -inf else f"{round(share * 100, 1) + 0.0:+.1f}"


def _fixed(rows: Sequence[Row]) -> None:
    by = {(row["learner"], row["retention"], row["days"]): row for row in rows}
    print("\n## Against a fixed retention, capped at its busiest day")
    print(
        "\nPoints of recall gained at no more reviews, and fewer reviews at equal recall, against 0.90 / against 0.95."
    )

    def cell(learner: str, days: int) -> str:
        return " / ".join(
            f"{points(by[learner, at, days]['gain'])}, {percent(by[learner, at, days]['fewer'])}" for at in (0.9, 0.95)
        )

    table(
        ["learner", *(f"{days} days" for days in DAYS)],
        [[one, *(cell(one, days) for days in DAYS)] for one in LEARNERS],
    )
    print("\nThe fixed retentions themselves: recall, reviews, busiest day.")

    def itself(learner: str, days: int) -> str:
        of = [by[learner, at, days] for at in (0.9, 0.95)]
        return " / ".join(f"{row['recall']:.3f}, {row['reviews']:.1f}, {row['busiest']:.2f}" for row in of)

    table(
        ["learner", *(f"{days} days" for days in DAYS)],
        [[one, *(itself(one, days) for days in DAYS)] for one in LEARNERS],
    )
    print()

    def of(name: str, learner: str, at: float) -> list[float]:
        return [by[learner, at, days][name] for days in DAYS]

    def worst(learners: Iterable[str]) -> list[float]:
        return [min(by[one, 0.95, days]["fewer"] for one in learners) for days in DAYS]

    first = AS_FSRS_SAYS
    wanted("1. fewer reviews than fixed 0.90", of("fewer", first, 0.9), (0.12, 0.20, 0.28, 0.34), percent)
    wanted("1. fewer reviews than fixed 0.95", of("fewer", first, 0.95), (0.20, 0.33, 0.38, 0.46), percent)
    wanted("2. recall above fixed 0.90", of("gain", first, 0.9), (0.018, 0.012, 0.022, 0.022), points)
    wanted("2. recall above fixed 0.95", of("gain", first, 0.95), (0.005, 0.007, 0.008, 0.010), points)
    for learner in NEAR:
        wanted(f"3. {learner}, fewer than fixed 0.95", worst([learner]), (0.15, 0.28, 0.33, 0.40), percent)
    wanted("3. ACT-R, fewer than fixed 0.95", worst(["ACT-R"]), (0.05, 0.12, 0.15, 0.22), percent)
    for at in (0.9, 0.95):
        never = [min(by[one, at, days]["fewer"] for one in LEARNERS if one != AWAY) for days in DAYS]
        wanted(f"3. never more reviews than fixed {at:.2f}, worst learner", never, (0, 0, 0, 0), percent)
    wanted("a week away, fewer reviews than fixed 0.95", worst([AWAY]), (-0.01, 0.10, 0.33, 0.51), percent)
    for at, least, overall in ((0.9, -0.008, 0.015), (0.95, -0.006, 0.005)):
        pairs = [row["pairs"] for row in rows if row["retention"] == at and row["learner"] != AWAY]
        wanted(f"4. pairs with fixed {at:.2f}, worst scenario", [min(pairs)], [least], points)
        wanted(f"4. pairs with fixed {at:.2f}, mean", [fmean(pairs)], [overall], points)


def _rivals(rows: Sequence[Row]) -> None:
    print("\n## Rivals at the same cap: reviews per card that a recall needs")
    by: dict[tuple[int, float], dict[str, Curve]] = {}
    for row in rows:
        curve = Curve([Point(*point) for point in row["points"]])
        by.setdefault((row["days"], row["cap"]), {})[row["way"]] = curve
    ways = [*next(iter(by.values()))]

    def line(scenario: tuple[int, float], curves: Mapping[str, Curve], recall: float) -> list[str]:
        days, cap = scenario

        def cell(curve: Curve) -> str:
            if recall > curve.best[-1].recall:
                return "–"
            return f"{'<' if recall < curve.best[0].recall else ''}{curve.reviews(recall):.2f}"

        return [f"{days} d, {'no cap' if cap == inf else cap}", f"{recall:.3f}", *(cell(curves[w]) for w in ways)]

    lines = []
    for scenario, curves in by.items():
        top = curves["rule"].best[-1].recall
        lines += [line(scenario, curves, round(recall, 3)) for recall in (min(0.95, top - 0.02), top - 0.004)]
    table(["days and cap", "recall", *ways], lines)
    print("\nThe highest recall that each reaches, with its reviews per card and its busiest day.")
    table(
        ["days and cap", *ways],
        [
            [
                f"{days} d, {'no cap' if cap == inf else cap}",
                *(
                    f"{top.recall:.3f}, {top.reviews:.1f}, {top.busiest:.2f}"
                    for top in (curves[w].best[-1] for w in ways)
                ),
            ]
            for (days, cap), curves in by.items()
        ],
    )


def _last_days(rows: Sequence[Row]) -> None:
    print("\n## Against the best-tuned 'low retention, then everything once in the last days', at its busiest day")
    table(
        ["learner", "days and cap", "tuned to", "recall", "reviews", "busiest day", "recall at no more reviews", "fewer reviews"],
        [
            [row["learner"], f"{row['days']} d, {row['cap']}", "{}, last {:.0f} days".format(*row["tuned"]), f"{row['recall']:.3f}",
             f"{row['reviews']:.2f}", f"{row['busiest']:.2f}", points(row["gain"]), percent(row["fewer"])]
            for row in rows
        ],
    )  # fmt: skip
    print()
    wanted(
        "10. recall at no more reviews than the best-tuned last days, worst",
        [min(r["gain"] for r in rows)],
        [-0.003],
        points,
    )


def _crams(rows: Sequence[Row]) -> None:
    print("\n## Without a limit: the rule against crams, at equal reviews")
    table(
        ["days", "every card on each of the last", "recall", "reviews", "busiest day", "the rule's recall"],
        [
            [row["days"], f"{row['last']:.0f}", f"{row['recall']:.3f}", f"{row['reviews']:.2f}", f"{row['busiest']:.2f}",
             points(row["gain"])]
            for row in rows
        ],
    )  # fmt: skip
    print()
    wanted("6. recall at no more reviews than a cram, worst", [min(row["gain"] for row in rows)], [-0.003], points)


def _peak(rows: Sequence[Row]) -> None:
    print("\n## The most recall within a busiest day")
    table(
        ["days and busiest day", "rule", "best fixed retention, limited"],
        [[f"{row['days']} d, {row['cap']}", f"{row['rule']:.3f}", f"{row['fixed']:.3f}"] for row in rows],
    )


def _wish(rows: Sequence[Row]) -> None:
    table(
        ["learner", "days and cap", "recall", "lowest of all seeds", "first forecast", "reviews"],
        [
            [row["learner"], f"{row['days']} d, {row['cap']}", f"{row['recall']:.3f}", f"{row['lowest']:.3f}",
             f"{row['forecast']:.3f}", f"{row['reviews']:.2f}"]
            for row in rows
        ],
    )  # fmt: skip


def _off(rows: Sequence[Row]) -> None:
    print("\n## A wish of 0.95 where FSRS is off")
    _wish(rows)


def _target(rows: Sequence[Row]) -> None:
    print("\n## A wish of 0.95, planned anew each morning")
    _wish(rows)
    print()
    for learner, least in ((AS_FSRS_SAYS, 0.95), (SKIPS, 0.945), (FASTER, 0.94)):
        recalls = [row["recall"] for row in rows if row["learner"] == learner]
        wanted(f"7. {learner}, recall", recalls, [least] * len(recalls), "{:.3f}".format)
    off = [0.01 - abs(row["forecast"] - row["recall"]) for row in rows if row["learner"] == AS_FSRS_SAYS]
    wanted("7. as FSRS says, first forecast within 0.01: room", off, [0] * len(off), "{:.3f}".format)


def _after(rows: Sequence[Row]) -> None:
    print("\n## The 30 days after the date, on the ordinary schedule")
    fixed = {row["days"]: row for row in rows if row["rho"] is None}
    table(
        ["days", "until the date", "after it", "recall on the date", "busiest day", "reviews", "recall 30 days later"],
        [
            [row["days"], "fixed 0.90" if row["rho"] is None else f"rho {row['rho']}",
             "no limit" if row["after_cap"] == inf else f"at most {row['after_cap']}", f"{row['recall']:.3f}",
             f"{row['later_busiest']:.3f}", f"{row['later_reviews']:.2f}", f"{row['later_recall']:.3f}"]
            for row in rows
        ],
    )  # fmt: skip
    print()
    for limited in (False, True):
        of = [row for row in rows if row["rho"] and (row["after_cap"] < inf) == limited]
        how = "at most the goal's time a day" if limited else "no limit"
        busiest = [1.1 - row["later_busiest"] / fixed[row["days"]]["later_busiest"] for row in of]
        total = [1 - row["later_reviews"] / fixed[row["days"]]["later_reviews"] for row in of]
        wanted(
            f"8. after the date, {how}: room below 1.1 times the busiest day of fixed 0.90",
            busiest,
            [0] * len(of),
            percent,
        )
        wanted(f"8. after the date, {how}: fewer reviews than fixed 0.90", total, [0] * len(of), percent)


def _speed(rows: Sequence[Row]) -> None:
    print("\n## Time for 10,000 cards")
    table(
        ["days", "days missed", "plan, ms", "first list, ms"],
        [[row["days"], percent(row["missed"]), f"{row['plan']:.0f}", f"{row['list']:.1f}"] for row in rows],
    )
    print()
    wanted("9. plan, below 500 ms", [500 - max(row["plan"] for row in rows)], [0], "{:.0f} ms of room".format)
    wanted("9. first list, below 50 ms", [50 - max(row["list"] for row in rows)], [0], "{:.0f} ms of room".format)


_PRINT: Mapping[str, Callable[[Sequence[Row]], None]] = {
    "fixed": _fixed,
    "rivals": _rivals,
    "last-days": _last_days,
    "crams": _crams,
    "peak": _peak,
    "target": _target,
    "off": _off,
    "after": _after,
    "speed": _speed,
}


def print_part(part: str, rows: Sequence[Row]) -> None:
    _PRINT[part](rows)


def print_over(over: float) -> None:
    """The most by which a day was above its cap, in shares of the dearest answer."""
    print()
    wanted("5. no day above its cap by more than one answer: room", [1 - over], [0], "{:.2f} of an answer".format)
