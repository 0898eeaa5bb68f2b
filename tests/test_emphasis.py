"""Light emphasis in text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.emphasis import Span, plain, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*under* a deadline", [Span("under", "italic"), Span(" a deadline", "")]),
        ("a **tight** one", [Span("a ", ""), Span("tight", "bold"), Span(" one", "")]),
        ("**마감**이 `촉박`", [Span("마감", "bold"), Span("이 ", ""), Span("촉박", "code")]),
        ("`a*b*c`", [Span("a*b*c", "code")]),
        ("2*3*4 and a * b * c", [Span("2*3*4 and a * b * c", "")]),
        ("**open", [Span("**open", "")]),
        ("", []),
    ],
)
def test_what_is_emphasised_and_what_only_looks_so(text: str, expected: list[Span]) -> None:
    assert list(spans(text)) == expected


@given(st.text(alphabet="ab *`\n", max_size=40))
def test_nothing_but_signs_is_lost(text: str) -> None:
    signs = str.maketrans("", "", "*`")
    assert plain(text).translate(signs) == text.translate(signs)
