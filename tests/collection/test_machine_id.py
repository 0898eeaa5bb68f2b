"""This machine's id."""

from pathlib import Path

import pytest

from srs.collection.machine_id import machine_id
from srs.core.errors import BadInput, TargetError


def test_the_id_is_made_once_and_read_ever_after(tmp_path: Path) -> None:
    file = tmp_path / "data" / "machine"
    first = machine_id(file)
    assert len(first) == 16
    assert machine_id(file) == first
    assert [path.name for path in file.parent.iterdir()] == ["machine"]
    assert machine_id(tmp_path / "other") != first


def test_a_file_that_holds_no_id_is_refused(tmp_path: Path) -> None:
    (tmp_path / "machine").write_text("hello")
    with pytest.raises(BadInput):
        machine_id(tmp_path / "machine")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((TargetError, OSError), match="machine"):
        machine_id(tmp_path / "file" / "machine")
