"""Files that are whole or as they were."""

import errno
import sys
from pathlib import Path

import pytest

from srs.core.files import atomic_write, fsync, is_disk_full, make_private_folder


def test_the_new_content_is_seen_when_the_block_ends_and_not_before(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with atomic_write(target) as file:
        file.write(b"new")
        file.flush()
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def interrupted() -> None:
        with atomic_write(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_permissions_are_those_asked_for_or_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    for name, mode in (("plain-too", None), ("private", 0o600)):
        with atomic_write(tmp_path / name, mode) as file:
            file.write(b"x")
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"plain": modes["plain"], "plain-too": modes["plain"], "private": 0o600}


def test_of_a_folder_that_cannot_be_made_no_part_is_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        make_private_folder(tmp_path / ("a/" * 3000))
    assert list(tmp_path.iterdir()) == []


def test_files_and_folders_can_be_flushed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    fsync(tmp_path / "a")
    fsync(tmp_path)
    with pytest.raises(FileNotFoundError):
        fsync(tmp_path / "b")


def test_a_disk_is_full_for_everybody_or_for_this_user() -> None:
    assert is_disk_full(OSError(errno.ENOSPC, ""))
    assert is_disk_full(OSError(errno.EDQUOT, ""))
    assert not is_disk_full(OSError(errno.EACCES, ""))
