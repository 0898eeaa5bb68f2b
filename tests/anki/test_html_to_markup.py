"""HTML becomes light markup only where that loses nothing."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.html_to_markup import html_to_markup
from srs.anki.markup_to_html import markup_to_html
from srs.core.html_text import html_to_text

MEDIA = {"a.png": "media/a.png", "b c.mp3": "media/b_c.mp3", "d.exe": "media/d.exe"}


@pytest.mark.parametrize(
    ("html", "markup"),
    [
        ("plain", "plain"),
        (" plain ", "plain"),
        ("a <b>b</b>, <i>c</i> <code>d</code>", "a **b**, *c* `d`"),
        ("a <strong>b </strong>c <em>d</em>", "a **b** c *d*"),
        ("<b>a<br>b</b>", "**a**\n**b**"),
        ("a<br>b<div>c</div><div><br></div><div>d</div>", "a\nb\nc\n\nd"),
        ("a &lt; b &amp;&nbsp;c", "a < b &\xa0c"),
        ("a\n  b", "a b"),
        ("<span>a</span><div class=''>b</div>", "a\nb"),
        ("<span class='word' id=w data-x=1>a</span> <b class=x>b</b>", "a **b**"),
        ("<p>a</p>\n<p class=x>b<br>c</p>d", "a\n\nb\nc\n\nd"),
        ("<div>a</div><p></p><p><b>b</b></p><p><br></p><p>&nbsp;</p>", "a\n\n**b**"),
        ("<h1>a</h1>", "a"),
        ("<h1><div>a</div></h1>[sound:b c.mp3]", "a\n![](media/b_c.mp3)"),
        ("<h2>a <i>b</i></h2>", "a *b*"),
        ("<h1>a</h1>b<div><h3>c <b>d</b></h3></div>", "# a\n\nb\n\n### c **d**"),
        ("x<ul><li>a<li><div>b</div></ul>y", "x\n\n- a\n- b\n\ny"),
        ("<ul><li>a</ul>", "• a"),
        ("<ol start=3><li>a</li><li value=7>b<ul><li>c</li></ul></li></ol>", "3. a\n7. b\n   - c"),
        ("<ul><li>a<li>b</ul><ul><li>c<li>d</ul>", "- a\n- b\n\n* c\n* d"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n- c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("- a<br>- b<br><br>c", "- a\n- b\n\nc"),
        (
            "<pre><code class='hljs language-py'>if a:<br>    <span class=k>b</span> &lt; c\n</code></pre>",
            "```py\nif a:\n    b < c\n```",
        ),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<blockquote>a<br>b</blockquote>c", "> a\n> b\n\nc"),
        (
            "<table><tbody><tr><td>a</td><td style='text-align: right'>b</td></tr><tr><td>c|d</td></tr></tbody></table>",
            "| a | b |\n| --- | ---: |\n| c\\|d |",
        ),
        ("10<sup>3</sup> H<sub>2</sub>O", "10^3^ H~2~O"),
        ("<a href='https://x.y/a_(b)' target=_blank>a</a> <a name=x>b</a>", "[a](https://x.y/a_(b)) b"),
        (r"\(a &lt; b\) \[c<br>d\]", r"\(a < b\) \[c d\]"),
        ("2*3*4", "2*3*4"),
        ("<img src='a.png' alt='x y'><br>[sound:b c.mp3]", "![x y](media/a.png)\n![](media/b_c.mp3)"),
        ("<img class=x loading=lazy src='b%20c.mp3'>", "![](media/b_c.mp3)"),
        ("{{c1::<i>a</i>::h}}", "{{c1::*a*::h}}"),
        ("<!-- x -->a", "a"),
        (
            "<span style='white-space: pre-wrap'>if a:<br>  b  c<div>\t<code> d</code></div></span>",
            "if a:\n  b  c\n\t` d`",
        ),
        ("a <img src='https://x.test/a.png'>b[sound:http://x.test/b.mp3]", "a b"),
        ("[<wbr>sound:a.mp3]", "[sound:a.mp3]"),
        ("<b></b>a", "a"),
        ("", ""),
    ],
)
def test_styles_become_signs(html: str, markup: str) -> None:
    assert html_to_markup(html, MEDIA) == markup


@pytest.mark.parametrize(
    "html",
    [
        "*stars*",
        "`code`",
        "**",
        "<b>a</b>b",
        "<b><i>a</i></b>",
        "<b>*</b>",
        "<code>`</code>",
        "<u>a</u>",
        "a<wbr>b",
        "<ul>a<li>b</ul>",
        "<ul><li>a</li><li>b</li></ul><b><ul><li>c</li></ul></b>",
        "<ol><li>a</li><li value=1>b</li></ol>",
        "<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
        "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
        "<table><tr><td>a<br>b</td></tr></table>",
        "<pre><b>a</b></pre>",
        "<a href='javascript:a()'>a</a>",
        "<sup>a b</sup>",
        "a<sup>über</sup>",
        "&gt; 5",
        "# a",
        "$a$",
        "10^3^",
        "[a](https://x.y)",
        "```<br>a<br>```",
        "|a|<br>|-|",
        "<ul>" * 30 + "<li>a</li><li>b</li>" + "</ul>" * 30,
        "<p align=center>a</p>",
        "<span title='more'>a</span>",
        "<h1>a <i>b</i></h1>c",
        "<h1>a <b>b</b></h1>c",
        "<span style='color:red'>a</span>",
        "<img src='a.png' width=10>",
        "<img src='gone.png'>",
        "<img src='d.exe'>",
        "<img src='a.png' alt='[x]'>",
        "<b><img src='a.png'></b>",
        "![a](b.png)",
        "<b>not closed",
        "\U000f0000 <b>x</b>",
    ],
)
def test_what_markup_cannot_express_stays_html(html: str) -> None:
    made = html_to_markup(html, MEDIA)
    assert made is None or markup_to_html(made) == html


def letters(html: str) -> list[tuple[str, str]]:
    """Every visible character with its style, and every line end between two of them."""
    found: list[tuple[str, str]] = []
    style = ""
    for piece in re.findall(r"<[^>]*>|[^<]+", html):
        tag = piece.strip("<>/ ").lower() if piece.startswith("<") else ""
        if tag in {"b", "i", "code"}:
            style = "" if piece.startswith("</") else tag
        elif tag in {"br", "div"} and found and found[-1][0] != "\n":
            found.append(("\n", ""))
        elif not tag:
            found += [(character, style) for character in unescape(piece) if not character.isspace()]
    while found and found[-1][0] == "\n":
        found.pop()
    return found


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<h2>", "</h2>", "<div>", "<br>", "<i>a</i>", "b", " "]), max_size=14).map(
        "".join
    )
)
def test_lines_of_paragraphs_and_headings_are_kept(html: str) -> None:
    made = html_to_markup(html)
    if made is None:
        return
    again = html_to_text(markup_to_html(made)).split("\n")
    assert list(filter(None, again)) == list(filter(None, html_to_text(html).split("\n")))
    assert html_to_markup(markup_to_html(made)) == made


PIECES = [
    "<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<div>", "</div>", "<br>", "*", "**", "`", "a", "b", "한", " ", "\n",
    "&lt;", "&amp;", "&nbsp;", "![", "](", ")", "{{c1::", "}}", "2", ".",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_converted_back_it_shows_the_same(html: str) -> None:
    made = html_to_markup(html)
    if made is None:
        return
    again = markup_to_html(made)
    assert letters(again) == letters(html)
    assert html_to_text(again) == html_to_text(html).strip()
    assert html_to_markup(again) == made


@given(st.text())
def test_any_text_survives(written: str) -> None:
    html = markup_to_html(written)
    made = html_to_markup(html)
    assert made is None or html_to_text(markup_to_html(made)).split() == html_to_text(html).split()
