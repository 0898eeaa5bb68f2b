"""The language in which cards are chosen."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.errors import BadInput
from srs.memory import UNSEEN, CardState, Learning, Memory, Review, Scheduled
from srs.query import Subject, parse

TODAY = date(2026, 3, 2)
ENDS = 1_772_478_000_000  # 2026-03-03T04:00+09:00
MEMORY = Memory(4.5, 6.0)
REVIEW = CardState(phase=Review(MEMORY, 0, date(2026, 2, 25), 5, TODAY), reps=3, lapses=8)
LEARNING = CardState(phase=Learning(MEMORY, 0, TODAY, 0, 60), reps=1)


def subject(state: CardState = UNSEEN, *, failed: bool = False) -> Subject:
    return Subject(
        "Interview::STAR", ("star", "lead::hard"), "star", "a tight deadline\n촉박", state, TODAY, ENDS, 8, failed
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "tight DEADLINE",
        '"tight deadline"',
        "촉박",
        "-loose",
        "deck:interview",
        'deck:"Interview::STAR"',
        "-deck:Inter",
        "tag:star",
        "tag:lead",
        "-tag:sta",
        "kind:star",
        "DECK:interview kind:STAR -tag:x tight",
        "is:new",
        "-is:due",
        "-is:leech",
        "prop:reps=0",
        "-prop:stability>0",
        "-http://x",
    ],
)
def test_a_new_card_matches(query: str) -> None:
    assert parse(query).matches(subject())
    if query:
        term = query.split(maxsplit=1)[0] if '"' not in query else query
        turned = term[1:] if term.startswith("-") else f"-{term}"
        assert not parse(turned).matches(subject())


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("is:due is:review is:leech prop:stability<5 prop:stability>=4.5 prop:interval=5 prop:due<=0", REVIEW),
        ("is:due is:learning prop:lapses=0 prop:difficulty!=5 -is:review -prop:due<9", LEARNING),
        ("-is:due is:learning", CardState(phase=Learning(MEMORY, ENDS - 86_400_000, TODAY, 0, 86_400))),
        ("is:due is:review -prop:stability>0 -prop:difficulty>0 prop:due=0", CardState(phase=Scheduled(3, TODAY))),
        ("is:suspended -is:due", CardState(phase=REVIEW.phase, suspended=True)),
        ("is:buried -is:due", CardState(phase=REVIEW.phase, buried=TODAY)),
        ("is:flagged", CardState(flagged=True)),
    ],
)
def test_the_state_of_a_card_is_asked_for(query: str, state: CardState) -> None:
    assert parse(query).matches(subject(state))
    assert parse(query).cards


def test_a_card_that_failed_today() -> None:
    assert parse("is:failed").matches(subject(failed=True))
    assert not parse("is:failed").matches(subject())
    assert not parse("deck:x failed").cards


@pytest.mark.parametrize(
    "query", ["is:nonsense", "prop:stability", "prop:colour<3", "prop:stability<<3", "prop:reps<x"]
)
def test_what_makes_no_sense_is_named(query: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse(query)
    assert raised.value.value == query.partition(":")[2]


@given(st.text())
def test_any_text_is_a_query_or_named(text: str) -> None:
    with suppress(BadInput):
        assert parse(text).matches(subject()) in {True, False}
