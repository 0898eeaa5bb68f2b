"""The light markup of card text."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from srs.core.blocks import Lines, blocks
from srs.core.markup import (
    PlainText,
    Span,
    markup_to_text,
    markup_to_words,
    media_markup,
    media_references,
    media_spans,
    spans,
)


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
        ("see ![a star](star.png).", [Span("see ", ""), Span("a star", "picture", "star.png"), Span(".", "")]),
        ("![](a/B 1.MP3)", [Span("", "sound", "a/B 1.MP3")]),
        ("![x](star (1).png)", [Span("x", "picture", "star (1).png")]),
        ("![x](<star (.png>)", [Span("x", "picture", "star (.png")]),
        ("`![x](star.png)`", [Span("![x](star.png)", "code")]),
        ("vec![1](x) ![x](page.html)", [Span("vec![1](x) ![x](page.html)", "")]),
        ("![x](https://example.org/star.png)", [Span("![x](https://example.org/star.png)", "")]),
        ("![x](star.png", [Span("![x](star.png", "")]),
        ("![x](a%20b.png)", [Span("x", "picture", "a b.png")]),
        ('![x](<a b.png> "A title")', [Span("x", "picture", "a b.png")]),
        ("![x](a b.png 'A title')", [Span("x", "picture", "a b.png")]),
        (
            "![x](100%.png) ![x](%00.png) ![x](%ff.png)",
            [
                Span("x", "picture", "100%.png"),
                Span(" ", ""),
                Span("x", "picture", "%00.png"),
                Span(" ", ""),
                Span("x", "picture", "%ff.png"),
            ],
        ),
        ("$x^2$는", [Span("x^2", "formula"), Span("는", "")]),
        (
            r"\(a\) **b** \[c\]",
            [Span("a", "formula"), Span(" ", ""), Span("b", "bold"), Span(" ", ""), Span("c", "display")],
        ),
        ("is $$ a\nb $$ so", [Span("is ", ""), Span(" a\nb ", "display"), Span(" so", "")]),
        ("$5 and $6, US$5-US$6, $5-$6", [Span("$5 and $6, US$5-US$6, $5-$6", "")]),
        ("[$]x[/$] [$$]x[/$$] $$$$ $a", [Span("[$]x[/$] [$$]x[/$$] $$$$ $a", "")]),
        ("\\$x$ {{c1::x::$}} y {{c1::z::/$}} $a{b$", [Span("\\$x$ {{c1::x::$}} y {{c1::z::/$}} $a{b$", "")]),
        ("$a{b **c** d$", [Span("$a{b ", ""), Span("c", "bold"), Span(" d$", "")]),
        ("$x^{{{c1::a}}}$", [Span("x^{{{c1::a}}}", "formula")]),
        (r"\(a \[b", [Span(r"\(a \[b", "")]),
        ("SO~4~^2-^", [Span("SO", ""), Span("4", "sub"), Span("2-", "sup")]),
        ("3~5, 6~8, 하하^_^ ^o^ ~~no~~", [Span("3~5, 6~8, 하하^_^ ^o^ ~~no~~", "")]),
        ("[Anki](https://x.y/a_(b))는", [Span("Anki", "link", "", "https://x.y/a_(b)"), Span("는", "")]),
        ("[a](b.html) [a](javascript:x)", [Span("[a](b.html) [a](javascript:x)", "")]),
        (PlainText("**a** $x$ ![](b.png)"), [Span("**a** $x$ ", ""), Span("", "picture", "b.png")]),
    ],
)
def test_markup_and_what_only_looks_like_it(text: str, expected: list[Span]) -> None:
    assert list(spans(text)) == expected


@given(st.text(alphabet="ab *`\n", max_size=40))
def test_only_signs_are_removed(text: str) -> None:
    assume(blocks(text) == (Lines(text),))
    signs = str.maketrans("", "", "*`")
    assert markup_to_words(text).translate(signs) == text.translate(signs)


def test_pictures_and_sounds_become_labels_without_file_names() -> None:
    text = "*see* ![a star](star.png) and ![](yellowstone.mp3)`![x](y.png)`"
    assert markup_to_text(text) == "see [picture: a star] and [sound]![x](y.png)"
    assert markup_to_words(text) == "see  and ![x](y.png)"
    assert media_spans(text) == [Span("a star", "picture", "star.png"), Span("", "sound", "yellowstone.mp3")]


@pytest.mark.parametrize("file", ["star.png", "a b/star-answer (.PNG", "[1].jpg", "a%20b.png", "100%.png"])
def test_the_markup_of_a_file_shows_that_file(file: str) -> None:
    (span,) = spans(media_markup(file))
    assert span.file == file


def test_files_are_found_in_every_text_of_a_note() -> None:
    fields = {
        "quiz": "![](q.png)?",
        "choices": ["![](a.png)", "b"],
        "answer": "b",
        "image": " i.png ",
        "source": {"title": "![](no.png)"},
        "phrase": {"ko": "![](ko.mp3)"},
    }
    assert list(media_references(fields)) == [
        (("quiz",), "q.png"),
        (("choices", 0), "a.png"),
        (("image",), "i.png"),
        (("phrase", "ko"), "ko.mp3"),
    ]
