"""The figures of `srs stats` against those of Anki's own window "Stats", which real Anki counts of the same log."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random  # noqa: TID251 - collections of a seed
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.pull import pull
from srs.collection import Collection, lookup
from srs.core.event import Answered, Crammed, Event, EventSource, Forgot, Rating, Rescheduled, Suspended, What
from srs.core.event import Void as Key
from srs.core.settings import Settings
from srs.insight.memory_today import MemoryToday, Spread
from srs.insight.stats import ByAge, Period, Stats, read_stats
from tests.anki.conftest import TimedAnki
from tests.conftest import HOUR, MINUTE, Home
from tests.insight.test_stats import write
from tests.simulated_learner import DAY_MS, FIRST_DAY, NOON, live

PERIODS = {"today": 1, "week": 7, "month": 30, "year": 365, "all_time": None}
COLLECTIONS = 20


def random_life(seed: int, cards: int, days: int) -> tuple[list[Event], list[Key]]:
    """A learner's answers at all hours, some taken back, with crammed answers, forgets, due dates by hand and suspended cards."""
    draw = Random(seed)
    slower = [draw.uniform(5, 100) for _ in range(days)]
    events = list[Event]()
    for event in live(seed, cards=cards, days=days, new=draw.randrange(3, 9)).events:
        n = (event.day - FIRST_DAY).days
        at = NOON + n * DAY_MS - 7 * HOUR + round((event.at - NOON - n * DAY_MS) * slower[n])
        assert isinstance(event.what, Answered)
        timed = replace(event.what, duration_ms=draw.randrange(500, 60_000))
        events.append(replace(event, at=at, what=timed))
    voids = [Key(one.subject, one.at) for one in events if draw.random() < 0.02]
    for like in draw.sample(events, len(events) // 20):
        whats: tuple[What, ...] = (
            Crammed(draw.choice(list(Rating)), draw.randrange(9_000)), Forgot(), Rescheduled(draw.choice([0, 3, 20, 21, 40])),
        )  # fmt: skip
        what = draw.choices(whats, (8, 1, 1))[0]
        events.append(Event(like.subject, like.at + 2 * MINUTE, like.day, EventSource.SRS, "m", what))
    end = NOON + (days - 1) * DAY_MS + 8 * HOUR
    for n in draw.sample(range(cards), cards // 15):
        events.append(Event(f"n{n}/back", end, FIRST_DAY + timedelta(days - 1), EventSource.SRS, "m", Suspended()))
    return events, voids


def write_decks(home: Home, numbers: Iterable[int]) -> None:
    for deck, parity in (("Talk", 0), ("Talk::Below", 1)):
        notes = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in numbers if n % 2 == parity)
        home.write(f"{parity}.yaml", f"deck: {deck}\nnotes:\n{notes}")


def ages(found: dict[str, int]) -> tuple[int, ...]:
    return tuple(found[f"{age}_{what}"] for age in ("young", "mature") for what in ("passed", "failed"))


def our_ages(found: ByAge) -> tuple[int, ...]:
    both = (found.young, found.mature)
    return tuple(count for one in both for count in (one.recalled, one.reviews - one.recalled))


@pytest.mark.parametrize("seed", range(COLLECTIONS))
def test_figures_are_those_of_anki(home: Home, timed_anki: TimedAnki, seed: int) -> None:
    """Reviews here, then in Anki, also in filtered decks; notes are deleted."""
    draw = Random(seed)
    cards, days = draw.randrange(200, 400), draw.randrange(60, 150)
    home.settings = Settings(zone="Asia/Seoul")
    gone = draw.sample(range(cards), 10)
    write_decks(home, range(cards + 20))
    write(home.open(), *random_life(seed, cards, days))
    now = NOON + (days + draw.randrange(4)) * DAY_MS + 9 * HOUR
    export(home.open(), home.path / "ours.apkg", now)
    write_decks(home, [n for n in range(cards + 20) if n not in gone])
    later = now + draw.choice((1, 6, 25, 300)) * DAY_MS
    steps = [
        ["at", now], ["fsrs"], ["import", str(home.path / "ours.apkg")],
        ["remove", *(f"n{n}/0" for n in gone)], ["study", "Talk", 40, seed],
        ["at", now + HOUR], ["filter", "Early", "is:review -is:due", True], ["study", "Early", 20, seed], ["empty", "Early"],
        ["at", later], ["study", "Talk", 60, seed], ["graphs", ""], ["graphs", "deck:Talk::Below"],
        ["export", "colpkg", str(home.path / "theirs.colpkg")],
    ]  # fmt: skip
    anki = timed_anki(*steps, zone="Asia/Seoul", collection="x.anki2")
    collection, now = home.open(), anki["now"]
    pull(collection, home.path / "theirs.colpkg", now)
    theirs, below = anki["graphs"]
    today = collection.calendar.day(now)
    ours = {
        name: read_stats(collection, Period(None if n is None else today - timedelta(n - 1), today), now)
        for name, n in PERIODS.items()
    }
    for name, stats in ours.items():
        assert our_ages(stats.retention) == ages(theirs["true_retention"][name]), name
    compare_answers(ours["all_time"], theirs, anki["log"], collection)
    compare_cards(ours["all_time"], theirs, today)
    compare_memory(ours["all_time"].memory, theirs)
    chosen = frozenset(lookup.chosen(collection, lookup.query(collection, "deck:Talk::Below"), now))
    stats = read_stats(collection, Period(None, today), now, chosen)
    assert our_ages(stats.retention) == ages(below["true_retention"]["all_time"])
    compare_cards(stats, below, today)
    compare_memory(stats.memory, below)


def compare_answers(stats: Stats, theirs: dict[str, Any], log: list[list[int]], collection: Collection) -> None:
    counts, times = (
        {stats.last + timedelta(int(day)): found for day, found in theirs["reviews"][what].items()}
        for what in ("count", "time")
    )
    assert {day: one.answers for day, one in stats.days.items()} == {
        day: sum(one.values()) for day, one in counts.items()
    }
    assert {day: one.milliseconds for day, one in stats.days.items()} == {
        day: sum(one.values()) for day, one in times.items()
    }
    elsewhere, hidden = Counter[date](), Counter[int]()  # reviews that are none by their kind, and what no hour has
    for at, _, _, _, before, factor, _, kind in log:
        elsewhere[collection.calendar.day(at)] += (kind == 0 and before > 0) or (kind == 3 and factor > 0)
        hidden[(at // HOUR + 9) % 24] += kind == 3
    assert {day: found.reviews for day, found in stats.days.items()} == {
        day: one["young"] + one["mature"] + elsewhere[day] for day, one in counts.items()
    }
    assert [one.answers for one in stats.hours] == [
        one["total"] + hidden[n] for n, one in enumerate(theirs["hours"]["all_time"])
    ]


def compare_cards(stats: Stats, theirs: dict[str, Any], today: date) -> None:
    found = theirs["card_counts"]["excluding_inactive"]
    states = stats.states
    assert (states.new, states.learning, states.young, states.mature, states.suspended) == (
        found["newCards"],
        found["learn"] + found["relearn"],
        found["young"],
        found["mature"],
        found["suspended"],
    )
    due = theirs["future_due"]["future_due"]
    assert stats.forecast == {today + timedelta(n): due.get(str(n), 0) for n in range(1, 29)}


def compare_memory(memory: MemoryToday, theirs: dict[str, Any]) -> None:
    """Anki rounds what it keeps with a card, shows the difficulty as a share of its range, and counts the seconds since the
    last answer where we count study days.
    """
    stability, difficulty = theirs["stability"]["intervals"], theirs["difficulty"]
    assert memory.cards == sum(stability.values()) == sum(theirs["retrievability"]["retrievability"].values())
    assert memory.difficulty.median == pytest.approx(1 + 9 * difficulty["average"] / 100, rel=0.005)
    assert memory.recall.mean == pytest.approx(theirs["retrievability"]["average"] / 100, abs=0.01)
    compare_bins(memory.stability, stability, lambda days: (0.99 * days, 1.01 * days + 1))
    compare_bins(
        memory.difficulty, difficulty["eases"], lambda low: (100 * (low - 1) / 9 - 1.5, 100 * (low - 1) / 9 + 0.5)
    )


def compare_bins(ours: Spread, theirs: dict[str, int], limits: Callable[[float], tuple[float, float]]) -> None:
    """`limits` are those within which Anki's key of a value lies."""
    for n, one in enumerate(ours.bins):
        low, high = limits(one.low)
        least, most = (sum(count for key, count in theirs.items() if int(key) >= limit) for limit in (high, low))
        assert least <= sum(other.cards for other in ours.bins[n:]) <= most
