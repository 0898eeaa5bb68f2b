"""Ids in Anki."""

from hypothesis import given
from hypothesis import strategies as st

from srs.anki.ids import guid_and_nid, guids


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_the_guids_of_many_notes_are_those_of_each(names: list[str]) -> None:
    assert guids(names) == [guid_and_nid(name)[0] for name in names]
