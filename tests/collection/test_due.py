"""Whether a card is due, or buried, is the same everywhere."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.collection import Collection, lookup
from srs.collection.query import parse
from srs.core.card_state import CardState, InReview, Learning, Memory, New, Phase, Relearning, Review, Scheduled
from srs.core.clock import to_utc
from srs.core.settings import Limits, Settings
from srs.database import due_cards, states
from srs.review.session import Session
from srs.scheduling.queue import Counts
from tests.conftest import HOUR, Home

NOW = time.time_ns() // 1_000_000  # noqa: TID251 - the view knows no other clock
MEMORY = Memory(4.5, 6.0)


@pytest.fixture
def collection(home: Home) -> Collection:
    """One card, and no new ones."""
    home.write("a.yaml", "deck: A\nnotes:\n- {id: one, front: f, back: b}\n")
    home.settings = Settings(zone="Asia/Seoul", limits=Limits(new=0))
    return home.open(to_utc(NOW).isoformat())


@pytest.fixture
def eight_cards(home: Home) -> Collection:
    notes = "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(8))
    home.write("a.yaml", f"deck: A\nnotes:\n{notes}")
    return home.open(to_utc(NOW).isoformat())


def in_steps(kind: type[Learning | Relearning], due: int, day: date) -> Phase:
    since = NOW - 100 * HOUR  # earlier than the study day: siblings of what was answered today are put off
    return kind(MEMORY, since, day - timedelta(days=4), 0, (due - since) // 1000)


def card_states(starts: int, ends: int, day: date) -> st.SearchStrategy[CardState]:
    """Of any phase, due around the study day; steps may last for days."""
    days = st.integers(-3, 3).map(lambda n: day + timedelta(days=n))
    instants = st.integers(NOW - 60 * HOUR, NOW + 60 * HOUR) | st.sampled_from([starts, ends - 1000, ends, ends + 1000])
    phases = st.one_of(
        st.builds(New),
        st.builds(Scheduled, st.integers(0, 9), days),
        st.builds(lambda due: Review(MEMORY, NOW - 100 * HOUR, day - timedelta(days=4), 4, due), days),
        st.builds(lambda kind, due: in_steps(kind, due, day), st.sampled_from([Learning, Relearning]), instants),
    )
    return st.builds(CardState, phase=phases, suspended=st.booleans(), buried=st.none() | days, as_of=st.just(1))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_command_and_view_agrees_on_what_is_due(collection: Collection, data: st.DataObject) -> None:
    """`due`, `next`, `find` and the view `due_today`, of a card in whatever state."""
    day = collection.calendar.day(NOW)
    starts, ends = collection.calendar.start(day), collection.day_end(day)
    state = data.draw(card_states(starts, ends, day))
    with collection.store.dry_run() as connection:
        states.put(connection, "one/back", state)
        waiting = collection.due_counts(NOW).total
        viewed = connection.execute("select card from due_today").fetchall()
        found = [row.id for row, _ in lookup.find(collection, parse("is:due", KINDS), NOW)]
        buried = [row.id for row, _ in lookup.find(collection, parse("is:buried", KINDS), NOW)]
        asked = Session(collection, lambda: NOW).question
    due = state.is_due(day, ends)
    assert waiting == (Counts(0, 0, 0) if not due else Counts(0, 1, 0) if steps(state) else Counts(0, 0, 1))
    assert len(viewed) == len(found) == due
    assert len(buried) == state.is_buried(day)
    soon = not isinstance(state.phase, Learning | Relearning) or state.phase.due <= NOW + 1_200_000
    assert (asked is not None) == (due and soon), "steps come twenty minutes ahead of their time"


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_sql_and_python_agree_on_many_cards(eight_cards: Collection, data: st.DataObject) -> None:
    """What `due_cards` selects is what `CardState` says of each card."""
    collection = eight_cards
    day, folder, decks = collection.calendar.day(NOW), collection.folder_id, ["A"]
    ends = collection.day_end(day)
    any_state = card_states(collection.calendar.start(day), ends, day)
    every = {f"n{n}/back": data.draw(any_state) for n in range(8)}
    with collection.store.dry_run() as connection:
        for card, state in every.items():
            states.put(connection, card, state)
        learning = {row[0] for row in due_cards.learning_cards(connection, folder, decks, day, ends)}
        reviews = {row[0] for row in due_cards.review_cards(connection, folder, decks, day, day)}
        new = {row[0] for row in due_cards.new_cards(connection, folder, "A", day)}
        available = {row[0] for row in due_cards.available_cards(connection, folder, decks, day)}
        count = due_cards.count_reviews(connection, folder, decks, day)
        next_step, next_review = due_cards.next_due(connection, folder, decks, day, ends)
    due = {card for card, state in every.items() if state.is_due(day, ends)}
    assert learning == {card for card in due if steps(every[card])}
    assert reviews == due - learning
    assert count == len(reviews)
    assert available == {card for card, state in every.items() if not (state.suspended or state.is_buried(day))}
    assert new == {card for card in available if isinstance(every[card].phase, New)}
    phases = [(state.phase, state.is_buried(day)) for state in every.values() if not state.suspended]
    due_at = [max(phase.due, ends) if buried else phase.due for phase, buried in phases if isinstance(phase, InSteps)]
    due_days = [max(phase.due, day + timedelta(days=1)) for phase, _ in phases if isinstance(phase, InReview)]
    assert (next_step, next_review) == (min(due_at, default=None), min(due_days, default=None))


InSteps = Learning | Relearning


def steps(state: CardState) -> bool:
    return isinstance(state.phase, InSteps)
