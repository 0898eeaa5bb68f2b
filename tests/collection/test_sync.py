"""Deck files → store."""

import os

import pytest

from srs.collection import lookup, sync_files
from srs.collection.recorder import Recorder
from srs.core.card_state import Review
from srs.core.errors import DeckFolderError, Unknown
from srs.core.event import Rating
from srs.database import decks, states
from srs.log import processes
from tests.conftest import BASIC, NOW, PHRASES, Home, answer, instant
from tests.other_programs import query


def ids(home: Home) -> list[str]:
    return [row.id for row, _ in lookup.notes(home.open())]


def test_notes_come_in_the_order_of_their_files_and_lines(home: Home) -> None:
    home.write("b.yaml", BASIC)
    home.write("a/deep.yml", PHRASES)
    home.write(".hidden.yaml", "not: read")
    home.write("notes.txt", "not read")
    assert ids(home) == ["tight", "root", "one", "two"]


def test_nothing_is_written_while_no_file_has_changed(home: Home) -> None:
    home.write("a.yaml", BASIC)
    first = home.open()
    version = first.store.data_version()
    home.open()
    assert first.store.data_version() == version


def test_a_touched_file_is_read_but_its_notes_are_left_alone(home: Home) -> None:
    file = home.write("a.yaml", BASIC)
    changed = decks.changed_times(home.open().store.connection)
    os.utime(file, ns=(1, 1_700_000_000_123_456_789))
    later = home.open("2026-03-05T09:00+09:00")
    assert decks.changed_times(later.store.connection) == changed


def test_only_the_note_that_was_edited_gets_a_new_time_of_change(home: Home) -> None:
    home.write("a.yaml", BASIC)
    before = decks.changed_times(home.open().store.connection)
    home.write("a.yaml", BASIC.replace("zwei", "deux"))
    after = decks.changed_times(home.open("2026-03-05T09:00+09:00").store.connection)
    assert after == {"one": before["one"], "two": instant("2026-03-05T09:00+09:00")}


def test_a_note_that_vanished_keeps_its_history_and_comes_back_with_it(home: Home) -> None:
    home.write("a.yaml", BASIC)
    recorder = Recorder(home.open())
    recorder.answer(recorder.preview("one/back", NOW), Rating.EASY, 0, NOW)
    state = recorder.state("one/back")
    home.write("a.yaml", BASIC.replace("id: one", "id: other"))
    gone = home.open()
    with pytest.raises(Unknown):
        lookup.card(gone, "one/back")
    assert gone.queue(NOW, ["Talk"]).new == {"other/back", "two/back"}
    home.write("elsewhere/b.yaml", BASIC.replace("id: two", "id: third"))
    back = home.open()
    assert lookup.card(back, "one/back")[1].key == "one/back"
    assert states.get(back.store.connection, "one/back") == state
    assert "one/back" not in back.queue(NOW, ["Talk"]).new


