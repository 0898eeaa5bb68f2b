"""What a deck file says of its notes, stored and read back."""

import json

import pytest

from srs.collection.deck_row import deck_from_json, deck_to_json
from srs.kinds.note import Deck, Source

PLAIN = Deck("Talk", "all", (("ko", "ko-KR"), ("en", "en-US")), ("a",), Source("Guide", "5"))


@pytest.mark.parametrize(
    "deck",
    [
        Deck("D"),
        PLAIN,
        Deck(
            "D", settings=(("new", 3, 7),), cards=("ko-en", "c1"), after=("A::B", "C"), extra={"principles": {"a": "A"}}
        ),
        Deck("D", cards=("back",)),
        Deck("D", after=("A",), extra={"by_ear": ["en-ko"]}),
    ],
)
def test_it_comes_back_as_it_was(deck: Deck) -> None:
    assert deck_from_json(deck_to_json(deck)) == deck


def test_keys_that_a_file_lacks_leave_what_is_stored_as_it_was() -> None:
    assert deck_to_json(PLAIN) == json.dumps(
        {
            "name": "Talk",
            "description": "all",
            "languages": [["ko", "ko-KR"], ["en", "en-US"]],
            "tags": ["a"],
            "source": {"title": "Guide", "section": "5"},
        },
        ensure_ascii=False,
    )
