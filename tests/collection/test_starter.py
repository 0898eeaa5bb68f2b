"""A learner's copy of the starter decks, and what newer releases do to it."""

import json
import os
import stat
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.collection.starter import RECORD, StarterUpdate, copy_decks, plan_update, update_copy
from srs.core.errors import BadInput, TargetError
from srs.core.files import file_lock

OLD = {"a.yaml": "a1", "b.yaml": "b1", "media/c.png": "c1", "d.yaml": "d1", "e.yaml": "e1"}
NEW = {"a.yaml": "a2", "b.yaml": "b2", "media/c.png": "c2", "d.yaml": "d2", "e.yaml": "e1", "new/f.yaml": "f"}


def write_files(path: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def read_files(path: Path) -> dict[str, str]:
    found = {one.relative_to(path).as_posix(): one for one in path.rglob("*") if one.is_file()}
    return {name: one.read_text() for name, one in found.items() if name != RECORD}


def test_a_copy_has_every_file_and_is_private(tmp_path: Path) -> None:
    shipped, own = write_files(tmp_path / "shipped", OLD | {".hidden": "x"}), tmp_path / "data" / "srs" / "decks"
    copy_decks(shipped, own, "1.0")
    assert read_files(own) == OLD
    for path in (own, *own.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert [path.name for path in own.parent.iterdir()] == ["decks"]


def test_a_copy_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    own = tmp_path / "data" / "decks"
    with pytest.raises(TargetError):
        copy_decks(tmp_path / "nowhere", own, "1.0")
    assert list(own.parent.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(TargetError):
        copy_decks(write_files(tmp_path / "shipped", OLD), tmp_path / "file" / "decks", "1.0")


def test_of_concurrent_copies_one_stays_complete(tmp_path: Path) -> None:
    shipped, own = write_files(tmp_path / "shipped", OLD), tmp_path / "decks"
    threads = [threading.Thread(target=copy_decks, args=(shipped, own, "1.0")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_files(own) == OLD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["decks", "shipped"]


def test_a_copy_that_the_learner_has_changed_is_not_made_again(tmp_path: Path) -> None:
    own = write_files(tmp_path / "decks", {"mine.yaml": "mine"})
    copy_decks(write_files(tmp_path / "shipped", OLD), own, "1.0")
    assert read_files(own) == {"mine.yaml": "mine"}


def test_a_newer_release_changes_what_the_learner_left_alone_and_nothing_else(tmp_path: Path) -> None:
    own = tmp_path / "decks"
    copy_decks(write_files(tmp_path / "1", OLD), own, "1.9")
    (own / "b.yaml").write_text("mine")
    (own / "d.yaml").unlink()
    (own / "mine.yaml").write_text("my own")
    (own / "a.yaml").chmod(0o640)
    shipped = write_files(tmp_path / "2", NEW)
    assert update_copy(shipped, own, "1.9") is None
    done = update_copy(shipped, own, "1.10")
    assert done == StarterUpdate(("a.yaml", "media/c.png"), ("new/f.yaml",), ("b.yaml",), ("d.yaml",))
    assert read_files(own) == {
        "a.yaml": "a2",
        "b.yaml": "mine",
        "media/c.png": "c2",
        "e.yaml": "e1",
        "new/f.yaml": "f",
        "mine.yaml": "my own",
    }
    assert stat.S_IMODE((own / "a.yaml").stat().st_mode) == 0o640
    assert stat.S_IMODE((own / "new" / "f.yaml").stat().st_mode) == 0o600
    assert update_copy(shipped, own, "1.10") is None  # it is told once
    assert update_copy(shipped, own, "1.8") is None
    done = update_copy(write_files(tmp_path / "3", NEW | {"a.yaml": "a3"}), own, "2")
    assert done == StarterUpdate(("a.yaml",))


def test_a_folder_of_the_learners_own_making_is_left_alone(tmp_path: Path) -> None:
    own = write_files(tmp_path / "decks", {"a.yaml": "a1"})
    assert update_copy(write_files(tmp_path / "shipped", NEW), own, "9") is None
    assert read_files(own) == {"a.yaml": "a1"}


def test_an_update_that_was_cut_short_is_finished_by_the_next(tmp_path: Path) -> None:
    own = tmp_path / "decks"
    copy_decks(write_files(tmp_path / "1", OLD), own, "1")
    (own / "a.yaml").write_text(NEW["a.yaml"])  # as far as it got
    assert update_copy(write_files(tmp_path / "2", NEW), own, "2") == StarterUpdate(
        ("b.yaml", "d.yaml", "media/c.png"), ("new/f.yaml",)
    )
    assert read_files(own) == NEW


def test_an_update_does_not_wait_for_a_locked_folder(tmp_path: Path) -> None:
    own = tmp_path / "decks"
    copy_decks(write_files(tmp_path / "1", OLD), own, "1")
    with file_lock(own, 0), pytest.raises(TargetError) as error:
        update_copy(write_files(tmp_path / "2", NEW), own, "2")
    assert error.value.problem == "in-use"
    assert read_files(own) == OLD


SHA = "0" * 64


@pytest.mark.parametrize(
    "record",
    [
        "",
        "{",
        "[" * 100_000,
        '{"version": ' + "9" * 5000 + "}",
        "null",
        "[]",
        '{"version": "1"}',
        '{"version": 1, "files": {}}',
        '{"version": "x", "files": {}}',
        '{"version": "1", "files": []}',
        '{"version": "1", "files": {"a.yaml": 1}}',
        '{"version": "1", "files": {"a.yaml": "x"}}',
        f'{{"version": "1", "files": {{"../a.yaml": "{SHA}"}}}}',
        f'{{"version": "1", "files": {{"/etc/passwd": "{SHA}"}}}}',
        f'{{"version": "1", "files": {{"..\\\\a.yaml": "{SHA}"}}}}',
        f'{{"version": "1", "files": {{"\\ud800": "{SHA}"}}}}',
        f'{{"version": "1", "files": {{"\\u001b[2J": "{SHA}"}}}}',
        " " * 1_000_000 + f'{{"version": "1", "files": {{"a.yaml": "{SHA}"}}}}',
    ],
)
def test_a_record_that_makes_no_sense_is_named_and_nothing_is_written(tmp_path: Path, record: str) -> None:
    own = write_files(tmp_path / "decks", OLD | {RECORD: record})
    with pytest.raises(BadInput) as error:
        update_copy(write_files(tmp_path / "shipped", NEW), own, "9")
    assert error.value.name == str(own / RECORD)
    assert read_files(own) == OLD


def test_a_pipe_or_a_folder_in_place_of_the_record_is_refused(tmp_path: Path) -> None:
    shipped = write_files(tmp_path / "shipped", NEW)
    os.mkfifo(write_files(tmp_path / "pipe", OLD) / RECORD)
    (write_files(tmp_path / "folder", OLD) / RECORD).mkdir()
    for own in (tmp_path / "pipe", tmp_path / "folder"):
        with pytest.raises(BadInput):
            update_copy(shipped, own, "9")


def test_what_is_not_a_regular_file_counts_as_the_learners(tmp_path: Path) -> None:
    own = tmp_path / "decks"
    copy_decks(write_files(tmp_path / "1", OLD), own, "1")
    for name in ("a.yaml", "b.yaml", "d.yaml"):
        (own / name).unlink()
    (own / "a.yaml").mkdir()
    os.mkfifo(own / "b.yaml")
    (own / "d.yaml").symlink_to(tmp_path / "nowhere")
    done = update_copy(write_files(tmp_path / "2", NEW), own, "2")
    assert done is not None
    assert (done.kept, done.deleted) == (("a.yaml", "b.yaml", "d.yaml"), ())


def test_a_file_that_is_no_longer_shipped_stays_and_is_named(tmp_path: Path) -> None:
    own = tmp_path / "decks"
    copy_decks(write_files(tmp_path / "1", OLD), own, "1")
    (own / "b.yaml").unlink()
    assert update_copy(write_files(tmp_path / "2", {"a.yaml": "a1"}), own, "2") == StarterUpdate(
        dropped=("d.yaml", "e.yaml", "media/c.png")
    )
    assert read_files(own) == {name: text for name, text in OLD.items() if name != "b.yaml"}
    assert "e.yaml" not in json.loads((own / RECORD).read_text())["files"]


SOME = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"))


@given(before=SOME, own=SOME, shipped=SOME)
def test_no_text_of_the_learners_own_is_ever_replaced(
    before: dict[str, str], own: dict[str, str], shipped: dict[str, str]
) -> None:
    made = plan_update(before, own, shipped)
    after = own | {name: shipped[name] for name in (*made.replaced, *made.added)}
    for name in "abcd":
        if name in own and own[name] != before.get(name):
            assert after[name] == own[name]
        elif name in own:
            assert after[name] == shipped.get(name, own[name])
        else:
            assert (name in after) == (name in shipped and name not in before)
    assert plan_update(shipped, after, shipped) == StarterUpdate()
    told = {*made.kept, *made.deleted}
    assert told == {name for name in shipped if shipped[name] not in {before.get(name), after.get(name)}}
