"""Pictures and sounds on the command line."""

from tests.cli.conftest import Shell

DECK = """\
deck: Talk
notes:
- id: one
  front: "![a star](star.png)?"
  back: eins ![it](it.svg)
  audio: one.mp3
"""


def test_they_are_checked_named_and_exported(empty: Shell) -> None:
    empty.write("a.yaml", DECK)
    empty.write("Star.png", "png")
    empty.write("one.mp3", "mp3")
    empty.write("\x1b[2J.mp3", "mp3")
    checked = empty("check")
    assert checked.status == 0
    assert "a.yaml:4:10: warning: the disk spells this file 'Star.png'" in checked.out
    assert "a.yaml:5:9: warning: there is no file 'it.svg'" in checked.out
    assert "␛[2J.mp3:1:1: warning: no note shows or plays this file" in checked.out
    shown = empty("next", "--json").json
    assert (shown["front"], shown["back"]) == ("[picture: a star]?", "eins [picture: it]\n[sound: one]")
    written = empty("export", "talk.apkg")
    assert written.status == 0
    assert "1 note, 1 card, 0 reviews, 2 media files" in written.out
    assert written.err == (
        "srs: a.yaml: one: there is no file 'it.svg'; add it, or correct the path, which is relative to this deck file;"
        " it is left out\n"
    )
    lines = empty("review", stdin="\n")
    assert "[picture: a star]?" in lines.out
    assert "[sound: one]" in lines.out


def test_a_path_out_of_the_folder_takes_the_file_out_of_use(empty: Shell) -> None:
    empty.write("a.yaml", DECK.replace("star.png", "../star.png"))
    checked = empty("check")
    assert checked.status == 1
    assert "a.yaml:4:10: error: '../star.png' is no file within the deck folder" in checked.out
    assert "the file is left out" in empty("due").err
