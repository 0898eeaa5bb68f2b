"""The kinds of the interview: mappings to principles, and STAR answers."""

from collections.abc import Mapping

from srs.cli.kinds import KINDS
from srs.interview.kinds.mapping import PrincipleMapping
from srs.interview.kinds.principles import PRINCIPLES
from srs.kinds.card_face import Face
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


def test_a_star_answer_is_revealed_part_by_part_all_others_at_once() -> None:
    (star,) = faces({"star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r"})
    assert star.back == "Situation: s\nTask: t\nAction: a\nResult: r"
    assert star.presses == 4
    assert [len(star.revealed(presses)) for presses in range(5)] == [0, 1, 2, 3, 4]
    (mapping,) = faces({"question": "q?", "principles": ["dive-deep", "ownership"]})
    assert mapping.presses == 1
    assert [len(mapping.revealed(presses)) for presses in range(2)] == [0, 2]
