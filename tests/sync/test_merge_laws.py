"""Whatever several machines did, and in whatever order they meet: in the end all have the same."""

import random  # noqa: TID251 - seeded by hypothesis
from contextlib import ExitStack
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.backup.verify import verify
from srs.collection.marks import Mark
from srs.collection.merge_events import merging_events
from srs.core.clock import to_utc
from srs.core.errors import NothingToUndo
from srs.core.event import (
    Buried,
    Distinct,
    Event,
    EventSource,
    Flagged,
    Forgot,
    Parameters,
    Rating,
    Relinked,
    Suspended,
    Unflagged,
    Unsuspended,
    Void,
)
from srs.scheduling.scheduler import DEFAULT
from tests.conftest import DAY
from tests.machines import START, Machine, Machines

CARDS = ["a/back", "b/back", "b/en-ko", "c/back"]
NOTES = ["a", "b", "c", "d"]
NAMES = ["one", "two", "three", "four", "five"]
MARKS: list[Mark] = [Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged()]
SKEWS = [0, 0, -30 * 60_000, 3_600_000, -400 * DAY, 900 * DAY]
"""By how much the clock of each machine may be wrong, in milliseconds."""


class Deed(NamedTuple):
    """One thing that happens on one machine, or between two; `pick` chooses whatever is still open."""

    machine: str
    what: str
    wait: int
    pick: int


deeds = st.builds(
    Deed,
    st.sampled_from(NAMES),
    st.sampled_from(
        ["answer"] * 8 + ["mark"] * 3 + ["undo"] * 2 + ["cram", "parameters", "foreign", "relink", "sync", "merge"]
    ),
    st.sampled_from([0, 0, 1, 1000, 600_000, DAY, 30 * DAY]),
    st.integers(0, 10**6),
)


def live(machines: Machines, lived: list[Deed], skews: dict[str, int]) -> int:
    """Does it all and returns how many events and voids there are, of all machines."""
    now = START
    for deed in lived:
        now += deed.wait
        here, at = machines[deed.machine], now + skews[deed.machine]
        do(machines, here, deed, at)
    return sum(len(machine.snapshot()["lines"]) for machine in machines.known.values())


