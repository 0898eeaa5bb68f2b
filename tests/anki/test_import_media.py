"""The names that media of a package get in a deck folder."""

import json
from pathlib import Path

import pytest

from srs.anki.import_media import MediaNames
from srs.anki.package import opened
from srs.anki.package_media import PackageMedia
from tests.anki.packages import database, zipped


def names(tmp_path: Path, there: dict[str, bytes], theirs: dict[str, bytes], *asked: str) -> list[str]:
    """What the media of a package are called beside the files that are there; `asked` for in this order."""
    folder = tmp_path / "media"
    folder.mkdir()
    for name, data in there.items():
        (folder / name).write_bytes(data)
    listed = json.dumps(dict(enumerate(theirs))).encode()
    members = {str(n): data for n, data in enumerate(theirs.values())}
    data = database(tmp_path / "a.anki2").read_bytes()
    with opened(zipped(tmp_path / "a.apkg", {"collection.anki2": data, "media": listed, **members})) as found:
        media = MediaNames(folder, PackageMedia(found))
        return [media[name].removeprefix("media/") for name in asked]


def test_a_file_with_the_same_content_keeps_its_name(tmp_path: Path) -> None:
    there = {"a_.png": b"mine", "a_-2.png": b"2", "a_-3.png": b"3"}
    theirs = {"a?.png": b"new", "a!.png": b"3", "A+.png": b"2", "a-.png": b"x"}
    assert names(tmp_path, there, theirs, *theirs) == ["a_-4.png", "a_-3.png", "A_-2.png", "a-.png"]


def test_each_name_is_given_once(tmp_path: Path) -> None:
    theirs = {"a_-2.png": b"1", "a?.png": b"2", "a!.png": b"3", "A+.PNG": b"4"}
    assert names(tmp_path, {}, theirs, *theirs, "a?.png") == ["a_-2.png", "a_.png", "a_-3.png", "A_-4.PNG", "a_.png"]


def test_a_file_missing_in_the_package_gets_the_name_of_the_one_in_the_folder(tmp_path: Path) -> None:
    asked = names(tmp_path, {"a_.png": b"mine"}, {"a?.png": b"theirs"}, "a?.png", "a!.png", "a+.png")
    assert asked == ["a_-2.png", "a_.png", "a_-3.png"]


def test_a_name_of_a_thousand_characters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        names(tmp_path, {}, {}, "a" * 1_001)
