"""Sanitized HTML shows text and does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.harmless_html import sanitize_html

EVIL = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.test/a.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>1</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<img src='https://x.test/p.png'>",
    "<img src='//x.test/p.png'>",
    "<img src='%2f%2fx.test/p.png'>",
    "<img src='data:image/svg+xml,<svg onload=1>'>",
    "<img src='../../secret'>",
    "<img srcset='https://x.test/p.png 1x' src=a.png>",
    "<iframe src=https://x.test></iframe>",
    "<form action=https://x.test><input><button>b</button></form>",
    "<div style='background:url(https://x.test)'>x</div>",
    "<div style='background-color: u\\\\72l(https://x.test)'>x</div>",
    "<link rel=stylesheet href=https://x.test>",
    "<meta http-equiv=refresh content='0;url=https://x.test'>",
    "<base href=https://x.test>",
    "<object data=https://x.test></object><embed src=https://x.test>",
    "<video src=https://x.test onplay=1><audio src=https://x.test>",
    "[sound:https://x.test/a.mp3]",
    "[sound:../../a.mp3]",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "\x1f\x1b[2J",
]
ATTRIBUTE = re.compile(r"<[^>]*\bon\w+\s*=", re.IGNORECASE)


def assert_harmless(html: str) -> None:
    lowered = html.lower()
    for sign in (
        "<script",
        "javascript:",
        "<svg",
        "<iframe",
        "<form",
        "<style",
        "<object",
        "<base",
        "x.test",
        "..",
        "\x1f",
        "\x1b",
    ):
        assert sign not in lowered, html
    assert not ATTRIBUTE.search(html), html


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("around", ["{}", "<b>{}</b>", "{{{{c1::{}}}}}", "<table>{}"])
def test_nothing_runs_or_loads(evil: str, around: str) -> None:
    assert_harmless(sanitize_html(around.format(evil)))


@given(st.lists(st.sampled_from([*EVIL, "<b>", "</b>", "<div>", "'", '"', ">", "<", "-->", "<!--", "<table>", "x"])))
def test_no_mixture_runs_or_loads(parts: list[str]) -> None:
    once = sanitize_html("".join(parts))
    assert_harmless(re.sub("&[a-z]+;", "", re.sub(r"(?<=>)[^<]*|^[^<]*", "", once)))  # in a text they are letters
    assert sanitize_html(once) == once


def test_html_nested_ten_thousand_deep_keeps_its_text() -> None:
    assert sanitize_html("<div>" * 10_000 + "a &lt; b") == "a &lt; b"


def test_html_that_only_shows_text_is_unchanged() -> None:
    html = '<div style="color:red">a <b>b</b> <ruby>漢<rt>か</rt></ruby>&nbsp;{{c1::<i>x</i>::h}}</div><img src="a%20b.png" alt="q">'
    assert sanitize_html(html) == html


def test_references_to_braces_begin_no_cloze() -> None:
    assert sanitize_html("&#123;&#x7B;c1::a&rcub;&rbrace;") == "&#123;&#123;c1::a&#125;&#125;"


def test_files_get_their_new_names() -> None:
    media = {"a b.png": "media/a_b.png", "s&t.mp3": "media/s.mp3"}
    html = "<img alt=x src='a b.png'><img src='a%20b.png'><img src=other.png>[sound:s&amp;t.mp3][sound:other.mp3]"
    assert re.findall(r'src="([^"]*)"|sound:([^]]*)', sanitize_html(html, media)) == [
        ("media/a_b.png", ""), ("media/a_b.png", ""), ("other.png", ""), ("", "media/s.mp3"), ("", "other.mp3"),
    ]  # fmt: skip