def do(machines: Machines, here: Machine, deed: Deed, at: int) -> None:
    card, pick, recorder = CARDS[deed.pick % len(CARDS)], deed.pick // len(CARDS), here.recorder
    match deed.what:
        case "answer" if not recorder.state(card).suspended:
            assert recorder.answer(recorder.preview(card, at), Rating(pick % 4 + 1), pick, at)
        case "cram":
            recorder.cram(card, Rating(pick % 4 + 1), pick, at)
        case "mark":
            recorder.mark(card, MARKS[pick % len(MARKS)], at)
        case "undo":
            try:
                recorder.undo()
            except NothingToUndo:
                take_in(here, Void(card, START + pick % 5))  # of an event that this machine may not know yet
        case "parameters":
            values = tuple(value * (1 + pick % 7 / 100) for value in DEFAULT.values)
            what = Parameters("FSRS-6", values)
            take_in(here, Event("", START + pick % 3, date(2026, 3, 2), EventSource.SRS, here.id, what))
        case "foreign":  # several machines take in what happened at one time, each with a content of its own
            take_in(here, Event(card, START + pick % 3, date(2026, 3, 2), EventSource.ANKI, here.id, MARKS[pick % 6]))
        case "relink":  # some of them recorded at one time on several machines, many closing a circle
            old, new = NOTES[pick % 4], NOTES[pick // 4 % 4]
            linked = Relinked(new) if pick % 5 else Distinct(new)
            moment = at if pick % 2 else START + pick % 3
            take_in(here, Event(old, moment, to_utc(moment).date(), EventSource.SRS, here.id, linked))
        case "sync":
            here.sync(machines.folder, at)
        case "merge":
            here.merge(machines[NAMES[pick % len(NAMES)]])
        case _:
            pass  # a suspended card takes no answer


def take_in(here: Machine, item: Event | Void) -> None:
    """As an import does."""
    with merging_events(here.collection) as merger:
        merger.add(item)


lives = st.tuples(
    st.lists(deeds, min_size=10, max_size=60),
    st.tuples(*[st.sampled_from(SKEWS)] * 5),
    st.randoms(use_true_random=False),
)
Life = tuple[list[Deed], tuple[int, ...], random.Random]


def converge(life: Life) -> tuple[int, int]:
    """Checks the laws for one life; how many machines and events it had."""
    lived, skews, chance = life
    with TemporaryDirectory(prefix="srs-laws-") as place, ExitStack() as stack:
        machines = Machines(Path(place), stack)
        count = live(machines, lived, dict(zip(NAMES, skews, strict=True)))
        all_of_them = list(machines.known.values())
        if chance.random() < 0.5:  # through the folder: twice round, in any order, some more often than needed
            rounds = [*chance.sample(all_of_them, len(all_of_them)), *chance.choices(all_of_them, k=3)]
            for n, machine in enumerate([*rounds, *chance.sample(all_of_them, len(all_of_them))]):
                machine.sync(machines.folder, START + n * chance.choice([0, DAY * 20]))
        else:  # from one to the next and back, in any order
            way = chance.sample(all_of_them, len(all_of_them))
            for source, target in [*pairwise(way), *pairwise(reversed(way))]:
                target.merge(source)
                if chance.random() < 0.3:
                    assert target.merge(source).changes_nothing, "once is enough"
        first, *others = [machine.snapshot() for machine in all_of_them]
        for other in others:
            assert other == first
        found = verify(all_of_them[0].collection, START)
        assert found.good, found
        for machine in all_of_them:
            again = machine.sync(machines.folder)
            assert (again.merged.subjects, again.skipped) == (set(), 0)
        assert [machine.snapshot() for machine in all_of_them] == [first] * len(all_of_them)
        machines["fresh"].sync(machines.folder)
        assert machines["fresh"].snapshot() == first, "the folder alone holds everything"
        return len(all_of_them), count


@pytest.mark.check
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(lives)
def test_all_machines_end_the_same_whatever_the_order_and_number_of_meetings(life: Life) -> None:
    converge(life)


@pytest.mark.slow
def test_the_same_over_thousands_of_lives() -> None:
    lives_, machines_, events = 0, 0, 0

    @settings(max_examples=2000, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(lives)
    def check(life: Life) -> None:
        nonlocal lives_, machines_, events
        of_machines, of_events = converge(life)
        lives_, machines_, events = lives_ + 1, machines_ + of_machines, events + of_events

    check()
    print(f"\nmerge laws: {lives_} random lives, {machines_} machines, {events} events and undos")


sets = st.lists(
    st.lists(
        st.builds(
            Event,
            st.sampled_from(CARDS),
            st.integers(START, START + 3),
            st.just(date(2026, 3, 2)),
            st.sampled_from(EventSource),
            st.sampled_from(NAMES),
            st.sampled_from(MARKS),
        )
        | st.builds(
            Event,
            st.sampled_from(NOTES),
            st.integers(START, START + 3),
            st.just(date(2026, 3, 2)),
            st.sampled_from(EventSource),
            st.sampled_from(NAMES),
            st.builds(Relinked, st.sampled_from(NOTES)) | st.builds(Distinct, st.sampled_from(NOTES)),
        )
        | st.builds(Void, st.sampled_from(CARDS + NOTES), st.integers(START, START + 3)),
        max_size=8,
    ),
    min_size=3,
    max_size=3,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(sets)
def test_union_is_commutative_associative_and_idempotent(three: list[list[Event | Void]]) -> None:
    """a∪b = b∪a, (a∪b)∪c = a∪(b∪c), a∪a = a: contents and states, for sets that meet on their keys all the time."""
    with TemporaryDirectory(prefix="srs-laws-") as place, ExitStack() as stack:
        machines = Machines(Path(place), stack)

        def made(name: str, *parts: int) -> Machine:
            for part in parts:
                for item in three[part]:
                    take_in(machines[name], item)
            return machines[name]

        a_b, b_a = made("ab", 0, 1), made("ba", 1, 0)
        assert a_b.snapshot() == b_a.snapshot()
        a_b.merge(made("c", 2))
        b_c = made("bc", 1, 2)
        b_c.merge(made("a", 0))
        assert a_b.snapshot() == b_c.snapshot()
        before = a_b.snapshot()
        a_b.merge(b_a)
        a_b.merge(a_b)
        assert a_b.snapshot() == before
