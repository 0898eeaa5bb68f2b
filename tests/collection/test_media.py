"""Pictures and sounds as files of the deck folder."""

import os
from pathlib import Path

import pytest

from srs.anki.export import export
from srs.cli.kinds import KINDS
from srs.collection.check import check
from srs.collection.media import FoundMedia, MediaFolder
from tests.conftest import NOW, Home

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
DECK = """\
deck: Talk
notes:
- id: one
  front: "![a star](pictures/star.png)?"
  back: eins
  audio: one.mp3
"""


def find(home: Home, file: str, deck: str = "a.yaml") -> str:
    what = MediaFolder(home.decks).find(deck, file)
    return what.name if isinstance(what, FoundMedia) else f"! {what}"


def checked(home: Home) -> list[tuple[str, str, int, int, str]]:
    return [(p.level, p.file, p.line, p.column, p.message) for p in check(home.decks, KINDS).problems]


def test_files_that_exist_and_are_named_are_no_problem(home: Home) -> None:
    home.write("talk/a.yaml", DECK)
    home.write("talk/pictures/star.png", PNG)
    home.write("talk/one.mp3", b"ID3")
    assert check(home.decks, KINDS).problems == ()
    what = MediaFolder(home.decks).find("talk/a.yaml", "pictures/star.png")
    assert isinstance(what, FoundMedia)
    assert (what.path, what.size) == (home.decks.resolve() / "talk/pictures/star.png", len(PNG))


def test_a_missing_file_is_a_warning_where_it_is_named_and_the_deck_file_stays_in_use(home: Home) -> None:
    home.write("a.yaml", DECK)
    one, two = checked(home)
    assert one[:4] == ("warning", "a.yaml", 4, 10)
    assert "there is no file 'pictures/star.png'" in one[4]
    assert two[:4] == ("warning", "a.yaml", 6, 10)
    assert home.open().broken_files() == []


def test_a_name_with_other_capitals_is_found_on_every_system_with_a_warning(home: Home) -> None:
    home.write("a.yaml", DECK)
    home.write("Pictures/Star.PNG", PNG)
    home.write("one.mp3", b"ID3")
    assert find(home, "pictures/star.png") == "Pictures/Star.PNG"
    (problem,) = checked(home)
    assert problem[:4] == ("warning", "a.yaml", 4, 10)
    assert "'Pictures/Star.PNG'" in problem[4]


def test_the_same_letters_are_the_same_name_whether_composed_or_not(home: Home) -> None:
    home.write("\u1100\u1173\u1105\u1175\u11b7.png", PNG)  # as a Mac may write 그림
    home.write("a.yaml", "deck: D\nnotes:\n- id: one\n  front: f\n  back: b\n  image: 그림.png\n")
    assert checked(home) == []


def test_what_is_large_is_warned_of_and_what_is_huge_is_not_taken(home: Home) -> None:
    home.write("a.yaml", DECK)
    for name, size in (("pictures/star.png", 6_000_000), ("one.mp3", 120_000_000)):
        os.truncate(home.write(name, b"x"), size)  # sparse
    one, two = checked(home)
    assert "'pictures/star.png' has 6.0 MB" in one[4]
    assert "larger than 100 MB" in two[4]
    assert (one[0], two[0]) == ("warning", "warning")


def test_a_file_that_no_note_names_is_warned_of_where_all_notes_are_known(home: Home) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- id: one\n  front: f\n  back: b\n")
    for name in ("x/unused.png", ".hidden/no.png", "plain.txt"):
        home.write(name, PNG)
    (problem,) = checked(home)
    assert problem[:4] == ("warning", "x/unused.png", 1, 1)
    (home.decks / "linked.png").symlink_to("x/unused.png")
    home.write("c.yaml", "deck: C\nnotes:\n- id: two\n  front: g\n  back: b\n  image: linked.png\n")
    assert checked(home) == []
    (home.decks / os.fsdecode(b"\xff.png")).write_bytes(PNG)
    assert [file for _, file, *_ in checked(home)] == ["\ufffd.png"]
    home.write("b.yaml", "")
    assert [file for _, file, *_ in checked(home)] == ["b.yaml"]


