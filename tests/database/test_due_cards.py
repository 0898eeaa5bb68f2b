"""What waits, and what the study day has brought."""

from datetime import date

import pytest

from srs.core.event import Answered, Days, Event, EventSource, Rating
from srs.core.settings import Settings
from srs.database import due_cards, states
from srs.scheduling.scheduler import Scheduler
from tests.conftest import BASIC, Home, instant

DAY = date(2026, 3, 2)


@pytest.mark.parametrize("at", ["2026-03-02T09:00+14:00", "2026-03-04T03:00-12:00"])
def test_an_answer_counts_on_its_study_day_in_whichever_zone_that_was(home: Home, at: str) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    event = Event("one/back", instant(at), DAY, EventSource.SRS, "m", Answered(Rating.GOOD, 0, Days(3)))
    with collection.store.write() as connection:
        states.put(connection, "one/back", Scheduler(Settings()).replay([event]))
    assert due_cards.answered_notes(connection, DAY) == {"one"}
    assert due_cards.count_answered(connection, collection.folder_id, DAY) == {"Talk": (1, 0)}
    assert not due_cards.answered_notes(connection, date(2026, 3, 3))
