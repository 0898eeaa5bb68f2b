"""The wire format of Protocol Buffers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.protobuf import read


def test_numbers_strings_and_what_is_passed_over() -> None:
    data = b"\x08\x96\x01" + b"\x12\x03abc" + b"\x19" + bytes(8) + b"\x25" + bytes(4)
    assert list(read(data)) == [(1, 150), (2, b"abc"), (3, bytes(8)), (4, bytes(4))]


@pytest.mark.parametrize("data", [b"\x08", b"\x08\xff", b"\x12\x05abc", b"\x0b", b"\x08" + b"\xff" * 20, b"\x19\x00"])
def test_what_is_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"end|unknown"):
        list(read(data))


@given(st.binary())
def test_no_bytes_do_more_than_that(data: bytes) -> None:
    with suppress(ValueError):
        list(read(data))
