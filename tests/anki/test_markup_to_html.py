"""Plain text as HTML."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from srs.anki.markup_to_html import markup_to_html
from srs.cli.kinds import KINDS
from srs.core.blocks import Lines, blocks
from srs.core.markup import media_label, spans, texts_with_paths
from srs.deckfile import parse


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
    assume(blocks(plain) == (Lines(plain),) and {span.style for span in spans(plain)} <= {"", "bold", "italic", "code"})
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


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("```c++\n a < b\n\n\tc[0]\n```", '<pre data-language="c++"><code> a &lt; b\n\n\tc[0]</code></pre>'),
        ("so\n\n- a\n- **b**\n\nis", "so<ul><li>a</li><li><b>b</b></li></ul>is"),
        ("3. a\n4. b\n9. c\n   - d\n   - e", '<ol start="3"><li>a</li><li>b</li><li value="9">c<ul><li>d</li><li>e</li></ul></li></ol>'),
        ("> a\n> b", "<blockquote>a<br>b</blockquote>"),
        ("## a `b`", "<h2>a <code>b</code></h2>"),
        (
            "| a | b |\n|---|--:|\n| 1 | *2* |",
            '<table><thead><tr><th>a</th><th style="text-align: right">b</th></tr></thead>'
            '<tbody><tr><td>1</td><td style="text-align: right"><i>2</i></td></tr></tbody></table>',
        ),
        ("10^3^ H~2~O", "10<sup>3</sup> H<sub>2</sub>O"),
        ("$a<b$ or \\(c\\)", r"\(a&lt;b\) or \(c\)"),
        ("$$\na % b\n**c**\n$$", "\\[a % b\n**c**\\]"),
        ("[a **b**](https://x.y/?a=1&b=[sound:c])", '<a href="https://x.y/?a=1&amp;b=[<wbr>sound:c]">a **b**</a>'),
        ("1. {{c1::a}}\n2. b $x^{ {{c2::y}} }$", r"<ol><li>{{c1::a}}</li><li>b \(x^{ {{c2::y}} }\)</li></ol>"),
        ("- a\n- b  c", '<ul><li>a</li><li><span style="white-space: pre-wrap">b  c</span></li></ul>'),
    ],
)  # fmt: skip
def test_blocks_and_formulas_become_plain_html(text: str, html: str) -> None:
    assert markup_to_html(text) == html


def test_a_text_without_blocks_is_as_it_was() -> None:
    """Of the starter decks no text has any, nor a formula, or the learners' cards would all be new in Anki."""
    for file in sorted(Path("decks").rglob("*.yaml")):
        for note in parse(file.read_bytes(), file.name, KINDS).notes:
            for key, value in note.fields.items():
                for _, text in texts_with_paths(value, (key,)):
                    assert blocks(text) == (Lines(text),), note.id
                    assert {span.style for span in spans(text)} <= {"", "bold", "italic", "code"}, note.id
