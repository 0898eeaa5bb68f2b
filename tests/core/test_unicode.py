"""One letter written in two ways compares as one."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.unicode import caseless, nfc


@pytest.mark.parametrize("text", ["그림", "café", "Å", "ấ", "が", "क़"])
def test_composed_and_parted_letters_are_the_same(text: str) -> None:
    assert nfc(normalize("NFD", text)) == nfc(normalize("NFC", text))
    assert caseless(normalize("NFD", text.upper())) == caseless(normalize("NFC", text))


def test_only_caseless_takes_capitals_for_small_letters() -> None:
    assert nfc("É") != nfc("é")
    assert caseless("STRASSE") == caseless("straße")
    assert caseless("ASCII") == "ascii"


@given(st.text())
def test_both_change_nothing_more_when_done_twice(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert caseless(caseless(text)) == caseless(text)
