"""Everything that is wrong with a folder, and the ids that are written into it."""

import stat

import pytest

from srs.cli.kinds import KINDS
from srs.collection import lookup
from srs.collection.check import check, fix
from srs.core.errors import DeckFolderError
from srs.core.event import Rating
from tests.conftest import BASIC, PHRASES, Home, answer


def test_problems_of_all_files_come_at_once_ordered_by_place(home: Home) -> None:
    home.write("b.yaml", BASIC.replace("back: zwei", "bakc: zwei"))
    home.write("a.yaml", PHRASES.replace("id: root", "id: tight"))
    home.write("c.yaml", "")
    report = check(home.decks, KINDS)
    assert not report.good
    assert report.files == 3
    places = [(problem.file, problem.line) for problem in report.problems]
    assert places == sorted(places)
    assert {file for file, _ in places} == {"a.yaml", "b.yaml", "c.yaml"}


def test_a_good_folder_is_counted(home: Home) -> None:
    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES)
    report = check(home.decks, KINDS)
    assert (report.good, report.files, report.notes, report.cards, report.problems) == (True, 2, 4, 6, ())


def test_no_folder_is_an_error(home: Home) -> None:
    with pytest.raises(DeckFolderError):
        check(home.decks, KINDS)


def test_a_missing_id_is_a_warning_and_fixing_it_keeps_the_history(home: Home) -> None:
    text = "# mine\r\ndeck: Talk  # keep\r\nnotes:\r\n- front: one?   # why\r\n  back: eins"
    file = home.write("a.yaml", text)
    file.chmod(0o640)
    report = check(home.decks, KINDS)
    assert report.good
    assert [problem.level for problem in report.problems] == ["warning"]
    collection = home.open()
    (row, _) = next(lookup.notes(collection))
    answer(collection, f"{row.id}/back", Rating.EASY)
    assert fix(home.decks, KINDS) == [("a.yaml", 1)]
    assert check(home.decks, KINDS).problems == ()
    assert file.read_bytes().replace(f"id: {row.id}\r\n  ".encode(), b"") == text.encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in home.decks.iterdir()] == ["a.yaml"]
    assert lookup.card(home.open(), f"{row.id}/back")
    assert fix(home.decks, KINDS) == []


def test_a_file_with_errors_is_not_fixed(home: Home) -> None:
    text = "deck: Talk\nnotes:\n- front: one?\n  back: eins\n- front: two?\n"
    file = home.write("a.yaml", text)
    assert fix(home.decks, KINDS) == []
    assert file.read_text() == text


def test_a_card_that_lost_its_question_to_an_edit_is_warned_of(home: Home) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    answer(collection, "one/back", Rating.EASY)
    assert check(home.decks, KINDS, collection.store).problems == ()
    home.write("a.yaml", BASIC.replace("  front: one?\n  back: eins", '  cloze: "{{c1::eins}}"'))
    (problem,) = check(home.decks, KINDS, home.open().store).problems
    assert (problem.level, problem.file, problem.line) == ("warning", "a.yaml", 3)
    assert "one/back" in problem.message
