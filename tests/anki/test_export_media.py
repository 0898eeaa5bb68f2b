"""Pictures and sounds in packages, and what real Anki makes of them."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.export_media import MediaFile, media_file
from srs.anki.note_row import anki_note
from srs.anki.write import write_package
from srs.cli.kinds import KINDS
from srs.core.errors import TargetError
from srs.kinds.note import Deck
from tests.anki.conftest import Anki
from tests.anki.test_write import package
from tests.conftest import Home

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
DECK = """\
deck: Talk
languages: {ko: ko-KR, en: en-US}
notes:
- id: basic
  front: "![a star](pictures/Star.png)?"
  back: eins ![](one.mp3)
  image: pictures/Star.png
  audio: one.mp3
- id: cloze
  cloze: "It is {{c1::![it](it.svg)}}."
- id: quiz
  quiz: Which?
  choices: ["![first](it.svg)", "b", "![gone](gone.png)"]
  answer: "b"
- id: plain
  front: f
  back: b
- id: phrase
  phrase: {ko: "별 ![](one.mp3)", en: a star}
"""


@pytest.fixture
def talk(home: Home) -> Home:
    home.write("a.yaml", DECK)
    home.write("pictures/Star.png", PNG)
    home.write("one.mp3", b"ID3 one")
    home.write("it.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    return home


def sides(result: Any) -> dict[str, tuple[str, str]]:
    return {card["fields"]["Srs"].split()[0]: (card["question"], card["answer"]) for card in result["cards"]}


def files(tmp_path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (tmp_path / "real.media").iterdir()}


def test_files_arrive_and_the_cards_show_them(talk: Home, tmp_path: Path, anki: Anki) -> None:
    export(talk.open(), tmp_path / "a.apkg", 0)
    result = anki(f"import:{tmp_path / 'a.apkg'}")
    star, one, it = (media_file(talk.decks / name).name for name in ("pictures/Star.png", "one.mp3", "it.svg"))
    assert star.startswith("srs-")
    assert star.endswith("-star.png")
    kept = files(tmp_path)
    assert {name: kept[name] for name in (star, one)} == {star: PNG, one: b"ID3 one"}
    assert kept.keys() == {star, one, it}
    shown = sides(result)
    assert f'<img src="{star}" alt="a star">' in shown["basic"][0]
    assert shown["basic"][0].count("<img") == 1
    assert f'<div class="picture"><img src="{star}" alt="Star"></div>' in shown["basic"][1]
    assert (shown["basic"][0].count("[anki:play"), shown["basic"][1].count("[anki:play")) == (1, 3)
    assert (it in shown["cloze"][0], it in shown["cloze"][1]) == (False, True)
    assert it in shown["quiz"][0]
    assert "[picture: gone]" in shown["quiz"][0]
    assert "<img" not in "".join(shown["plain"])
    assert (result["fine"], result["empty"]) == (True, 0)


def test_a_picture_that_changed_lands_with_the_next_import(talk: Home, tmp_path: Path, anki: Anki) -> None:
    export(talk.open("2020-01-01T09:00+09:00"), tmp_path / "a.apkg", 0)
    before = media_file(talk.decks / "pictures/Star.png").name
    first = anki(f"import:{tmp_path / 'a.apkg'}")
    other = talk.path / "old.png"
    other.write_bytes(PNG + b"other")
    os.utime(other, (1_000_000_000, 1_000_000_000))  # taken long ago, moved in now
    wait_for_the_next_second(talk.decks / "pictures/Star.png", other)
    export(talk.open("2020-01-01T10:00+09:00"), tmp_path / "b.apkg", 0)
    after = media_file(talk.decks / "pictures/Star.png").name
    assert after != before
    second = anki(f"import:{tmp_path / 'b.apkg'}")
    assert files(tmp_path)[after] == PNG + b"other"
    assert after in sides(second)["basic"][0]
    digests = [{card["fields"]["Srs"] for card in result["cards"]} for result in (first, second)]
    changed = digests[0] ^ digests[1]
    assert {digest.split()[0] for digest in changed} == {"basic"}


def wait_for_the_next_second(target: Path, source: Path) -> None:
    """Anki compares whole seconds: moves the file when one has passed since the old one came."""
    was = target.stat().st_ctime_ns // 1_000_000_000
    while True:
        os.utime(source, (1_000_000_000, 1_000_000_000))
        if source.stat().st_ctime_ns // 1_000_000_000 > was:
            source.replace(target)
            return


def test_a_name_in_anki_follows_from_content_and_name(tmp_path: Path) -> None:
    names = {}
    for name, data in (("a/Star answer.PNG", PNG), ("b/Star answer.PNG", PNG), ("a/그림.png", PNG), ("a/x.png", b"")):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        names[name] = media_file(file).name
    assert names["a/Star answer.PNG"] == names["b/Star answer.PNG"] == "srs-629f4275ec77-star-answer.png"
    assert names["a/그림.png"] == "srs-629f4275ec77.png"
    assert names["a/x.png"] == "srs-e3b0c44298fc-x.png"


def test_equal_files_give_equal_packages_and_every_number_its_file(talk: Home, tmp_path: Path) -> None:
    for name in ("a.apkg", "b.apkg"):
        export(talk.open(), tmp_path / name, 0)
    assert (tmp_path / "a.apkg").read_bytes() == (tmp_path / "b.apkg").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.apkg") as file:
        listed = json.loads(file.read("media"))
        assert file.namelist() == ["collection.anki2", "media", "0", "1", "2"]
        assert list(listed) == ["0", "1", "2"]
        for number, name in listed.items():
            path = next(path for path in talk.decks.rglob("*.*") if media_file(path).name == name)
            assert file.read(number) == path.read_bytes()


def test_a_file_that_goes_while_the_package_is_written_is_named(tmp_path: Path) -> None:
    gone = MediaFile("srs-1-gone.png", tmp_path / "gone.png")
    note = KINDS.note("n", Deck("D"), {"front": "f", "back": "b", "image": "gone.png"}, [])
    notes = [anki_note(note, 0, {"gone.png": gone.name})._replace(media=(gone,))]
    with pytest.raises(TargetError) as caught:
        write_package(package(notes, decks=[Deck("D")]), tmp_path / "a.apkg")
    assert "gone.png" in caught.value.detail
    assert list(tmp_path.iterdir()) == []
