"""Profiles of Anki are found and worked on as a copy, which comes into place in one step."""

import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import pytest

from srs.anki.profile import base_folders, collection_of, locked_copy, profiles, replace
from srs.core.errors import PackageError, TargetError, Unknown
from tests.anki.conftest import Anki
from tests.conftest import file_names

HOME = Path("/home/learner")
NOW = 1_790_000_000_000

HOLD = """
import sys
from anki.collection import Collection
try:
    collection = Collection(sys.argv[1])
except Exception as error:
    sys.exit(str(error))
print("open", flush=True)
sys.stdin.read()
collection.close()
"""


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, [".local/share/Anki2", ".var/app/net.ankiweb.Anki/data/Anki2"]),
        ("linux", {"XDG_DATA_HOME": "/data"}, ["/data/Anki2", ".var/app/net.ankiweb.Anki/data/Anki2"]),
        ("darwin", {}, ["Library/Application Support/Anki2"]),
        ("win32", {}, ["AppData/Roaming/Anki2"]),
        ("win32", {"APPDATA": "/roaming"}, ["/roaming/Anki2"]),
        ("linux", {"ANKI_BASE": "/base"}, ["/base"]),
    ],
)
def test_profiles_lie_where_anki_puts_them(platform: str, environment: dict[str, str], expected: list[str]) -> None:
    assert base_folders(HOME, environment, platform) == [HOME / folder for folder in expected]


def profile(base: Path, name: str, data: bytes = b"x") -> Path:
    (base / name).mkdir(parents=True)
    (base / name / "collection.anki2").write_bytes(data)
    return base / name / "collection.anki2"


def test_the_only_profile_is_meant_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "addons21").mkdir()
    one = profile(tmp_path, "User 1")
    known = profiles([tmp_path, tmp_path / "missing"])
    assert known == {"User 1": one}
    for wanted in (None, "User 1", str(one), str(one.parent)):
        assert collection_of(wanted, known) == one
    profile(tmp_path, "User 2")
    with pytest.raises(Unknown) as caught:
        collection_of(None, profiles([tmp_path]))
    assert caught.value.nearest == ("User 1", "User 2")
    with pytest.raises(Unknown):
        collection_of("User 3", profiles([tmp_path]))


def test_a_profile_is_known_however_its_letters_are_composed(tmp_path: Path) -> None:
    made = profile(tmp_path, normalize("NFD", "사용자"))
    assert collection_of("사용자", profiles([tmp_path])) == made


def hold(collection: Path) -> "subprocess.Popen[str]":
    pytest.importorskip("anki")
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(collection)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_collection_that_anki_has_open_is_not_touched(tmp_path: Path, anki: Anki) -> None:
    anki("add:Talk=one?")
    file = tmp_path / "real.anki2"
    running = hold(file)
    assert running.stdout
    assert running.stdout.readline() == "open\n"
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PackageError) as caught, locked_copy(file):
        pass
    assert caught.value.problem == "in-use"
    assert sorted(tmp_path.iterdir()) == before
    running.communicate("")
    with locked_copy(file) as work:
        assert work.copy.read_bytes() == file.read_bytes()


def test_anki_is_kept_out_until_the_work_is_done(tmp_path: Path, anki: Anki) -> None:
    anki("add:Talk=one?")
    with locked_copy(tmp_path / "real.anki2"):
        refused = hold(tmp_path / "real.anki2")
        _, said = refused.communicate("", timeout=60)
        assert refused.returncode == 1
        assert "already open" in said
    assert anki()["notes"] == 1


def test_what_was_not_closed_in_order_is_not_touched(tmp_path: Path) -> None:
    file = profile(tmp_path, "User 1")
    (file.parent / "collection.anki2-wal").write_bytes(b"pages")
    with pytest.raises(PackageError) as caught, locked_copy(file):
        pass
    assert caught.value.problem == "in-use"
    with pytest.raises(PackageError) as caught, locked_copy(tmp_path / "missing.anki2"):
        pass
    assert caught.value.problem == "missing"


def test_the_copy_comes_into_place_whole_and_the_old_one_is_kept(tmp_path: Path) -> None:
    file = profile(tmp_path, "User 1", b"old")
    file.chmod(0o640)
    (file.parent / ".srs-sync-killed").mkdir()
    (file.parent / ".srs-sync-killed" / "collection.anki2").write_bytes(b"half")
    with locked_copy(file) as work:
        assert work.copy.stat().st_dev == file.stat().st_dev
        work.copy.write_bytes(b"new")
        work.media.mkdir()
        (work.media / "srs-1-a.png").write_bytes(b"picture")
        assert file.read_bytes() == b"old"
        backup = replace(work, NOW)
    assert (file.read_bytes(), backup.read_bytes()) == (b"new", b"old")
    assert file.stat().st_mode & 0o777 == 0o640
    assert (file.parent / "collection.media" / "srs-1-a.png").read_bytes() == b"picture"
    assert file_names(file.parent) == ["collection.anki2", "collection.media", "srs-backups"]


def test_what_is_not_put_into_place_leaves_nothing(tmp_path: Path) -> None:
    file = profile(tmp_path, "User 1", b"old")
    with locked_copy(file) as work:
        work.copy.write_bytes(b"half")
    assert file_names(file.parent) == ["collection.anki2"]
    assert file.read_bytes() == b"old"


def test_a_copy_that_cannot_be_put_into_place_is_named_and_nothing_changes(tmp_path: Path) -> None:
    file = profile(tmp_path, "User 1", b"old")
    (file.parent / "srs-backups").write_bytes(b"a file stands in the way")
    with locked_copy(file) as work, pytest.raises(TargetError) as caught:
        replace(work, NOW)
    assert (caught.value.problem, caught.value.path) == ("not-writable", file)
    assert file.read_bytes() == b"old"


def test_what_is_wrong_with_the_copy_is_wrong_with_the_original(tmp_path: Path) -> None:
    original = tmp_path / "collection.anki2"
    original.write_bytes(b"x")
    with pytest.raises(PackageError) as caught, locked_copy(original) as work:
        raise PackageError(work.copy, "not-anki")
    assert (caught.value.path, caught.value.problem) == (original, "not-anki")


def test_the_latest_five_are_kept(tmp_path: Path) -> None:
    file = profile(tmp_path, "User 1", b"0")
    for n in range(1, 9):
        with locked_copy(file) as work:
            work.copy.write_bytes(str(n).encode())
            replace(work, NOW + n * 1000)
    kept = sorted((file.parent / "srs-backups").iterdir())
    assert [old.read_bytes() for old in kept] == [b"3", b"4", b"5", b"6", b"7"]
