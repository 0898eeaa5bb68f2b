"""Reading the media of packages."""

import json
import re
import sqlite3
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.package import opened, zstd_module
from srs.anki.package_media import PackageMedia, safe_name
from srs.core.errors import PackageError
from tests.anki.packages import database, zipped


def package(folder: Path, media: bytes, members: dict[str, bytes], *, zstd: bool = False) -> Path:
    data = database(folder / "base.anki2").read_bytes()
    (folder / "base.anki2").unlink()
    if not zstd:
        return zipped(folder / "a.apkg", {"collection.anki2": data, "media": media, **members})
    packed = {name: zstd_module().compress(one) for name, one in members.items()}
    packed |= {"collection.anki21b": zstd_module().compress(data), "media": zstd_module().compress(media)}
    return zipped(folder / "a.apkg", {"meta": b"\x08\x03", **packed})


def entry(name: str) -> bytes:
    inner = b"\x0a" + bytes([len(name.encode())]) + name.encode()
    return b"\x0a" + bytes([len(inner)]) + inner


def content(file: Path, name: str) -> bytes:
    with opened(file) as found, PackageMedia(found).stream(name) as stream:
        return stream.read()


def test_old_and_current_lists_are_read(tmp_path: Path) -> None:
    old = package(
        tmp_path, json.dumps({"0": "a.png", "1": "e\u0301.png", "7": "gone.png"}).encode(), {"0": b"A", "1": b"E"}
    )
    assert content(old, "a.png") == b"A"
    assert content(old, "\u00e9.png") == b"E"
    with opened(old) as found:
        assert "gone.png" not in PackageMedia(found)
    new = package(tmp_path, entry("a.png") + entry("b.png"), {"0": b"A", "1": b"B"}, zstd=True)
    assert content(new, "b.png") == b"B"


@pytest.mark.parametrize("media", [b"[]", b"{", b'"x"', b"[" * 100_000, b"\xff\xfe", b'{"0": '])
def test_a_damaged_list_is_refused(tmp_path: Path, media: bytes) -> None:
    with opened(package(tmp_path, media, {})) as found, pytest.raises(PackageError) as caught:
        PackageMedia(found)
    assert caught.value.problem == "damaged"


@pytest.mark.parametrize("media", [b'{"0": 1, "1": null, "": "x", "media": "../../x"}', b"", b"{}"])
def test_invalid_entries_are_skipped(tmp_path: Path, media: bytes) -> None:
    with opened(package(tmp_path, media, {"0": b"A"})) as found:
        assert "1" not in PackageMedia(found)


def test_a_hundred_thousand_entries_are_read(tmp_path: Path) -> None:
    listed = json.dumps({str(n): f"{n}.png" for n in range(100_000)}).encode()
    assert content(package(tmp_path, listed, {"5": b"five"}), "5.png") == b"five"


def test_a_damaged_member_is_named_when_it_is_read(tmp_path: Path) -> None:
    file = package(tmp_path, b'{"0": "a.png"}', {"0": bytes(range(256)) * 40})
    data = file.read_bytes()
    at = data.index(b"0", data.index(b"media{") if b"media{" in data else data.rindex(b"PK\x03\x04")) + 20
    file.write_bytes(data[:at] + b"\x00\x01\x02" + data[at + 3 :])
    with pytest.raises(PackageError) as caught:
        content(file, "a.png")
    assert caught.value.problem == "damaged"


def test_a_bare_collection_has_its_media_beside_it(tmp_path: Path) -> None:
    file = database(tmp_path / "collection.anki2")
    (tmp_path / "collection.media").mkdir()
    (tmp_path / "collection.media" / "a.png").write_bytes(b"A")
    (tmp_path / "collection.media" / "link.png").symlink_to(tmp_path / "collection.anki2")
    (tmp_path / "collection.media" / normalize("NFD", "그림.png")).write_bytes(b"G")  # as a Mac may write it
    assert content(file, "a.png") == b"A"
    assert content(file, "그림.png") == b"G"
    with opened(file) as found:
        for name in ("../collection.anki2", "", ".", "..", "link.png", "b.png", "a.png\0"):
            assert name not in PackageMedia(found)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a b.png", "a_b.png"),
        ("한국어 (1).mp3", "한국어_1_.mp3"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.png", "x.png"),
        ("/abs.png", "abs.png"),
        ("..", "file"),
        (".hidden.png", "hidden.png"),
        ("con.png", "_con.png"),
        ("LPT1", "_LPT1"),
        ("-rf.png", "_-rf.png"),
        ("deck.yaml", "deck.yaml.txt"),
        ("deck.YML", "deck.YML.txt"),
        ("a\x00\x1b[2J.png", "a_2J.png"),
        ("x](y)*`.png", "x_y_.png"),
        ("a" * 300 + ".png", "a" * 120 + ".png"),
        ("trailing. ", "trailing._"),
        ("_keep.png", "_keep.png"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_any_name_is_made_safe(name: str) -> None:
    made = safe_name(name)
    assert re.fullmatch(r"[\w-][\w.-]*", made)
    assert made == Path(made).name
    assert len(made.encode()) < 200
    assert safe_name(made) == made


def test_a_database_instead_of_the_list_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("create table a (b)")
    connection.close()
    with opened(package(tmp_path, (tmp_path / "x.db").read_bytes(), {})) as found, pytest.raises(PackageError):
        PackageMedia(found)
