"""HTML as a flat stream of tags and text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.html_tokens import EndTag, StartTag, TextToken, escape_stray_markup, tokenize, visible_tokens


@pytest.mark.parametrize(
    ("html", "tokens"),
    [
        ("a &lt; b", [TextToken("a &lt; b")]),
        ("<B>a</b >", [StartTag("b", {}, "<B>"), TextToken("a"), EndTag("b")]),
        ("<br/>", [StartTag("br", {}, "<br/>"), EndTag("br")]),
        ("<br / >", [StartTag("br", {}, "<br / >")]),
        ("<img src=a/>", [StartTag("img", {"src": "a/"}, "<img src=a/>")]),
        (
            "<i A='1' b = \"&lt;>\" c d=2>",
            [StartTag("i", {"a": "1", "b": "<>", "c": "", "d": "2"}, "<i A='1' b = \"&lt;>\" c d=2>")],
        ),
        ("a<!-- <b> --> <?x?>b", [TextToken("a b")]),
        ("a < b<", [TextToken("a &lt; b&lt;")]),
        (
            "<script>a</b></script >c",
            [StartTag("script", {}, "<script>"), TextToken("a</b>"), EndTag("script"), TextToken("c")],
        ),
        ("<style>a", [StartTag("style", {}, "<style>")]),
    ],
)
def test_tags_and_text_come_in_their_order(html: str, tokens: list[object]) -> None:
    assert list(tokenize(html)) == tokens


def test_text_is_read_with_its_references_replaced() -> None:
    assert TextToken("a &lt; b&nbsp;").text == "a < b\xa0"


def test_what_is_within_hidden_elements_is_left_out() -> None:
    assert list(visible_tokens("a<svg><svg><b>b</svg>c<title/>d")) == [TextToken("a"), TextToken("c"), TextToken("d")]


@pytest.mark.parametrize(
    ("html", "escaped"),
    [
        ("a < b", "a &lt; b"),
        ('<b c" d=">e', "<b>e"),
        ("</b c=d>", "</b>"),
        ("a<!-- b", "a"),
        ("<a b='<c>'>", "<a b='<c>'>"),
    ],
)
def test_every_parser_reads_it_alike(html: str, escaped: str) -> None:
    assert escape_stray_markup(html) == escaped


PIECES = [
    "<",
    ">",
    "<b>",
    "</b>",
    "</b c>",
    "<!-- ",
    "-->",
    "<!x>",
    "<?x>",
    "<a b='",
    "'",
    '"',
    "<img src=x/>",
    "<br/>",
    " c ",
    "=",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_comment_before_it_changes_nothing(html: str) -> None:
    """Most HTML is taken as it is after one look; what has a comment never is."""
    assert escape_stray_markup(f"<!-- -->{html}") == escape_stray_markup(html)