def test_no_link_leads_out_of_the_folder(home: Home, tmp_path: Path) -> None:
    home.write("a.yaml", DECK)
    secret = tmp_path / "secret.png"
    secret.write_bytes(PNG)
    home.write("one.mp3", b"ID3")
    home.write(".git/inner.png", PNG)
    home.write("page.html", b"<script>")
    (home.decks / "pictures").symlink_to(tmp_path)
    for name, target in (
        ("out.png", secret),
        ("hidden.png", home.decks / ".git/inner.png"),
        ("page.png", home.decks / "page.html"),
        ("gone.png", home.decks / "gone"),
        ("circle.png", home.decks / "circle.png"),
        ("loud.mp3", home.decks / "one.mp3"),
    ):
        (home.decks / name).symlink_to(target)
    os.mkfifo(home.decks / "pipe.png")
    (home.decks / "folder.png").mkdir()
    expected = {
        "out.png": "! outside",
        "pictures/secret.png": "! outside",
        "hidden.png": "! outside",
        "../secret.png": "! outside",
        "page.png": "! kind",
        "page.html": "! kind",
        "gone.png": "! missing",
        "circle.png": "! missing",
        "pipe.png": "! missing",
        "folder.png": "! missing",
        "loud.mp3": "loud.mp3",
    }
    assert {name: find(home, name) for name in expected} == expected
    (home.decks / "pictures").unlink()
    home.write("pictures/x.txt", "")
    (home.decks / "pictures/star.png").symlink_to(secret)
    problems = [problem for problem in checked(home) if problem[1] == "a.yaml"]
    assert [(level, line) for level, _, line, _, _ in problems] == [("error", 4)]
    result = export(home.open(), tmp_path / "a.apkg", 0)
    assert [(one.note, one.file, one.why) for one in result.missing_media] == [("one", "pictures/star.png", "outside")]
    assert result.written.media == 1


def test_an_svg_that_is_more_than_a_drawing_is_named_and_not_exported(home: Home, tmp_path: Path) -> None:
    """Whichever of its names ends in .svg: by that a browser would know it."""
    home.write(
        "a.yaml",
        DECK.replace("star.png", "star.svg")
        .replace("one.mp3", '"![](link.svg) ![](link.png)"')
        .replace("audio", "note"),
    )
    home.write("pictures/star.svg", "<svg xmlns='http://www.w3.org/2000/svg'>\n<script/></svg>")
    home.write("photo.png", "<html>")
    (home.decks / "link.svg").symlink_to("photo.png")
    (home.decks / "link.png").symlink_to("pictures/star.svg")
    problems = {problem[2:4]: problem for problem in checked(home) if problem[1] == "a.yaml"}
    assert problems[4, 10][0] == "warning"
    assert problems[4, 10][4].endswith("as PNG: <script> in line 2")
    result = export(home.open(), tmp_path / "a.apkg", NOW)
    assert {(one.file, one.why) for one in result.missing_media} == {
        ("pictures/star.svg", "active"), ("link.svg", "active"), ("link.png", "active"),
    }  # fmt: skip
    assert result.written.media == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_reported(home: Home) -> None:
    home.write("star.png", PNG).chmod(0)
    assert find(home, "star.png") == "! unreadable"


def test_an_export_goes_on_without_what_is_missing(home: Home, tmp_path: Path) -> None:
    home.write("a.yaml", DECK)
    home.write("one.mp3", b"ID3")
    result = export(home.open(), tmp_path / "a.apkg", 0)
    assert [(one.deck_file, one.note, one.file, one.why) for one in result.missing_media] == [
        ("a.yaml", "one", "pictures/star.png", "missing")
    ]
    assert (result.written.notes, result.written.media) == (1, 1)
