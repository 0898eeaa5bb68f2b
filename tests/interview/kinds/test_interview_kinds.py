"""The kinds of the interview: mappings to principles, and STAR answers."""

from collections.abc import Mapping

import pytest

from srs.cli.kinds import KINDS
from srs.core.event import Rating
from srs.interview.kinds.mapping import PrincipleMapping
from srs.interview.kinds.principles import PRINCIPLES
from srs.kinds.card_face import Face
from srs.kinds.grading import Attempt
from srs.kinds.note import Deck, Source

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")), tags=("all",), source=Source("Guide", "5"))


def faces(fields: Mapping[str, object]) -> list[Face]:
    note = KINDS.note("n", DECK, fields, [])
    return [note.face(card) for card in note.cards()]


def test_principles_have_their_names_also_from_a_vocabulary_of_ones_own() -> None:
    fields = {"question": "q", "principles": ["dive-deep", "ownership"]}
    note = KINDS.note("n", DECK, fields, [])
    assert isinstance(note, PrincipleMapping)
    assert note.principles == (("dive-deep", "Dive Deep"), ("ownership", "Ownership"))
    own = KINDS.note(
        "n", Deck("D", extra={"principles": {"be-kind": "Be Kind"}}), {"question": "q", "principles": ["be-kind"]}, []
    )
    assert isinstance(own, PrincipleMapping)
    assert own.principles == (("be-kind", "Be Kind"),)
    assert len(PRINCIPLES) == 16


def test_a_mapping_names_the_primary_principle_first() -> None:
    (shown,) = faces({"question": "q?", "principles": ["dive-deep", "ownership", "frugality"]})
    assert shown.back == "Primary: Dive Deep\nAlso: Ownership, Frugality"
    (single,) = faces({"question": "q?", "principles": ["dive-deep"]})
    assert single.back == "Primary: Dive Deep"


def test_what_is_also_accepted_is_shown_with_the_answer() -> None:
    fields = {"question": "q?", "principles": ["dive-deep", "ownership"], "also_accepted": ["frugality", "think-big"]}
    (shown,) = faces(fields)
    assert shown.back == "Primary: Dive Deep\nAlso: Ownership\nAlso accepted: Frugality, Think Big"
    assert [option.text for option in shown.options if option.right] == ["Ownership", "Dive Deep"]
    assert [option.text for option in shown.options if option.accepted] == ["Think Big", "Frugality"]
    (single,) = faces(fields | {"principles": ["dive-deep"]})
    assert single.back == "Primary: Dive Deep\nAlso accepted: Frugality, Think Big"


@pytest.mark.parametrize(
    ("picked", "rating"),
    [
        ({"Dive Deep", "Ownership"}, Rating.GOOD),
        ({"Dive Deep", "Ownership", "Frugality"}, Rating.GOOD),
        ({"Dive Deep", "Ownership", "Frugality", "Think Big"}, Rating.GOOD),
        ({"Dive Deep", "Ownership", "Earn Trust"}, Rating.HARD),
        ({"Dive Deep", "Ownership", "Frugality", "Earn Trust"}, Rating.HARD),
        ({"Dive Deep", "Frugality"}, Rating.HARD),
        ({"Ownership", "Frugality"}, Rating.AGAIN),
        ({"Frugality", "Think Big"}, Rating.AGAIN),
        (set(), None),
    ],
)
def test_what_is_also_accepted_is_no_mistake_beside_all_the_right_ones(picked: set[str], rating: Rating | None) -> None:
    fields = {"question": "q?", "principles": ["dive-deep", "ownership"], "also_accepted": ["frugality", "think-big"]}
    assert KINDS.note("n", DECK, fields).suggestion(Attempt(picked=frozenset(picked))) is rating


def test_a_star_answer_is_revealed_part_by_part_all_others_at_once() -> None:
    (star,) = faces({"star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r"})
    assert star.back == "Situation: s\nTask: t\nAction: a\nResult: r"
    assert star.presses == 4
    assert [len(star.revealed(presses)) for presses in range(5)] == [0, 1, 2, 3, 4]
    (mapping,) = faces({"question": "q?", "principles": ["dive-deep", "ownership"]})
    assert mapping.presses == 1
    assert [len(mapping.revealed(presses)) for presses in range(2)] == [0, 2]
