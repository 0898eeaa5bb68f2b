"""Writing deck files while others save them too."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from srs.cli.kinds import KINDS
from srs.collection.add import Added, add
from srs.collection.check import check, fix
from srs.collection.folder import edit_deck_files, lock_folder, replace_if_unchanged
from srs.core.errors import DeckFolderError, TargetError
from srs.core.files import file_lock
from tests.conftest import BASIC, NOW, Home

MINE = "- {id: mine, front: m?, back: m}\n"


@pytest.fixture
def saving(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object], int], None]:
    """Lets an editor save while the new file of a change is being written to the disk, so many times."""
    fsync = os.fsync

    def prepared(save: Callable[[], object], times: int) -> None:
        left = [save] * times

        def slow(handle: int) -> None:
            fsync(handle)
            if left:
                left.pop()()

        monkeypatch.setattr(os, "fsync", slow)

    return prepared


@pytest.mark.parametrize("times", [1, 4])
def test_a_note_is_added_to_what_an_editor_saved_meanwhile(
    home: Home, saving: Callable[[Callable[[], object], int], None], times: int
) -> None:
    file = home.write("a.yaml", BASIC)
    collection = home.open()
    texts = iter([BASIC + f"# save {n}\n" + MINE for n in range(times)])
    saving(lambda: file.write_text(next(texts)), times)
    done = add(collection, "Talk", "- {id: new, front: n?, back: n}", NOW)
    assert isinstance(done, Added)
    assert file.read_text() == BASIC + f"# save {times - 1}\n" + MINE + "- {id: new, front: n?, back: n}\n"
    assert done.line == 11


def test_a_note_that_an_editor_saved_meanwhile_keeps_its_id_for_itself(
    home: Home, saving: Callable[[Callable[[], object], int], None]
) -> None:
    file = home.write("a.yaml", BASIC)
    collection = home.open()
    saving(lambda: file.write_text(BASIC + MINE), 1)
    done = add(collection, "Talk", "- {id: mine, front: n?, back: n}", NOW)
    assert not isinstance(done, Added)
    assert file.read_text() == BASIC + MINE


def test_ids_are_written_into_what_an_editor_saved_meanwhile(
    home: Home, saving: Callable[[Callable[[], object], int], None]
) -> None:
    bare = "deck: D{}\nnotes:\n- front: {}?\n  back: b\n"
    for n in range(2):
        home.write(f"{n}.yaml", bare.format(n, n))
    saving(lambda: (home.decks / "0.yaml").write_text(bare.format(0, 0) + "- front: more?\n  back: b\n"), 1)
    assert fix(home.decks, KINDS) == [("0.yaml", 2), ("1.yaml", 1)]
    assert check(home.decks, KINDS).problems == ()


def test_an_editor_that_saves_without_end_is_named_and_keeps_its_text(
    home: Home, saving: Callable[[Callable[[], object], int], None]
) -> None:
    file = home.write("a.yaml", BASIC)
    collection = home.open()
    texts = iter([f"{BASIC}# {n}\n" for n in range(9)])
    saving(lambda: file.write_text(next(texts)), 9)
    with pytest.raises(TargetError) as error:
        add(collection, "Talk", "- {front: n?, back: n}", NOW)
    assert (error.value.problem, error.value.path) == ("changed", file)
    assert file.read_text() == f"{BASIC}# 4\n"
    assert list(home.decks.iterdir()) == [file]


def test_a_file_deleted_meanwhile_does_not_come_back(
    home: Home, saving: Callable[[Callable[[], object], int], None]
) -> None:
    file = home.write("a.yaml", BASIC)
    collection = home.open()
    saving(file.unlink, 1)
    with pytest.raises(TargetError):
        add(collection, "Talk", "- {front: n?, back: n}", NOW)
    assert list(home.decks.iterdir()) == []


def test_a_link_stays_a_link_and_a_file_keeps_its_permissions(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(BASIC)
    elsewhere.chmod(0o640)
    home.decks.mkdir()
    link = home.decks / "a.yaml"
    link.symlink_to(elsewhere)
    add(home.open(), "Talk", MINE, NOW)
    assert link.is_symlink()
    assert elsewhere.read_text() == BASIC + MINE
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640


def test_a_folder_that_another_srs_keeps_locked_is_in_use(home: Home) -> None:
    home.write("a.yaml", BASIC)
    hold = "import fcntl, os; h = os.open('.', os.O_RDONLY); fcntl.flock(h, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], cwd=home.decks, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(TargetError) as error, lock_folder(home.decks, timeout=0.05):
            pytest.fail("two at once")
        assert (error.value.problem, error.value.path) == ("in-use", home.decks)
        other.kill()
        other.wait()
    with lock_folder(home.decks, timeout=0.05):  # whoever is gone has no lock
        assert [path.name for path in home.decks.iterdir()] == ["a.yaml"]


def test_folders_that_share_a_file_take_turns_at_it(home: Home, tmp_path: Path) -> None:
    """A folder within another one, or a link to a file of another one."""
    file = home.write("inner/a.yaml", BASIC)
    (tmp_path / "link.yaml").symlink_to(file)
    with file_lock(file, timeout=0):
        for path in (file, tmp_path / "link.yaml"):
            with pytest.raises(TargetError) as error:
                replace_if_unchanged(path, BASIC.encode(), MINE.encode(), timeout=0.05)
            assert (error.value.problem, error.value.path) == ("in-use", path.parent)
    assert file.read_text() == BASIC


def test_a_path_that_is_not_a_folder_is_refused(home: Home) -> None:
    file = home.write("a.yaml", BASIC)
    for folder, problem in ((home.decks / "nowhere", "missing"), (file, "not-a-folder")):
        with pytest.raises(DeckFolderError) as error:
            edit_deck_files(folder, partial(replace_if_unchanged, file, b"", b""))
        assert error.value.problem == problem