def test_a_broken_file_stays_in_use_as_it_was_and_is_named(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.open()
    home.write("a.yaml", BASIC.replace("back: zwei", "bakc: zwei"))
    home.write("b.yaml", PHRASES)
    broken = home.open()
    assert [row.id for row, _ in lookup.notes(broken)] == ["one", "two", "tight", "root"]
    assert [(b.file, b.line) for b in broken.broken_files()] == [("a.yaml", 6)]
    assert broken.broken_files() == home.open().broken_files(), "still named when nothing has changed since"
    home.write("a.yaml", BASIC)
    assert home.open().broken_files() == []


def test_a_file_that_was_never_good_brings_no_notes(home: Home) -> None:
    home.write("a.yaml", "deck: [")
    home.write("b.yaml", PHRASES)
    collection = home.open()
    assert [row.id for row, _ in lookup.notes(collection)] == ["tight", "root"]
    assert [b.file for b in collection.broken_files()] == ["a.yaml"]


def test_a_broken_file_loses_the_notes_that_another_now_holds(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.open()
    home.write("a.yaml", "deck: [")
    home.write("b.yaml", "deck: B\nnotes:\n- {id: two, front: moved, back: here}\n")
    collection = home.open()
    assert [(row.id, row.path) for row, _ in lookup.notes(collection)] == [("one", "a.yaml"), ("two", "b.yaml")]


def test_a_broken_file_does_not_take_a_note_back_from_a_file_that_did_not_change(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.open()
    home.write("a.yaml", f"{BASIC}x")
    home.write("b.yaml", "deck: Other\nnotes:\n- {id: one, front: moved, back: b}\n")
    home.open()
    home.write("a.yaml", f"{BASIC}xx")
    assert ids(home) == ["two", "one"]


def test_files_read_by_several_processes_bring_the_same_rows(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows() -> list[tuple[object, ...]]:
        collection = home.open()
        return list(decks.all_values(collection.store.connection, collection.folder_id))

    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES)
    home.write("c.yaml", BASIC)  # the same ids again
    alone = rows()
    home.database = home.path / "other.db"
    monkeypatch.setattr(sync_files, "_LARGE", 0)
    monkeypatch.setattr(processes, "_processors", lambda: 2)
    assert rows() == alone


def test_the_later_file_of_two_with_the_same_id_is_in_error_until_one_gives_way(home: Home) -> None:
    home.write("b.yaml", BASIC)
    home.open()
    home.write("a.yaml", "deck: A\nnotes:\n- {id: two, front: mine, back: now}\n")
    collection = home.open()
    assert [(b.file, b.line) for b in collection.broken_files()] == [("b.yaml", 6)]
    assert [(row.id, row.path) for row, _ in lookup.notes(collection)] == [("two", "a.yaml"), ("one", "b.yaml")]
    home.write("a.yaml", "deck: A\nnotes:\n- {id: free, front: mine, back: now}\n")
    collection = home.open()
    assert collection.broken_files() == []
    assert [row.id for row, _ in lookup.notes(collection)] == ["free", "one", "two"]


def test_a_note_may_move_between_files(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES)
    home.open()
    home.write("a.yaml", BASIC.partition("- id: two")[0])
    home.write("b.yaml", PHRASES + "- id: two\n  front: two?\n  back: zwei\n")
    collection = home.open()
    assert collection.broken_files() == []
    assert lookup.note(collection, "two")[0].path == "b.yaml"


def test_memory_is_shared_by_folders_and_syncing_one_leaves_the_other_alone(home: Home) -> None:
    home.write("a.yaml", BASIC)
    answer(home.open(), "one/back", Rating.EASY)
    other = Home(home.path / "second", home.stack, database=home.database)
    other.write("c.yaml", BASIC.replace("id: two", "id: three"))
    assert other.open().queue(NOW, ["Talk"]).new == {"three/back"}
    assert ids(home) == ["one", "two"]


@pytest.mark.parametrize("problem", ["missing", "empty", "not-a-folder"])
def test_a_folder_without_decks_is_refused_and_nothing_vanishes(home: Home, problem: str) -> None:
    home.write("a.yaml", BASIC)
    home.open()
    (home.decks / "a.yaml").unlink()
    if problem != "empty":
        home.decks.rmdir()
    if problem == "not-a-folder":
        home.decks.write_text("a file")
    with pytest.raises(DeckFolderError) as caught:
        home.open()
    assert caught.value.problem == problem
    assert query(home.database, "select count(*) from notes")[0][0] == 2


def test_a_kind_that_changed_starts_new_cards(home: Home) -> None:
    home.write("a.yaml", BASIC)
    answer(home.open(), "one/back", Rating.EASY)
    home.write("a.yaml", BASIC.replace("  front: one?\n  back: eins", '  cloze: "{{c1::eins}}"'))
    collection = home.open()
    assert collection.queue(NOW, ["Talk"]).new == {"two/back"}, "a card of the note was answered today already"
    assert collection.queue(NOW + 86_400_000, ["Talk"]).new == {"one/c1", "two/back"}
    assert isinstance(states.get(collection.store.connection, "one/back").phase, Review)
    home.write("a.yaml", BASIC)
    assert home.open().queue(NOW, ["Talk"]).new == {"two/back"}
