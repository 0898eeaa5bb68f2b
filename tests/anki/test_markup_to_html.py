"""Plain text as HTML."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.markup_to_html import markup_to_html
from srs.core.markup import media_label, spans


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("", ""),
        ("plain 텍스트", "plain 텍스트"),
        ("a\nb", "a<br>b"),
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
        ("a\x1fb\x1bc\x00d\x9be", "abcde"),
        ("{{c1::<i>::h}}", "{{c1::&lt;i&gt;::h}}"),
        ("</script>", "&lt;/script&gt;"),
        ("**a<b** *c*\n`d&`", "<b>a&lt;b</b> <i>c</i><br><code>d&amp;</code>"),
        ("if a:\n  b", '<span style="white-space: pre-wrap">if a:<br>  b</span>'),
        ("`a  b`", '<span style="white-space: pre-wrap"><code>a  b</code></span>'),
        ("[sound:a.mp3] [SOUND:x] [latex]x[/latex]", "[<wbr>sound:a.mp3] [<wbr>SOUND:x] [<wbr>latex]x[<wbr>/latex]"),
        ("[$]x[/$] [$$]x[/$$]", "[<wbr>$]x[<wbr>/$] [<wbr>$$]x[<wbr>/$$]"),
        ("[anki:tts lang=en_US]x[/anki:tts]", "[<wbr>anki:tts lang=en_US]x[<wbr>/anki:tts]"),
        ("a [sound] list[0] [latex [$5]", "a [sound] list[0] [latex [$5]"),
        ("![http://x.test/a](gone.mp3)", "[<wbr>sound: http://x.test/a]"),
    ],
)
def test_what_the_text_says_is_shown_not_obeyed(plain: str, html: str) -> None:
    assert markup_to_html(plain) == html


@given(st.text())
def test_no_markup_but_line_ends_and_emphasis_and_no_separator_gets_through(plain: str) -> None:
    html = markup_to_html(plain)
    assert "\x1f" not in html
    bare = re.sub("</?(b|i|code)>|<wbr>", "", html)
    bare = bare.removeprefix('<span style="white-space: pre-wrap">').removesuffix("</span>")
    assert "<" not in bare.replace("<br>", "")
    kept = "".join(
        c for c in plain if c in "\t\n" or not (ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000)
    )
    assert unescape(bare.replace("<br>", "\n")) == "".join(
        media_label(span) if span.file else span.text for span in spans(kept)
    )


def test_a_picture_and_a_sound_stand_where_they_stood() -> None:
    media = {"a.png": "srs-1-a.png", "b.mp3": "srs-2-b.mp3"}
    assert (
        markup_to_html('see ![a "<star>"](a.png)', media)
        == 'see <img src="srs-1-a.png" alt="a &quot;&lt;star&gt;&quot;">'
    )
    assert markup_to_html("{{c1::![it](a.png)}} ![](b.mp3)", media) == (
        '{{c1::<img src="srs-1-a.png" alt="it">}} [sound:srs-2-b.mp3]'
    )
    assert markup_to_html("![<gone>](c.png)", media) == "[picture: &lt;gone&gt;]"
