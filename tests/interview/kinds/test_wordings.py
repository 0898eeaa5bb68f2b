"""Other wordings of a question: which of them is asked."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from srs.cli.kinds import KINDS
from srs.core.event import Rating
from srs.deckfile.ids import provisional
from srs.kinds.note import Deck
from srs.review.session import Session
from tests.conftest import DAY, Clock, Home

DECK = Deck("D")
WORDED = [
    {"question": "q?", "principles": ["dive-deep"], "wordings": ["one?", "two?"]},
    {"star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r", "wordings": ["one?", "two?"]},
]


@pytest.mark.parametrize("fields", WORDED)
def test_each_repetition_asks_in_other_words_than_the_one_before(fields: Mapping[str, object]) -> None:
    note = KINDS.note("n", DECK, fields)
    (card,) = note.cards()
    asked = [note.face(card, repetition).question for repetition in range(30)]
    assert asked == [note.face(card, repetition).question for repetition in range(30)]
    assert all(one != after for one, after in pairwise(asked))
    assert {"q?", "one?", "two?"} == set(asked[:3]) == set(asked[3:6])


@pytest.mark.parametrize("fields", WORDED)
def test_without_a_repetition_the_question_is_asked_as_it_is_written(fields: Mapping[str, object]) -> None:
    note = KINDS.note("n", DECK, fields)
    assert note.face(note.cards()[0]).question == "q?"


def test_the_order_of_the_wordings_differs_from_card_to_card() -> None:
    notes = [KINDS.note(f"n{number}", DECK, WORDED[0]) for number in range(30)]
    assert {note.face(note.cards()[0], 0).question for note in notes} == {"q?", "one?", "two?"}


def test_the_only_wording_and_the_question_alternate() -> None:
    note = KINDS.note("n", DECK, WORDED[0] | {"wordings": ["one?"]})
    assert len({note.face(note.cards()[0], repetition).question for repetition in (0, 2, 4)}) == 1


@pytest.mark.parametrize("fields", WORDED)
def test_an_added_wording_is_no_new_note(fields: dict[str, object]) -> None:
    without = {key: value for key, value in fields.items() if key != "wordings"}
    assert provisional("D", fields, KINDS) == provisional("D", without, KINDS)
    kind = KINDS.of(fields)
    assert "wordings" not in {*kind.identity, *kind.compared}


def test_wordings_that_are_html_are_shown_as_words() -> None:
    note = KINDS.note("n", DECK, WORDED[0] | {"wordings": ["<b>one?</b>"], "html": True})
    assert {note.face(note.cards()[0], repetition).question for repetition in (0, 1)} == {"q?", "one?"}


def test_the_same_repetition_asks_in_the_same_words(home: Home, clock: Clock) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: n, question: q?, principles: [dive-deep], wordings: [one?, two?]}\n")

    def asked(session: Session) -> str:
        assert session.question
        return session.question.face.question

    session = Session(home.open(), clock)
    first = asked(session)
    session.toggle_flag()
    assert asked(session) == first, "drawn again"
    session.answer(Rating.EASY)
    clock.now += 60 * DAY
    session = Session(session.collection, clock)
    second = asked(session)
    assert second != first
    session.answer(Rating.AGAIN)
    assert asked(session) not in {first, second}
    session.undo()
    assert asked(session) == second
    session.undo()
    assert asked(session) == first
