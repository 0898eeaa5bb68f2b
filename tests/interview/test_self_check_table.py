"""How well the self-check finds the mistakes of texts that no rule was made with."""

from pathlib import Path

import pytest

from tests.interview.self_check_table import CHECK_OF, SETS, table, table_lines, texts

DOCUMENT = Path(__file__).parents[2] / "docs" / "stories.md"


@pytest.mark.parametrize("names", [["fifth"], SETS], ids=["the last set", "all sets"])
def test_each_mistake_is_found_in_held_back_texts(names: list[str]) -> None:
    for row in table([text for name in names for text in texts(name, held_back=True)]):
        assert row.labelled >= 5
        assert row.precision >= 0.9, row
        assert row.recall >= 0.9, row


def test_labels_are_known_and_no_text_is_on_both_sides() -> None:
    seen: set[str] = set()
    for name in SETS:
        for text in texts(name, held_back=False) + texts(name, held_back=True):
            assert set(text["mistakes"]) <= CHECK_OF.keys()
            assert text["id"] not in seen
            seen.add(text["id"])
    assert len(seen) >= 120


def test_the_tables_of_the_document_are_those_of_the_rules() -> None:
    document = DOCUMENT.read_text("utf-8")
    for names in (["fifth"], SETS):
        assert "\n".join(table_lines([text for name in names for text in texts(name, held_back=True)])) in document
