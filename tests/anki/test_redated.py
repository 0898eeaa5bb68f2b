"""Answers of ours that Anki has dated back are known again, and nothing else is taken for them."""

from datetime import UTC, date
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from srs.anki.read_reviews import AnkiCard, ReviewRow
from srs.anki.redated import DAY, ReviewContent, TimedReview, match_redated
from srs.anki.reviews_to_events import OwnEvent, PullContext, new_events
from srs.core.clock import Calendar
from srs.core.event import Answered
from tests.conftest import instant

START = instant("2026-03-02T09:00+00:00")
GOOD, AGAIN = ReviewContent(3, 4, 5_000), ReviewContent(1, -600, 7_000)


def never(*_: int) -> bool:
    return False


def always(*_: int) -> bool:
    return True


def test_rows_in_the_order_of_our_later_events_are_ours() -> None:
    rows = [(START, GOOD), (START + 1, AGAIN), (START + 2, GOOD)]
    events = [
        (START + 9 * DAY, GOOD),
        (START + 10 * DAY, AGAIN),
        (START + 11 * DAY, ReviewContent(4, 1, 1)),
        (START + 12 * DAY, GOOD),
    ]
    assert match_redated(rows, events, always) == {
        START: events[0][0],
        START + 1: events[1][0],
        START + 2: events[3][0],
    }
    assert match_redated(rows, events, never) == {}
    assert match_redated(rows[1:], events, always) == {START + 1: events[1][0], START + 2: events[3][0]}


def test_what_was_imported_twice_is_ours_twice() -> None:
    events = [(START + 9 * DAY, GOOD), (START + 10 * DAY, AGAIN)]
    rows = [(START + at, content) for at, content in ((0, GOOD), (1, AGAIN), (DAY, GOOD), (DAY + 1, AGAIN))]
    assert list(match_redated(rows, events, always).values()) == [events[0][0], events[1][0]] * 2


def test_another_rating_interval_or_duration_is_another_answer() -> None:
    for other in (ReviewContent(4, 4, 5_000), ReviewContent(3, 5, 5_000), ReviewContent(3, 4, 5_001)):
        assert match_redated([(START, other)], [(START + 9 * DAY, GOOD)], always) == {}


def test_an_event_that_is_not_a_day_later_was_never_dated_back() -> None:
    for later in (-DAY, 1, DAY - 3_600_001):
        assert match_redated([(START, GOOD)], [(START + later, GOOD)], always) == {}


def test_what_an_export_moved_on_is_ours_and_a_little_later_answer_is_not() -> None:
    events = [(START, GOOD), (START + 9 * DAY, GOOD)]
    assert match_redated([(START + 70, GOOD)], events[:1], always) == {START + 70: START}
    assert match_redated([(START + 70, GOOD)], events[:1], never) == {}
    assert match_redated([(START + 60_001, GOOD)], events[:1], always) == {}
    assert match_redated([(START + 70, GOOD), (START + 71, GOOD)], events, always) == {
        START + 70: START,
        START + 71: START + 9 * DAY,
    }


def test_all_that_two_histories_differ_in_is_the_same_answer_if_its_duration_tells() -> None:
    later = START + 9 * DAY
    assert match_redated([(START, GOOD)], [(later, GOOD)], never) == {START: later}
    assert match_redated([(START, GOOD)], [(later, GOOD), (later + 1, AGAIN)], never) == {}
    assert match_redated([(START, GOOD), (START + DAY, AGAIN)], [(later, GOOD)], never) == {}
    for says_nothing in (ReviewContent(3, 4, 0), ReviewContent(3, 4, 60_000)):
        assert match_redated([(START, says_nothing)], [(later, says_nothing)], never) == {}


lives = st.lists(
    st.lists(
        st.tuples(
            st.integers(1, 40 * DAY), st.sampled_from((1, 2, 3, 4)), st.sampled_from((-600, -60, 1, 4)), st.sampled_from((0, 800, 900))
        ),
        max_size=5,
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
"""For each card what was answered here: how long after the one before, rating, interval, duration."""

reviews = st.lists(
    st.tuples(st.integers(1_000, 30 * DAY), st.sampled_from((1, 2, 3, 4)), st.integers(1, 9)), max_size=3
)
"""What a card is answered in Anki afterwards: how long after the one before, rating, interval."""


def history(life: list[tuple[int, int, int, int]]) -> list[TimedReview]:
    times = accumulate((gap for gap, *_ in life), initial=START)
    return [(at, ReviewContent(*content)) for at, (_, *content) in zip(list(times)[1:], life, strict=True)]


def imported(histories: list[list[TimedReview]], now: int) -> list[list[TimedReview]]:
    """What Anki makes of our log, as it was seen to: what is more than a day ahead gets the times from its clock's on."""
    free, made = now + 100, [list[TimedReview]() for _ in histories]
    used = set[int]()
    for at, card, content in sorted((at, n, content) for n, rows in enumerate(histories) for at, content in rows):
        if at > now + DAY:
            free += 1
        moment = free if at > now + DAY else at
        while moment in used:
            moment += 1
        used.add(moment)
        made[card].append((moment, content))
    return made


def a_card(log: list[TimedReview], crowded: frozenset[int]) -> AnkiCard:
    rows: list[ReviewRow] = [
        (at, content.rating, content.interval, 500, content.duration_ms, 1, 1) for at, content in log
    ]
    return AnkiCard("n/back", "D", 2, 2, 0, 0, 0, rows, crowded)


def answered_later(data: st.DataObject, now: int, cards: int) -> list[list[TimedReview]]:
    """What the cards are answered in Anki from `now` on, no two within a millisecond."""
    made = []
    for n in range(cards):
        after = data.draw(reviews)
        times = accumulate((gap for gap, *_ in after), initial=now + 1_000 + 7 * n)
        durations = st.integers(1_000, 60_000)
        answers = zip(list(times)[1:], after, strict=True)
        made.append(
            [(at, ReviewContent(rating, interval, data.draw(durations))) for at, (_, rating, interval) in answers]
        )
    return made


@given(lives, st.data())
def test_of_random_lives_all_that_was_answered_in_anki_comes_once_and_nothing_else(
    life: list[list[tuple[int, int, int, int]]], data: st.DataObject
) -> None:
    ours = [history(of_card) for of_card in life]
    now = START + data.draw(st.integers(0, 150)) * DAY
    theirs = answered_later(data, now, len(ours))
    there = [own + new for own, new in zip(imported(ours, now), theirs, strict=True)]
    answered = {at for log in there for at, _ in log}
    context = PullContext(date(2026, 1, 1), Calendar(UTC), "m", max(answered, default=now) + 300 * DAY)
    for own, log, new in zip(ours, there, theirs, strict=True):
        held = [
            OwnEvent(at, "", Answered.name, content.rating, False, content.interval, content.duration_ms)
            for at, content in own
        ]
        crowded = frozenset(at for at, _ in log if {at - 1, at + 1} & answered)
        back = sum(at > now + DAY for at, _ in own)
        if back == 1:  # the only one of its card: nothing tells it, unless its duration does
            continue
        found = new_events(a_card(log, crowded), held, (2, 1), context)
        assert [row[1] for row in found.rows] == [at for at, _ in new]
        assert len(found.redated) == back
        again = new_events(a_card(log, frozenset()), held, (2, 1), context, found.redated)
        assert again.redated == found.redated
