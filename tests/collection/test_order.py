"""A note's `order` is its rank among the new notes of its file."""

from srs.backup.verify import verify
from srs.collection import Collection, lookup
from srs.database import decks
from tests.conftest import NOW, Home

ORDER = """\
deck: A
notes:
- {id: last, front: last?, back: b}
- {id: zwei, front: zwei?, back: b, order: 2}
- {id: first, front: first?, back: b, order: -1}
- {id: second, front: second?, back: b, order: 2}
- {id: end, front: end?, back: b}
"""


def new_notes(collection: Collection) -> list[str]:
    return [card.note for card in collection.queue(NOW, collection.deck_names()).main]


def test_new_cards_come_by_order_then_as_they_stand_and_those_without_last(home: Home) -> None:
    home.write("a.yaml", ORDER)
    collection = home.open()
    assert new_notes(collection) == ["first", "zwei", "second", "last", "end"]
    assert [note.id for _, note in lookup.notes(collection)] == ["last", "zwei", "first", "second", "end"]
    assert verify(collection, NOW).good


def test_the_files_take_turns_by_rank(home: Home) -> None:
    home.write("a.yaml", ORDER)
    home.write("b.yaml", "deck: B\nnotes:\n- {id: x, front: x?, back: b}\n- {id: y, front: y?, back: b, order: 9}\n")
    assert new_notes(home.open())[:4] == ["first", "y", "zwei", "x"]


def test_a_new_rank_is_no_edit_of_the_text(home: Home) -> None:
    home.write("a.yaml", ORDER)
    before = decks.changed_times(home.open("2026-03-02T09:00+09:00").store.connection)
    home.write(
        "a.yaml",
        ORDER.replace(", order: -1", ", order: 3").replace(
            "last, front: last?, back: b", "last, front: last?, back: c"
        ),
    )
    collection = home.open("2026-03-03T09:00+09:00")
    after = decks.changed_times(collection.store.connection)
    assert {note for note in after if after[note] != before[note]} == {"last"}
    assert new_notes(collection) == ["zwei", "second", "first", "last", "end"]
