"""Study days one after the other: what was promised in the morning is what came."""

from collections import Counter
from pathlib import Path

import pytest

from srs.collection.lookup import notes
from srs.core.card_state import New, Review
from srs.core.event import Rating
from srs.core.settings import Limits, Settings
from srs.database import states
from srs.review.session import Session
from tests.conftest import DAY, Clock, Home, instant

ROOT = Path(__file__).parents[2]


@pytest.mark.check
def test_three_weeks_of_the_starter_decks_add_up(home: Home) -> None:
    """Each day ends with nothing waiting, within the limits, and without two new or reviewed cards of one note."""
    for name in ("phrases.yaml", "companies.yaml"):
        home.write(name, (ROOT / "decks" / name).read_bytes())
    home.settings = Settings(zone="Asia/Seoul", limits=Limits(new=12))
    collection = home.open()
    now = instant("2026-03-02T08:00+09:00")
    introduced = 0
    for day in range(21):
        now += DAY
        clock = Clock(now)
        morning = collection.due_counts(now).total
        assert morning.learning == 0, "yesterday's steps were all answered"
        session = Session(collection, clock)
        came: Counter[str] = Counter()
        asked: list[str] = []
        while session.question is not None:
            clock.now += 20_000
            phase = session.question.preview.state.phase
            came[type(phase).__name__] += 1
            if isinstance(phase, New | Review):
                asked.append(session.question.note.id)
            session.reveal(all_parts=True)
            # every seventh answer is wrong, so that cards lapse and learn again
            assert session.answer(Rating.AGAIN if (day + sum(came.values())) % 7 == 0 else Rating.GOOD)
        assert (came["New"], came["Review"]) == (morning.new, morning.review)
        assert morning.new <= 12
        assert len(set(asked)) == len(asked)
        assert session.summary().left == type(morning)(0, 0, 0)
        evening = collection.due_counts(clock.now).total
        assert (evening.new, evening.learning, evening.review) == (0, 0, 0)
        introduced += came["New"]
    rows = collection.store.connection.execute("select card from states where state <> 'new'").fetchall()
    assert len(rows) == introduced
    assert introduced == sum(len(note.cards()) for _, note in notes(collection)), "all cards of both decks"
    assert all(states.get(collection.store.connection, card).reps > 0 for (card,) in rows)
