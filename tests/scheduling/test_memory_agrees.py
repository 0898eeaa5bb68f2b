"""The memory equals that of two other implementations: fsrs-rs, and Anki itself."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import fsrs_rs_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.core.card_state import UNSEEN, CardState, Review
from srs.core.clock import Calendar, to_ms
from srs.core.event import Answered, Days, Event, EventSource, Rating
from srs.core.settings import Settings
from srs.scheduling.scheduler import DEFAULT, Scheduler
from tests.anki.conftest import Anki
from tests.strategies import calendars, histories, memory_of, ratings, simulate

SCHEDULER = Scheduler(Settings())
RUST = fsrs_rs_python.FSRS(list(DEFAULT.values))
AGAIN, HARD, GOOD, EASY = Rating


def close(ours: float, theirs: float) -> bool:
    """Within 1e-5 relative or absolute, whichever is larger."""
    return abs(ours - theirs) <= 1e-5 * max(abs(theirs), 1)


def lived(calendar: Calendar, history: list[tuple[int, Rating]]) -> tuple[CardState, list[date]]:
    """The state after answers at these instants, and the study days of the answers."""
    state, days = UNSEEN, []
    for at, rating in history:
        days.append(calendar.day(at))
        outcome = SCHEDULER.preview("n/back", state, days[-1]).outcomes[rating]
        state = SCHEDULER.apply(
            state, Event("n/back", at, days[-1], EventSource.SRS, "m", Answered(rating, 0, outcome))
        )
    return state, days


def rust(ratings: list[Rating], days: list[date]) -> tuple[float, float]:
    apart = [0, *((after - before).days for before, after in pairwise(days))]
    reviews = [fsrs_rs_python.FSRSReview(rating.value, gap) for rating, gap in zip(ratings, apart, strict=True)]
    state = RUST.memory_state(fsrs_rs_python.FSRSItem(reviews))
    return state.stability, state.difficulty


@pytest.mark.check
@settings(max_examples=400, derandomize=True)  # of 320,000 random ones one was 1.12e-5 apart: fsrs-rs has 32 bits
@given(calendars, histories())
def test_it_agrees_with_fsrs_rs_over_midnights_zones_and_clock_changes(
    calendar: Calendar, history: list[tuple[int, Rating]]
) -> None:
    state, days = lived(calendar, history)
    memory = memory_of(state)
    stability, difficulty = rust([rating for _, rating in history], days)
    assert close(memory.stability, stability)
    assert close(memory.difficulty, difficulty)


@pytest.mark.parametrize(
    ("gaps", "answers", "stability"),
    [
        ([0, 3000, 30_000, 30_000], [4, 4, 4, 4], 36_500.0),
        ([0, 3000, 30_000, 30_000, 0], [4, 4, 4, 4, 3], 36_500.0),
        ([0, 3000, 30_000, 30_000, 10_000], [4, 4, 4, 4, 1], 23.3431),
    ],
    ids=["bounded", "on the same day", "a lapse from the bound"],
)
def test_after_gaps_of_years_the_stability_is_bounded_as_in_fsrs_rs(
    gaps: list[int], answers: list[int], stability: float
) -> None:
    """The bound holds after each answer, so a later lapse begins from it as well."""
    done = [(Rating(rating), gap) for rating, gap in zip(answers, gaps, strict=True)]
    memory = memory_of(simulate(SCHEDULER, list(done))[-1][1])
    days = list(accumulate(gaps, lambda day, gap: day + timedelta(days=gap), initial=date(2026, 1, 1)))[1:]
    theirs = rust([rating for rating, _ in done], days)
    assert memory.stability == pytest.approx(stability, abs=1e-4)
    assert close(memory.stability, theirs[0])
    assert close(memory.difficulty, theirs[1])


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.tuples(ratings, st.integers(0, 40_000)), min_size=1, max_size=12))
def test_it_agrees_with_fsrs_rs_however_many_years_lie_between(done: list[tuple[Rating, int]]) -> None:
    day, days = date(2026, 1, 1), list[date]()
    for _, gap in done:
        days.append(day := min(day + timedelta(days=gap), date(9000, 1, 1)))
    apart = [0, *((after - before).days for before, after in pairwise(days))]
    state = UNSEEN
    for (rating, _), gap, day in zip(done, apart, days, strict=True):
        assert gap >= 0
        state = SCHEDULER.apply(state, Event("n/back", 1, day, EventSource.SRS, "m", Answered(rating, 0, Days(1))))
    stability, difficulty = rust([rating for rating, _ in done], days)
    memory = memory_of(state)
    assert close(memory.difficulty, difficulty)
    assert abs(memory.stability - stability) <= 1e-4 * max(stability, 1)  # fsrs-rs has 32 bits


def test_the_golden_intervals() -> None:
    """The list stands in the tests of `fsrs` and of fsrs-rs; 0 is a step."""
    state, day, intervals = UNSEEN, date(2026, 1, 1), []
    for number in (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3):
        rating = Rating(number)
        promised = SCHEDULER.preview("n/back", state, day).outcomes[rating]
        if isinstance(promised, Days):  # without the fuzz: what the stability is rounded to, for a retention of 0.9
            after = SCHEDULER.apply(state, Event("n/back", 1, day, EventSource.SRS, "m", Answered(rating, 0, promised)))
            promised = Days(max(round(memory_of(after).stability), 1))
        intervals.append(promised.days if isinstance(promised, Days) else 0)
        event = Event("n/back", 1, day, EventSource.SRS, "m", Answered(rating, 0, promised))
        state = SCHEDULER.apply(state, event)
        day += timedelta(days=intervals[-1])
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]
    assert isinstance(state.phase, Review)


@pytest.mark.parametrize(
    ("days", "stability"),
    [([0, 3, 13, 43], 132.1683), ([0, 1, 4], 19.8335)],
    ids=["0, 3, 13, 43 days", "23:00, 08:00 and three days on"],
)
def test_stabilities_that_anki_showed(days: list[int], stability: float) -> None:
    done = [(GOOD, after - before) for before, after in zip([0, *days], days, strict=False)]
    assert memory_of(simulate(SCHEDULER, list(done))[-1][1]).stability == pytest.approx(stability, abs=1e-4)


def utc(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_nights_count_as_study_days_not_as_24_hours() -> None:
    calendar = Calendar(ZoneInfo("UTC"))
    late = [(utc("2026-01-01T23:00"), GOOD), (utc("2026-01-02T08:00"), GOOD), (utc("2026-01-05T08:00"), GOOD)]
    assert memory_of(lived(calendar, late)[0]).stability == pytest.approx(19.8335, abs=1e-4)


@pytest.fixture
def real(tmp_path: Path) -> Anki:
    """Real Anki's memory of histories: a process of its own, in a zone of fixed offset."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")

    def computed(*lines: str, zone: str = "UTC") -> list[tuple[float, float]]:
        program = Path(__file__).parents[1] / "anki" / "memory.py"
        env = {"PATH": os.environ["PATH"], "TZ": zone, "LANG": "C.UTF-8", "HOME": str(tmp_path)}
        command = [sys.executable, str(program), str(tmp_path / f"{zone.replace('/', '-')}.anki2")]
        done = subprocess.run(command, input="\n".join(lines), env=env, capture_output=True, text=True, check=True)
        return [(float(s), float(d)) for s, d in (line.split() for line in done.stdout.splitlines())]

    return computed


@pytest.mark.check
@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "Etc/GMT+10"])
def test_it_agrees_with_real_anki(real: Anki, zone: str) -> None:
    """Zones without a change of the clocks: Anki counts blocks of 24 hours back from its next rollover."""
    calendar = Calendar(ZoneInfo(zone))
    examples: list[list[tuple[int, Rating]]] = []

    @settings(max_examples=20, database=None, derandomize=True)
    @given(histories(10), st.integers(1, 100))
    def collect(history: list[tuple[int, Rating]], days_ago: int) -> None:
        shift = 1_760_000_000_000 - days_ago * 86_400_000 - history[-1][0]  # Anki trusts no future
        moved = [(at + shift, rating) for at, rating in history]
        if moved[0][0] > 0 and len({at for at, _ in moved}) == len(moved):
            examples.append(moved)

    collect()
    assert len(examples) > 10
    lines = [" ".join(f"{at}:{rating.value}" for at, rating in history) for history in examples]
    for history, (stability, difficulty) in zip(examples, real(*lines, zone=zone), strict=True):
        memory = memory_of(lived(calendar, history)[0])
        assert close(memory.stability, stability), history
        assert close(memory.difficulty, difficulty), history
