"""The text that HTML shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.html_text import html_to_text, visible_content, visible_files


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("a &lt; b &amp;&nbsp;c", "a < b &\xa0c"),
        ("a<br>b<br/><br>c", "a\nb\n\nc"),
        ("a<div>b</div><div>c<br></div>d", "a\nb\nc\nd"),
        ("<div><br></div>a<br>", "a"),
        ("a\n  b", "a b"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<table><tr><td>1<td>2</tr><tr><td>3</td></tr></table>", "12\n3"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "漢字(かんじ)"),
        ("a<script>alert('<b>')</script>b<style>x{}</style>", "ab"),
        ("<img src='a b.png' alt='[a]'>", "![a](<a b.png>)"),
        ("10<sup>3</sup> m<sup> -2 </sup>, 1<sup>st</sup>", "10³ m⁻², 1ˢᵗ"),
        ("H<sub>2</sub>O, x<sub>ij</sub>", "H₂O, xᵢⱼ"),
        ("a<sup>B</sup> e<sup>a/b</sup> f<sub>max.</sub>", "a^B e^(a/b) f_(max.)"),
        ("e<sup>x<sup>2</sup></sup>y<sub><b></b></sub>", "e^(x^(2))y"),
        ("a<sup>1<div>b</div>2</sup>c", "a1\nb\n2c"),
        ("<sup>x", "x"),
        ("<ul><li><div>a</div></li><li> <p>b</p><p>c</p><li><br>d<li><ul><li>e</ul></ul>", "• a\n• b\nc\n•\nd\n• e"),
        ("x [sound:a.mp3]", "x ![](<a.mp3>)"),
        ("a < b", "a < b"),
        ("<!-- c -->a<![CDATA[x]]><?y?>", "a"),
        ("<img alt='a > b' src=x.png>", "![a > b](<x.png>)"),
        ('<b c" d=">a</b e="f>">', "a"),
        (f"<b>a &#{'1' * 5000}; b", "a \ufffd b"),
    ],
)
def test_visible_text_comes_line_by_line(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_pictures_and_sounds_are_listed() -> None:
    assert visible_content("<img src=a.png>[sound:b.mp3]<img><img src='x<y'>").files == ("a.png", "b.mp3")


def test_deep_nesting_is_read() -> None:
    assert html_to_text("<div><b>" * 100_000 + "x") == "x"


@given(
    st.text()
    | st.lists(st.sampled_from(["<b", ">", "<", "</", "<!--", "&#x", "<script>", "a", "'", "]]>"])).map("".join)
)
def test_no_input_fails(html: str) -> None:
    assert isinstance(html_to_text(html), str)


@given(
    st.lists(
        st.sampled_from(
            [
                "<img src=a.png>",
                "[sound:",
                "&#91;sound:",
                "&lbrack;sound&colon;",
                "b.mp3",
                "]",
                "&nbsp;",
                "<!--",
                "-->",
                "<svg>",
                " ",
                "<b>",
            ]
        )
    )
)
def test_files_are_found_as_they_are_in_all_that_is_shown(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert visible_files(html) == visible_content(html).files
