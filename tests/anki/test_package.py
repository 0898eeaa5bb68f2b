"""Files from Anki are opened, whatever their age; what is wrong or hostile is refused with its reason."""

import sqlite3
from pathlib import Path

import pytest

from srs.anki import package
from srs.anki.package import opened
from srs.core.errors import PackageError
from tests.anki.conftest import Anki
from tests.anki.packages import SCHEMA, database, zipped


def problem(path: Path) -> str:
    with pytest.raises(PackageError) as caught, opened(path):
        pass
    return caught.value.problem


@pytest.mark.parametrize("kind", ["apkg", "apkg-old", "colpkg", "colpkg-old"])
def test_every_form_of_real_anki_is_read_by_its_true_database(tmp_path: Path, anki: Anki, kind: str) -> None:
    result = anki("add:Talk=one?", "add:Talk=two?", "answer:Talk=3", f"export-{kind}:{tmp_path / 'out.pkg'}")
    with opened(tmp_path / "out.pkg") as found:
        assert found.schema == (11 if kind.endswith("old") else 18)
        assert found.connection.execute("select count(*) from notes").fetchone() == (2,)
        assert found.connection.execute("select id from revlog").fetchone() == (result["log"][0][0],)


def test_a_closed_collection_is_read_where_it_lies_and_an_open_one_is_not(tmp_path: Path, anki: Anki) -> None:
    anki("add:Talk=one?")
    file = tmp_path / "real.anki2"
    before = (file.read_bytes(), sorted(path.name for path in tmp_path.iterdir()))
    with opened(file) as found:
        assert found.connection.execute("select count(*) from notes").fetchone() == (1,)
    assert (file.read_bytes(), sorted(path.name for path in tmp_path.iterdir())) == before
    (tmp_path / "real.anki2-wal").write_bytes(b"x")
    assert problem(file) == "in-use"


def test_what_is_no_file_of_ankis_is_refused_by_its_reason(tmp_path: Path) -> None:
    assert problem(tmp_path / "missing.apkg") == "missing"
    assert problem(tmp_path) == "unreadable"
    (tmp_path / "text.apkg").write_text("deck: Talk")
    assert problem(tmp_path / "text.apkg") == "not-anki"
    assert problem(zipped(tmp_path / "other.zip", {"a.txt": b"a"})) == "not-anki"
    (tmp_path / "cut.apkg").write_bytes(b"PK\x03\x04" + bytes(100))
    assert problem(tmp_path / "cut.apkg") == "damaged"
    assert problem(zipped(tmp_path / "future.apkg", {"meta": b"\x08\x09"})) == "newer"
    assert problem(zipped(tmp_path / "broken.apkg", {"meta": b"\x08\x03", "collection.anki21b": b"junk"})) == "damaged"
    assert problem(zipped(tmp_path / "junk.apkg", {"collection.anki2": b"junk" * 999})) == "damaged"
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table notes (a)")
    other.close()
    assert problem(tmp_path / "other.db") == "not-anki"
    assert problem(database(tmp_path / "new.anki2", version=99)) == "newer"
    assert problem(database(tmp_path / "old.anki2", version=3)) == "older"


def test_a_database_that_would_compute_while_it_is_read_is_refused(tmp_path: Path) -> None:
    forever = "with recursive n(x) as (select 1 union all select x + 1 from n) select x as id from n"
    view = SCHEMA.replace("create table revlog (id integer primary key)", f"create view revlog as {forever}")
    assert problem(database(tmp_path / "view.anki2", schema=view)) == "not-anki"
    generated = SCHEMA.replace("revlog (id integer primary key", "revlog (id integer, b as (hex(zeroblob(id)))")
    assert problem(database(tmp_path / "generated.anki2", schema=generated)) == "not-anki"
    virtual = SCHEMA.replace("create table cards (id integer primary key)", "create virtual table cards using fts5(id)")
    assert problem(database(tmp_path / "virtual.anki2", schema=virtual)) == "not-anki"


@pytest.mark.parametrize("form", ["deflate", "zstd"])
def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(package, "_ALWAYS_ALLOWED", 1 << 20)
    zeros = bytes(64 << 20)
    if form == "deflate":
        bomb = zipped(tmp_path / "bomb.apkg", {"collection.anki2": zeros})
    else:
        members = {"meta": b"\x08\x03", "collection.anki21b": package.zstd_module().compress(zeros)}
        bomb = zipped(tmp_path / "bomb.apkg", members)
    assert bomb.stat().st_size < 100_000
    assert problem(bomb) == "too-large"


def test_every_truncation_of_a_package_is_refused_or_read(tmp_path: Path, anki: Anki) -> None:
    anki("add:Talk=one?", f"export-apkg:{tmp_path / 'whole.apkg'}")
    data = (tmp_path / "whole.apkg").read_bytes()
    for length in range(0, len(data), max(len(data) // 60, 1)):
        (tmp_path / "cut.apkg").write_bytes(data[:length])
        assert problem(tmp_path / "cut.apkg") in {"damaged", "not-anki"}
