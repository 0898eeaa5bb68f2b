"""Whatever can be recorded can be told to other machines."""

from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.collection import Collection
from srs.collection.marks import Mark
from srs.collection.recorder import Recorder
from srs.core.clock import FIRST_MS, LAST_MS, Calendar, is_recordable
from srs.core.event import Forgot, Rating, Softened, Suspended
from srs.core.event_line import check_event, parse_line, to_line
from srs.core.settings import Settings
from srs.log import event_log
from tests.conftest import DAY
from tests.machines import Machine, Machines
from tests.strategies import ZONES, ratings

instants = st.integers(FIRST_MS, LAST_MS).filter(is_recordable) | st.sampled_from(
    [FIRST_MS, FIRST_MS + 1, FIRST_MS + DAY, LAST_MS - DAY, LAST_MS - DAY - 1, LAST_MS - 2 * DAY]
)
steps = st.lists(st.integers(1, 86_400), max_size=10).map(tuple)
lasting = st.builds(
    Settings,
    zone=st.none(),
    learning_steps=steps,
    relearning_steps=steps,
    desired_retention=st.floats(0.7, 0.99),
    maximum_interval=st.integers(1, 36_500),
    leech_lapses=st.integers(2, 4),
    suspend_leeches=st.booleans(),
)
ids = st.sampled_from(["a", "x" * 200, "A.b_c-d"]).map(lambda note: f"{note}/back")
marks = st.sampled_from([Suspended(), Forgot(), Softened(0.05)])
deeds = st.lists(st.tuples(ids, instants, ratings | marks), max_size=8)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordable")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(lasting, st.sampled_from(ZONES), st.integers(0, 1439), deeds)
def test_every_event_has_a_line_that_says_it(
    place: Path, chosen: Settings, zone: str, rollover: int, done: list[tuple[str, int, Rating | Mark]]
) -> None:
    with ExitStack() as stack:
        machine = Machines(place, stack)["one"]
        live(machine, chosen, Calendar(ZoneInfo(zone), rollover), done)
        for row in list(event_log.history(machine.collection.store.connection)):
            check_event(row.event)
            assert parse_line(to_line(row.event).encode()) == row.event
        stack.close()
        machine.database.unlink()


def live(machine: Machine, chosen: Settings, calendar: Calendar, done: list[tuple[str, int, Rating | Mark]]) -> None:
    old = machine.collection
    collection = Collection(old.folder, old.folder_id, old.store, chosen, calendar, old.machine_file, old.kinds)
    recorder = Recorder(collection)
    for card, now, deed in done:
        if isinstance(deed, Rating):
            if not recorder.state(card).suspended:
                assert recorder.answer(recorder.preview(card, now), deed, 0, now)
        else:
            recorder.mark(card, deed, now)


def test_the_last_instant_of_a_clock_leaves_room_for_a_day_of_later_milliseconds() -> None:
    assert not is_recordable(0)
    assert is_recordable(FIRST_MS)
    assert is_recordable(LAST_MS - DAY)
    assert not is_recordable(LAST_MS - DAY + 1)
